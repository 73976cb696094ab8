"""Rows kept as images: always what a fresh painting would show, never all painted in one turn."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.models.columns import columns_for
from reviewer.models.interaction import Channel
from reviewer.ui.results import cell_images, row_images
from reviewer.ui.results.cell_images import CellImages
from reviewer.ui.results.delegate import RowDelegate
from reviewer.ui.results.header import ResultsHeader
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.row_images import RowImages
from reviewer.ui.results.view import ResultsView
from reviewer.ui.results.wording import ResultsWording
from tests.ui.results.builders import make_row, make_rows, make_whole


@pytest.fixture
def view(qtbot, theme):
    wording = ResultsWording(columns_for(Channel.VOICE), ZoneInfo("Europe/Moscow"))
    model = ResultsModel(wording)
    made = ResultsView(model, ResultsHeader({}, frozenset()))
    model.setParent(made)
    qtbot.addWidget(made)
    model.start(1)
    made.resize(1300, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    rows = [make_row(n, segment_count=3 if n == 3 else 1) for n in range(1, 101)]
    model.show_first(1, rows, all_=True)
    made.choose(0)
    return made


def shown(view, qtbot):
    """What is on the screen once everything is painted."""
    view.viewport().update()
    qtbot.waitUntil(lambda: QApplication.sendPostedEvents() or view.settled)
    return view.grab().toImage()


def fresh(view, monkeypatch):
    """What a painting shows that knows nothing of earlier ones."""
    with monkeypatch.context() as patch:
        patch.setattr(row_images, "_TURN_S", 1e9)
        patch.setattr(CellImages, "paint", lambda _self, _painter, _cells, places, _ground: places)
        view._images._images.clear()
        return view.grab().toImage()


def choose_fifth(view):
    view.choose(5)


def choose_two(view):
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)


def point_at_one(view):
    view._hover(4)


def move_a_column(view):
    view.horizontalHeader().moveSection(2, 5)


def widen_a_column(view):
    view.horizontalHeader().resizeSection(1, 333)


def hide_a_column(view):
    view.horizontalHeader().setSectionHidden(2, True)


def scroll_down(view):
    view.verticalScrollBar().setValue(7)


def scroll_aside(view):
    view.horizontalScrollBar().setValue(40)


def open_parts(view):
    view.model().open_parts(1, 2, make_whole(3))


def close_parts(view):
    open_parts(view)
    view.grab()
    view.model().close_parts(2)


def change_a_row(view):
    rows = list(make_rows(100))
    rows[1] = replace(rows[1], disposition="Something else")
    view.model().take_page(1, 0, rows)


def narrow(view):
    view.resize(900, 500)


def others(view):
    view.model().start(2)
    view.model().show_first(2, make_rows(30), all_=True)


@pytest.mark.parametrize(
    "change",
    [
        choose_fifth,
        choose_two,
        point_at_one,
        move_a_column,
        widen_a_column,
        hide_a_column,
        scroll_down,
        scroll_aside,
        open_parts,
        close_parts,
        change_a_row,
        narrow,
        others,
    ],
)
def test_whatever_changes_the_images_are_what_a_fresh_painting_shows(
    view, qtbot, monkeypatch, change
):
    before = shown(view, qtbot)
    assert before == fresh(view, monkeypatch)
    change(view)
    after = shown(view, qtbot)
    assert after != before or change is close_parts
    assert after == fresh(view, monkeypatch)


def test_another_theme_and_size_are_painted_anew(view, qtbot, theme, monkeypatch):
    before = shown(view, qtbot)
    theme.set_scheme("dark")
    dark = shown(view, qtbot)
    assert dark != before
    assert dark == fresh(view, monkeypatch)
    theme.set_scale(1.25)
    assert shown(view, qtbot) == fresh(view, monkeypatch)


def test_a_window_of_new_rows_is_painted_in_turns(view, qtbot, monkeypatch):
    monkeypatch.setattr(row_images, "_TURN_S", 0.0)
    painted: list[int] = []
    original = RowImages._painted

    def counted(self, row, state):
        painted.append(row)
        return original(self, row, state)

    monkeypatch.setattr(RowImages, "_painted", counted)
    view._images._images.clear()
    paintings: list[int] = []
    begin = RowImages.begin

    def begun(self, *args, **kwargs):
        paintings.append(len(painted))
        begin(self, *args, **kwargs)

    monkeypatch.setattr(RowImages, "begin", begun)
    view.viewport().update()
    qtbot.waitUntil(lambda: len(paintings) > 1 and view.settled)
    a_turn = [
        later - now for now, later in zip(paintings, [*paintings[1:], len(painted)], strict=True)
    ]
    assert max(a_turn) == 2
    assert sorted(painted) == list(range(view.rowAt(view.viewport().height() - 1) + 1))


def count_paintings(monkeypatch):
    """Numbers of the rows that are painted from now on."""
    painted: list[int] = []
    original = RowImages._painted

    def counted(self, row, state):
        painted.append(row)
        return original(self, row, state)

    monkeypatch.setattr(RowImages, "_painted", counted)
    return painted


def test_rows_that_say_something_else_are_painted_in_turns_too(view, qtbot, monkeypatch):
    shown(view, qtbot)
    monkeypatch.setattr(row_images, "_TURN_S", 0.0)
    painted = count_paintings(monkeypatch)
    changed = [replace(row, disposition="Something else") for row in make_rows(100)]
    view.model().take_page(1, 0, changed)
    view.viewport().repaint()
    assert len(painted) == 2
    assert not view.settled
    qtbot.waitUntil(lambda: QApplication.sendPostedEvents() or view.settled)
    assert len(painted) > 10
    assert view.grab().toImage() == fresh(view, monkeypatch)


def test_rows_asked_for_anew_that_say_the_same_are_not_painted_again(view, qtbot, monkeypatch):
    before = shown(view, qtbot)
    painted = count_paintings(monkeypatch)
    rows = [make_row(n, segment_count=3 if n == 3 else 1) for n in range(1, 101)]
    view.model().take_page(1, 0, rows)
    assert shown(view, qtbot) == before
    assert painted == []


def test_what_was_seen_is_not_painted_again(view, qtbot, monkeypatch):
    shown(view, qtbot)

    def never(self, row, state):
        raise AssertionError(row)

    monkeypatch.setattr(RowImages, "_painted", never)
    view.viewport().update()
    qtbot.waitUntil(lambda: QApplication.sendPostedEvents() or view.settled)
    view.grab()


def test_images_are_few_however_far_one_scrolls(view, qtbot):
    for top in range(0, 80, 5):
        view.verticalScrollBar().setValue(top)
        shown(view, qtbot)
    rows = view.viewport().height() // view._part_px() + 2
    assert len(view._images._images) <= 2 * rows + 16


def painted_columns(monkeypatch):
    """Columns of the cells that the delegate paints from now on, by row."""
    painted: dict[int, set[int]] = {}
    original = RowDelegate.paint_cells

    def counted(self, painter, rect, row, places, *, lit):
        painted[row] = {column for column, _, _ in places}
        original(self, painter, rect, row, places, lit=lit)

    monkeypatch.setattr(RowDelegate, "paint_cells", counted)
    return painted


def test_cells_that_repeat_are_painted_twice_and_copied_from_then_on(view, qtbot, monkeypatch):
    shown(view, qtbot)
    painted = painted_columns(monkeypatch)
    view.verticalScrollBar().setValue(40)
    after = shown(view, qtbot)
    wording = view.model()._wording
    new, again = painted[45], {wording.index(key) for key in ("service", "to", "recording")}
    assert {wording.index("started"), wording.index("from")} <= new
    assert not again & new
    assert after == fresh(view, monkeypatch)


def test_images_of_cells_have_a_limit(view, qtbot, monkeypatch):
    monkeypatch.setattr(cell_images, "_PIXELS_KEPT", 20_000)
    for top in range(0, 80, 5):
        view.verticalScrollBar().setValue(top)
        shown(view, qtbot)
    kept = view._images._repeated._images.values()
    assert 0 < sum(image.width() * image.height() for image in kept) <= 20_000
    assert shown(view, qtbot) == fresh(view, monkeypatch)
