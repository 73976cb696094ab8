"""The composition: a program on a real store with the real pages, opened, used, closed."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from reviewer import app as app_module
from reviewer.app import Program
from reviewer.errors import (
    LinkNotFoundError,
    NoDisplayError,
    StoreClosedError,
    StoreNotFoundError,
    UnknownUserError,
)
from reviewer.logs import LogFile
from reviewer.messages import explain, language
from reviewer.models.access import Privilege
from reviewer.models.search import Search
from reviewer.paths import log_folder
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.display import require_display
from reviewer.ui.interrupts import Interrupts
from reviewer.ui.own_store import OwnButton
from reviewer.ui.pages import PAGES, SECTIONS, PageEntry
from reviewer.ui.palette import CommandPalette
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.search.page import SearchPage
from tests.helpers.stores import ADMIN, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.admin.settings_page import SettingsPage
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        yield made


@pytest.fixture
def program(
    qapp: QApplication, theme: Theme, store: LocalStore, settings: WindowSettings
) -> Iterator[Program]:
    made = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
    made.window.show()
    yield made
    made.close()
    made.deleteLater()


def test_the_window_opens_on_the_search_page(program: Program) -> None:
    assert program.window.current is program.window.page("search")


def test_the_palette_is_made_when_it_is_first_wanted(qtbot: QtBot, program: Program) -> None:
    assert program.window.findChildren(CommandPalette) == []
    for _ in range(2):
        qtbot.keyClick(program.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        (palette,) = program.window.findChildren(CommandPalette)
        assert palette.isVisible()
        assert "Show the keys" in [command.title for command in palette.shown]
        qtbot.keyClick(palette.edit, Qt.Key.Key_Escape)
        assert not palette.isVisible()


def test_the_other_pages_are_prepared_once_the_window_is_up(qtbot: QtBot, program: Program) -> None:
    assert [page.name for page in program.window.pages()] == ["search"]
    qtbot.waitUntil(lambda: len(program.window.pages()) == len(PAGES), timeout=60_000)


@pytest.mark.parametrize("entry", [e for e in PAGES if e.later], ids=lambda entry: entry.name)
def test_each_page_is_made_in_turns_and_can_be_given_up_between_them(
    program: Program, entry: PageEntry
) -> None:
    program.settings.set_value("sound/arguments", ["--aout=adummy"])
    before = set(QApplication.topLevelWidgets())
    make = import_module(entry.module).make_page
    for until in (2, 1_000):
        page = make(program._shell(program.window), program._session, in_turns=True)
        pieces = 0
        for pieces, _ in enumerate(page.making, 1):
            # What is half made is not worded yet.
            QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
            if pieces == until:
                page.give_up()
                break
        else:
            assert pieces >= 3
            page.closing()
            page.give_up()
        del page
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    assert set(QApplication.topLevelWidgets()) <= before


def test_no_window_of_its_own_flashes_up_while_pages_are_made(
    qtbot: QtBot, program: Program, qapp: QApplication
) -> None:
    class Watcher(QObject):
        seen: ClassVar[list[QWidget]] = []

        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(watched, QWidget) and event.type() == QEvent.Type.Show:
                self.seen += [watched] if watched.isWindow() else []
            return False

    watcher = Watcher()
    qapp.installEventFilter(watcher)
    for entry in PAGES:
        program.window.page(entry.name)
    qapp.removeEventFilter(watcher)
    assert watcher.seen == []


def test_a_page_wanted_before_it_was_prepared_is_built_at_once(program: Program) -> None:
    program.window.go("results", Search())
    assert program.window.current is program.window.page("results")


def test_a_toast_leaves_the_main_button_of_the_page_free(qtbot: QtBot, program: Program) -> None:
    program.window.notify("Added: 12. Updated: 0. Unchanged: 0.")
    search = program.window.page("search")
    assert isinstance(search, SearchPage)
    run = search.panel.run
    place = QRect(run.mapTo(program.window, QPoint()), run.size())
    assert not program.window._toasts.geometry().intersects(place)


def test_ctrl_l_leads_to_the_search_line_from_anywhere(qtbot: QtBot, program: Program) -> None:
    program.window.go("results", Search())
    qtbot.keyClick(program.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    search = program.window.current
    assert isinstance(search, SearchPage)
    focus = program.window.focusWidget()
    assert focus is not None
    assert search.panel.line is focus or search.panel.line.isAncestorOf(focus)


def test_f6_goes_round_the_areas_and_shift_f6_back(qtbot: QtBot, program: Program) -> None:
    window = program.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.page("search").areas[0].setFocus()

    def area() -> int:
        focus = window.focusWidget()
        assert focus is not None
        (found,) = [i for i, a in enumerate(window.areas()) if a is focus or a.isAncestorOf(focus)]
        return found

    first = area()
    forth = []
    while not forth or forth[-1] != first:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        forth.append(area())
    # Rail, line, criteria, the button to search, the status bar at least; each of them once.
    assert len(forth) == len(set(forth)) >= 5
    back = []
    while not back or back[-1] != first:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        back.append(area())
    assert back == [*forth[-2::-1], first]


def test_one_s_own_store_offers_to_import_from_the_search(qtbot: QtBot, program: Program) -> None:
    buttons = program.window.page("search").toolbar.findChildren(OwnButton)
    assert [button.text() for button in buttons] == ["Import recordings"]
    program.languages.switch("ru")
    qtbot.waitUntil(lambda: buttons[0].text() == "Импорт записей")
    program.languages.switch("en")


def test_sections_without_a_page_are_absent(program: Program) -> None:
    assert list(program.window.rail.items) == ["recordings", "administration"]
    assert {entry.section for entry in PAGES} <= {section.name for section in SECTIONS}


def test_administration_is_absent_without_its_privilege(
    qapp: QApplication, theme: Theme, store: LocalStore, settings: WindowSettings
) -> None:
    store.session(ADMIN).people.add_user("looker", "Looker", ["manager"])
    session = store.session("looker")
    assert not session.people.me.may(Privilege.ADMIN_SETTINGS)
    made = Program(qapp, store, session, settings=settings, scheme="light")
    assert list(made.window.rail.items) == ["recordings"]
    with pytest.raises(KeyError):
        made.window.page("categories")
    made.close()
    made.deleteLater()


def test_every_page_can_be_entered_in_both_languages_and_themes(
    qtbot: QtBot, program: Program
) -> None:
    for scheme in ("dark", "light"):
        program.theme.set_scheme(scheme)
        for lang in ("ru", "en"):
            program.languages.switch(lang)
            program.window.go("search")
            program.window.go("categories")
            program.window.go("results", Search())
            qtbot.waitUntil(lambda: not program.runner.busy)
            assert not program.window.grab().isNull()
    assert program.window.current is program.window.page("results")


def test_closing_the_window_closes_work_and_store(
    qtbot: QtBot, program: Program, store: LocalStore
) -> None:
    qtbot.waitUntil(lambda: not program.runner.busy)
    program.window.close()
    assert not program.runner.busy
    assert program.late == ()
    with pytest.raises(StoreClosedError):
        store.stats()


def test_closing_asks_once_before_a_form_that_was_not_saved_is_lost(
    qtbot: QtBot, program: Program, store: LocalStore
) -> None:
    program.window.show()
    program.window.go("settings")
    page: SettingsPage = program.window.page("settings")
    qtbot.waitUntil(lambda: bool(page.centre_name.text()) and not program.runner.busy)
    qtbot.keyClicks(page.centre_name, "!")
    program.window.go("search")
    for stays in (True, False):
        program.window.close()
        assert program.window.isVisible()
        assert program.window.current is page
        (asked,) = (d for d in program.window.findChildren(ConfirmDialog) if d.isVisible())
        if stays:
            asked.reject()
            assert page.unfinished
        else:
            asked.act.click()
    assert not program.window.isVisible()
    with pytest.raises(StoreClosedError):
        store.stats()


def test_a_window_that_closes_is_not_worded_anew_from_its_closed_store(
    qtbot: QtBot, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.languages.switch("ru")
    qtbot.waitUntil(lambda: not program.runner.busy)
    # What was said of the switch itself comes first.
    QApplication.sendPostedEvents()
    worded: list[str] = []
    monkeypatch.setattr(SearchPage, "retranslate", lambda page: worded.append(page.name))
    program.close()
    program.languages._app.processEvents()
    assert worded == []


def test_closing_twice_is_nothing(program: Program) -> None:
    program.close()
    program.close()


# --- run


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[object]:
    """Let `run` end at once, and note which window was seen meanwhile."""
    seen: list[object] = []

    def loop() -> int:
        for program in qapp.findChildren(app_module.Program):
            while program.runner.busy:
                qapp.processEvents()
        seen.extend(w.windowTitle() for w in qapp.topLevelWidgets() if w.isVisible())
        for window in qapp.topLevelWidgets():
            if window.isVisible():
                window.close()
        return 0

    monkeypatch.setattr(qapp, "exec", loop)
    monkeypatch.setattr(app_module, "make_application", lambda: qapp)
    return seen


def test_run_shows_the_window_and_returns_zero(
    theme: Theme, tmp_path: Path, store: LocalStore, started: list[object]
) -> None:
    store.close()
    address = str(tmp_path / "store")
    assert app_module.run(address, login=ADMIN, language="ru", scheme="dark") == 0
    assert started == ["Поиск – Reviewer"]
    assert language() == "ru"
    assert "Reviewer" in (log_folder() / "reviewer.log").read_text(encoding="utf-8")


def test_a_link_opens_its_interaction_and_an_unknown_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
    theme: Theme,
    tmp_path: Path,
    store: LocalStore,
    started: list[object],
) -> None:
    landed, _ = store.session(ADMIN).intake.put([make_incoming(1)])
    store.close()
    told: list[BaseException] = []
    monkeypatch.setattr(
        ErrorPresenter, "present", lambda _self, error, **_kwargs: told.append(error)
    )
    address = str(tmp_path / "store")
    assert app_module.run(address, login=ADMIN, link=landed[0].giid) == 0
    assert told == []
    # What the page is called before the interaction is there, and from then on.
    assert len(started) == 1
    assert started[0] in ("Review – Reviewer", "+7 (495) 000-0001 – Reviewer")
    assert app_module.run(address, login=ADMIN, link="7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8") == 0
    assert [type(error) for error in told] == [LinkNotFoundError]


def test_run_names_a_store_that_is_not_there(theme: Theme, tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError):
        app_module.run(str(tmp_path / "nowhere"))


def test_run_names_a_user_that_is_unknown_and_closes_the_store(
    theme: Theme, tmp_path: Path, store: LocalStore
) -> None:
    store.close()
    with pytest.raises(UnknownUserError):
        app_module.run(str(tmp_path / "store"), login="nobody")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_systems_wish_to_end_is_heard_by_the_loop(
    qtbot: QtBot, qapp: QApplication, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    interrupts = Interrupts(qapp)
    with qtbot.waitSignal(interrupts.requested):
        os.kill(os.getpid(), number)
    interrupts.close()
    assert signal.getsignal(number) is before


# --- the screen


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":9871"}, "the X display :9871 does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": "/nowhere"}, "wayland-7"),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}, "does not answer"),
    ],
)
def test_no_screen_is_said_before_qt_ends_the_process(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(NoDisplayError) as caught:
        require_display(environment)
    assert words in explain(caught.value)


def test_a_wayland_display_that_answers_is_enough(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()
        require_display({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)})


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_platforms_without_a_screen_need_none(platform: str) -> None:
    require_display({"QT_QPA_PLATFORM": platform})


# --- the log


def test_the_log_rotates_and_is_closed(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs")
    log.open()
    logging.getLogger("reviewer.test").info("opened %d", 7)
    log.close()
    logging.getLogger("reviewer.test").info("not written")
    text = (tmp_path / "logs" / "reviewer.log").read_text(encoding="utf-8")
    assert "reviewer.test: opened 7" in text
    assert "not written" not in text


def test_a_folder_that_cannot_be_written_means_no_log_not_no_program(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file is in the way", encoding="utf-8")
    log = LogFile(tmp_path / "logs")
    log.open()
    log.close()
    assert [path.name for path in tmp_path.iterdir()] == ["logs"]


def test_a_timer_that_waits_is_not_leaked_by_the_pages(qtbot: QtBot, program: Program) -> None:
    qtbot.waitUntil(lambda: not program.runner.busy)
    program.window.close()
    running = [t for t in program.window.findChildren(QTimer) if t.isActive()]
    assert running == []
