"""The navigation rail: sections of the program, and the user's own menu below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr, translated
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.frames import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDE = 6
_MARK_SHARE = 0.5
_AVATAR = 30


@dataclass(frozen=True, slots=True)
class Section:
    """A place of the rail.

    Attributes:
        name: Stable.
        icon: Its sign.
        title: A message id.
        low: Whether it stands at the lower end.
        short: A message id for where the title is too wide; "": the title fits.
    """

    name: str
    icon: str
    title: str
    low: bool = False
    short: str = ""


class RailItem(QAbstractButton):
    """One section: icon over its name; in the narrow rail the icon alone."""

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = section
        self._narrow = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_narrow(self, narrow: bool) -> None:
        """Show or hide the name."""
        self._narrow = narrow
        full = translated(self.section.title)
        self.setToolTip(full if narrow or self.text() != full else "")
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """Set the name in the language in force."""
        self.setText(translated(self.section.short or self.section.title))
        self.setAccessibleName(translated(self.section.title))
        self.set_narrow(self._narrow)

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        if self._narrow:
            return QSize(now.px(Size.RAIL_NARROW), now.px(Size.RAIL_ITEM_NARROW))
        return QSize(now.px(Size.RAIL), now.px(Size.RAIL_ITEM))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        c = now.colors
        painter = QPainter(self)
        rect = QRectF(self.rect())
        item = (
            rect.adjusted(_SIDE, 2, -_SIDE + 1, -2)
            if not self._narrow
            else rect.adjusted(_SIDE, 2, -_SIDE, -2)
        )
        if self.isChecked():
            # On the light rail a tint is too faint; the picture has a white ground there.
            ground = c.accent_soft if now.dark else c.surface
            draw.box(painter, item, fill=ground, radius=Radius.CONTROL)
            self._paint_mark(painter, rect)
        elif self.underMouse():
            draw.box(painter, item, fill=c.hover, radius=Radius.CONTROL)
        role = "accent_text" if self.isChecked() else "text2"
        size = now.px(Size.ICON_RAIL)
        pixmap = now.pixmap(self.section.icon, size, role, self.devicePixelRatioF())
        top = item.top() + 8 if not self._narrow else item.center().y() - size / 2
        painter.drawPixmap(QPointF(item.center().x() - size / 2, top), pixmap)
        if not self._narrow:
            font = now.font("micro", 600 if self.isChecked() else 500)
            label = QRectF(0, top + size + 3, rect.width(), item.bottom() - top - size - 5)
            draw.text(painter, label, self.text(), font, now.color(role), draw.CENTER)
        if self.hasFocus():
            draw.ring(painter, item, c.focus, radius=Radius.CONTROL)

    def _paint_mark(self, painter: QPainter, rect: QRectF) -> None:
        height = rect.height() * _MARK_SHARE
        mark = QRectF(-Size.ROW_MARK, 0, 2 * Size.ROW_MARK, height)
        mark.moveTop(rect.center().y() - height / 2)
        path = QPainterPath()
        path.addRoundedRect(mark, 2, 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path, theme().colors.accent)
        painter.restore()


class Avatar(QAbstractButton):
    """The user's initials in a circle; opens the menu of settings."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(initials(name))
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        side = theme().px(_AVATAR)
        return QSize(side, side + Space.S)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        c = now.colors
        painter = QPainter(self)
        side = now.px(_AVATAR)
        circle = QRectF(0, 0, side, side)
        circle.moveCenter(QRectF(self.rect()).center())
        ground = c.line2 if self.underMouse() else c.press
        draw.box(painter, circle, fill=ground, radius=side / 2)
        font = now.font("micro", 600)
        draw.text(painter, circle, self.text(), font, c.text, draw.CENTER, elide=None)
        if self.hasFocus():
            outer = circle.adjusted(-3, -3, 3, 3)
            draw.ring(painter, outer, c.focus, radius=outer.width() / 2)


def initials(name: str) -> str:
    """Return one or two capitals for a person's name or login."""
    words = re.findall(r"[^\W\d_]+", name)
    return "".join(word[0] for word in words[:2]).upper() or "?"


class Rail(Panel):
    """Sections from the top, settings and the user at the bottom."""

    # The user chose a section: its name (str). Main thread.
    section_chosen = Signal(str)

    def __init__(
        self, sections: Sequence[Section], user: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("rail", lines=Qt.Edge.RightEdge, parent=parent)
        self.items = {section.name: RailItem(section) for section in sections}
        self.avatar = Avatar(user)
        self._narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.XS + 2, 1, Space.S)
        layout.setSpacing(0)
        high = [item for item in self.items.values() if not item.section.low]
        low = [item for item in self.items.values() if item.section.low]
        for item in high:
            layout.addWidget(item)
        layout.addStretch(1)
        for item in low:
            layout.addWidget(item)
        for item in self.items.values():
            item.clicked.connect(self._on_item_clicked)
        layout.addWidget(self.avatar)
        self.setAccessibleName(tr("Sections"))
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_current(self, name: str) -> None:
        """Mark a section as the current place."""
        if name in self.items:
            self.items[name].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons alone, or with names."""
        self._narrow = narrow
        for item in self.items.values():
            item.set_narrow(narrow)
        self._on_theme_changed()

    def retranslate(self) -> None:
        """Set all names in the language in force."""
        self.setAccessibleName(tr("Sections"))
        for item in self.items.values():
            item.retranslate()

    def _on_item_clicked(self) -> None:
        item = self.sender()
        if isinstance(item, RailItem):
            self.section_chosen.emit(item.section.name)

    def _on_theme_changed(self) -> None:
        self.setFixedWidth(theme().px(Size.RAIL_NARROW if self._narrow else Size.RAIL))
