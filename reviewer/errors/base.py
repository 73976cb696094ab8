"""What every error of the program is: a stable code and a sentence.

The sentence of an error
(`template`, an English message id) is translated by `reviewer.messages.explain`, so that
window, command line and server speak the same words.
"""

from __future__ import annotations

import errno
from typing import ClassVar, Final


def N_(msgid: str) -> str:  # noqa: N802 (gettext's customary name)
    """Mark a literal for extraction without translating it here."""
    return msgid


class Reason:
    """A translatable clause inside an error's sentence: `reason=Reason(N_("row {n} ..."), n=7)`.

    A clause without placeholders may be given as the bare literal `N_("...")`.
    """

    def __init__(self, template: str, **fields: object) -> None:
        self.template = template
        self.fields = fields

    def __str__(self) -> str:
        """Return the English clause."""
        return self.template.format_map(_Fields(self.fields))


_SYSTEM_REASONS: Final = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("the system does not allow it"),
    errno.EPERM: N_("the system does not allow it"),
    errno.EROFS: N_("nothing can be written there"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of its path is no folder"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.ELOOP: N_("it is a link to itself"),
    errno.ENOSPC: N_("no space is left"),
    errno.EDQUOT: N_("no space is left"),
    errno.EFBIG: N_("the file would be too large"),
    errno.EIO: N_("the disk could not read or write it"),
    errno.EMFILE: N_("too many files are open"),
}


def reason_of(error: OSError) -> Reason:
    """Return the clause for an error of the system, whose own text is in one language only."""
    known = _SYSTEM_REASONS.get(error.errno or 0)
    if known is not None:
        return Reason(known)
    code = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return Reason(N_("the system answered {code}"), code=code)


class ReviewerError(Exception):
    """Base of all errors with a code; `fields` fill the placeholders of `template`.

    Attributes:
        code: Stable English identifier: log lines, JSON, HTTP bodies.
        template: Message id of the sentence shown to the user, with `{field}` placeholders.
        http_status: Status the server answers with.
        exit_code: What the command line exits with (see the command line's contract).
        retryable: Whether the same call may succeed later without a change by the user.
        is_bug: Whether this is our fault (crash report) rather than the environment's.
    """

    code: ClassVar[str] = "error"
    template: ClassVar[str] = N_("Something went wrong.")
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False
    is_bug: ClassVar[bool] = False

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code, fields)
        self.fields = fields

    def __str__(self) -> str:
        """Return the English sentence, for logs and tests."""
        return self.template.format_map(_Fields(self.fields))


class _Fields(dict[str, object]):
    """Leaves a missing placeholder visible instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
