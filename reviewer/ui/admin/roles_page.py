"""Roles: named sets of privileges, those made ready and one's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import LANGUAGES, language, ntr, ptr, speaking, tr, translated
from reviewer.models.access import CATALOGUE, Group, Privilege, Role
from reviewer.services.accounts import privilege_title, role_title
from reviewer.ui.admin.edit_dialog import EditDialog
from reviewer.ui.admin.list_page import ListPage
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.choice_list import Choice, ChoiceList
from reviewer.ui.widgets.table import Column, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from PySide6.QtWidgets import QWidget

    from reviewer.models.changes import Changes
    from reviewer.storage.facets.people import People
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress, TaskRunner

_ROWS: Final = 12


def _groups() -> dict[Group, str]:
    """Return the groups of privileges in their order, each with its translated title."""
    return {
        Group.HANDLING: tr("Interaction Handling"),
        Group.MANAGEMENT: tr("Additional Management"),
        Group.QUALITY: tr("Quality Management"),
        Group.ADMINISTRATION: ptr("privileges", "Administration"),
    }


class RoleDialog(EditDialog):
    """Name and privileges of a role; a new one may begin as a copy."""

    def __init__(
        self,
        people: People,
        role: Role | None,
        runner: TaskRunner,
        *,
        like: Role | None = None,
        parent: QWidget | None = None,
    ) -> None:
        named = role_title(role) if role is not None else ""
        title = tr("New role") if role is None else tr("Role {name}", name=named)
        act = tr("Add") if role is None else tr("Save")
        said = "" if role is None else tr("What is changed here holds for everybody who has it.")
        super().__init__(title, said, runner, icon="shield", act=act, parent=parent)
        self._people = people
        self._role = role
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        if like is not None:
            named = tr("{name} (copy)", name=role_title(like))
        self.name = self.text(tr("Name"), named, needed=True)
        if role is not None and role.ready_made:
            self.name.setEnabled(False)
            self.name.setToolTip(tr("The name of a ready-made role stays"))
        self.add_row((tr("Name"), self.name))
        self.privileges = ChoiceList(_ROWS, least=4)
        begun = role or like
        chosen = [one.value for one in begun.privileges] if begun is not None else []
        self.privileges.show_choices(_choices(), chosen)
        self.add_row((tr("Privileges"), self.privileges))
        self.watermark = QCheckBox(
            tr("Watermark: who looks is named on screen video and in what is exported")
        )
        self.asks_reason = QCheckBox(tr("Ask why before a sensitive interaction opens"))
        self.asks_reason.setToolTip(
            tr("What is sensitive is said in the settings of the centre, by service and by tag")
        )
        self.watermark.setChecked(begun is not None and begun.watermark)
        self.asks_reason.setChecked(begun is not None and begun.asks_reason)
        for box in (self.watermark, self.asks_reason):
            self.put(box)
        self.ready()
        (self.name if self.name.isEnabled() else self.privileges).setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        wanted = Role(
            "",
            self.name.text(),
            frozenset(Privilege(key) for key in self.privileges.chosen),
            watermark=self.watermark.isChecked(),
            asks_reason=self.asks_reason.isChecked(),
        )
        return partial(_save, self._people, self._role, wanted)


class RolesPage(ListPage):
    """Lists, adds, copies and edits roles. Thread: main."""

    name = "roles"
    title_id = N_("Roles")
    hint_id = N_("Named sets of privileges. A user may have several roles, and all they allow.")

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._roles: tuple[Role, ...] = ()
        self._members: dict[str, list[str]] = {}
        self.dialog: RoleDialog | ConfirmDialog | None = None
        yield
        if self.session.people.me.may(Privilege.ADMIN_GRANT):
            add = self.add_act
            add("add", N_("New role"), "plus", ("Insert",), self.add_role)
            add("copy", N_("Copy"), "copy", ("Ctrl+D",), self.copy_role)
            add("edit", N_("Edit"), "pencil", ("F2",), self.edit_role, opens=True)
            add("delete", N_("Delete"), "trash-2", ("Delete",), self.ask_delete)
        yield
        self.retranslate()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_read, self.session)

    @override
    def take(self, found: object) -> None:
        self._roles, self._members = found  # type: ignore[misc]  # what `work` read

    @override
    def columns(self) -> Sequence[Column]:
        return (
            Column(tr("Name"), 190),
            Column(tr("Kind"), 110),
            Column(tr("Users"), 200),
            Column(tr("Privileges")),
        )

    @override
    def rows(self) -> Sequence[TableRow]:
        rows = []
        for role in self._roles:
            titles = [privilege_title(one) for one in CATALOGUE if one in role.privileges]
            titles += [tr("watermark")] * role.watermark
            titles += [tr("asked why before something sensitive opens")] * role.asks_reason
            texts = (
                role_title(role),
                tr("ready-made") if role.ready_made else tr("your own"),
                ", ".join(self._members.get(role.key, ())),
                "; ".join(titles),
            )
            tip = "\n".join(titles)
            rows.append(TableRow(texts, role, tip=tip))
        return rows

    @override
    def counted(self, n: int) -> str:
        return ntr("{n} role", "{n} roles", n)

    @override
    def reason(self, name: str, value: object) -> str:
        if name == "add":
            return ""
        if not isinstance(value, Role):
            return tr("Nothing is chosen")
        if name == "delete" and value.ready_made:
            return tr("A ready-made role stays; it can be changed")
        if name == "delete" and self._members.get(value.key):
            return tr("Somebody has this role")
        return ""

    @Slot()
    def add_role(self) -> None:
        """Ask for a new role."""
        self._open(None)

    @Slot()
    def copy_role(self) -> None:
        """Begin a new role with what the chosen one has."""
        if isinstance(self.chosen, Role):
            self._open(None, self.chosen)

    @Slot()
    def edit_role(self) -> None:
        """Edit the chosen one."""
        if isinstance(self.chosen, Role):
            self._open(self.chosen)

    def _open(self, role: Role | None, like: Role | None = None) -> None:
        people, runner = self.session.people, self.shell.runner
        self.dialog = RoleDialog(people, role, runner, like=like, parent=self.window())
        self.dialog.open()

    @Slot()
    def ask_delete(self) -> None:
        """Ask whether the chosen one is to be deleted."""
        role = self.chosen
        if isinstance(role, Role):
            question = tr("Delete the role {name}?", name=role_title(role))
            loss = tr("Nobody has it, so nobody loses anything by it.")
            self.dialog = ConfirmDialog(question, loss, tr("Delete"), self.window())
            self.dialog.confirmed.connect(
                partial(self.write, partial(_delete, self.session.people, role))
            )
            self.dialog.open()


def _choices() -> list[Choice]:
    """Return all privileges by groups, each with its name in the other language as tooltip."""
    (other,) = (one for one in LANGUAGES if one != language())
    with speaking(other):
        others = {key: translated(entry.title) for key, entry in CATALOGUE.items()}
    return [
        Choice(
            key.value,
            translated(entry.title),
            f"{key.value}\n{others[key]}",
            title,
        )
        for group, title in _groups().items()
        for key, entry in CATALOGUE.items()
        if entry.group is group
    ]


def _read(
    session: Session, _progress: TaskProgress
) -> tuple[tuple[Role, ...], dict[str, list[str]]]:
    members: dict[str, list[str]] = {}
    for user in session.people.users():
        for role in user.roles:
            members.setdefault(role, []).append(user.login)
    return session.people.roles(), members


def _save(
    people: People,
    role: Role | None,
    wanted: Role,
    _progress: TaskProgress,
) -> object:
    marks = {"watermark": wanted.watermark, "asks_reason": wanted.asks_reason}
    if role is None:
        return people.add_role(wanted.title, wanted.privileges, **marks)
    title = None if role.ready_made else wanted.title
    return people.change_role(role.key, wanted.privileges, title, **marks)


def _delete(people: People, role: Role, _progress: TaskProgress) -> Changes:
    return people.remove_role(role.key)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> RolesPage:
    """Return the page of roles."""
    return RolesPage(shell, session, in_turns=in_turns)
