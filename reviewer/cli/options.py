"""Options that every command takes, and commands within a command."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from typing_extensions import override

from reviewer.errors import N_, UsageError
from reviewer.messages import LANGUAGES, tr, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_UNKNOWN: Final = N_("unrecognized arguments: %s")


class Parser(argparse.ArgumentParser):
    """Argparse with our wording of usage errors."""

    @override
    def parse_known_args(  # type: ignore[override]  # the stubs know overloads that do the same
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Read arguments; what a command does not know is told with the usage of that command."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(translated(_UNKNOWN) % " ".join(unknown))
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        self.print_usage(sys.stderr)
        self.exit(UsageError.exit_code, f"{self.prog}: {message}\n")


def common(default: object) -> Parser:
    """Return the options of every command, before or after its name."""
    options = Parser(add_help=False, argument_default=default, allow_abbrev=False)
    group = options.add_argument_group(tr("options of every command"))
    group.add_argument(
        "--store",
        metavar="URL",
        help=tr(
            "the store: a folder, or postgresql://...?media=FOLDER; else $REVIEWER_STORE, else the "
            "last opened, else the demo"
        ),
    )
    group.add_argument(
        "--user", metavar="LOGIN", help=tr("who you are to the store; default: the system's login")
    )
    group.add_argument(
        "--password-file",
        metavar="FILE",
        help=tr(
            "your password, else $REVIEWER_PASSWORD; of an encrypted store its passphrase or key "
            "file, else $REVIEWER_PASSPHRASE, and your password on the second line"
        ),
    )
    group.add_argument("--lang", choices=LANGUAGES, help=tr("language of messages"))
    group.add_argument(
        "--json", action="store_true", help=tr("print JSON to standard output, nothing else")
    )
    return options


def add_verbs(
    parser: argparse.ArgumentParser,
    verbs: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], None]]],
    examples: Mapping[str, str] | None = None,
) -> None:
    """Give a command commands of its own; which one was given is in `verb`.

    Args:
        parser: The command's.
        verbs: What each does, translated, and what describes its arguments.
        examples: A line of each, shown in its help.
    """
    inner = parser.add_subparsers(
        title=tr("commands"), metavar="COMMAND", dest="verb", required=True
    )
    for name, (does, describe) in verbs.items():
        verb = inner.add_parser(
            name,
            help=does,
            description=does[:1].upper() + does[1:] + ".",
            parents=[common(argparse.SUPPRESS)],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        describe(verb)
        if examples:
            verb.epilog = tr("Example: {example}", example=examples[name])
