"""The window's own controls: by mouse, by keys, for screen readers, and as painted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from reviewer import messages
from reviewer.messages import format_instant
from reviewer.models.ids import WallUs
from reviewer.ui.theme import draw
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.breadcrumbs import Breadcrumbs, Crumb
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.column_widths import column_widths
from reviewer.ui.widgets.flow import Flow
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.search_edit import Edit, SearchEdit
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.states import AttentionLine
from reviewer.ui.widgets.switch import Switch
from reviewer.ui.widgets.table import INSTANT_PX, Column, Table, TableRow
from tests.helpers.widgets import colors_of, show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


LEFT = Qt.MouseButton.LeftButton


# --- segmented control


@pytest.fixture
def answers(qtbot: QtBot, theme: Theme) -> SegmentedControl:
    control = SegmentedControl(
        [
            Segment("yes", "Yes", tint="success", key="1"),
            Segment("no", "No", tint="fail", key="2"),
            Segment("na", "N.A.", tint="neutral", key="3"),
        ]
    )
    show(qtbot, control)
    return control


def _segment(control: SegmentedControl, index: int) -> QWidget:
    found = control.layout().itemAt(index).widget()
    assert found is not None
    return found


def test_a_click_chooses_and_tells_once(qtbot: QtBot, answers: SegmentedControl) -> None:
    heard: list[object] = []
    answers.value_changed.connect(heard.append)
    qtbot.mouseClick(_segment(answers, 1), LEFT)
    qtbot.mouseClick(_segment(answers, 1), LEFT)
    assert answers.value == "no"
    assert heard == ["no"]


def test_setting_the_value_from_outside_is_silent(qtbot: QtBot, answers: SegmentedControl) -> None:
    with qtbot.assertNotEmitted(answers.value_changed):
        answers.value = "yes"
    assert _segment(answers, 0).isChecked()  # type: ignore[attr-defined]


def test_the_control_is_one_tab_stop_and_arrows_move_inside(
    qtbot: QtBot, answers: SegmentedControl
) -> None:
    answers.value = "yes"
    answers.setFocus()
    first = _segment(answers, 0)
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert answers.value == "no"
    assert _segment(answers, 1).hasFocus()
    qtbot.keyClick(_segment(answers, 1), Qt.Key.Key_Left)
    qtbot.keyClick(_segment(answers, 0), Qt.Key.Key_Left)
    assert answers.value == "yes"


def test_a_second_click_clears_where_that_is_allowed(qtbot: QtBot, theme: Theme) -> None:
    control = SegmentedControl([Segment(n, str(n)) for n in range(3)], can_clear=True)
    show(qtbot, control)
    heard: list[object] = []
    control.value_changed.connect(heard.append)
    qtbot.mouseClick(_segment(control, 2), LEFT)
    qtbot.mouseClick(_segment(control, 2), LEFT)
    assert heard == [2, None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("value", "role"), [("yes", "success"), ("no", "fail")])
def test_a_chosen_answer_has_its_soft_ground_and_its_colour(
    answers: SegmentedControl, theme: Theme, scheme: str, value: str, role: str
) -> None:
    theme.set_scheme(scheme)  # type: ignore[arg-type]
    answers.value = value
    painted = colors_of(answers)
    assert theme.color(f"{role}_soft").name() in painted
    answers.value = None
    assert theme.color(f"{role}_soft").name() not in colors_of(answers)


def test_keys_of_answers_are_shown_on_demand(answers: SegmentedControl) -> None:
    before = answers.sizeHint().width()
    answers.set_keys_shown(True)
    assert answers.sizeHint().width() > before


def test_items_can_be_replaced_and_keep_the_value(qtbot: QtBot, answers: SegmentedControl) -> None:
    answers.value = "no"
    answers.set_items([Segment("no", "Нет"), Segment("yes", "Да")])
    assert answers.value == "no"
    answers.set_items([Segment("yes", "Да")])
    assert answers.value is None


# --- switch, chip


def test_a_switch_turns_by_mouse_and_space(qtbot: QtBot, theme: Theme) -> None:
    switch = Switch("Skip pauses")
    show(qtbot, switch)
    qtbot.mouseClick(switch, LEFT)
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    assert switch.sizeHint().width() > Switch().sizeHint().width()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_switch_tells_its_state_by_place_and_ground(
    qtbot: QtBot, theme: Theme, scheme: str
) -> None:
    theme.set_scheme(scheme)  # type: ignore[arg-type]
    switch = Switch()
    show(qtbot, switch)
    switch.clearFocus()
    assert theme.color("ctl").name() in colors_of(switch)
    switch.setChecked(True)
    # Offscreen, the mouse stands over whatever lies in the corner of the screen.
    accents = {theme.color("accent").name(), theme.color("accent_hi").name()}
    assert accents & colors_of(switch)


def test_the_cross_of_a_chip_closes_and_its_text_does_not(qtbot: QtBot, theme: Theme) -> None:
    chip = Chip("Call back", closable=True)
    show(qtbot, chip)
    with qtbot.assertNotEmitted(chip.closed):
        qtbot.mouseClick(chip, LEFT, pos=QPoint(10, 12))
    with qtbot.waitSignal(chip.closed):
        qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 12, 12))


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_a_focused_chip_goes_by_key(qtbot: QtBot, theme: Theme, key: Qt.Key) -> None:
    chip = Chip("Call back", closable=True)
    show(qtbot, chip)
    with qtbot.waitSignal(chip.closed):
        qtbot.keyClick(chip, key)


def test_a_plain_chip_takes_no_focus_and_no_clicks(qtbot: QtBot, theme: Theme) -> None:
    chip = Chip("help", "flag", "fail")
    show(qtbot, chip)
    assert chip.focusPolicy() == Qt.FocusPolicy.NoFocus
    with qtbot.assertNotEmitted(chip.clicked):
        qtbot.mouseClick(chip, LEFT)


def test_a_chip_that_opens_acts_by_mouse_and_key(qtbot: QtBot, theme: Theme) -> None:
    chip = Chip("Version 7", opens=True)
    show(qtbot, chip)
    with qtbot.waitSignal(chip.clicked):
        qtbot.mouseClick(chip, LEFT)
    with qtbot.waitSignal(chip.clicked):
        qtbot.keyClick(chip, Qt.Key.Key_Space)


def test_chips_are_as_high_as_the_tokens(qtbot: QtBot, theme: Theme) -> None:
    for chip, height in ((Chip("a"), 24), (Chip("a", small=True), 20)):
        qtbot.addWidget(chip)
        assert chip.sizeHint().height() == height


# --- labels


def test_what_a_customer_wrote_is_never_markup(qtbot: QtBot, theme: Theme) -> None:
    label = Label("<b>bold</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_label_follows_theme_and_scale(qtbot: QtBot, theme: Theme) -> None:
    label = Label("Text", "body", "muted")
    show(qtbot, label)
    theme.set_scheme("dark")
    theme.set_scale(1.5)
    assert label.palette().windowText().color() == theme.color("muted")
    assert label.font().pixelSize() == 20


def test_a_shortened_label_has_the_whole_text_as_tooltip(qtbot: QtBot, theme: Theme) -> None:
    label = ElidedLabel("A rather long name of a service")
    show(qtbot, label, (60, 20))
    help_event = QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(label, help_event)
    assert label.toolTip() == label.text()
    label.resize(400, 20)
    QApplication.sendEvent(label, help_event)
    assert label.toolTip() == ""


def test_what_must_be_read_takes_a_second_line_before_it_is_shortened(
    qtbot: QtBot, theme: Theme
) -> None:
    line = AttentionLine("lock")
    line.show_condition("Under a legal hold: a complaint to the regulator.", "Lift the hold")
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.addWidget(line)
    column.addStretch(1)
    show(qtbot, holder, (900, 300))
    alone = line.height()
    assert alone == theme.px(Size.ATTENTION)
    (label,) = line.findChildren(ElidedLabel)
    one = label.sizeHint().height()
    help_event = QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5))
    for width, tip in ((400, ""), (230, label.text())):
        before = label.width()
        holder.resize(width, 300)
        qtbot.waitUntil(lambda b=before: label.width() != b and line.height() > alone)
        assert label.height() >= 2 * one
        QApplication.sendEvent(label, help_event)
        assert label.toolTip() == tip


def test_a_label_as_wide_as_its_hint_is_not_shortened(qtbot: QtBot, theme: Theme) -> None:
    for text in ("Отправить, далее", "Записи", "13:55:41"):
        label = ElidedLabel(text, "strong")
        qtbot.addWidget(label)
        font = theme.font("strong")
        assert draw.elided(text, font, label.sizeHint().width()) == text


# --- fields


def test_an_error_of_a_field_is_told_to_everyone(qtbot: QtBot, theme: Theme) -> None:
    edit = Edit()
    show(qtbot, edit)
    edit.set_error("The end is before the start")
    assert edit.toolTip() == "The end is before the start"
    assert edit.accessibleDescription() == "The end is before the start"
    assert theme.color("fail").name() in colors_of(edit)
    edit.set_error("")
    assert theme.color("fail").name() not in colors_of(edit)


def test_a_search_field_keeps_its_text_clear_of_signs(qtbot: QtBot, theme: Theme) -> None:
    edit = SearchEdit("Number or part", shortcut="Ctrl+L")
    show(qtbot, edit, (300, 36))
    margins = edit.textMargins()
    assert margins.left() >= Size.ICON
    assert margins.right() > 30
    edit.set_height(Size.SEARCH_LINE)
    assert edit.sizeHint().height() == 36


# --- tables


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_instant_with_its_zone_is_seen_whole(qtbot: QtBot, theme: Theme, language: str) -> None:
    before = messages.language()
    messages.choose_language(language)
    # Summer time in Berlin: four letters.
    instant = format_instant(WallUs(1_784_000_000_000_000), ZoneInfo("Europe/Berlin"))
    messages.choose_language(before)
    table = Table()
    show(qtbot, table, (600, 200))
    table.show_columns((Column("When", INSTANT_PX), Column("Rest")))
    table.show_rows((TableRow((instant, "")),))
    assert instant.endswith("CEST")
    assert table.sizeHintForIndex(table.texts.index(0, 0)).width() <= table.columnWidth(0)


@pytest.mark.parametrize(
    ("needed", "usual", "room", "widths"),
    [
        ([50, 80], [100, 0], 300, [100, 200]),
        ([150, 80], [100, 0], 300, [150, 150]),
        ([150, 120], [200, 0], 300, [180, 120]),
        ([100, 400, 90], [120, 200, 120], 400, [100, 210, 90]),
        ([50, 60], [80, 90], 300, [80, 220]),
        ([400, 400], [0, 0], 50, [60, 60]),
        ([], [], 300, []),
    ],
)
def test_no_column_is_cut_while_there_is_room(
    needed: list[int], usual: list[int], room: int, widths: list[int]
) -> None:
    assert column_widths(needed, usual, room) == widths


def test_a_column_of_dates_is_never_cut() -> None:
    assert column_widths([200, 300, 300], [0, 0, 0], 400, whole=[0]) == [200, 100, 100]
    assert column_widths([200, 300], [0, 0], 100, whole=[0]) == [200, 60]


def test_a_row_of_buttons_goes_on_below_where_it_is_narrow(qtbot: QtBot, theme: Theme) -> None:
    row = Flow(gap=8)
    buttons = [Button(f"Button {n}") for n in range(3)]
    for button in buttons:
        row.add(button)
    buttons[1].hide()
    show(qtbot, row, (600, 40))
    first, _, last = buttons
    assert last.y() == first.y()
    assert last.x() == first.geometry().right() + 1 + 8
    narrow = first.width() + 20
    assert row.heightForWidth(narrow) == 2 * first.height() + 8
    row.resize(narrow, row.heightForWidth(narrow))
    qtbot.waitUntil(lambda: last.y() == first.height() + 8)
    assert last.x() == 0


def test_columns_follow_their_texts_until_they_are_sized_by_hand(
    qtbot: QtBot, theme: Theme
) -> None:
    table = Table()
    show(qtbot, table, (600, 200))
    table.show_columns((Column("State", 60), Column("Rest")))
    table.show_rows((TableRow(("locked until tomorrow morning", "x")),))
    first, last = (table.texts.index(0, column) for column in (0, 1))
    wide = table.columnWidth(0)
    assert table.sizeHintForIndex(first).width() <= wide
    assert wide + table.columnWidth(1) == table.viewport().width()
    # What a filter hides keeps its room: nothing moves while one types.
    table.show_rows((TableRow(("x", "x")),))
    assert table.columnWidth(0) == wide
    table.resize(900, 200)
    qtbot.waitUntil(lambda: wide + table.columnWidth(1) == table.viewport().width())
    table.horizontalHeader().resizeSection(0, 75)
    table.show_rows((TableRow(("a text that is longer than that", "x")),))
    assert table.columnWidth(0) == 75
    assert table.sizeHintForIndex(last).width() <= table.columnWidth(1)


def test_a_table_without_rows_says_why(qtbot: QtBot, theme: Theme) -> None:
    table = Table()
    show(qtbot, table, (600, 200))
    table.show_columns((Column("State"),))
    blank = table.viewport().grab().toImage()
    table.set_empty("There are no legal holds.")
    assert table.viewport().grab().toImage() != blank
    assert table.accessibleDescription() == "There are no legal holds."
    table.show_rows((TableRow(("x",)),))
    with_row = table.viewport().grab().toImage()
    table.set_empty("")
    assert table.viewport().grab().toImage() == with_row


# --- breadcrumbs


CRUMBS = [Crumb("search", "Search"), Crumb("results", "Results"), Crumb("review", "+7 916")]


def _links(crumbs: Breadcrumbs) -> list[QWidget]:
    return [w for w in crumbs.findChildren(QWidget) if hasattr(w, "crumb") and w.isVisible()]


def test_crumbs_lead_back(qtbot: QtBot, theme: Theme) -> None:
    crumbs = Breadcrumbs()
    show(qtbot, crumbs, (800, 40))
    crumbs.set_crumbs(CRUMBS)
    search, results = _links(crumbs)
    with qtbot.waitSignal(crumbs.crumb_chosen) as blocker:
        qtbot.mouseClick(results, LEFT)
    assert blocker.args == ["results"]
    with qtbot.waitSignal(crumbs.crumb_chosen) as blocker:
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert blocker.args == ["search"]
    with qtbot.waitSignal(crumbs.back_requested):
        qtbot.mouseClick(crumbs.back, LEFT)


def test_the_back_arrow_is_off_at_the_root(qtbot: QtBot, theme: Theme) -> None:
    crumbs = Breadcrumbs()
    qtbot.addWidget(crumbs)
    crumbs.set_crumbs(CRUMBS[:1])
    assert not crumbs.back.isEnabled()


def test_the_middle_folds_into_a_menu_where_it_is_narrow(qtbot: QtBot, theme: Theme) -> None:
    crumbs = Breadcrumbs()
    show(qtbot, crumbs, (800, 40))
    crumbs.set_crumbs(CRUMBS)
    crumbs.resize(400, 40)
    assert _links(crumbs) == []
    crumbs.resize(800, 40)
    assert len(_links(crumbs)) == 2
