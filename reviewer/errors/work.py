"""Errors of commands and of long work: import, export, processes."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


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


class ImportClashError(ReviewerError):
    """An interaction comes under a number that another one has in the store."""

    code = "import.clash"
    template = N_(
        "{name} is the number of another call in the store: caller, agents and recordings all"
        " differ. Give the system that it comes from a name of its own (--system)."
    )
    http_status = 409


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
