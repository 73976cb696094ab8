"""Legal holds and retention rules of a local store."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.erasure import check_erasing_reason, check_rules, ends_sooner
from reviewer.models.ids import InteractionId
from reviewer.models.requests import Guarded
from reviewer.storage.catalogue import erasing, erasing_jobs
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.second_person import require_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail, Event
    from reviewer.models.erasure import Hold, LiftedHold, RetentionRule, What
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalKeeping:
    """The `Keeping` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def holds(self) -> tuple[Hold, ...]:
        """Return all holds that may be seen; see `Keeping.holds`."""
        with self._core.database.read() as connection:
            return erasing_jobs.load_holds(connection, self._visibility)

    def hold_of(self, interaction_id: InteractionId) -> Hold | None:
        """Return the hold on an interaction; see `Keeping.hold_of`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            found = erasing_jobs.load_holds(connection, self._visibility, interaction_id)
        return next(iter(found), None)

    def lifted(self) -> tuple[LiftedHold, ...]:
        """Return the holds that were lifted; see `Keeping.lifted`."""
        with self._core.database.read() as connection:
            return erasing_jobs.load_lifted(connection, self._visibility)

    def lifted_of(self, interaction_id: InteractionId) -> tuple[LiftedHold, ...]:
        """Return the lifted holds of an interaction; see `Keeping.lifted_of`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            return erasing_jobs.load_lifted(connection, self._visibility, interaction_id)

    def hold(self, ids: Sequence[int], reason: str) -> Changes:
        """Put interactions under a hold; see `Keeping.hold`."""
        self._user.require(Privilege.RECORDS_HOLD)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            seen = self._visibility.seen(connection, ids)
            fresh = sorted(seen - erasing.held(connection, sorted(seen)))
            erasing_jobs.enter_holds(connection, fresh, self._user.login, self._core.clock(), why)
            self._pen.journal.write(
                connection, told_of_holds(connection, self._pen, Act.HOLD_SET, fresh, why)
            )
        return _changes(fresh)

    def lift(self, ids: Sequence[int], reason: str) -> Changes:
        """Lift holds; see `Keeping.lift`."""
        self._user.require(Privilege.RECORDS_HOLD)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            seen = self._visibility.seen(connection, ids)
            held = sorted(erasing.held(connection, sorted(seen)))
            if held:
                require_alone(connection, Guarded.LIFTING_HOLD)
            erasing_jobs.lift_holds(connection, held, self._user.login, now_us(), why)
            self._pen.journal.write(
                connection, told_of_holds(connection, self._pen, Act.HOLD_LIFTED, held, why)
            )
        return _changes(held)

    def rules(self) -> tuple[RetentionRule, ...]:
        """Return the retention rules; see `Keeping.rules`."""
        self._user.require(Privilege.RECORDS_RETENTION)
        with self._core.database.read() as connection:
            return erasing_jobs.load_rules(connection)

    def set_rules(self, rules: Sequence[RetentionRule]) -> Changes:
        """Replace the retention rules; see `Keeping.set_rules`."""
        self._user.require(Privilege.RECORDS_RETENTION)
        ordered = check_rules(rules)
        with self._core.database.write() as connection:
            if ends_sooner(erasing_jobs.load_rules(connection), ordered):
                # Else one person would delete any number by a rule.
                require_alone(connection, Guarded.SHORTER_RETENTION)
            erasing_jobs.replace_rules(connection, ordered)
            self._pen.write(
                connection, Act.RETENTION_CHANGED, detail={"rules": told_of_rules(ordered)}
            )
        return Changes(settings=True)

    def due(self) -> tuple[tuple[What, tuple[int, ...]], ...]:
        """Return whose content has reached its end; see `Keeping.due`."""
        self._user.require(Privilege.RECORDS_RETENTION)
        with self._core.database.read() as connection:
            found = erasing_jobs.due(connection, self._visibility, now_us())
        return tuple((what, tuple(ids)) for what, ids in found.items())


def told_of_rules(rules: Sequence[RetentionRule]) -> list[str]:
    """Return what the log keeps of retention rules."""
    return [f"{rule.service or '*'} {rule.what} {rule.days}" for rule in rules]


def told_of_holds(
    connection: Connection,
    pen: Pen,
    act: Act,
    ids: Sequence[int],
    reason: str,
    persons: Detail | None = None,
) -> list[Event]:
    """Return what to enter in the log of holds on interactions; `persons`: who asked and agreed."""
    giids = erasing.giids(connection, ids)
    # Whoever keeps the reason can show that it was this one; the log does not hold it.
    detail = {"reason_sha256": hashlib.sha256(reason.encode()).hexdigest(), **(persons or {})}
    return [pen.event(act, each, giid, detail) for each, giid in zip(ids, giids, strict=True)]


def _changes(ids: Sequence[int]) -> Changes:
    return Changes(interactions=frozenset(InteractionId(each) for each in ids))
