"""`reviewer import`: brings recordings in."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.cli.piped import PipedOutput
from reviewer.messages import format_count, ntr, tr
from reviewer.models.settings import check_time_zone
from reviewer.services.import_aside import changes_as_json, counts_as_json, rejected_as_json
from reviewer.services.import_recordings import import_recordings

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.changes import Changes
    from reviewer.services.import_result import ImportResult
    from reviewer.services.importers.base import Rejected


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer import /var/spool/asterisk --store calls"
    )
    parser.add_argument("source", metavar="SOURCE", help=tr("the folder to bring in"))
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


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Import, and tell what was added and what was rejected."""
    output = context.output
    name = arguments.source_zone
    zone = ZoneInfo(check_time_zone(name)) if name else None
    bar = output.progress(tr("Importing"))
    with context.session() as session:
        try:
            result = import_recordings(
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
    if isinstance(output, PipedOutput):
        for line in rejected_as_json((*result.rejected, *result.warned)):
            output.tell("rejected", line)
        output.tell("result", counts_as_json(result))
    elif output.as_json:
        output.record(_as_json(result))
    else:
        _say(output, result, dry_run=arguments.dry_run)
    return 1 if result.rejected else 0


def _tell_batch(output: PipedOutput, changes: Changes) -> None:
    output.tell("changed", changes_as_json(changes))


def _as_json(result: ImportResult) -> dict[str, object]:
    return {
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": [_item_as_json(one) for one in result.rejected],
        "warned": [_item_as_json(one) for one in result.warned],
    }


def _item_as_json(one: Rejected) -> dict[str, object]:
    return {"item": one.item, "code": one.code, "reason": one.sentence()}


def _say(output: Output, result: ImportResult, *, dry_run: bool) -> None:
    if dry_run:
        output.line(tr("Nothing was changed; this is what an import would do:"))
    output.line(
        tr(
            "Added: {added}. Updated: {updated}. Unchanged: {unchanged}.",
            added=format_count(result.added),
            updated=format_count(result.updated),
            unchanged=format_count(result.unchanged),
        )
    )
    if result.rejected:
        n = len(result.rejected)
        output.line(ntr("{n} item cannot be used:", "{n} items cannot be used:", n))
        for rejected in result.rejected:
            output.line(f"  {rejected.item}: {rejected.sentence()}")
    if result.warned:
        n = len(result.warned)
        output.line(ntr("{n} recording is not whole:", "{n} recordings are not whole:", n))
        for warned in result.warned:
            output.line(f"  {warned.item}: {warned.sentence()}")
