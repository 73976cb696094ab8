"""Imports go on and listen to what they brought in."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from reviewer.cli.main import main
from reviewer.errors import CancelledError
from reviewer.models.audit import Purpose
from reviewer.models.criteria.line import parse_line
from reviewer.models.progress import Watch
from reviewer.models.search import Search
from reviewer.models.timeline import lay_out
from reviewer.services.derive import Derivations
from reviewer.services.hear import hear_waiting
from reviewer.services.import_aside import hear_aside, import_aside
from reviewer.storage.local import open_store
from tests.helpers.sound import encode, speech
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_recording, make_store
from tests.services.importers.asterisk_logs import NOON, write_cdr, write_wav
from tests.services.test_import_aside import calls

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.storage.local import LocalStore


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A PBX of three calls, of which two were recorded."""
    folder = tmp_path / "source"
    write_cdr(folder, *calls(3))
    for number in (0, 1):
        write_wav(folder / f"{NOON}.{number}.wav", 3)
    return str(folder)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    make_store(tmp_path).close()
    return str(tmp_path / "store")


def run(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert main(arguments, out, err) == 0, err.getvalue()
    return out.getvalue()


def waiting(store: LocalStore) -> int:
    return len(store.session(ADMIN).hearing.unheard())


def test_an_import_listens_and_what_is_left_the_next_one_does(folder: str, source: str) -> None:
    told = run("import", source, "--store", folder, "--listen", "none", "--json")
    assert json.loads(told)["added"] == 3
    with open_store(folder) as store:
        assert waiting(store) == 2
    run("import", source, "--store", folder)
    with open_store(folder) as store:
        assert waiting(store) == 0


def test_listening_alone_takes_what_was_there_before(folder: str) -> None:
    with open_store(folder) as store:
        store.session(ADMIN).intake.put([make_incoming(1), make_incoming(2)])
        with store._core.database.write() as connection:
            connection.exec_driver_sql("UPDATE unheard SET is_old = 1")
    for which, count in (("new", 0), ("all", 2)):
        told = run("import", "--store", folder, "--listen", which, "--json")
        assert json.loads(told) == {"heard": count}
    out, err = io.StringIO(), io.StringIO()
    assert main(("import", "--store", folder), out, err) == 2
    with open_store(folder) as store:
        assert store.session(ADMIN).hearing.unheard(old=True) == ()


def test_the_window_shows_what_came_in_before_it_is_listened_to(folder: str, source: str) -> None:
    result = import_aside(folder, ADMIN, source, progress=Watch())
    with open_store(folder) as store:
        left = set(store.session(ADMIN).hearing.unheard())
    assert len(left) == 2
    assert left <= result.changes.interactions
    changes = hear_aside(folder, ADMIN, progress=Watch())
    with open_store(folder) as store:
        assert (changes.interactions, waiting(store)) == (left, 0)


def test_stopped_it_says_who_goes_on(folder: str) -> None:
    with open_store(folder) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(1)])
        stopped = Watch()
        stopped.cancel()
        with pytest.raises(CancelledError, match="next import"):
            hear_waiting(session, stopped)
        assert waiting(store) == 1


def test_whoever_opens_a_call_has_it_listened_to(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(
            [make_incoming(1, recordings=(make_recording(),), content={0: encode(speech(1))})]
        )
        call = session.interactions.get(make_giid(1), purpose=Purpose.PREPARE)
        Derivations(session, call.id).hear(call, lay_out(call))
        assert waiting(store) == 0
        assert session.interactions.count(Search(parse_line("silence<20%"))).n == 1
