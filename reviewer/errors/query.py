"""Errors of criteria and of sets of them."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


class QueryError(ReviewerError):
    """A line or tree of criteria cannot be used; `position` counts characters from 0.

    The sentence counts them from 1, as people do.
    """

    code = "query.invalid"
    template = N_("The query cannot be read at character {character}: {reason}")
    http_status = 400
    exit_code = 2

    def __init__(self, **fields: object) -> None:
        position = fields.get("position")
        if isinstance(position, int):
            fields["character"] = position + 1
        super().__init__(**fields)


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
