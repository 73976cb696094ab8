"""What tests of saved sets do with the page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.helpers.stores import make_incoming

Key = Qt.Key


def facts(number):
    return make_incoming(
        number, recordings=(), content={}, flagged=number % 3 == 0, call_problem="echo"
    )


def press(page, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.window().focusWidget() or page, code, modifiers)


def write(page, text):
    QTest.keyClicks(page.window().focusWidget(), text)


def names(page):
    model = page.panel.sets.model
    rows = (model.row(i) for i in range(model.rowCount()))
    return [row.text if row.entry is None else row.entry.name for row in rows]


def counts(page):
    model = page.panel.sets.model
    rows = (model.row(i) for i in range(model.rowCount()))
    return [row.counts.total.n for row in rows if row.counts is not None]


def type_line(page, text):
    page.focus_line()
    press(page, Key.Key_Delete)
    write(page, text)


def saved(session):
    return {entry.name: session.sets.load(entry.id) for entry in session.sets.all() if entry.own}
