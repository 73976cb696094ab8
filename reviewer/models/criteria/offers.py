"""What is offered while a line is typed: keys, words, and values that need no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.messages import language, tr
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.line import Completable, complete_at
from reviewer.models.criteria.moments import OFFERED, show_moment, word_moment
from reviewer.models.criteria.printing import key_text, value_text
from reviewer.models.criteria.values import show_value
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.search import Completion

_SIGNS: Final = ":<>=≤≥"
_ENDS: Final = frozenset(' \t()",')
_SCALES: Final = frozenset({Kind.NUMBER, Kind.SHARE, Kind.DURATION})
_WORDS: Final = {"en": ("OR", "NOT"), "ru": ("ИЛИ", "НЕ")}
_FLAGS: Final = {"en": ("yes", "no"), "ru": ("да", "нет")}


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion.

    Attributes:
        text: What takes the place of what was typed.
        label: What is shown of it.
        note: What it means, in words; "" where the label says it.
    """

    text: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered at a place of a line.

    Attributes:
        start, end: What a completion replaces.
        typed: What is there so far.
        offers: What is known without the store.
        key: The criterion whose values the store knows; "" for none.
    """

    start: int
    end: int
    typed: str
    offers: tuple[Offer, ...]
    key: str = ""


def offers_at(text: str, cursor: int, criteria: Sequence[Criterion]) -> Offers:
    """Return what can be meant at `cursor`; `criteria` are those that are there for the user."""
    here = complete_at(text, cursor)
    if here.key is None:
        return _keys(text, here, criteria)
    entry = criterion(here.key)
    if all(offered.key != entry.key for offered in criteria):
        return Offers(here.start, here.end, here.prefix, ())
    end = _end_of_value(text, here)
    found = _fitting(_values(entry), here.prefix)
    return Offers(here.start, end, here.prefix, found, entry.key if entry.completes else "")


def offers_of(found: Sequence[Completion]) -> tuple[Offer, ...]:
    """Return values of the store as completions."""
    return tuple(Offer(value_text(c.value), c.value, c.label) for c in found)


def _fitting(offers: Sequence[Offer], typed: str) -> tuple[Offer, ...]:
    """Return those that begin with what is typed, then those that have it in them."""
    wanted = fold(typed)
    starts = [o for o in offers if fold(o.label).startswith(wanted)]
    holds = [o for o in offers if wanted in fold(f"{o.label} {o.note}") and o not in starts]
    return (*starts, *holds)


# --- keys


def _keys(text: str, here: Completable, criteria: Sequence[Criterion]) -> Offers:
    end = here.end
    while end < len(text) and (text[end].isalnum() or text[end] in "_.-"):
        end += 1
    has_sign = end < len(text) and text[end] in _SIGNS
    wanted = fold(here.prefix)
    ranked = []
    for place, entry in enumerate(criteria):
        rank = _rank(entry, wanted)
        if rank is not None:
            ranked.append((rank, place, entry))
    offers = [_key_offer(entry, signed=not has_sign) for _, _, entry in sorted(ranked, key=_first)]
    return Offers(here.start, end, here.prefix, (*_words(here), *offers))


def _first(ranked: tuple[int, int, Criterion]) -> tuple[int, int]:
    return ranked[0], ranked[1]


def _rank(entry: Criterion, wanted: str) -> int | None:
    """Return how well a criterion fits, 0 best; None: not at all."""
    tongue = language()
    if fold(key_text(entry, tongue)).startswith(wanted):
        return 0
    words = (entry.key, entry.word, *entry.aliases)
    if any(fold(word).startswith(wanted) for word in words):
        return 1
    named = any(word.startswith(wanted) for word in fold(entry.name()).split())
    return 2 if named else None


def _key_offer(entry: Criterion, *, signed: bool) -> Offer:
    key = key_text(entry, language())
    sign = (">" if entry.kind in _SCALES else ":") if signed else ""
    name = entry.name()
    return Offer(key + sign, key, "" if fold(name) == fold(key) else name)


def _words(here: Completable) -> tuple[Offer, ...]:
    """Return OR and NOT where they are being typed in capitals."""
    if not here.prefix or not here.prefix.isupper():
        return ()
    found = []
    for tongue in dict.fromkeys((language(), "en", "ru")):
        either, negation = _WORDS[tongue]
        for word, note in ((either, tr("either")), (negation, tr("not"))):
            if word.startswith(here.prefix) and not (word == either and not here.start):
                found.append(Offer(word + " ", word, note))
    return tuple(found)


# --- values


def _end_of_value(text: str, here: Completable) -> int:
    end = here.end
    if text[here.start : here.start + 1] == '"':
        closed = text.find('"', end)
        return closed + 1 if closed >= 0 else end
    while end < len(text) and text[end] not in _ENDS:
        end += 1
    return end


def _values(entry: Criterion) -> tuple[Offer, ...]:
    tongue = language()
    match entry.kind:
        case Kind.FLAG:
            return tuple(Offer(word, word) for word in _FLAGS[tongue])
        case Kind.CHOICE:
            choices = ((show_value(entry, c.value), c.name()) for c in entry.choices)
            return tuple(Offer(word, word, name if name != word else "") for word, name in choices)
        case Kind.MOMENT:
            moments = ((show_moment(moment, tongue), word_moment(moment)) for moment in OFFERED)
            return tuple(Offer(word, word, name if name != word else "") for word, name in moments)
        case _:
            return ()
