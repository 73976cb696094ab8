"""Logging in with a password, changing it, and the lock that hides the windows."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from reviewer.app import Program
from reviewer.models.access import MAX_FAILURES
from reviewer.models.audit import AuditQuery
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.storage.catalogue import accounts
from reviewer.storage.local import Encryption, create, open_store
from reviewer.ui.dialogs import ErrorDialog
from reviewer.ui.login import LoggingIn, LoginDialog, PasswordDialog
from tests.helpers.stores import ADMIN, SETTINGS, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.locking import WindowLock
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner
    from reviewer.ui.theme.theme import Theme

GOOD = "correct horse battery"
OTHER = "staple of another kind"
ENTER = Qt.Key.Key_Return


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        made.session(ADMIN).people.change_password("", GOOD)
        yield made


@pytest.fixture
def logging_in(qapp: QApplication, theme: Theme, store: LocalStore) -> Iterator[LoggingIn]:
    made = LoggingIn(qapp, store, ADMIN)
    yield made
    made.give_up()
    made.close()


def login_dialog(logging_in: LoggingIn) -> LoginDialog:
    assert isinstance(logging_in.dialog, LoginDialog)
    return logging_in.dialog


# --- logging in


def test_the_password_is_hidden_asked_for_by_name_and_enter_logs_in(
    qtbot: QtBot, logging_in: LoggingIn
) -> None:
    dialog = login_dialog(logging_in)
    assert dialog.login.text() == ADMIN
    assert dialog.password.accessibleName() == "Password"
    assert dialog.password.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.password, GOOD)
    with qtbot.waitSignal(logging_in.ended, timeout=60_000):
        qtbot.keyClick(dialog.password, ENTER)
    session = logging_in.session
    assert session is not None
    assert session.people.me.login == ADMIN
    last = session.audit.entries(AuditQuery(), limit=10)
    assert ("login", "window") in [(entry.act, entry.origin.split("@")[0]) for entry in last]


def test_a_wrong_password_is_told_in_place_and_can_be_mended(
    qtbot: QtBot, logging_in: LoggingIn
) -> None:
    dialog = login_dialog(logging_in)
    qtbot.keyClicks(dialog.password, "wrong")
    qtbot.keyClick(dialog.password, ENTER)
    qtbot.waitUntil(lambda: "Login or password is wrong." in dialog.told.text(), timeout=60_000)
    assert dialog.isVisible()
    assert dialog.password.selectedText() != ""
    qtbot.keyClicks(dialog.password, GOOD)
    assert dialog.told.text() == ""
    with qtbot.waitSignal(logging_in.ended, timeout=60_000):
        qtbot.keyClick(dialog.password, ENTER)
    assert logging_in.session is not None


def test_too_many_wrong_ones_are_told_with_the_time_that_is_left(
    qtbot: QtBot, logging_in: LoggingIn, store: LocalStore
) -> None:
    admin = store.session(ADMIN, password=GOOD)
    anna, _ = admin.people.add_user("anna", "Anna", ["agent"])
    admin.people.set_password(anna.id, OTHER)
    dialog = login_dialog(logging_in)
    dialog.login.setText("anna")
    with store._core.database.write() as connection:
        for _ in range(MAX_FAILURES):
            accounts.failed(connection, anna.id, time.time_ns() // 1000)
    dialog.password.setText(OTHER)
    dialog.attempt()
    qtbot.waitUntil(lambda: "locked for 15 min" in dialog.told.text(), timeout=60_000)


def test_a_password_that_must_be_changed_is_changed_first(
    qtbot: QtBot, logging_in: LoggingIn, store: LocalStore
) -> None:
    admin = store.session(ADMIN, password=GOOD)
    anna, _ = admin.people.add_user("anna", "Anna", ["manager"])
    admin.people.set_password(anna.id, OTHER)
    dialog = login_dialog(logging_in)
    dialog.login.setText("anna")
    dialog.password.setText(OTHER)
    dialog.attempt()
    qtbot.waitUntil(lambda: isinstance(logging_in.dialog, PasswordDialog), timeout=60_000)
    change = logging_in.dialog
    assert isinstance(change, PasswordDialog)
    # The one typed just now is not asked for again.
    assert change.old is None
    qtbot.keyClicks(change.new, GOOD)
    qtbot.keyClicks(change.again, GOOD + "x")
    change.attempt()
    assert change.told.text() == "The two are not the same."
    change.new.setText("short")
    change.again.setText("short")
    change.attempt()
    qtbot.waitUntil(lambda: "fewer than 10 characters" in change.told.text(), timeout=60_000)
    change.new.setText(GOOD)
    change.again.setText(GOOD)
    with qtbot.waitSignal(logging_in.ended, timeout=60_000):
        change.attempt()
    session = logging_in.session
    assert session is not None
    assert not session.people.me.must_change_password
    assert session.people.me.privileges


def test_escape_gives_it_up(qtbot: QtBot, logging_in: LoggingIn) -> None:
    with qtbot.waitSignal(logging_in.ended, timeout=60_000):
        qtbot.keyClick(logging_in.dialog, Qt.Key.Key_Escape)
    assert logging_in.close() is None


# --- one's own password, in the window


@pytest.fixture
def program(
    qapp: QApplication, theme: Theme, store: LocalStore, settings: WindowSettings
) -> Iterator[Program]:
    session = store.session(ADMIN, password=GOOD)
    made = Program(qapp, store, session, settings=settings, scheme="light")
    made.window.show()
    yield made
    made.close()
    made.deleteLater()


def test_the_menu_changes_one_s_password(qtbot: QtBot, program: Program, store: LocalStore) -> None:
    program.window._menu.retranslate()
    assert "Change the password" in [act.text() for act in program.window._menu.actions()]
    program.account.change_password()
    dialog = program.account.dialog
    assert dialog is not None
    assert dialog.old is not None
    for edit, text in zip(dialog.fields, ("wrong", OTHER, OTHER), strict=True):
        edit.setText(text)
    dialog.attempt()
    qtbot.waitUntil(lambda: "Login or password is wrong." in dialog.told.text(), timeout=60_000)
    dialog.old.setText(GOOD)
    with qtbot.waitSignal(program.account.password_set, timeout=60_000):
        dialog.attempt()
    assert store.session(ADMIN, password=OTHER).people.me.login == ADMIN


# --- the lock


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def locked(program: Program) -> Callable[[], WindowLock]:
    """Locks the program by letting time pass."""
    clock = Clock()
    lock = program.lock
    lock._now_s = clock
    lock._used_s = 0.0

    def pass_time() -> WindowLock:
        minutes = program._session.settings.lock_minutes
        clock.now_s += minutes * 60 - 1
        lock.check()
        assert lock.dialog is None
        clock.now_s += 1
        lock.check()
        return lock

    return pass_time


def test_after_a_time_without_use_nothing_of_the_program_is_seen(
    qtbot: QtBot, program: Program, locked: Callable[[], WindowLock], qapp: QApplication
) -> None:
    program.window.go("results", Search())
    program.windows.open("results", Search())
    qtbot.waitUntil(lambda: not program.runner.busy, timeout=60_000)
    (other,) = program.windows.windows
    lock = locked()
    assert lock.dialog is not None
    assert [w for w in qapp.topLevelWidgets() if w.isVisible()] == [lock.dialog]
    # What comes up meanwhile waits as well.
    late = ErrorDialog("something", None, program.window)
    late.show()
    qtbot.waitUntil(lambda: not late.isVisible(), timeout=60_000)
    # It cannot be waved away.
    qtbot.keyClick(lock.dialog.edit, Qt.Key.Key_Escape)
    lock.dialog.close()
    assert lock.dialog.isVisible()
    qtbot.keyClicks(lock.dialog.edit, "wrong")
    qtbot.keyClick(lock.dialog.edit, ENTER)
    qtbot.waitUntil(
        lambda: lock.dialog is not None and lock.dialog.told.text() != "", timeout=60_000
    )
    assert not program.window.isVisible()
    lock.dialog.edit.setText(GOOD)
    with qtbot.waitSignal(lock.dialog.unlocked, timeout=60_000):
        lock.dialog.attempt()
    assert lock.dialog is None
    assert program.window.isVisible()
    assert other.isVisible()
    assert late.isVisible()
    late.close()


def test_the_sound_stops_when_it_locks(
    qtbot: QtBot,
    program: Program,
    locked: Callable[[], WindowLock],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = program.window.page("review")
    program.window.go("review")
    left: list[bool] = []
    monkeypatch.setattr(page, "left", lambda: left.append(True))
    locked()
    assert left == [True]


def test_use_keeps_it_open_and_zero_means_never(
    qtbot: QtBot, program: Program, store: LocalStore
) -> None:
    clock = Clock()
    lock = program.lock
    lock._now_s = clock
    lock._used_s = 0.0
    clock.now_s = 29 * 60
    qtbot.mouseClick(program.window, Qt.MouseButton.LeftButton)
    clock.now_s = 58 * 60
    lock.check()
    assert lock.dialog is None
    store.session(ADMIN, password=GOOD).centre.change(SettingsChange(lock_minutes=0))
    clock.now_s = 9999 * 60
    lock.check()
    assert lock.dialog is None


def test_after_how_long_it_locks_is_heard_of_from_another_program(
    qtbot: QtBot, program: Program, store: LocalStore
) -> None:
    clock = Clock()
    lock = program.lock
    lock._now_s = clock
    lock._used_s = 0.0
    with closing(open_store(store.folder)) as elsewhere:
        session = elsewhere.session(ADMIN, password=GOOD)
        session.centre.change(SettingsChange(lock_minutes=1))
    lock.check()
    assert lock.dialog is None
    qtbot.waitUntil(lambda: program._session.settings.lock_minutes == 1, timeout=60_000)
    clock.now_s = 60
    lock.check()
    assert lock.dialog is not None


def test_quitting_ends_the_program_in_order(
    qtbot: QtBot, program: Program, locked: Callable[[], WindowLock]
) -> None:
    lock = locked()
    dialog = lock.dialog
    assert dialog is not None
    dialog.cancel.setFocus()
    dialog.cancel.click()
    assert lock.dialog is None
    assert not program.window.isVisible()
    assert program.late == ()


def test_an_encrypted_store_without_passwords_unlocks_by_its_passphrase(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,
    tmp_path: Path,
    runner: TaskRunner,
    settings: WindowSettings,
) -> None:
    encryption = Encryption("правильная лошадь")
    with closing(
        create(tmp_path / "s", settings=SETTINGS, admin_login=ADMIN, encryption=encryption)
    ) as store:
        program = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
        program.window.show()
        assert program.lock.can_lock
        program.lock.lock()
        dialog = program.lock.dialog
        assert dialog is not None
        dialog.edit.setText("not this")
        dialog.attempt()
        qtbot.waitUntil(lambda: dialog.told.text() != "", timeout=60_000)
        dialog.edit.setText("правильная лошадь")
        with qtbot.waitSignal(dialog.unlocked, timeout=60_000):
            dialog.attempt()
        assert program.window.isVisible()
        program.close()
        program.deleteLater()


def test_without_password_and_passphrase_there_is_nothing_to_lock_with(
    qapp: QApplication, theme: Theme, tmp_path: Path, settings: WindowSettings
) -> None:
    with closing(make_store(tmp_path)) as store:
        program = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
        program.window.show()
        program.lock.lock()
        assert program.lock.dialog is None
        assert program.window.isVisible()
        act = program.actions.action("window.lock", program.window)
        assert not act.isEnabled()
        assert act.toolTip() == "There is nothing to unlock with: set a password"
        program.account.password_set.emit()
        assert act.isEnabled()
        program.close()
        program.deleteLater()
