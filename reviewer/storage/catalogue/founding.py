"""What a new catalogue begins with, and the centre's settings. Imported inside `storage` only."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from reviewer import __version__
from reviewer.models.access import READY_MADE_ROLES
from reviewer.models.encryption import SealedKind
from reviewer.models.folding import fold
from reviewer.models.requests import SWITCHED, Guarded
from reviewer.models.settings import Feature, StoreSettings
from reviewer.models.stemming import VERSION as STEMS
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.texts import MADE_BY

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new catalogue begins with.

    Attributes:
        settings: The centre's.
        categories: Names of the evaluation categories at first.
        admin_login, admin_name: Of the first administrator.
        now_us: The instant of making, microseconds UTC.
    """

    settings: StoreSettings
    categories: tuple[str, ...]
    admin_login: str
    admin_name: str
    now_us: int


def fill(connection: Connection, beginning: Beginning) -> str:
    """Enter what a new catalogue begins with into its empty tables; return the store's own id."""
    store_id = str(uuid.uuid4())
    connection.execute(
        schema.meta.insert(),
        [
            {"key": "version", "value": str(schema.VERSION)},
            {"key": "store_id", "value": store_id},
            {"key": "created_us", "value": str(beginning.now_us)},
            {"key": "program", "value": __version__},
            {"key": MADE_BY, "value": STEMS},
        ],
    )
    write_settings(connection, beginning.settings)
    connection.execute(
        schema.categories.insert(),
        [
            {"name": name, "name_fold": fold(name), "position": position}
            for position, name in enumerate(beginning.categories)
        ],
    )
    connection.execute(
        schema.roles.insert(),
        [
            {"id": number, "key": role.key, "title": role.title, "ready_made": 1}
            for number, role in enumerate(READY_MADE_ROLES, start=1)
        ],
    )
    connection.execute(
        schema.role_privileges.insert(),
        [
            {"role_id": number, "privilege": privilege.value}
            for number, role in enumerate(READY_MADE_ROLES, start=1)
            for privilege in sorted(role.privileges)
        ],
    )
    login, name = beginning.admin_login, beginning.admin_name
    connection.execute(
        schema.users.insert().values(
            id=1,
            login=login,
            login_fold=fold(login),
            display_name=name,
            display_fold=fold(name),
            disabled=0,
            created_us=beginning.now_us,
        )
    )
    keys = [role.key for role in READY_MADE_ROLES]
    connection.execute(
        schema.user_roles.insert().values(user_id=1, role_id=keys.index("administrator") + 1)
    )
    return store_id


def write_settings(connection: Connection, settings: StoreSettings) -> None:
    """Replace the centre's settings."""
    connection.execute(schema.settings.delete())
    values = {
        "name": settings.name,
        "time_zone": settings.time_zone,
        "language": settings.language,
        "features": sorted(settings.features),
        "sealed": sorted(settings.sealed),
        "lock_minutes": settings.lock_minutes,
        "second_person": sorted(settings.second_person),
        "sensitive_services": list(settings.sensitive_services),
        "sensitive_tags": list(settings.sensitive_tags),
    }
    connection.execute(
        schema.settings.insert(),
        [{"key": key, "value": json.dumps(value)} for key, value in values.items()],
    )


def read_id(connection: Connection) -> str:
    """Return what the store is known by."""
    meta = schema.meta
    found = connection.execute(select(meta.c.value).where(meta.c.key == "store_id"))
    return str(found.scalar_one()).lower()


def read_settings(connection: Connection) -> StoreSettings:
    """Return the centre's settings; features that this program does not know are left out."""
    values = {
        row.key: json.loads(row.value) for row in connection.execute(schema.settings.select())
    }
    known, kinds = set(Feature), set(SealedKind)
    minutes = values.get("lock_minutes")
    locks = {} if minutes is None else {"lock_minutes": int(minutes)}
    return StoreSettings(
        name=values["name"],
        time_zone=values["time_zone"],
        language=values["language"],
        features=frozenset(Feature(name) for name in values["features"] if name in known),
        sealed=frozenset(SealedKind(name) for name in values.get("sealed", ()) if name in kinds),
        second_person=frozenset(
            Guarded(name) for name in values.get("second_person", ()) if name in SWITCHED
        ),
        sensitive_services=tuple(values.get("sensitive_services", ())),
        sensitive_tags=tuple(values.get("sensitive_tags", ())),
        **locks,
    )


def read_meta(connection: Connection, key: str) -> str:
    """Return a value of `meta`, "" where there is none."""
    statement = select(schema.meta.c.value).where(schema.meta.c.key == key)
    return str(connection.execute(statement).scalar() or "")


def write_meta(connection: Connection, key: str, value: str) -> None:
    """Enter a value of `meta` that is not there yet."""
    connection.execute(schema.meta.insert().values(key=key, value=value))


def replace_meta(connection: Connection, key: str, value: str) -> None:
    """Enter a value of `meta`, in place of what may be there."""
    connection.execute(schema.meta.delete().where(schema.meta.c.key == key))
    write_meta(connection, key, value)
