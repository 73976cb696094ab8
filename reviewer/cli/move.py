"""`reviewer move`: a whole store to another folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import OriginalLeftError
from reviewer.messages import tr
from reviewer.services import places

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer move /data/calls --store calls")
    parser.add_argument("folder", metavar="FOLDER", help=tr("a folder that is not there yet"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Move the store; nobody else may have it open."""
    target, output = Path(arguments.folder).absolute(), context.output
    bar = output.progress(tr("Moving"))
    try:
        with context.session() as session:
            session.copies.move(target, progress=bar)
    except OriginalLeftError:
        places.remember_store(str(target))
        raise
    finally:
        bar.end()
    places.remember_store(str(target))
    if output.as_json:
        output.record({"folder": str(target)})
    else:
        output.line(tr("The store is at {folder} now.", folder=target))
    return 0
