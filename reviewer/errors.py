"""Every error the program can name, with its stable code and its sentence.

May be imported by everything; imports nothing of the project. The sentence of an error
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


# --- the store as a whole ------------------------------------------------------------------


class StoreError(ReviewerError):
    """Parent of what can be wrong with a store as a whole."""

    code = "store.error"
    template = N_("The store {store} cannot be used: {reason}")
    exit_code = 4


class StoreNotFoundError(StoreError):
    """There is no store at that address."""

    code = "store.not_found"
    template = N_("There is no store at {store}. Make one with: reviewer init {store}")
    http_status = 404


class StoreExistsError(StoreError):
    """A new store was asked for where something is already."""

    code = "store.exists"
    template = N_("{store} already holds a store or other files; choose an empty folder.")
    http_status = 409
    exit_code = 2


class StoreNewerError(StoreError):
    """The store was written by a newer version of the program."""

    code = "store.newer"
    template = N_(
        "The store {store} was made by a newer version of Reviewer (format {found}; this one "
        "knows formats up to {known}). Install the newer version to open it; nothing was changed."
    )
    http_status = 409


class StoreUnreachableError(StoreError):
    """The server that has the store is not there, or is going."""

    code = "store.unreachable"
    template = N_("The server of the store {store} cannot be reached: {reason}.")
    http_status = 503
    retryable = True


class StoreRefusedError(StoreError):
    """The server that has the store does not let the user in, or not do what is needed."""

    code = "store.refused"
    template = N_("The server of the store {store} refuses: {reason}.")
    http_status = 403
    exit_code = 3


class DriverMissingError(StoreError):
    """What speaks to a server of this kind is not installed."""

    code = "store.no_driver"
    template = N_(
        "The store {store} is on a PostgreSQL server, and what speaks to it is not installed. "
        "Install it with: pip install 'psycopg[binary]'"
    )


class StoreNotWritableError(StoreError):
    """The folder of the store does not allow writing."""

    code = "store.not_writable"
    template = N_(
        "The store {store} cannot be written to. Check the folder's rights and free space."
    )
    http_status = 507


class StoreBusyError(StoreError):
    """Another process holds the catalogue for longer than we wait."""

    code = "store.busy"
    template = N_("The store {store} is busy with another program. Try again in a moment.")
    http_status = 503
    retryable = True


class StoreDamagedError(StoreError):
    """The catalogue cannot be read."""

    code = "store.damaged"
    template = N_("The catalogue of the store {store} is damaged: {reason}")
    exit_code = 5


class StoreFullError(StoreError):
    """No space is left for what was to be written."""

    code = "store.full"
    template = N_("There is no space left in {store}. What was being written was not kept.")
    http_status = 507


class StoreClosedError(StoreError):
    """A call came after the store was closed."""

    code = "store.closed"
    template = N_("The store {store} is closed.")
    is_bug = True


class StoreLockedError(StoreError):
    """An encrypted store was to be opened without anything that opens it."""

    code = "store.locked"
    template = N_("The store {store} is encrypted. It opens with its passphrase or recovery key.")
    http_status = 401
    exit_code = 3


class WrongPassphraseError(StoreLockedError):
    """What was given does not open the store."""

    code = "store.wrong_passphrase"
    template = N_(
        "This is not the passphrase of the store {store}, nor its recovery key. Check the keyboard "
        "layout and Caps Lock."
    )


class NotEncryptedError(StoreError):
    """Keys were asked for in a store that has none."""

    code = "store.not_encrypted"
    template = N_("The store {store} is not encrypted. Encrypt it with: reviewer keys encrypt")
    http_status = 409
    exit_code = 2


class KeyRingDamagedError(StoreDamagedError):
    """The file that holds a store's keys cannot be read: without it, nothing can."""

    code = "store.key_ring"
    template = N_(
        "The key ring of the store {store} is damaged: {reason}. Put back the last copy of it."
    )


class KeyRingMissingError(KeyRingDamagedError):
    """The store is encrypted, and the file with its keys is not where it should be."""

    code = "store.key_ring_missing"
    template = N_(
        "The store {store} is encrypted, and its key ring is not at {ring}. Put it back there: "
        "nothing opens the store without it."
    )


class SystemKeysError(ReviewerError):
    """The system's key store is absent or refuses."""

    code = "keys.system"
    template = N_(
        "The system's key store cannot be used: {reason}. The passphrase opens the store as before."
    )


# --- access --------------------------------------------------------------------------------


class RefusedError(ReviewerError):
    """The user lacks a privilege for what was asked."""

    code = "access.refused"
    template = N_("You do not have the privilege for this: {privilege}.")
    http_status = 403
    exit_code = 3


class UnknownUserError(ReviewerError):
    """Nobody of that login may use the store."""

    code = "access.unknown_user"
    template = N_("{login} is not a user of this store.")
    http_status = 401
    exit_code = 3


class PasswordNeededError(ReviewerError):
    """The user has a password, and none was given."""

    code = "access.password_needed"
    template = N_("A password is needed for {login}.")
    http_status = 401
    exit_code = 3


class LoginRefusedError(ReviewerError):
    """Unknown logins and wrong passwords answer with this one sentence."""

    code = "access.login_refused"
    template = N_("Login or password is wrong.")
    http_status = 401
    exit_code = 3


class LockedOutError(ReviewerError):
    """Too many wrong passwords in a row."""

    code = "access.locked_out"
    template = N_(
        "Too many wrong passwords: {login} is locked for {minutes} min, or until an administrator "
        "unlocks it."
    )
    http_status = 429
    exit_code = 3


class PasswordInvalidError(ReviewerError):
    """A password that cannot be taken."""

    code = "access.password_invalid"
    template = N_("This password cannot be used: {reason}")
    http_status = 422
    exit_code = 2


class PasswordChangeNeededError(RefusedError):
    """Nothing can be done before the password is changed."""

    code = "access.password_change_needed"
    template = N_("Change your password first.")


class LastAdministratorError(ReviewerError):
    """Nobody would be left who can hand out privileges."""

    code = "access.last_administrator"
    template = N_("Not done: nobody would be left who may add users and grant privileges.")
    http_status = 409
    exit_code = 3


class UserInUseError(ReviewerError):
    """A user whose traces remain can be disabled, not removed."""

    code = "access.user_in_use"
    template = N_("{login} left evaluations or comments: disable the user instead of removing it.")
    http_status = 409
    exit_code = 3


class NotFoundError(ReviewerError):
    """Unknown, erased, forbidden and foreign objects all answer with this one sentence."""

    code = "object.not_found"
    template = N_("There is no such interaction here, or you may not see it: {name}")
    http_status = 404
    exit_code = 1


# --- content -------------------------------------------------------------------------------


class ContentError(ReviewerError):
    """Parent of what can be wrong with one recorded object."""

    code = "content.error"
    template = N_("The recording {name} cannot be used: {reason}")
    exit_code = 5


class ContentMissingError(ContentError):
    """The catalogue knows the object, the vault does not have it."""

    code = "content.missing"
    template = N_("The file of the recording {name} is missing from the store.")
    http_status = 410


class ContentGoneError(ContentError):
    """The content was deleted or its retention ended."""

    code = "content.gone"
    template = N_("The recording {name} was deleted or its retention ended.")
    http_status = 410


class ContentDamagedError(ContentError):
    """The bytes are not those that were stored."""

    code = "content.damaged"
    template = N_("The file of the recording {name} is damaged: {reason}")


class ContentKeyGoneError(ContentError):
    """The key of a sealed object is not there: it was destroyed, or this is an older copy."""

    code = "content.key_gone"
    template = N_("The recording {name} cannot be read: its key was destroyed.")
    http_status = 410


class MediaUnreadableError(ContentError):
    """Sound or pictures cannot be read out of the bytes."""

    code = "media.unreadable"
    template = N_("{name} cannot be played: {reason}")
    http_status = 422


class MediaEmptyError(MediaUnreadableError):
    """The file is well formed, or simply empty, and no sound was captured."""

    code = "media.empty"
    template = N_("{name}: no sound was captured.")


# --- the machine ---------------------------------------------------------------------------


class SoundEngineMissingError(ReviewerError):
    """libVLC is not installed or does not start."""

    code = "player.no_libvlc"
    template = N_(
        "Sound cannot be played: libVLC was not found ({reason}). Install VLC 3 "
        "(Debian: libvlc5 and vlc-plugin-base); everything else works without it."
    )


class SoundOutputError(ReviewerError):
    """libVLC could not play on."""

    code = "player.output"
    template = N_("The sound output stopped: {reason}")
    retryable = True


class NoDisplayError(ReviewerError):
    """A window was asked for where no screen is."""

    code = "window.no_display"
    template = N_(
        "There is no screen to open a window on ({reason}). Set DISPLAY or WAYLAND_DISPLAY, or "
        "use the commands that need no window: reviewer --help"
    )
    exit_code = 4


class ResourceMissingError(ReviewerError):
    """A file that belongs to the program itself is not there."""

    code = "program.resource_missing"
    template = N_("A file of the program is missing: {name}. Install Reviewer again.")
    is_bug = True


# --- input ---------------------------------------------------------------------------------


class UsageError(ReviewerError):
    """Something asked for makes no sense as asked."""

    code = "usage"
    template = N_("{reason}")
    http_status = 400
    exit_code = 2


class FileUnusableError(ReviewerError):
    """A file that was named by the user cannot be read or written."""

    code = "file.unusable"
    template = N_("{name} cannot be used: {reason}")
    http_status = 400
    exit_code = 2


class QueryError(ReviewerError):
    """A line or tree of criteria cannot be used; `position` counts characters from 0."""

    code = "query.invalid"
    template = N_("The query cannot be read at position {position}: {reason}")
    http_status = 400
    exit_code = 2


class CriteriaInvalidError(QueryError):
    """One condition of a set of criteria makes no sense; `path` says which."""

    code = "query.condition"
    template = N_("The condition {condition} cannot be used: {reason}")


class CriteriaUnreadableError(QueryError):
    """What should be a saved or exchanged set of criteria is none."""

    code = "query.unreadable"
    template = N_("These criteria cannot be read: {reason}")


class RestrictedCriterionError(QueryError):
    """A criterion that the user's privileges do not offer."""

    code = "query.restricted"
    template = N_("The criterion {criterion} is not available to you.")
    http_status = 403
    exit_code = 3


class CriteriaSetInvalidError(ReviewerError):
    """A criteria set that cannot be saved as it is, or under its name."""

    code = "set.invalid"
    template = N_("The criteria set cannot be saved: {reason}")
    http_status = 422
    exit_code = 2


class CriteriaSetTakenError(CriteriaSetInvalidError):
    """The user has a criteria set of that name already."""

    code = "set.taken"
    template = N_("You already have a criteria set named {name}.")
    http_status = 409


class CriteriaSetNotFoundError(ReviewerError):
    """Unknown, removed and foreign criteria sets all answer with this one sentence."""

    code = "set.not_found"
    template = N_("There is no criteria set {name} here, or you may not see it.")
    http_status = 404
    exit_code = 1


class CriteriaSetForeignError(ReviewerError):
    """A criteria set that somebody else shares cannot be changed."""

    code = "set.foreign"
    template = N_(
        "The criteria set {name} belongs to {owner}: load it and save it under a name of your own."
    )
    http_status = 403
    exit_code = 3


class ReasonMissingError(ReviewerError):
    """Deleting needs a reason."""

    code = "erase.reason_missing"
    template = N_("A reason is needed, of 2,000 characters at most.")
    http_status = 422
    exit_code = 2


class HeldError(ReviewerError):
    """Something is under a legal hold."""

    code = "erase.held"
    template = N_("Not deleted: {name} is under a legal hold: {reason}")
    http_status = 423
    exit_code = 3


class RetentionInvalidError(ReviewerError):
    """Retention rules that cannot be kept."""

    code = "retention.invalid"
    template = N_("These retention rules cannot be used: {reason}")
    http_status = 422
    exit_code = 2


class EvaluationInvalidError(ReviewerError):
    """Scores that cannot be saved."""

    code = "evaluation.invalid"
    template = N_("The evaluation cannot be saved: {reason}")
    http_status = 422
    exit_code = 2


class CategoryInvalidError(ReviewerError):
    """A name of a category that cannot be used."""

    code = "category.invalid"
    template = N_("The category cannot be named so: {reason}")
    http_status = 422
    exit_code = 2


class RemarkInvalidError(ReviewerError):
    """A comment, note, tag or reason that cannot be kept."""

    code = "remark.invalid"
    template = N_("This cannot be saved: {reason}")
    http_status = 422
    exit_code = 2


class CommentNotFoundError(NotFoundError):
    """A comment that is not there, or that somebody keeps to themselves."""

    code = "remark.not_found"
    template = N_("There is no such comment here any more.")


class CommentForeignError(ReviewerError):
    """A comment that somebody else wrote."""

    code = "remark.foreign"
    template = N_("{author} wrote this; only its author can change it.")
    http_status = 403
    exit_code = 3


class DispositionInvalidError(ReviewerError):
    """A disposition that the service does not have."""

    code = "disposition.invalid"
    template = N_("The disposition cannot be changed to {name}: {reason}")
    http_status = 422
    exit_code = 2


class ImportSourceError(ReviewerError):
    """The source of an import as a whole cannot be read."""

    code = "import.source"
    template = N_("{source} cannot be imported: {reason}")
    exit_code = 2


class ImportItemError(ReviewerError):
    """One item of an import cannot be taken; `reason` is the whole sentence."""

    code = "import.item"
    template = N_("{reason}")
    http_status = 422


class ProcessError(ReviewerError):
    """A process of the program that did long work beside the window is gone without a word."""

    code = "process.ended"
    template = N_(
        "The work in the background ended unexpectedly: {reason}. What was done stays; the same "
        "again goes on from there."
    )
    retryable = True


class ExportDestinationError(ReviewerError):
    """An export cannot go where it was asked to."""

    code = "export.destination"
    template = N_("{destination} cannot be exported to: {reason}")
    http_status = 409
    exit_code = 2


class ExportFullError(ReviewerError):
    """No space is left for what is being exported, or there would not be enough."""

    code = "export.full"
    template = N_(
        "There is not enough space for the export ({needed} MB needed, {free} MB free). What was "
        "exported so far is in {folder}; free some space and run the same export again."
    )
    http_status = 507


class ExportNoRoomError(ExportFullError):
    """What is to be exported would not fit."""

    code = "export.no_room"
    template = N_(
        "There is not enough space for {folder}: {needed} MB needed, {free} MB free. Nothing was "
        "written."
    )


class CancelledError(ReviewerError):
    """The user stopped it; nothing half done is left."""

    code = "cancelled"
    template = N_("Stopped as asked. {resume}")
    http_status = 499
    exit_code = 1


class InternalError(ReviewerError):
    """Our own fault."""

    code = "internal"
    template = N_("An error in Reviewer itself: {reason}. The details can be copied for a report.")
    is_bug = True
    exit_code = 1
