"""What tests of the page of criteria do with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.models.criteria.tree import Block
from tests.helpers.stores import make_incoming

Key = Qt.Key


def facts(number: int):
    problem = "echo" if number % 2 else ""
    flagged = number % 3 == 0
    return make_incoming(number, recordings=(), content={}, call_problem=problem, flagged=flagged)


def line_field(page):
    return page.panel.line.focusProxy()


def type_line(page, text):
    field = line_field(page)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, text)


def key(page, code, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus would be: in the tree."""
    QTest.keyClick(page.panel.tree, code, modifiers)


def keys_of(page):
    return [
        node.key if not isinstance(node, Block) else node.join for _, node in page._editor.rows()
    ]


def go_to(page, *path):
    page.panel.tree.setFocus()
    page.panel.tree.choose(path)
