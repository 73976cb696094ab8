"""Users of a store, their passwords, and what the log says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.audit import AuditQuery

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.storage.store import Session

GOOD = "correct horse battery"
OTHER = "staple of another kind"


def add(admin: Session, login: str, *roles: str, **more: tuple[str, ...]) -> User:
    return admin.people.add_user(login, login.title(), roles, **more)[0]


def refreshed(admin: Session, user: User) -> User:
    (found,) = (other for other in admin.people.users() if other.id == user.id)
    return found


def acts(admin: Session) -> list[str]:
    return [entry.act for entry in reversed(admin.audit.entries(AuditQuery(), limit=1000))]
