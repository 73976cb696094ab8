"""`reviewer search`: finds interactions by the one-line form of criteria."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from reviewer.cli.criteria_list import list_criteria
from reviewer.errors import N_, Reason, UsageError
from reviewer.messages import format_count, ntr, tr
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.columns import (
    COLUMNS,
    CUSTOM,
    column,
    columns_for,
    csv_cell,
    harmless,
    without,
)
from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.sentence import sentence
from reviewer.models.criteria.tree import Block
from reviewer.models.interaction import Channel
from reviewer.models.search import NEWEST_FIRST, Search, SortKey
from reviewer.models.watermark import watermark_of
from reviewer.services.criteria_sets import find_set
from reviewer.services.facts import row_facts
from reviewer.services.known_values import require_known
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from reviewer.cli.context import Context, Output
    from reviewer.models.search import InteractionRow
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.store import Session

_TABLE = ("started", "from", "to", "duration", "service", "disposition", "agent", "segments")
_PAGE = 1_000
_STREAM: Final = "-"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer search 'agent:ivanova duration>5m' --json"
    )
    parser.add_argument(
        "query", metavar="QUERY", nargs="?", default="", help=tr("criteria as one line")
    )
    parser.add_argument(
        "--set", metavar="NAME", help=tr("a saved set of criteria, joined to QUERY by AND")
    )
    parser.add_argument("--channel", choices=[c.value for c in Channel], help=tr("only this"))
    parser.add_argument(
        "--sort", metavar="KEY", help=tr("column to order by; with a leading - the other way")
    )
    parser.add_argument(
        "--limit", type=int, default=100, metavar="N", help=tr("at most N; default: 100")
    )
    parser.add_argument("--count", action="store_true", help=tr("print the exact number only"))
    parser.add_argument(
        "--criteria",
        action="store_true",
        help=tr("list the criteria, and how their comparisons are written"),
    )
    parser.add_argument("--explain", action="store_true", help=tr("say what is searched for"))
    parser.add_argument(
        "--csv",
        metavar="FILE",
        help=tr("write a table with all columns; - for standard output"),
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Search and print what was found."""
    output = context.output
    if arguments.criteria:
        list_criteria(output)
        return 0
    if arguments.limit < 1:
        raise UsageError(reason=N_("--limit takes a whole number from 1"))
    if arguments.csv == _STREAM and output.as_json:
        raise UsageError(reason=N_("--json prints nothing but JSON: give --csv a file"))
    with context.session() as session:
        criteria, channel = _asked(session, arguments)
        for warning in require_known(session, criteria, channel):
            output.say(warning)
        search = Search(criteria, channel, sort_keys(arguments.sort))
        if arguments.explain:
            output.say(sentence(criteria, channel=channel))
        if arguments.count:
            return _count(session, search, output)
        if arguments.csv:
            return _write_csv(session, search, arguments, output)
        rows = session.interactions.search(search, limit=arguments.limit)
        if output.as_json:
            for row in rows:
                output.record(row_facts(row))
            return 0
        _print_table(rows, session.settings, output)
        total = session.interactions.count(search)
        _say_total(len(rows), total.n, output, capped=total.capped)
    return 0


def _asked(session: Session, arguments: argparse.Namespace) -> tuple[Block, Channel | None]:
    """Return criteria and channel of the line and of the saved set, where one is named."""
    criteria = parse_line(arguments.query)
    channel = Channel(arguments.channel) if arguments.channel else None
    if arguments.set is None:
        return criteria, channel
    found = session.sets.load(find_set(session.sets.all(), arguments.set).id)
    joined = Block(members=(found.criteria, criteria)) if criteria.members else found.criteria
    return joined, channel or found.entry.channel


def sort_keys(key: str | None) -> tuple[SortKey, ...]:
    """Return the order that `--sort` asks for.

    Raises:
        UsageError: There is no such column.
    """
    if not key:
        return NEWEST_FIRST
    name = key.removeprefix("-")
    found = any(c.key == name and c.sortable for c in COLUMNS)
    if not found and not (name.startswith(CUSTOM) and name != CUSTOM):
        known = ", ".join((*sorted(c.key for c in COLUMNS if c.sortable), f"{CUSTOM}NAME"))
        raise UsageError(
            reason=Reason(
                N_("{key} is not a column to sort by; there are: {known}"), key=name, known=known
            )
        )
    return (SortKey(name, descending=key.startswith("-")),)


def _count(session: Session, search: Search, output: Output) -> int:
    n = session.interactions.count(search, cap=None).n
    if output.as_json:
        output.record(n)
    else:
        output.line(format_count(n))
    return 0


def _write_csv(
    session: Session, search: Search, arguments: argparse.Namespace, output: Output
) -> int:
    session.people.me.require(Privilege.EXPORT_MANUAL)
    found = session.interactions.ids(search)
    ids = found[: arguments.limit]
    session.audit.report(Act.EXPORTED, detail={"rows": len(ids)})
    zone = session.settings.zone
    texts = bool(wanted_by(search.criteria))
    features = session.settings.features
    custom = session.interactions.custom_fields()
    columns = columns_for(search.channel, custom, texts=texts, features=features)
    with _csv_file(arguments.csv, output) as file:
        writer = csv.writer(file)
        writer.writerow([harmless(column_.title()) for column_ in columns])
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            said = session.interactions.snippets(page, search.criteria) if texts else {}
            for row in session.interactions.rows(page):
                told = replace(without(row, features), snippet=said.get(row.id))
                writer.writerow([csv_cell(column_, told, zone) for column_ in columns])
        by = watermark_of(session.people.me, zone)
        if by:
            writer.writerow([harmless(tr("Taken out by {who}", who=by))])
    output.say(ntr("{n} row written.", "{n} rows written.", len(ids)))
    if len(ids) < len(found):
        _say_total(len(ids), len(found), output, capped=False)
    return 0


class _Printed(io.TextIOBase):
    """What is written is printed, without the mark of a file's beginning."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @override
    def write(self, text: str, /) -> int:
        self._output.raw(text)
        return len(text)


@contextmanager
def _csv_file(name: str, output: Output) -> Iterator[TextIO | _Printed]:
    """Open a file to write that is there whole or not at all; a pipe or device is written to."""
    if name == _STREAM:
        yield _Printed(output)
        return
    path = Path(name)
    plain = path.exists() and not path.is_file()
    with path.open("wb") if plain else replacing(path) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        yield text
        text.flush()
        text.detach()


def _print_table(rows: tuple[InteractionRow, ...], settings: StoreSettings, output: Output) -> None:
    columns = [column(key) for key in _TABLE]
    cells = [[c.title() for c in columns] + ["GIID"]]
    cells += [[c.text(row, settings.zone) for c in columns] + [row.giid] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    for line in cells:
        output.line(
            "  ".join(f"{cell:<{w}}" for cell, w in zip(line, widths, strict=True)).rstrip()
        )


def _say_total(shown: int, n: int, output: Output, *, capped: bool) -> None:
    if capped:
        output.say(tr("Shown: {shown} of more than {n}.", shown=shown, n=format_count(n)))
    else:
        output.say(tr("Shown: {shown} of {n}.", shown=shown, n=format_count(n)))
