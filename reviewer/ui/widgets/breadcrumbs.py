"""Where one is: a back arrow and the crumbs that lead here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.keys import literal
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

# Below this width the middle crumbs are in a menu.
_NARROW = 480
_SEPARATOR = 16


@dataclass(frozen=True, slots=True)
class Crumb:
    """One place: its page's name and its translated text."""

    page: str
    text: str


class _Link(QAbstractButton):
    """A crumb to go back to."""

    def __init__(self, crumb: Crumb, parent: QWidget) -> None:
        super().__init__(parent)
        self.crumb = crumb
        self.setText(crumb.text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        width = draw.text_width(self.text(), now.font("label")) + 2 * Space.XS
        return QSize(round(width + 0.5), now.px(Size.CHIP))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme().colors
        painter = QPainter(self)
        rect = QRectF(self.rect())
        draw.text(
            painter,
            rect,
            self.text(),
            theme().font("label"),
            c.accent_text,
            draw.CENTER,
            elide=None,
        )
        if self.underMouse():
            inner = rect.adjusted(Space.XS, 0, -Space.XS, -4)
            draw.hline(painter, inner.left(), inner.right(), inner.bottom(), c.accent_text)
        if self.hasFocus():
            draw.ring(painter, rect, c.focus, radius=Radius.BAR)


class _Separator(QWidget):
    """The small arrow between two crumbs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(theme().px(_SEPARATOR), theme().px(_SEPARATOR))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        size = theme().px(Size.ICON_CHIP)
        corner = QPointF((self.width() - size) / 2, (self.height() - size) / 2)
        pixmap = theme().pixmap("chevron-right", size, "muted", self.devicePixelRatioF())
        QPainter(self).drawPixmap(corner, pixmap)


class Breadcrumbs(QWidget):
    """Back arrow, links to the places above, and the current place in bold."""

    # The user chose a crumb: its page's name (str). Main thread.
    crumb_chosen = Signal(str)
    # The back arrow was pressed.
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crumbs: tuple[Crumb, ...] = ()
        self._folded = False
        self._parts: list[QWidget] = []
        self.back = IconButton("arrow-left")
        self.back.clicked.connect(self.back_requested)
        self._current = ElidedLabel("", "strong", mode=Qt.TextElideMode.ElideMiddle)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.XS)
        self._layout.addWidget(self.back)
        self._layout.addWidget(self._current, 1)
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._on_menu_triggered)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_crumbs(self, crumbs: Sequence[Crumb]) -> None:
        """Show the way; the last one is the current place."""
        self._crumbs = tuple(crumbs)
        self.back.setEnabled(len(self._crumbs) > 1)
        self._current.setText(self._crumbs[-1].text if self._crumbs else "")
        self._rebuild()

    def _rebuild(self) -> None:
        for part in self._parts:
            self._layout.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        above = self._crumbs[:-1]
        self._folded = self.width() < _NARROW and len(above) > 1
        if self._folded:
            self._fill_menu(above)
            fold = IconButton("ellipsis", size=Size.CHIP)
            fold.set_name(tr("Places above"))
            fold.clicked.connect(self._on_fold_clicked)
            self._parts = [fold, _Separator(self)]
        else:
            for crumb in above:
                link = _Link(crumb, self)
                link.clicked.connect(self._on_link_clicked)
                self._parts += [link, _Separator(self)]
        for index, part in enumerate(self._parts):
            self._layout.insertWidget(1 + index, part)
            part.show()

    def _fill_menu(self, crumbs: Sequence[Crumb]) -> None:
        self._menu.clear()
        for crumb in crumbs:
            self._menu.addAction(literal(crumb.text)).setData(crumb.page)

    def _on_fold_clicked(self) -> None:
        self._menu.popup(self.mapToGlobal(QPoint(self.back.width(), self.height())))

    def _on_menu_triggered(self, action: QAction) -> None:
        self.crumb_chosen.emit(action.data())

    def _on_link_clicked(self) -> None:
        link = self.sender()
        if isinstance(link, _Link):
            self.crumb_chosen.emit(link.crumb.page)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (self.width() < _NARROW and len(self._crumbs) > 2) != self._folded:
            self._rebuild()
