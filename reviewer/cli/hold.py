"""`reviewer hold`: legal holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.options import add_verbs
from reviewer.messages import format_instant, tr
from reviewer.services.facts import iso_instant

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example='reviewer hold add F0A5E40B-... --reason "case 7/2023"'
    )
    add_verbs(
        parser,
        {
            "add": (tr("let nothing delete these interactions"), _changing),
            "remove": (tr("lift the hold on these interactions"), _changing),
            "list": (tr("list what is held, and why"), _nothing),
        },
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _changing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("giid", metavar="GIID", nargs="+", help=tr("interactions"))
    parser.add_argument("--reason", required=True, help=tr("why; it stays in the records"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    output = context.output
    with context.session() as session:
        keeping = session.keeping
        if arguments.verb == "list":
            for hold in keeping.holds():
                if output.as_json:
                    output.record(
                        {
                            "giid": hold.giid,
                            "by": hold.by,
                            "at": iso_instant(hold.at_us),
                            "reason": hold.reason,
                        }
                    )
                else:
                    at = format_instant(hold.at_us, session.settings.zone)
                    output.line(f"{hold.giid}  {at}  {hold.by}  {hold.reason}")
            return 0
        ids = [session.interactions.find(giid) for giid in arguments.giid]
        change = keeping.hold if arguments.verb == "add" else keeping.lift
        change(ids, arguments.reason)
    if output.as_json:
        output.record({"giids": list(arguments.giid), "held": arguments.verb == "add"})
    return 0
