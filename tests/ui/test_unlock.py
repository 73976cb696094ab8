"""The dialog that asks for what opens an encrypted store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from reviewer.errors import StoreDamagedError, UsageError, WrongPassphraseError
from reviewer.ui.theme.theme import Theme
from reviewer.ui.unlock import Unlocking
from tests.helpers.stores import make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.storage.store import Store

PASSPHRASE = "correct horse"


class Door:
    """A store that one passphrase opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tried: list[str] = []
        self.opened: Store | None = None

    def open_with(self, text: str, _watch: object) -> Store:
        self.tried.append(text)
        if text == "damaged":
            raise StoreDamagedError(store="calls", reason="cut")
        if text == "mistyped":
            raise UsageError(reason="the recovery key is mistyped")
        if text != PASSPHRASE:
            raise WrongPassphraseError(store="calls")
        self.opened = make_store(self._folder)
        return self.opened


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    if made.opened is not None:
        made.opened.close()


@pytest.fixture
def unlocking(qapp: QApplication, door: Door, qtbot: QtBot) -> Iterator[Unlocking]:
    Theme.install(qapp)
    made = Unlocking(qapp, "/stores/calls", door.open_with)
    made.dialog.show()
    qtbot.waitExposed(made.dialog)
    yield made
    made.close()


def test_the_passphrase_is_hidden_and_asked_for_by_name(unlocking: Unlocking) -> None:
    dialog = unlocking.dialog
    assert "calls is encrypted" in dialog.windowTitle()
    assert dialog.edit.echoMode() is QLineEdit.EchoMode.Password
    assert dialog.edit.accessibleName() == "Passphrase or recovery key"
    assert dialog.edit.hasFocus() or dialog.focusWidget() is dialog.edit
    assert not dialog.act.isEnabled()


def test_enter_opens_and_hands_the_store_over(
    unlocking: Unlocking, door: Door, qtbot: QtBot
) -> None:
    dialog = unlocking.dialog
    qtbot.keyClicks(dialog.edit, PASSPHRASE)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert door.tried == [PASSPHRASE]
    assert dialog.edit.text() == ""
    assert unlocking.close() is door.opened


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("wrong", "Check the keyboard layout"),
        ("mistyped", "mistyped"),
        ("damaged", "damaged"),
    ],
)
def test_what_does_not_open_it_is_told_in_place(
    unlocking: Unlocking, door: Door, qtbot: QtBot, typed: str, said: str
) -> None:
    dialog = unlocking.dialog
    qtbot.keyClicks(dialog.edit, typed)
    qtbot.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said in dialog.told.text())
    assert dialog.isVisible()
    assert dialog.edit.isEnabled()
    assert dialog.edit.selectedText() != ""
    # Typing again takes the sentence away, and the right one opens.
    qtbot.keyClicks(dialog.edit, PASSPHRASE)
    assert dialog.told.text() == ""
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert door.tried == [typed, PASSPHRASE]


def test_escape_gives_it_up(unlocking: Unlocking, door: Door, qtbot: QtBot) -> None:
    with qtbot.waitSignal(unlocking.dialog.rejected):
        qtbot.keyClick(unlocking.dialog, Qt.Key.Key_Escape)
    assert unlocking.close() is None
    assert door.tried == []
