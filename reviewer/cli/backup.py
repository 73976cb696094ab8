"""`reviewer backup`: a whole store, copied into a new folder and verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.messages import tr
from reviewer.services.copying import copied_sentences

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context, Output
    from reviewer.models.copies import Copied


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer backup /mnt/backups/calls-monday --store calls"
    )
    parser.add_argument("folder", metavar="FOLDER", help=tr("a folder that is not there yet"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Back the store up."""
    target, output = Path(arguments.folder), context.output
    bar = output.progress(tr("Backing up"))
    try:
        with context.session() as session:
            done = session.copies.back_up(target, progress=bar)
    finally:
        bar.end()
    tell(output, target, done)
    return 1 if done.missing else 0


def tell(output: Output, target: Path, done: Copied) -> None:
    """Say what a copy holds."""
    if output.as_json:
        output.record(
            {
                "folder": str(target),
                "files": done.files,
                "bytes": done.bytes,
                "missing": done.missing,
                "ring": done.ring,
                "other_ring": done.other_ring,
            }
        )
        return
    first, *more = copied_sentences(target, done)
    output.line(first)
    for sentence in more:
        output.say(sentence)
