"""A store of interactions that differ in everything criteria ask about, and what is known of each.

Imported by the tests that hold the interpreters of criteria equal.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck
from hypothesis import strategies as st
from sqlalchemy import select

from reviewer.models.criteria.catalogue import CRITERIA, custom
from reviewer.models.criteria.check import CheckContext, check
from reviewer.models.criteria.evaluate import Subject, matches
from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Message,
    Segment,
    SegmentKind,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.shares import UNKNOWN, Shares
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_block
from reviewer.storage.catalogue.side_tables import deletion_reasons
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.store import Incoming
from tests.helpers.criteria import conditions, trees
from tests.helpers.stores import ADMIN, STARTED_US, make_giid, make_recording, make_store, make_wav
from tests.helpers.stores import opener as opener_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.tree import Block
    from reviewer.storage.local import LocalStore

ZONE = ZoneInfo("Europe/Moscow")
NOW_US = int(datetime(2023, 10, 20, 12, tzinfo=UTC).timestamp()) * US_PER_S
_DRAWN = [state for state in RecordingState if state is not RecordingState.DAMAGED]
DAY_US = 86_400 * US_PER_S

LOGINS = ("ivanova", "petrov_d", "Смирнов", "О'Брайен", "élise")
FIRST = ("Анна", "Дмитрий", "", "Алёна")
LAST = ("Иванова", "Петров", "Ким-Чен", "%_'\"")
TEAMS = ("Продажи", "Support", "")
SERVICES = ("ДБО", "дбо", "Кредитные карты", "Support 100%", "")
DISPOSITIONS = ("Отказ", "отказ", "ОТКАЗ", "Решено: скидка", "")
PHONES = ("+7 (903) 118-44-02", "79031184402", "8 800 555-35-35", "1044", "", "94.25.168.31",
          "Elena@Mail.example", "sip:100@pbx", "7903", "-")  # fmt: skip
TEXTS = ("возврат денег", "Ёлка и ель", "a_b%c", "", "Re: возврат", "100%")
PROBLEMS = ("эхо", "Нет звука", "")
REASONS = ("По просьбе клиента", "по просьбе", "Ёмкость: 100%", "")
ARTICLES = ("Как вернуть карту", "Refund", "как вернуть карту")
SHARES = (Shares(0, 0), Shares(304, 18), Shares(305, None), UNKNOWN, Shares(1000, 25),
          Shares(299, 5), None)  # fmt: skip
"""Equal shares as shown, and not; None: not listened to."""
SAID = ("Хочу вернуть кредитную карту.", "Карты нет, карт много", "Hello, world", "ёж", "a_b c",
        "вернуть, кредитную... карту")  # fmt: skip
POOLS: dict[str, tuple[str, ...]] = {
    "agent": LOGINS, "agent.first": FIRST, "agent.last": LAST, "team": TEAMS, "service": SERVICES,
    "disposition": DISPOSITIONS, "from": PHONES, "to": PHONES, "connected": PHONES,
    "account": TEXTS, "case": TEXTS, "thread": TEXTS, "subject": TEXTS, "problem": PROBLEMS,
    "km.article": ARTICLES, "deleted.reason": REASONS, "tag": TEXTS,
    "custom.Region": TEXTS, "custom.другое": TEXTS,
    "text": (*SAID, "карт", "верн", "кредитную карту"), "evaluator": (ADMIN, "olga", "ann"),
}  # fmt: skip
CUSTOM = (custom("Region"), custom("другое"))


def _parts(pool: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return whole values and stretches of them, as they are and in other letters."""
    whole = st.sampled_from([text for text in pool if text])
    cut = st.tuples(whole, st.integers(0, 8), st.integers(1, 8)).map(
        lambda t: t[0][t[1] : t[1] + t[2]] or t[0]
    )
    return st.one_of(whole, cut, whole.map(str.upper), cut.map(str.lower))


LIKELY: dict[str, st.SearchStrategy[Any]] = {key: _parts(pool) for key, pool in POOLS.items()} | {
    "giid": st.integers(1, 12).flatmap(
        lambda n: st.sampled_from(
            [make_giid(n), make_giid(n)[:8].lower(), make_giid(n)[:1],
             make_giid(n).replace("-", "")]
        )
    )
}  # fmt: skip
LIKELY |= dict.fromkeys(
    ("started", "ended", "added"),
    st.integers(15, 31).map(lambda day: f"2023-09-{min(day, 30)}")
    | st.integers(1, 15).map(lambda day: f"2023-10-{day:02d}")
    | st.sampled_from(["last7d", "thismonth", "2023-10-05T13:50", "2023-10-05T13:50:39"]),
)
LIKELY |= {"segments": st.integers(1, 3), "score": st.integers(1, 9)}
LIKELY |= dict.fromkeys(("silence", "talkover"), st.sampled_from([0, 0.5, 2, 30, 30.4, 31, 100]))
LIKELY |= {"duration": st.integers(0, 6).map(lambda n: n * 60 * US_PER_S)}
LIKELY |= {"hold": st.integers(0, 6).map(lambda n: n * 10 * US_PER_S)}
LEAVES = conditions((*CRITERIA, *CUSTOM), LIKELY)


# --- interactions that differ in everything criteria ask about -----------------------------------


def _agent(rng: random.Random) -> Agent | None:
    if rng.random() < 0.2:
        return None
    number = rng.randrange(len(LOGINS))
    # An agent is one person: a login has one name and one team.
    return Agent(LOGINS[number], FIRST[number % 4], LAST[number % 4], team=TEAMS[number % 3])


def _segments(rng: random.Random, start: int) -> tuple[Segment, ...]:
    made = []
    for number in range(1, rng.choice((1, 1, 2, 3)) + 1):
        at = start + (number - 1) * 60 * US_PER_S
        hold = rng.choice((0, 0, 10, 30)) * US_PER_S
        made.append(
            Segment(
                number=number,
                kind=rng.choice(list(SegmentKind)),
                started_us=WallUs(at),
                ended_us=WallUs(at + 60 * US_PER_S),
                agent=_agent(rng),
                service=rng.choice(SERVICES),
                disposition=rng.choice(DISPOSITIONS),
                stretches=(Stretch(StretchKind.HOLD, WallUs(at), WallUs(at + hold)),),
                transfer=rng.choice((None, None, TransferKind.BLIND)),
            )
        )  # fmt: skip
    return tuple(made)


def _stone(at: int, reason: str, *, by_retention: bool = False) -> Tombstone:
    return Tombstone(RecordingKind.VOICE, WallUs(at), "x", reason, by_retention=by_retention)


def make(number: int, rng: random.Random) -> Incoming:
    start = STARTED_US + rng.randrange(-20 * DAY_US, 10 * DAY_US)
    if rng.random() < 0.3:
        start -= start % DAY_US  # Midnights are where ranges of dates end.
    segments = _segments(rng, start)
    channel = rng.choice(list(Channel))
    recordings = []
    content: dict[int, Callable[[], object]] = {}
    for kind in (RecordingKind.VOICE, RecordingKind.SCREEN):
        state = rng.choice((None, *_DRAWN))
        if state is None:
            continue
        if state is RecordingState.AVAILABLE and number % 7 == 3:
            state = RecordingState.DAMAGED
        recordings.append(make_recording(start, 1, kind=kind, state=state))
        if state is RecordingState.AVAILABLE:
            content[len(recordings) - 1] = opener_of(make_wav(1.0))
    stones = []
    if rng.random() < 0.2:
        stones.append(_stone(start, "y", by_retention=rng.random() < 0.5))
    if number % 2 == 0:
        # Of no chance: what is drawn after it stays as it was.
        stones.append(_stone(start, REASONS[number // 2 % len(REASONS)]))
    seconds = rng.choice((60 * len(segments), 300, 300.5, 0))
    interaction = Interaction(
        giid=make_giid(number),
        channel=channel,
        direction=rng.choice(list(Direction)),
        started_us=WallUs(start),
        ended_us=WallUs(start + int(seconds * US_PER_S)),
        segments=segments,
        from_address=rng.choice(PHONES),
        to_address=rng.choice(PHONES),
        connected_to=rng.choice(PHONES),
        flagged=rng.random() < 0.3,
        voice_signature=rng.random() < 0.3,
        call_problem=rng.choice(PROBLEMS),
        account_number=rng.choice(TEXTS),
        case_number=rng.choice(TEXTS),
        thread_id=rng.choice(TEXTS),
        subject=rng.choice(TEXTS),
        km_articles=tuple(rng.sample(ARTICLES, rng.randrange(3))),
        tags=tuple(text for text in rng.sample(TEXTS, rng.randrange(3)) if text),
        custom=tuple(
            (name, rng.choice(TEXTS)) for name in ("region", "другое") if rng.random() < 0.6
        ),
        sentiment=rng.choice((None, -1.0, -0.5, 0.0, 0.75)),
        recordings=tuple(recordings),
        messages=tuple(
            Message(WallUs(start), rng.choice(list(PartyRole)), "x", rng.choice(SAID))
            for _ in range(rng.randrange(4))
        ),
        tombstones=tuple(stones),
    )
    searchable = rng.random() < 0.9
    return Incoming(interaction, content, searchable, shares=SHARES[number % len(SHARES)])  # type: ignore[arg-type]


class Stored:
    """A store of interactions, and what is known of each."""

    def __init__(
        self,
        tmp_path,
        *,
        oldest_first: bool = False,
        store: LocalStore | None = None,
        extra: Sequence[Incoming] = (),
    ) -> None:
        rng = random.Random(20231005)  # noqa: S311 (test data)
        items = [*(make(number, rng) for number in range(1, 61)), *extra]
        if oldest_first:
            items.sort(key=lambda item: item.interaction.started_us)
        self.store = make_store(tmp_path) if store is None else store
        session = self.store.session(ADMIN)
        self.session = session
        self._seen = Visibility(session.people.me).comments
        landed = [
            one
            for first in range(0, len(items), 8)
            for one in session.intake.put(items[first : first + 8])[0]
        ]
        categories = [category.name for category in session.evaluations.categories()]
        session.people.add_user("olga", "Ольга", ["qm_manager"])
        for login in (ADMIN, "olga"):
            other = self.store.session(login)
            for one in landed:
                if rng.random() < 0.25:
                    scores = [CategoryScore(categories[0], rng.randint(1, 9))]
                    whole = other.interactions.get(one.giid)
                    with_agent = [s.number for s in whole.segments if s.agent is not None]
                    if with_agent:
                        other.evaluations.save(whole.id, with_agent[-1], scores)
        for login in (ADMIN, "olga"):
            other = self.store.session(login)
            for one in landed:
                if rng.random() < 0.25:
                    whole = other.interactions.get(one.giid)
                    place, kind = Place(whole.started_us), rng.choice(list(RemarkKind))
                    other.comments.add(whole.id, kind, place, "x", public=rng.random() < 0.3)
        for item in extra:
            whole = session.interactions.get(item.interaction.giid)
            for kind in RemarkKind:
                session.comments.add(whole.id, kind, Place(whole.started_us), "x", public=True)
        by_giid = {item.interaction.giid: item for item in items}
        self.subjects = {}
        added = self._spread_additions()
        for one in landed:
            whole = session.interactions.get(one.giid)
            self.subjects[whole.id] = Subject(
                whole,
                session.evaluations.of(whole.id),
                by_giid[whole.giid].texts_searchable,
                session.comments.of(whole.id),
                added[whole.id],
                by_giid[whole.giid].shares or UNKNOWN,
            )

    def _spread_additions(self) -> dict[int, int]:
        """Let interactions have come on different days, in no order; return when, by id."""
        table = schema.interactions
        rng = random.Random(5)  # noqa: S311 (test data)
        with self.store._core.database.write() as connection:
            ids = sorted(connection.execute(select(table.c.id)).scalars())
            added = {n: STARTED_US + rng.randrange(-20 * DAY_US, 10 * DAY_US) for n in ids}
            for number, at_us in added.items():
                where = table.c.id == number
                connection.execute(table.update().where(where).values(added_us=at_us))
        return added

    def by_sql(self, tree: Block, **context) -> set[int]:
        fields = {"channel": None, "restricted_ok": True, "comments": self._seen} | context
        database = self.store._core.database
        with database.read() as connection:
            fields["reasons"] = partial(deletion_reasons, connection)
            where = compile_block(tree, CompileContext(ZONE, NOW_US, database.dialect, **fields))
            return set(connection.execute(select(schema.interactions.c.id).where(where)).scalars())

    def by_python(self, tree: Block) -> set[int]:
        return {
            number
            for number, subject in self.subjects.items()
            if matches(tree, subject, ZONE, NOW_US)
        }


def sensible(tree: Block) -> bool:
    return not check(tree, CheckContext(ZONE, NOW_US))


SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


@st.composite
def sensible_trees(draw: st.DrawFn) -> Block:
    """Sets that `check` finds nothing wrong with; composite, for what it is of is long to print."""
    return draw(trees(LEAVES).filter(sensible))
