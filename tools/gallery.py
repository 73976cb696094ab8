"""Draw the page of components, as in the design's picture, to look at it.

python tools/gallery.py FOLDER      writes components-dark.png and components-light.png
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QRadioButton,
    QScrollBar,
    QSlider,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from reviewer.messages import choose_language
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import Theme, theme
from reviewer.ui.theme.tokens import ROLES, TYPE, Size
from reviewer.ui.widgets.breadcrumbs import Breadcrumbs, Crumb
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import Card, Panel
from reviewer.ui.widgets.key_hint import KeyHint
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.score_bar import ScoreBar
from reviewer.ui.widgets.search_edit import Edit, SearchEdit
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.states import AttentionLine, EmptyState, ErrorPanel, SkeletonRows
from reviewer.ui.widgets.switch import Switch
from reviewer.ui.widgets.toast import Toast


def card(title: str) -> tuple[Card, QVBoxLayout]:
    """Return a titled card and its layout."""
    made = Card()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(16, 12, 16, 16)
    layout.setSpacing(10)
    layout.addWidget(Label(title, "small", "muted", weight=600))
    return made, layout


def row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return a row of widgets; None stretches."""
    made = QHBoxLayout()
    made.setSpacing(12)
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return made


def add(layout: QVBoxLayout, *parts: QLayout | QWidget) -> None:
    """Append rows and widgets."""
    for part in parts:
        if isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def buttons_card() -> Card:
    """Every kind of button."""
    made, layout = card("Кнопки, 32 px (28 в панелях)")
    off = Button("Поиск", "search", "primary")
    off.setEnabled(False)
    disabled_icon = IconButton("scissors")
    disabled_icon.setEnabled(False)
    on = IconButton("monitor-play", checkable=True)
    on.setChecked(True)
    switch_on, switch_off = Switch(), Switch("Пропуск пауз")
    switch_on.setChecked(True)
    add(
        layout,
        row(Button("Поиск", "search", "primary", shortcut="Return"), off, None),
        row(
            Button("Экспорт", "folder-output"),
            Button("Столбцы", "columns-3", "soft"),
            Button("Назначить", "clipboard-check", "ghost"),
            None,
        ),
        row(Button("Удалить", "trash-2", "danger"), Button("Отмена"), None),
        row(
            Button("Скачать", "download", panel=True),
            Button("Фрагмент", "scissors", panel=True),
            None,
        ),
        row(
            IconButton("link"), on, IconButton("repeat"), disabled_icon, switch_on, switch_off, None
        ),
    )
    layout.addStretch(1)
    return made


def fields_card() -> Card:
    """Fields, boxes, chips, crumbs."""
    made, layout = card("Поля")
    edit = Edit()
    edit.setText("ivanova")
    combo = QComboBox()
    combo.addItems(["любой из", "ни один из"])
    wrong = Edit()
    wrong.setText("05.10.23 18:00")
    wrong.set_error("Начало позже конца")
    tick, empty = QCheckBox("с записью"), QCheckBox()
    tick.setChecked(True)
    radio, other = QRadioButton(), QRadioButton()
    radio.setChecked(True)
    crumbs = Breadcrumbs()
    crumbs.set_crumbs(
        [Crumb("search", "Поиск"), Crumb("results", "Результаты"), Crumb("r", "Вызов")]
    )
    tabs = QTabBar()
    tabs.setDrawBase(False)
    for name in ("Оценка", "Подробности", "Все оценки"):
        tabs.addTab(name)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(70)
    add(
        layout,
        row(edit, combo),
        row(SearchEdit("Номер или часть", shortcut="Ctrl+L")),
        wrong,
        Label("Начало позже конца: 04.10.23 09:00", "small", "fail", weight=500),
        row(
            tick,
            empty,
            radio,
            other,
            Chip("Перезвонить", closable=True),
            Chip("помощь", "flag", "fail"),
            Chip("0,58", "smile", "success"),
            None,
        ),
        crumbs,
        row(tabs, slider, KeyHint("Ctrl+K"), None),
    )
    layout.addStretch(1)
    return made


def yes_no(value: str, *, keys: bool = False) -> SegmentedControl:
    """Yes, no, not applicable."""
    made = SegmentedControl(
        [
            Segment("yes", "Да", tint="success", key="1"),
            Segment("no", "Нет", tint="fail", key="2"),
            Segment("na", "НД", tint="neutral", key="3"),
        ],
        can_clear=True,
        ring_room=keys,
    )
    made.value = value or None
    made.set_keys_shown(keys)
    made.set_ringed(keys)
    return made


def answers_card() -> Card:
    """Segmented controls and scores."""
    made, layout = card("Ответы в форме оценки")
    scale = SegmentedControl([Segment(n, str(n), tint="accent") for n in range(1, 6)])
    scale.value = 4
    speeds = SegmentedControl([Segment(s, s) for s in ("0,5", "1×", "1,25", "1,5", "2", "3")])
    speeds.value = "1×"
    channel = SegmentedControl(
        [
            Segment("voice", "Телефон", "phone"),
            Segment("chat", "Чат", "message-square"),
            Segment("email", "Email", "mail"),
        ],
        height=Size.BUTTON,
    )
    channel.value = "voice"
    bar = ScoreBar()
    bar.set_score(0.82, threshold=0.75, state="passed")
    add(
        layout,
        row(yes_no("yes"), yes_no("no"), yes_no("na"), None),
        row(yes_no("", keys=True), None, Chip("3:12", "map-pin", "pin", clickable=True)),
        row(scale, speeds, None),
        row(
            Label("82", "display"),
            Label("сдано, порог 75", "small", "muted"),
            None,
            Label("64", "display", "fail"),
            Label("не сдано", "small", "fail"),
        ),
        bar,
        row(channel, None),
    )
    layout.addStretch(1)
    return made


def states_card() -> Card:
    """Loading, toasts, progress."""
    made, layout = card("Загрузка, сообщения")
    skeleton = SkeletonRows()
    skeleton.setFixedHeight(96)
    progress = QProgressBar()
    progress.setTextVisible(False)
    progress.setValue(34)
    scroll = QScrollBar(Qt.Orientation.Horizontal)
    scroll.setRange(0, 100)
    scroll.setPageStep(60)
    add(
        layout,
        skeleton,
        Toast("Оценка отправлена", "circle-check", ("Отменить", print)),
        Toast("Ссылка скопирована", "link"),
        progress,
        scroll,
    )
    layout.addStretch(1)
    return made


class Swatches(QWidget):
    """All colour roles."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(7 * 36)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        """Paint them."""
        painter, now = QPainter(self), theme()
        for i, role in enumerate(ROLES):
            x, y = (i % 9) * 78, (i // 9) * 36
            spot = QRectF(x, y, 70, 18)
            draw.box(painter, spot, fill=now.color(role), border=now.colors.line2, radius=4)
            name = QRectF(x, y + 18, 76, 16)
            draw.text(painter, name, role, now.font("micro"), now.colors.text2)


def colours_card() -> Card:
    """Colours."""
    made, layout = card("Цвета")
    layout.addWidget(Swatches())
    return made


def type_card() -> Card:
    """Type steps, empty state."""
    made, layout = card("Шрифт Inter, цифры одной ширины")
    for step, (px, weight) in TYPE.items():
        layout.addLayout(
            row(
                Label(f"{step} Съешь 1111 8888", step),
                Label(f"{px}/{weight}", "micro", "muted"),
                None,
            )
        )
    empty = EmptyState()
    empty.set_texts(
        "Назначенных оценок нет",
        "Их раздаёт руководитель или правило выборки.",
        "Выбрать самому",
        "search",
    )
    layout.addWidget(empty)
    return made


def page() -> QWidget:
    """Return the whole page."""
    ground = Panel("window")
    grid = QGridLayout(ground)
    grid.setContentsMargins(16, 16, 16, 16)
    grid.setSpacing(12)
    for i, made in enumerate(
        (buttons_card(), fields_card(), answers_card(), states_card(), colours_card(), type_card())
    ):
        grid.addWidget(made, i // 3, i % 3)
    attention = AttentionLine()
    attention.show_condition(
        "Период захватывает последние 30 минут: данные ещё поступают.", "Обновить", "refresh-cw"
    )
    error = ErrorPanel()
    error.show_error(
        "Файл части 2 повреждён и не воспроизведён",
        "Контрольная сумма блока 14 не сошлась. Остальные части работают.",
        can_retry=True,
    )
    grid.addWidget(attention, 2, 0, 1, 3)
    grid.addWidget(error, 3, 0, 1, 3)
    ground.resize(1440, 1000)
    return ground


def main() -> None:
    """Draw both pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    choose_language("ru")
    app = QApplication([])
    look = Theme.install(app, scheme="dark")
    for scheme in ("dark", "light"):
        look.set_scheme(scheme)
        made = page()
        made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        made.show()
        for skeleton in made.findChildren(SkeletonRows):
            skeleton._on_delay_timeout()  # noqa: SLF001 (shown at once for the picture)
        app.sendPostedEvents()
        picture = made.grab()
        picture.save(str(folder / f"components-{scheme}.png"))
        print(folder / f"components-{scheme}.png", made.mapToGlobal(QPoint(0, 0)).x())
        made.close()


if __name__ == "__main__":
    main()
