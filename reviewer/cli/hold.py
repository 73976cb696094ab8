"""`reviewer hold`: legal holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.options import add_verbs
from reviewer.cli.requests import tell_asked
from reviewer.errors import SecondPersonError
from reviewer.messages import format_instant, ntr, tr
from reviewer.services.facts import iso_instant

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.erasure import Hold, LiftedHold
    from reviewer.storage.store import Session


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
            "list": (tr("list what is held, and why"), _listing),
        },
    )


def _listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lifted", action="store_true", help=tr("those that were lifted, by whom and why")
    )


def _changing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("giid", metavar="GIID", nargs="+", help=tr("interactions"))
    parser.add_argument("--reason", required=True, help=tr("why; it stays in the records"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    output = context.output
    with context.session() as session:
        keeping = session.keeping
        if arguments.verb == "list":
            _list(session, output, lifted=arguments.lifted)
            return 0
        ids = [session.interactions.find(giid) for giid in arguments.giid]
        change = keeping.hold if arguments.verb == "add" else keeping.lift
        try:
            changed = change(ids, arguments.reason).interactions
        except SecondPersonError:
            request, _ = session.requests.ask_lift(ids, arguments.reason)
            return tell_asked(request, session, output)
    held, n = arguments.verb == "add", len(ids)
    if not held and not changed:
        output.say(ntr("It is under no legal hold.", "None of these {n} is under a hold.", n))
        return 1
    if output.as_json:
        output.record({"giids": list(arguments.giid), "held": held})
    elif held:
        said = ntr("It is under a legal hold now.", "{n} are under a legal hold now.", n)
        output.say(said)
    else:
        output.say(ntr("The legal hold is lifted.", "{n} legal holds are lifted.", len(changed)))
    return 0


def _list(session: Session, output: Output, *, lifted: bool) -> None:
    zone = session.settings.zone
    keeping = session.keeping
    told: list[tuple[Hold, LiftedHold | None]] = (
        [(one.held, one) for one in keeping.lifted()]
        if lifted
        else [(hold, None) for hold in keeping.holds()]
    )
    if not told and not output.as_json:
        none = tr("No hold was lifted yet.") if lifted else tr("There are no legal holds.")
        output.say(none)
    for hold, end in told:
        record = {
            "giid": hold.giid,
            "by": hold.by,
            "at": iso_instant(hold.at_us),
            "reason": hold.reason,
        }
        line = f"{hold.giid}  {format_instant(hold.at_us, zone)}  {hold.by}  {hold.reason}"
        if end is not None:
            record |= {
                "lifted_by": end.lifted_by,
                "lifted_at": iso_instant(end.lifted_us),
                "lifted_reason": end.lifted_reason,
                "approved_by": end.approved_by,
            }
            lifted_at = format_instant(end.lifted_us, zone)
            line += f"  {lifted_at}  {end.lifted_by}  {end.lifted_reason}"
        if output.as_json:
            output.record(record)
        else:
            output.line(line)
