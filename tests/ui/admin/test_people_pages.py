"""The pages of users, roles, services and settings, used by keyboard on a real store."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from reviewer.errors import SignedOutError
from reviewer.messages import speaking
from reviewer.models.access import Privilege, User
from reviewer.models.settings import Feature
from reviewer.ui.admin.explain_dialog import ExplainDialog
from reviewer.ui.admin.holds_page import HoldsPage
from reviewer.ui.admin.retention_page import RetentionPage
from reviewer.ui.admin.roles_page import RoleDialog, RolesPage
from reviewer.ui.admin.services_page import ServicesPage
from reviewer.ui.admin.settings_page import SettingsPage
from reviewer.ui.admin.sign_ins_page import SignInsPage
from reviewer.ui.admin.user_dialogs import ResetDialog, UserDialog
from reviewer.ui.admin.users_page import UsersPage
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.keys import shortcut_text
from reviewer.ui.keys_overlay import KeysOverlay
from reviewer.ui.pages import PAGES
from reviewer.ui.side_nav import SideNav
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.page import Page, Shell

GOOD = "correct horse battery"
LONG = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        admin = made.session(ADMIN)
        admin.intake.put([make_incoming(1)])
        admin.people.add_user("anna", "Анна", ["agent"])
        admin.people.add_user("boris", "Борис", ["supervisor"], teams=["Sales"])
        yield made


@pytest.fixture
def session(store: LocalStore) -> Session:
    return store.session(ADMIN)


def show(qtbot: QtBot, shell: Shell, page: Page) -> None:
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.entered()
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=LONG)


def settle(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=LONG)


@pytest.fixture
def users(qtbot: QtBot, shell: Shell, session: Session) -> UsersPage:
    page = UsersPage(shell, session)
    show(qtbot, shell, page)
    return page


def choose(page: UsersPage | RolesPage | SignInsPage, first_text: str) -> None:
    rows = page.table.texts.rows
    (at,) = (place for place, row in enumerate(rows) if row.texts[0] == first_text)
    page.table.setCurrentIndex(page.table.texts.index(at, 0))


def logins(page: UsersPage) -> list[str]:
    return [row.texts[0] for row in page.table.texts.rows]


# --- users


def test_users_are_listed_and_filtered(users: UsersPage) -> None:
    assert logins(users) == [ADMIN, "anna", "boris"]
    assert users.table.texts.rows[2].texts[3:5] == ("Supervisor", "Sales")
    assert users.count.text() == "3 users"
    users.filter.setText("борис")
    assert logins(users) == ["boris"]
    users.filter.setText("super")
    assert logins(users) == ["boris"]


def test_a_user_is_added_with_a_first_password(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    users.add_user()
    dialog = users.dialog
    assert isinstance(dialog, UserDialog)
    assert dialog.login is not None
    assert dialog.password is not None
    assert dialog.password.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.act.isEnabled()
    assert dialog.act.toolTip() == "Still empty: Login, First password"
    qtbot.keyClicks(dialog.login, "vera")
    assert dialog.act.toolTip() == "Still empty: First password"
    qtbot.keyClicks(dialog.password, "short")
    assert (dialog.act.isEnabled(), dialog.act.toolTip()) == (True, "")
    dialog.roles.tick("trainer")
    dialog.teams.tick("Sales")
    dialog.services.tick("Support")
    dialog.team.setText("Sales")
    qtbot.keyClick(dialog.login, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "fewer than 10 characters" in dialog.told.text(), timeout=LONG)
    assert "vera" not in {user.login for user in session.people.users()}
    dialog.password.setText(GOOD)
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        qtbot.keyClick(dialog.login, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert "vera" in logins(users)
    (vera,) = (user for user in session.people.users() if user.login == "vera")
    assert (vera.roles, vera.teams, vera.services) == (("trainer",), {"Sales"}, {"Support"})
    assert vera.must_change_password
    assert vera.team == "Sales"


def test_a_user_is_edited_by_enter_and_space(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    choose(users, "anna")
    qtbot.keyClick(users.table, Qt.Key.Key_Return)
    dialog = users.dialog
    assert isinstance(dialog, UserDialog)
    assert dialog.login is None
    assert dialog.roles.chosen == ("agent",)
    # The list is one stop; Space ticks, arrows move.
    dialog.roles.setFocus()
    qtbot.keyClick(dialog.roles, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.roles, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.roles, Qt.Key.Key_Space)
    assert dialog.roles.chosen == ("qm_evaluator",)
    dialog.name.setText("Анна Иванова")
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        dialog.attempt()
    settle(qtbot, shell)
    (anna,) = (user for user in session.people.users() if user.login == "anna")
    assert (anna.display_name, anna.roles) == ("Анна Иванова", ("qm_evaluator",))
    assert users.table.texts.rows[1].texts[1] == "Анна Иванова"


def test_the_last_administrator_is_kept_and_it_is_said(
    qtbot: QtBot, shell: Shell, users: UsersPage
) -> None:
    choose(users, ADMIN)
    users.edit_user()
    dialog = users.dialog
    assert isinstance(dialog, UserDialog)
    dialog.roles.tick("administrator", on=False)
    dialog.attempt()
    qtbot.waitUntil(lambda: "nobody would be left" in dialog.told.text(), timeout=LONG)
    dialog.reject()


def test_passwords_locks_and_disabling(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    choose(users, "boris")
    users.reset_password()
    dialog = users.dialog
    assert isinstance(dialog, ResetDialog)
    dialog.new.setText(GOOD)
    dialog._on_edited()
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        dialog.attempt()
    settle(qtbot, shell)
    assert users.table.texts.rows[2].texts[5] == "must change the password"
    action = shell.actions.action("users.unlock", users)
    assert not action.isEnabled()
    assert action.toolTip() == "This user is not locked"
    users.switch()
    settle(qtbot, shell)
    assert users.table.texts.rows[2].texts[5] == "disabled"
    users.switch()
    settle(qtbot, shell)
    assert users.table.texts.rows[2].texts[5] == "must change the password"


def test_deleting_asks_and_names_who(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    choose(users, ADMIN)
    assert shell.actions.action("users.delete", users).toolTip() == "That is yourself"
    choose(users, "anna")
    users.ask_delete()
    dialog = users.dialog
    assert isinstance(dialog, ConfirmDialog)
    assert "anna" in dialog.windowTitle()
    assert len(session.people.users()) == 3
    dialog.act.click()
    settle(qtbot, shell)
    assert logins(users) == [ADMIN, "boris"]


def test_who_sees_an_interaction_and_why(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    choose(users, "anna")
    users.explain()
    dialog = users.dialog
    assert isinstance(dialog, ExplainDialog)
    dialog.edit.setText("no giid")
    dialog.attempt()
    assert dialog.told.text() == "This is neither a GIID nor a link."
    dialog.edit.setText(f"reviewer://{session.store.id}/{make_giid(1)}?t=5")
    dialog.attempt()
    qtbot.waitUntil(dialog.table.isVisible, timeout=LONG)
    rows = [row.texts for row in dialog.table.texts.rows]
    assert [row[:2] for row in rows] == [("anna", "no"), (ADMIN, "yes"), ("boris", "yes")]
    assert "handled no segment of it" in rows[0][2]
    dialog.reject()


def test_users_without_a_password_are_named_where_others_have_one(
    qtbot: QtBot, shell: Shell, users: UsersPage, session: Session
) -> None:
    assert users.warning.isHidden()
    anna = next(user for user in session.people.users() if user.login == "anna")
    session.people.set_password(anna.id, GOOD)
    users.refresh()
    settle(qtbot, shell)
    assert not users.warning.isHidden()
    assert f"2 users have no password while others have one: {ADMIN}, boris." in (
        users.warning.text()
    )


@pytest.mark.parametrize("width", [980, 1200])
def test_no_button_is_cut_in_russian(users: UsersPage, width: int) -> None:
    with speaking("ru"):
        users.retranslate()
        users.resize(width, 700)
        QApplication.sendPostedEvents()
        for button in users._buttons.values():
            assert button.width() >= button.sizeHint().width(), button.text()
            assert button.geometry().right() < users.width()


def test_no_title_of_the_navigation_is_cut_in_russian(qtbot: QtBot) -> None:
    with speaking("ru"):
        entries = [entry for entry in PAGES if entry.section == "administration"]
        nav = SideNav(entries)
        qtbot.addWidget(nav)
        nav.resize(nav.width(), 700)
        nav.grab()
        font = theme().font("body", 600)
        around = 5 * Space.S + Space.XS + theme().px(Size.ICON)
        for item in nav.items.values():
            assert draw.text_width(item.text(), font) <= item.width() - around, item.text()
            assert item.geometry().bottom() < nav.height()


# --- roles


@pytest.fixture
def roles(qtbot: QtBot, shell: Shell, session: Session) -> RolesPage:
    page = RolesPage(shell, session)
    show(qtbot, shell, page)
    return page


def test_roles_are_copied_changed_and_deleted(
    qtbot: QtBot, shell: Shell, roles: RolesPage, session: Session
) -> None:
    choose(roles, "Trainer")
    roles.copy_role()
    dialog = roles.dialog
    assert isinstance(dialog, RoleDialog)
    assert dialog.name.text() == "Trainer (copy)"
    assert set(dialog.privileges.chosen) >= {"clip", "comment", "listen.teams"}
    dialog.privileges.tick("offline")
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        dialog.attempt()
    settle(qtbot, shell)
    (made,) = (role for role in session.people.roles() if role.title == "Trainer (copy)")
    assert Privilege.OFFLINE in made.privileges
    choose(roles, "Trainer (copy)")
    roles.ask_delete()
    confirm = roles.dialog
    assert isinstance(confirm, ConfirmDialog)
    confirm.act.click()
    settle(qtbot, shell)
    assert "Trainer (copy)" not in {role.title for role in session.people.roles()}


def test_a_ready_made_role_stays_but_can_be_changed(
    qtbot: QtBot, shell: Shell, roles: RolesPage, session: Session
) -> None:
    choose(roles, "Agent")
    tip = shell.actions.action("roles.delete", roles).toolTip()
    assert tip == "A ready-made role stays; it can be changed"
    roles.edit_role()
    dialog = roles.dialog
    assert isinstance(dialog, RoleDialog)
    assert not dialog.name.isEnabled()
    # Each privilege has its name in the other language as tooltip.
    items = [dialog.privileges.item(n) for n in range(dialog.privileges.count())]
    (download,) = (item for item in items if item.text() == "Download recordings")
    assert "Выгружать записи" in download.toolTip()
    dialog.privileges.tick("download")
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        dialog.attempt()
    (agent,) = (role for role in session.people.roles() if role.key == "agent")
    assert Privilege.DOWNLOAD in agent.privileges


def test_who_may_not_grant_sees_roles_and_changes_none(
    qtbot: QtBot, shell: Shell, store: LocalStore, session: Session
) -> None:
    role, _ = session.people.add_role("Clerk", [Privilege.ADMIN_USERS])
    session.people.add_user("clerk", "Clerk", [role.key])
    page = RolesPage(shell, store.session("clerk"))
    show(qtbot, shell, page)
    assert len(page.table.texts.rows) == 10
    with pytest.raises(KeyError):
        shell.actions.action("roles.add", page)


# --- services, settings


def test_tab_goes_down_the_pages_as_they_are_seen(
    qtbot: QtBot, shell: Shell, session: Session
) -> None:
    for made in (UsersPage, RolesPage, ServicesPage, HoldsPage, RetentionPage):
        page = made(shell, session)
        show(qtbot, shell, page)
        page.retranslate()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.focusNextChild()
        first, seen = QApplication.focusWidget(), []
        while not seen or QApplication.focusWidget() is not first:
            seen.append(QApplication.focusWidget())
            page.focusNextChild()
        places = [one.mapTo(page, one.rect().center()) for one in seen]
        # From one line to the next, but for the leap back to the first.
        downwards = [(place.y() + 12) // 24 for place in places]
        at = downwards.index(min(downwards))
        turned = downwards[at:] + downwards[:at]
        assert turned == sorted(turned), made


def test_services_and_dispositions_are_listed_with_their_use(
    qtbot: QtBot, shell: Shell, session: Session
) -> None:
    page = ServicesPage(shell, session)
    show(qtbot, shell, page)
    assert [row.texts for row in page.table.texts.rows] == [("Support", "", "1")]
    page.kind.choose("dispositions")
    assert [row.texts for row in page.table.texts.rows] == [("Solved", "1")]
    assert page.count.text() == "1 disposition"


def test_settings_are_saved_and_what_cannot_be_is_told(
    qtbot: QtBot, shell: Shell, session: Session
) -> None:
    page = SettingsPage(shell, session)
    show(qtbot, shell, page)
    page.resize(900, 400)
    assert page.zone.text() == "Europe/Moscow"
    assert not page.save_button.isEnabled()
    assert page.save_button.toolTip() == "Nothing was changed"
    page.minutes.clear()
    qtbot.keyClicks(page.minutes, "soon")
    assert page.save_button.isEnabled()
    page.save()
    qtbot.waitUntil(lambda: "The window locks after" in page._told.text(), timeout=LONG)
    # Wherever one was on the page.
    qtbot.waitUntil(lambda: not page._told.visibleRegion().isEmpty())
    page.minutes.clear()
    qtbot.keyClicks(page.minutes, "5")
    page.features.setFocus()
    page.features.tick(Feature.SCREEN.value, on=False)
    page.save()
    settle(qtbot, shell)
    settings = session.centre.settings()
    assert settings.lock_minutes == 5
    assert Feature.SCREEN not in settings.features
    assert Feature.CPA in settings.features
    assert not page.save_button.isEnabled()


def test_the_pages_are_for_those_with_the_privilege(store: LocalStore, session: Session) -> None:
    from reviewer.ui.pages import PAGES

    def seen(user: User) -> set[str]:
        return {entry.name for entry in PAGES if entry.is_for(user)}

    mine = {"users", "roles", "services", "settings"}
    assert mine <= seen(session.people.me)
    assert not mine & seen(store.session("boris").people.me)


def test_a_role_asks_for_watermark_and_reason_and_settings_say_of_what(
    qtbot: QtBot, shell: Shell, roles: RolesPage, session: Session
) -> None:
    choose(roles, "Trainer")
    roles.edit_role()
    dialog = roles.dialog
    assert isinstance(dialog, RoleDialog)
    assert not dialog.watermark.isChecked()
    dialog.watermark.click()
    dialog.asks_reason.click()
    with qtbot.waitSignal(dialog.accepted, timeout=LONG):
        dialog.attempt()
    settle(qtbot, shell)
    (trainer,) = (role for role in session.people.roles() if role.key == "trainer")
    assert (trainer.watermark, trainer.asks_reason) == (True, True)
    assert any("watermark" in row.texts[-1] for row in roles.table.texts.rows)
    page = SettingsPage(shell, session)
    show(qtbot, shell, page)
    qtbot.keyClicks(page.services, "VIP, Claims ,")
    qtbot.keyClicks(page.tags, "complaint")
    page.save()
    settle(qtbot, shell)
    settings = session.centre.settings()
    assert settings.sensitive_services == ("VIP", "Claims")
    assert settings.sensitive_tags == ("complaint",)
    assert page.services.text() == "VIP, Claims"


def test_a_place_is_signed_out_but_not_ones_own(
    qtbot: QtBot, shell: Shell, store: LocalStore, session: Session
) -> None:
    boris = store.session("boris")
    page = SignInsPage(shell, session)
    show(qtbot, shell, page)
    choose(page, ADMIN)
    tip = shell.actions.action("sign_ins.sign_out", page).toolTip()
    assert tip == "This is where you are now"
    choose(page, "boris")
    page.ask()
    assert page.dialog is not None
    page.dialog.act.click()
    settle(qtbot, shell)
    qtbot.waitUntil(lambda: len(page.table.texts.rows) == 1, timeout=LONG)
    with pytest.raises(SignedOutError):
        boris.people.roles()


@pytest.mark.parametrize("kind", [UsersPage, RolesPage])
def test_the_keys_name_enter_which_edits_where_one_stands(qtbot, shell, session, kind):
    page = kind(shell, session)
    show(qtbot, shell, page)
    overlay = KeysOverlay(page, shell.actions)
    overlay.open()
    keys = dict(overlay.groups[page.title()])
    assert keys["Edit"] == ("F2", shortcut_text("Return"))
    overlay.close_overlay()
    assert [title for title, _ in overlay.groups[page.title()]].count("Edit") == 1
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.dialog is not None
    page.dialog.reject()
