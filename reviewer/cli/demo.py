"""`reviewer demo`: the window on the demo store, or its tour in pictures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason, UsageError
from reviewer.messages import language, ntr, tr

if TYPE_CHECKING:
    import argparse

    from reviewer.cli.context import Context
    from reviewer.ui.theme.theme import Scheme


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr("Example: {example}", example="reviewer demo --tour pictures --lang ru")
    parser.add_argument(
        "--tour", metavar="DIR", help=tr("write a picture of every page into DIR; needs no screen")
    )
    parser.add_argument(
        "--theme",
        choices=["light", "dark"],
        help=tr("look; default: the system's, in a tour both"),
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help=tr("the demo's today, YYYY-MM-DD; default: today")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Make the demo store where there is none, and show it."""
    from reviewer.services.demo import DEMO_LOGIN, ensure_demo, passing_demo

    as_of = _date(arguments.as_of)
    chosen = getattr(arguments, "lang", None)
    if arguments.tour:
        from reviewer import tour

        languages = (chosen,) if chosen else ("en", "ru")
        schemes: tuple[Scheme, ...] = ("light", "dark")
        if arguments.theme:
            schemes = (arguments.theme,)
        target = Path(arguments.tour)
        context.output.say(
            tr(
                "Taking pictures of every page into {folder}; this takes minutes.",
                folder=target.resolve(),
            )
        )
        pictures: list[Path] = []
        for name in languages:
            # On a demo of its own: the audit log of the user's tells what they did.
            with passing_demo(name, as_of) as folder:
                pictures += tour.take(folder, target, language=name, schemes=schemes)
        if context.output.as_json:
            context.output.record({"pictures": [str(path) for path in pictures]})
        else:
            n = len(pictures)
            context.output.line(
                ntr(
                    "{n} picture in {folder}",
                    "{n} pictures in {folder}",
                    n,
                    folder=target.resolve(),
                )
            )
        return 0
    folder = ensure_demo(language(), as_of=as_of)
    from reviewer.ui.starting import quick_imports

    with quick_imports():
        from reviewer import app

        return app.run(
            str(folder), login=context.login or DEMO_LOGIN, language=chosen, scheme=arguments.theme
        )


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            reason=Reason(N_("{text} is not a date; write YYYY-MM-DD"), text=text)
        ) from None
