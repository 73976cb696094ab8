"""Dragging conditions and blocks with the mouse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.ui.search.editor import CriteriaEditor, insert, node_at, remove
from reviewer.ui.search.page import SearchPage
from reviewer.ui.search.tree_drag import drop_at
from reviewer.ui.search.tree_model import TreeRow
from reviewer.ui.search.tree_paint import CHECK_AT, lay_out
from reviewer.ui.theme.tokens import Size
from tests.helpers.stores import ADMIN, make_store

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
LINE = "flagged:yes (problem:echo OR duration>5m) recording:yes"


@pytest.fixture
def page(qtbot, shell, tmp_path):
    with make_store(tmp_path) as store:
        made = SearchPage(shell, store.session(ADMIN))
        qtbot.addWidget(made)
        qtbot.addWidget(made.toolbar)
        made.resize(1360, 760)
        with qtbot.waitExposed(made):
            made.show()
        made.entered()
        made.panel.line._text.setPlainText(LINE)
        qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)
        yield made
        made.left()
        made.closing()
        qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


def row_rect(page, row):
    return page.panel.tree.visualRect(page._model.index(row))


def grip(page, row):
    return lay_out(row_rect(page, row), page._model.row(row)).grip.center().toPoint()


def gap(page, row, depth):
    """Return a point at the upper edge of a row, as far to the right as a depth begins."""
    x = CHECK_AT + depth * Size.BLOCK_INDENT
    last = page._model.rowCount() - 1
    if row > last:
        return QPoint(x, row_rect(page, last).bottom() - 2)
    return QPoint(x, row_rect(page, row).top() + 2)


def drag(page, row, to, *, drop=True):
    view = page.panel.tree.viewport()
    QTest.mousePress(view, LEFT, pos=grip(page, row))
    QTest.mouseMove(view, grip(page, row) + QPoint(0, 40))
    QTest.mouseMove(view, to)
    if drop:
        QTest.mouseRelease(view, LEFT, pos=to)


def line(page):
    return page.panel.line.text()


def test_a_condition_is_dragged_into_a_block_and_out_again(page):
    drag(page, 0, gap(page, 3, 1))
    assert line(page) == "(problem:echo OR flagged:yes OR duration>5m) recording:yes"
    assert page.panel.tree.current_path() == (0, 1)
    drag(page, 2, gap(page, 5, 0))
    assert line(page) == "(problem:echo OR duration>5m) recording:yes flagged:yes"
    page.undo()
    page.undo()
    assert line(page) == LINE


def test_a_block_is_dragged_with_all_that_is_in_it(page):
    drag(page, 1, gap(page, 0, 0))
    assert line(page) == "(problem:echo OR duration>5m) flagged:yes recording:yes"


def test_the_depth_is_chosen_by_the_place_from_the_left(page):
    drag(page, 0, gap(page, 4, 1))
    assert line(page) == "(problem:echo OR duration>5m OR flagged:yes) recording:yes"
    page.undo()
    drag(page, 0, gap(page, 4, 0))
    assert line(page) == "(problem:echo OR duration>5m) flagged:yes recording:yes"


def test_a_block_does_not_go_into_itself(page):
    drag(page, 1, gap(page, 3, 1), drop=False)
    assert page.panel.tree._drop is None
    QTest.mouseRelease(page.panel.tree.viewport(), LEFT, pos=gap(page, 3, 1))
    assert line(page) == LINE
    assert not page._editor.can_undo or page._editor.root == parse_line(LINE)


def test_an_empty_block_takes_what_is_dropped_on_it(page):
    page.rows.act_on("add_block", ())
    drag(page, 0, gap(page, 6, 1))
    assert page._editor.at((2,)).members == (Condition("flagged", Op.YES),)


def test_esc_gives_the_drag_up(page):
    drag(page, 0, gap(page, 5, 0), drop=False)
    view = page.panel.tree
    assert view.dragged == (0,)
    assert view._drop.place == (3,)
    assert view.viewport().cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.keyClick(view, Key.Key_Delete)
    QTest.keyClick(view, Key.Key_Escape)
    assert view.dragged is None
    QTest.mouseRelease(view.viewport(), LEFT, pos=gap(page, 5, 0))
    assert line(page) == LINE
    assert not view._pull.isActive()


def test_the_line_of_the_drop_is_painted(page, theme):
    resting = page.panel.tree.grab().toImage()
    drag(page, 0, gap(page, 4, 1), drop=False)
    dragging = page.panel.tree.grab().toImage()
    y = row_rect(page, 4).top()
    at = QPoint(CHECK_AT + Size.BLOCK_INDENT + 60, y)
    assert dragging.pixelColor(at) == theme.colors.accent
    assert resting.pixelColor(at) != theme.colors.accent
    QTest.keyClick(page.panel.tree, Key.Key_Escape)


def test_a_click_that_trembles_is_no_drag(page):
    view = page.panel.tree.viewport()
    QTest.mousePress(view, LEFT, pos=grip(page, 0))
    QTest.mouseMove(view, grip(page, 0) + QPoint(1, 1))
    assert page.panel.tree.dragged is None
    QTest.mouseRelease(view, LEFT, pos=grip(page, 0))
    assert line(page) == LINE


def test_moving_beyond_the_end_of_a_block_by_the_keyboard_leaves_it(page):
    tree = page.panel.tree
    tree.setFocus()
    tree.choose((1, 1))
    QTest.keyClick(tree, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert line(page) == "flagged:yes (problem:echo) duration>5m recording:yes"
    assert tree.current_path() == (2,)
    QTest.keyClick(tree, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(tree, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert tree.current_path() == (1,)


nodes = st.recursive(
    st.sampled_from("abcdef").map(lambda name: Condition(name, Op.YES)),
    lambda inner: st.builds(Block, st.sampled_from(Join), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)
trees = st.lists(nodes, min_size=1, max_size=4).map(lambda members: Block(members=tuple(members)))


@given(trees, st.data())
def test_wherever_the_mouse_is_nothing_is_lost(qapp, tree, data):
    editor = CriteriaEditor(tree)
    rows = [TreeRow(path, node, on=True) for path, node in editor.rows()]
    height = 36
    rects = [QRect(0, n * height, 900, height) for n in range(len(rows))]
    dragged = data.draw(st.sampled_from([row.path for row in rows]))
    at = QPoint(data.draw(st.integers(-20, 900)), data.draw(st.integers(-50, len(rows) * 40)))
    drop = drop_at(rows, rects, dragged, at)
    if drop is None:
        return
    node = node_at(tree, dragged)
    placed = editor.relocate(dragged, drop.place)
    assert node_at(editor.root, placed) == node
    back = insert(remove(editor.root, placed), dragged, node)
    assert back == tree
    assert rects[0].top() <= drop.y <= rects[-1].bottom() + 1
