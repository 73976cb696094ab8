"""The command palette: what it offers, what typing finds, what Enter does, and nothing beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from reviewer.errors import N_
from reviewer.ui.actions import ActionSpec
from reviewer.ui.palette import Command, CommandPalette, matching

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytestqt.qtbot import QtBot

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


class Host(QWidget):
    """A window with a field, two things to do, one that is impossible, and a palette."""

    def __init__(self, actions: ActionRegistry) -> None:
        super().__init__()
        self.done: list[str] = []
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.palette_ = CommandPalette(self, actions, self.more)
        group = N_("Review")
        specs = (
            ActionSpec("test.save", N_("Save the evaluation"), group, ("Ctrl+Return",), "check"),
            ActionSpec("test.find", N_("Find in the transcript"), group, ("F",)),
            ActionSpec("test.gone", N_("Show everything"), group, ("G",)),
        )
        for spec in specs:
            action = actions.add(spec, self, lambda name=spec.name: self.done.append(name))
            action.setEnabled(spec.name != "test.gone")
        commands = ActionSpec("window.commands", N_("Commands"), "", ("Ctrl+K",), over_text=True)
        actions.add(commands, self, self.palette_.open)

    def more(self, typed: str) -> Iterable[Command]:
        if typed == "abc":
            return (Command("Go", "Open abc", lambda: self.done.append("abc")),)
        return () if typed else (Command("Go", "Page", lambda: self.done.append("page")),)


@pytest.fixture
def host(qtbot: QtBot, theme: Theme, actions: ActionRegistry) -> Host:
    made = Host(actions)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.field.setFocus()
    qtbot.waitUntil(made.field.hasFocus)
    return made


def key(host: Host, which: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    target = host.focusWidget() or host
    QTest.keyClick(target, which, held or Qt.KeyboardModifier.NoModifier)


def titles(host: Host) -> set[str]:
    return {command.title for command in host.palette_.shown}


def test_it_offers_what_is_possible_even_while_typing(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    assert host.palette_.isVisible()
    assert titles(host) == {"Save the evaluation", "Find in the transcript", "Page"}
    save = next(c for c in host.palette_.shown if c.title.startswith("Save"))
    assert (save.heading, save.icon) == ("Review", "check")
    assert save.shortcut


def test_typing_finds_and_enter_does_it_where_the_focus_was(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(host.palette_.edit, "TRANSCR find")
    assert titles(host) == {"Find in the transcript"}
    key(host, Qt.Key.Key_Return)
    assert host.done == ["test.find"]
    assert not host.palette_.isVisible()
    assert host.field.hasFocus()


def test_arrows_go_past_headings_and_around(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    order = [command.title for command in host.palette_.shown]
    key(host, Qt.Key.Key_Up)
    key(host, Qt.Key.Key_Return)
    assert order[-1] == "Page"
    assert host.done == ["page"]


def test_what_typing_leads_to_comes_first(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(host.palette_.edit, "abc")
    key(host, Qt.Key.Key_Return)
    assert host.done == ["abc"]


def test_no_key_passes_it_and_escape_closes_it(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    key(host, Qt.Key.Key_Return, CTRL)
    key(host, Qt.Key.Key_F)
    assert host.done == []
    assert host.palette_.edit.text() == "f"
    key(host, Qt.Key.Key_Tab)
    assert host.palette_.edit.hasFocus()
    key(host, Qt.Key.Key_Escape)
    assert not host.palette_.isVisible()
    assert host.field.text() == ""


def test_nothing_found_is_said_and_enter_does_nothing(host: Host) -> None:
    key(host, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(host.palette_.edit, "zzz")
    assert host.palette_.shown == ()
    assert host.palette_.nothing.isVisible()
    key(host, Qt.Key.Key_Down)
    key(host, Qt.Key.Key_Return)
    assert host.done == []
    assert host.palette_.isVisible()


def test_all_words_must_be_there_in_any_order() -> None:
    commands = [Command("View", "Светлая тема", print), Command("View", "Тёмная тема", print)]
    assert [c.title for c in matching(commands, "тема СВЕТ")] == ["Светлая тема"]
    assert len(matching(commands, "view")) == 2
