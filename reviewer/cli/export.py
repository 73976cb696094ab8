"""`reviewer export`: the manual export, to a folder or one ZIP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.cli.search import sort_keys
from reviewer.errors import ReasonsNeededError
from reviewer.messages import format_count, format_size, ntr, tr
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.services.export_manual import (
    ExportOptions,
    discard_export,
    plan_export,
    run_export,
)
from reviewer.services.exporters.base import exporter_of
from reviewer.services.known_values import require_known

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.services.export_manual import ExportPlan, ExportResult, Failed
    from reviewer.storage.store import Session

_CONTENTS = ("voice", "cpa", "text", "email")
_MB = 1_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="reviewer export 'service:Support duration>5m' --to calls.zip --voice --text",
    )
    parser.add_argument(
        "query", metavar="QUERY", nargs="?", default="", help=tr("criteria as one line")
    )
    parser.add_argument(
        "--to", metavar="DEST", required=True, help=tr("an empty or new folder, or a .zip")
    )
    parser.add_argument(
        "--voice", action="store_true", help=tr("voice recordings of the first 100 that have any")
    )
    parser.add_argument(
        "--cpa", action="store_true", help=tr("call progress analysis of the first 500")
    )
    parser.add_argument(
        "--text", action="store_true", help=tr("chats and call transcripts of the first 500")
    )
    parser.add_argument("--email", action="store_true", help=tr("emails of the first 100, as EML"))
    table = parser.add_mutually_exclusive_group()
    table.add_argument("--csv", action="store_true", help=tr("the table as CSV; the default"))
    table.add_argument("--xlsx", action="store_true", help=tr("the table as a workbook"))
    parser.add_argument(
        "--columns", metavar="KEYS", help=tr("columns of the table, separated by commas")
    )
    parser.add_argument("--channel", choices=[c.value for c in Channel], help=tr("only this"))
    parser.add_argument(
        "--sort", metavar="KEY", help=tr("column to order by; with a leading - the other way")
    )
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        default="",
        help=tr("why sensitive interactions are exported; in the audit log for each of them"),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=tr("say what would be exported; write nothing")
    )
    parser.add_argument(
        "--restart", action="store_true", help=tr("throw away an unfinished export there first")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Export, and tell what is there and what failed."""
    output = context.output
    channel = Channel(arguments.channel) if arguments.channel else None
    search = Search(parse_line(arguments.query), channel, sort_keys(arguments.sort))
    columns = tuple(key.strip() for key in (arguments.columns or "").split(",") if key.strip())
    options = ExportOptions(
        frozenset(kind for kind in _CONTENTS if getattr(arguments, kind)),
        "xlsx" if arguments.xlsx else "csv",
        columns,
    )
    destination = Path(arguments.to)
    with context.session() as session:
        for warning in require_known(session, search.criteria, channel):
            output.say(warning)
        if arguments.restart and not arguments.dry_run:
            discard_export(session, destination)
        try:
            plan = plan_export(session, search, destination, options, reason=arguments.reason)
        except ReasonsNeededError:
            output.say(tr("Say why by {option}, once for all of them.", option="--reason"))
            raise
        if arguments.dry_run:
            _tell_plan(plan, output)
            return 0
        if not output.as_json:
            if session.store.is_encrypted:
                output.say(tr("The store is encrypted; what is exported is not."))
            _say_before(plan, output)
        return _export(session, plan, output)


def _export(session: Session, plan: ExportPlan, output: Output) -> int:
    bar = output.progress(tr("Exporting"))
    try:
        result = run_export(session, plan, progress=bar)
    except KeyboardInterrupt:
        bar.end()
        output.say(
            tr(
                "Stopped. What was exported so far is in {folder}; the same command again goes on.",
                folder=str(plan.place.folder),
            )
        )
        return 1
    finally:
        bar.end()
    _tell(result, output, decrypted=session.store.is_encrypted)
    return 1 if result.failed_count else 0


def _say_before(plan: ExportPlan, output: Output) -> None:
    for share in plan.job.shares:
        if share.over:
            output.say(_over(share.kind, share.limit))
    if plan.resumes:
        output.say(ntr("Going on: {n} file is there.", "Going on: {n} files are there.", plan.done))
    if plan.place.is_zip and not plan.finished:
        output.say(
            tr("Until it is finished, its files are in {folder}.", folder=str(plan.place.folder))
        )


def _over(kind: str, limit: int) -> str:
    return tr(
        "{option}: more than {limit} match; the first {limit} in this order are exported.",
        option=exporter_of(kind).title(),
        limit=format_count(limit),
    )


def _failure(failed: Failed) -> str:
    sentence = failed.sentence()
    return sentence if failed.giid in sentence else f"{failed.giid}: {sentence}"


def _tell_plan(plan: ExportPlan, output: Output) -> None:
    if output.as_json:
        output.record(_plan_facts(plan))
        return
    output.line(tr("Nothing was written; this is what an export would do:"))
    output.line(ntr("{n} row in the table.", "{n} rows in the table.", plan.rows))
    for share in plan.job.shares:
        told = ntr("{n} interaction", "{n} interactions", share.chosen)
        output.line(f"{exporter_of(share.kind).title()}: {told}")
        if share.over:
            output.line("  " + _over(share.kind, share.limit))
    output.line(ntr("{n} file beside the table.", "{n} files beside the table.", plan.files))
    if plan.finished:
        output.line(tr("This export is there already, whole."))
    else:
        output.line(
            tr(
                "Space: {needed} MB needed, {free} MB free.",
                needed=format_count(-(-plan.needed_bytes // _MB)),
                free=format_count(plan.free_bytes // _MB),
            )
        )
    for failed in plan.job.failed:
        output.line("  " + _failure(failed))


def _plan_facts(plan: ExportPlan) -> dict[str, Any]:
    return {
        "destination": str(plan.place.target),
        "rows": plan.rows,
        "files": plan.files,
        "contents": [
            {"kind": s.kind, "interactions": s.chosen, "limit": s.limit, "more_match": s.over}
            for s in plan.job.shares
        ],
        "bytes": plan.needed_bytes,
        "free_bytes": plan.free_bytes,
        "resumes": plan.resumes,
        "finished": plan.finished,
        "failed": [
            {"giid": f.giid, "kind": f.kind, "name": f.name, "code": f.error.code}
            for f in plan.job.failed
        ],
    }


def _tell(result: ExportResult, output: Output, *, decrypted: bool) -> None:
    if output.as_json:
        output.record(
            {
                "destination": result.destination,
                "rows": result.rows,
                "files": result.files,
                "bytes": result.bytes,
                "already": result.already,
                "decrypted": decrypted,
                "failed": [
                    {
                        "giid": f.giid,
                        "kind": f.kind,
                        "name": f.name,
                        "code": f.error.code,
                        "reason": f.sentence(),
                    }
                    for f in result.failed
                ],
                "failed_count": result.failed_count,
            }
        )
        return
    if result.already:
        output.line(tr("{name} was finished before, and is whole.", name=result.destination))
    output.line(
        tr(
            "Exported to {name}: rows {rows}, files {files}, {size}.",
            name=result.destination,
            rows=format_count(result.rows),
            files=format_count(result.files),
            size=format_size(result.bytes),
        )
    )
    if result.failed_count:
        output.line(ntr("{n} was not exported:", "{n} were not exported:", result.failed_count))
        for failed in result.failed:
            output.line("  " + _failure(failed))
        if result.unnamed:
            output.line("  " + ntr("and {n} more", "and {n} more", result.unnamed))
