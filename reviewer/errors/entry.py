"""Errors of what somebody enters: evaluations, comments, rules, reasons."""

from __future__ import annotations

from reviewer.errors.access import NotFoundError
from reviewer.errors.base import N_, ReviewerError


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


class HeldContentError(HeldError):
    """An import would replace content that is under a legal hold."""

    code = "import.held"
    template = N_(
        "Not brought in: {name} is under a legal hold, and its recordings or texts would have "
        "been replaced by others."
    )


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
