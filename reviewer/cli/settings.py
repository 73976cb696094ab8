"""`reviewer settings`: what holds for everybody who opens the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.cli.options import add_verbs
from reviewer.cli.requests import tell_asked
from reviewer.errors import N_, Reason, SecondPersonError, UsageError
from reviewer.messages import tr
from reviewer.services.accounts import SETTABLE, settings_as_json, settings_change

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output

_EXAMPLES: Final = {
    "list": "reviewer settings list",
    "get": "reviewer settings get time-zone",
    "set": "reviewer settings set lock-minutes 10",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example=_EXAMPLES["set"])
    add_verbs(
        parser,
        {
            "list": (tr("list all settings"), _nothing),
            "get": (tr("tell one setting"), _name),
            "set": (tr("change one setting"), _setting),
        },
        _EXAMPLES,
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=tr("which one; see reviewer settings list"))


def _setting(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument(
        "value", metavar="VALUE", help=tr("its value; several with commas, '' for none")
    )
    parser.add_argument(
        "--reason", help=tr("where a second person is needed: ask for one, and why")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    output = context.output
    with context.session() as session:
        if arguments.verb == "set":
            change = settings_change(arguments.name, arguments.value)
            try:
                settings, _ = session.centre.change(change)
            except SecondPersonError:
                if not arguments.reason or change.second_person is None:
                    raise
                fewer = session.centre.settings().second_person - change.second_person
                request, _ = session.requests.ask_fewer(fewer, arguments.reason)
                return tell_asked(request, session, output)
        else:
            settings = session.centre.settings()
        values = settings_as_json(settings, session.people.me)
    if arguments.verb != "list":
        if arguments.name not in values:
            names = ", ".join(values)
            reason = Reason(
                N_("there is no setting {name}; they are: {names}"),
                name=arguments.name,
                names=names,
            )
            raise UsageError(reason=reason)
        values = {arguments.name: values[arguments.name]}
    if output.as_json:
        output.record(values)
    else:
        for name, value in values.items():
            _tell(output, name, value, alone=arguments.verb == "get")
    return 0


def _tell(output: Output, name: str, value: object, *, alone: bool) -> None:
    text = ",".join(value) if isinstance(value, list) else str(value)
    if alone:
        output.line(text)
        return
    can = "" if name in SETTABLE else "  " + tr("(chosen when the store is made)")
    output.line(f"{name:<18} {text}{can}")
