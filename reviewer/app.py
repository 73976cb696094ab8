"""Composition root of the window: builds everything once and hands it on.

The only place that knows all pages and the store together; which pages: `ui/pages.py`.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from reviewer import messages
from reviewer.errors import PasswordNeededError, StoreLockedError
from reviewer.logs import LogFile
from reviewer.messages import choose_language, tr, zone_abbreviation
from reviewer.models.changes import Changes
from reviewer.models.ids import WallUs
from reviewer.services.demo.mark import demo_mark
from reviewer.storage.address import content_folder, import_rest, lasting, open_address
from reviewer.ui.account import Account
from reviewer.ui.actions import ActionRegistry
from reviewer.ui.bus import Bus
from reviewer.ui.display import require_display
from reviewer.ui.elsewhere import Elsewhere
from reviewer.ui.focus_tips import FocusTips
from reviewer.ui.following import Following
from reviewer.ui.garbage import GarbageTimer
from reviewer.ui.handing_over import LinkInbox
from reviewer.ui.importing import import_but_qt, in_turns
from reviewer.ui.interrupts import Interrupts
from reviewer.ui.keys_dialog import remembered
from reviewer.ui.language import LanguageSwitch
from reviewer.ui.lock_turns import LockTurns
from reviewer.ui.locking import LOCK, WindowLock
from reviewer.ui.main_window import MainWindow
from reviewer.ui.memory import give_large_back
from reviewer.ui.opening import opened
from reviewer.ui.own_store import OwnStore
from reviewer.ui.page import Shell
from reviewer.ui.pages import PAGES, SECTIONS
from reviewer.ui.present_errors import ErrorHooks, ErrorPresenter
from reviewer.ui.settings import WindowSettings
from reviewer.ui.tasks import TaskRunner
from reviewer.ui.theme.icons import read_ahead
from reviewer.ui.theme.theme import Theme
from reviewer.ui.turns import Turns, at_once
from reviewer.ui.windows import PageWindow, Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from PySide6.QtGui import QAction

    from reviewer.errors import ReviewerError
    from reviewer.storage.local.unlocking import Opener
    from reviewer.storage.store import Session, Store
    from reviewer.ui.failing import Choice
    from reviewer.ui.page import Page
    from reviewer.ui.page_host import PageHost
    from reviewer.ui.pages import PageEntry
    from reviewer.ui.tasks import TaskProgress
    from reviewer.ui.theme.theme import Scheme

# Long enough for the first page to ask for what it shows, short before anyone leaves it.
_PREPARE_AFTER_MS = 400


class Program(QObject):
    """The window program with everything it is made of.

    Owns what must be closed in order; `close` may be called twice.
    """

    def __init__(
        self,
        app: QApplication,
        store: Store,
        session: Session,
        *,
        settings: WindowSettings,
        scheme: Scheme | None = None,
        address: str = "",
    ) -> None:
        """Make everything.

        Args:
            app: Of the process.
            store: Open.
            session: Of the user, on it.
            settings: What the window remembers.
            scheme: For this run; None: as chosen in the window.
            address: How another process of the program opens the store; "": by `store.url`.
        """
        super().__init__(app)
        self._address = address or store.url
        self._store = store
        self._session = session
        self._closed = False
        self._garbage = GarbageTimer(self)
        self._turns = LockTurns()
        self.late: tuple[str, ...] = ()
        self.settings = settings
        self.theme = Theme.install(app, scheme=scheme or settings.scheme, scale=settings.scale)
        self.languages = LanguageSwitch(app)
        self.bus = Bus(self)
        self.presenter = ErrorPresenter(self)
        self._hooks = ErrorHooks(self.presenter)
        self._hooks.install()
        self.runner = TaskRunner(self.bus, self.presenter, parent=self)
        self.actions = ActionRegistry(app, self)
        self.actions.choose_keys(remembered(settings))
        self._tips = FocusTips(app, self)
        # What the first page does not need, once it has what it needs itself.
        self._prepare = QTimer(self)
        self._prepare.setInterval(_PREPARE_AFTER_MS)
        self._prepare.timeout.connect(self._on_prepare_timeout)
        self._making = Turns(self)
        self._entries = tuple(entry for entry in PAGES if entry.is_for(session.people.me))
        self.window = self._make_main_window()
        self.window.closing.connect(self.close)
        self.windows = Windows(self._make_window, self)
        self.window.window_asked.connect(self.windows.open)
        self.window.status_bar.set_store(session.settings.name, _zone_text(session))
        self.inbox = LinkInbox(app, (store.id, lasting(self._address)), self)
        self.lock = WindowLock(app, self.window, session, self.runner, parent=self)
        self.lock.access_changed.connect(self._on_lock_access_changed)
        self._elsewhere = Elsewhere(session, self.runner, self.bus, self)
        self._add_pages(session)

    def _shell(self, host: PageHost) -> Shell:
        return Shell(
            runner=self.runner,
            bus=self.bus,
            presenter=self.presenter,
            actions=self.actions,
            settings=self.settings,
            navigator=host,
            notifier=host,
        )

    def _make_main_window(self) -> MainWindow:
        """Return the window without pages."""
        me = self._session.people.me
        with_pages = {entry.section for entry in self._entries}
        return MainWindow(
            sections=[section for section in SECTIONS if section.name in with_pages],
            listed=[entry for entry in self._entries if entry.title],
            user=me.display_name or me.login,
            runner=self.runner,
            actions=self.actions,
            presenter=self.presenter,
            languages=self.languages,
            settings=self.settings,
        )

    def _make_window(self, first: str) -> PageWindow:
        """Return a further window; its pages are built when they are wanted."""
        window = PageWindow(
            first,
            runner=self.runner,
            actions=self.actions,
            presenter=self.presenter,
            settings=self.settings,
        )
        window.status_bar.set_store(self._session.settings.name, _zone_text(self._session))
        shell = self._shell(window)
        for entry in self._entries:
            if entry.section == PAGES[0].section:
                making = partial(_make_page, entry, shell, self._session)
                window.add_page_later(entry.name, making)
        return window

    def _add_pages(self, session: Session) -> None:
        shell = self._shell(self.window)
        for entry in self._entries:
            making = partial(_make_page, entry, shell, session)
            if entry.later:
                self.window.add_page_later(entry.name, making, entry.section)
            else:
                self.window.add_page(at_once(making()), entry.section)
        self.own = own = OwnStore(
            self.window,
            self._address,
            session,
            demo=bool(demo_mark(content_folder(self._store.url))),
            runner=self.runner,
            actions=self.actions,
            notifier=self.window,
        )
        self.following = Following(self.runner, session, self.window, self)
        self.window.link_asked.connect(self.following.follow)
        self.window.left_for.connect(own.open_window)
        self.window.left_for.connect(self.window.end)
        self.inbox.arrived.connect(self._on_inbox_arrived)
        self.account = Account(
            self.window,
            session,
            runner=self.runner,
            actions=self.actions,
            notifier=self.window,
        )
        self.account.password_set.connect(self.lock.set_by_password)
        self.account.password_set.connect(self._on_password_set)
        self.window.add_to_menu((*own.acts, *self._account_acts()))
        self.window.page(PAGES[0].name).toolbar.add(own.button)
        self.window.go(PAGES[0].name)
        self._prepare.start()

    def _account_acts(self) -> tuple[QAction, ...]:
        self._lock_act = self.actions.add(LOCK, self.window, self.lock.lock)
        self._on_password_set()
        return self.account.act, self._lock_act

    @Slot()
    def _on_lock_access_changed(self) -> None:
        """Have pages show what the user may see now, and nothing that they may not any more."""
        me = self._session.people.me
        lost = {entry.name for entry in self._entries if not entry.is_for(me)}
        for page in self.window.pages():
            if page.name in lost:
                page.put_away()
        if self.window.current is not None and self.window.current.name in lost:
            self.window.go(PAGES[0].name)
        self.bus.publish(Changes(users=frozenset({me.id})))

    @Slot()
    def _on_password_set(self) -> None:
        reason = "" if self.lock.can_lock else tr("There is nothing to unlock with: set a password")
        self.actions.forbid(self._lock_act, reason)

    @Slot(str)
    def _on_inbox_arrived(self, link: str) -> None:
        """Open what another process was asked to, in front of everything; locked, behind that."""
        self.following.follow(link)
        front = self.lock.dialog or self.window
        front.setWindowState(front.windowState() & ~Qt.WindowState.WindowMinimized)
        front.show()
        front.raise_()
        front.activateWindow()

    @Slot()
    def _on_prepare_timeout(self) -> None:
        """Import one page, in the pool and then here; it is built when it is there."""
        if self.runner.busy or self._making.busy or self.lock.dialog is not None:
            return
        built = {page.name for page in self.window.pages()}
        missing = [entry for entry in self._entries if entry.name not in built]
        if missing:
            work = partial(_import_page, missing[0])
            self.runner.read(work, then=self._on_page_imported, parent=self)
        else:
            self._prepare.stop()
            self._garbage.settle()

    def _on_page_imported(self, found: tuple[str, tuple[str, ...]]) -> None:
        name, left = found
        self._making.start(_one_after_another(in_turns(left), self.window.built(name)))

    def close(self) -> None:
        """Stop timers, drain the work, stop players, close store and window, in this order.

        The window is deleted with the next pass of the event loop.
        """
        if self._closed:
            return
        self._closed = True
        self._prepare.stop()
        self.inbox.close()
        self.lock.close()
        self._elsewhere.close()
        self.windows.close_all()
        self._making.stop()
        self.window.give_up()
        if self.window.current is not None:
            self.window.current.left()
        self.late = self.runner.shutdown()
        for page in self.window.pages():
            page.closing()
        self._store.close()
        self.window.end()
        self.window.deleteLater()
        self.actions.close()
        self._tips.close()
        self.languages.close()
        self.theme.close()
        self._hooks.remove()
        self._garbage.close()
        self._turns.close()


def run(
    store_url: str,
    *,
    login: str | None = None,
    language: str | None = None,
    scheme: Scheme | None = None,
    link: str | None = None,
    opener: Opener = None,
    password: Callable[[Store], str | None] | None = None,
) -> int:
    """Show the window on a store until it is closed; an encrypted one asks for its passphrase.

    Args:
        store_url: Address of the store.
        login: Who the user is to the store; None: the system's login.
        language: `en` or `ru`; None: as chosen in the window, else the process's.
        scheme: `light` or `dark` for this run; None: as chosen in the window.
        link: Link or GIID to open at once; that it leads nowhere is told in the window.
        opener: What opens an encrypted store, where it was given already.
        password: What tells the user's, where it was given already.

    Returns:
        The exit code, 0; also when what opens the store, or the password, was not given.

    Raises:
        NoDisplayError: There is no screen.
        StoreError and its kinds, UnknownUserError, ResourceMissingError; CancelledError: the user
        did not want to wait until the store is open.
    """
    require_display()
    log = LogFile()
    try:
        app = make_application()
        log.open()
        settings = WindowSettings()
        if language is None and settings.language is not None:
            language = settings.language
        choose_language(language or messages.language())
        Theme.install(app, scheme=scheme or settings.scheme, scale=settings.scale)
        store = _opened(app, store_url, opener)
        if store is None:
            return 0
        try:
            session = _session(app, store, login, password(store) if password else None)
            if session is None:
                return 0
            program = Program(
                app, store, session, address=store_url, settings=settings, scheme=scheme
            )
            code = _show(app, program, link)
        finally:
            store.close()
    finally:
        log.close()
    if program.late:
        # A worker that hears nothing would keep the ended program alive for ever.
        logging.shutdown()
        os._exit(code)
    return code


def ask_how_to_go_on(error: ReviewerError) -> Choice:
    """Show why `run` could not open its window, and return how to go on. Thread: main."""
    # Imported here: few are asked.
    from reviewer.ui import failing

    return failing.ask_how_to_go_on(make_application(), error)


def _opened(app: QApplication, store_url: str, opener: Opener) -> Store | None:
    """Open the store, asking for what opens it; None if nobody could tell."""
    name = lasting(store_url)
    try:
        return opened(partial(open_address, store_url, opener=opener), name)
    except StoreLockedError:
        # Imported here: few stores ask.
        from reviewer.ui.unlock import Unlocking

    unlocking = Unlocking(
        app, name, lambda text, watch: open_address(store_url, watch, opener=text)
    )
    interrupts = Interrupts(unlocking)
    interrupts.requested.connect(unlocking.dialog.reject)
    unlocking.dialog.finished.connect(app.quit)
    unlocking.dialog.show()
    try:
        app.exec()
    finally:
        interrupts.close()
        store = unlocking.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return store


def _session(
    app: QApplication, store: Store, login: str | None, password: str | None
) -> Session | None:
    """Log in, asking for login and password where they are needed; None if it was given up."""
    origin = "window"
    try:
        session = store.session(login, password=password, origin=origin)
        if not session.people.me.must_change_password:
            return session
        who = session.people.me.login
    except PasswordNeededError as needed:
        session, who = None, str(needed.fields["login"])
    # Imported here: few stores ask.
    from reviewer.ui.login import LoggingIn

    logging_in = LoggingIn(app, store, who)
    if session is not None:
        logging_in.change(session, password or "")
    interrupts = Interrupts(logging_in)
    interrupts.requested.connect(logging_in.give_up)
    logging_in.ended.connect(app.quit)
    try:
        app.exec()
    finally:
        interrupts.close()
        found = logging_in.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def _show(app: QApplication, program: Program, link: str | None) -> int:
    """Run the event loop on the window; whatever happens, end in order."""
    interrupts = Interrupts(program)
    interrupts.requested.connect(program.window.end)
    try:
        program.window.show()
        if link is not None:
            program.following.follow(link)
        return app.exec()
    finally:
        interrupts.close()
        program.close()
        # The loop has ended: delete the window now, while everything it uses still lives.
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _make_page(entry: PageEntry, shell: Shell, session: Session) -> Generator[None, None, Page]:
    make = import_module(entry.module).make_page
    page: Page = make(shell, session, in_turns=True) if entry.later else make(shell, session)
    try:
        yield from page.making
    except BaseException:
        page.give_up()
        raise
    return page


def _import_page(entry: PageEntry, _progress: TaskProgress) -> tuple[str, tuple[str, ...]]:
    """Import what may be imported in the pool; return the page's name and what is left."""
    import_rest()
    left = import_but_qt(entry.module)
    read_ahead()
    return entry.name, left


def _one_after_another(*works: Iterable[None]) -> Generator[None, None, None]:
    for work in works:
        yield from work


def make_application() -> QApplication:
    """Return the application object of the process, made if there is none."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    give_large_back()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("reviewer")
    app.setApplicationDisplayName("Reviewer")
    app.setDesktopFileName("reviewer")
    app.setQuitOnLastWindowClosed(True)
    return app


def _zone_text(session: Session) -> str:
    """Return `MSK (UTC+3)`, or `UTC+4` where the zone has no letters of its own."""
    zone = session.settings.zone
    now_us = WallUs(time.time_ns() // 1000)
    name = zone_abbreviation(now_us, zone)
    offset = messages.zone_offset(now_us, zone)
    return name if name == offset else f"{name} ({offset})"
