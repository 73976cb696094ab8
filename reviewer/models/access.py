"""Privileges, roles and users: one catalogue, one entry a privilege."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from reviewer.errors import (
    N_,
    PasswordChangeNeededError,
    PasswordInvalidError,
    Reason,
    RefusedError,
)

if TYPE_CHECKING:
    from reviewer.models.ids import UserId, WallUs


MAX_LOGIN = 64
"""Characters of a login."""


class Group(StrEnum):
    """Groups under which privileges are listed."""

    HANDLING = "handling"
    MANAGEMENT = "management"
    ADMINISTRATION = "administration"
    QUALITY = "quality"


class Privilege(StrEnum):
    """What a user may do. Values are stored: never change one."""

    LISTEN_ALL = "listen.all"
    LISTEN_TEAMS = "listen.teams"
    LISTEN_SERVICES = "listen.services"
    LISTEN_OWN = "listen.own"
    DISPOSITION_CHANGE = "disposition.change"
    RECORDS_ERASE = "records.erase"
    RECORDS_ERASE_EMAIL_BULK = "records.erase_email_bulk"
    RECORDS_REDACT = "records.redact"
    RECORDS_HOLD = "records.hold"
    RECORDS_RETENTION = "records.retention"
    DOWNLOAD = "download"
    EXPORT_MANUAL = "export.manual"
    EXPORT_SCHEDULED = "export.scheduled"
    CLIP = "clip"
    COMMENT = "comment"
    SETS_SHARE = "sets.share"
    OFFLINE = "offline"
    QM_EVALUATE = "qm.evaluate"
    QM_ASSIGN = "qm.assign"
    QM_CALIBRATE = "qm.calibrate"
    QM_FORMS = "qm.forms"
    QM_VIEW_ALL = "qm.view_all"
    QM_REPORTS = "qm.reports"
    QM_REPORTS_EXPORT = "qm.reports_export"
    QM_OWN = "qm.own"
    QM_DISPUTE = "qm.dispute"
    QM_SELF = "qm.self"
    ADMIN_USERS = "admin.users"
    ADMIN_GRANT = "admin.grant"
    ADMIN_RULES = "admin.rules"
    ADMIN_ENCRYPTION = "admin.encryption"
    ADMIN_SETTINGS = "admin.settings"
    ADMIN_SERVER = "admin.server"
    AUDIT_VIEW = "audit.view"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class PrivilegeEntry:
    """One row of the catalogue; `title` is a message id."""

    key: Privilege
    title: str
    group: Group


_P = Privilege
CATALOGUE: dict[Privilege, PrivilegeEntry] = {
    key: PrivilegeEntry(key, title, group)
    for key, title, group in (
        (_P.LISTEN_ALL, N_("Access to recordings of all calls and chats"), Group.HANDLING),
        (_P.LISTEN_TEAMS, N_("Listen to recordings and view chats"), Group.MANAGEMENT),
        (
            _P.LISTEN_SERVICES,
            N_("Listen to recordings and view chats for assigned services"),
            Group.MANAGEMENT,
        ),
        (_P.LISTEN_OWN, N_("Access to one's own calls and chats"), Group.HANDLING),
        (_P.DISPOSITION_CHANGE, N_("Change final disposition"), Group.MANAGEMENT),
        (_P.RECORDS_ERASE, N_("Edit and delete interaction records"), Group.MANAGEMENT),
        (_P.RECORDS_ERASE_EMAIL_BULK, N_("Delete email cases in bulk"), Group.MANAGEMENT),
        (_P.RECORDS_REDACT, N_("Redact records"), Group.MANAGEMENT),
        (_P.RECORDS_HOLD, N_("Legal hold"), Group.MANAGEMENT),
        (_P.RECORDS_RETENTION, N_("Retention rules"), Group.MANAGEMENT),
        (_P.DOWNLOAD, N_("Download recordings"), Group.MANAGEMENT),
        (_P.EXPORT_MANUAL, N_("Export"), Group.MANAGEMENT),
        (_P.EXPORT_SCHEDULED, N_("Manage scheduled exports"), Group.MANAGEMENT),
        (_P.CLIP, N_("Make clips"), Group.MANAGEMENT),
        (_P.COMMENT, N_("Comment and bookmark"), Group.MANAGEMENT),
        (_P.SETS_SHARE, N_("Share criteria sets"), Group.MANAGEMENT),
        (_P.OFFLINE, N_("Take interactions offline"), Group.MANAGEMENT),
        (_P.QM_EVALUATE, N_("Evaluate"), Group.QUALITY),
        (_P.QM_ASSIGN, N_("Assign evaluations"), Group.QUALITY),
        (_P.QM_CALIBRATE, N_("Calibrate"), Group.QUALITY),
        (_P.QM_FORMS, N_("Manage forms"), Group.QUALITY),
        (_P.QM_VIEW_ALL, N_("View all evaluations"), Group.QUALITY),
        (_P.QM_REPORTS, N_("Reports"), Group.QUALITY),
        (_P.QM_REPORTS_EXPORT, N_("Export reports"), Group.QUALITY),
        (_P.QM_OWN, N_("View own evaluations"), Group.HANDLING),
        (_P.QM_DISPUTE, N_("Confirm or dispute evaluations"), Group.HANDLING),
        (_P.QM_SELF, N_("Evaluate oneself"), Group.HANDLING),
        (_P.ADMIN_USERS, N_("Users"), Group.ADMINISTRATION),
        (_P.ADMIN_GRANT, N_("Grant privileges"), Group.ADMINISTRATION),
        (_P.ADMIN_RULES, N_("Recording rules"), Group.ADMINISTRATION),
        (_P.ADMIN_ENCRYPTION, N_("Encryption"), Group.ADMINISTRATION),
        (_P.ADMIN_SETTINGS, N_("Centre's settings and features"), Group.ADMINISTRATION),
        (_P.ADMIN_SERVER, N_("Server"), Group.ADMINISTRATION),
        (_P.AUDIT_VIEW, N_("View audit log"), Group.ADMINISTRATION),
        (_P.IMPORT, N_("Bring recordings in"), Group.ADMINISTRATION),
    )
}

LISTENING = frozenset(
    {_P.LISTEN_ALL, _P.LISTEN_TEAMS, _P.LISTEN_SERVICES, _P.LISTEN_OWN},
)
_FOR_AGENTS = frozenset({_P.QM_OWN, _P.QM_DISPUTE, _P.QM_SELF})
_EVALUATOR = frozenset({_P.LISTEN_TEAMS, _P.COMMENT, _P.QM_EVALUATE, _P.CLIP, _P.OFFLINE})
_ALL_QM = frozenset(p for p in Privilege if p.value.startswith("qm.")) - _FOR_AGENTS


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of privileges; the titles of ready-made ones are message ids.

    Attributes:
        watermark: Whether those who have it are named on pictures and in what they take out.
        asks_reason: Whether they say why before something sensitive opens.
    """

    key: str
    title: str
    privileges: frozenset[Privilege]
    ready_made: bool = True
    watermark: bool = False
    asks_reason: bool = False


READY_MADE_ROLES: tuple[Role, ...] = (
    Role("agent", N_("Agent"), _FOR_AGENTS | {_P.LISTEN_OWN}),
    Role("qm_evaluator", N_("QM Evaluator"), _EVALUATOR),
    Role(
        "qm_manager",
        N_("QM Manager"),
        _EVALUATOR | _ALL_QM | {_P.LISTEN_ALL, _P.DISPOSITION_CHANGE, _P.DOWNLOAD, _P.SETS_SHARE},
    ),
    Role(
        "supervisor",
        N_("Supervisor"),
        frozenset(
            {
                _P.LISTEN_TEAMS,
                _P.COMMENT,
                _P.DISPOSITION_CHANGE,
                _P.DOWNLOAD,
                _P.QM_VIEW_ALL,
                _P.QM_REPORTS,
            }
        ),
    ),
    Role(
        "trainer",
        N_("Trainer"),
        frozenset({_P.LISTEN_TEAMS, _P.COMMENT, _P.CLIP, _P.DOWNLOAD, _P.EXPORT_MANUAL}),
    ),
    Role("customer", N_("Customer"), frozenset({_P.LISTEN_SERVICES})),
    Role(
        "manager",
        N_("Manager"),
        frozenset({_P.LISTEN_ALL, _P.QM_REPORTS, _P.QM_REPORTS_EXPORT, _P.EXPORT_MANUAL}),
    ),
    Role("api", N_("API"), frozenset({_P.IMPORT, _P.EXPORT_SCHEDULED})),
    Role("administrator", N_("Administrator"), frozenset(Privilege)),
)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may open the store.

    Attributes:
        login: Unique, compared without regard to letter case.
        roles: Keys of roles.
        privileges: All privileges of those roles together.
        teams: Teams to supervise or evaluate.
        services: Services assigned.
        team: Their own.
        locked_until_us: Until when logging in is refused, microseconds UTC; 0: it is not.
        access_version: Grows in a store whenever what users may do is changed; as of when this was
            read.
        watermark, asks_reason: As of `Role`, where any of their roles says so.
    """

    id: UserId
    login: str
    display_name: str
    roles: tuple[str, ...]
    privileges: frozenset[Privilege]
    teams: frozenset[str] = field(default_factory=frozenset)
    services: frozenset[str] = field(default_factory=frozenset)
    disabled: bool = False
    team: str = ""
    extension: str = ""
    has_password: bool = False
    must_change_password: bool = False
    locked_until_us: int = 0
    access_version: int = field(default=0, compare=False)
    watermark: bool = False
    asks_reason: bool = False

    def require(self, privilege: Privilege) -> None:
        """Refuse what the user may not do.

        Raises:
            RefusedError: The user lacks `privilege`; PasswordChangeNeededError: has all of theirs
            again once the password is changed.
        """
        if privilege not in self.privileges:
            if self.must_change_password:
                raise PasswordChangeNeededError
            raise RefusedError(privilege=Reason(CATALOGUE[privilege].title))

    def may(self, *any_of: Privilege) -> bool:
        """Return whether the user has at least one of these privileges."""
        return not self.privileges.isdisjoint(any_of)

    @property
    def sees_restricted_criteria(self) -> bool:
        """Whether criteria marked * are offered.

        They are not to a user whose only listening privilege is the one for assigned services.
        """
        return self.privileges & LISTENING != frozenset({Privilege.LISTEN_SERVICES})


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to change of a user; None: stays as it is."""

    display_name: str | None = None
    roles: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    team: str | None = None
    extension: str | None = None
    disabled: bool | None = None

    def changed(self) -> list[str]:
        """Return the names of what is to change."""
        return [name for name in self.__slots__ if getattr(self, name) is not None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where a user is signed in.

    Attributes:
        number: Its own.
        login: Whose.
        origin: From where, as the log has it.
        began_us, seen_us: When it began, and when something was last done there that the log
            tells of; microseconds UTC.
        is_here: Whether it is the one of the session that asks.
    """

    number: int
    login: str
    origin: str
    began_us: WallUs
    seen_us: WallUs
    is_here: bool = False


MIN_PASSWORD = 10
MAX_PASSWORD = 500
"""Characters of a password. Source: NIST SP 800-63B, which asks for length, not for kinds."""
MAX_FAILURES = 5
FAILURES_WITHIN_US = 15 * 60 * 1_000_000
LOCKED_FOR_US = 15 * 60 * 1_000_000
"""So many wrong passwords within a time lock a login for a time."""


def check_password(password: str, login: str) -> None:
    """Refuse a password that is too short, too long, or the login.

    Raises:
        PasswordInvalidError: It cannot be used.
    """
    if len(password) < MIN_PASSWORD:
        reason = Reason(N_("it has fewer than {least} characters"), least=MIN_PASSWORD)
        raise PasswordInvalidError(reason=reason)
    if len(password) > MAX_PASSWORD:
        reason = Reason(N_("it has more than {most} characters"), most=MAX_PASSWORD)
        raise PasswordInvalidError(reason=reason)
    if password.casefold() == login.casefold() or len(set(password)) == 1:
        raise PasswordInvalidError(reason=N_("it is too easy to guess"))
