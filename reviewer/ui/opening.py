"""Opening a store with a window that says how far it is, where it takes more than a moment.

A store of an older format is brought to the present one when it is opened, which takes minutes
where it is large.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.interrupts import Interrupts
from reviewer.ui.tasks import TaskProgress
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import ElidedLabel, Label

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from PySide6.QtGui import QCloseEvent

T = TypeVar("T")
# Most stores are open long before; a window that appears and goes is a flicker.
_SILENT_S: Final = 0.3
_POLL_MS: Final = 50


class OpeningWindow(QWidget):
    """Says which store is being opened, and how far that is. Thread: main."""

    # The user wants to stop it.
    stop_asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._ended = False
        self.setWindowTitle("Reviewer")
        self.setFixedWidth(theme().px(Size.DIALOG))
        self._what = Label("", "body", "text2", wraps=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Opening the store"))
        self._stop = Button(tr("Stop"))
        self._stop.clicked.connect(self.stop_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(ElidedLabel(tr("Opening {name}", name=name), "title"))
        layout.addWidget(self._what)
        layout.addWidget(self._bar)
        layout.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignRight)
        self.show_progress(TaskProgress())

    @property
    def text(self) -> str:
        """What is said of it."""
        return self._what.text()

    @property
    def step(self) -> tuple[int, int]:
        """How far it is: steps done, and how many there are, 0 while unknown."""
        return self._bar.value(), self._bar.maximum()

    def show_progress(self, progress: TaskProgress) -> None:
        """Show how far it is."""
        extent = progress.extent
        if progress.is_cancelled:
            text = tr("Stopping …")
        elif extent.total:
            text = tr(
                "An older version of Reviewer made it. It is being brought to the format of this "
                "one, once; that may take minutes. Whenever it is stopped, nothing is lost, and "
                "the next opening goes on from there."
            )
        else:
            text = tr("One moment, please.")
        if text != self._what.text():
            self._what.setText(text)
        self._bar.setRange(0, extent.total or 0)
        self._bar.setValue(extent.done)
        self._stop.setEnabled(not progress.is_cancelled)

    def end(self) -> None:
        """Go: it is open, or will not be."""
        self._ended = True
        self.close()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Closed by the user it stays until the work has stopped.
        if self._ended:
            super().closeEvent(event)
        else:
            event.ignore()
            self.stop_asked.emit()


class _Waiting(QEventLoop):
    """Runs until the store is open. Thread: main."""

    def __init__(self, future: Future[T], progress: TaskProgress, window: OpeningWindow) -> None:
        super().__init__()
        self._future = future
        self._progress = progress
        self._window = window
        window.stop_asked.connect(self._on_stop_asked)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    @Slot()
    def _on_stop_asked(self) -> None:
        self._progress.cancel()
        self._window.show_progress(self._progress)

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._future.done():
            self._timer.stop()
            self.quit()
        else:
            self._window.show_progress(self._progress)


def opened(open_it: Callable[[TaskProgress], T], name: str) -> T:
    """Open something in a thread of its own; a window appears where it takes more than a moment.

    Args:
        open_it: Opens it; told of stopping by what it is given.
        name: What to call it.

    Returns:
        What `open_it` returns.

    Raises:
        CancelledError: The user stopped it. What `open_it` raises.

    Thread: main, before the window of the program is there.
    """
    progress = TaskProgress()
    with ThreadPoolExecutor(1, thread_name_prefix="open") as pool:
        future = pool.submit(open_it, progress)
        try:
            if not wait((future,), timeout=_SILENT_S).done:
                _show_until(future, progress, name)
        except BaseException:
            progress.cancel()
            raise
        return future.result()


def _show_until(future: Future[T], progress: TaskProgress, name: str) -> None:
    window = OpeningWindow(name)
    waiting = _Waiting(future, progress, window)
    interrupts = Interrupts(waiting)
    interrupts.requested.connect(window.stop_asked)
    window.show()
    waiting.exec()
    interrupts.close()
    window.end()
