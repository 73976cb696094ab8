"""What a dialog scrolls where the window it is over is too low for all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSize
from typing_extensions import override

from reviewer.ui.review.scrolled import Scrolled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LEAST_PX: Final = 120
_AROUND_PX: Final = 16


class Fitting(Scrolled):
    """As high as its content, as long as the dialog it is in stays within the window under it."""

    @override
    def set_content(self, content: QWidget) -> None:
        super().set_content(content)
        content.installEventFilter(self)
        self.setMinimumWidth(content.minimumSizeHint().width())
        self.fit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.fit()
        return super().eventFilter(watched, event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def fit(self) -> None:
        """Take as much height as there is now."""
        content: QWidget | None = self.widget()
        if content is None:
            return
        dialog = self.window()
        host, layout = dialog.parentWidget(), dialog.layout()
        wanted = content.sizeHint().height()
        if host is not None and layout is not None:
            beside = layout.minimumSize().height() - self.minimumHeight()
            room = host.window().height() - beside - 2 * _AROUND_PX
            wanted = min(wanted, max(room, _LEAST_PX))
        self.setMinimumHeight(wanted)
        self.setMinimumWidth(content.minimumSizeHint().width())
