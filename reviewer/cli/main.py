"""Entry of the command line: reads the arguments, runs one command, words its errors.

Only the module of the command asked for is imported, so that a command starts quickly and needs
only what it uses: Qt in `open` and `demo`, libVLC in `play`.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import os
import sys
from contextlib import closing, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from reviewer import __version__
from reviewer.cli.context import Context, Output
from reviewer.cli.options import Parser, common
from reviewer.crypto.process import refuse_core_dumps
from reviewer.errors import (
    N_,
    FileUnusableError,
    InternalError,
    PasswordChangeNeededError,
    PasswordNeededError,
    ReviewerError,
    StoreLockedError,
    WrongPassphraseError,
    reason_of,
)
from reviewer.logs import LogFile, redacted
from reviewer.messages import LANGUAGES, choose_language, system_language, tr, translated
from reviewer.services.own_process import PIPED
from reviewer.storage.address import require_no_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

COMMANDS: dict[str, tuple[str, str]] = {
    "open": ("reviewer.cli.open", N_("open the window")),
    "demo": ("reviewer.cli.demo", N_("open the window on the demo store, or take its tour")),
    "init": ("reviewer.cli.init", N_("make a new local store")),
    "import": ("reviewer.cli.import_", N_("bring recordings in")),
    "search": ("reviewer.cli.search", N_("find interactions")),
    "show": ("reviewer.cli.show", N_("tell everything about one interaction")),
    "play": ("reviewer.cli.play", N_("play an interaction without a window")),
    "evaluate": ("reviewer.cli.evaluate", N_("evaluate a segment from a file of scores")),
    "sets": ("reviewer.cli.sets", N_("saved criteria sets: list, save, share, export, import")),
    "export": ("reviewer.cli.export", N_("export a table and what was recorded")),
    "erase": ("reviewer.cli.erase", N_("delete content for good")),
    "hold": ("reviewer.cli.hold", N_("let nothing delete some interactions")),
    "retention": ("reviewer.cli.retention", N_("how long content is kept; expire what is due")),
    "requests": ("reviewer.cli.requests", N_("what waits for a second person; deciding it")),
    "certificate": ("reviewer.cli.certificate", N_("prove what was deleted")),
    "audit": ("reviewer.cli.audit", N_("who did what, and whether the log is whole")),
    "keys": ("reviewer.cli.keys", N_("encrypt a store, manage its keys")),
    "users": ("reviewer.cli.users", N_("who may use the store: list, add, change, passwords")),
    "roles": ("reviewer.cli.roles", N_("named sets of privileges: list, show, add, change")),
    "settings": ("reviewer.cli.settings", N_("the centre's settings: list, get, set")),
    "backup": ("reviewer.cli.backup", N_("copy a whole store into a new folder, verified")),
    "restore": ("reviewer.cli.restore", N_("make a store of a backup, in a new folder")),
    "move": ("reviewer.cli.move", N_("move a whole store to another folder")),
    "doctor": ("reviewer.cli.doctor", N_("say what this machine lacks and a store suffers from")),
    "stats": ("reviewer.cli.stats", N_("sizes and counts of a store")),
}
"""Name of a command: its module, with `configure(parser)` and `run(context, arguments)`, and what
it does as a message id."""

_VALUE_OPTIONS = frozenset({"--store", "--user", "--lang", "--password-file"})
# After these a minus begins the value, and not what is not wanted.
_MINUS_OPTIONS = _VALUE_OPTIONS | {"--sort", "--limit", "--set", "--csv", "--to", "--columns"}
ARGPARSE_WORDS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("show program's version number and exit"),
    N_("unrecognized arguments: %s"),
    N_("the following arguments are required: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("ignored explicit argument %r"),
)
"""What argparse says of its own: message ids of the standard library's texts."""


def entry() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal's encoding lacks is written by its number, as on standard error.
        sys.stdout.reconfigure(errors="backslashreplace")
    refuse_core_dumps()
    collect_seldom()
    # A frozen program of Windows without a console has none of the two.
    nowhere = io.StringIO()
    code = main(sys.argv[1:], sys.stdout or nowhere, sys.stderr or nowhere)
    if sys.stdout is None:
        sys.exit(code)
    try:
        sys.stdout.flush()
    except OSError:
        # Told already, or nobody is there to be told; Python would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def collect_seldom() -> None:
    """Look for cyclic garbage after 20 000 new objects, not after 700.

    Work on many interactions makes much that lives on and next to nothing that refers to itself:
    looking through it again and again took a tenth of a deletion. The window collects by itself.
    """
    gc.set_threshold(20_000, 20, 20)


def main(arguments: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run one command.

    Returns:
        0 done, 1 some items failed, 2 wrong usage, 3 refused, 4 store or server not reached,
        5 damaged data. Source: cli.md.
    """
    choose_language(_language_of(arguments))
    arguments = list(arguments)
    output = _output(arguments, stdout, stderr)
    try:
        return _dispatch(arguments, output)
    except ReviewerError as error:
        output.fail(error)
        if way := _way_out(error):
            output.say(way)
        if error.is_bug:
            _keep_report(error, output)
        return error.exit_code
    except KeyboardInterrupt:
        output.say(tr("Stopped. Nothing is half done; run the same command again to go on."))
        return 1
    except BrokenPipeError:
        # The reader of our output has gone (`reviewer search ... | head`): nothing to tell it.
        return 0
    except OSError as error:
        name = os.fspath(error.filename) if error.filename else tr("the output")
        unusable = FileUnusableError(name=name, reason=reason_of(error))
        output.fail(unusable)
        return unusable.exit_code
    except Exception as error:  # noqa: BLE001 (the outermost frame: a sentence, whatever it is)
        output.fail(error)
        _keep_report(error, output)
        return InternalError.exit_code


def _way_out(error: ReviewerError) -> str:
    """Return what to do on the command line about an error, "" where its sentence says it."""
    if isinstance(error, StoreLockedError) and not isinstance(error, WrongPassphraseError):
        return tr("Give it by --password-file FILE or $REVIEWER_PASSPHRASE.")
    if isinstance(error, PasswordNeededError):
        return tr("Give it by --password-file FILE or $REVIEWER_PASSWORD.")
    if isinstance(error, PasswordChangeNeededError):
        return tr("Do so by: {command}", command="reviewer users password")
    return ""


def _output(arguments: list[str], stdout: TextIO, stderr: TextIO) -> Output:
    """Return where to write; takes the option away that only another process of ours gives."""
    if arguments[:1] != [PIPED]:
        return Output(stdout, stderr)
    del arguments[0]
    # Imported here: of use to few commands, and never to one that a person runs.
    from reviewer.cli.piped import PipedOutput

    output = PipedOutput(stdout, stderr)
    output.listen()
    return output


def _keep_report(error: BaseException, output: Output) -> None:
    """Put the details of a mistake of ours, without customers' data, into the log file."""
    with closing(LogFile()) as log:
        if log.open():
            logging.getLogger(__name__).critical("%s", redacted(error))
            output.say(tr("The details are in {file}.", file=log.path))


def _dispatch(arguments: list[str], output: Output) -> int:
    name = _command_of(arguments)
    with _argparse_speaking():
        parsed = _parser(name).parse_args(_readable(name, arguments))
    output.as_json = bool(getattr(parsed, "json", False))
    command = name or "open"
    if getattr(parsed, "store", None):
        require_no_secret(parsed.store)
    context = Context(
        output=output,
        store_url=getattr(parsed, "store", None),
        login=getattr(parsed, "user", None),
        password_file=getattr(parsed, "password_file", None),
    )
    module = import_module(COMMANDS[command][0])
    code = module.run(context, parsed)
    output.flush()
    if not isinstance(code, int):
        raise InternalError(reason=f"{command} returned {code!r}")
    return code


def _readable(command: str | None, arguments: list[str]) -> list[str]:
    """Let a query and options' values begin with a minus, which argparse would take for options."""
    if command not in ("search", "export", "sets"):
        return arguments
    readable: list[str] = []
    for argument in arguments:
        has_minus = argument.startswith("-") and argument[1:2] not in ("", "-") and argument != "-h"
        if has_minus and readable and readable[-1] in _MINUS_OPTIONS:
            readable[-1] += f"={argument}"
        elif has_minus:
            readable.append("NOT " + argument[1:])
        else:
            readable.append(argument)
    return readable


def _language_of(arguments: Sequence[str]) -> str:
    """Find the language before anything is worded, also for `--help` and usage errors."""
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2]
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if argument.startswith("--lang") and value in LANGUAGES:
            return value
    return system_language()


def _command_of(arguments: Sequence[str]) -> str | None:
    """Return the command's name: the first argument that is neither an option nor its value."""
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in _VALUE_OPTIONS:
            skip = True
        elif not argument.startswith("-"):
            return argument if argument in COMMANDS else None
    return None


@contextmanager
def _argparse_speaking() -> Iterator[None]:
    """Let argparse word what it says in the language in force.

    WORKAROUND: it asks the process's gettext domain, whose language only the environment chooses.
    """
    words = vars(argparse)
    before = words["_"]
    words["_"] = translated
    try:
        yield
    finally:
        words["_"] = before


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = Parser(
        prog="reviewer",
        description=tr("Review what a contact centre recorded. Without a command: the window."),
        parents=[common(None)],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        epilog=tr(
            "Example: {example}",
            example="""reviewer demo
  reviewer init calls
  reviewer import /path/to/asterisk --store calls
  reviewer search --help""",
        ),
    )
    parser.add_argument("--version", action="version", version=f"reviewer {__version__}")
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND", dest="command")
    for name, (module_name, help_text) in COMMANDS.items():
        sentence = translated(help_text)[:1].upper() + translated(help_text)[1:] + "."
        command = commands.add_parser(
            name,
            help=translated(help_text),
            description=sentence,
            parents=[common(argparse.SUPPRESS)],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if name == chosen:
            import_module(module_name).configure(command)
    return parser
