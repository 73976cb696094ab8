from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem

from reviewer.models.columns import columns_for
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingState
from reviewer.ui.results.header import ResultsHeader
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.pages import PAGE_ROWS
from reviewer.ui.results.view import ResultsView
from reviewer.ui.results.wording import ResultsWording
from tests.ui.results.builders import ids_of, make_row, make_rows, make_whole

Key = Qt.Key


@pytest.fixture
def wording():
    return ResultsWording(columns_for(Channel.VOICE), ZoneInfo("Europe/Moscow"))


class Counting(ResultsModel):
    """Counts what the view asks for through the binding."""

    calls = 0

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        self.calls += 1
        return super().data(index, role)


@pytest.fixture
def view(qtbot, theme, wording):
    model = Counting(wording)
    header = ResultsHeader({}, frozenset())
    made = ResultsView(model, header)
    model.setParent(made)
    qtbot.addWidget(made)
    model.start(1)
    made.resize(1300, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


def fill(view, n=100):
    model = view.model()
    rows = [make_row(i, segment_count=3 if i == 3 else 1) for i in range(1, n + 1)]
    model.show_first(1, rows, all_=True)
    view.choose(0)
    return model


def cell_at(view, row, key, wording):
    index = view.model().index(row, wording.index(key))
    return view.visualRect(index).center()


def test_painting_asks_nothing_through_the_binding(view):
    model = fill(view)
    model.calls = 0
    view.grab()
    assert model.calls == 0


def test_double_click_and_enter_open(view, qtbot, wording):
    fill(view)
    with qtbot.waitSignal(view.open_asked) as opened:
        QTest.keyClick(view, Key.Key_Return)
    assert opened.args == [0, -1]
    with qtbot.waitSignal(view.open_asked) as opened:
        QTest.mouseDClick(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=cell_at(view, 4, "disposition", wording),
        )
    assert opened.args == [4, -1]


def test_a_click_on_a_recording_opens_and_beside_it_selects(view, qtbot, wording):
    model = view.model()
    model.show_first(1, [make_row(1, voice=RecordingState.AVAILABLE)], all_=True)
    rect = view.visualRect(model.index(0, wording.index("recording")))
    icon = QPoint(rect.left() + 14, rect.center().y())
    with qtbot.waitSignal(view.open_asked):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=icon)
    with qtbot.assertNotEmitted(view.open_asked):
        beside = icon + QPoint(24, 0)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert view.selected_positions() == [0]


def test_a_click_on_a_giid_opens(view, qtbot, wording):
    model = fill(view, 3)
    view.scrollTo(model.index(1, wording.index("giid")))
    with qtbot.waitSignal(view.open_asked) as opened:
        place = cell_at(view, 1, "giid", wording)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [1, -1]


def test_right_and_left_open_and_close_parts(view, qtbot):
    model = fill(view)
    with qtbot.assertNotEmitted(view.parts_asked):
        QTest.keyClick(view, Key.Key_Right)
    view.choose(2)
    with qtbot.waitSignal(view.parts_asked) as asked:
        QTest.keyClick(view, Key.Key_Right)
    assert asked.args == [2, True]
    model.open_parts(1, 2, make_whole(3))
    assert view.rowHeight(3) < view.rowHeight(2)
    QTest.keyClick(view, Key.Key_Down)
    assert view.current_place() == (2, 0)
    with qtbot.waitSignal(view.open_asked) as opened:
        QTest.keyClick(view, Key.Key_Return)
    assert opened.args == [2, 0]
    QTest.keyClick(view, Key.Key_Left)
    assert view.current_place() == (2, -1)
    with qtbot.waitSignal(view.parts_asked) as asked:
        QTest.keyClick(view, Key.Key_Left)
    assert asked.args == [2, False]


def test_rows_after_another_search_have_their_usual_height(view):
    model = fill(view)
    usual = view.rowHeight(0)
    model.open_parts(1, 2, make_whole(3))
    model.start(2)
    model.show_first(2, make_rows(50), all_=True)
    assert {view.rowHeight(row) for row in range(50)} == {usual}


def test_a_click_on_the_number_of_parts_opens_them(view, qtbot, wording):
    fill(view)
    with qtbot.waitSignal(view.parts_asked) as asked, qtbot.assertNotEmitted(view.open_asked):
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=cell_at(view, 2, "segments", wording)
        )
    assert asked.args == [2, True]


def test_home_and_end_go_to_the_first_and_last_row(view):
    fill(view)
    QTest.keyClick(view, Key.Key_End)
    assert view.current_place() == (99, -1)
    assert view.positions_in_view()[1] == 99
    QTest.keyClick(view, Key.Key_Home)
    assert view.current_place() == (0, -1)


def test_shift_and_ctrl_select_more(view, wording):
    fill(view)
    QTest.keyClick(view, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        cell_at(view, 5, "started", wording),
    )
    assert view.selected_positions() == [0, 1, 5]
    assert view.selected_count() == 3


def test_selecting_a_million_rows_is_counted_without_walking(view):
    model = view.model()
    model.show_all(1, ids_of(1_000_000))
    view.selectAll()
    assert view.selected_count() == 1_000_000
    assert view.selected_positions(3) == [0, 1, 2]


def test_it_comes_back_to_where_it_stood(view):
    model = fill(view)
    view.choose(60)
    view.scrollTo(model.index(60, 0))
    spot = view.spot()
    model.start(2)
    model.show_first(2, make_rows(100), all_=True)
    view.return_to(spot)
    assert view.current_place() == (60, -1)
    assert view.spot() == spot


def test_letters_do_not_walk_through_the_rows(view):
    model = fill(view)
    model.calls = 0
    QTest.keyClicks(view, "zz")
    assert view.current_place() == (0, -1)
    assert model.calls == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_changes_while_it_is_seen(view, theme, scheme):
    fill(view)
    theme.set_scheme(scheme)
    pixel = view.grab().toImage().pixelColor(view.width() // 2, 300)
    assert pixel.lightness() > 128 if scheme == "light" else pixel.lightness() < 128
    theme.set_scale(1.5)
    assert view.rowHeight(0) == 48


def test_tooltips_tell_what_is_cut_and_what_icons_mean(view, wording):
    model = view.model()
    long = "A very long disposition that has no room in its column at all"
    row = make_row(1, disposition=long, notes="call again", screen=RecordingState.EXPIRED)
    row = replace(row, from_name="Olga Larina")
    model.show_first(1, [row], all_=True)

    def told(key, x, width):
        rect = QRect(0, 0, width, 32)
        return view.itemDelegate().tooltip_at(rect, 0, wording.index(key), QPointF(x, 16))

    assert told("disposition", 20, 100) == long
    assert told("disposition", 20, 1000) == ""
    assert told("notes", 10, 28) == "call again"
    assert told("from", 20, 60) == f"{row.from_address}\nOlga Larina"
    assert told("from", 20, 400) == "Olga Larina"
    assert told("started", 20, 400) == ""
    # The zone is what goes first.
    assert told("started", 20, 150).endswith(" MSK")
    assert told("recording", 12, 84) == "Voice recording"
    assert told("recording", 62, 84) == "Screen recording: its retention ended"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_icons_are_sharp_at_every_scale(view, theme, wording, ratio):
    model = fill(view)
    picture = QPixmap(round(84 * ratio), round(32 * ratio))
    picture.setDevicePixelRatio(ratio)
    theme.icons.clear()
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 84, 32)
    painter = QPainter(picture)
    view.itemDelegate().begin()
    view.itemDelegate().paint(painter, option, model.index(0, wording.index("recording")))
    painter.end()
    assert {key[4] for key in theme.icons._pixmaps} == {ratio}


def test_a_jump_asks_for_what_comes_into_view_before_it_is_painted(view, qtbot):
    model = view.model()
    model.show_all(1, ids_of(1_000))
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 500)
    asked = []
    model.pages_wanted.connect(lambda _generation, numbers: asked.extend(numbers))
    bar.setValue(500)
    first, last = view.positions_in_view()
    assert asked == list(range(first // PAGE_ROWS, last // PAGE_ROWS + 1))
