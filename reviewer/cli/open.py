"""`reviewer open`, also `reviewer` alone: the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.cli.context import demo_login
from reviewer.errors import CancelledError, NoDisplayError, ReviewerError
from reviewer.messages import language, tr
from reviewer.models.links import is_link, parse_link
from reviewer.services import places
from reviewer.storage.address import is_store, lasting, require_no_secret

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer open calls")
    parser.add_argument(
        "url", nargs="?", metavar="URL", help=tr("the store; default: the last opened")
    )
    parser.add_argument(
        "link",
        nargs="?",
        metavar="LINK",
        help=tr("link or GIID of the interaction to open at once"),
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Show the window until it is closed."""
    from reviewer.ui.starting import quick_imports

    with quick_imports():
        return _run(context, arguments)


def _run(context: Context, arguments: argparse.Namespace) -> int:
    from reviewer import app
    from reviewer.ui.handing_over import hand_over

    context.hide_secrets()
    # `reviewer` alone has neither argument.
    url, link = getattr(arguments, "url", None), getattr(arguments, "link", None)
    if url and link is None and (is_link(url) or parse_link(url) is not None):
        url, link = None, url
    if url:
        require_no_secret(url)
    context.store_url = url or context.store_url
    # Before a store is looked for: there may be none yet, and making the demo takes a while.
    named = context.named_address()
    if link is not None and hand_over(link, lasting(named) if named else ""):
        return 0
    chosen = language() if getattr(arguments, "lang", None) else None
    address = context.window_address()
    demo = demo_login(address)
    if demo is None and is_store(address):
        places.remember_store(lasting(address))
    while True:
        try:
            return app.run(
                address,
                login=context.login or demo,
                language=chosen,
                link=link,
                opener=context.opener(),
                password=context.given_password,
            )
        except (NoDisplayError, CancelledError):
            raise
        except ReviewerError as error:
            # Started from a desktop, nobody would read why there is no window.
            if context.output.is_read:
                raise
            # Imported here: few are asked.
            from reviewer.services.demo import ensure_demo
            from reviewer.ui.failing import Choice

            choice = app.ask_how_to_go_on(error)
            if choice is Choice.CLOSE:
                raise
            if choice is Choice.DEMO:
                address, link = str(ensure_demo(language())), None
                demo = demo_login(address)
