"""Widgets that say how a place is: empty, failed, waiting, scored; buttons, heads and toasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QVBoxLayout, QWidget

from reviewer.messages import choose_language
from reviewer.ui.focus_tips import FocusTips
from reviewer.ui.theme import draw
from reviewer.ui.theme.tokens import Motion, Size
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.frames import Card, HLine, Panel, VLine
from reviewer.ui.widgets.key_hint import KeyHint
from reviewer.ui.widgets.panel_header import PanelHeader
from reviewer.ui.widgets.score_bar import CountBar, ScoreBar
from reviewer.ui.widgets.states import (
    AttentionLine,
    EmptyState,
    ErrorPanel,
    RunningLine,
    SkeletonRows,
    Tombstone,
)
from reviewer.ui.widgets.toast import ToastArea
from tests.helpers.widgets import colors_of, show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


LEFT = Qt.MouseButton.LeftButton


# --- states


def test_long_sentences_of_an_empty_place_are_not_cut(qtbot: QtBot) -> None:
    empty = EmptyState(width=240)
    qtbot.addWidget(empty)
    empty.set_texts("You may look at evaluations, but not evaluate", "An administrator gives it.")
    empty.resize(420, 600)
    with qtbot.waitExposed(empty):
        empty.show()
    for label in (empty._what, empty._how):
        assert label.height() >= label.heightForWidth(label.width())


def test_an_empty_place_says_what_belongs_there(qtbot: QtBot, theme: Theme) -> None:
    empty = EmptyState()
    show(qtbot, empty, (600, 300))
    empty.set_texts("No evaluations", "Your supervisor hands them out.", "Choose", "search")
    with qtbot.waitSignal(empty.acted):
        qtbot.mouseClick(empty.button, LEFT)
    empty.set_texts("Nothing found")
    assert not empty.button.isVisible()


def test_an_error_in_place_can_be_copied_and_tried_again(qtbot: QtBot, theme: Theme) -> None:
    panel = ErrorPanel()
    show(qtbot, panel, (500, 120))
    panel.show_error("Part 2 is damaged", "The others work.", can_retry=True)
    with qtbot.waitSignal(panel.retried):
        qtbot.mouseClick(panel.retry, LEFT)
    qtbot.mouseClick(panel.copy, LEFT)
    assert QGuiApplication.clipboard().text() == "Part 2 is damaged\nThe others work."
    assert panel.accessibleName() == "Part 2 is damaged"
    choose_language("ru")
    panel.show_error("x")
    assert panel.copy.text() == "Скопировать"
    assert not panel.retry.isVisible()


def test_a_condition_of_the_page_offers_what_can_be_done(qtbot: QtBot, theme: Theme) -> None:
    line = AttentionLine()
    qtbot.addWidget(line)
    assert not line.isVisible()
    line.show_condition("New data arrives.", "Refresh", "refresh-cw")
    assert line.isVisible()
    with qtbot.waitSignal(line.acted):
        qtbot.mouseClick(line.button, LEFT)


def test_skeletons_wait_before_they_show_and_then_stand_still(qtbot: QtBot, theme: Theme) -> None:
    rows = SkeletonRows()
    show(qtbot, rows, (400, 96))
    ground = rows.palette().window().color().name()
    assert colors_of(rows) == {ground}
    timer = rows._delay
    assert timer.interval() == Motion.SKELETON_AFTER
    qtbot.waitUntil(lambda: not timer.isActive())
    first = rows.grab().toImage()
    assert first == rows.grab().toImage()
    assert theme.color("hover").name() in colors_of(rows)
    rows.hide()
    assert not timer.isActive()


def test_the_running_line_runs_only_while_there_is_work(qtbot: QtBot, theme: Theme) -> None:
    line = RunningLine()
    show(qtbot, line, (200, 2))
    line.set_running(True)
    assert theme.color("accent").name() not in colors_of(line)
    line._on_delay_timeout()
    qtbot.waitUntil(lambda: theme.color("accent").name() in colors_of(line))
    line.hide()
    assert not line._tick.isActive()
    line.show()
    assert line._delay.isActive()
    line.set_running(False)
    assert not line._delay.isActive()
    assert theme.color("accent").name() not in colors_of(line)


def test_a_tombstone_is_grey(qtbot: QtBot, theme: Theme) -> None:
    stone = Tombstone()
    show(qtbot, stone, (560, 200))
    stone.set_texts("Recording deleted", ["By Olga", "On 5 October"])
    assert theme.color("fail").name() not in colors_of(stone)
    assert [w.text() for w in stone.findChildren(QLabel)] == [
        "Recording deleted",
        "By Olga\nOn 5 October",
    ]


# --- bars, lines, grounds


@pytest.mark.parametrize(
    ("state", "role"), [("answering", "accent"), ("passed", "success"), ("failed", "fail")]
)
def test_a_score_turns_green_or_red_only_at_the_end(
    qtbot: QtBot, theme: Theme, state: str, role: str
) -> None:
    bar = ScoreBar()
    show(qtbot, bar, (200, 10))
    bar.set_score(0.5, threshold=0.75, state=state)  # type: ignore[arg-type]
    image = bar.grab().toImage()
    assert image.pixelColor(50, 5) == theme.color(role)
    assert image.pixelColor(120, 5) == theme.color("hover")
    assert image.pixelColor(150, 5) == theme.color("text2")
    assert bar.accessibleName() == "50 %"


def test_counts_grow_by_powers_and_fill_at_the_cap(qtbot: QtBot, theme: Theme) -> None:
    bar = CountBar(cap=10_000)
    show(qtbot, bar, (100, 2))

    def filled() -> int:
        image = bar.grab().toImage()
        return sum(image.pixelColor(x, 1) == theme.color("accent") for x in range(100))

    widths = []
    for count in (0, 10, 1_000, 10_000, 50_000):
        bar.set_count(count)
        widths.append(filled())
    assert widths[0] == 0
    assert widths[1] < widths[2] < widths[3]
    assert widths[4] >= 98


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_grounds_and_hairlines_take_their_roles(qtbot: QtBot, theme: Theme, scheme: str) -> None:
    theme.set_scheme(scheme)  # type: ignore[arg-type]
    panel = Panel("surface", lines=Qt.Edge.BottomEdge | Qt.Edge.LeftEdge)
    show(qtbot, panel, (40, 20))
    image = panel.grab().toImage()
    assert image.pixelColor(20, 10) == theme.color("surface")
    assert image.pixelColor(20, 19) == theme.color("line")
    assert image.pixelColor(0, 10) == theme.color("line")
    assert image.pixelColor(39, 10) == theme.color("surface")


def test_lines_are_one_pixel(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    layout = QVBoxLayout(host)
    across, down = HLine(), VLine(height=14)
    layout.addWidget(across)
    layout.addWidget(down)
    layout.addWidget(Card())
    show(qtbot, host, (100, 100))
    assert across.height() == 1
    assert (down.width(), down.height()) == (1, 14)


def test_a_hatch_does_not_crawl_when_the_ground_scrolls(theme: Theme) -> None:
    def lines(offset: int) -> QImage:
        image = QImage(QSize(60, 20), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor("white"))
        painter = QPainter(image)
        rect = QRectF(0, 0, 60, 20)
        draw.hatch(painter, rect, QColor("black"), phase=offset)
        painter.end()
        return image

    assert lines(0) == lines(6)
    here, there = lines(0), lines(2)
    assert all(
        abs(here.pixelColor(x, y).red() - there.pixelColor(x + 2, y).red()) <= 4
        for x in range(40)
        for y in range(20)
    )


# --- buttons, headers, hints


def test_an_icon_button_has_one_name_for_eyes_and_readers(qtbot: QtBot, theme: Theme) -> None:
    button = IconButton("trash-2")
    qtbot.addWidget(button)
    button.set_name("Delete")
    assert (button.toolTip(), button.accessibleName()) == ("Delete", "Delete")
    assert button.sizeHint() == QSize(28, 28)


def test_a_button_shows_its_shortcut_after_the_words(qtbot: QtBot, theme: Theme) -> None:
    button = Button("Search", "search", "primary")
    qtbot.addWidget(button)
    before = button.sizeHint().width()
    button.set_shortcut_text("Ctrl+Return")
    assert button.sizeHint().width() > before


def test_the_head_of_a_panel_is_as_high_as_its_token(qtbot: QtBot, theme: Theme) -> None:
    header = PanelHeader("Transcript", "message-square-text")
    header.add(IconButton("search"))
    show(qtbot, header, (300, 36))
    assert header.height() == 36
    theme.set_scale(1.5)
    assert header.height() == 54


def test_a_key_hint_names_the_key(qtbot: QtBot, theme: Theme) -> None:
    hint = KeyHint("Return")
    qtbot.addWidget(hint)
    assert hint.accessibleName() == "Enter"


def test_a_tooltip_comes_to_who_tabs_and_goes_with_the_focus(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    host = QWidget()
    layout = QVBoxLayout(host)
    first, second = Button("One"), Button("Two")
    second.setToolTip("What two does (2)")
    layout.addWidget(first)
    layout.addWidget(second)
    show(qtbot, host)
    tips = FocusTips(qapp)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(first.hasFocus)
    assert not tips._delay.isActive()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: QToolTip.text() == "What two does (2)")
    first.setFocus()
    assert not tips._delay.isActive()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    tips.close()


# --- toasts


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    show(qtbot, made, (900, 600))
    return made


def test_toasts_stand_at_the_lower_right_and_are_at_most_three(qtbot: QtBot, host: QWidget) -> None:
    area = ToastArea(host)
    for number in range(5):
        area.show_toast(f"Message {number}")
    assert [toast.text for toast in area.toasts] == ["Message 2", "Message 3", "Message 4"]
    assert area.geometry().right() == 900 - 16 - 1
    assert area.geometry().bottom() < 600 - Size.STATUS_BAR
    host.resize(700, 500)
    assert area.geometry().right() == 700 - 16 - 1
    area.clear()
    assert not area.isVisible()


def test_undo_undoes_and_takes_the_toast_away(qtbot: QtBot, host: QWidget) -> None:
    area = ToastArea(host)
    undone: list[int] = []
    toast = area.show_toast("Sent", action=("Undo", lambda: undone.append(1)))
    button = next(b for b in toast.findChildren(Button))
    qtbot.mouseClick(button, LEFT)
    assert undone == [1]
    assert area.toasts == ()


def test_errors_stay_and_others_go_after_six_seconds(qtbot: QtBot, host: QWidget) -> None:
    area = ToastArea(host)
    passing = area.show_toast("Sent")
    staying = area.show_toast("Failed", "triangle-alert", stays=True)
    assert passing._timer.isActive()
    assert passing._timer.interval() == Motion.TOAST
    assert not staying._timer.isActive()
    passing._timer.timeout.emit()
    assert area.toasts == (staying,)
    area.clear()


def test_a_long_sentence_is_not_cut(qtbot: QtBot, host: QWidget) -> None:
    area = ToastArea(host)
    short = area.show_toast("Sent")
    long = area.show_toast("There is no such interaction here, or you may not see it. " * 3)
    assert short.height() == Size.TOAST
    assert long.height() > Size.TOAST
    area.clear()
