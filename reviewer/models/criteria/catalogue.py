"""The catalogue of criteria: one entry each, from which everything else follows.

An entry says what a criterion is called, in the window and in the one-line form, for which
channels it is, what its values are, and how it is read from an interaction; `field` is the
name by which the catalogue in SQL finds it. A new criterion is one entry here and one there.
Source: search.md, "Criteria".
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.messages import ptr, tr
from reviewer.models.criteria import reading
from reviewer.models.criteria.kinds import OPERATORS, PLAIN, Kind
from reviewer.models.criteria.tree import Op
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel, Direction
from reviewer.models.settings import Feature

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from reviewer.models.criteria.reading import Subject

CUSTOM: Final = "custom."
_CUSTOM_RU: Final = "поле."
_MEANT: Final = 2
_LIKE: Final = 0.7
"""How like a criterion's word another must be to be a misspelling of it, 0 to 1."""

Value: TypeAlias = "tuple[str, ...] | float | bool | None"
"""What is read from an interaction: all its texts, a number, a flag, or nothing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a closed list; `word` is the Russian one of the line."""

    value: str
    word: str
    name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion.

    Attributes:
        key: Its English key: in the line, in saved sets, in the API.
        word: Its Russian key in the line.
        title: Gives its name in the language in force.
        kind: Type of its values.
        channels: Channels that have it.
        field: What the catalogue in SQL calls it.
        read: Takes its value out of an interaction.
        restricted: Not for users who may only listen to assigned services.
        aliases: Further words for it in the line.
        plain: What `key:value` means; None: what its kind says.
        completes: Whether the store can offer values while one is typed.
        exact: Whether letter case tells values apart.
        choices: Values of a closed list.
        least, most: Bounds of a number.
        listed: Entries of the builder's list, each with the operator that it begins with; none:
            one entry, under the criterion's name.
        said: How a sentence begins with it; of flags and moments how it says that it holds, and
            that it does not; none: "whose" and its name.
        known_only: Whether a name that the store does not know is a mistake, not merely a name
            that finds nothing.
        feature: The feature of the store that it needs.
        about: Gives what more there is to know of it, in the language in force; "" for nothing.
    """

    key: str
    word: str
    title: Callable[[], str]
    kind: Kind
    channels: frozenset[Channel]
    field: str
    read: Callable[[Subject], Value]
    restricted: bool = False
    aliases: tuple[str, ...] = ()
    plain: Op | None = None
    completes: bool = False
    exact: bool = False
    choices: tuple[Choice, ...] = ()
    least: float = 0
    most: float = 1_000_000
    listed: tuple[tuple[Op, Callable[[], str]], ...] = ()
    said: tuple[Callable[[], str], ...] = ()
    known_only: bool = False
    feature: Feature | None = None
    about: Callable[[], str] = str

    def name(self) -> str:
        """Return its name in the language in force."""
        return self.title()

    @property
    def operators(self) -> tuple[Op, ...]:
        """The operators it takes, in the order of the builder's list."""
        return OPERATORS[self.kind]

    @property
    def default_op(self) -> Op:
        """What `key:value` means, and what a new condition starts with."""
        return self.plain or PLAIN[self.kind]

    @property
    def is_custom(self) -> bool:
        """Whether it is a field that the centre defined."""
        return self.key.startswith(CUSTOM)


_V: Final = frozenset({Channel.VOICE})
_E: Final = frozenset({Channel.EMAIL})
_CE: Final = frozenset({Channel.CHAT, Channel.EMAIL})
_VCE: Final = frozenset(Channel)

_DIRECTIONS: Final = (
    Choice(Direction.INBOUND, "входящий", lambda: tr("inbound")),
    Choice(Direction.OUTBOUND, "исходящий", lambda: tr("outbound")),
    Choice(Direction.INTERNAL, "внутренний", lambda: tr("internal")),
)

CRITERIA: Final[tuple[Criterion, ...]] = (
    Criterion(
        "giid", "giid", lambda: ptr("criterion", "GIID"), Kind.GIID, _VCE, "giid", reading.giid
    ),
    Criterion(
        "km", "бз", lambda: ptr("criterion", "KM template used"), Kind.FLAG, _CE, "km_used",
        reading.km_used, restricted=True, listed=(
            (Op.YES, lambda: ptr("criterion", "KM template used")),
            (Op.NO, lambda: ptr("criterion", "no KM template used")),
        ),
        said=(
            lambda: ptr("sentence", "that used a KM template"),
            lambda: ptr("sentence", "that used no KM template"),
        ),
    ),
    Criterion(
        "duration", "длительность", lambda: ptr("criterion", "duration"), Kind.DURATION, _VCE,
        "duration", reading.duration,
    ),
    Criterion(
        "voice_signature", "голосовая_подпись", lambda: ptr("criterion", "has voice signature"),
        Kind.FLAG, _V, "voice_signature", reading.voice_signature, aliases=("подпись",),
        said=(
            lambda: ptr("sentence", "that have a voice signature"),
            lambda: ptr("sentence", "that have no voice signature"),
        ),
    ),
    Criterion(
        "recording", "запись", lambda: ptr("criterion", "has recording"), Kind.FLAG, _V,
        "recording", reading.has_recording,
        said=(
            lambda: ptr("sentence", "that have a recording"),
            lambda: ptr("sentence", "that have no recording"),
        ),
    ),
    Criterion(
        "screen", "экран", lambda: ptr("criterion", "has screen recording"), Kind.FLAG, _VCE,
        "screen", reading.has_screen, restricted=True, aliases=("запись_экрана",),
        feature=Feature.SCREEN,
        said=(
            lambda: ptr("sentence", "that have a screen recording"),
            lambda: ptr("sentence", "that have no screen recording"),
        ),
    ),
    Criterion(
        "ended", "закончились", lambda: ptr("criterion", "ended"), Kind.MOMENT, _VCE, "ended",
        reading.ended, aliases=("конец", "окончание"), listed=(
            (Op.WITHIN, lambda: ptr("criterion", "ended")),
            (Op.AFTER, lambda: ptr("criterion", "ended after")),
            (Op.BEFORE, lambda: ptr("criterion", "ended before")),
        ),
        said=(
            lambda: ptr("sentence", "that ended"),
            lambda: ptr("sentence", "that did not end"),
        ),
    ),
    Criterion(
        "flagged", "помощь", lambda: ptr("criterion", "was flagged"), Kind.FLAG, _VCE, "flagged",
        reading.flagged, restricted=True, aliases=("запрос_помощи", "флаг"),
        said=(
            lambda: ptr("sentence", "that were flagged"),
            lambda: ptr("sentence", "that were not flagged"),
        ),
    ),
    Criterion(
        "agent.first", "имя", lambda: ptr("criterion", "first name"), Kind.NAME, _VCE,
        "agent_first", reading.agent_first, restricted=True, completes=True,
        said=(lambda: ptr("sentence", "whose agent's first name"),),
    ),
    Criterion(
        "to", "кому", lambda: ptr("criterion", "to"), Kind.PHONE, _VCE, "to", reading.to_address,
        said=(lambda: ptr("sentence", "whose “To”"),),
    ),
    Criterion(
        "direction", "направление", lambda: ptr("criterion", "direction"), Kind.CHOICE, _VCE,
        "direction", reading.direction, choices=_DIRECTIONS,
    ),
    Criterion(
        "started", "начались", lambda: ptr("criterion", "started"), Kind.MOMENT, _VCE, "started",
        reading.started, aliases=("период", "начало", "дата"), listed=(
            (Op.WITHIN, lambda: ptr("criterion", "started")),
            (Op.AFTER, lambda: ptr("criterion", "started after")),
            (Op.BEFORE, lambda: ptr("criterion", "started before")),
        ),
        said=(
            lambda: ptr("sentence", "that started"),
            lambda: ptr("sentence", "that did not start"),
        ),
    ),
    Criterion(
        "case", "номер_запроса", lambda: ptr("criterion", "case number"), Kind.TEXT, _E, "case",
        reading.case_number, restricted=True, aliases=("запрос",),
    ),
    Criterion(
        "thread", "цепочка", lambda: ptr("criterion", "thread ID"), Kind.TEXT, _E, "thread",
        reading.thread_id, aliases=("номер_цепочки",),
    ),
    Criterion(
        "agent", "оператор", lambda: ptr("criterion", "agent"), Kind.NAME, _VCE, "agent_login",
        reading.agent_login, restricted=True, completes=True,
    ),
    Criterion(
        "from", "от", lambda: ptr("criterion", "from"), Kind.PHONE, _VCE, "from",
        reading.from_address, aliases=("от_кого",),
        said=(lambda: ptr("sentence", "whose “From”"),),
    ),
    Criterion(
        "km.article", "бз.статья", lambda: ptr("criterion", "specific KM template used"),
        Kind.NAME, _CE, "km_article", reading.km_articles, restricted=True, completes=True,
        aliases=("ответ_из_бз", "статья"),
        said=(lambda: ptr("sentence", "whose KM template"),),
    ),
    Criterion(
        "text", "текст", lambda: ptr("criterion", "text search"), Kind.FULLTEXT, _VCE, "text",
        reading.texts, restricted=True,
        said=(lambda: ptr("sentence", "whose text"),),
    ),
    Criterion(
        "problem", "проблема", lambda: ptr("criterion", "has call problem"), Kind.NAME, _V,
        "problem", reading.call_problem, restricted=True, completes=True,
        aliases=("проблемы_с_вызовом",),
        said=(lambda: ptr("sentence", "whose call problem"),),
    ),
    Criterion(
        "transferred", "переадресация", lambda: ptr("criterion", "was transferred"), Kind.FLAG,
        _VCE, "transferred", reading.was_transferred, aliases=("с_переадресацией",),
        said=(
            lambda: ptr("sentence", "that were transferred"),
            lambda: ptr("sentence", "that were not transferred"),
        ),
    ),
    Criterion(
        "service", "сервис", lambda: ptr("criterion", "service"), Kind.NAME, _VCE, "service",
        reading.services, completes=True, known_only=True,
    ),
    Criterion(
        "connected", "соединен", lambda: ptr("criterion", "connected to"), Kind.PHONE, _V,
        "connected", reading.connected_to, restricted=True, aliases=("соединен_с",),
        said=(lambda: ptr("sentence", "whose “Connected to”"),),
    ),
    Criterion(
        "disposition", "статус", lambda: ptr("criterion", "disposition"), Kind.NAME, _VCE,
        "disposition", reading.disposition, completes=True, exact=True,
    ),
    Criterion(
        "subject", "тема", lambda: ptr("criterion", "in email subject"), Kind.TEXT, _E, "subject",
        reading.subject, restricted=True, plain=Op.CONTAINS, aliases=("тема_email",),
        said=(lambda: ptr("sentence", "whose subject"),),
    ),
    Criterion(
        "account", "учетная_запись", lambda: ptr("criterion", "account number"), Kind.TEXT, _VCE,
        "account", reading.account_number, aliases=("счет",),
    ),
    Criterion(
        "agent.last", "фамилия", lambda: ptr("criterion", "last name"), Kind.NAME, _VCE,
        "agent_last", reading.agent_last, restricted=True, completes=True,
        said=(lambda: ptr("sentence", "whose agent's last name"),),
    ),
    Criterion(
        "sentiment", "эмоции", lambda: ptr("criterion", "sentiment (average)"), Kind.NUMBER, _VCE,
        "sentiment", reading.sentiment, restricted=True, least=-1, most=1,
        feature=Feature.SENTIMENT,
        said=(lambda: ptr("sentence", "whose average sentiment"),),
    ),
    # Beyond the original system's list.
    Criterion(
        "evaluated", "оценено", lambda: ptr("criterion", "evaluated"), Kind.FLAG, _VCE,
        "evaluated", reading.is_evaluated, restricted=True,
        said=(
            lambda: ptr("sentence", "that have been evaluated"),
            lambda: ptr("sentence", "that have not been evaluated"),
        ),
    ),
    Criterion(
        "score", "оценка", lambda: ptr("criterion", "evaluation score"), Kind.NUMBER, _VCE,
        "score", reading.score, restricted=True,
    ),
    Criterion(
        "evaluator", "оценщик", lambda: ptr("criterion", "evaluator"), Kind.NAME, _VCE,
        "evaluator", reading.evaluators, restricted=True, completes=True,
    ),
    Criterion(
        "segments", "части", lambda: ptr("criterion", "number of segments"), Kind.NUMBER, _VCE,
        "segments", reading.segment_count,
    ),
    Criterion(
        "hold", "удержание", lambda: ptr("criterion", "hold time"), Kind.DURATION, _V, "hold",
        reading.hold_time,
    ),
    Criterion(
        "silence", "тишина", lambda: ptr("criterion", "silence share"), Kind.SHARE, _V, "silence",
        reading.silence, restricted=True, most=100, aliases=("молчание", "доля_тишины"),
        about=lambda: tr(
            "How much of the talk nobody speaks, for about a second or longer. The talk is what "
            "was recorded without queue, menu, ringing, hold and music. Found by listening: a "
            "call that was not listened to yet is not found."
        ),
    ),
    Criterion(
        "talkover", "перебивания", lambda: ptr("criterion", "talk-over share"), Kind.SHARE, _V,
        "talkover", reading.talkover, restricted=True, most=100,
        aliases=("одновременная_речь",),
        about=lambda: tr(
            "How much of the talk two or more people speak at once, for half a second or longer. "
            "Known only where each was recorded in a channel of their own."
        ),
    ),
    Criterion(
        "added", "поступили", lambda: ptr("criterion", "came into the store"), Kind.MOMENT, _VCE,
        "added", reading.added, aliases=("поступление",), listed=(
            (Op.WITHIN, lambda: ptr("criterion", "came into the store")),
            (Op.AFTER, lambda: ptr("criterion", "came into the store after")),
            (Op.BEFORE, lambda: ptr("criterion", "came into the store before")),
        ),
        said=(
            lambda: ptr("sentence", "that came into the store"),
            lambda: ptr("sentence", "that did not come into the store"),
        ),
    ),
    Criterion(
        "team", "группа", lambda: ptr("criterion", "team"), Kind.NAME, _VCE, "team",
        reading.teams, restricted=True, completes=True,
    ),
    Criterion(
        "tag", "метка", lambda: ptr("criterion", "tag"), Kind.NAME, _VCE, "tag", reading.tags,
        restricted=True, completes=True,
    ),
    Criterion(
        "commented", "комментарий", lambda: ptr("criterion", "has comment"), Kind.FLAG, _VCE,
        "commented", reading.has_comment, restricted=True, aliases=("есть_комментарий",),
        said=(
            lambda: ptr("sentence", "that have a comment"),
            lambda: ptr("sentence", "that have no comment"),
        ),
    ),
    Criterion(
        "bookmarked", "закладка", lambda: ptr("criterion", "has bookmark"), Kind.FLAG, _VCE,
        "bookmarked", reading.has_bookmark, restricted=True, aliases=("есть_закладка",),
        said=(
            lambda: ptr("sentence", "that have a bookmark"),
            lambda: ptr("sentence", "that have no bookmark"),
        ),
    ),
    Criterion(
        "deleted", "удалено", lambda: ptr("criterion", "has deleted content"), Kind.FLAG, _VCE,
        "deleted", reading.has_deleted, restricted=True,
        said=(
            lambda: ptr("sentence", "that have deleted content"),
            lambda: ptr("sentence", "that have no deleted content"),
        ),
    ),
    Criterion(
        "deleted.reason", "удалено.причина", lambda: ptr("criterion", "deletion reason"), Kind.NAME,
        _VCE, "deletion_reason", reading.deletion_reasons, restricted=True, completes=True,
        aliases=("причина_удаления",),
    ),
)  # fmt: skip

_BY_KEY: Final = {entry.key: entry for entry in CRITERIA}
_BY_WORD: Final = {
    word: entry.key for entry in CRITERIA for word in (entry.key, entry.word, *entry.aliases)
}


def custom(name: str) -> Criterion:
    """Return the criterion of the custom reporting field `name`."""
    return Criterion(
        key=CUSTOM + name,
        word=_CUSTOM_RU + name,
        title=lambda: name,
        said=(lambda: ptr("sentence", "whose “{field}”", field=name),),
        kind=Kind.NAME,
        channels=_VCE,
        field="custom",
        read=lambda subject: reading.custom(subject, name),
        restricted=True,
        completes=True,
    )


def criterion(key: str) -> Criterion:
    """Return the entry of a key, `custom.NAME` included.

    Raises:
        KeyError: There is no such criterion.
    """
    if key.startswith(CUSTOM) and len(key) > len(CUSTOM):
        return custom(key[len(CUSTOM) :])
    return _BY_KEY[key]


def find_key(word: str) -> str | None:
    """Return the key that an English or Russian word of the line stands for, None for none."""
    folded = fold(word)
    for prefix in (CUSTOM, _CUSTOM_RU):
        if folded.startswith(prefix) and len(word) > len(prefix):
            return CUSTOM + word[len(prefix) :]
    return _BY_WORD.get(folded)


def keys_like(word: str) -> tuple[str, ...]:
    """Return a few words of the line that `word`, which is none, may have been meant for."""
    found = get_close_matches(fold(word), _BY_WORD, n=_MEANT, cutoff=_LIKE)
    one_each = {_BY_WORD[other]: other for other in reversed(found)}
    return tuple(other for other in found if other in one_each.values())


def line_words(language: str) -> dict[str, str]:
    """Return the keys of the line in a language, each with the key it stands for."""
    return {(entry.word if language == "ru" else entry.key): entry.key for entry in CRITERIA}


def offered(
    channel: Channel | None,
    *,
    restricted_ok: bool,
    custom_fields: Sequence[str] = (),
    features: Collection[Feature] = frozenset(Feature),
) -> tuple[Criterion, ...]:
    """Return the criteria that are there, by name in the language in force.

    Args:
        channel: The channel searched; None: all.
        restricted_ok: Whether the user is offered restricted criteria.
        custom_fields: Names of the centre's own fields.
        features: Features of the store that are on: what is off has no criteria.
    """
    entries = [*CRITERIA, *(custom(name) for name in custom_fields)]
    found = (
        entry
        for entry in entries
        if (channel is None or channel in entry.channels)
        and (restricted_ok or not entry.restricted)
        and (entry.feature is None or entry.feature in features)
    )
    return tuple(sorted(found, key=lambda entry: fold(entry.name())))


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry of the builder's list: a criterion and the operator that it begins with."""

    criterion: Criterion
    op: Op
    name: str


def listings(criteria: Sequence[Criterion]) -> tuple[Listing, ...]:
    """Return the entries of the builder's list, by name in the language in force."""
    found: list[Listing] = []
    for entry in criteria:
        listed = entry.listed or ((entry.default_op, entry.title),)
        found.extend(Listing(entry, op, name()) for op, name in listed)
    return tuple(sorted(found, key=lambda listing: fold(listing.name)))


__all__ = [
    "CRITERIA",
    "CUSTOM",
    "Choice",
    "Criterion",
    "Kind",
    "Listing",
    "Value",
    "criterion",
    "custom",
    "find_key",
    "line_words",
    "listings",
    "offered",
]
