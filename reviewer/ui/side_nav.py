"""The pages of one section, listed at its left where it has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr, translated
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.ui.pages import PageEntry

_WIDTH_PX: Final = 236
_STEPS: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Home: -1000,
    Qt.Key.Key_End: 1000,
}


class NavItem(QAbstractButton):
    """One page of the list: icon and name."""

    # The keyboard is to go some items up or down: by how many (int). Main thread.
    step_asked = Signal(int)

    def __init__(self, entry: PageEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the name in the language in force."""
        self.setText(translated(self.entry.title))
        self.setAccessibleName(self.text())

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme().px(_WIDTH_PX), theme().px(Size.BUTTON) + 2)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.step_asked.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        item = QRectF(self.rect()).adjusted(Space.S, 1, -Space.S, -1)
        if self.isChecked():
            draw.box(painter, item, fill=now.colors.accent_soft, radius=Radius.CONTROL)
        elif self.underMouse():
            draw.box(painter, item, fill=now.colors.hover, radius=Radius.CONTROL)
        role = "accent_text" if self.isChecked() else "text2"
        size = now.px(Size.ICON)
        pixmap = now.pixmap(self.entry.icon, size, role, self.devicePixelRatioF())
        left = item.left() + Space.S
        painter.drawPixmap(QPointF(left, item.center().y() - size / 2), pixmap)
        name = item.adjusted(Space.S + size + Space.S, 0, -Space.XS, 0)
        font = now.font("body", 600 if self.isChecked() else 400)
        color = now.color("accent_text" if self.isChecked() else "text")
        draw.text(painter, name, self.text(), font, color)
        if self.hasFocus():
            draw.ring(painter, item, now.colors.focus, radius=Radius.CONTROL)


class SideNav(Panel):
    """The list of a section's pages, by groups; one stop of the Tab key. Thread: main."""

    # A page was chosen: its name (str). Main thread.
    page_chosen = Signal(str)

    def __init__(self, entries: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__("surface", lines=Qt.Edge.RightEdge, parent=parent)
        self.items = {entry.name: NavItem(entry) for entry in entries}
        self._headings: list[tuple[Label, str]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.M, 1, Space.M)
        layout.setSpacing(0)
        group = ""
        for item in self.items.values():
            if item.entry.group != group:
                group = item.entry.group
                heading = Label("", "small", "muted")
                above = Space.L if self._headings else 0
                heading.setContentsMargins(Space.L, above, Space.S, Space.XS)
                self._headings.append((heading, group))
                layout.addWidget(heading)
            item.clicked.connect(self._on_item_clicked)
            item.step_asked.connect(self._on_item_step_asked)
            layout.addWidget(item)
        layout.addStretch(1)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.retranslate()

    def set_current(self, name: str) -> None:
        """Mark a page as the one that is seen; the Tab key leads to it."""
        self.items[name].setChecked(True)
        for item in self.items.values():
            policy = Qt.FocusPolicy.TabFocus if item.isChecked() else Qt.FocusPolicy.NoFocus
            item.setFocusPolicy(policy)

    def retranslate(self) -> None:
        """Set all names in the language in force."""
        self.setAccessibleName(tr("Pages"))
        for heading, group in self._headings:
            heading.setText(translated(group))
        for item in self.items.values():
            item.retranslate()

    def _on_item_clicked(self) -> None:
        item = self.sender()
        if isinstance(item, NavItem):
            self.page_chosen.emit(item.entry.name)

    def _on_item_step_asked(self, step: int) -> None:
        items = list(self.items.values())
        at = next((number for number, item in enumerate(items) if item.hasFocus()), 0)
        target = items[min(max(at + step, 0), len(items) - 1)]
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_theme_changed(self) -> None:
        self.setFixedWidth(theme().px(_WIDTH_PX))
