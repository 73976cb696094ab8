"""Screen video that several interactions share: cut, held, deleted, brought in once more."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import ContentError, SecondPersonError
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.bytesource import MemorySource
from reviewer.models.erasure import CutPiece, RetentionRule, Shared, SharedPiece, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.interaction import Agent
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.models.requests import Guarded
from reviewer.models.settings import SettingsChange
from reviewer.services.erase import left_of
from reviewer.storage.store import Outcome
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
)

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session, Store

MINUTE = 60_000_000


def screen(start: int, name: str = "piece.webm") -> tuple[object, bytes]:
    span = Span(MediaUs(0), WallUs(start), 3 * MINUTE)
    recording = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(span,),
        media_type="video/webm",
        source_name=name,
    )
    return recording, b"a piece of video" * 100


def get(session: Session, number: int) -> Interaction:
    return session.interactions.get(make_giid(number))


def erase(session: Session, *numbers: int, **more: object):
    more = {"shared": Shared.CUT} | more
    ids = [session.interactions.find(make_giid(number)) for number in numbers]
    return session.erasure.erase(ids, [What.SCREEN], "просьба клиента", **more)


@pytest.fixture
def shared(admin: Session) -> Session:
    """Two calls of a minute each, the second right after the first, on one piece of video."""
    recording, data = screen(STARTED_US)
    items = [
        make_incoming(
            number,
            started_us=STARTED_US + (number - 1) * MINUTE,
            recordings=(recording,),
            content={0: data},
            segments=(make_segment(started_us=STARTED_US + (number - 1) * MINUTE),),
        )
        for number in (1, 2)
    ]
    admin.intake.put(items)
    first, second = (get(admin, number).recordings[0].object_id for number in (1, 2))
    assert first == second
    return admin


def cut(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    """Keep what begins after the first minute."""
    assert source.read_at(0, 7) == b"a piece"
    (start, end), *_ = piece.erased
    assert (start, end) == (STARTED_US, STARTED_US + MINUTE)
    left = Span(MediaUs(0), WallUs(STARTED_US + MINUTE), 2 * MINUTE)
    return CutPiece(lambda: MemorySource(b"what is left", "left"), "video/webm", (left,))


def test_a_shared_piece_is_cut_for_the_others(shared: Session) -> None:
    told = shared.erasure.preview([get(shared, 1).id], [What.SCREEN])
    (piece,) = told.shared
    # Its minute goes, not the three of the piece.
    assert told.losses[What.SCREEN].duration_us == MINUTE
    assert [giid for _, giid in piece.others] == [make_giid(2)]
    erased, _ = erase(shared, 1, cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]
    assert erased.losses[What.SCREEN].duration_us == MINUTE
    assert erased.also == ()
    assert get(shared, 1).recordings[0].state is RecordingState.DELETED
    other = get(shared, 2).recordings[0]
    assert other.spans[0].wall_start_us == STARTED_US + MINUTE
    with closing(shared.content.open(get(shared, 2).id, other)) as source:
        assert source.read_at(0, 99) == b"what is left"
    assert not shared.store.examine()


def test_a_shared_piece_can_go_as_a_whole(shared: Session) -> None:
    erased, _ = erase(shared, 1, shared=Shared.WHOLE)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}
    assert erased.also == (make_giid(2),)
    for number in (1, 2):
        after = get(shared, number)
        assert after.recordings[0].state is RecordingState.DELETED
        assert after.tombstones
    assert not shared.store.examine()


def test_a_piece_that_another_held_interaction_needs_does_not_go(shared: Session) -> None:
    shared.keeping.hold([get(shared, 2).id], "court")
    erased, _ = erase(shared, 1, shared=Shared.WHOLE)
    assert erased.interactions == {}
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert get(shared, 1).recordings[0].state is RecordingState.AVAILABLE
    # Its part can be cut out all the same.
    erased, _ = erase(shared, 1, cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]


def test_a_piece_that_cannot_be_cut_takes_nothing_along(shared: Session) -> None:
    def broken(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        raise ContentError(name=piece.name, reason="no frames")

    for cutter in (broken, None):
        erased, _ = erase(shared, 1, cutter=cutter)
        assert [giid for giid, _ in erased.failed] == [make_giid(1)]
        # The held one may be one that the reader does not know of.
        assert "hold" not in erased.failed[0][1]
        assert get(shared, 1).recordings[0].state is RecordingState.AVAILABLE
    assert not shared.store.examine()


def test_what_is_left_of_a_piece_and_was_swept_is_not_referred_to(
    shared: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine slept while it was cut, and another program took it for left behind."""
    core = shared.store._core
    settle = core.vault.settle

    def swept() -> None:
        settle()
        with core.database.write() as connection:
            connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 1")
        core.sweep()

    monkeypatch.setattr(core.vault, "settle", swept)
    erased, _ = erase(shared, 1, cutter=cut)
    monkeypatch.undo()
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert get(shared, 1).recordings[0].state is RecordingState.AVAILABLE
    assert not shared.store.examine()
    erased, _ = erase(shared, 1, cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]
    assert not shared.store.examine()


def test_both_together_need_no_cutting(shared: Session) -> None:
    erased, _ = erase(shared, 1, 2)
    assert len(erased.interactions) == 2
    assert not shared.store.examine()


# --- holds ---------------------------------------------------------------------------------------


def cut_away(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    """Keep what is not to go, as the product's cutter does, with content that says so."""
    placed: list[Span] = []
    reached = 0
    for span in left_of(piece.spans, piece.erased):
        placed.append(Span(MediaUs(reached), span.wall_start_us, span.duration_us))
        reached += span.duration_us
    left = b"left of " + source.read_at(0, 7)
    return CutPiece(lambda: MemorySource(left, "left"), "video/webm", tuple(placed))


def put(session: Session, *starts: float) -> None:
    """Bring in calls of a minute on one piece of three, each that many minutes after its start."""
    recording, data = screen(STARTED_US)
    session.intake.put(
        [
            on_piece(number, recording, data, STARTED_US + round(start * MINUTE))
            for number, start in enumerate(starts, 1)
        ]
    )


def on_piece(number: int, recording: object, data: bytes, start: int, **more: object) -> Incoming:
    return make_incoming(
        number,
        started_us=start,
        recordings=(recording,),
        content={0: data},
        segments=(make_segment(started_us=start, **more),),
    )


def shown(session: Session, number: int) -> list[tuple[float, float]]:
    """Return the minutes [from, to) of a call's own time that its video shows."""
    call = get(session, number)
    (recording,) = call.recordings
    assert recording.state is RecordingState.AVAILABLE
    with closing(session.content.open(call.id, recording)) as source:
        assert source.read_at(0, 1)
    stretches = [
        (max(span.wall_start_us, call.started_us), min(span.wall_end_us, call.ended_us))
        for span in recording.spans
    ]
    return [((a - STARTED_US) / MINUTE, (b - STARTED_US) / MINUTE) for a, b in stretches if a < b]


def hold(session: Session, number: int) -> None:
    session.keeping.hold([get(session, number).id], "court")


def states(session: Session, number: int) -> tuple[list[str], int]:
    call = get(session, number)
    return [recording.state.value for recording in call.recordings], len(call.tombstones)


def test_one_deletion_that_takes_all_of_another_needs_two(admin: Session, store: Store) -> None:
    """A chat within a call: cutting the call's stretch leaves nothing of what the chat shows."""
    put(admin, 0, 0, 2)
    for login in ("olga", "boris"):
        admin.people.add_user(login, login, ["administrator"])
    admin.centre.change(SettingsChange(second_person=frozenset({Guarded.BULK_DELETION})))
    olga, number = store.session("olga"), [get(admin, 1).id]
    with pytest.raises(SecondPersonError):
        erase(olga, 1, cutter=cut_away)
    assert [shown(admin, n) for n in (1, 2)] == [[(0, 1)]] * 2
    # Who keeps all they show take nobody.
    erase(olga, 3, cutter=cut_away)
    request, _ = olga.requests.ask_erase(number, [What.SCREEN], "closed", shared=Shared.CUT)
    assert (request.total, request.others) == (1, 1)
    erased, _ = store.session("boris").requests.approve(request.number, cutter=cut_away)
    assert erased.also == (make_giid(2),)


@pytest.mark.parametrize("cutting", list(Shared))
def test_a_held_one_among_those_to_delete_keeps_its_video(admin: Session, cutting: Shared) -> None:
    put(admin, 0, 1, 2)
    hold(admin, 2)
    erased, _ = erase(admin, 1, 2, shared=cutting, cutter=cut_away)
    assert (erased.held, erased.also) == ((make_giid(2),), ())
    assert shown(admin, 2) == [(1, 2)]
    assert shown(admin, 3) == [(2, 3)]
    assert states(admin, 2)[1] == 0
    if cutting is Shared.CUT:
        assert list(erased.interactions) == [make_giid(1)]
        assert states(admin, 1) == (["deleted"], 1)
    else:
        assert [giid for giid, _ in erased.failed] == [make_giid(1)]
        assert states(admin, 1) == (["available"], 0)
    assert not admin.store.examine()


@pytest.mark.parametrize("cutting", list(Shared))
def test_a_deletion_of_many_ends_where_only_held_ones_share_the_piece(
    admin: Session, cutting: Shared
) -> None:
    put(admin, 0, 1)
    hold(admin, 2)
    erased, _ = erase(admin, 1, 2, shared=cutting, cutter=cut_away)
    assert erased.held == (make_giid(2),)
    assert len(erased.interactions) + len(erased.failed) == 1
    assert shown(admin, 2) == [(1, 2)]
    assert admin.erasure.unfinished() == ()


@pytest.mark.parametrize("start", [0, 0.5])
@pytest.mark.parametrize("by_retention", [False, True])
def test_what_a_held_one_shows_at_the_same_time_stays(
    admin: Session, start: float, by_retention: bool
) -> None:
    put(admin, 0, start, 2)
    hold(admin, 2)
    (piece,) = admin.erasure.preview([get(admin, 1).id], [What.SCREEN]).shared
    assert piece.held
    if by_retention:
        admin.keeping.set_rules([RetentionRule("", What.SCREEN, 1)])
        admin.erasure.expire(cutter=cut_away)
    else:
        erase(admin, 1, cutter=cut_away)
    assert states(admin, 1) == (["expired" if by_retention else "deleted"], 1)
    assert shown(admin, 2) == [(start, start + 1)]
    assert not admin.store.examine()


def test_a_cutter_that_takes_of_a_held_one_is_not_followed(admin: Session) -> None:
    def careless(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        left = Span(MediaUs(0), WallUs(STARTED_US + 2 * MINUTE), MINUTE)
        return CutPiece(lambda: MemorySource(b"left", "left"), "video/webm", (left,))

    put(admin, 0, 1)
    hold(admin, 2)
    erased, _ = erase(admin, 1, cutter=careless)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert (shown(admin, 1), shown(admin, 2)) == ([(0, 1)], [(1, 2)])
    assert not admin.store.examine()


def test_what_came_while_it_was_cut_is_seen(admin: Session, store: Store) -> None:
    """Another holds one of its owners, and deletes the same."""
    put(admin, 0, 0.5, 1.5)
    came: list[int] = []

    def slow(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        if not came:
            came.append(1)
            hold(store.session(ADMIN), 2)
        return cut_away(piece, source)

    erased, _ = erase(admin, 1, cutter=slow)
    assert (list(erased.interactions), erased.failed) == ([make_giid(1)], ())
    assert shown(admin, 2) == [(0.5, 1.5)]

    def late(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        if len(came) == 1:
            came.append(2)
            erase(store.session(ADMIN), 3, cutter=cut_away)
        return cut_away(piece, source)

    erased, _ = erase(admin, 3, cutter=late)
    assert (erased.interactions, erased.nothing, erased.failed) == ({}, 1, ())
    assert states(admin, 3) == (["deleted"], 1)
    assert shown(admin, 2) == [(0.5, 1.5)]
    assert not admin.store.examine()


def test_where_it_changes_again_and_again_it_is_told(admin: Session, store: Store) -> None:
    put(admin, 0, 0.5)

    def restless(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        if admin.keeping.hold_of(get(admin, 2).id) is None:
            hold(admin, 2)
        else:
            admin.keeping.lift([get(admin, 2).id], "closed")
        return cut_away(piece, source)

    erased, _ = erase(admin, 1, cutter=restless)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert get(admin, 1).tombstones == ()


# --- what one may not see ------------------------------------------------------------------------


def test_others_that_may_not_be_seen_are_counted_not_named(admin: Session, store: Store) -> None:
    recording, data = screen(STARTED_US)
    teams = ("Sales", "Sales", "Claims")
    admin.intake.put(
        on_piece(number, recording, data, STARTED_US + number * MINUTE,
                 agent=Agent(f"a{number}", "A", "B", team=team))
        for number, team in enumerate(teams)
    )  # fmt: skip
    role, _ = admin.people.add_role("Eraser", {Privilege.RECORDS_ERASE, Privilege.LISTEN_TEAMS})
    admin.people.add_user("eraser", "E", [role.key], teams=["Sales"])
    hidden = get(admin, 2)
    erased, changes = erase(store.session("eraser"), 0, shared=Shared.WHOLE)
    assert set(erased.interactions) == {make_giid(0), make_giid(1)}
    assert (erased.also, erased.hidden_also) == ((make_giid(1),), 1)
    assert hidden.id not in changes.recordings_of
    assert states(admin, 2) == (["deleted"], 1)
    entries = admin.audit.entries(AuditQuery(acts=("deleted",)))
    assert {entry.giid for entry in entries} == {make_giid(n) for n in range(3)}


# --- brought in once more ------------------------------------------------------------------------


def bytes_of(session: Session, number: int) -> bytes:
    call = get(session, number)
    (recording,) = call.recordings
    with closing(session.content.open(call.id, recording)) as source:
        return source.read_at(0, 10_000)


def test_a_piece_that_was_cut_does_not_come_back_whole(admin: Session) -> None:
    put(admin, 0, 1)
    erase(admin, 1, cutter=cut_away)
    left = bytes_of(admin, 2)
    recording, data = screen(STARTED_US)
    for number, disposition in ((2, "Other"), (3, "Solved"), (1, "Other")):
        start = STARTED_US + (number - 1) * MINUTE
        item = on_piece(number, recording, data, start, disposition=disposition)
        (landed,), _ = admin.intake.put([item])
        assert landed.outcome is (Outcome.ADDED if number == 3 else Outcome.UPDATED)
        (again,), _ = admin.intake.put([item])
        assert again.outcome is Outcome.UNCHANGED
    assert bytes_of(admin, 2) == bytes_of(admin, 3) == left
    assert (shown(admin, 2), shown(admin, 3)) == ([(1, 2)], [(2, 3)])
    assert states(admin, 1) == (["deleted"], 1)
    # One more cut, of what was left: the file it came from is still the whole piece.
    erase(admin, 2, cutter=lambda piece, _: cut_away(piece, MemorySource(b"the rest", "r")))
    admin.intake.put([on_piece(4, recording, data, STARTED_US + 2 * MINUTE)])
    assert bytes_of(admin, 4) == b"left of the res"
    assert not admin.store.examine()


def test_nothing_comes_back_of_a_piece_of_which_nothing_is_left(admin: Session) -> None:
    put(admin, 0, 1)
    erase(admin, 1, shared=Shared.WHOLE)
    recording, data = screen(STARTED_US)
    admin.intake.put([on_piece(3, recording, data, STARTED_US + 2 * MINUTE)])
    assert states(admin, 3) == (["deleted"], 0)
    assert not admin.store.examine()


# --- of one owner --------------------------------------------------------------------------------


def bring(session: Session, number: int, start: float, **more: object):
    """Bring in a call on the piece that begins so many minutes after it."""
    recording, data = screen(STARTED_US)
    item = on_piece(number, recording, data, STARTED_US + round(start * MINUTE))
    return session.intake.put([item], **more)[0][0]


@pytest.mark.parametrize("expires", [False, True])
def test_what_one_owner_lost_does_not_come_back_with_another(admin: Session, expires: bool) -> None:
    put(admin, 0)
    if expires:
        admin.keeping.set_rules([RetentionRule("", What.SCREEN, 1)])
        admin.erasure.expire(cutter=cut_away)
    else:
        erase(admin, 1)
    # The file still shows the first minute; the second call lies half in it.
    assert bring(admin, 2, 0.5, cutter=cut_away).outcome is Outcome.ADDED
    assert shown(admin, 2) == [(1, 1.5)]
    assert bytes_of(admin, 2) == b"left of a piece"
    # A third one is given the same object, and nothing changes when all of them come again.
    assert bring(admin, 3, 1, cutter=cut_away).outcome is Outcome.ADDED
    assert get(admin, 3).recordings[0].object_id == get(admin, 2).recordings[0].object_id
    for number, start in ((1, 0), (2, 0.5), (3, 1)):
        assert bring(admin, number, start, cutter=cut_away).outcome is Outcome.UNCHANGED
    assert states(admin, 1)[1] == 1
    assert not admin.store.examine()


def test_several_that_come_together_share_what_is_cut_anew(admin: Session) -> None:
    put(admin, 0)
    erase(admin, 1)
    recording, data = screen(STARTED_US)
    items = [on_piece(n, recording, data, STARTED_US + n * MINUTE // 2) for n in (2, 3)]
    admin.intake.put(items, cutter=cut_away)
    first, second = (get(admin, number).recordings[0].object_id for number in (2, 3))
    assert first == second
    assert not admin.store.examine()


def test_without_a_cutter_nothing_of_it_comes_in(admin: Session) -> None:
    put(admin, 0)
    erase(admin, 1)
    bring(admin, 2, 0.5)
    assert states(admin, 2) == (["deleted"], 0)
    # The same once more, from where it can be cut, and under another GIID: it stays so.
    bring(admin, 3, 0, cutter=cut_away)
    assert states(admin, 3) == (["deleted"], 0)
    assert not admin.store.examine()


def test_what_was_cut_and_then_lost_by_its_last_owner_is_cut_further(admin: Session) -> None:
    put(admin, 0, 1)
    erase(admin, 1, cutter=cut_away)
    erase(admin, 2)
    bring(admin, 3, 0.5, cutter=cut_away)
    assert states(admin, 3) == (["deleted"], 0)
    bring(admin, 4, 1.5, cutter=cut_away)
    assert shown(admin, 4) == [(2, 2.5)]
    assert not admin.store.examine()


def test_a_deletion_while_it_is_brought_in_is_seen(admin: Session, store: Store) -> None:
    """What was written whole is cut after all when its part was deleted before it is entered."""
    put(admin, 0)
    deleted: list[int] = []

    class Meanwhile(NoProgress):
        def report(self, done: int, total: int | None, name: str = "") -> None:
            if not deleted:
                deleted.append(1)
                erase(store.session(ADMIN), 1)

    bring(admin, 2, 0.5, cutter=cut_away, progress=Meanwhile())
    assert deleted
    assert shown(admin, 2) == [(1, 1.5)]
    assert not admin.store.examine()


def test_a_piece_that_cannot_be_cut_anew_is_refused_by_name(admin: Session) -> None:
    def broken(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        raise ContentError(name=piece.name, reason="no frames")

    put(admin, 0)
    erase(admin, 1)
    landed = bring(admin, 2, 0.5, cutter=broken)
    assert landed.outcome is Outcome.REJECTED
    assert "piece.webm" in str(landed.error.fields)
