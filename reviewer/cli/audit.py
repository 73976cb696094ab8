"""`reviewer audit`: who did what, and whether the log is whole."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.cli.options import add_verbs
from reviewer.messages import format_instant, ntr, tr
from reviewer.models.audit import Act, AuditQuery
from reviewer.services.audit_log import (
    act_title,
    entry_facts,
    export_log,
    fault_text,
    instant_bound,
    load_anchor,
    save_anchor,
)
from reviewer.services.audit_words import detail_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from reviewer.cli.context import Context, Output
    from reviewer.models.audit import AuditEntry
    from reviewer.storage.store import Session

_DAMAGED: Final = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer audit list --act deleted --since lastmonth
  reviewer audit export --to log.jsonl --anchor anchor.json
  reviewer audit verify --anchor anchor.json""",
    )
    add_verbs(
        parser,
        {
            "list": (tr("list entries, newest first"), _listing),
            "verify": (tr("check that no entry was changed, removed or moved"), _verifying),
            "export": (tr("write the whole log as JSON, an entry a line"), _exporting),
        },
    )


def _listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--giid", metavar="GIID", help=tr("only on this interaction"))
    parser.add_argument(
        "--login", metavar="LOGIN", action="append", default=[], help=tr("only by this user")
    )
    parser.add_argument(
        "--act",
        metavar="ACT",
        action="append",
        default=[],
        choices=[act.value for act in Act],
        help=tr("only this act, as in --json: opened, played, deleted ..."),
    )
    parser.add_argument("--since", metavar="DATE", help=tr("from this date on"))
    parser.add_argument("--until", metavar="DATE", help=tr("to this date"))
    parser.add_argument("--limit", metavar="N", type=int, default=100, help=tr("at most this many"))


def _verifying(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--anchor", metavar="FILE", help=tr("an anchor written by export"))


def _exporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="FILE", required=True, help=tr("the file to write"))
    parser.add_argument(
        "--anchor", metavar="FILE", help=tr("also write the signed end, to be kept elsewhere")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    verbs: dict[str, Callable[[Session, argparse.Namespace, Output], int]] = {
        "list": _list,
        "verify": _verify,
        "export": _export,
    }
    with context.session() as session:
        return verbs[arguments.verb](session, arguments, context.output)


def _list(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    zone, now_us = session.settings.zone, time.time_ns() // 1000
    since = until = None
    if arguments.since:
        since = instant_bound(arguments.since, zone, now_us, end=False)
    if arguments.until:
        until = instant_bound(arguments.until, zone, now_us, end=True)
    of = session.interactions.find(arguments.giid) if arguments.giid else None
    query = AuditQuery(since, until, tuple(arguments.login), tuple(arguments.act), of)
    limit = max(0, arguments.limit)
    entries = session.audit.entries(query, limit=limit + 1)
    for entry in entries[:limit]:
        if output.as_json:
            output.record(entry_facts(entry))
        else:
            output.line(_line(entry, session))
    if len(entries) > limit and not output.as_json:
        output.say(tr("There are more; --limit shows them."))
    return 0


def _line(entry: AuditEntry, session: Session) -> str:
    what = tr("an interaction you may not see") if entry.hidden else entry.giid
    told = (
        format_instant(entry.at_us, session.settings.zone),
        entry.login or "-",
        act_title(entry.act),
        what,
        detail_words(entry),
        entry.origin,
    )
    return "  ".join(part for part in told if part)


def _verify(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    anchor = None
    if arguments.anchor:
        anchor = load_anchor(Path(arguments.anchor))
    bar = output.progress(tr("Verifying"))
    found = session.audit.verify(anchor, progress=bar)
    bar.end()
    if output.as_json:
        faults = [{"kind": fault.kind.value, "entry": fault.number} for fault in found.faults]
        output.record({"entries": found.entries, "holds": found.holds, "faults": faults})
    else:
        for fault in found.faults:
            output.line(fault_text(fault))
        said = ntr("{n} entry", "{n} entries", found.entries)
        output.line(
            tr("The log is whole: {entries}.", entries=said)
            if found.holds
            else tr("The log is not what was written: {entries} read.", entries=said)
        )
    return 0 if found.holds else _DAMAGED


def _export(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    path = Path(arguments.to)
    bar = output.progress(tr("Exporting"))
    count = export_log(session, path, progress=bar)
    if arguments.anchor:
        save_anchor(session, Path(arguments.anchor))
    bar.end()
    if output.as_json:
        output.record({"entries": count, "file": str(path)})
    else:
        said = ntr("{n} entry", "{n} entries", count)
        output.say(tr("Written: {entries} in {file}", entries=said, file=path))
    return 0
