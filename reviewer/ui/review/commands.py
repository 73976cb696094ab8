"""What can be done on the review page, and on which keys (see the keys of the manual)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.ui.actions import ActionSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.actions import ActionRegistry

_PLAYER: Final = N_("Player")
_TIMELINE: Final = N_("Timeline")
_REVIEW: Final = N_("Review")

SPECS: Final = (
    ActionSpec("player.play_pause", N_("Play or pause"), _PLAYER, ("Space", "K"), "play"),
    ActionSpec(
        "player.play_pause_typing",
        N_("Play or pause, while typing too"),
        _PLAYER,
        ("Ctrl+Space",),
        over_text=True,
    ),
    # A foot pedal is a key of its own choice: see "Change the keys".
    ActionSpec("player.pedal", N_("Play while the key is held"), _PLAYER, held=True),
    ActionSpec("player.slower", N_("Slower"), _PLAYER, ("J",)),
    ActionSpec("player.faster", N_("Faster"), _PLAYER, ("L",)),
    ActionSpec("player.back_10", N_("Back 10 s"), _PLAYER, ("Left",), "back-10", repeats=True),
    ActionSpec(
        "player.forward_10", N_("Forward 10 s"), _PLAYER, ("Right",), "forward-10", repeats=True
    ),
    ActionSpec("player.back_1", N_("Back 1 s"), _PLAYER, ("Shift+Left",), repeats=True),
    ActionSpec("player.forward_1", N_("Forward 1 s"), _PLAYER, ("Shift+Right",), repeats=True),
    ActionSpec(
        "player.back_typing",
        N_("Back 10 s, while typing too"),
        _PLAYER,
        ("Ctrl+Left",),
        over_text=True,
        repeats=True,
    ),
    ActionSpec(
        "player.forward_typing",
        N_("Forward 10 s, while typing too"),
        _PLAYER,
        ("Ctrl+Right",),
        over_text=True,
        repeats=True,
    ),
    ActionSpec("player.slow_back", N_("Back 3 s and slower"), _PLAYER, ("B",)),
    ActionSpec(
        "player.skip", N_("Skip pauses, hold music and ringing"), _PLAYER, ("S",), "fast-forward"
    ),
    ActionSpec("player.fast", N_("Let pauses go by fast"), _PLAYER, ("Shift+S",)),
    ActionSpec(
        "player.loop", N_("Loop the marked range"), _PLAYER, ("A",), "repeat", checkable=True
    ),
    ActionSpec("review.mark_in", N_("Mark the beginning of a range"), _TIMELINE, ("I",)),
    ActionSpec("review.mark_out", N_("Mark the end of a range"), _TIMELINE, ("O",)),
    ActionSpec("review.clear_marks", N_("Clear the marks"), _TIMELINE, ("Shift+A",)),
    ActionSpec("review.undo_marks", N_("Undo the marks"), _TIMELINE, ("Ctrl+Z",), hidden=True),
    ActionSpec("timeline.mute_row", N_("Mute this segment"), _TIMELINE, ("X",), "volume-x"),
    ActionSpec("timeline.solo_row", N_("Hear only this segment"), _TIMELINE, ("Shift+X",), "ear"),
    ActionSpec(
        "timeline.louder_row",
        N_("This segment louder"),
        _TIMELINE,
        ("Ctrl+Shift+Up",),
        repeats=True,
        hidden=True,
    ),
    ActionSpec(
        "timeline.softer_row",
        N_("This segment softer"),
        _TIMELINE,
        ("Ctrl+Shift+Down",),
        repeats=True,
        hidden=True,
    ),
    ActionSpec("review.previous_line", N_("Previous utterance"), _REVIEW, ("Alt+Left",)),
    ActionSpec("review.next_line", N_("Next utterance"), _REVIEW, ("Alt+Right",)),
    ActionSpec("review.next_event", N_("Next event of the call"), _TIMELINE, ("E",)),
    ActionSpec("review.previous_event", N_("Previous event of the call"), _TIMELINE, ("Shift+E",)),
    ActionSpec("review.find", N_("Find in the transcript"), _REVIEW, ("Ctrl+F",), "search"),
    ActionSpec("review.next_hit", N_("Next hit"), _REVIEW, ("F3",)),
    ActionSpec("review.previous_hit", N_("Previous hit"), _REVIEW, ("Shift+F3",)),
    ActionSpec("review.previous_segment", N_("Previous segment"), _TIMELINE, ("P",), "skip-back"),
    ActionSpec("review.next_segment", N_("Next segment"), _TIMELINE, ("N",), "skip-forward"),
    ActionSpec(
        "review.heard_segment", N_("To the segment that is heard"), _TIMELINE, ("H",), "ear"
    ),
    ActionSpec("timeline.zoom_in", N_("Zoom in"), _TIMELINE, ("+", "="), "zoom-in", repeats=True),
    ActionSpec("timeline.zoom_out", N_("Zoom out"), _TIMELINE, ("-",), "zoom-out", repeats=True),
    ActionSpec("timeline.fit", N_("Show everything"), _TIMELINE, ("F",), "move-horizontal"),
    ActionSpec("review.go_to_time", N_("Go to a time"), _TIMELINE, ("Ctrl+G",)),
    ActionSpec("review.remark", N_("Comment or bookmark here"), _REVIEW, ("M",), "bookmark"),
    ActionSpec(
        "review.previous_interaction",
        N_("Previous interaction of the results"),
        _REVIEW,
        ("Ctrl+PgUp",),
        "arrow-up",
    ),
    ActionSpec(
        "review.next_interaction",
        N_("Next interaction of the results"),
        _REVIEW,
        ("Ctrl+PgDown",),
        "arrow-down",
    ),
    ActionSpec(
        "review.return",
        N_("Back to the interaction before"),
        _REVIEW,
        ("Ctrl+Backspace",),
        "undo-2",
    ),
    ActionSpec("review.evaluate", N_("Save the evaluation"), _REVIEW, ("Ctrl+Return",)),
    ActionSpec(
        "review.next_after_saving",
        N_("After saving, open the next interaction"),
        _REVIEW,
        icon="arrow-down",
        checkable=True,
    ),
    ActionSpec("review.save_draft", N_("Keep all as a draft"), _REVIEW, ("Ctrl+S",), "save"),
)
SCORES: Final = tuple(
    ActionSpec(
        f"review.score_{score}",
        N_("Score the category: 1 to 9, 0 for none"),
        _REVIEW,
        (str(score),),
        hidden=score != 1,
        family="score",
    )
    for score in (*range(1, 10), 0)
)


_ACTIONS_A_TURN: Final = 16


def register(
    actions: ActionRegistry,
    owner: QWidget,
    handlers: dict[str, Callable[[], object]],
    released: dict[str, Callable[[], object]],
    score: Callable[[int], object],
) -> Generator[None, None, dict[str, QAction]]:
    """Register all actions of the page, in turns.

    Args:
        actions: The registry.
        owner: The page.
        handlers: What each of `SPECS` does, by name.
        released: What letting the keys of those that are held does.
        score: Takes a digit's value.

    Returns:
        The actions by name.
    """
    made: dict[str, QAction] = {}
    for number, spec in enumerate(SPECS, 1):
        made[spec.name] = actions.add(spec, owner, handlers[spec.name], released.get(spec.name))
        if number % _ACTIONS_A_TURN == 0:
            yield
    for spec in SCORES:
        value = int(spec.shortcuts[0])
        made[spec.name] = actions.add(spec, owner, partial(score, value))
    return made
