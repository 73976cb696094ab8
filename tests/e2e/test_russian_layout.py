"""Every key of every page does what it says under the Russian layout, as the system tells it."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from reviewer.ui.keys import combination
from tests.e2e.test_main_job import User, made

pytestmark = [pytest.mark.e2e, pytest.mark.display]

LATIN = "`QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,."
RUSSIAN = "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
CYRILLIC = dict(zip(LATIN, RUSSIAN, strict=True))
KEY, MODIFIERS = 0x01FF_FFFF, ~0x01FF_FFFF


def russian(shortcut: str) -> QKeyEvent | None:
    """Return the press of a shortcut's key under the Russian layout; None: it is on no letter."""
    code = combination(shortcut)
    letter = CYRILLIC.get(chr(code & KEY)) if code & KEY < 0x80 else None
    if letter is None:
        return None
    modifiers = Qt.KeyboardModifier(code & MODIFIERS)
    plain = not modifiers & ~Qt.KeyboardModifier.ShiftModifier
    return QKeyEvent(QEvent.Type.KeyPress, ord(letter), modifiers, letter.lower() if plain else "")


@pytest.mark.parametrize("page", ["search", "results", "review"])
def test_every_key_on_a_letter(qtbot, tmp_path, page):
    made(tmp_path)
    user = User(qtbot, tmp_path)
    if page != "search":
        user.find_and_open("segments>1")
        user.window.go(page)
        user.settle()
    window, actions = user.window, user.program.actions
    assert window.current.name == page
    done: list[str] = []
    tried = 0
    for spec, action in actions.visible(window):
        action.triggered.disconnect()
        action.triggered.connect(partial(lambda name, *_: done.append(name), spec.name))
        action.setEnabled(True)
    for spec, action in actions.visible(window):
        for shortcut in actions.shortcuts(spec):
            event = russian(shortcut)
            if event is None:
                continue
            tried += 1
            owner = action.parent()
            if QApplication.focusWidget() is not None:
                QApplication.focusWidget().clearFocus()
            done.clear()
            QApplication.sendEvent(owner, event)
            # What lies further inside may have the same key.
            inner = [
                other.name
                for other, act in actions.visible(window)
                if shortcut in actions.shortcuts(other) and owner.isAncestorOf(act.parent())
            ]
            assert done, f"{spec.name}: {shortcut} under the Russian layout"
            assert done == [spec.name] or done[0] in inner, (spec.name, shortcut, done)
    assert tried >= {"search": 5, "results": 8, "review": 25}[page]
    user.leave()
