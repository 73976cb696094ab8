"""`reviewer requests`: what waits for a second person, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.erased import kinds_words, tell_erased, told_losses
from reviewer.cli.options import add_verbs
from reviewer.messages import format_instant, ntr, tr, translated
from reviewer.models.ids import WallUs
from reviewer.models.requests import TITLES, Guarded
from reviewer.services.erase import cut_piece
from reviewer.services.facts import iso_instant
from reviewer.services.retention_words import rule_words

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.requests import Request
    from reviewer.storage.store import Session


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer settings set second-person bulk-deletion,lifting-hold
  reviewer requests list
  reviewer requests approve 7""",
    )
    add_verbs(
        parser,
        {
            "list": (tr("list what waits for a second person"), _nothing),
            "show": (tr("tell everything about one, and name its interactions"), _one),
            "approve": (tr("agree, and have it done at once"), _one),
            "refuse": (tr("refuse it, or take your own back"), _refusing),
        },
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _one(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="N", type=int, help=tr("number of the request"))


def _refusing(parser: argparse.ArgumentParser) -> None:
    _one(parser)
    parser.add_argument("--reason", default="", help=tr("why; it stays in the records"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    output = context.output
    with context.session() as session:
        if arguments.verb == "list":
            pending = session.requests.pending()
            if not pending and not output.as_json:
                output.say(tr("Nothing waits for a second person."))
            for request in pending:
                tell_request(request, session, output)
            return 0
        if arguments.verb == "show":
            return _show(session, arguments.number, output)
        if arguments.verb == "refuse":
            session.requests.refuse(arguments.number, arguments.reason)
            return 0
        kinds = {one.number: one.kind for one in session.requests.pending()}
        bar = output.progress(tr("Working"))
        try:
            erased, _ = session.requests.approve(arguments.number, cutter=cut_piece, progress=bar)
        finally:
            bar.end()
    if kinds.get(arguments.number) is Guarded.BULK_DELETION:
        return tell_erased(erased, output)
    output.say(tr("Done."))
    return 0


def tell_asked(request: Request, session: Session, output: Output) -> int:
    """Say that something waits for a second person now; return the exit code."""
    said = tr(
        "Nothing was done: this needs a second person here. Request {n} waits for another user: "
        "reviewer requests approve {n}",
        n=request.number,
    )
    if output.as_json:
        tell_request(request, session, output)
    else:
        output.say(said)
    return 0


def tell_request(request: Request, session: Session, output: Output) -> None:
    """Tell a request in one line, or as a record."""
    lapses = WallUs(request.lapses_us)
    if output.as_json:
        output.record(
            {
                "request": request.number,
                "kind": request.kind.value,
                "by": request.by,
                "at": iso_instant(request.at_us),
                "lapses": iso_instant(lapses),
                "reason": request.reason,
                "what": [what.value for what in request.what],
                "fewer": [kind.value for kind in request.fewer],
                "rules": [
                    {"service": rule.service or None, "what": rule.what.value, "days": rule.days}
                    for rule in request.rules
                ],
                "shared": request.shared.value,
                "interactions": request.total,
                "losses": told_losses(request.losses),
                "mine": request.mine,
            }
        )
        return
    zone = session.settings.zone
    words = [
        str(request.number),
        translated(TITLES[request.kind]),
        kinds_words(request.what)
        or ", ".join(translated(TITLES[one]) for one in request.fewer)
        or "; ".join(rule_words(rule) for rule in request.rules),
        ntr("{n} interaction", "{n} interactions", request.total) if request.total else "",
        request.by,
        format_instant(request.at_us, zone),
        request.reason,
        tr("waits until {until}", until=format_instant(lapses, zone)),
    ]
    output.line("  ".join(word for word in words if word))


def _show(session: Session, number: int, output: Output) -> int:
    items = session.requests.items(number)
    for request in session.requests.pending():
        if request.number == number:
            tell_request(request, session, output)
    for row in session.interactions.rows(items):
        if output.as_json:
            output.record({"giid": row.giid})
        else:
            output.line(f"  {row.giid}")
    return 0
