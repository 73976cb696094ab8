"""Errors of who may do what, and of objects that are not to be seen."""

from __future__ import annotations

from reviewer.errors.base import N_, ReviewerError


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


class SecondPersonError(RefusedError):
    """Nobody does this alone here."""

    code = "access.second_person"
    template = N_(
        "This needs a second person here ({act}): ask for it, and another user who may do it "
        "decides."
    )


class OwnRequestError(RefusedError):
    """The one who asks does not decide."""

    code = "access.own_request"
    template = N_("You asked for this yourself: another user decides.")


class DependentError(RefusedError):
    """The one who asks has a hand in the account of the one who decides."""

    code = "access.dependent"
    template = N_(
        "{asker} made this account, let it in, or gave it a password or a role, or it is newer "
        "than the request: somebody else decides."
    )


class OtherHoldError(ReviewerError):
    """A hold that was asked to be lifted is no longer the one that was asked for."""

    code = "access.other_hold"
    template = N_(
        "Not done: a legal hold was set anew since this was asked for. It has to be asked for anew."
    )
    http_status = 409
    exit_code = 3


class OtherRulesError(ReviewerError):
    """The retention rules are no longer those that others were asked for in place of."""

    code = "access.other_rules"
    template = N_(
        "Not done: the retention rules were changed since this was asked for. It has to be asked "
        "for anew."
    )
    http_status = 409
    exit_code = 3


class MoreLostError(ReviewerError):
    """What was asked for is no longer what would happen."""

    code = "access.more_lost"
    template = N_(
        "Not done: more would be lost by now than was asked for. It has to be asked for anew."
    )
    http_status = 409
    exit_code = 3


class PasswordChangeNeededError(RefusedError):
    """Nothing can be done before the password is changed."""

    code = "access.password_change_needed"
    template = N_("Change your password first.")


class AccessWithdrawnError(ReviewerError):
    """The session's user was disabled or removed while it was open."""

    code = "access.withdrawn"
    template = N_("{login} may not use this store any more.")
    http_status = 403
    exit_code = 3


class SignedOutError(ReviewerError):
    """The session was signed out from elsewhere, or the password was changed there."""

    code = "access.signed_out"
    template = N_("{login} was signed out here. Log in again to go on.")
    http_status = 401
    exit_code = 3


class ReasonNeededError(ReviewerError):
    """Something sensitive opens only to who says why."""

    code = "access.reason_needed"
    template = N_("This is sensitive: say why you open it first.")
    http_status = 403
    exit_code = 3


class ReasonsNeededError(ReasonNeededError):
    """Sensitive interactions are exported only by who says why, once for all of them."""

    code = "access.reasons_needed"
    template = N_(
        "Sensitive interactions are among them: {count}. Say why they are exported first."
    )


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


class LinkNotFoundError(NotFoundError):
    """A link leads nowhere, for whatever reason; what opening one takes is told all the same."""

    code = "link.not_found"
    template = N_(
        "There is no such interaction here, or you may not see it: {name}. "
        "Opening a link takes “{privilege}” or a wider privilege."
    )
