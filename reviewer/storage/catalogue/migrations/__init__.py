"""From one version of the format to the next, each step in a transaction of its own.

To change the format: raise `schema.VERSION`, change `schema`, add a step here that turns the
tables of the version before into the new ones with plain SQL (never with today's `schema`, which
goes on changing), once for each engine, and commit the stores of the new version that
`tests/data/stores/make.py` makes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import inspect, text

from reviewer.errors import N_, StoreBusyError, StoreDamagedError, StoreError, StoreNewerError
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.progress import Watch
    from reviewer.storage.catalogue.engine import Database

Step: TypeAlias = "Callable[[Connection], None]"
Steps: TypeAlias = Mapping[int, Step]


def _of(module: str, name: str = "step") -> Step:
    """Return a step of a module, which is imported when it runs: few stores need any."""

    def step(connection: Connection) -> None:
        getattr(import_module(f"{__name__}.{module}"), name)(connection)

    return step


STEPS: Final[Steps] = {
    1: _of("second"),
    2: _of("third"),
    3: _of("fourth"),
    4: _of("fifth"),
    5: _of("sixth"),
    6: _of("seventh"),
    7: _of("eighth"),
    8: _of("ninth"),
    9: _of("tenth"),
    10: _of("eleventh"),
    11: _of("twelfth"),
    12: _of("thirteenth"),
    13: _of("fourteenth"),
    14: _of("fifteenth"),
}
"""`STEPS[n]` turns format n into format n + 1, on SQLite."""
ON_SERVER: Final[Steps] = {
    9: _of("tenth", "on_server"),
    10: _of("eleventh", "on_server"),
    11: _of("twelfth", "on_server"),
    12: _of("thirteenth", "on_server"),
    13: _of("fourteenth", "on_server"),
    14: _of("fifteenth", "on_server"),
}
"""The same on PostgreSQL."""
FIRST: Final[Mapping[str, int]] = {"sqlite": 1, "postgresql": 9}
"""The oldest format that stores are brought on from, by dialect.

Each later format has a step for either, which may do nothing.
"""


def steps_of(dialect: str) -> Steps:
    """Return the steps of an engine."""
    return STEPS if dialect == "sqlite" else ON_SERVER


def version_of(connection: Connection) -> int:
    """Return the format's version; 0 where the tables are not those of a store."""
    if not inspect(connection).has_table("meta"):
        return 0
    value = connection.execute(text("SELECT value FROM meta WHERE key = 'version'")).scalar()
    return int(value) if value is not None and str(value).isdigit() else 0


def set_version(connection: Connection, version: int) -> None:
    """Write down the format's version in the tables."""
    connection.execute(
        text("UPDATE meta SET value = :version WHERE key = 'version'"), {"version": str(version)}
    )


def check(
    version: int, store: str, known: int = schema.VERSION, *, dialect: str = "sqlite"
) -> None:
    """Refuse a format that this program does not know.

    Raises:
        StoreNewerError: It is newer; StoreError: it was given up; StoreDamagedError: it is none.
    """
    if version > known:
        raise StoreNewerError(store=store, found=version, known=known)
    if version < 1:
        raise StoreDamagedError(store=store, reason=N_("it is not a catalogue of Reviewer"))
    if version < FIRST[dialect]:
        reason = N_("it was made by a version of Reviewer that was never released")
        raise StoreError(store=store, reason=reason)


def migrate(
    database: Database,
    steps: Steps | None = None,
    known: int = schema.VERSION,
    *,
    watch: Watch | None = None,
) -> int:
    """Bring a catalogue to the format `known`; return the version it had.

    A step that fails or is stopped leaves the format at the version before it.

    Args:
        database: Of the catalogue.
        steps: From each version to the next; None: this program's for the engine.
        known: The version to bring it to.
        watch: Told of each step that begins, if any is needed; stops one under way.

    Raises:
        CancelledError: `watch` asked to stop.
        StoreNewerError, StoreDamagedError, StoreBusyError, StoreFullError.
    """
    if steps is None:
        steps = steps_of(database.dialect)
    with database.read() as connection:
        first = version = version_of(connection)
    check(version, database.store, known, dialect=database.dialect)
    while version < known:
        if watch is not None:
            watch.raise_if_cancelled()
            watch.report(version - first, known - first)
        with database.write(foreign_keys=False, cancel=watch) as connection:
            # Another program may have done this step meanwhile.
            version = version_of(connection)
            check(version, database.store, known, dialect=database.dialect)
            if version < known:
                steps[version](connection)
                if not database.check_references(connection):
                    detail = N_("a row refers to one that is not there")
                    raise StoreDamagedError(store=database.store, reason=detail)
                version += 1
                set_version(connection, version)
                database.mark_version(connection, version)
    if version != first:
        # Good, but not needed: what another still reads is tidied later.
        with suppress(StoreBusyError):
            database.tidy()
    return first
