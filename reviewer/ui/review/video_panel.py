"""Where the screen's picture stands: in the page, in its own window, or all over the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.review.video_view import VideoView
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.panel_header import PanelHeader

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from reviewer.player.qt_video import QtVideo

    Keys = Callable[[QKeyEvent], bool]

_WINDOW_SIZE = (960, 580)


class VideoPanel(Panel):
    """The picture's area of the page: head with its controls, and the picture.

    Thread: main.
    """

    # The window of its own was closed by its own means.
    window_closed = Signal()

    def __init__(self, video: QtVideo) -> None:
        super().__init__("surface")
        self.view = VideoView(video)
        self.header = PanelHeader("", "monitor")
        self.closer = IconButton("zoom-in")
        self.farther = IconButton("zoom-out")
        self.detach = IconButton("picture-in-picture-2")
        self.enlarge = IconButton("maximize")
        for button in (self.farther, self.closer, self.detach, self.enlarge):
            self.header.add(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addWidget(self.view, 1)
        # Does what keys do in the window of its own; says whether it did something.
        self.keys: Keys = _nothing
        self._window: VideoWindow | None = None
        self._title = ""
        self._was_apart = False
        self.retranslate()

    @property
    def is_apart(self) -> bool:
        """Whether the picture is in a window of its own, of whatever size."""
        return self._window is not None

    @property
    def is_full_screen(self) -> bool:
        """Whether it is all over the screen."""
        return self._window is not None and self._window.isFullScreen()

    @property
    def own_window(self) -> VideoWindow | None:
        """The window of its own, if there is one."""
        return self._window

    def set_apart(self, *, apart: bool) -> None:
        """Take the picture to a window of its own, or back into the page."""
        if apart and self._window is None:
            self._window = VideoWindow(self.view, self.keys)
            self._window.setWindowTitle(self._title)
            self._window.closed.connect(self._on_window_closed)
            self._window.show()
        elif not apart and self._window is not None:
            window, self._window = self._window, None
            self._column.addWidget(self.view, 1)
            self.view.show()
            window.end()

    def set_full_screen(self, *, full: bool) -> None:
        """Show the picture all over the screen, or where it was before."""
        if full == self.is_full_screen:
            return
        if full:
            self._was_apart = self.is_apart
            self.set_apart(apart=True)
            if self._window is not None:
                self._window.showFullScreen()
        elif self._was_apart and self._window is not None:
            self._window.showNormal()
        else:
            self.set_apart(apart=False)

    def set_window_title(self, title: str) -> None:
        """Name the window of its own."""
        self._title = title
        if self._window is not None:
            self._window.setWindowTitle(title)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.header.set_title(tr("Screen"))
        self.view.retranslate()

    @Slot()
    def _on_window_closed(self) -> None:
        self.set_apart(apart=False)
        self.window_closed.emit()


class VideoWindow(QWidget):
    """A window with nothing but the picture; `keys` does what its keys do on the page.

    Thread: main.
    """

    # It was closed by the window system or by Esc.
    closed = Signal()

    def __init__(self, view: VideoView, keys: Keys) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._keys = keys
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(view)
        self.resize(*_WINDOW_SIZE)

    def end(self) -> None:
        """Go for good, without telling anybody."""
        self.blockSignals(True)
        self.close()
        self.deleteLater()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif not self._keys(event):
            super().keyPressEvent(event)


def _nothing(_event: QKeyEvent) -> bool:
    return False
