"""Stores with their catalogue on PostgreSQL: making, opening, what can be wrong."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import exc, text

from reviewer.errors import (
    CancelledError,
    InternalError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreExistsError,
    StoreFullError,
    StoreNewerError,
    StoreNotFoundError,
    StoreNotWritableError,
    StoreRefusedError,
    StoreUnreachableError,
)
from reviewer.models.criteria.line import parse_line
from reviewer.models.progress import Cancellation
from reviewer.models.search import Search
from reviewer.storage.address import (
    open_address,
)
from reviewer.storage.catalogue import migrations, schema
from reviewer.storage.catalogue.postgresql.address import parse
from reviewer.storage.catalogue.postgresql.database import PostgresDatabase
from reviewer.storage.catalogue.postgresql.faults import translate
from reviewer.storage.local.postgresql import MARK, create_on_server, open_on_server
from tests.helpers.postgresql import GUARDED, PASSWORD, ServerStores, server
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_wav

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.local import LocalStore


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[ServerStores]:
    made = ServerStores(tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(stores: ServerStores) -> Iterator[LocalStore]:
    with stores.make() as made:
        yield made


@pytest.fixture
def database() -> Iterator[str]:
    name = server().new_database()
    yield name
    server().drop(name)


def raw(store: LocalStore) -> psycopg.Connection:
    """Return a connection beside the store's own."""
    return psycopg.connect(store.url.replace(f"&media={store.folder}", ""), autocommit=True)


# --- making and opening ----------------------------------------------------------------------


def test_a_store_is_made_and_opened_again(database: str, tmp_path: Path) -> None:
    media = tmp_path / "a" / "media"
    address = parse(server().url(database, media=media))
    with create_on_server(address, settings=SETTINGS, admin_login=ADMIN) as made:
        assert (made.url, made.folder, made.schema_version) == (
            address.shown, media, schema.VERSION
        )  # fmt: skip
        made.session(ADMIN).intake.put([make_incoming(1)])
        identity = made.id
    with closing(open_address(server().url(database, media=media))) as again:
        assert again.id == identity
        assert again.settings == SETTINGS
        session = again.session(ADMIN)
        call = session.interactions.get(make_giid(1))
        with closing(session.content.open(call.id, call.recordings[0])) as source:
            assert source.size > 0
        stats = again.stats()
        assert (stats.interactions, stats.recordings) == (1, 1)
        assert stats.catalogue_bytes > 100_000
        assert again.examine() == ()


FORMATS = sorted(
    (Path(__file__).parents[1] / "data" / "stores").glob("postgresql-v*"),
    key=lambda path: int(path.name.rpartition("v")[2]),
)


def test_there_is_a_store_on_a_server_of_every_format_that_has_been_released() -> None:
    first, last = migrations.FIRST["postgresql"], schema.VERSION
    assert [path.name for path in FORMATS] == [f"postgresql-v{n}" for n in range(first, last + 1)]


@pytest.mark.parametrize("made", FORMATS, ids=lambda path: path.name)
def test_a_store_of_an_old_format_opens_and_has_everything(
    database: str, tmp_path: Path, made: Path
) -> None:
    media = tmp_path / "media"
    shutil.copytree(made / "media", media)
    server().run((made / "catalogue.sql").read_text("utf-8"), database=database)
    address = parse(server().url(database, media=media))
    for _ in range(2):
        with open_on_server(address) as opened:
            session = opened.session(ADMIN)
            assert opened.schema_version == schema.VERSION
            call, chat, email = (session.interactions.get(make_giid(n)) for n in (1, 2, 3))
            with closing(session.content.open(call.id, call.recordings[0])) as source:
                assert source.read_at(0, 99_999) == make_wav(0.1)
            assert (chat.messages[0].text, email.tombstones[0].reason) == ("Здравствуйте", "asked")
            (evaluation,) = session.evaluations.of(call.id)
            assert (evaluation.scores[0].score, evaluation.note) == (7, "Хорошо")
            for line in ("здравствуйте", "subject:~тем", "from:~4950", "custom.region:москва"):
                assert session.interactions.count(Search(parse_line(line))).n > 0, line
            assert [entry.name for entry in session.sets.all()] == ["Москва"]
            assert opened.examine() == ()
    fresh = server().new_database()
    with create_on_server(
        parse(server().url(fresh, media=tmp_path / "fresh")), settings=SETTINGS, admin_login=ADMIN
    ):
        pass
    assert parts_of(database) == parts_of(fresh)
    server().drop(fresh)


def parts_of(database: str) -> set[tuple[object, ...]]:
    """Return columns and indexes of a database as the server tells them."""
    columns = """
        SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'"""
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    with psycopg.connect(server().url(database)) as asked:
        return {*asked.execute(columns).fetchall(), *asked.execute(indexes).fetchall()}


def test_what_is_there_is_not_written_over(store: LocalStore, tmp_path: Path) -> None:
    address = parse(store.url.replace(str(store.folder), str(tmp_path / "other")))
    with pytest.raises(StoreExistsError):
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN)
    assert not (tmp_path / "other").exists()
    assert store.session(ADMIN).interactions.count(Search()).n == 0


def test_a_folder_with_files_is_not_taken(database: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    address = parse(server().url(database, media=tmp_path))
    with pytest.raises(StoreExistsError):
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nothing_is_left_of_a_store_that_could_not_be_made(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.storage.catalogue import founding

    def failing(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(founding, "write_settings", failing)
    address = parse(server().url(database, media=tmp_path / "media"))
    with pytest.raises(StoreFullError):
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreNotFoundError):
        open_on_server(address)


def test_media_of_another_store_or_none_are_refused(
    stores: ServerStores, store: LocalStore, tmp_path: Path
) -> None:
    """An empty folder is a disk that is not mounted; another's would be cleaned of its content."""

    def opened(folder: Path) -> LocalStore:
        return open_on_server(parse(store.url.replace(str(store.folder), str(folder))))

    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(StoreError, match="not there, or is empty"):
            opened(folder)
    other = tmp_path / "other"
    shutil.copytree(store.folder, other)
    opened(other).close()
    for mark in ('{"store_id": "x"}', "[]", "no json", ""):
        (other / MARK).write_text(mark)
        with pytest.raises(StoreError, match="another store"):
            opened(other)
    (store.folder / MARK).write_text("{}")


def test_what_is_no_store_is_refused_and_not_changed(database: str, tmp_path: Path) -> None:
    address = parse(server().url(database, media=tmp_path))
    with pytest.raises(StoreNotFoundError):
        open_on_server(address)
    for line in ("CREATE TABLE other (x int)", "CREATE TABLE meta (x int)",
                 "DROP TABLE meta", "CREATE TABLE meta (key text, value text)"):  # fmt: skip
        server().run(line, database=database)
        with pytest.raises(StoreDamagedError, match="not a catalogue of Reviewer"):
            open_on_server(address)
    with pytest.raises(StoreExistsError):
        create_on_server(address, settings=SETTINGS, admin_login=ADMIN)


def test_a_newer_store_is_refused(store: LocalStore) -> None:
    with raw(store) as connection:
        connection.execute("UPDATE meta SET value = '9999' WHERE key = 'version'")
    with pytest.raises(StoreNewerError) as caught:
        open_on_server(parse(store.url))
    assert caught.value.fields["found"] == 9999


def test_a_format_that_was_given_up_is_refused(store: LocalStore) -> None:
    with raw(store) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'version'")
    with pytest.raises(StoreError, match="never released"):
        open_on_server(parse(store.url))


def test_a_database_in_another_encoding_is_refused(tmp_path: Path) -> None:
    name = server().new_database()
    server().drop(name)
    server().run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    address = parse(server().url(name, media=tmp_path / "m"))
    try:
        with pytest.raises(StoreError, match="UTF-8"):
            create_on_server(address, settings=SETTINGS, admin_login=ADMIN)
    finally:
        server().drop(name)


def test_steps_of_the_format_are_undone_where_they_fail(store: LocalStore) -> None:
    database, now = store._core.database, schema.VERSION

    def good(connection) -> None:
        connection.execute(text("ALTER TABLE agents ADD COLUMN nickname TEXT NOT NULL DEFAULT ''"))

    def bad(connection) -> None:
        connection.execute(text("ALTER TABLE agents DROP COLUMN nickname"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        migrations.migrate(database, {now: good, now + 1: bad}, now + 2)
    with database.read() as connection:
        assert migrations.version_of(connection) == now + 1
        connection.execute(text("SELECT nickname FROM agents"))


# --- who may, and what is not there --------------------------------------------------------------


def address_of(store: LocalStore, user: str) -> str:
    return store.url.replace("owner@", f"{user}@")


@pytest.mark.parametrize(
    ("user", "kind", "match"),
    [
        (f"{GUARDED}:wrong", StoreRefusedError, "name or the password is wrong"),
        (GUARDED, StoreRefusedError, "asks for a password"),
        ("nobody", StoreRefusedError, "wrong"),
        (f"{GUARDED}:{PASSWORD}", StoreRefusedError, "rights"),
        ("stranger", StoreRefusedError, "rights"),
    ],
)
def test_whom_the_server_does_not_let_in(store: LocalStore, user: str, kind, match: str) -> None:
    with pytest.raises(kind, match=match) as caught:
        open_address(address_of(store, user))
    assert caught.value.exit_code == 3
    assert PASSWORD not in str(caught.value)


def test_whoever_has_the_rights_and_the_password_may(store: LocalStore) -> None:
    with raw(store) as connection:
        connection.execute(
            f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {GUARDED};"
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {GUARDED}"
        )
    with closing(open_address(address_of(store, f"{GUARDED}:{PASSWORD}"))) as opened:
        opened.session(ADMIN).intake.put([make_incoming(1)])
        assert PASSWORD not in opened.url


def test_a_server_or_database_that_is_not_there(tmp_path: Path) -> None:
    nowhere = f"postgresql://u@/d?host={tmp_path}&media={tmp_path}"
    refused = f"postgresql://u@127.0.0.1:1/d?media={tmp_path}"
    unknown = f"postgresql://u@nosuch.invalid/d?media={tmp_path}"
    for address, match in (
        (nowhere, "no server listens"), (refused, "no server listens"), (unknown, "no such host")
    ):  # fmt: skip
        with pytest.raises(StoreUnreachableError, match=match) as caught:
            open_address(address)
        assert caught.value.exit_code == 4
    with pytest.raises(StoreNotFoundError):
        open_address(server().url("nosuch", media=tmp_path))


def _end_connections(store: LocalStore) -> None:
    with raw(store) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_lost_connection_is_told_and_made_anew(store: LocalStore) -> None:
    session = store.session(ADMIN)

    def read() -> None:
        with store._core.database.read() as connection:
            connection.execute(text("SELECT 1"))
            _end_connections(store)
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnreachableError):
        read()
    _end_connections(store)
    assert session.interactions.count(Search()).n == 0


class Told(psycopg.OperationalError):
    def __init__(self, state: str | None, words: str = "secret") -> None:
        super().__init__(words)
        self.sqlstate = state


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("40001", StoreBusyError),
        ("55P03", StoreBusyError),
        ("57014", StoreBusyError),
        ("53300", StoreBusyError),
        ("53100", StoreFullError),
        ("53200", StoreError),
        ("25006", StoreNotWritableError),
        ("42501", StoreRefusedError),
        ("28P01", StoreRefusedError),
        ("3D000", StoreNotFoundError),
        ("42P01", StoreDamagedError),
        ("XX001", StoreDamagedError),
        ("XX002", StoreDamagedError),
        ("08006", StoreUnreachableError),
        ("57P01", StoreUnreachableError),
        (None, StoreUnreachableError),
        ("22001", InternalError),
    ],
)
def test_what_errors_of_the_server_mean(state: str | None, kind: type[ReviewerError]) -> None:
    driver = Told(state)
    for error in (driver, exc.OperationalError("SELECT secret", {"who": "secret"}, driver)):
        fault = translate(error, "the store")
        assert type(fault) is kind
        assert "secret" not in f"{fault} {fault.fields}"


# --- turns, limits, cancelling -------------------------------------------------------------------

ENDLESS = text("SELECT count(*) FROM generate_series(1, 100000000000)")


def test_a_write_waits_for_another_programs_turn_and_not_for_ever(store: LocalStore) -> None:
    other = PostgresDatabase(parse(store.url), busy_ms=50)
    try:
        with store._core.database.write() as connection:
            connection.execute(schema.teams.insert().values(name="x", name_fold="x"))
            with pytest.raises(StoreBusyError), other.write():
                pass
            with other.read() as reading:
                assert reading.execute(schema.teams.select()).all() == []
        with other.write() as connection:
            assert len(connection.execute(schema.teams.select()).all()) == 1
    finally:
        other.close()


def test_a_read_sees_one_state(store: LocalStore) -> None:
    database = store._core.database
    with database.read() as reading:
        assert reading.execute(schema.teams.select()).all() == []
        with database.write() as connection:
            connection.execute(schema.teams.insert().values(name="x", name_fold="x"))
        assert reading.execute(schema.teams.select()).all() == []
        with pytest.raises(exc.DBAPIError, match="read-only"):
            reading.execute(schema.teams.delete())


def test_a_cancelled_query_is_stopped_in_the_server(store: LocalStore) -> None:
    """Whoever cancels does not wait, and the connection is not used by anybody else."""
    database = store._core.database
    cancel = Cancellation()
    started = threading.Event()
    took_s: list[float] = []

    def stop() -> None:
        started.wait(30)
        began = time.monotonic()
        cancel.cancel()
        took_s.append(time.monotonic() - began)

    thread = threading.Thread(target=stop)
    thread.start()
    numbers: list[object] = []

    def read() -> None:
        with database.read(cancel) as connection:
            numbers.append(connection.execute(text("SELECT pg_backend_pid()")).scalar())
            started.set()
            connection.execute(ENDLESS)

    with pytest.raises(CancelledError):
        read()
    thread.join(30)
    assert took_s[0] < 1
    with database.read() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar() not in numbers
        active = text(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' "
            "AND state = 'active' AND pid <> pg_backend_pid()"
        )
        assert connection.execute(active).scalar() == 0
    assert database._engine.pool.checkedout() == 0
    with pytest.raises(CancelledError), database.read(cancel):
        pass


def test_what_was_cancelled_too_late_is_whole(store: LocalStore) -> None:
    cancel = Cancellation()
    with store._core.database.read(cancel) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
        cancel.cancel()
    with store._core.database.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


# --- looking it over -----------------------------------------------------------------------------


def test_a_missing_index_is_found_and_made_anew(store: LocalStore) -> None:
    store.session(ADMIN).intake.put([make_incoming(1)])
    with raw(store) as connection:
        connection.execute("DROP INDEX ix_from; DROP INDEX text_stems; DROP INDEX like_addresses")
    found = store.examine()
    assert {finding.name for finding in found} == {"ix_from", "text_stems", "like_addresses"}
    assert all(finding.repairable and not finding.repaired for finding in found)
    assert all(finding.repaired for finding in store.examine(repair=True))
    assert store.examine() == ()


def test_words_that_do_not_agree_with_the_messages_are_found(store: LocalStore) -> None:
    with raw(store) as connection:
        store.session(ADMIN).intake.put([make_incoming(1)])
        connection.execute(
            "INSERT INTO texts SELECT id, ARRAY['planted'], ' planted ' FROM interactions"
        )
    (finding,) = store.examine()
    assert (finding.code, finding.name) == ("index", "texts")
    assert store.examine(repair=True)[0].repaired
    assert store.examine() == ()


def test_a_missing_table_is_damage(store: LocalStore) -> None:
    with raw(store) as connection:
        connection.execute("DROP TABLE steps")
    assert {finding.code for finding in store.examine()} == {"catalogue"}
