"""The frame of a page of administration: heading, hint, what goes on and what went wrong, body."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import explain, translated
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.offering import Offered
from reviewer.ui.page import Page
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.flow import Flow
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import ErrorPanel, RunningLine

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QAbstractButton

    from reviewer.errors import ReviewerError
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.widgets.buttons import Kind

OPEN_INTERACTION: Final = N_("Open the interaction")
_WIDTH_PX: Final = 800
_LOW_PX: Final = 480


class FormPage(Page):
    """A page with a column of a readable width that scrolls, or with a table that fills it.

    Attributes:
        body: Takes what the page is about.
        error: Says what went wrong, in place.

    Thread: main.
    """

    # Its user does not get it any more: its parts show nothing of the store. Main thread.
    withdrawn = Signal()

    title_id = ""
    hint_id = ""
    # The body takes all there is and does not scroll.
    fills = False

    def __init__(
        self,
        shell: Shell,
        session: Session,
        parent: QWidget | None = None,
        *,
        in_turns: bool = False,
    ) -> None:
        """Make the page; `in_turns`: `making` is left to the caller."""
        super().__init__(parent)
        self.shell = shell
        self.session = session
        self._words: list[tuple[Callable[[str], object], str]] = []
        self._scroll: Scrolled | None = None
        self.make(self._made(), in_turns=in_turns)

    def _made(self) -> Generator[None, None, None]:
        """Make the frame, in turns; a kind of it goes on from there."""
        self.error = ErrorPanel()
        self.running = RunningLine()
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.M)
        yield
        column = QWidget()
        inner = QVBoxLayout(column)
        inner.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L if self.fills else Space.XL)
        inner.setSpacing(Space.M)
        heading, self._hint = Label("", "title"), Label("", "body", "text2", wraps=True)
        self.word(heading.setText, self.title_id)
        self.word(self._hint.setText, self.hint_id)
        for part in (heading, self._hint, self.error, self.running):
            inner.addWidget(part)
        inner.addLayout(self.body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        if self.fills:
            layout.addWidget(column)
            yield
            return
        inner.addStretch(1)
        column.setMaximumWidth(theme().px(_WIDTH_PX))
        across = QWidget()
        row = QHBoxLayout(across)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(column, 1)
        row.addStretch()
        self._scroll = Scrolled()
        self._scroll.set_content(across)
        layout.addWidget(self._scroll)
        # It stands above what was pressed, maybe out of sight.
        self.error.installEventFilter(self)
        yield

    def reveal(self, part: QWidget) -> None:
        """Scroll to a part of the page, once it is laid out."""
        if self._scroll is not None:
            QTimer.singleShot(0, part, partial(self._scroll.ensureWidgetVisible, part))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where it is low, the rows of the table are worth more.
        self._hint.setHidden(self.fills and self.height() < theme().px(_LOW_PX))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Asked for while the page is taken down as well, when it has nothing any more.
        if event.type() == QEvent.Type.Show and isinstance(watched, ErrorPanel):
            self.reveal(watched)
        return super().eventFilter(watched, event)

    def word(self, put: Callable[[str], object], text: str) -> None:
        """Have a text set in the language in force, now and at each change; `text`: message id."""
        self._words.append((put, text))
        put(translated(text))

    def offer(
        self, button: QAbstractButton, name: str, title: str, keys: tuple[str, ...] = ()
    ) -> None:
        """Let the palette, and keys, press a button; `title`: message id."""
        spec = ActionSpec(f"{self.name}.{name}", title, self.title_id, keys)
        Offered(self.shell.actions, spec, self, button)

    def button(
        self,
        name: str,
        text: str,
        icon: str,
        act: Callable[[], object],
        kind: Kind = "default",
        keys: tuple[str, ...] = (),
    ) -> Button:
        """Return a button that the palette knows as well; `text`: message id."""
        made = Button("", icon, kind)
        self.word(made.setText, text)
        made.clicked.connect(act)
        self.offer(made, name, text, keys)
        return made

    def show_error(self, what: str, error: ReviewerError) -> None:
        """Say what went wrong; `what`: translated."""
        self.error.show_error(what, explain(error))

    @override
    def put_away(self) -> None:
        self.withdrawn.emit()

    @override
    def title(self) -> str:
        return translated(self.title_id)

    @override
    def retranslate(self) -> None:
        for put, text in self._words:
            put(translated(text))


def section(title: Label, *parts: QWidget) -> QWidget:
    """Return parts under a title."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, Space.S, 0, 0)
    column.setSpacing(Space.S)
    column.addWidget(title)
    for part in parts:
        column.addWidget(part)
    return holder


def line(*parts: QWidget, stretch: bool = True) -> QWidget:
    """Return parts beside each other; with `stretch` they go on below where there is no room."""
    if stretch:
        flow = Flow(gap=Space.S)
        for part in parts:
            flow.add(part)
        return flow
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    for part in parts:
        row.addWidget(part)
    return holder
