"""Screen video that several interactions share, and whose file is damaged or lost."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import ContentDamagedError, SecondPersonError
from reviewer.models.erasure import Shared, What
from reviewer.models.recording import RecordingState
from reviewer.models.requests import Guarded
from reviewer.models.settings import SettingsChange
from reviewer.storage.local.noticing import note_damaged
from tests.conformance.test_shared_video import (
    MINUTE,
    bring,
    bytes_of,
    cut,
    cut_away,
    erase,
    get,
    on_piece,
    put,
    screen,
    states,
)
from tests.helpers.stores import STARTED_US, make_giid, make_incoming

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.erasure import CutPiece, SharedPiece
    from reviewer.storage.store import Session, Store


@pytest.fixture
def shared(admin: Session) -> Session:
    """Two calls of a minute each, the second right after the first, on one piece of video."""
    put(admin, 0, 1)
    return admin


def file_of(session: Session) -> Path:
    """Return the file that holds the piece of the first call."""
    name = get(session, 1).recordings[0].object_id
    return next(session.store._core.folder.parent.rglob(f"{name}*"))


def damaged(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    """Find it damaged; once that is known, keep what can be read of it."""
    if piece.state is RecordingState.AVAILABLE:
        raise ContentDamagedError(name=piece.name, reason="changed")
    return cut(piece, source)


def test_a_piece_found_damaged_by_cutting_says_so_and_can_go_as_a_whole(shared: Session) -> None:
    erased, _ = erase(shared, 1, cutter=damaged)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    states = {get(shared, number).recordings[0].state for number in (1, 2)}
    assert states == {RecordingState.DAMAGED}
    erased, _ = erase(shared, 1, shared=Shared.WHOLE)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}


def test_a_piece_that_was_changed_on_the_disk_is_found_by_cutting(shared: Session) -> None:
    path = file_of(shared)
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    erased, _ = erase(shared, 1, cutter=cut)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    states = {get(shared, number).recordings[0].state for number in (1, 2)}
    assert states == {RecordingState.DAMAGED}


def test_of_a_piece_known_to_be_damaged_what_can_be_read_is_kept(shared: Session) -> None:
    erase(shared, 1, cutter=damaged)
    (piece,) = shared.erasure.preview([get(shared, 1).id], [What.SCREEN]).shared
    assert piece.state is RecordingState.DAMAGED
    # What one that is held shows of it may be put back whole.
    shared.keeping.hold([get(shared, 2).id], "court")
    erased, _ = erase(shared, 1, cutter=damaged)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    shared.keeping.lift([get(shared, 2).id], "closed")
    erased, _ = erase(shared, 1, cutter=damaged)
    assert (list(erased.interactions), erased.failed) == ([make_giid(1)], ())
    other = get(shared, 2)
    assert other.recordings[0].state is RecordingState.AVAILABLE
    with closing(shared.content.open(other.id, other.recordings[0])) as source:
        assert source.read_at(0, 99) == b"what is left"
    assert not shared.store.examine()


def test_what_may_take_all_of_another_needs_two(shared: Session, store: Store) -> None:
    for login in ("olga", "boris"):
        shared.people.add_user(login, login, ["administrator"])
    shared.centre.change(SettingsChange(second_person=frozenset({Guarded.BULK_DELETION})))
    spoil(shared, is_lost=False)
    with pytest.raises(SecondPersonError):
        erase(store.session("olga"), 1, cutter=cut)
    assert get(shared, 1).tombstones == ()


def test_a_piece_of_which_nothing_can_be_read_any_more_goes_for_all(shared: Session) -> None:
    def unreadable(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        raise ContentDamagedError(name=piece.name, reason="changed")

    erase(shared, 1, cutter=unreadable)
    erased, _ = erase(shared, 1, cutter=unreadable)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}
    assert erased.also == (make_giid(2),)
    assert not shared.store.examine()


def lose(session: Session, path: Path) -> Path:
    """Move a file away, and let the store know; return where it is."""
    session.intake.put([make_incoming(7)])
    aside = path.rename(path.parents[2] / "aside")
    session.centre.examine(repair=True)
    assert get(session, 2).recordings[0].state is RecordingState.MISSING
    return aside


def spoil(session: Session, number: int = 1, *, is_lost: bool) -> None:
    """Lose the piece of a call, or damage it so that it can be opened."""
    name = get(session, number).recordings[0].object_id
    path = next(session.store._core.folder.parent.rglob(f"{name}*"))
    if is_lost:
        lose(session, path)
    else:
        note_damaged(session.store._core, name)


def test_nothing_of_a_lost_piece_is_deleted_that_would_come_back_with_it(shared: Session) -> None:
    path = file_of(shared)
    aside = lose(shared, path)
    erased, _ = erase(shared, 1, cutter=cut)
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert get(shared, 1).tombstones == ()
    aside.rename(path)
    erased, _ = erase(shared, 1, cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]
    other = get(shared, 2)
    with closing(shared.content.open(other.id, other.recordings[0])) as source:
        assert source.read_at(0, 99) == b"what is left"
    assert not path.exists()
    assert not shared.store.examine()


def test_a_lost_piece_goes_as_a_whole(shared: Session) -> None:
    path = file_of(shared)
    aside = lose(shared, path)
    erased, _ = erase(shared, 1, shared=Shared.WHOLE)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}
    aside.rename(path)
    shared.centre.examine(repair=True)
    assert not path.exists()
    assert not shared.store.examine()


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_one_brings_back_is_back_for_all(shared: Session, is_lost: bool) -> None:
    """Else what is deleted of one would be left in what the other has."""
    spoil(shared, is_lost=is_lost)
    recording, data = screen(STARTED_US)
    _, changes = shared.intake.put([on_piece(2, recording, data, STARTED_US + MINUTE)])
    first, second = (get(shared, number).recordings[0] for number in (1, 2))
    assert first.state is second.state is RecordingState.AVAILABLE
    assert first.object_id == second.object_id
    assert {get(shared, number).id for number in (1, 2)} <= changes.recordings_of
    assert not shared.store.examine()


def test_what_was_cut_and_lost_is_cut_anew_for_all(admin: Session) -> None:
    put(admin, 0, 1, 2)
    erase(admin, 1, cutter=cut_away)
    left = bytes_of(admin, 3)
    spoil(admin, 2, is_lost=True)
    bring(admin, 3, 2, cutter=cut_away)
    assert bytes_of(admin, 2) == bytes_of(admin, 3) == left
    assert get(admin, 2).recordings[0].object_id == get(admin, 3).recordings[0].object_id
    assert states(admin, 1) == (["deleted"], 1)
    assert not admin.store.examine()
