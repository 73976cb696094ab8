"""`reviewer roles`: named sets of privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.cli.options import add_verbs
from reviewer.errors import N_, UsageError
from reviewer.messages import ntr, tr, translated
from reviewer.models.access import CATALOGUE
from reviewer.services.accounts import (
    privilege_title,
    privileges_named,
    role_as_json,
    role_named,
    role_title,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from reviewer.cli.context import Context, Output
    from reviewer.models.access import Privilege, Role
    from reviewer.storage.store import Session

_EXAMPLES: Final = {
    "list": "reviewer roles list --json",
    "show": "reviewer roles show qm_evaluator",
    "add": 'reviewer roles add "Night shift" --like supervisor --add download',
    "change": "reviewer roles change night_shift --remove download --add clip",
    "delete": "reviewer roles delete night_shift",
    "privileges": "reviewer roles privileges",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example=_EXAMPLES["add"])
    add_verbs(
        parser,
        {
            "list": (tr("list all roles"), _nothing),
            "show": (tr("say what a role may do"), _role),
            "add": (tr("add a role"), _adding),
            "change": (tr("change what a role may do, or its name"), _changing),
            "delete": (tr("delete a role that nobody has"), _role),
            "privileges": (tr("list all privileges"), _nothing),
        },
        _EXAMPLES,
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _role(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("role", metavar="ROLE", help=tr("the role, by its key or its name"))


def _privileges(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--add",
        metavar="PRIVILEGE",
        nargs="+",
        default=[],
        help=tr("privileges to give it; all of them: reviewer roles privileges"),
    )


def _adding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title", metavar="NAME", help=tr("name of the new role"))
    parser.add_argument("--like", metavar="ROLE", help=tr("begin with what this role may do"))
    _privileges(parser)
    _marks(parser)


def _marks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--watermark",
        choices=["on", "off"],
        help=tr("name who looks on screen video, and who exports in what is exported"),
    )
    parser.add_argument(
        "--ask-reason",
        choices=["on", "off"],
        help=tr("ask why before a sensitive interaction opens"),
    )


def _switched(value: str | None) -> bool | None:
    return None if value is None else value == "on"


def _changing(parser: argparse.ArgumentParser) -> None:
    _role(parser)
    parser.add_argument("--title", metavar="NAME", help=tr("its new name"))
    parser.add_argument(
        "--remove", metavar="PRIVILEGE", nargs="+", default=[], help=tr("privileges to take away")
    )
    _privileges(parser)
    _marks(parser)


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    with context.session() as session:
        return _VERBS[arguments.verb](context.output, session, arguments)


def _list(output: Output, session: Session, _arguments: argparse.Namespace) -> int:
    for role in session.people.roles():
        if output.as_json:
            output.record(role_as_json(role))
        else:
            count = len(role.privileges)
            may = ntr("{n} privilege", "{n} privileges", count)
            output.line(f"{role.key}  {role_title(role)}  {may}")
    return 0


def _show(output: Output, session: Session, arguments: argparse.Namespace) -> int:
    return _answer(output, role_named(session.people.roles(), arguments.role))


def _answer(output: Output, role: Role) -> int:
    if output.as_json:
        output.record(role_as_json(role))
        return 0
    output.line(f"{role.key}  {role_title(role)}")
    for privilege in CATALOGUE:
        if privilege in role.privileges:
            output.line(_line(privilege))
    if role.watermark:
        output.line("  " + tr("watermark: who looks is named on pictures and in exports"))
    if role.asks_reason:
        output.line("  " + tr("asked why before a sensitive interaction opens"))
    return 0


def _line(privilege: Privilege) -> str:
    return f"  {privilege.value:<26} {privilege_title(privilege)}"


def _all(output: Output, _session: Session, _arguments: argparse.Namespace) -> int:
    for privilege, entry in CATALOGUE.items():
        if output.as_json:
            output.record(
                {
                    "key": privilege.value,
                    "title": translated(entry.title),
                    "group": entry.group.value,
                }
            )
        else:
            output.line(_line(privilege).strip())
    return 0


def _add(output: Output, session: Session, arguments: argparse.Namespace) -> int:
    privileges = privileges_named(arguments.add)
    if arguments.like:
        privileges |= role_named(session.people.roles(), arguments.like).privileges
    role, _ = session.people.add_role(
        arguments.title,
        privileges,
        watermark=arguments.watermark == "on",
        asks_reason=arguments.ask_reason == "on",
    )
    return _answer(output, role)


def _change(output: Output, session: Session, arguments: argparse.Namespace) -> int:
    added, removed = privileges_named(arguments.add), privileges_named(arguments.remove)
    marks = (_switched(arguments.watermark), _switched(arguments.ask_reason))
    if not added and not removed and arguments.title is None and marks == (None, None):
        raise UsageError(reason=N_("nothing is to change; see --help"))
    before = role_named(session.people.roles(), arguments.role)
    privileges = (before.privileges | added) - removed
    role, _ = session.people.change_role(
        before.key, privileges, arguments.title, watermark=marks[0], asks_reason=marks[1]
    )
    return _answer(output, role)


def _delete(output: Output, session: Session, arguments: argparse.Namespace) -> int:
    role = role_named(session.people.roles(), arguments.role)
    session.people.remove_role(role.key)
    if output.as_json:
        output.record({"deleted": role.key})
    else:
        output.line(tr("Deleted: {name}", name=role_title(role)))
    return 0


_VERBS: Final[dict[str, Callable[[Output, Session, argparse.Namespace], int]]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "change": _change,
    "delete": _delete,
    "privileges": _all,
}
