"""What is done on the timeline by mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from reviewer.models.ids import TimelineUs
from reviewer.ui.review.head_painter import sound_rect
from reviewer.ui.review.range_marks import MarkedRange
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.looks import make, middle, picture


@pytest.fixture
def view(qtbot, theme):
    return make(qtbot, builders.call())


def wheel(view, at, delta, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_a_click_on_the_scale_goes_there(qtbot, view):
    at = QPoint(round(view.x_of(TimelineUs(300 * S))), 12)
    with qtbot.waitSignal(view.scrubbed) as caught, qtbot.waitSignal(view.scrub_ended):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    (position,) = caught.args
    assert abs(position - 300 * S) < view.view.us_per_px


def test_a_click_on_a_row_plays_it_from_there(qtbot, view):
    with qtbot.waitSignal(view.row_played) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 2, 600))
    index, position = caught.args
    assert index == 2
    assert abs(position - 600 * S) < view.view.us_per_px


def test_a_click_beside_a_rows_bar_or_on_its_head_plays_from_its_start(qtbot, view):
    for pos in (middle(view, 1, 700), QPoint(60, middle(view, 1, 0).y())):
        with qtbot.waitSignal(view.row_played) as caught:
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=pos)
        assert caught.args == [1, 186 * S]


def test_up_and_down_choose_rows_and_stop_at_the_ends(qtbot, view):
    chosen = []
    view.row_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert chosen == [1, 2]
    assert view.chosen == 2
    assert "Денис Петров" in view.accessibleDescription()


def test_enter_plays_the_chosen_row(qtbot, view):
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.row_played) as caught:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == [1, 186 * S]


def test_home_and_end_go_to_the_ends(qtbot, view):
    for key, position in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 834 * S)):
        with qtbot.waitSignal(view.position_requested) as caught:
            qtbot.keyClick(view, key)
        assert caught.args == [position]


def test_the_wheel_zooms_at_the_pointer(view):
    at = middle(view, 0, 500)
    before = view.view.us_per_px
    wheel(view, at, 240)
    assert view.view.us_per_px < before
    assert abs(view.x_of(TimelineUs(500 * S)) - at.x()) < 1.5
    wheel(view, at, -240)
    assert view.view.is_fitted


def test_shift_and_wheel_scroll(view):
    view.zoom(8, 0)
    before = view.view.left_us
    wheel(view, middle(view, 0, 10), -120, Qt.KeyboardModifier.ShiftModifier)
    assert view.view.left_us > before


def test_dragging_pans_when_zoomed_in(qtbot, view):
    view.zoom(8, 0)
    played = []
    view.row_played.connect(lambda *args: played.append(args))
    before = view.view.left_us
    start = QPoint(800, middle(view, 0, 0).y())
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start - QPoint(40, 0))
    qtbot.mouseMove(view, start - QPoint(120, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start - QPoint(120, 0))
    assert view.view.left_us == pytest.approx(before + 120 * view.view.us_per_px, rel=0.01)
    assert played == []


def test_dragging_the_playhead_scrubs(qtbot, view):
    view.set_position(TimelineUs(300 * S))
    went, ends = [], []
    view.scrubbed.connect(went.append)
    view.scrub_began.connect(lambda: ends.append("begin"))
    view.scrub_ended.connect(lambda: ends.append("end"))
    start = middle(view, 0, 300)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(50, 0))
    assert ends == ["begin"]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 0))
    assert ends == ["begin", "end"]
    assert len(went) == 2
    assert went[1] - went[0] == pytest.approx(50 * view.view.us_per_px, rel=0.01)


def test_another_button_does_not_let_the_playhead_go(qtbot, view):
    ends = []
    view.scrub_ended.connect(lambda: ends.append("end"))
    start = middle(view, 0, 0)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(start.x() + 90, 12))
    for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
        qtbot.mousePress(view, button, pos=QPoint(start.x() + 90, 12))
        qtbot.mouseRelease(view, button, pos=QPoint(start.x() + 90, 12))
    assert ends == []
    with qtbot.waitSignal(view.scrubbed):
        qtbot.mouseMove(view, QPoint(start.x() + 140, 12))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(start.x() + 140, 12))
    assert ends == ["end"]


def ask_for_menu(view, at):
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(view, QContextMenuEvent(mouse, at, view.mapToGlobal(at)))


@pytest.mark.parametrize(
    "gone",
    [
        ask_for_menu,
        lambda view, _at: view.hide(),
        lambda view, _at: QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusOut)),
        lambda view, _at: QApplication.sendEvent(view, QEvent(QEvent.Type.UngrabMouse)),
    ],
)
def test_a_pointer_that_is_taken_away_lets_the_playhead_go(qtbot, view, gone):
    ends, went = [], []
    view.scrub_ended.connect(lambda: ends.append("end"))
    view.scrubbed.connect(went.append)
    at = QPoint(round(view.x_of(TimelineUs(300 * S))), 12)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    gone(view, at)
    assert ends == ["end"]
    view.show()
    qtbot.mouseMove(view, at + QPoint(50, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(50, 0))
    assert ends == ["end"]
    assert len(went) == 1


def test_the_edges_of_the_marked_range_are_dragged(qtbot, view):
    view.set_range(MarkedRange(TimelineUs(200 * S), TimelineUs(400 * S)))
    dragged = []
    view.edge_dragged.connect(lambda edge, at: dragged.append((edge, round(at / S))))
    for begin, end in ((200, 300), (400, 500)):
        start = QPoint(round(view.x_of(TimelineUs(begin * S))), 12)
        stop = QPoint(round(view.x_of(TimelineUs(end * S))), 12)
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view, stop)
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stop)
    assert [edge for edge, _ in dragged] == ["in", "out"]
    assert [at for _, at in dragged] == pytest.approx([300, 500], abs=1)


def test_the_sign_of_sound_in_a_head_mutes_its_row(qtbot, view):
    rect = QRectF(0, view.row_rect(1).top(), view.head_px, view.row_rect(1).height())
    with qtbot.waitSignal(view.mute_asked) as caught:
        at = sound_rect(rect).center().toPoint()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [1]


def test_the_menu_of_a_row_is_asked_for_by_pointer_and_key(qtbot, view):
    for reason, index in (
        (QContextMenuEvent.Reason.Mouse, 2),
        (QContextMenuEvent.Reason.Keyboard, 0),
    ):
        at = QPoint(50, round(view.row_rect(2).center().y()))
        event = QContextMenuEvent(reason, at, view.mapToGlobal(at))
        with qtbot.waitSignal(view.head_menu_asked) as caught:
            QApplication.sendEvent(view, event)
        assert caught.args[0] == index


def test_the_column_of_heads_is_dragged_wider_within_bounds(qtbot, view):
    grip = QPoint(view.head_px, 100)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(view, QPoint(300, 100))
    assert view.head_px == 300
    qtbot.mouseMove(view, QPoint(20, 100))
    assert view.head_px == 200
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 100))
    assert view.view.is_fitted


def test_a_marker_goes_to_its_moment(qtbot, view):
    x = round(view.x_of(TimelineUs(406 * S)))
    with qtbot.waitSignal(view.position_requested) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(x, 36))
    assert caught.args == [406 * S]


def test_markers_that_stand_together_open_a_list(qtbot, theme):
    call = builders.call()
    step = call.steps[1]
    close = replace(step, at_us=step.at_us + S, block_title="Очередь", order=3)
    view = make(qtbot, replace(call, steps=(*call.steps, close)))
    picture(view)
    x = round(view.x_of(TimelineUs(406 * S)))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(x, 36))
    menu = view.findChild(QMenu)
    assert [action.text().split("  ")[1] for action in menu.actions()] == [
        "Перевод → no answer",
        "Очередь → no answer",
    ]
    with qtbot.waitSignal(view.position_requested) as caught:
        menu.actions()[1].trigger()
    assert caught.args == [407 * S]
    menu.close()


def test_words_are_told_where_they_are_cut(view):
    marker = QPointF(view.x_of(TimelineUs(406 * S)), 36)
    picture(view)
    assert view.words_at(marker) == "Перевод → no answer"
    view.set_compact(True)
    head = QPointF(20, view.row_rect(1).center().y())
    assert "Павел Смирнов" in view.words_at(head)


def test_playing_turns_the_page_when_the_playhead_runs_out(view):
    view.zoom(10, 0)
    view.set_position(TimelineUs(10 * S))
    edge = view.view.position_at(view.view.width_px)
    view.set_position(TimelineUs(edge + S), follow=True)
    assert 0 < view.view.x_of(TimelineUs(edge + S)) < view.view.width_px / 2
    # Who scrolled away by hand is not pulled back.
    view.fit()
    view.zoom(10, 700)
    before = view.view
    view.set_position(TimelineUs(20 * S), follow=True)
    assert view.view == before


def test_many_rows_scroll_and_the_chosen_one_is_seen(qtbot, theme):
    call = builders.call()
    segments = tuple(replace(call.segments[0], number=n) for n in range(1, 21))
    view = make(qtbot, replace(call, segments=segments))
    view.resize(984, 300)
    assert view.lanes.row_px == 28
    view.set_chosen(19)
    lanes = view.lanes
    assert lanes.row_top(19) + lanes.row_px <= lanes.rows_bottom + 0.5


def test_rows_grow_with_the_users_text(view, theme):
    theme.set_scale(1.5)
    assert view.lanes.row_px == 78
    assert view.sizeHint().height() > 3 * 78
