"""Criteria in SQL select what criteria in Python select, over the same interactions."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from reviewer.errors import CriteriaInvalidError, QueryError, RestrictedCriterionError
from reviewer.messages import explain, speaking
from reviewer.models.criteria.catalogue import CRITERIA, custom
from reviewer.models.criteria.check import CheckContext, check
from reviewer.models.criteria.evaluate import Subject, matches
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import MAX_CONDITIONS, MAX_PATTERNS, Block, Condition, Join, Op
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
from reviewer.models.search import Count, Search, SortKey
from reviewer.storage.catalogue import finder, schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_block
from reviewer.storage.catalogue.finder import Finder
from reviewer.storage.catalogue.sqlite import database
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.store import Incoming
from tests.helpers.criteria import NAUGHTY, conditions, trees
from tests.helpers.stores import ADMIN, STARTED_US, make_giid, make_recording, make_store, make_wav
from tests.helpers.stores import opener as opener_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ZONE = ZoneInfo("Europe/Moscow")
NOW_US = int(datetime(2023, 10, 20, 12, tzinfo=UTC).timestamp()) * US_PER_S
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
ARTICLES = ("Как вернуть карту", "Refund", "как вернуть карту")
SAID = ("Хочу вернуть кредитную карту.", "Карты нет, карт много", "Hello, world", "ёж", "a_b c",
        "вернуть, кредитную... карту")  # fmt: skip
POOLS: dict[str, tuple[str, ...]] = {
    "agent": LOGINS, "agent.first": FIRST, "agent.last": LAST, "team": TEAMS, "service": SERVICES,
    "disposition": DISPOSITIONS, "from": PHONES, "to": PHONES, "connected": PHONES,
    "account": TEXTS, "case": TEXTS, "thread": TEXTS, "subject": TEXTS, "problem": PROBLEMS,
    "km.article": ARTICLES, "tag": TEXTS, "custom.Region": TEXTS, "custom.другое": TEXTS,
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
    ("started", "ended"),
    st.integers(15, 31).map(lambda day: f"2023-09-{min(day, 30)}")
    | st.integers(1, 15).map(lambda day: f"2023-10-{day:02d}")
    | st.sampled_from(["last7d", "thismonth", "2023-10-05T13:50", "2023-10-05T13:50:39"]),
)
LIKELY |= {"segments": st.integers(1, 3), "score": st.integers(1, 9)}
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


def make(number: int, rng: random.Random) -> Incoming:
    start = STARTED_US + rng.randrange(-20 * DAY_US, 10 * DAY_US)
    if rng.random() < 0.3:
        start -= start % DAY_US  # Midnights are where ranges of dates end.
    segments = _segments(rng, start)
    channel = rng.choice(list(Channel))
    recordings = []
    content: dict[int, Callable[[], object]] = {}
    for kind in (RecordingKind.VOICE, RecordingKind.SCREEN):
        state = rng.choice((None, *RecordingState))
        if state is None:
            continue
        recordings.append(make_recording(start, 1, kind=kind, state=state))
        if state is RecordingState.AVAILABLE:
            content[len(recordings) - 1] = opener_of(make_wav(1.0))
    stones = ()
    if rng.random() < 0.2:
        stones = (
            Tombstone(
                RecordingKind.VOICE, WallUs(start), "x", "y", by_retention=rng.random() < 0.5
            ),
        )  # fmt: skip
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
        tombstones=stones,
    )
    return Incoming(interaction, content, texts_searchable=rng.random() < 0.9)  # type: ignore[arg-type]


class Stored:
    """A store of interactions, and what is known of each."""

    def __init__(self, tmp_path) -> None:
        rng = random.Random(20231005)  # noqa: S311 (test data)
        items = [make(number, rng) for number in range(1, 61)]
        self.store = make_store(tmp_path)
        session = self.store.session(ADMIN)
        landed, _ = session.intake.put(items)
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
        searchable = {item.interaction.giid: item.texts_searchable for item in items}
        self.subjects = {}
        for one in landed:
            whole = session.interactions.get(one.giid)
            self.subjects[whole.id] = Subject(
                whole,
                session.evaluations.of(whole.id),
                searchable[whole.giid],
                session.comments.of(whole.id),
            )

    def by_sql(self, tree: Block, **context) -> set[int]:
        seen = Visibility(self.store.session(ADMIN).people.me).comments
        fields = {"channel": None, "restricted_ok": True, "comments": seen} | context
        where = compile_block(tree, CompileContext(ZONE, NOW_US, "sqlite", **fields))
        with self.store._core.database.read() as connection:
            return set(connection.execute(select(schema.interactions.c.id).where(where)).scalars())

    def by_python(self, tree: Block) -> set[int]:
        return {
            number
            for number, subject in self.subjects.items()
            if matches(tree, subject, ZONE, NOW_US)
        }


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    made = Stored(tmp_path_factory.mktemp("criteria"))
    yield made
    made.store.close()


def sensible(tree: Block) -> bool:
    return not check(tree, CheckContext(ZONE, NOW_US))


SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


@settings(max_examples=500, deadline=None, suppress_health_check=SLOW)
@given(tree=trees(LEAVES).filter(sensible))
def test_sql_and_python_select_the_same(stored: Stored, tree: Block) -> None:
    found = stored.by_sql(tree)
    assert found == stored.by_python(tree), print_line(tree, "en")
    # Whichever way the ids of other tables are gone through.
    for few in (True, False):
        assert stored.by_sql(tree, few=lambda ids, few=few: ids if few else None) == found


SORTS = st.sampled_from(
    [("started", True), ("started", False), ("from", False), ("service", True), ("flag", False),
     ("segments", True), ("score", False), ("subject", False), ("custom.Region", True)]
)  # fmt: skip


@pytest.mark.parametrize("few", [0, 3, 2_000], ids=lambda few: f"few is {few}")
@pytest.mark.parametrize("tries_s", [-1.0, 60.0], ids=["always overdue", "never overdue"])
def test_every_way_to_search_finds_the_same(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, few: int, tries_s: float
) -> None:
    monkeypatch.setattr(finder, "_FEW", few)
    monkeypatch.setattr(finder, "_FIRST_TRY_S", tries_s)
    monkeypatch.setattr(database, "_INSTRUCTIONS", 1)
    monkeypatch.setattr(finder, "time", SimpleNamespace(time_ns=lambda: NOW_US * 1000))
    asked = Finder(Visibility(stored.store.session(ADMIN).people.me), ZONE, "sqlite")

    @settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
    @given(tree=trees(LEAVES).filter(sensible), sort=SORTS, limit=st.integers(0, 70))
    @example(tree=parse_line("-(recording:yes flagged:yes)"), sort=("started", True), limit=9)
    def found(tree: Block, sort: tuple[str, bool], limit: int) -> None:
        search = Search(tree, sort=(SortKey(*sort),))
        expected = stored.by_python(tree)
        with stored.store._core.database.read() as connection:
            ids = list(asked.ids(connection, search))
            assert sorted(ids) == sorted(expected)
            assert asked.page(connection, search, limit) == ids[:limit]
            assert asked.count(connection, search, None) == Count(len(ids))
            capped = Count(min(limit, len(ids)), capped=len(ids) > limit)
            assert asked.count(connection, search, limit) == capped

    found()


@pytest.mark.parametrize("entry", [*CRITERIA, *CUSTOM], ids=lambda entry: entry.key)
def test_every_criterion_and_operator_selects_the_same(stored: Stored, entry) -> None:
    selective = set()

    @settings(max_examples=40, deadline=None, suppress_health_check=SLOW, database=None)
    @given(condition=conditions((entry,), LIKELY))
    def same(condition: Condition) -> None:
        tree = Block(members=(dataclasses.replace(condition, enabled=True),))
        if not sensible(tree):
            return
        found = stored.by_sql(tree)
        assert found == stored.by_python(tree), print_line(tree, "en")
        if 0 < len(found) < len(stored.subjects):
            selective.add(condition.op)

    same()
    # That some are found and some are not shows that the criterion asks about something.
    assert selective, entry.key
    if entry.kind in (Kind.TEXT, Kind.PHONE, Kind.NAME):
        assert {Op.CONTAINS, Op.STARTS} & selective


def test_every_criterion_is_known_to_sql(stored: Stored) -> None:
    for entry in CRITERIA:
        for op in entry.operators:
            values = {"moment": ("2023",), "choice": ("inbound",), "number": (1,), "duration": (1,)}
            value = values.get(entry.kind.value, ("x",))
            count = {Op.BETWEEN: 2, Op.YES: 0, Op.NO: 0, Op.PRESENT: 0, Op.EMPTY: 0}.get(op, 1)
            stored.by_sql(Block(members=(Condition(entry.key, op, value * count),)))


def find(stored: Stored, line: str) -> set[int]:
    return stored.by_sql(parse_line(line))


def test_a_negation_finds_what_has_no_value(stored: Stored) -> None:
    everything = set(stored.subjects)
    unknown = {n for n, s in stored.subjects.items() if s.interaction.sentiment is None}
    assert unknown
    assert unknown <= find(stored, "-sentiment<0")
    assert find(stored, "-sentiment<0") == everything - find(stored, "sentiment<0")
    assert find(stored, "-(sentiment<0 score>1)") == everything - find(
        stored, "sentiment<0 score>1"
    )
    assert find(stored, "recording:no") == everything - find(stored, "recording:yes")


def test_dispositions_that_differ_in_case_are_different(stored: Stored) -> None:
    three = [find(stored, f"disposition:{name}") for name in ("Отказ", "отказ", "ОТКАЗ")]
    assert all(three)
    assert not three[0] & three[1]
    assert not three[1] & three[2]
    assert find(stored, "disposition:отк*") == set.union(*three)
    services = [find(stored, f"service:{name}") for name in ("ДБО", "дбо")]
    assert services[0] == services[1]


def test_agent_and_service_mean_any_segment_and_disposition_the_last(stored: Stored) -> None:
    found = find(stored, "agent:ivanova")
    first_only = {
        number
        for number, subject in stored.subjects.items()
        if (a := subject.interaction.segments[0].agent) is not None
        and a.login == "ivanova"
        and (subject.interaction.agent is None or subject.interaction.agent.login != "ivanova")
    }
    assert first_only
    assert first_only <= found
    for number in find(stored, "disposition:Отказ"):
        assert stored.subjects[number].interaction.segments[-1].disposition == "Отказ"


def test_restricted_criteria_are_refused(stored: Stored) -> None:
    for entry in (*CRITERIA, *CUSTOM):
        op = next(op for op in entry.operators if op in (Op.PRESENT, Op.YES, entry.default_op))
        values = {Kind.MOMENT: "today", Kind.CHOICE: "inbound", Kind.NUMBER: 1, Kind.DURATION: 1}
        value = () if op in (Op.PRESENT, Op.YES) else (values.get(entry.kind, "a"),)
        inner = Block(Join.OR, (Condition(entry.key, op, value),))
        tree = Block(members=(inner,))
        if not entry.restricted:
            stored.by_sql(tree, restricted_ok=False)
            continue
        with pytest.raises(RestrictedCriterionError, match="not available") as caught:
            stored.by_sql(tree, restricted_ok=False)
        assert caught.value.fields["path"] == (0, 0)


def test_a_criterion_that_the_channel_lacks_is_refused(stored: Stored) -> None:
    with pytest.raises(CriteriaInvalidError, match=r"subject:~a.* does not have") as caught:
        stored.by_sql(parse_line("subject:a"), channel=Channel.VOICE)
    assert isinstance(caught.value, QueryError)
    with speaking("ru"):
        assert explain(caught.value) == (
            "Условие тема:~a использовать нельзя: у этого канала нет такого критерия"
        )
    stored.by_sql(parse_line("subject:a"), channel=Channel.EMAIL)


def test_naughty_values_are_values_and_never_sql(stored: Stored) -> None:
    keys = ("giid", "from", "agent", "disposition", "tag", "text")
    ops = (Op.IS, Op.STARTS, Op.CONTAINS, Op.MATCHES, Op.PHRASE)
    for text in NAUGHTY:
        asked = [Condition(key, op, (text,)) for key in keys for op in ops]
        asked.append(Condition(f"custom.{text}", Op.ANY_OF, ("x", text)))
        tree = Block(Join.OR, tuple(c for c in asked if sensible(Block(members=(c,)))))
        if tree.members:
            assert stored.by_sql(tree) == stored.by_python(tree)


def test_values_are_bound(stored: Stored) -> None:
    tree = parse_line('from:~planted OR agent:planted OR "planted" OR custom.planted:planted')
    context = CompileContext(ZONE, NOW_US, "sqlite", None, restricted_ok=True)
    assert "planted" not in str(compile_block(tree, context))


def test_the_largest_sets_run(stored: Stored) -> None:
    wide = Block(Join.OR, tuple(Condition("agent", Op.CONTAINS, (str(n),)) for n in range(290)))
    stored.by_sql(wide)
    patterns = tuple(f"x{n}" for n in range(MAX_PATTERNS))
    node: Block = Block(members=(Condition("from", Op.STARTS, patterns, negated=True),))
    for _ in range(19):
        node = Block(Join.OR, (node, Condition("score", Op.LT, (3,))), negated=True)
        node = Block(Join.AND, (*node.members, Condition("text", Op.MATCHES, ("a",))), negated=True)
    stored.by_sql(node)
    flat = Block(members=tuple(Condition("from", Op.ENDS, ("1",)) for _ in range(MAX_CONDITIONS)))
    stored.by_sql(flat)
    many = Condition("disposition", Op.ANY_OF, tuple(f"d{n}" for n in range(1000)))
    stored.by_sql(Block(members=(many,) * 5))
    with pytest.raises(CriteriaInvalidError, match="5 000"):
        stored.by_sql(Block(members=(many,) * 6))
    with pytest.raises(CriteriaInvalidError, match="300"):
        stored.by_sql(Block(members=(*flat.members, flat.members[0])))


def test_only_evaluations_that_may_be_seen_count(stored: Stored) -> None:
    olga = schema.users.alias()
    of_olga = schema.evaluations.c.evaluator_id.in_(
        select(olga.c.id).where(olga.c.login_fold == "olga")
    )
    for line in ("evaluated:yes", "score>=1", "score<5", "evaluator:*", "-score>4 OR tag:a"):
        expected = set()
        for number, subject in stored.subjects.items():
            seen = tuple(e for e in subject.evaluations if e.evaluator == "olga")
            if matches(
                parse_line(line), dataclasses.replace(subject, evaluations=seen), ZONE, NOW_US
            ):
                expected.add(number)
        assert stored.by_sql(parse_line(line), evaluations=of_olga) == expected
    assert stored.by_sql(parse_line("evaluator:admin"), evaluations=of_olga) == set()
    assert stored.by_sql(parse_line("evaluator:admin")) != set()
