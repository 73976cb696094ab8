"""What every window of pages is: crumbs above, one page seen at a time, status bar below.

The main window and the further windows are such hosts; each is the navigator and the notifier
of its own pages, and knows them only as `Page`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.areas import step_area
from reviewer.ui.dialogs import CrashDialog, ErrorDialog
from reviewer.ui.keys_overlay import KeysOverlay
from reviewer.ui.palette import Command, CommandPalette
from reviewer.ui.status_bar import StatusBar
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.turns import at_once
from reviewer.ui.widgets.breadcrumbs import Breadcrumbs, Crumb
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.toast import ToastArea

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtGui import QResizeEvent

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.page import Page
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner

_HISTORY: Final = 50
_POLISHED_A_TURN: Final = 10
EVERYWHERE: Final = N_("Everywhere")
_ANOTHER: Final = ActionSpec(
    "window.another",
    N_("Show this in a window of its own"),
    EVERYWHERE,
    ("Ctrl+Shift+N",),
    "picture-in-picture-2",
)
_NEXT_AREA: Final = ActionSpec("window.next_area", N_("To the next area"), EVERYWHERE, ("F6",))
_PREVIOUS_AREA: Final = ActionSpec(
    "window.previous_area", N_("To the area before"), EVERYWHERE, ("Shift+F6",)
)
_COMMANDS: Final = ActionSpec(
    "window.commands", N_("Commands"), EVERYWHERE, ("Ctrl+K",), "search", over_text=True
)
# In a narrower window the crumbs need the room of the button.
_COMMANDS_FROM_PX: Final = 1200


class TopBar(Panel):
    """Crumbs at the left, the page's own tools at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", lines=Qt.Edge.BottomEdge, parent=parent)
        self.crumbs = Breadcrumbs()
        self.tools = QStackedWidget()
        self.commands = Button("", "", "ghost", panel=True, shortcut=_COMMANDS.shortcuts[0])
        self.another = IconButton("picture-in-picture-2")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.S + 2, 0, Space.L, 1)
        layout.setSpacing(Space.L)
        layout.addWidget(self.crumbs, 1)
        layout.addWidget(self.tools, 0)
        layout.addWidget(self.commands, 0)
        layout.addWidget(self.another, 0)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_tools(self, toolbar: QWidget) -> None:
        """Show a page's tools, as wide as they need."""
        if self.tools.indexOf(toolbar) < 0:
            self.tools.addWidget(toolbar)
        self.tools.setCurrentWidget(toolbar)
        self._fit()

    def _fit(self) -> None:
        current = self.tools.currentWidget()
        if current is not None:
            self.tools.setFixedWidth(current.sizeHint().width())

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme().px(Size.TOP_BAR))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.commands.setVisible(self.width() >= theme().px(_COMMANDS_FROM_PX))

    @override
    def event(self, event: QEvent) -> bool:
        # A tool appeared, went or changed its words.
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)


class PageHost(QWidget):
    """Hosts pages. Thread: main."""

    # A page is to be shown in a window of its own: (name: str, argument: object). Main thread.
    window_asked = Signal(str, object)
    # The store is elsewhere by now: its address (str). Main thread.
    left_for = Signal(str)

    def __init__(
        self,
        *,
        runner: TaskRunner,
        actions: ActionRegistry,
        presenter: ErrorPresenter,
        settings: WindowSettings,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._actions = actions
        self._pages: dict[str, Page] = {}
        self._later: dict[str, Callable[[], Generator[None, None, Page]]] = {}
        self._begun: dict[str, Generator[None, None, Page]] = {}
        self._history: list[str] = []
        self._current: Page | None = None
        self.top_bar = TopBar()
        self._stack = QStackedWidget()
        self.status_bar = StatusBar(runner)
        self.middle = QHBoxLayout()
        self.middle.setSpacing(0)
        self.middle.addWidget(self._stack, 1)
        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        self.column.addWidget(self.top_bar)
        self.column.addLayout(self.middle, 1)
        self.column.addWidget(self.status_bar)
        self._toasts = ToastArea(self)
        self._overlay = KeysOverlay(self, actions)
        # Made when it is first wanted, which takes one turn of the event loop.
        self._palette: CommandPalette | None = None
        self.top_bar.crumbs.crumb_chosen.connect(self.go)
        self.top_bar.crumbs.back_requested.connect(self.back)
        self.status_bar.keys_requested.connect(self._overlay.open)
        presenter.sentence_shown.connect(self._on_presenter_sentence_shown)
        presenter.decision_needed.connect(self._on_presenter_decision_needed)
        presenter.crashed.connect(self._on_presenter_crashed)
        self._add_acts()

    def _add_acts(self) -> None:
        add, group = self._actions.add, EVERYWHERE
        keys = ActionSpec("window.keys", N_("Show the keys"), group, ("F1",), "keyboard")
        add(keys, self, self._overlay.open)
        up = ActionSpec(
            "window.up", N_("Back along the crumbs"), group, ("Backspace", "Alt+Up"), "arrow-left"
        )
        self.act_up = add(up, self, self.back)
        previous = ActionSpec("window.previous", N_("To the page before"), group, ("Alt+Left",))
        add(previous, self, self.previous)
        first = ActionSpec("window.first", N_("To the search line"), group, ("Ctrl+L",), "search")
        add(first, self, self.go_first)
        self.act_another = add(_ANOTHER, self, self.show_again)
        add(_NEXT_AREA, self, partial(self._step_area, 1))
        add(_PREVIOUS_AREA, self, partial(self._step_area, -1))
        self._actions.bind(self.top_bar.another, _ANOTHER.name, self)
        add(_COMMANDS, self, self.open_palette)
        self._actions.bind(self.top_bar.commands, _COMMANDS.name, self)

    @Slot()
    def open_palette(self) -> None:
        """Cover the window with what can be done now."""
        if self._palette is None:
            self._palette = CommandPalette(self, self._actions, self.commands)
        self._palette.open()

    # --- pages

    def add_page(self, page: Page) -> None:
        """Host a page."""
        self._pages[page.name] = page
        self._stack.addWidget(page)
        page.restore_state(self._settings.page_state(page.name))
        page.title_changed.connect(self._on_page_title_changed)

    def add_page_later(self, name: str, make: Callable[[], Generator[None, None, Page]]) -> None:
        """Host a page that is made when it is first wanted, or before by `built`."""
        self._later[name] = make

    def build(self, name: str) -> None:
        """Make at once what is missing of a page that was added for later."""
        if name in self._later:
            page = at_once(self._making_of(name))
            del self._later[name]
            self.add_page(page)

    def built(self, name: str) -> Generator[None, None, None]:
        """Make a page that was added for later, in turns, and ready it for being shown.

        What raises an error is made anew from its beginning when it is next wanted.
        """
        while name in self._later:
            making = self._making_of(name)
            try:
                next(making)
            except StopIteration as ended:
                del self._later[name]
                self.add_page(ended.value)
            else:
                self._begun[name] = making
            yield
        # Otherwise done at the first showing, for some hundred widgets in one turn.
        for number, widget in enumerate(self._pages[name].findChildren(QWidget)):
            if shiboken6.isValid(widget):
                widget.ensurePolished()
            if number % _POLISHED_A_TURN == 0:
                yield

    def _making_of(self, name: str) -> Generator[None, None, Page]:
        """Take out what makes a page, begun or not."""
        return self._begun.pop(name) if name in self._begun else self._later[name]()

    def give_up(self) -> None:
        """Make no more pages, and take back what is half made."""
        for making in self._begun.values():
            making.close()
        self._begun.clear()
        self._later.clear()

    @property
    def current(self) -> Page | None:
        """The page that is seen."""
        return self._current

    def page(self, name: str) -> Page:
        """Return a page by its name.

        Raises:
            KeyError: There is none.
        """
        self.build(name)
        return self._pages[name]

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that were built."""
        return tuple(self._pages.values())

    # --- the pages' navigator and notifier

    def go(self, page: str, argument: object = None) -> None:
        """Show a page; `argument` goes to its `open`.

        Raises:
            KeyError: There is no such page.
        """
        target = self.page(page)
        before = self._current
        if before is not None and before is not target:
            before.left()
            self._history = [*self._history[-_HISTORY:], before.name]
        if argument is not None:
            target.open(argument)
        self._show(target)

    def go_in_window(self, page: str, argument: object) -> None:
        """Show a page in a window of its own."""
        self.window_asked.emit(page, argument)

    def leave_for(self, address: str) -> None:
        """End this program's windows, and open one on the store at another address."""
        self.left_for.emit(address)

    def back(self) -> None:
        """Go one crumb up."""
        if self._current is not None and self._current.crumb_parent in self._pages:
            self.go(self._current.crumb_parent)

    def go_first(self) -> None:
        """Go to the page where everything begins, the search."""
        self.go(next(iter((*self._pages, *self._later))))

    def previous(self) -> None:
        """Show the page that was seen before this one."""
        if self._history and self._current is not None:
            target = self._pages[self._history.pop()]
            self._current.left()
            self._show(target)

    def show_again(self) -> None:
        """Show what is seen in a window of its own as well."""
        argument = self._current.again() if self._current is not None else None
        if self._current is not None and argument is not None:
            self.window_asked.emit(self._current.name, argument)

    def notify(
        self,
        text: str,
        *,
        icon: str = "circle-check",
        action: tuple[str, Callable[[], object]] | None = None,
        stays: bool = False,
    ) -> None:
        """Show a toast."""
        self._toasts.show_toast(text, icon, action, stays=stays)

    # --- remembering

    def save(self) -> None:
        """Remember what the pages want remembered."""
        for page in self._pages.values():
            self._settings.set_page_state(page.name, page.save_state())
        self._settings.sync()

    # --- for windows

    def commands(self, typed: str) -> tuple[Command, ...]:
        """Return what the palette offers beside the actions, "" typed for what it always does."""
        return ()

    def shown(self, page: Page) -> None:
        """Be told which page is seen now, before it is."""

    def beside(self) -> tuple[QWidget, ...]:
        """Return the areas beside the page that is seen."""
        return ()

    def areas(self) -> tuple[QWidget, ...]:
        """Return the areas of the window and of the page that is seen, in their order."""
        inside = self._current.areas if self._current is not None else ()
        return (self.top_bar, *self.beside(), *inside, self.status_bar)

    def speaks(self) -> bool:
        """Whether what nobody asked for in particular, such as an error, is said here."""
        return front_host() is self

    def leave(self) -> None:
        """Take away what would outlive the window: messages and clocks."""
        self._toasts.clear()
        self.status_bar.task_view.stop()

    def retranslate(self) -> None:
        """Set the window's own texts in the language in force."""
        self.status_bar.retranslate()
        self.top_bar.crumbs.back.set_name(tr("Back (Alt+Up)"))
        self.top_bar.commands.setText(tr("Commands"))
        self._actions.retranslate()
        self._show_crumbs()

    # --- private

    def _step_area(self, step: int) -> None:
        step_area(self.areas(), step)

    def _show(self, page: Page) -> None:
        if page is not self._current and self.isVisible():
            page.appear()
        self._current = page
        self.shown(page)
        self._stack.setCurrentWidget(page)
        self.top_bar.show_tools(page.toolbar)
        self._show_crumbs()
        page.entered()

    def _show_crumbs(self) -> None:
        crumbs: list[Crumb] = []
        name = self._current.name if self._current is not None else ""
        while name in self._pages:
            page = self._pages[name]
            crumbs.insert(0, Crumb(name, page.title()))
            name = page.crumb_parent
        self.top_bar.crumbs.set_crumbs(crumbs)
        self.act_up.setEnabled(len(crumbs) > 1)
        can_again = self._current is not None and self._current.again() is not None
        self.act_another.setEnabled(can_again)
        self.top_bar.another.setVisible(can_again)
        title = crumbs[-1].text if crumbs else ""
        self.setWindowTitle(f"{title} – Reviewer" if title else "Reviewer")

    def _on_page_title_changed(self) -> None:
        self._show_crumbs()

    # --- what the presenter shows

    def _on_presenter_sentence_shown(
        self, sentence: str, retry: Callable[[], object] | None
    ) -> None:
        if self.speaks():
            action = (tr("Try again"), retry) if retry is not None else None
            self.notify(sentence, icon="triangle-alert", action=action, stays=True)

    def _on_presenter_decision_needed(
        self, sentence: str, retry: Callable[[], object] | None
    ) -> None:
        if self.speaks():
            ErrorDialog(sentence, retry, self).show()

    def _on_presenter_crashed(self, sentence: str, report: str) -> None:
        if self.speaks():
            CrashDialog(sentence, report, self).show()

    # --- overrides

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def front_host() -> PageHost | None:
    """Return the window of pages in front, or whose dialog is; None when another program is."""
    widget: QWidget | None = QApplication.activeWindow()
    while widget is not None and not isinstance(widget, PageHost):
        widget = widget.parentWidget()
    return widget


def any_host() -> PageHost | None:
    """Return a window of pages that is shown, None when there is none."""
    widgets = QApplication.topLevelWidgets()
    return next((w for w in widgets if isinstance(w, PageHost) and w.isVisible()), None)
