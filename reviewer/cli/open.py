"""`reviewer open`, also `reviewer` alone: the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.context import demo_login
from reviewer.messages import language, tr
from reviewer.services import places

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer open calls")
    parser.add_argument(
        "url", nargs="?", metavar="URL", help=tr("the store; default: the last opened")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Show the window until it is closed."""
    from reviewer import app

    context.store_url = getattr(arguments, "url", None) or context.store_url
    chosen = language() if getattr(arguments, "lang", None) else None
    address = context.address()
    login = context.login or demo_login(address)
    places.remember_store(address)
    return app.run(address, login=login, language=chosen)
