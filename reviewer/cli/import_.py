"""`reviewer import`: brings recordings in."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.cli.piped import PipedOutput
from reviewer.errors import N_, UsageError
from reviewer.messages import ntr, tr
from reviewer.models.settings import check_time_zone
from reviewer.services.hear import hear_waiting
from reviewer.services.import_aside import changes_as_json, counts_as_json, rejected_as_json
from reviewer.services.import_recordings import import_recordings
from reviewer.services.import_result import counts_sentence

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.changes import Changes
    from reviewer.services.import_result import ImportResult
    from reviewer.services.importers.base import Rejected
    from reviewer.storage.store import Session


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer import /var/spool/asterisk --store calls"
    )
    parser.add_argument("source", metavar="SOURCE", nargs="?", help=tr("the folder to bring in"))
    parser.add_argument("--as", dest="kind", metavar="KIND", help=tr("what it is: asterisk"))
    parser.add_argument(
        "--source-zone",
        metavar="ZONE",
        help=tr("the time zone of local times in the source; default: the centre's"),
    )
    parser.add_argument(
        "--system",
        metavar="NAME",
        default="",
        help=tr("name of the system it comes from, where two number their calls alike"),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=tr("say what would be brought in; change nothing")
    )
    parser.add_argument(
        "--listen",
        choices=("new", "all", "none"),
        help=tr(
            "listen to calls, so that silence and talk-over are known: to those brought in (new, "
            "the default), also to all that were there before (all), or leave it to the next "
            "import (none); without SOURCE nothing else is done"
        ),
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Import and listen, and tell what was added and what was rejected."""
    if arguments.source is None and arguments.listen in (None, "none"):
        raise UsageError(reason=N_("SOURCE is needed, or --listen new or all"))
    output = context.output
    with context.session() as session:
        result = None if arguments.source is None else _import(session, arguments, output)
        if result is not None:
            _tell(output, result, dry_run=arguments.dry_run)
        if not arguments.dry_run and arguments.listen != "none":
            _listen(session, output, old=arguments.listen == "all", alone=result is None)
    return 1 if result is not None and result.rejected else 0


def _import(session: Session, arguments: argparse.Namespace, output: Output) -> ImportResult:
    name = arguments.source_zone
    zone = ZoneInfo(check_time_zone(name)) if name else None
    bar = output.progress(tr("Importing"))
    try:
        return import_recordings(
            session,
            Path(arguments.source),
            kind=arguments.kind,
            zone=zone,
            system=arguments.system,
            dry_run=arguments.dry_run,
            progress=bar,
            told=partial(_tell_batch, output) if isinstance(output, PipedOutput) else None,
        )
    finally:
        bar.end()


def _listen(session: Session, output: Output, *, old: bool, alone: bool) -> None:
    """Listen to the calls that wait; what an import came to was told before."""
    bar = output.progress(tr("Listening"))
    try:
        n, changes = hear_waiting(session, bar, old=old)
    finally:
        bar.end()
    if isinstance(output, PipedOutput):
        _tell_batch(output, changes)
    if isinstance(output, PipedOutput) and alone:
        output.tell("result", {"heard": n})
    elif alone and output.as_json:
        output.record({"heard": n})
    elif n and not output.as_json:
        output.say(ntr("{n} call listened to.", "{n} calls listened to.", n))


def _tell(output: Output, result: ImportResult, *, dry_run: bool) -> None:
    if isinstance(output, PipedOutput):
        for line in rejected_as_json((*result.rejected, *result.warned)):
            output.tell("rejected", line)
        output.tell("result", counts_as_json(result))
    elif output.as_json:
        output.record(_as_json(result))
    else:
        _say(output, result, dry_run=dry_run)


def _tell_batch(output: PipedOutput, changes: Changes) -> None:
    output.tell("changed", changes_as_json(changes))


def _as_json(result: ImportResult) -> dict[str, object]:
    return {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "replaced": result.replaced,
        "rejected": [_item_as_json(one) for one in result.rejected],
        "warned": [_item_as_json(one) for one in result.warned],
    }


def _item_as_json(one: Rejected) -> dict[str, object]:
    return {"item": one.item, "code": one.code, "reason": one.sentence()}


def _say(output: Output, result: ImportResult, *, dry_run: bool) -> None:
    if dry_run:
        output.line(tr("Nothing was changed; this is what an import would do:"))
    output.line(counts_sentence(result))
    for heading, items in result.groups:
        output.line(f"{heading}:")
        for one in items:
            output.line(f"  {one.item}: {one.sentence()}")
