"""The style: sizes from tokens, colours from the theme, states that show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QSplitter,
    QTableWidget,
    QTabWidget,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from reviewer.ui.theme.tokens import contrast
from reviewer.ui.widgets.buttons import Button, IconButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.ui.theme.theme import Theme


def picture(widget: QWidget, ratio: float = 1.0) -> QImage:
    """Paint a widget at a ratio of device pixels."""
    size = widget.size()
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(widget.palette().window().color())
    painter = QPainter(image)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    return image


def at(image: QImage, x: float, y: float) -> QColor:
    """Colour at a logical position."""
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(x * ratio), round(y * ratio))


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    """Show a widget and let it go after the test."""
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    ("kind", "role"), [("primary", "accent"), ("danger", "fail"), ("soft", "accent_soft")]
)
def test_a_button_is_filled_with_the_colour_of_its_kind(
    qtbot: QtBot, theme: Theme, scheme: str, ratio: float, kind: str, role: str
) -> None:
    theme.set_scheme(scheme)  # type: ignore[arg-type]
    button = Button("Search", kind=kind)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    image = picture(button, ratio)
    assert at(image, 4, button.height() / 2) == theme.color(role)


def test_buttons_have_the_height_of_the_tokens(qtbot: QtBot, theme: Theme) -> None:
    for button, height in (
        (Button("A"), 32),
        (Button("A", panel=True), 28),
        (QPushButton("A"), 32),
    ):
        qtbot.addWidget(button)
        assert button.sizeHint().height() == height
    theme.set_scale(1.25)
    assert Button("A").sizeHint().height() == 40


def test_a_button_is_as_wide_as_its_words_in_both_languages(qtbot: QtBot, theme: Theme) -> None:
    short, long, hinted = (
        Button("Save"),
        Button("Сохранить набор"),
        Button("Save", shortcut="Ctrl+S"),
    )
    for button in (short, long, hinted):
        qtbot.addWidget(button)
    assert short.sizeHint().width() < hinted.sizeHint().width() < long.sizeHint().width() + 40
    assert long.sizeHint().width() > short.sizeHint().width()


def test_the_ring_shows_only_when_the_focus_came_by_keyboard(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    layout = QVBoxLayout(host)
    first, second = Button("One"), Button("Two")
    layout.addWidget(first)
    layout.addWidget(second)
    shown(qtbot, host)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(first.hasFocus)
    before = at(picture(first), first.width() / 2, 0)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.waitUntil(second.hasFocus)
    after = at(picture(second), second.width() / 2, 0)
    assert before != theme.color("focus")
    assert after == theme.color("focus")


def test_a_disabled_button_has_no_border(qtbot: QtBot, theme: Theme) -> None:
    button = Button("Export")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    assert at(picture(button), button.width() / 2, 0) == theme.color("line2")
    button.setEnabled(False)
    assert at(picture(button), button.width() / 2, 0) == theme.color("hover")


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_field_shows_focus_and_error_by_its_border(
    qtbot: QtBot, theme: Theme, ratio: float
) -> None:
    field = QLineEdit("ivanova")
    shown(qtbot, field)
    field.clearFocus()
    assert at(picture(field, ratio), field.width() / 2, 0) == theme.color("ctl")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    image = picture(field, ratio)
    assert at(image, field.width() / 2, 0) == theme.color("focus")
    assert at(image, field.width() / 2, 1) == theme.color("focus")
    field.setProperty("error", True)
    assert at(picture(field, ratio), field.width() / 2, 1) == theme.color("fail")


def test_fields_have_the_height_of_the_tokens(qtbot: QtBot, theme: Theme) -> None:
    edit, combo, spin = QLineEdit(), QComboBox(), QSpinBox()
    for widget in (edit, combo, spin):
        qtbot.addWidget(widget)
        assert widget.sizeHint().height() == 32
        widget.setProperty("panel", True)
        widget.updateGeometry()
    assert edit.sizeHint().height() == 28


def test_a_combo_box_opens_on_a_click_of_its_arrow(qtbot: QtBot, theme: Theme) -> None:
    combo = QComboBox()
    combo.addItems(["any of", "none of"])
    shown(qtbot, combo)
    arrow = QPoint(combo.width() - 8, combo.height() // 2)
    qtbot.mouseClick(combo, Qt.MouseButton.LeftButton, pos=arrow)
    assert combo.view().isVisible()
    combo.hidePopup()


def test_a_spin_box_steps_by_its_arrows(qtbot: QtBot, theme: Theme) -> None:
    spin = QSpinBox()
    shown(qtbot, spin)
    qtbot.mouseClick(spin, Qt.MouseButton.LeftButton, pos=QPoint(spin.width() - 8, 6))
    qtbot.mouseClick(spin, Qt.MouseButton.LeftButton, pos=QPoint(spin.width() - 8, 6))
    assert spin.value() == 2
    lower = QPoint(spin.width() - 8, spin.height() - 6)
    qtbot.mouseClick(spin, Qt.MouseButton.LeftButton, pos=lower)
    assert spin.value() == 1


def test_a_slider_goes_where_it_is_clicked(qtbot: QtBot, theme: Theme) -> None:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.resize(200, 24)
    shown(qtbot, slider)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 12))
    assert 65 <= slider.value() <= 85


def test_a_scroll_bar_is_thin_and_scrolls_by_its_thumb(qtbot: QtBot, theme: Theme) -> None:
    area = QScrollArea()
    inner = QWidget()
    inner.resize(100, 2000)
    area.setWidget(inner)
    area.resize(200, 200)
    shown(qtbot, area)
    bar = area.verticalScrollBar()
    assert bar.width() == 10
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    qtbot.mouseMove(bar, QPoint(5, 60))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 60))
    assert bar.value() > 100


def test_the_words_of_a_tab_do_not_move_when_it_is_chosen(qtbot: QtBot, theme: Theme) -> None:
    tabs = QTabWidget()
    for name in ("Оценка", "Подробности"):
        tabs.addTab(QWidget(), name)
    shown(qtbot, tabs)
    before = [tabs.tabBar().tabRect(i) for i in range(2)]
    tabs.setCurrentIndex(1)
    assert [tabs.tabBar().tabRect(i) for i in range(2)] == before
    assert before[0].height() == 40


def test_a_check_box_differs_by_its_sign_not_by_colour_alone(qtbot: QtBot, theme: Theme) -> None:
    box = QCheckBox()
    shown(qtbot, box)
    box.clearFocus()
    empty = picture(box)
    box.setChecked(True)
    full = picture(box)
    inked = {
        full.pixelColor(x, y).name() for x in range(full.width()) for y in range(full.height())
    }
    assert empty != full
    assert any(contrast(QColor(c), theme.color("accent")) > 4 for c in inked)


def test_menus_show_words_keys_and_ticks(qtbot: QtBot, theme: Theme) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    plain = menu.addAction("Open")
    keyed = menu.addAction("Open\tCtrl+Enter")
    narrow = menu.actionGeometry(plain).width()
    assert menu.actionGeometry(keyed).height() == 28
    ticked = menu.addAction("Light")
    ticked.setCheckable(True)
    ticked.setChecked(True)
    assert menu.sizeHint().width() > narrow
    menu.popup(QPoint(0, 0))
    assert not menu.grab().toImage().isNull()
    menu.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scale", [0.9, 1.5])
def test_every_standard_control_can_be_painted(
    qtbot: QtBot, theme: Theme, scheme: str, scale: float
) -> None:
    theme.set_scheme(scheme)  # type: ignore[arg-type]
    theme.set_scale(scale)
    host = QWidget()
    layout = QHBoxLayout(host)
    table = QTableWidget(3, 2)
    table.setHorizontalHeaderLabels(["One", "Two"])
    table.setSortingEnabled(True)
    table.selectRow(0)
    view = QListView()
    view.setModel(QStringListModel(["a", "b"], view))
    splitter = QSplitter()
    splitter.addWidget(table)
    splitter.addWidget(view)
    radio, tri = QRadioButton("radio"), QCheckBox("three")
    radio.setChecked(True)
    tri.setTristate(True)
    tri.setCheckState(Qt.CheckState.PartiallyChecked)
    busy = QProgressBar()
    busy.setRange(0, 0)
    tool = QToolButton()
    tool.setText("tool")
    vertical = QSlider(Qt.Orientation.Vertical)
    off = QComboBox()
    off.addItem(theme.icon("phone"), "off")
    off.setEnabled(False)
    editable = QComboBox()
    editable.setEditable(True)
    for widget in (
        splitter, radio, tri, busy, tool, vertical, off, editable, QGroupBox("g"), QSpinBox(),
        IconButton("x"),
    ):  # fmt: skip
        layout.addWidget(widget)
    shown(qtbot, host)
    assert not host.grab().isNull()


def tip_of(around: QWidget, text: str) -> QLabel:
    """Show a tooltip and return Qt's label of it."""
    QToolTip.showText(QPoint(40, 40), text, around)
    (label,) = (w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel"))
    assert isinstance(label, QLabel)
    return label


def test_what_others_wrote_is_no_html_in_a_tooltip(qtbot: QtBot, theme: Theme) -> None:
    said = "<!-- hidden --><h1>Paid</h1><img src='file:///etc/hostname'>"
    around = shown(qtbot, QWidget())
    label = tip_of(around, said)
    assert label.textFormat() is Qt.TextFormat.PlainText
    needed = label.fontMetrics().horizontalAdvance(said)
    assert min(needed, 400) <= label.width() <= 480


def test_a_long_text_is_broken_in_a_tooltip(qtbot: QtBot, theme: Theme) -> None:
    around = shown(qtbot, QWidget())
    label = tip_of(around, "The customer asked for a refund. " * 30)
    assert label.width() <= 480
    assert label.height() >= label.heightForWidth(label.width())
    assert label.height() > 10 * label.fontMetrics().height()
    short = tip_of(around, "Notes")
    assert short.width() < 200
    assert short.height() < 3 * short.fontMetrics().height()
