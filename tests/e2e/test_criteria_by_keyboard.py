"""A whole session at the search page by the keyboard alone, through the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.app import Program
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.storage.local import open_store
from reviewer.ui.settings import WindowSettings
from tests.helpers.stores import ADMIN, make_incoming, make_store

Key, Keys = Qt.Key, Qt.KeyboardModifier
LINE = "disposition:Solved (flagged:yes OR duration>20s)"

pytestmark = [pytest.mark.e2e, pytest.mark.display, pytest.mark.threads]


class User:
    """Sits at the keyboard of one run of the program, without a mouse."""

    def __init__(self, qtbot, folder):
        self.qtbot = qtbot
        settings = WindowSettings(folder / "window.ini")
        settings.set_value("sound/arguments", ["--aout=adummy"])
        store = open_store(folder / "store")
        app = QApplication.instance()
        self.program = Program(app, store, store.session(ADMIN), settings=settings, scheme="dark")
        self.window = self.program.window
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.settle()

    @property
    def page(self):
        return self.window.current

    def settle(self):
        counter = self.page._counter if self.page.name == "search" else None
        self.qtbot.waitUntil(
            lambda: (
                not self.program.runner.busy and (counter is None or not counter._pause.isActive())
            ),
            timeout=10_000,
        )

    def press(self, *keys):
        """Press keys one after the other where the focus is: a key, or a pair with a modifier."""
        for key in keys:
            code, modifier = key if isinstance(key, tuple) else (key, Keys.NoModifier)
            QTest.keyClick(self.window.focusWidget() or self.window, code, modifier)

    def type(self, text):
        QTest.keyClicks(self.window.focusWidget(), text)

    def leave(self):
        self.window.close()
        self.program.close()
        self.program.deleteLater()


CTRL, ALT = Keys.ControlModifier, Keys.AltModifier
SHIFT = Keys.ShiftModifier


def build(user):
    """Build a set with an OR block, condition by condition."""
    user.press(Key.Key_Insert)
    user.type("dispo")
    user.press(Key.Key_Return)
    user.type("sol")
    user.settle()
    user.press(Key.Key_Return, Key.Key_Return)
    user.press((Key.Key_Insert, SHIFT))
    user.press(Key.Key_Insert)
    user.type("was fl")
    user.press(Key.Key_Return, Key.Key_Return)
    user.press(Key.Key_Insert)
    user.type("dura")
    user.press(Key.Key_Return)
    user.press((Key.Key_Backtab, SHIFT))
    user.type("longer")
    user.press(Key.Key_Return)
    user.type("20s")
    user.press(Key.Key_Return)
    user.settle()


def test_building_saving_sharing_loading_moving_and_undoing(qtbot, tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.people.add_user("boss", "The boss", ["manager"])
        session.intake.put(
            make_incoming(n, flagged=n < 3, recordings=(), content={}) for n in range(1, 8)
        )
    user = User(qtbot, tmp_path)
    page = user.page
    build(user)
    assert page.panel.line.text() == LINE
    assert page.panel._count.text() == "7"

    user.press((Key.Key_S, CTRL))
    user.type("Solved and looked at")
    user.press(Key.Key_Return)
    user.settle()
    user.press((Key.Key_O, CTRL), (Key.Key_H, CTRL | SHIFT))
    user.settle()
    with open_store(tmp_path / "store") as store:
        [seen] = store.session("boss").sets.all()
        assert (seen.name, seen.own, seen.channel) == (
            "Solved and looked at",
            False,
            Channel.VOICE,
        )
        assert store.session("boss").sets.load(seen.id).criteria == parse_line(LINE)

    # The block is moved to the top, a condition out of it; and all that is undone.
    user.press((Key.Key_L, CTRL), Key.Key_Down, Key.Key_Home, Key.Key_Down, (Key.Key_Up, ALT))
    assert page.panel.line.text() == "(flagged:yes OR duration>20s) disposition:Solved"
    user.press(Key.Key_Down, (Key.Key_Left, ALT))
    assert page.panel.line.text() == "(duration>20s) flagged:yes disposition:Solved"
    assert page.panel._saved.text() == "Changed: “Solved and looked at”"
    user.press((Key.Key_Z, CTRL), (Key.Key_Z, CTRL))
    assert page.panel.line.text() == LINE
    user.press((Key.Key_Z, CTRL | SHIFT), (Key.Key_Z, CTRL))
    assert page.panel._saved.text() == "“Solved and looked at”"

    # Everything is thrown away, and the set is loaded again.
    user.press((Key.Key_L, CTRL), Key.Key_Delete, (Key.Key_2, CTRL))
    user.settle()
    assert (page.root.members, page.channel) == ((), Channel.CHAT)
    user.press((Key.Key_O, CTRL))
    user.type("looked")
    user.press(Key.Key_Return)
    user.settle()
    assert (page.panel.line.text(), page.channel) == (LINE, Channel.VOICE)

    # From the line at once to the results, and back.
    user.press(Key.Key_Return)
    user.qtbot.waitUntil(lambda: user.window.current.name == "results", timeout=10_000)
    user.settle()
    assert user.page.model.rowCount() >= 7
    user.press(Key.Key_Backspace)
    assert user.page is page
    user.leave()

    user = User(qtbot, tmp_path)
    assert user.page.panel.line.text() == LINE
    assert user.page.panel._saved.text() == "“Solved and looked at”"
    user.press((Key.Key_O, CTRL), Key.Key_Delete)
    user.settle()
    assert user.page.panel._saved.text() == ""
    user.leave()
    with open_store(tmp_path / "store") as store:
        assert store.session("boss").sets.all() == ()
