"""`reviewer restore`: a store out of a backup, in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.backup import tell
from reviewer.cli.passphrases import ask_passphrase
from reviewer.errors import StoreLockedError, WrongPassphraseError
from reviewer.messages import tr
from reviewer.services.copying import restore_store

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer restore /mnt/backups/calls-monday calls"
    )
    parser.add_argument("backup", metavar="BACKUP", help=tr("the folder of the backup"))
    parser.add_argument("folder", metavar="FOLDER", help=tr("a folder that is not there yet"))


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Restore it; whoever does is a user of the backup with `admin.settings`."""
    backup, target, output = Path(arguments.backup), Path(arguments.folder), context.output
    opener = context.opener()
    bar = output.progress(tr("Restoring"))
    try:
        try:
            done = restore_store(backup, target, opener, context.log_in, progress=bar)
        except WrongPassphraseError:
            raise
        except StoreLockedError:
            opener = ask_passphrase(tr("Passphrase of {store}", store=backup))
            if opener is None:
                raise
            done = restore_store(backup, target, opener, context.log_in, progress=bar)
    finally:
        bar.end()
    tell(output, target, done)
    return 0
