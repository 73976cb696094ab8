"""Adding and editing a user, and giving them a password."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr, translated
from reviewer.models.access import UserChange, check_password
from reviewer.services.accounts import role_title
from reviewer.ui.admin.edit_dialog import EditDialog
from reviewer.ui.widgets.choice_list import Choice, ChoiceList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from reviewer.models.access import Role, User
    from reviewer.models.centre import CentreNames
    from reviewer.models.changes import Changes
    from reviewer.storage.facets.people import People
    from reviewer.ui.tasks import TaskProgress, TaskRunner
    from reviewer.ui.widgets.search_edit import Edit

_ROWS = (5, 4, 4)
_NO_NAMES = N_("There are none yet: they come with the recordings.")


class UserDialog(EditDialog):
    """All that is known of a user; without one, a new one with a first password."""

    def __init__(
        self,
        people: People,
        user: User | None,
        roles: Sequence[Role],
        names: CentreNames,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        title = tr("New user") if user is None else tr("User {login}", login=user.login)
        act = tr("Add") if user is None else tr("Save")
        super().__init__(title, "", runner, icon="user", act=act, parent=parent)
        self._people = people
        self.user = user
        self.login: Edit | None = None
        self.password: Edit | None = None
        if user is None:
            self._add_first()
        self.name = self.text(tr("First and last name"), user.display_name if user else "")
        self.team = self.text(tr("Their own team"), user.team if user else "")
        self.extension = self.text(tr("Extension"), user.extension if user else "")
        self.add_row((tr("First and last name"), self.name))
        self.add_row((tr("Their own team"), self.team), (tr("Extension"), self.extension))
        self.roles, self.teams, self.services = (ChoiceList(rows, least=2) for rows in _ROWS)
        self.roles.show_choices(
            [Choice(role.key, role_title(role)) for role in roles], user.roles if user else ()
        )
        _fill(self.teams, names.teams, user.teams if user else frozenset())
        _fill(self.services, names.services, user.services if user else frozenset())
        self.add_row((tr("Roles"), self.roles))
        self.add_row(
            (tr("Teams to supervise or evaluate"), self.teams),
            (tr("Services assigned"), self.services),
        )
        self.ready()
        self.fields[0].setFocus()

    def _add_first(self) -> None:
        self.login = self.text(tr("Login"), "", needed=True)
        self.password = self.text(tr("First password"), "", needed=True, secret=True)
        self.password.setToolTip(tr("It must be changed when they log in"))
        self.add_row((tr("Login"), self.login), (tr("First password"), self.password))

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        change = UserChange(
            display_name=self.name.text(),
            roles=self.roles.chosen,
            teams=self.teams.chosen,
            services=self.services.chosen,
            team=self.team.text().strip(),
            extension=self.extension.text().strip(),
        )
        if self.user is not None:
            return partial(_change, self._people, self.user, _different(self.user, change))
        login = self.login.text() if self.login is not None else ""
        password = self.password.text() if self.password is not None else ""
        return partial(_add, self._people, login, change, password)


class ResetDialog(EditDialog):
    """Gives a user a new password."""

    def __init__(
        self, people: People, user: User, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        title = tr("New password for {login}", login=user.login)
        said = tr("Tell it to them by another way than a message that stays.")
        super().__init__(title, said, runner, icon="lock", parent=parent)
        self._people = people
        self._user = user
        self.new = self.text(tr("New password"), "", needed=True, secret=True)
        self.add_row((tr("New password"), self.new))
        self.must_change = QCheckBox(tr("It must be changed when they log in"))
        self.must_change.setChecked(True)
        self.put(self.must_change)
        self.ready()
        self.new.setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        must = self.must_change.isChecked()
        return partial(_reset, self._people, self._user, self.new.text(), must)


def _fill(found: ChoiceList, names: Sequence[str], chosen: frozenset[str]) -> None:
    # What is ticked is seen without scrolling.
    every = [*sorted(chosen), *(name for name in names if name not in chosen)]
    found.show_choices([Choice(name, name) for name in every], chosen)
    found.setEnabled(bool(every))
    found.setToolTip("" if every else translated(_NO_NAMES))


def _different(user: User, change: UserChange) -> UserChange:
    """Return a change with what differs alone, so that no more is asked for than is needed."""
    before = {
        "display_name": user.display_name,
        "roles": set(user.roles),
        "teams": set(user.teams),
        "services": set(user.services),
        "team": user.team,
        "extension": user.extension,
    }
    fresh = {name: getattr(change, name) for name in before}
    return UserChange(
        **{
            name: value
            for name, value in fresh.items()
            if (set(value) if isinstance(value, tuple) else value) != before[name]
        }
    )


def _change(people: People, user: User, change: UserChange, _progress: TaskProgress) -> object:
    return people.change_user(user.id, change) if change.changed() else None


def _add(
    people: People, login: str, change: UserChange, password: str, _progress: TaskProgress
) -> tuple[Changes, ...]:
    # Before anybody is entered.
    check_password(password, login.strip())
    user, added = people.add_user(
        login,
        change.display_name or "",
        change.roles or (),
        teams=change.teams or (),
        services=change.services or (),
    )
    done = [added, people.set_password(user.id, password)]
    if change.team or change.extension:
        rest = UserChange(team=change.team, extension=change.extension)
        done.append(people.change_user(user.id, rest)[1])
    return tuple(done)


def _reset(
    people: People, user: User, password: str, must_change: bool, _progress: TaskProgress
) -> Changes:
    return people.set_password(user.id, password, must_change=must_change)
