"""`reviewer init`: a new local store and its first administrator."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.keys import LOSING
from reviewer.cli.passphrases import VARIABLE, new_passphrase
from reviewer.errors import N_, UsageError
from reviewer.messages import tr, translated
from reviewer.services import places
from reviewer.services.own_store import make_store
from reviewer.storage.address import is_on_server, lasting, require_no_secret
from reviewer.storage.local import Encryption

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer init calls --time-zone Europe/Moscow"
    )
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        help=tr("an empty or new folder, or postgresql://...?media=FOLDER of an empty database"),
    )
    parser.add_argument(
        "--time-zone", metavar="ZONE", help=tr("the centre's time zone; default: the system's")
    )
    parser.add_argument(
        "--admin", metavar="LOGIN", help=tr("the first administrator; default: the system's login")
    )
    parser.add_argument(
        "--encrypt",
        action="store_true",
        help=tr("encrypt it; the passphrase from a file, $REVIEWER_PASSPHRASE, or asked for"),
    )
    parser.add_argument(
        "--ring", metavar="FILE", help=tr("keep the key ring here; default: in the store's folder")
    )
    parser.add_argument(
        "--name", help=tr("the centre's name; default: the folder's or the database's")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Make the store."""
    address = arguments.folder
    require_no_secret(address)
    login = arguments.admin or getpass.getuser()
    encryption = _encryption(context, arguments)
    settings = make_store(
        address,
        name=arguments.name or "",
        time_zone=arguments.time_zone or "",
        admin=login,
        encryption=encryption,
    )
    zone = settings.time_zone
    places.remember_store(lasting(address))
    output = context.output
    if output.as_json:
        encrypted = encryption is not None
        output.record({"store": address, "time_zone": zone, "admin": login, "encrypted": encrypted})
        return 0
    output.line(tr("New store: {folder}", folder=address))
    output.line(tr("Time zone: {zone}. Administrator: {login}.", zone=zone, login=login))
    if encryption is not None:
        output.say(translated(LOSING))
        return 0
    if is_on_server(address):
        output.say(
            tr(
                "The administrator has no password, and the content is not encrypted: whoever may "
                "read the database and the folder of its media can read the store."
            )
        )
        return 0
    output.say(
        tr(
            "The administrator has no password, and the content is not encrypted: whoever may "
            "read the folder can read the store."
        )
    )
    return 0


def _encryption(context: Context, arguments: argparse.Namespace) -> Encryption | None:
    """Return how the store is to be encrypted, if it is.

    Raises:
        UsageError: No passphrase was given, and nobody is there to be asked.
    """
    if not arguments.encrypt:
        if arguments.ring:
            raise UsageError(reason=N_("a key ring belongs to an encrypted store: --encrypt"))
        return None
    passphrase = new_passphrase(context.password_file, VARIABLE)
    return Encryption(passphrase, ring_at=Path(arguments.ring) if arguments.ring else None)
