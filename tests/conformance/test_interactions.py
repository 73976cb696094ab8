"""Finding and reading interactions, in every store."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import CancelledError, NotFoundError, QueryError, UsageError
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Message,
    Note,
    Outcome,
    Tombstone,
)
from reviewer.models.progress import Cancellation
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.search import NEWEST_FIRST, Count, Search, SortKey
from tests.helpers.stores import (
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.storage.store import Session, Store

EVERYTHING = Search()
OLDEST_FIRST = (SortKey("started"),)


def put(session: Session, *items) -> None:
    landed, _ = session.intake.put(items)
    assert {item.outcome.value for item in landed} == {"added"}


def bare(number: int, **values):
    """Return an interaction without content."""
    return make_incoming(number, recordings=(), content={}, **values)


def giids(session: Session, search: Search) -> list[str]:
    return [row.giid for row in session.interactions.search(search, limit=1000)]


def only(key: str, op: Op, *values, **fields) -> Search:
    return Search(Block(members=(Condition(key, op, values),)), **fields)


def test_a_store_without_anything(admin: Session) -> None:
    assert admin.interactions.search(EVERYTHING) == ()
    assert len(admin.interactions.ids(EVERYTHING)) == 0
    assert admin.interactions.count(EVERYTHING) == Count(0)
    assert admin.interactions.count(EVERYTHING, cap=None) == Count(0)
    assert admin.interactions.rows([]) == ()
    assert admin.interactions.custom_fields() == ()


def test_newest_come_first_unless_asked_otherwise(admin: Session) -> None:
    put(admin, *(bare(n) for n in (3, 1, 2)))
    assert giids(admin, EVERYTHING) == [make_giid(n) for n in (3, 2, 1)]
    assert giids(admin, Search(sort=OLDEST_FIRST)) == [make_giid(n) for n in (1, 2, 3)]


def test_interactions_of_one_instant_keep_one_order(admin: Session) -> None:
    put(admin, *(bare(n, started_us=STARTED_US) for n in range(50)))
    ids = list(admin.interactions.ids(EVERYTHING))
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 50
    upwards = admin.interactions.ids(Search(sort=OLDEST_FIRST))
    assert list(upwards) == ids


def test_the_first_rows_are_the_rows_of_the_first_ids(admin: Session) -> None:
    put(admin, *(bare(n) for n in range(30)))
    ids = admin.interactions.ids(EVERYTHING)
    assert len(ids) == 30
    assert admin.interactions.search(EVERYTHING, limit=7) == admin.interactions.rows(ids[:7])


def test_rows_come_in_the_order_asked_and_without_those_gone(admin: Session) -> None:
    put(admin, *(bare(n) for n in range(4)))
    a, b, c, d = admin.interactions.ids(EVERYTHING)
    rows = admin.interactions.rows([c, 12345, a, d, a, b])
    assert [row.id for row in rows] == [c, a, d, a, b]


def test_rows_of_very_many_ids(admin: Session) -> None:
    put(admin, bare(1))
    (there,) = admin.interactions.ids(EVERYTHING)
    rows = admin.interactions.rows([*range(40_000), there])
    assert [row.id for row in rows] == [there]


def test_a_count_is_capped_where_asked(admin: Session) -> None:
    put(admin, *(bare(n) for n in range(12)))
    count = admin.interactions.count
    assert count(EVERYTHING, cap=11) == Count(11, capped=True)
    assert count(EVERYTHING, cap=12) == Count(12)
    assert count(EVERYTHING) == count(EVERYTHING, cap=None) == Count(12)


def test_a_channel_limits_everything(admin: Session) -> None:
    put(admin, bare(1), bare(2, channel=Channel.CHAT), bare(3, channel=Channel.EMAIL))
    for number, channel in ((1, Channel.VOICE), (2, Channel.CHAT), (3, Channel.EMAIL)):
        search = Search(channel=channel)
        assert giids(admin, search) == [make_giid(number)]
        assert admin.interactions.count(search).n == len(admin.interactions.ids(search)) == 1


def test_a_row_shows_the_last_segment_and_tells_of_all(admin: Session) -> None:
    first = make_segment(1, disposition="Transfer")
    second = make_segment(
        2, agent=Agent("petrov"), service="Claims", disposition="Done", connected_to="102"
    )
    third = make_segment(3, agent=None, service="Support", disposition="")
    put(
        admin,
        bare(
            1,
            started_us=STARTED_US,
            segments=(first, second, third),
            notes=(
                Note("ivanova", WallUs(STARTED_US), "first"),
                Note("petrov", WallUs(STARTED_US + 1), "second"),
                Note("boss", WallUs(STARTED_US + 2), "not an agent's", by_reviewer=True),
            ),
            flagged=True,
            custom=(("Region", "Москва"),),
            sentiment=0.5,
            connected_to="101",
        ),
    )
    (row,) = admin.interactions.search(EVERYTHING)
    assert (row.agent, row.agents) == ("", ("ivanova", "petrov"))
    assert (row.service, row.services) == ("Support", ("Support", "Claims"))
    assert (row.disposition, row.dispositions) == ("", ("Transfer", "Done"))
    assert row.notes == "first\nsecond"
    assert (row.segment_count, row.flagged, row.connected_to) == (3, True, "101")
    assert (row.custom, row.sentiment) == ((("Region", "Москва"),), 0.5)
    assert (row.direction, row.outcome) == (Direction.INBOUND, Outcome.ANSWERED)
    assert row.duration_us == 180_000_000


def test_a_row_tells_which_content_there_is(admin: Session) -> None:
    message = Message(WallUs(STARTED_US), PartyRole.CUSTOMER, "", "hello")
    gone = make_recording(state=RecordingState.EXPIRED)
    screen = make_recording(state=RecordingState.MISSING, kind=RecordingKind.SCREEN)
    put(
        admin,
        make_incoming(1),
        bare(2, channel=Channel.CHAT, messages=(message,)),
        bare(3, channel=Channel.EMAIL, messages=(message,)),
        make_incoming(4, recordings=(gone, screen), content={}, messages=(message,)),
    )
    rows = {row.giid: row for row in admin.interactions.search(EVERYTHING)}

    def states(number: int):
        row = rows[make_giid(number)]
        return row.voice, row.transcript, row.screen, row.email

    there = RecordingState.AVAILABLE
    assert states(1) == (there, None, None, None)
    assert states(2) == (None, there, None, None)
    assert states(3) == (None, None, None, there)
    assert states(4) == (RecordingState.EXPIRED, there, RecordingState.MISSING, None)


def test_what_is_not_there_has_one_sentence(admin: Session) -> None:
    for name in (make_giid(1), "no giid at all", ""):
        with pytest.raises(NotFoundError) as caught:
            admin.interactions.get(name)
        assert caught.value.fields == {"name": name}
    with pytest.raises(NotFoundError):
        admin.interactions.get_by_id(InteractionId(5))


def test_a_cancelled_search_ends_with_that(admin: Session) -> None:
    cancel = Cancellation()
    cancel.cancel()
    for call in (admin.interactions.search, admin.interactions.ids, admin.interactions.count):
        with pytest.raises(CancelledError):
            call(EVERYTHING, cancel=cancel)
    assert admin.interactions.count(EVERYTHING).n == 0


class AtTheThirdLook(Cancellation):
    """Cancelled while a search runs that looks whether it is; else as soon as it can be hooked."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.hooked = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        self._look()
        return super().is_cancelled

    def on_cancel(self, hook: Callable[[], None]) -> Callable[[], None]:
        unhook = super().on_cancel(hook)
        self.hooked.set()
        return unhook

    def raise_if_cancelled(self) -> None:
        self._look()
        super().raise_if_cancelled()

    def _look(self) -> None:
        self.looks += 1
        if self.looks == 3:
            self.cancel()


def test_a_running_search_is_interrupted(admin: Session, store: Store) -> None:
    """A search as slow as can be: every address against parts too short for an index."""
    put(admin, *(bare(n, from_address="7" * 2000) for n in range(300)))
    parts = [f"{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz"]
    slow = tuple(
        Condition("from", Op.CONTAINS, tuple(parts[n : n + 50]), negated=True)
        for n in range(0, 600, 10)
    )
    search = Search(Block(Join.AND, slow))
    cancel = AtTheThirdLook()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            admin.interactions.count(search, cancel=cancel)
        except CancelledError as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    if store.url.startswith("postgresql"):
        # The server asks nobody: it is told, while it searches.
        cancel.hooked.wait()
        cancel.cancel()
    thread.join(30)
    assert [type(error) for error in ended] == [CancelledError]
    assert admin.interactions.count(EVERYTHING).n == 300


def test_criteria_limit_and_a_wrong_one_is_refused(admin: Session) -> None:
    put(admin, bare(1, flagged=True), bare(2))
    flagged = only("flagged", Op.YES)
    assert giids(admin, flagged) == [make_giid(1)]
    assert admin.interactions.count(flagged).n == 1
    with pytest.raises(QueryError):
        admin.interactions.search(only("nonsense", Op.YES))


def gone(reason: str, *, by_retention: bool = False) -> Tombstone:
    return Tombstone(RecordingKind.VOICE, WallUs(STARTED_US), "x", reason, by_retention)


def test_values_are_completed(admin: Session) -> None:
    petrova = make_segment(agent=Agent("petrova", "Ёлка", "Петрова"), service="Claims")
    put(
        admin,
        bare(1, custom=(("Region", "Москва"), ("Region", "Томск")), km_articles=("How to pay",)),
        bare(2, segments=(petrova,), from_address="8-916-111-22-33", call_problem="Echo"),
        bare(3, custom=(("region", "МОСКВА"),), tags=("VIP",), scenario="Main",
             tombstones=(gone("Не хранить"), gone("retention", by_retention=True), gone("НЕТ"))),
    )  # fmt: skip

    def values(key: str, text: str) -> list[str]:
        return [completion.value for completion in admin.interactions.complete(key, text)]

    assert values("agent", "") == ["ivanova", "petrova"]
    assert values("agent", "PET") == ["petrova"]
    assert values("agent", "va") == ["ivanova", "petrova"]
    assert values("agent", "ПЕТРОВА") == values("agent", "петрова елка") == ["petrova"]
    assert values("agent", "Ёлка Петр") == ["petrova"]
    assert values("agent.first", "елк") == ["Ёлка"]
    assert values("agent.last", "ПЕТР") == ["Петрова"]
    assert values("service", "c") == ["Claims"]
    assert values("disposition", "sol") == ["Solved"]
    assert values("from", "8 (916)") == ["8-916-111-22-33"]
    assert values("to", "100-20") == ["8 800 100-20-30"]
    assert values("problem", "") == ["Echo"]
    assert values("team", "sa") == ["Sales"]
    assert [v.casefold() for v in values("custom.region", "мос")] == ["москва"]
    assert [v.casefold() for v in values("custom.Region", "ск")] == ["москва", "томск"]
    assert admin.interactions.complete("agent", "pet")[0].label == "Ёлка Петрова"
    assert values("km.article", "pay") == ["How to pay"]
    assert values("tag", "v") == ["VIP"]
    assert values("deleted.reason", "") == ["Не хранить", "НЕТ"]
    assert values("deleted.reason", "хра") == ["Не хранить"]
    assert values("deleted.reason", "НЕТ") == ["НЕТ"]
    assert values("started", "2023") == values("no such key", "") == []
    assert values("agent", "100%") == values("agent", "_") == []
    assert len(admin.interactions.complete("agent", "", limit=1)) == 1


def said(number: int, *texts: str, role: PartyRole = PartyRole.CUSTOMER, **values):
    messages = tuple(Message(WallUs(STARTED_US), role, "", text) for text in texts)
    return bare(number, channel=Channel.CHAT, messages=messages, **values)


def test_words_are_found_in_any_form_and_phrases_as_they_are(admin: Session) -> None:
    put(
        admin,
        said(1, "Где моя кредитная карта?", "Здравствуйте"),
        said(2, "Две кредитные карты", "Her cards were lost"),
        said(3, "карта", role=PartyRole.SYSTEM),
        said(4, "Карта, здравствуйте!", searchable=False),
        said(5, "Ёлки", "кредитная", "карта"),
    )
    expected = {
        ("картой", Op.MATCHES): [5, 2, 1],
        ("кредитных карт", Op.MATCHES): [5, 2, 1],
        ("кредитная карта", Op.PHRASE): [1],
        ("елка", Op.MATCHES): [5],
        ("card losing", Op.MATCHES): [],
        ("card", Op.MATCHES): [2],
        ("карт", Op.PHRASE): [],
    }
    for (text, op), numbers in expected.items():
        search = only("text", op, text)
        assert giids(admin, search) == [make_giid(n) for n in numbers], text
        assert admin.interactions.count(search).n == len(numbers)


def test_words_are_found_as_they_are_told_last(admin: Session) -> None:
    put(admin, said(1, "договор"), said(2, "договор"))
    admin.intake.put([said(1, "кредит", subject="x")])
    assert giids(admin, only("text", Op.MATCHES, "договоры")) == [make_giid(2)]
    assert giids(admin, only("text", Op.MATCHES, "кредиты")) == [make_giid(1)]
    assert admin.store.examine() == ()


def test_snippets_show_what_was_found(admin: Session) -> None:
    put(admin, said(1, "Добрый день", "Потеряла карту вчера"), said(2, "Ничего"))
    search = only("text", Op.MATCHES, "карты")
    ids = admin.interactions.ids(EVERYTHING)
    found = admin.interactions.snippets(ids, search.criteria)
    (line,) = found.values()
    assert set(found) == set(admin.interactions.ids(search))
    assert (line.message, line.text, line.marks) == (1, "Потеряла карту вчера", ((9, 14),))
    assert admin.interactions.snippets(ids, EVERYTHING.criteria) == {}
    assert admin.interactions.snippets([], search.criteria) == {}
    assert admin.interactions.snippets([12345], search.criteria) == {}


def test_custom_fields_are_told_once_whatever_their_letter_case(admin: Session) -> None:
    put(
        admin,
        bare(1, custom=(("Region", "a"), ("empty", ""))),
        bare(2, custom=(("REGION", "b"), ("Age", "5"))),
    )
    assert admin.interactions.custom_fields() == ("Age", "Region")


def test_every_call_may_come_from_any_thread(admin: Session) -> None:
    put(admin, *(bare(n) for n in range(20)))
    failed: list[BaseException] = []
    found: list[int] = []

    def work() -> None:
        try:
            for _ in range(20):
                ids = admin.interactions.ids(EVERYTHING)
                found.append(len(admin.interactions.rows(ids)))
                admin.interactions.get_by_id(InteractionId(ids[0]))
        except Exception as error:  # noqa: BLE001 (told by the assertion)
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    put(admin, *(bare(n) for n in range(100, 140)))
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(found) <= {20, 60}


def test_readers_see_a_batch_whole_or_not_at_all(admin: Session) -> None:
    counts: set[int] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            counts.add(admin.interactions.count(EVERYTHING, cap=None).n)

    thread = threading.Thread(target=watch)
    thread.start()
    put(admin, *(bare(n) for n in range(150)))
    stop.set()
    thread.join()
    assert counts <= {0, 150}


def test_sort_keys_that_make_no_sense_are_refused(admin: Session) -> None:
    with pytest.raises(UsageError):
        admin.interactions.search(replace(EVERYTHING, sort=(SortKey("nonsense"),)))
    assert EVERYTHING.sort == NEWEST_FIRST
