"""The catalogue as a file: making a new one, and what its first bytes tell without opening it.

Imported inside `storage` only.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from reviewer import __version__
from reviewer.errors import N_, StoreDamagedError
from reviewer.models.access import READY_MADE_ROLES
from reviewer.models.folding import fold
from reviewer.models.settings import Feature, StoreSettings
from reviewer.models.stemming import VERSION as STEMS
from reviewer.storage.catalogue import fulltext, migrations, schema
from reviewer.storage.catalogue.fields import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

NAME: Final = "catalogue.sqlite"
APPLICATION_ID: Final = 0x52765772
"""Written into the file's header, so that tools can tell what it is."""

_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100
_VERSION_AT: Final = slice(60, 64)
_APPLICATION_AT: Final = slice(68, 72)


def look(path: Path, store: str) -> int:
    """Return the format's version from the file's header, changing nothing.

    Opening a database can alter it (recovery after a crash); so a format that is not for this
    program is recognised before.

    Raises:
        StoreDamagedError: It is no catalogue. OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise StoreDamagedError(store=store, reason=N_("it is not a database"))
    if int.from_bytes(header[_APPLICATION_AT], "big") != APPLICATION_ID:
        raise StoreDamagedError(store=store, reason=N_("it is not a catalogue of Reviewer"))
    return int.from_bytes(header[_VERSION_AT], "big")


def make(
    path: Path,
    settings: StoreSettings,
    categories: tuple[str, ...],
    admin: tuple[str, str],
    now_us: int,
) -> None:
    """Make a new catalogue in a file that is not there yet.

    Args:
        path: Where; a half-made file is the caller's to remove.
        settings: The centre's.
        categories: Names of the evaluation categories at first.
        admin: Login and name of the first administrator.
        now_us: The instant of making, microseconds UTC.

    Raises:
        sqlite3.Error, sqlalchemy.exc.DBAPIError, OSError.
    """
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        raw.execute("PRAGMA journal_mode=DELETE").close()
        raw.execute(f"PRAGMA application_id={APPLICATION_ID:d}").close()
        engine = create_engine(
            "sqlite://", creator=lambda: raw, poolclass=StaticPool, hide_parameters=True
        )
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            metadata.create_all(connection, checkfirst=False)
            fulltext.create(connection)
            _fill(connection, settings, categories, admin, now_us)
            migrations.set_version(connection, schema.VERSION)
            connection.commit()
        raw.execute("PRAGMA journal_mode=WAL").close()
    finally:
        raw.close()


def _fill(
    connection: Connection,
    settings: StoreSettings,
    categories: tuple[str, ...],
    admin: tuple[str, str],
    now_us: int,
) -> None:
    connection.execute(
        schema.meta.insert(),
        [
            {"key": "version", "value": str(schema.VERSION)},
            {"key": "store_id", "value": str(uuid.uuid4())},
            {"key": "created_us", "value": str(now_us)},
            {"key": "program", "value": __version__},
            {"key": fulltext.MADE_BY, "value": STEMS},
        ],
    )
    write_settings(connection, settings)
    connection.execute(
        schema.categories.insert(),
        [
            {"name": name, "name_fold": fold(name), "position": position}
            for position, name in enumerate(categories)
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
    login, name = admin
    connection.execute(
        schema.users.insert().values(
            id=1,
            login=login,
            login_fold=fold(login),
            display_name=name,
            display_fold=fold(name),
            disabled=0,
            created_us=now_us,
        )
    )
    keys = [role.key for role in READY_MADE_ROLES]
    connection.execute(
        schema.user_roles.insert().values(user_id=1, role_id=keys.index("administrator") + 1)
    )


def write_settings(connection: Connection, settings: StoreSettings) -> None:
    """Replace the centre's settings."""
    connection.execute(schema.settings.delete())
    values = {
        "name": settings.name,
        "time_zone": settings.time_zone,
        "language": settings.language,
        "features": sorted(settings.features),
    }
    connection.execute(
        schema.settings.insert(),
        [{"key": key, "value": json.dumps(value)} for key, value in values.items()],
    )


def read_settings(connection: Connection) -> StoreSettings:
    """Return the centre's settings; features that this program does not know are left out."""
    values = {
        row.key: json.loads(row.value) for row in connection.execute(schema.settings.select())
    }
    known = set(Feature)
    return StoreSettings(
        name=values["name"],
        time_zone=values["time_zone"],
        language=values["language"],
        features=frozenset(Feature(name) for name in values["features"] if name in known),
    )
