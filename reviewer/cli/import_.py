"""`reviewer import`: brings recordings in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.messages import format_count, ntr, tr
from reviewer.models.settings import check_time_zone
from reviewer.services.import_recordings import import_recordings

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


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
                dry_run=arguments.dry_run,
                progress=bar,
            )
        finally:
            bar.end()
    if output.as_json:
        output.record(
            {
                "added": result.added,
                "updated": result.updated,
                "unchanged": result.unchanged,
                "rejected": [
                    {"item": r.item, "code": r.code, "reason": r.sentence()}
                    for r in result.rejected
                ],
            }
        )
    else:
        if arguments.dry_run:
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
            output.line(ntr("{n} item was rejected:", "{n} items were rejected:", n))
            for rejected in result.rejected:
                output.line(f"  {rejected.item}: {rejected.sentence()}")
    return 1 if result.rejected else 0
