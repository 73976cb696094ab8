"""The contract of users and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reviewer.models.access import Privilege, Role, SignIn, User, UserChange
    from reviewer.models.changes import Changes
    from reviewer.models.explaining import Explanation
    from reviewer.models.ids import Giid, UserId


class People(Protocol):
    """Users of the store, and the roles that give them privileges.

    Nobody hands out a privilege that they have not themselves, unless `admin.grant` is theirs;
    at least one user who may log in always keeps `admin.users` and `admin.grant`.
    """

    @property
    def me(self) -> User:
        """The session's user, as when the session was opened."""
        ...

    def ticket(self) -> str:
        """Return what lets another process of the program be the session's user for a moment.

        "" where the user has no password. Secret; it goes by a pipe, never by arguments.
        """
        ...

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return where one is signed in, with `admin.users` where everybody is.

        What was used last comes first.
        """
        ...

    def sign_out(self, number: int) -> Changes:
        """Sign a user out somewhere: no call of a session there does anything any more.

        What runs there already, an import or an export, ends what it began with its next call.

        Raises:
            NotFoundError: Nobody is signed in there, or another user is and one lacks
            `admin.users`.
        """
        ...

    def users(self) -> tuple[User, ...]:
        """Return all users. Raises RefusedError without `admin.users`."""
        ...

    def add_user(
        self,
        login: str,
        display_name: str,
        roles: Sequence[str],
        *,
        teams: Sequence[str] = (),
        services: Sequence[str] = (),
    ) -> tuple[User, Changes]:
        """Add a user, without a password.

        Raises:
            RefusedError: Lacks `admin.users`, or `admin.grant` where more is given than had, where
            teams or services are not among one's own and one does not see all, or where the login
            is to see its own and is that of an agent whom one does not see.
            UsageError: The login is taken or cannot be used, a role is unknown.
        """
        ...

    def change_user(self, user_id: UserId, change: UserChange) -> tuple[User, Changes]:
        """Change what is known of a user and what they may.

        Raises:
            RefusedError, UsageError: As `add_user`; NotFoundError: no such user.
            LastAdministratorError: Nobody would be left to hand out privileges.
        """
        ...

    def remove_user(self, user_id: UserId) -> Changes:
        """Remove a user who left nothing behind.

        Raises:
            RefusedError: Lacks `admin.users`, or `admin.grant` where the user may do more;
            NotFoundError; LastAdministratorError.
            UserInUseError: Evaluations, comments or the like are theirs: disable them instead.
        """
        ...

    def set_password(self, user_id: UserId, password: str, *, must_change: bool = True) -> Changes:
        """Give a user a new password, and lift a lock; "" takes the password away.

        They are signed out wherever they are, but where the call comes from.

        Raises:
            RefusedError: Lacks `admin.users`, or `admin.grant` where the user may do or see more.
            NotFoundError; PasswordInvalidError.
        """
        ...

    def change_password(self, old: str, new: str) -> Changes:
        """Change the session user's own password; they are signed out everywhere else.

        Raises:
            LoginRefusedError: `old` is not theirs; LockedOutError: too many such ones.
            PasswordInvalidError: `new` cannot be used, or is the one they have.
        """
        ...

    def unlock(self, user_id: UserId) -> Changes:
        """Let a locked-out user try again. Raises RefusedError without `admin.users`."""
        ...

    def explain(self, giid: Giid | str) -> tuple[Explanation, ...]:
        """Return for each user whether they see an interaction, and why.

        Raises:
            RefusedError: Lacks `admin.users`; NotFoundError: unknown, or not to be seen.
        """
        ...

    def roles(self) -> tuple[Role, ...]:
        """Return all roles, ready-made ones first. Raises RefusedError without `admin.users`."""
        ...

    def add_role(
        self,
        title: str,
        privileges: Collection[Privilege],
        *,
        watermark: bool = False,
        asks_reason: bool = False,
    ) -> tuple[Role, Changes]:
        """Add a role; see `Role` for what it asks of those who have it.

        Raises:
            RefusedError: Lacks `admin.grant`; UsageError: the title is taken or empty.
        """
        ...

    def change_role(
        self,
        key: str,
        privileges: Collection[Privilege],
        title: str | None = None,
        *,
        watermark: bool | None = None,
        asks_reason: bool | None = None,
    ) -> tuple[Role, Changes]:
        """Change a role, for all who have it; None: stays as it is.

        Raises:
            RefusedError, UsageError: As `add_role`; NotFoundError; LastAdministratorError.
        """
        ...

    def remove_role(self, key: str) -> Changes:
        """Remove a role that nobody has and that is not ready-made.

        Raises:
            RefusedError: Lacks `admin.grant`; NotFoundError; UsageError: somebody has it.
        """
        ...
