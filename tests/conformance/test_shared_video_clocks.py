"""Screen video of which a clock was put right: what was deleted of it stays deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.storage.store import Outcome
from tests.conformance.test_shared_video import (
    MINUTE,
    bring,
    bytes_of,
    cut_away,
    erase,
    get,
    hold,
    on_piece,
    put,
    screen,
    shown,
    states,
)
from tests.helpers.stores import STARTED_US

if TYPE_CHECKING:
    from reviewer.storage.store import Landed, Session


def by_another_clock(
    session: Session, number: int, start: float, hours: int, **more: object
) -> Landed:
    """Bring in a call and its piece as a clock that was put right tells of them."""
    began = STARTED_US + hours * 60 * MINUTE
    recording, data = screen(began)
    item = on_piece(number, recording, data, began + round(start * MINUTE))
    return session.intake.put([item], **more)[0][0]


@pytest.mark.parametrize("cuts", [True, False])
def test_a_clock_put_right_brings_nothing_back_of_a_piece_that_was_cut(
    admin: Session, cuts: bool
) -> None:
    put(admin, 0, 1)
    erase(admin, 1, cutter=cut_away)
    left = bytes_of(admin, 2)
    more = {"cutter": cut_away} if cuts else {}
    assert by_another_clock(admin, 2, 1, 1, **more).outcome is Outcome.UPDATED
    assert bytes_of(admin, 2) == left
    spans = get(admin, 2).recordings[0].spans
    assert [span.wall_start_us for span in spans] == [STARTED_US + (61 if cuts else 1) * MINUTE]
    assert by_another_clock(admin, 2, 1, 1, **more).outcome is Outcome.UNCHANGED
    # One more owner by that clock, one by a third, and the first again by its own.
    by_another_clock(admin, 3, 0.5, 1, **more)
    by_another_clock(admin, 4, 0, 2, **more)
    bring(admin, 5, 0.5, **more)
    assert states(admin, 4) == (["deleted"], 0)
    for number in (3, 5):
        gone = get(admin, number).recordings[0].object_id is None
        assert gone or bytes_of(admin, number) == left
    assert not admin.store.examine()


def test_what_was_deleted_by_two_clocks_stays_deleted_by_both(admin: Session) -> None:
    put(admin, 0, 1)
    erase(admin, 1, cutter=cut_away)
    by_another_clock(admin, 2, 1, 1, cutter=cut_away)
    erase(admin, 2, cutter=cut_away)
    for hours in (0, 1, 2):
        by_another_clock(admin, 3, 0, hours, cutter=cut_away)
        by_another_clock(admin, 4, 1, hours, cutter=cut_away)
        assert (states(admin, 3)[0], states(admin, 4)[0]) == (["deleted"], ["deleted"])
    by_another_clock(admin, 5, 1.5, 0, cutter=cut_away)
    assert shown(admin, 5) == [(2, 2.5)]
    assert not admin.store.examine()


def test_a_call_of_which_a_clock_was_put_right_is_cut_out_of_its_own_piece(admin: Session) -> None:
    """Those that share the piece by the former clock keep theirs, whole."""
    put(admin, 0, 1)
    hold(admin, 2)
    by_another_clock(admin, 1, 0, 1)
    first, second = (get(admin, number).recordings[0] for number in (1, 2))
    assert first.object_id != second.object_id
    erase(admin, 1)
    assert states(admin, 1) == (["deleted"], 1)
    assert shown(admin, 2) == [(1, 2)]
    assert not admin.store.examine()
