"""Makes the review page with its player on libVLC."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from reviewer.player.outputs import has_sound_output
from reviewer.player.qt_player import QtPlayer
from reviewer.player.vlc_engine import VlcEngine
from reviewer.ui.review.page import ReviewPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.player.engine import EngineEvent
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell

# Plays in real time without an output.
_TO_NOWHERE = "--aout=adummy"


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> ReviewPage:
    """Return the page; its engine is started in the background."""
    stored = shell.settings.value("sound/arguments", [])
    arguments = [str(part) for part in stored] if isinstance(stored, list) else []
    silent = not arguments and not has_sound_output(os.environ)
    player = QtPlayer(partial(_engine, [_TO_NOWHERE] if silent else arguments))
    player.warm_up()
    page = ReviewPage(shell, session, player, silent=silent, in_turns=in_turns)
    player.setParent(page)
    return page


def _engine(arguments: list[str], emit: Callable[[EngineEvent], None]) -> VlcEngine:
    return VlcEngine(emit, arguments)
