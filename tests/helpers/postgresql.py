"""A PostgreSQL server of the tests' own: one a process, begun when first asked for.

It listens on a Unix socket in a private folder and nowhere else, and writes nothing to the disk
that would have to last.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, LiteralString
from urllib.parse import quote

try:
    import psycopg
    from psycopg import sql
except ImportError as error:
    msg = "install what requirements/dev.lock lists anew: psycopg is not there"
    raise ImportError(msg) from error

from reviewer.storage.catalogue.postgresql.address import parse
from reviewer.storage.local.postgresql import create_on_server, open_on_server
from tests.helpers.stores import ADMIN, SETTINGS

if TYPE_CHECKING:
    from reviewer.storage.local import LocalStore

GUARDED: Final = "guarded"
"""The user of the server who has to know `PASSWORD`; all others are trusted."""
PASSWORD: Final = "planted-secret"
_DEBIAN: Final = Path("/usr/lib/postgresql")
_USERS: Final = ("postgres", "nobody")
"""Whom to be where the tests run as root, whom the server refuses to run as."""
_SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "logging_collector": "off",
}


class Server:
    """A running server.

    Args:
        folder: Private, for its data and its socket; removed when it stops.
        settings: Besides those that all have.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._numbers = count(1)
        folder.chmod(0o700)
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        self.log = folder / "log"
        data = folder / "data"
        options = ["-U", "owner", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run([_program("initdb"), "-D", str(data), *options])
        # One user has to know a password.
        rights = data / "pg_hba.conf"
        rights.write_text(f"local all {GUARDED} scram-sha-256\nlocal all all trust\n")
        chosen = [f"--{name}={value}" for name, value in (_SETTINGS | settings).items()]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                # It ends when the tests are killed.
                ["setpriv", "--pdeathsig", "TERM", *self._as_user(), _program("postgres"),
                 "-D", str(data), "-k", str(folder), *chosen],
                stdout=log, stderr=log, cwd=folder, env=_environment(),
            )  # fmt: skip
        self._wait()
        self.run(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'", "CREATE ROLE stranger LOGIN")

    def url(self, database: str, user: str = "owner", **parameters: object) -> str:
        """Return the address of a database; `user` may have a password after a colon."""
        asked = {"host": self._folder, **parameters}
        query = "&".join(f"{key}={quote(str(value), safe='/')}" for key, value in asked.items())
        return f"postgresql://{user}@/{database}?{query}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements, each in a transaction of its own."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def new_database(self, template: str = "template0") -> str:
        """Make a database; return its name."""
        name = f"made_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def stop(self) -> None:
        """End it; nothing of it stays. May be called twice."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        # It has no better way to say that it is ready than to let somebody in.
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=1).close()
            except psycopg.OperationalError:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.02)
            else:
                return
        raise RuntimeError(self.log.read_text("utf-8", "replace"))

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            ["setpriv", *self._as_user(), *command], capture_output=True, text=True,
            cwd=self._folder, env=_environment(), check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def _as_user(self) -> list[str]:
        if self._user is None:
            return []
        user = self._user
        return [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


class ServerStores:
    """Empty stores on the server of this process, quickly made: copies of one.

    Args:
        folder: For their media.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._databases: list[str] = []

    def make(self) -> LocalStore:
        """Return a new store with the administrator `ADMIN`."""
        template = _template()
        name = template.database()
        self._databases.append(name)
        folder = self._folder / name
        shutil.copytree(template.media, folder)
        return open_on_server(parse(server().url(name, media=folder)))

    def close(self) -> None:
        """Remove what is in their databases."""
        for name in self._databases:
            _template().give_back(name)


class Template:
    """An empty store, and databases that are as its own.

    A database is made anew only where none was given back: to empty one takes a fraction of the
    time that the server needs to make and remove one.
    """

    def __init__(self) -> None:
        self.media = Path(tempfile.mkdtemp(prefix="reviewer-pg-"))
        atexit.register(shutil.rmtree, self.media, ignore_errors=True)
        self._name = server().new_database()
        address = parse(server().url(self._name, media=self.media))
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN).close()
        self._free: list[str] = []
        with psycopg.connect(server().url(self._name)) as connection:
            self._shape = _shape(connection)
            self._tables = [row[0] for row in connection.execute(_TABLES)]
            self._rows = {name: _copied(connection, name) for name in self._tables}
            counters = [row[0] for row in connection.execute(_COUNTERS)]
            self._counters = {name: _counted(connection, name) for name in counters}

    def database(self) -> str:
        """Return the name of a database with an empty store."""
        return self._free.pop() if self._free else server().new_database(self._name)

    def give_back(self, database: str) -> None:
        """Empty a database, whoever is still connected to it; one whose schema changed goes."""
        with psycopg.connect(server().url(database), autocommit=True) as connection:
            same = _shape(connection) == self._shape
            if same:
                self._empty(connection)
        if same:
            self._free.append(database)
        else:
            server().drop(database)

    def _empty(self, connection: psycopg.Connection) -> None:
        connection.execute(_OTHERS_END)
        filled = [
            name
            for name in self._tables
            if connection.execute(_about("SELECT FROM {} LIMIT 1", name)).fetchone() is not None
        ]
        # No trigger and no reference stands in the way.
        connection.execute("SET session_replication_role = replica")
        for name in filled:
            connection.execute(_about("DELETE FROM {}", name))
        # Rows lie in the order in which they come, as in a new database.
        connection.execute(_about("VACUUM {}", *filled))
        for name, rows in self._rows.items():
            if rows:
                with connection.cursor().copy(_about("COPY {} FROM STDIN", name)) as copy:
                    copy.write(rows)
        for name, (value, called) in self._counters.items():
            connection.execute("SELECT setval(%s::regclass, %s, %s)", (name, value, called))


_TABLES: Final = (
    "SELECT relname FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
)
_COUNTERS: Final = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS_END: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SHAPE: Final = (
    "SELECT concat_ws(' ', 'table', oid, relname, relchecks, relhasindex, relacl) FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace"
    " UNION SELECT concat_ws(' ', 'column', attrelid, attname, attnotnull, atthasdef)"
    " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relnamespace = 'public'::regnamespace"
    " UNION SELECT concat_ws(' ', 'index', indexrelid, indisvalid) FROM pg_index"
    " UNION SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger"
    " UNION SELECT concat_ws(' ', 'function', oid, prosrc) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace"
    " UNION SELECT concat_ws(' ', 'rights', nspacl) FROM pg_namespace WHERE nspname = 'public'"
)


def _shape(connection: psycopg.Connection) -> set[str]:
    """Return what tells a schema and its rights from those that were changed."""
    return {row[0] for row in connection.execute(_SHAPE)}


def _about(statement: LiteralString, *tables: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    return sql.SQL(statement).format(names)


def _counted(connection: psycopg.Connection, counter: str) -> tuple[int, bool]:
    """Return how far a sequence is, and whether that number was given."""
    asked = _about("SELECT last_value, is_called FROM {}", counter)
    ((value, called),) = connection.execute(asked).fetchall()
    return value, called


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(_about("COPY {} TO STDOUT", table)) as copy:
        return b"".join(bytes(part) for part in copy)


@cache
def _template() -> Template:
    return Template()


@cache
def server() -> Server:
    """Return the server of this process."""
    made = Server(Path(tempfile.mkdtemp(prefix="reviewer-pg-", dir="/tmp")))
    atexit.register(made.stop)
    return made


def dump(database: str) -> str:
    """Return what makes a database anew, as statements that any connection can run."""
    told = subprocess.run(
        [_program("pg_dump"), "--inserts", "--no-owner", "--no-privileges", server().url(database)],
        capture_output=True, text=True, check=True, env=_environment(),
    )  # fmt: skip
    # Lines for the server's own client, and what says which release wrote it.
    lines = (line for line in told.stdout.splitlines() if not line.startswith(("\\", "--")))
    kept = "\n".join(line for line in lines if line)
    return kept.replace("SELECT pg_catalog.set_config('search_path', '', false);\n", "") + "\n"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _unprivileged() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _USERS if name in known)


def _program(name: str) -> str:
    found = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if found:
        return str(found[-1])
    there = shutil.which(name)
    if there is None:
        msg = f"{name} was not found: install the packages of packaging/debian-test.txt"
        raise RuntimeError(msg)
    return there
