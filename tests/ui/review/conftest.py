"""A store with the interactions of `builders`, and the page over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.player.qt_player import QtPlayer
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.request import ReviewRequest
from tests.helpers.stores import ADMIN, make_store
from tests.ui.review import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = make_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def session(store: LocalStore) -> Session:
    return store.session(ADMIN)


@pytest.fixture
def ids(store: LocalStore) -> dict[str, InteractionId]:
    """Ids in the store of `call`, `chat`, `deleted_call` and `ivr_call`."""
    names = ("call", "chat", "deleted_call", "ivr_call")
    return {name: builders.put(store, getattr(builders, name)()) for name in names}


@pytest.fixture
def page(
    qtbot: QtBot, shell: Shell, session: Session, ids: dict[str, InteractionId]
) -> Iterator[ReviewPage]:
    """The page in a window of 1440 x 900, silent, with nothing opened yet."""
    player = QtPlayer(None)
    made = ReviewPage(shell, session, player)
    player.setParent(made)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    yield made
    made.left()
    made.closing()


@pytest.fixture
def opened(qtbot: QtBot, page: ReviewPage, ids: dict[str, InteractionId]) -> ReviewPage:
    """The page with `call` open, among the results call, chat, deleted_call."""
    show(qtbot, page, ids, "call")
    return page


def show(qtbot: QtBot, page: ReviewPage, ids: dict[str, InteractionId], name: str) -> None:
    """Open an interaction and wait until all of it is there."""
    among = [ids["call"], ids["chat"], ids["deleted_call"]]
    page.open(ReviewRequest(ids[name], among))
    settle(qtbot, page, ids[name])


def settle(qtbot: QtBot, page: ReviewPage, ident: InteractionId) -> None:
    """Wait until an interaction and its waveforms are there."""
    qtbot.waitUntil(
        lambda: page.opened is not None and page.opened.interaction.id == ident, timeout=20_000
    )
    qtbot.waitUntil(lambda: not page._shell.runner.busy and page.settled, timeout=20_000)


def press(
    qtbot: QtBot,
    page: ReviewPage,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    widget: QWidget | None = None,
) -> None:
    """Press a key where the keyboard is."""
    qtbot.keyClick(widget or QApplication.focusWidget() or page, key, modifiers)


def player_of(page: ReviewPage) -> QtPlayer:
    """Return what plays on the page."""
    return page.listening.player
