"""Stores of every format there was, opened by today's code."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from reviewer.errors import StoreDamagedError, StoreNewerError
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.search import Search
from reviewer.storage.catalogue import migrations, schema
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_store, make_wav

if TYPE_CHECKING:
    from sqlalchemy import Connection

STORES = Path(__file__).parents[1] / "data" / "stores"
VERSIONS = sorted(int(path.name[1:]) for path in STORES.glob("v*"))


def parts_of(path: Path) -> set[tuple[str, ...]]:
    """Return tables, columns and indexes of a database."""
    with closing(sqlite3.connect(path)) as raw:
        found = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return {(kind, name, table, " ".join((sql or "").split())) for kind, name, table, sql in found}


def test_there_is_a_store_of_every_format() -> None:
    assert list(range(1, schema.VERSION + 1)) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_an_old_format_opens_and_has_everything(tmp_path: Path, version: int) -> None:
    folder = tmp_path / "old"
    shutil.copytree(STORES / f"v{version}", folder)
    with open_store(folder) as store:
        session = store.session(ADMIN)
        call, chat, email = (session.interactions.get(make_giid(n)) for n in (1, 2, 3))
        with closing(session.content.open(call.id, call.recordings[0])) as source:
            assert source.read_at(0, 99_999) == make_wav(0.1)
        assert [s.agent.login for s in call.segments if s.agent] == ["ivanova", "petrov"]
        assert (chat.messages[0].text, email.tombstones[0].reason) == ("Здравствуйте", "asked")
        (evaluation,) = session.evaluations.of(call.id)
        assert (evaluation.scores[0].score, evaluation.note) == (7, "Хорошо")
        assert store.session("supervisor").interactions.count(Search()).n == 1
        region = Condition("custom.region", Op.ANY_OF, ("москва",))
        assert session.interactions.count(Search(Block(members=(region,)))).n == 1
        for line in ("здравствуйте", "subject:~тем", "from:~4950"):
            assert session.interactions.count(Search(parse_line(line))).n > 0, line
        kept = [(entry.name, entry.shared, entry.watched) for entry in session.sets.all()]
        assert kept == ([("Москва", True, True)] if version >= 3 else [])
        if version >= 4:
            (comment,) = session.comments.of(call.id)
            assert (comment.text, call.tags) == ("Важно", ("эскалация",))
            (change,) = session.records.disposition_history(call.id)
            assert (change.former, change.fresh) == ("Solved", call.segments[0].disposition)
            assert session.listening.position(call.id) == comment.place.started_us
        (row,) = session.interactions.rows([call.id])
        waits = session.hearing.unheard(old=True)
        assert (row.silence, row.talkover) == ((253, 40) if version >= 15 else (None, None))
        assert (waits, session.hearing.unheard()) == (() if version >= 15 else (call.id,), ())
        assert "Solved" in session.records.dispositions(call.id, 1)
        assert store.examine() == ()
    fresh = make_store(tmp_path)
    fresh.close()
    assert parts_of(folder / "catalogue.sqlite") == parts_of(fresh.folder / "catalogue.sqlite")


def test_what_format_12_knew_of_cut_video_and_of_emails_goes_along(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(STORES / "v12", folder)
    path = folder / "catalogue.sqlite"
    left = {"object": "ab", "bytes": 3, "sha256": "cd", "media_type": "video/webm", "spans": []}
    with closing(sqlite3.connect(path)) as raw:
        notes = {"cut:beef:-7": json.dumps(left), "cut:feed:8": '{"object": null}'}
        raw.executemany("INSERT INTO meta VALUES (?, ?)", notes.items())
        ((email,),) = raw.execute("SELECT id FROM interactions WHERE channel = 3").fetchall()
        said = (
            "INSERT INTO messages (interaction_id, ordinal, at_us, role, text) VALUES (?,?,?,?,?)"
        )
        raw.execute(said, (email, 0, 5, 2, "text"))
        raw.commit()
    open_store(folder).close()
    with closing(sqlite3.connect(path)) as raw:
        assert not raw.execute("SELECT 1 FROM meta WHERE key LIKE 'cut:%'").fetchall()
        kept, gone = raw.execute("SELECT * FROM cut_pieces ORDER BY sha256").fetchall()
        assert gone == ("feed", 8, "", None, "")
        assert kept[:4] == ("beef", -7, "", "ab")
        assert json.loads(kept[4]) == {name: left[name] for name in left if name != "object"}
        linked = "SELECT interaction_id, recording FROM messages WHERE recording IS NOT NULL"
        assert raw.execute(linked).fetchall() == [(email, 0)]


@pytest.mark.parametrize(
    ("names", "links"),
    [(("b-2.eml", "b-1.eml"), [1, 0]), (("b.eml", "a.eml"), [None, None])],
)
def test_format_12_links_files_of_emails_where_their_names_tell(
    tmp_path: Path, names: tuple[str, str], links: list[int | None]
) -> None:
    folder = tmp_path / "old"
    shutil.copytree(STORES / "v12", folder)
    path = folder / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        ((email,),) = raw.execute("SELECT id FROM interactions WHERE channel = 3").fetchall()
        raw.execute("DELETE FROM recordings WHERE interaction_id = ?", (email,))
        for place, name in enumerate(names):
            raw.execute(
                "INSERT INTO messages (interaction_id, ordinal, at_us, role, text)"
                " VALUES (?, ?, ?, 2, 'text')",
                (email, place, place),
            )
            raw.execute(
                "INSERT INTO recordings (interaction_id, ordinal, kind, state, party, bytes,"
                " duration_us, source_name) VALUES (?, ?, 8, 3, 5, 0, 0, ?)",
                (email, place, name),
            )
        raw.commit()
    open_store(folder).close()
    with closing(sqlite3.connect(path)) as raw:
        found = raw.execute(
            "SELECT recording FROM messages WHERE interaction_id = ? ORDER BY ordinal", (email,)
        ).fetchall()
        assert [link for (link,) in found] == links


# --- the steps themselves --------------------------------------------------------------------


def second(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE agents ADD COLUMN nickname TEXT NOT NULL DEFAULT ''"))


def third(connection: Connection) -> None:
    connection.execute(text("UPDATE agents SET nickname = login"))


def failing(connection: Connection) -> None:
    connection.execute(text("UPDATE agents SET nickname = 'half done'"))
    message = "a fault of this step"
    raise ZeroDivisionError(message)


def orphaning(connection: Connection) -> None:
    connection.execute(text("DELETE FROM agents"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    shutil.copytree(STORES / f"v{schema.VERSION}", folder)
    return folder / "catalogue.sqlite"


def state_of(path: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(path)) as raw:
        (user_version,) = raw.execute("PRAGMA user_version").fetchone()
        (version,) = raw.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return user_version, version


def migrate(path: Path, steps: dict[int, migrations.Step], known: int) -> int:
    database = SqliteDatabase(path, "store")
    try:
        return migrations.migrate(database, steps, known)
    finally:
        database.close()


def test_steps_follow_each_other(old: Path) -> None:
    now = schema.VERSION
    assert migrate(old, {now: second, now + 1: third}, now + 2) == now
    assert state_of(old) == (now + 2, str(now + 2))
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("SELECT count(*) FROM agents WHERE nickname = login").fetchone()[0] == 2
    assert not old.with_name(old.name + "-wal").exists()


def test_a_step_that_fails_leaves_the_format_before_it(old: Path) -> None:
    now = schema.VERSION
    with pytest.raises(ZeroDivisionError):
        migrate(old, {now: second, now + 1: failing}, now + 2)
    assert state_of(old) == (now + 1, str(now + 1))
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("SELECT DISTINCT nickname FROM agents").fetchall() == [("",)]
    assert migrate(old, {now: second, now + 1: third}, now + 2) == now + 1
    assert state_of(old) == (now + 2, str(now + 2))


def test_a_step_that_orphans_rows_is_undone(old: Path) -> None:
    now = schema.VERSION
    with pytest.raises(StoreDamagedError):
        migrate(old, {now: orphaning}, now + 1)
    assert state_of(old) == (now, str(now))
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("SELECT count(*) FROM agents").fetchone()[0] == 2


def test_a_format_that_is_not_known_is_refused(old: Path) -> None:
    with pytest.raises(StoreNewerError):
        migrate(old, {}, schema.VERSION - 1)
    with closing(sqlite3.connect(old)) as raw:
        raw.execute("DELETE FROM meta")
        raw.commit()
    with pytest.raises(StoreDamagedError):
        migrate(old, {}, schema.VERSION)


def test_what_windows_kept_in_files_is_taken_in(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(STORES / "v5", folder)
    kept = folder / "remembered"
    kept.mkdir()
    (kept / "1.json").write_text('{"search": ["Иванова"], "drafts": 2}', encoding="utf-8")
    (kept / "2.json").write_text("{damaged")
    (kept / "99.json").write_text('{"search": "of nobody"}')
    with open_store(folder) as store:
        memory = store.session(ADMIN).memory
        assert (memory.recall("search"), memory.recall("drafts")) == (["Иванова"], 2)
        memory.keep("drafts", 3)
    # Once only; what cannot be read is nobody's to throw away.
    assert {path.name for path in kept.iterdir()} == {"2.json", "99.json"}
    with open_store(folder) as store:
        assert store.session(ADMIN).memory.recall("drafts") == 3
