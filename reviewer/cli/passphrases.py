"""Where passphrases and passwords come from: a file, the environment, a prompt; no argument."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.crypto.key_file import read_key_file
from reviewer.errors import N_, FileUnusableError, Reason, UsageError, reason_of
from reviewer.messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reviewer.crypto.secret import Secret

VARIABLE: Final = "REVIEWER_PASSPHRASE"
LOGIN_VARIABLE: Final = "REVIEWER_PASSWORD"
NEW_LOGIN_VARIABLE: Final = "REVIEWER_NEW_PASSWORD"
NEW_VARIABLE: Final = "REVIEWER_NEW_PASSPHRASE"
SECRETS: Final = frozenset({VARIABLE, LOGIN_VARIABLE, NEW_LOGIN_VARIABLE, NEW_VARIABLE})
"""Variables that are for this process alone; see `services.own_process`."""
_MOST: Final = 10_000


def given_opener(
    file: str | None, environment: Mapping[str, str] = os.environ
) -> str | Secret | None:
    """Return what opens an encrypted store, from the file, else the environment, else None.

    Raises:
        FileUnusableError: The file cannot be read; UsageError: it is a damaged key file.
    """
    if file is None:
        return environment.get(VARIABLE) or None
    text = _read(file)
    return read_key_file(text) or text.split("\n", 1)[0].removesuffix("\r")


def given_password(
    file: str | None, environment: Mapping[str, str] = os.environ, *, encrypted: bool
) -> str | None:
    """Return the user's password, from the file, else the environment, else None.

    Where the store is encrypted, the file's first line is what opens it, and the password is on
    the second one; a key file holds no password.

    Raises:
        FileUnusableError: The file cannot be read.
    """
    lines = [] if file is None else _read(file).splitlines()
    at = 1 if encrypted else 0
    return (lines[at] if len(lines) > at else "") or environment.get(LOGIN_VARIABLE) or None


def given_new_password(file: str | None) -> str:
    """Return a user's password that is to be set, from the file, else the environment, else "".

    Raises:
        FileUnusableError: The file cannot be read.
    """
    given = _read(file).split("\n", 1)[0].removesuffix("\r") if file else ""
    return given or os.environ.get(NEW_LOGIN_VARIABLE, "")


def new_password(file: str | None) -> str:
    """Return a user's password that is to be set: from a file, the environment, or asked twice.

    Raises:
        UsageError: None was given, or they differ.
    """
    given = given_new_password(file)
    if given:
        return given
    first = ask_passphrase(tr("New password"))
    if first is None:
        reason = N_("a new password is needed: from a file, $REVIEWER_NEW_PASSWORD, or typed")
        raise UsageError(reason=reason)
    if ask_passphrase(tr("The same again")) != first:
        raise UsageError(reason=N_("the two are not the same"))
    return first


def ask_passphrase(prompt: str) -> str | None:
    """Ask for a passphrase without showing it; None where nobody is there to be asked."""
    if not sys.stdin or not sys.stdin.isatty():
        return None
    try:
        return getpass.getpass(f"{prompt}: ", stream=sys.stderr)
    except EOFError:
        return None


def new_passphrase(file: str | None, variable: str, option: str = "--password-file") -> str:
    """Return a passphrase that is to be set: from a file, the environment, or asked for twice.

    Args:
        file: Which file, None for none.
        variable: Of the environment.
        option: By which the file would be given.

    Raises:
        UsageError: None was given, they differ, or it is a key file.
    """
    text = _read(file) if file else ""
    if read_key_file(text) is not None:
        # As a passphrase it would open nothing again: the same file is read as the key in it.
        raise UsageError(reason=N_("this is a key file, and a passphrase is needed"))
    given = text.split("\n", 1)[0].removesuffix("\r") if file else os.environ.get(variable)
    if given:
        return given
    first = ask_passphrase(tr("New passphrase"))
    if first is None:
        reason = N_(
            "an encrypted store needs a passphrase: give it by {option} FILE or ${variable}, or "
            "type it where you are asked"
        )
        raise UsageError(reason=Reason(reason, option=option, variable=variable))
    if ask_passphrase(tr("The same again")) != first:
        raise UsageError(reason=N_("the two are not the same"))
    return first


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            # Some editors begin a file with a mark that nobody sees or types.
            return opened.read(_MOST).decode("utf-8-sig")
    except OSError as error:
        raise FileUnusableError(name=file, reason=reason_of(error)) from error
    except UnicodeDecodeError:
        raise FileUnusableError(name=file, reason=N_("it is not text")) from None
