"""The main window: a host of pages with the rail of sections and the user's menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from reviewer.messages import N_, tr, translated
from reviewer.models.links import parse_link
from reviewer.ui.actions import ActionSpec, tooltip
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.keys_dialog import KeysDialog
from reviewer.ui.page_host import EVERYWHERE, PageHost, front_host
from reviewer.ui.palette import Command
from reviewer.ui.rail import Rail, Section
from reviewer.ui.settings_menu import SettingsMenu
from reviewer.ui.side_nav import SideNav
from reviewer.ui.theme.tokens import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from PySide6.QtGui import QAction, QCloseEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.language import LanguageSwitch
    from reviewer.ui.page import Page
    from reviewer.ui.pages import PageEntry
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner

_SMALLEST = (1024, 640)
_FIRST_SIZE = (1440, 900)


class MainWindow(PageHost):
    """Hosts all pages, by sections. Thread: main."""

    # The user closes the window; connected slots stop the work before it goes. Main thread.
    closing = Signal()
    # (text: str) What a link or a GIID leads to is to be opened. Main thread.
    link_asked = Signal(str)

    def __init__(
        self,
        *,
        sections: Sequence[Section],
        listed: Sequence[PageEntry] = (),
        user: str,
        runner: TaskRunner,
        actions: ActionRegistry,
        presenter: ErrorPresenter,
        languages: LanguageSwitch,
        settings: WindowSettings,
    ) -> None:
        super().__init__(runner=runner, actions=actions, presenter=presenter, settings=settings)
        self._user = user
        self._sure = False
        self._sections = tuple(sections)
        self._section_of: dict[str, str] = {}
        self._last_in_section: dict[str, str] = {}
        self.rail = Rail(sections, user)
        self._listed = tuple(listed)
        self.navs = self._make_navs()
        self._menu = SettingsMenu(user, languages, settings, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(self.column, 1)
        self.rail.section_chosen.connect(self._on_rail_section_chosen)
        self.rail.avatar.clicked.connect(self.open_menu)
        self._add_menu_acts()
        self.setMinimumSize(*_SMALLEST)
        if not settings.restore_geometry("main", self):
            room = self.screen().availableGeometry().size()
            self.resize(QSize(*_FIRST_SIZE).boundedTo(room))
        self.retranslate()

    @override
    def commands(self, typed: str) -> tuple[Command, ...]:
        if typed:
            link = parse_link(typed)
            if link is None:
                return ()
            open_it = partial(self.link_asked.emit, typed.strip())
            return (Command(tr("Go to"), tr("Open {name}", name=link.giid), open_it, "link"),)
        places = tuple(
            Command(tr("Go to"), translated(s.title), partial(self._go_to_section, s.name), s.icon)
            for s in self._sections
            if s.name in self._section_of.values()
        )
        pages = tuple(
            Command(tr("Go to"), translated(e.title), partial(self.go, e.name), e.icon)
            for e in self._listed
        )
        looks = tuple(
            Command(tr("View"), f"{heading}: {title}", act, icon, also=also)
            for heading, title, act, icon, also in self._menu.choices()
        )
        return (*places, *pages, *looks)

    def _make_navs(self) -> dict[str, SideNav]:
        """Return the lists of pages, by section, for those that have more than one."""
        navs: dict[str, SideNav] = {}
        for section in dict.fromkeys(entry.section for entry in self._listed):
            entries = [entry for entry in self._listed if entry.section == section]
            if len(entries) > 1:
                nav = navs[section] = SideNav(entries)
                nav.page_chosen.connect(self.go)
                nav.hide()
                self.middle.insertWidget(0, nav)
        return navs

    def _go_to_section(self, section: str) -> None:
        self._on_rail_section_chosen(section)

    def _add_menu_acts(self) -> None:
        add = self._actions.add
        menu = ActionSpec("window.menu", N_("Settings"), EVERYWHERE, ("F10",), "settings")
        add(menu, self, self.open_menu)
        change = ActionSpec(
            "window.change_keys", N_("Change the keys"), EVERYWHERE, ("Ctrl+F1",), "keyboard"
        )
        leave = ActionSpec("window.quit", N_("Quit"), EVERYWHERE, ("Ctrl+Q",), "x")
        self._menu.set_last(
            self._actions.action("window.keys", self),
            add(change, self, self.change_keys),
            add(leave, self, self.close),
        )

    @Slot()
    def change_keys(self) -> None:
        """Offer other keys for everything."""
        KeysDialog(self._actions, self._settings, self).open()

    def add_to_menu(self, acts: Sequence[QAction]) -> None:
        """Offer actions in the menu behind the user's initials."""
        self._menu.set_acts(acts)

    @override
    def add_page(self, page: Page, section: str = "") -> None:
        """Host a page, in a section of the rail."""
        if section:
            self._section_of[page.name] = section
        super().add_page(page)

    @override
    def add_page_later(
        self, name: str, make: Callable[[], Generator[None, None, Page]], section: str = ""
    ) -> None:
        """Host a page in a section of the rail that is made when it is first wanted."""
        self._section_of[name] = section
        super().add_page_later(name, make)

    @override
    def areas(self) -> tuple[QWidget, ...]:
        return (self.rail, *super().areas())

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

    # --- overrides

    @override
    def go_first(self) -> None:
        self.go(next(iter(self._section_of)))

    @override
    def shown(self, page: Page) -> None:
        section = self._section_of[page.name]
        self._last_in_section[section] = page.name
        self.rail.set_current(section)
        for name, nav in self.navs.items():
            nav.setVisible(name == section)
        if section in self.navs:
            self.navs[section].set_current(page.name)

    @override
    def beside(self) -> tuple[QWidget, ...]:
        return tuple(nav for nav in self.navs.values() if nav.isVisible())

    @override
    def speaks(self) -> bool:
        return front_host() in (None, self)

    @override
    def save(self) -> None:
        self._settings.save_geometry("main", self)
        super().save()

    @override
    def retranslate(self) -> None:
        self.rail.retranslate()
        for nav in self.navs.values():
            nav.retranslate()
        settings = tooltip(tr("Settings"), "F10")
        self.rail.avatar.setToolTip(f"{self._user}\n{settings}")
        super().retranslate()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < Size.RAIL_NARROW_BELOW)

    @Slot()
    def end(self) -> None:
        """Close without asking: the program ends, or there is nothing to be saved into."""
        self._sure = True
        self.close()

    def _ask_whether(self, page: Page) -> None:
        """Ask once before what was changed and not saved is lost; show where it is."""
        self.go(page.name)
        dialog = ConfirmDialog(
            tr("Close without saving?"),
            tr("What was changed here was not saved: {page}.", page=page.title()),
            tr("Close without saving"),
            self,
        )
        dialog.confirmed.connect(self.end)
        dialog.open()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Hidden, it is locked, and the lock has said what is lost.
        begun = next((page for page in self.pages() if page.unfinished), None)
        if begun is not None and not self._sure and self.isVisible():
            event.ignore()
            self._ask_whether(begun)
            return
        self.save()
        self.leave()
        self.closing.emit()
        super().closeEvent(event)
