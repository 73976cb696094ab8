"""`reviewer init`: a new local store and its first administrator."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from reviewer.messages import tr
from reviewer.services import places
from reviewer.services.own_store import make_store
from reviewer.storage.address import is_on_server, lasting, require_no_secret

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
        "--name", help=tr("the centre's name; default: the folder's or the database's")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Make the store."""
    address = arguments.folder
    require_no_secret(address)
    login = arguments.admin or getpass.getuser()
    settings = make_store(
        address,
        name=arguments.name or "",
        time_zone=arguments.time_zone or "",
        admin=login,
    )
    zone = settings.time_zone
    places.remember_store(lasting(address))
    output = context.output
    if output.as_json:
        output.record({"store": address, "time_zone": zone, "admin": login})
        return 0
    output.line(tr("New store: {folder}", folder=address))
    output.line(tr("Time zone: {zone}. Administrator: {login}.", zone=zone, login=login))
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
