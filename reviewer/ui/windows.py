"""Further windows: results beside results, reviews beside reviews, each with its own crumbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from reviewer.errors import N_
from reviewer.ui.actions import ActionSpec
from reviewer.ui.page_host import EVERYWHERE, PageHost

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner

_SMALLEST: Final = (900, 560)
_FIRST_SIZE: Final = (1280, 720)
# A new window covers neither the title nor the first rows of the one it comes from, px.
_STEP: Final = 32
_CLOSE: Final = ActionSpec("window.close", N_("Close this window"), EVERYWHERE, ("Ctrl+W",), "x")


class PageWindow(PageHost):
    """A window of its own for pages of the recordings. Thread: main."""

    # It was closed; its pages have ended.
    gone = Signal(object)

    def __init__(
        self,
        first: str,
        *,
        runner: TaskRunner,
        actions: ActionRegistry,
        presenter: ErrorPresenter,
        settings: WindowSettings,
    ) -> None:
        """Make the window; `first` names the page it begins with, and its place on the screen."""
        super().__init__(runner=runner, actions=actions, presenter=presenter, settings=settings)
        self._first = first
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        actions.add(_CLOSE, self, self.close)
        self.setMinimumSize(*_SMALLEST)
        if not settings.restore_geometry(first, self):
            room = self.screen().availableGeometry().size()
            self.resize(QSize(*_FIRST_SIZE).boundedTo(room))
        self.retranslate()

    @override
    def save(self) -> None:
        self._settings.save_geometry(self._first, self)
        super().save()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._current is not None:
            self._current.left()
        self.save()
        self.leave()
        for page in self.pages():
            page.closing()
        self.gone.emit(self)
        super().closeEvent(event)


class Windows(QObject):
    """All further windows that are open.

    Thread: main.

    Args:
        make: Makes a window with its pages, given the name of the first.
        parent: Owner.
    """

    def __init__(self, make: Callable[[str], PageWindow], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._open: list[PageWindow] = []

    @property
    def windows(self) -> tuple[PageWindow, ...]:
        """The windows, the oldest first."""
        return tuple(self._open)

    def open(self, page: str, argument: object) -> None:
        """Show a page in a new window."""
        window = self._make(page)
        window.gone.connect(self._on_window_gone)
        window.window_asked.connect(self.open)
        self._place(window)
        self._open.append(window)
        window.show()
        window.go(page, argument)
        window.activateWindow()

    def close_all(self) -> None:
        """Close them, as the program ends."""
        for window in self.windows:
            window.close()

    def _place(self, window: PageWindow) -> None:
        """Keep a new window from lying exactly on another."""
        taken = {
            widget.pos().toTuple()
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible()
        }
        while window.pos().toTuple() in taken:
            window.move(window.x() + _STEP, window.y() + _STEP)

    def _on_window_gone(self, window: PageWindow) -> None:
        self._open.remove(window)
