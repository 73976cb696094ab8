"""The settings of a local store's centre, and the names it works with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.errors import Reason, SecondPersonError
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.centre import CentreNames, NameUse
from reviewer.models.changes import Changes
from reviewer.models.progress import NoProgress
from reviewer.models.requests import TITLES, Guarded
from reviewer.models.settings import Feature, SettingsChange, StoreSettings
from reviewer.storage.catalogue import centre, founding, schema, upkeep
from reviewer.storage.local import older
from reviewer.storage.local.examine import examine

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.copies import Unknown
    from reviewer.models.progress import Progress
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.state import Finding, StoreStats


def count_everything(core: Core) -> StoreStats:
    """Return sizes and counts of everything in a store."""
    size_bytes = core.database.size_bytes()
    derived_bytes = sum(kept.bytes for _, _, kept in core.derived.list())
    with core.database.read() as connection:
        return upkeep.count_all(connection, size_bytes, derived_bytes)


class LocalCentre:
    """The `Centre` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def settings(self) -> StoreSettings:
        """Return the settings as they are now; see `Centre.settings`."""
        return self._core.read_settings().told_to(self._user)

    def change(self, change: SettingsChange) -> tuple[StoreSettings, Changes]:
        """Change settings; see `Centre.change`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        guards = (change.second_person, change.sensitive_services, change.sensitive_tags)
        if any(part is not None for part in guards):
            # Else who may delete could let themselves do it alone, or who is asked why not be.
            self._user.require(Privilege.ADMIN_GRANT)
        with self._core.database.write() as connection:
            before = founding.read_settings(connection)
            after = change.applied(before)
            if not before.second_person <= after.second_person:
                raise SecondPersonError(act=Reason(TITLES[Guarded.FEWER_GUARDS]))
            # Whether the store is encrypted is no matter of a switch.
            encryption = before.features & {Feature.ENCRYPTION}
            features = (after.features - {Feature.ENCRYPTION}) | encryption
            after = replace(after, features=features)
            founding.write_settings(connection, after)
            told = {"changed": sorted(change.changed())}
            self._pen.write(connection, Act.SETTINGS_CHANGED, detail=told)
        self._core.settings = after
        return after, Changes(settings=True)

    def stats(self) -> StoreStats:
        """Return sizes and counts; see `Centre.stats`."""
        if not self._user.may(Privilege.LISTEN_ALL):
            self._user.require(Privilege.ADMIN_SETTINGS)
        return count_everything(self._core)

    def examine(
        self, *, repair: bool = False, progress: Progress | None = None
    ) -> tuple[Finding, ...]:
        """Look the store over; see `Centre.examine`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        self._pen.record(Act.REPAIRED if repair else Act.EXAMINED)
        return examine(
            self._core, progress or NoProgress(), repair=repair, seen_by=self._visibility
        )

    def unknown_content(self) -> Unknown | None:
        """Return what an older catalogue does not know of; see `Centre.unknown_content`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        return older.unknown_content(self._core)

    def accept_catalogue(self) -> Unknown | None:
        """Take an older catalogue as it is; see `Centre.accept_catalogue`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        return older.accept(self._core, self._pen)

    def names(self) -> CentreNames:
        """Return the names of teams and services; see `Centre.names`."""
        if not self._user.may(Privilege.ADMIN_SETTINGS):
            self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.read() as connection:
            return CentreNames(
                centre.names(connection, schema.teams), centre.names(connection, schema.services)
            )

    def services(self) -> tuple[NameUse, ...]:
        """Return all services; see `Centre.services`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        with self._core.database.read() as connection:
            return centre.services(connection, self._visibility)

    def dispositions(self) -> tuple[NameUse, ...]:
        """Return all dispositions; see `Centre.dispositions`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        with self._core.database.read() as connection:
            return centre.dispositions(connection, self._visibility)
