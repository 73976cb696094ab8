"""What an interaction, its parts and its recordings say of themselves."""

from __future__ import annotations

import pytest

from reviewer.errors import CancelledError
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import conditions
from reviewer.models.ids import WallUs
from reviewer.models.interaction import ScenarioStep
from reviewer.models.progress import Cancellation
from tests.helpers.stores import STARTED_US, make_interaction, make_segment

S = 1_000_000


def test_a_segment_lasts_from_its_start_to_its_end_and_never_less_than_nothing():
    assert make_segment().duration_us == 60 * S
    assert make_segment(ended_us=WallUs(STARTED_US - 5 * S)).duration_us == 0


def test_segments_are_found_by_their_number():
    call = make_interaction(1, segments=(make_segment(1), make_segment(2)))
    found = call.segment(2)
    assert found is not None
    assert found.number == 2
    assert call.segment(3) is None


def test_a_block_can_be_given_other_members():
    block = parse_line("flagged:yes (duration>5m OR problem:echo)")
    inner = block.members[1]
    assert block.with_members(inner).members == (inner,)
    assert [c.key for c in conditions(block)] == ["flagged", "duration", "problem"]


def test_a_hook_of_a_stop_can_be_taken_back_twice():
    cancel = Cancellation()
    called: list[str] = []
    unhook = cancel.on_cancel(lambda: called.append("first"))
    cancel.on_cancel(lambda: called.append("second"))
    unhook()
    unhook()
    cancel.cancel()
    assert called == ["second"]
    # One that comes too late is run at once.
    cancel.on_cancel(lambda: called.append("late"))()
    assert called == ["second", "late"]
    with pytest.raises(CancelledError):
        cancel.raise_if_cancelled()


@pytest.mark.parametrize(
    ("exit_taken", "abnormal", "choice"),
    [
        ("normal exit", False, False),
        ("Normal Exit", False, False),
        ("", False, False),
        ("1", False, True),
        ("12#", False, True),
        ("TargetDisconnected", True, False),
        ("exception", True, False),
    ],
)
def test_a_block_is_left_normally_by_a_choice_or_abnormally(exit_taken, abnormal, choice):
    step = ScenarioStep(1, WallUs(STARTED_US), 0, "Main", "Menu.1", "Menu", 40, exit_taken)
    assert step.is_abnormal is abnormal
    assert step.is_choice is choice
