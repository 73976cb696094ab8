"""What a page is, and what it is given. Pages live in packages here; the window hosts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from reviewer.ui.theme.tokens import Space
from reviewer.ui.turns import Turns, at_once, unveiled, veil

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.bus import Bus
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner

State = dict[str, object]
"""What a page remembers between runs: JSON values only."""


class Navigator(Protocol):
    """Moves between pages; the main window is one."""

    def go(self, page: str, argument: object = None) -> None:
        """Show the page of that name; `argument` goes to its `open`."""
        ...

    def go_in_window(self, page: str, argument: object) -> None:
        """Show a page in a window of its own."""
        ...

    def back(self) -> None:
        """Go one crumb up."""
        ...

    def leave_for(self, address: str) -> None:
        """End this program's windows, and open one on the store at another address."""
        ...


class Notifier(Protocol):
    """Says something in passing; the main window is one."""

    def notify(
        self,
        text: str,
        *,
        icon: str = "circle-check",
        action: tuple[str, Callable[[], object]] | None = None,
        stays: bool = False,
    ) -> None:
        """Show a toast; `action` is (translated text, what it does), such as undoing."""
        ...


@dataclass(frozen=True, slots=True)
class Shell:
    """What the program hands to every page; the store's session comes beside it."""

    runner: TaskRunner
    bus: Bus
    presenter: ErrorPresenter
    actions: ActionRegistry
    settings: WindowSettings
    navigator: Navigator
    notifier: Notifier


class Toolbar(QWidget):
    """A page's own controls in the top bar, right-aligned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.XS)

    def add(self, widget: QWidget) -> None:
        """Append a control."""
        self._layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class Keeper(QObject):
    """Has something that is entered in a page kept in the store; a child of the page's."""

    @property
    def unsaved(self) -> bool:
        """Whether something was entered that the store does not have yet."""
        raise NotImplementedError

    def flush(self) -> None:
        """Have it written now, in the background."""
        raise NotImplementedError


class Page(QWidget):
    """One place of the window, with its crumb and its tools.

    A page is made once and kept; `open` gives it something to show, `entered` and `left` tell
    when it is seen. Texts are set in `retranslate`, which is called once after construction and
    at each change of language.
    """

    # The crumb's text changed, as when another interaction was opened. Main thread.
    title_changed = Signal()

    # Stable name for `Navigator.go`, settings and the history.
    name = "page"
    # The page one crumb up, or empty.
    crumb_parent = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toolbar = Toolbar()
        # What F6 goes through, in its order; all of the page is one area at first.
        self.areas: tuple[QWidget, ...] = (self,)
        self.setObjectName(f"page_{self.name}")
        self._appearing = Turns(self)
        self._is_made = True
        # Left to whoever asked for the page in turns; it is of no use before this came to its end.
        self.making: Generator[None, None, None] = self._until_made(())

    def make(self, parts: Iterable[None], *, in_turns: bool) -> None:
        """Make what the page consists of, a piece at a time: all of a page takes 20 ms to 70 ms.

        Args:
            parts: Makes a piece whenever it is asked to go on; words the page at its end.
            in_turns: Leave `making` to the caller.
        """
        self._is_made = False
        self.making = self._until_made(parts)
        if not in_turns:
            at_once(self.making)

    def _until_made(self, parts: Iterable[None]) -> Generator[None, None, None]:
        yield from parts
        self._is_made = True

    def give_up(self) -> None:
        """Take back what is half made."""
        self.toolbar.deleteLater()
        self.deleteLater()

    def title(self) -> str:
        """Return the text of the page's crumb, translated."""
        return self.name

    @property
    def settled(self) -> bool:
        """Whether everything that was read is shown, and nothing is left for later turns."""
        return not self._appearing.busy

    @property
    def unsaved(self) -> bool:
        """Whether something was entered here that would be lost if the program ended now."""
        return any(keeper.unsaved for keeper in self.findChildren(Keeper))

    @property
    def unfinished(self) -> bool:
        """Whether something was changed here that its user alone saves, by a button."""
        return False

    def flush(self) -> None:
        """Have what was entered written to the store now, in the background."""
        for keeper in self.findChildren(Keeper):
            keeper.flush()

    def appear(self) -> None:
        """Be painted an area a turn: called before the page is seen in place of another.

        All of a page takes 25 ms and more to paint, and keys would wait for it.
        """
        if len(self.areas) > 1:
            self._appearing.stop()
            veil(self.areas)
            self._appearing.start(unveiled(self.areas))

    def open(self, argument: object) -> None:
        """Show something else; None means: as it was."""

    def again(self) -> object | None:
        """Return what makes `open` show the same in another window; None: it is in one only."""
        return None

    def entered(self) -> None:
        """Be told that the page is seen now; set the focus here."""

    def left(self) -> None:
        """Be told that another page is seen now; stop timers here."""

    def put_away(self) -> None:
        """Be told that the user does not get this page any more; show nothing of the store."""

    def closing(self) -> None:
        """Be told that the program or the page's window ends; release players here."""

    def save_state(self) -> State:
        """Return what to remember: splitters, columns, sorting."""
        return {}

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take what `save_state` gave in an earlier run; ignore what does not fit."""

    def retranslate(self) -> None:
        """Set all texts in the language in force; a half-made page is worded when it is whole."""

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._is_made:
            self.retranslate()
        super().changeEvent(event)
