"""Users: who may open the store, what they may, and their passwords."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import format_instant, ntr, tr
from reviewer.models.access import User, UserChange
from reviewer.models.centre import CentreNames
from reviewer.models.ids import WallUs
from reviewer.services.accounts import password_warning, role_title
from reviewer.ui.admin.explain_dialog import ExplainDialog
from reviewer.ui.admin.list_page import ListPage
from reviewer.ui.admin.user_dialogs import ResetDialog, UserDialog
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.table import Column, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from reviewer.models.access import Role
    from reviewer.models.changes import Changes
    from reviewer.storage.facets.people import People
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_Found = tuple[tuple[User, ...], tuple["Role", ...], CentreNames]


class UsersPage(ListPage):
    """Lists, adds and edits users. Thread: main."""

    name = "users"
    title_id = N_("Users")
    hint_id = N_(
        "Who may open this store, and what they may see and do in it. A user sees what their "
        "roles allow: everything, the teams or the services listed, or their own."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._users: tuple[User, ...] = ()
        self._roles: tuple[Role, ...] = ()
        self._names = CentreNames((), ())
        self.dialog: UserDialog | ResetDialog | ExplainDialog | ConfirmDialog | None = None
        yield
        add = self.add_act
        add("add", N_("Add"), "plus", ("Insert",), self.add_user)
        add("edit", N_("Edit"), "pencil", ("F2",), self.edit_user, opens=True)
        add("password", N_("New password"), "lock", ("Ctrl+Shift+P",), self.reset_password)
        add("unlock", N_("Unlock"), "rotate-ccw", (), self.unlock)
        add("switch", N_("Disable or enable"), "ban", ("Ctrl+Shift+D",), self.switch)
        add("delete", N_("Delete"), "trash-2", ("Delete",), self.ask_delete)
        add("explain", N_("Who sees what"), "eye", ("Ctrl+Shift+Y",), self.explain)
        yield
        self.warning = Label("", "body", "warning", weight=600, wraps=True)
        self.warning.hide()
        self.body.insertWidget(0, self.warning)
        yield
        self.retranslate()

    # --- what is shown

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_read, self.session)

    @override
    def take(self, found: object) -> None:
        self._users, self._roles, self._names = found  # type: ignore[misc]  # what `work` read

    @override
    def show_all(self) -> None:
        super().show_all()
        warning = password_warning(self._users)
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))

    @override
    def columns(self) -> Sequence[Column]:
        return (
            Column(tr("Login"), 130),
            Column(tr("First and last name"), 170),
            Column(tr("Team"), 110),
            Column(tr("Roles"), 190),
            Column(tr("Teams and services")),
            Column(tr("State"), 230, whole=True),
        )

    @override
    def rows(self) -> Sequence[TableRow]:
        titles = {role.key: role_title(role) for role in self._roles}
        return [
            TableRow(
                (
                    user.login,
                    user.display_name,
                    user.team,
                    ", ".join(titles.get(role, role) for role in user.roles),
                    ", ".join((*sorted(user.teams), *sorted(user.services))),
                    self._state(user),
                ),
                user,
                muted=user.disabled,
            )
            for user in self._users
        ]

    @override
    def counted(self, n: int) -> str:
        return ntr("{n} user", "{n} users", n)

    def _state(self, user: User) -> str:
        if user.disabled:
            return tr("disabled")
        if _is_locked(user):
            until = format_instant(WallUs(user.locked_until_us), self.session.settings.zone)
            return tr("locked until {until}", until=until)
        if not user.has_password:
            return tr("no password")
        return tr("must change the password") if user.must_change_password else ""

    @override
    def reason(self, name: str, value: object) -> str:
        if name in ("add", "explain"):
            return ""
        if not isinstance(value, User):
            return tr("Nothing is chosen")
        if name == "unlock" and not _is_locked(value):
            return tr("This user is not locked")
        if name in ("delete", "switch") and value.id == self.session.people.me.id:
            return tr("That is yourself")
        return ""

    # --- acts

    @Slot()
    def add_user(self) -> None:
        """Ask for a new user."""
        self._edit(None)

    @Slot()
    def edit_user(self) -> None:
        """Edit the chosen one."""
        if isinstance(self.chosen, User):
            self._edit(self.chosen)

    def _edit(self, user: User | None) -> None:
        self.dialog = UserDialog(
            self.session.people,
            user,
            self._roles,
            self._names,
            self.shell.runner,
            self.window(),
        )
        self.dialog.open()

    @Slot()
    def reset_password(self) -> None:
        """Ask for a new password for the chosen one."""
        if isinstance(self.chosen, User):
            people, runner = self.session.people, self.shell.runner
            self.dialog = ResetDialog(people, self.chosen, runner, self.window())
            self.dialog.open()

    @Slot()
    def unlock(self) -> None:
        """Let the chosen one try again."""
        if isinstance(self.chosen, User):
            self.write(partial(_unlock, self.session.people, self.chosen))

    @Slot()
    def switch(self) -> None:
        """Disable the chosen one, or enable them again."""
        if isinstance(self.chosen, User):
            self.write(partial(_switch, self.session.people, self.chosen))

    @Slot()
    def explain(self) -> None:
        """Ask of which interaction it is to be said who sees it, and why."""
        user = self.chosen if isinstance(self.chosen, User) else None
        people, runner = self.session.people, self.shell.runner
        self.dialog = ExplainDialog(people, user, runner, self.window())
        self.dialog.open()

    @Slot()
    def ask_delete(self) -> None:
        """Ask whether the chosen one is to be deleted."""
        user = self.chosen
        if isinstance(user, User):
            question = tr("Delete the user {login}?", login=user.login)
            loss = tr(
                "They can log in no more. Users who left evaluations or comments cannot be "
                "deleted, only disabled."
            )
            self.dialog = ConfirmDialog(question, loss, tr("Delete"), self.window())
            self.dialog.confirmed.connect(
                partial(self.write, partial(_delete, self.session.people, user))
            )
            self.dialog.open()


def _is_locked(user: User) -> bool:
    return user.locked_until_us > time.time_ns() // 1000


def _read(session: Session, _progress: TaskProgress) -> _Found:
    people = session.people
    return people.users(), people.roles(), session.centre.names()


def _unlock(people: People, user: User, _progress: TaskProgress) -> Changes:
    return people.unlock(user.id)


def _switch(people: People, user: User, _progress: TaskProgress) -> object:
    return people.change_user(user.id, UserChange(disabled=not user.disabled))


def _delete(people: People, user: User, _progress: TaskProgress) -> Changes:
    return people.remove_user(user.id)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> UsersPage:
    """Return the page of users."""
    return UsersPage(shell, session, in_turns=in_turns)
