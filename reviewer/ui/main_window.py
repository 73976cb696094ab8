"""The main window: rail, top bar with crumbs, the stack of pages, status bar.

It is the pages' navigator and notifier. It knows pages only as `Page`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import N_, tr
from reviewer.ui.actions import ActionSpec, tooltip
from reviewer.ui.dialogs import CrashDialog, ErrorDialog
from reviewer.ui.keys_overlay import KeysOverlay
from reviewer.ui.rail import Rail, Section
from reviewer.ui.settings_menu import SettingsMenu
from reviewer.ui.status_bar import StatusBar
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.breadcrumbs import Breadcrumbs, Crumb
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.toast import ToastArea

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.language import LanguageSwitch
    from reviewer.ui.page import Page
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner

_SMALLEST = (1024, 640)
_FIRST_SIZE = (1440, 900)
_HISTORY = 50
_EVERYWHERE = N_("Everywhere")


class TopBar(Panel):
    """Crumbs at the left, the page's own tools at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("window", lines=Qt.Edge.BottomEdge, parent=parent)
        self.crumbs = Breadcrumbs()
        self.tools = QStackedWidget()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.S + 2, 0, Space.L, 1)
        layout.setSpacing(Space.L)
        layout.addWidget(self.crumbs, 1)
        layout.addWidget(self.tools, 0)
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
    def event(self, event: QEvent) -> bool:
        # A tool appeared, went or changed its words.
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)


class MainWindow(QWidget):
    """Hosts the pages. Thread: main."""

    # The user closes the window; connected slots stop the work before it goes. Main thread.
    closing = Signal()

    def __init__(
        self,
        *,
        sections: Sequence[Section],
        user: str,
        runner: TaskRunner,
        actions: ActionRegistry,
        presenter: ErrorPresenter,
        languages: LanguageSwitch,
        settings: WindowSettings,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._actions = actions
        self._user = user
        self._pages: dict[str, Page] = {}
        self._later: dict[str, Callable[[], Page]] = {}
        self._section_of: dict[str, str] = {}
        self._last_in_section: dict[str, str] = {}
        self._history: list[str] = []
        self._current: Page | None = None
        self.rail = Rail(sections, user)
        self.top_bar = TopBar()
        self._stack = QStackedWidget()
        self.status_bar = StatusBar(runner)
        self._menu = SettingsMenu(user, languages, settings, self)
        self._build()
        self._toasts = ToastArea(self)
        self._overlay = KeysOverlay(self, actions)
        self._connect(presenter)
        self._add_actions()
        self.setMinimumSize(*_SMALLEST)
        if not settings.restore_geometry("main", self):
            room = self.screen().availableGeometry().size()
            self.resize(QSize(*_FIRST_SIZE).boundedTo(room))
        self.retranslate()

    # --- building

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        for part in (self.top_bar, self._stack, self.status_bar):
            column.addWidget(part, 1 if part is self._stack else 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(column, 1)

    def _connect(self, presenter: ErrorPresenter) -> None:
        self.rail.section_chosen.connect(self._on_rail_section_chosen)
        self.rail.avatar.clicked.connect(self.open_menu)
        self.top_bar.crumbs.crumb_chosen.connect(self.go)
        self.top_bar.crumbs.back_requested.connect(self.back)
        self.status_bar.keys_requested.connect(self._overlay.open)
        self._menu.keys_requested.connect(self._overlay.open)
        presenter.sentence_shown.connect(self._on_presenter_sentence_shown)
        presenter.decision_needed.connect(self._on_presenter_decision_needed)
        presenter.crashed.connect(self._on_presenter_crashed)

    def _add_actions(self) -> None:
        add, group = self._actions.add, _EVERYWHERE
        add(
            ActionSpec("window.keys", N_("Show the keys"), group, ("F1",)), self, self._overlay.open
        )
        up = ActionSpec(
            "window.up", N_("Back along the crumbs"), group, ("Backspace", "Alt+Up"), "arrow-left"
        )
        self.act_up = add(up, self, self.back)
        previous = ActionSpec("window.previous", N_("To the page before"), group, ("Alt+Left",))
        add(previous, self, self.previous)
        first = ActionSpec("window.first", N_("To the search line"), group, ("Ctrl+L",), "search")
        add(first, self, self.go_first)
        menu = ActionSpec("window.menu", N_("Settings"), group, ("F10",), "settings")
        add(menu, self, self.open_menu)
        leave = ActionSpec("window.quit", N_("Quit"), group, ("Ctrl+Q",), "x")
        self._menu.set_last(add(leave, self, self.close), leave.shortcuts[0])

    def add_to_menu(self, acts: Sequence[tuple[QAction, str]]) -> None:
        """Offer actions, each with its shortcut, in the menu behind the user's initials."""
        self._menu.set_acts(acts)

    def add_page(self, page: Page, section: str) -> None:
        """Host a page in a section of the rail."""
        self._pages[page.name] = page
        self._section_of[page.name] = section
        self._stack.addWidget(page)
        page.restore_state(self._settings.page_state(page.name))
        page.title_changed.connect(self._on_page_title_changed)

    def add_page_later(self, name: str, section: str, make: Callable[[], Page]) -> None:
        """Host a page that is built when it is first wanted, or by `build`."""
        self._later[name] = make
        self._section_of[name] = section

    def build(self, name: str) -> None:
        """Build a page that was added for later; nothing if it is there already."""
        make = self._later.pop(name, None)
        if make is not None:
            self.add_page(make(), self._section_of[name])

    # --- the pages' navigator and notifier

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

    def back(self) -> None:
        """Go one crumb up."""
        if self._current is not None and self._current.crumb_parent in self._pages:
            self.go(self._current.crumb_parent)

    def go_first(self) -> None:
        """Go to the page where everything begins, the search."""
        self.go(next(iter(self._section_of)))

    def previous(self) -> None:
        """Show the page that was seen before this one."""
        if self._history and self._current is not None:
            target = self._pages[self._history.pop()]
            self._current.left()
            self._show(target)

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

    def _show(self, page: Page) -> None:
        self._current = page
        section = self._section_of[page.name]
        self._last_in_section[section] = page.name
        self.rail.set_current(section)
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
        title = crumbs[-1].text if crumbs else ""
        self.setWindowTitle(f"{title} – Reviewer" if title else "Reviewer")

    # --- remembering

    def save(self) -> None:
        """Remember where the window is and what the pages want remembered."""
        self._settings.save_geometry("main", self)
        for page in self._pages.values():
            self._settings.set_page_state(page.name, page.save_state())
        self._settings.sync()

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that were built."""
        return tuple(self._pages.values())

    # --- slots

    def _on_rail_section_chosen(self, section: str) -> None:
        first = next(name for name, where in self._section_of.items() if where == section)
        current = self._current
        inside = current is not None and self._section_of[current.name] == section
        # A second press on the section leads to its first page.
        self.go(first if inside else self._last_in_section.get(section, first))

    @Slot()
    def open_menu(self) -> None:
        """Open the menu behind the user's initials."""
        self._menu.retranslate()
        corner = self.rail.avatar.mapToGlobal(QPoint(self.rail.avatar.width(), 0))
        self._menu.popup(corner - QPoint(0, self._menu.sizeHint().height()))

    def _on_page_title_changed(self) -> None:
        self._show_crumbs()

    def _on_presenter_sentence_shown(
        self, sentence: str, retry: Callable[[], object] | None
    ) -> None:
        action = (tr("Try again"), retry) if retry is not None else None
        self.notify(sentence, icon="triangle-alert", action=action, stays=True)

    def _on_presenter_decision_needed(
        self, sentence: str, retry: Callable[[], object] | None
    ) -> None:
        ErrorDialog(sentence, retry, self).show()

    def _on_presenter_crashed(self, sentence: str, report: str) -> None:
        CrashDialog(sentence, report, self).show()

    def retranslate(self) -> None:
        """Set the window's own texts in the language in force."""
        self.rail.retranslate()
        settings = tooltip(tr("Settings"), "F10")
        self.rail.avatar.setToolTip(f"{self._user}\n{settings}")
        self.status_bar.retranslate()
        self.top_bar.crumbs.back.set_name(tr("Back (Alt+Up)"))
        self._actions.retranslate()
        self._show_crumbs()

    # --- overrides

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < Size.RAIL_NARROW_BELOW)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.save()
        self._toasts.clear()
        self.status_bar.task_view.stop()
        self.closing.emit()
        super().closeEvent(event)
