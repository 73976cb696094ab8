"""`reviewer sets`: saved criteria sets, by their names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reviewer.cli.options import add_verbs
from reviewer.errors import CriteriaSetTakenError, QueryError
from reviewer.messages import explain, format_count, ntr, tr
from reviewer.models.criteria.exchange import MAX_BYTES
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.sentence import sentence
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel
from reviewer.services.criteria_sets import (
    count_set,
    export_sets,
    find_set,
    import_sets,
    news_of,
)
from reviewer.services.facts import iso_instant
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from reviewer.cli.context import Context, Output
    from reviewer.models.criteria.sets import SetEntry
    from reviewer.storage.store import Session

_STREAM: Final = "-"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}",
        example="""reviewer sets save "Long calls" 'duration>10m' --channel voice
  reviewer sets export --to sets.json
  reviewer search --set "Long calls" --count""",
    )
    add_verbs(
        parser,
        {
            "list": (tr("list the sets, your own and those that others share"), _nothing),
            "show": (tr("say what a set looks for"), _name),
            "save": (tr("save a set"), _saving),
            "rename": (tr("give a set of yours another name"), _renaming),
            "remove": (tr("remove a set of yours"), _name),
            "share": (tr("let everybody load a set of yours"), _name),
            "unshare": (tr("keep a set to yourself again"), _name),
            "watch": (tr("count what is new in a set since yesterday"), _name),
            "unwatch": (tr("watch a set no more"), _name),
            "news": (tr("list what is new since yesterday in the sets you watch"), _nothing),
            "export": (tr("write sets as JSON; without names: all of yours"), _exporting),
            "import": (tr("bring sets in from a JSON file; nothing is overwritten"), _importing),
        },
    )


def _nothing(_parser: argparse.ArgumentParser) -> None:
    """Describe no arguments."""


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", help=tr("name of the set; LOGIN/NAME for one of somebody else's")
    )


def _saving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=tr("name of the set"))
    parser.add_argument("query", metavar="QUERY", help=tr("criteria as one line"))
    parser.add_argument("--channel", choices=[c.value for c in Channel], help=tr("only this"))
    parser.add_argument(
        "--overwrite", action="store_true", help=tr("replace the set of this name if there is one")
    )


def _renaming(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument("new_name", metavar="NEW_NAME", help=tr("its new name"))


def _exporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help=tr("which sets"))
    parser.add_argument(
        "--to", metavar="FILE", default=_STREAM, help=tr("the file; default: standard output")
    )


def _importing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("JSON file; - for standard input"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Do what the command within the command says."""
    verbs: dict[str, Callable[[Session, argparse.Namespace, Output], int]] = {
        "list": _list,
        "show": _show,
        "save": _save,
        "rename": _rename,
        "remove": _remove,
        "share": _switch,
        "unshare": _switch,
        "watch": _switch,
        "unwatch": _switch,
        "news": _news,
        "export": _export,
        "import": _import,
    }
    with context.session() as session:
        return verbs[arguments.verb](session, arguments, context.output)


# --- telling


def _list(session: Session, _arguments: argparse.Namespace, output: Output) -> int:
    for entry in session.sets.all():
        if output.as_json:
            output.record(_facts(session, entry))
        else:
            output.line(_told(entry))
    return 0


def _told(entry: SetEntry) -> str:
    words = [entry.name]
    words.append(entry.channel.value if entry.channel is not None else tr("all channels"))
    if not entry.own:
        words.append(tr("{owner}, read only", owner=entry.owner_name))
    elif entry.shared:
        words.append(tr("shared"))
    if entry.watched:
        words.append(tr("watched"))
    if entry.refusal is not None:
        words.append(explain(entry.refusal))
    return "  ".join(words)


def _facts(session: Session, entry: SetEntry) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": entry.name,
        "channel": None if entry.channel is None else entry.channel.value,
        "owner": entry.owner,
        "own": entry.own,
        "shared": entry.shared,
        "watched": entry.watched,
        "changed": iso_instant(entry.changed_us),
    }
    if entry.refusal is not None:
        return facts | {"refused": entry.refusal.code}
    return facts | {"query": print_line(session.sets.load(entry.id).criteria, "en")}


def _show(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    entry = find_set(session.sets.all(), arguments.name)
    found = session.sets.load(entry.id)
    if output.as_json:
        output.record(_facts(session, entry))
        return 0
    output.line(print_line(found.criteria))
    output.say(sentence(found.criteria, channel=entry.channel))
    return 0


def _news(session: Session, _arguments: argparse.Namespace, output: Output) -> int:
    failed = False
    for entry in session.sets.all():
        if not entry.watched:
            continue
        try:
            counts = count_set(session.sets, session.interactions, entry)
            line = print_line(news_of(session.sets.load(entry.id)).criteria, "en")
        except QueryError as error:
            output.say(f"{entry.name}: {explain(error)}")
            failed = True
            continue
        if counts.news is None:
            continue
        if output.as_json:
            facts = {"name": entry.name, "owner": entry.owner, "query": line}
            output.record(facts | {"new": counts.news.n, "capped": counts.news.capped})
            continue
        number = format_count(counts.news.n)
        shown = tr("more than {n}", n=number) if counts.news.capped else number
        output.line(f"{entry.name}  {shown}")
    return 1 if failed else 0


# --- changing


def _save(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    channel = Channel(arguments.channel) if arguments.channel else None
    criteria = parse_line(arguments.query)
    wanted = fold(arguments.name.strip())
    own = [e for e in session.sets.all() if e.own and fold(e.name) == wanted]
    if own and not arguments.overwrite:
        raise CriteriaSetTakenError(name=own[0].name)
    if own:
        entry, _ = session.sets.overwrite(own[0].id, channel, criteria)
    else:
        entry, _ = session.sets.add(arguments.name, channel, criteria)
    _say_entry(session, entry, output)
    return 0


def _rename(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    entry = find_set(session.sets.all(), arguments.name)
    entry, _ = session.sets.rename(entry.id, arguments.new_name)
    _say_entry(session, entry, output)
    return 0


def _remove(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    entry = find_set(session.sets.all(), arguments.name)
    session.sets.remove(entry.id)
    output.say(tr("Removed: {name}", name=entry.name))
    return 0


def _switch(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    entry = find_set(session.sets.all(), arguments.name)
    on = not arguments.verb.startswith("un")
    if arguments.verb.endswith("watch"):
        entry, _ = session.sets.watch(entry.id, watched=on)
    else:
        entry, _ = session.sets.share(entry.id, shared=on)
    _say_entry(session, entry, output)
    return 0


def _say_entry(session: Session, entry: SetEntry, output: Output) -> None:
    if output.as_json:
        output.record(_facts(session, entry))
    else:
        output.say(_told(entry))


# --- from store to store


def _export(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    entries = session.sets.all()
    ids = [find_set(entries, name).id for name in arguments.names] or None
    text = export_sets(session.sets, ids)
    if arguments.to == _STREAM:
        output.raw(text)
        return 0
    with replacing(Path(arguments.to)) as file:
        file.write(text.encode())
    n = len(ids) if ids is not None else sum(entry.own for entry in entries)
    output.say(ntr("{n} set written.", "{n} sets written.", n))
    return 0


def _import(session: Session, arguments: argparse.Namespace, output: Output) -> int:
    # One byte more than is taken, so that a file that is too large is known as such.
    if arguments.file == _STREAM:
        name, data = tr("standard input"), sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        name = arguments.file
        with Path(name).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    result = import_sets(session.sets, data, name)
    for bad in result.rejected:
        output.say(f"{bad.name}: {explain(bad.error)}")
    if output.as_json:
        rejected = [
            {"item": bad.name, "code": bad.error.code, "reason": explain(bad.error)}
            for bad in result.rejected
        ]
        output.record(
            {
                "added": len(result.added),
                "unchanged": len(result.unchanged),
                "rejected": rejected,
            }
        )
    else:
        output.say(
            tr(
                "Added: {added}. Unchanged: {unchanged}. Rejected: {rejected}.",
                added=format_count(len(result.added)),
                unchanged=format_count(len(result.unchanged)),
                rejected=format_count(len(result.rejected)),
            )
        )
    return 1 if result.rejected else 0
