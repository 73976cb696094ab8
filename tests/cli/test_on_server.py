"""Commands on a store whose catalogue is on PostgreSQL, and what they say when it is not there."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from reviewer.storage.address import open_address
from tests.helpers.postgresql import GUARDED, PASSWORD, ServerStores, server
from tests.helpers.stores import ADMIN, make_giid, make_incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run():
    def run(*arguments) -> Result:
        out, err = io.StringIO(), io.StringIO()
        try:
            code = main([str(a) for a in arguments], out, err)
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    stores = ServerStores(tmp_path)
    with stores.make() as store:
        store.session(ADMIN).intake.put([make_incoming(1), make_incoming(2, subject="planted")])
        url = store.url
    yield url
    stores.close()


def test_a_store_on_a_server_is_made_and_used_like_any_other(run, tmp_path) -> None:
    name = server().new_database()
    url = server().url(name, media=tmp_path / "media")
    try:
        made = run("init", url, "--admin", ADMIN, "--time-zone", "Europe/Moscow")
        assert made.code == 0, made.err
        assert "folder of its media" in made.err
        with open_address(url) as store:
            store.session(ADMIN).intake.put([make_incoming(1)])
        # Remembered as the one opened last.
        found = run("search", "agent:ivanova", "--user", ADMIN, "--json")
        assert [json.loads(line)["giid"] for line in found.out.splitlines()] == [make_giid(1)]
        assert run("show", make_giid(1), "--store", url, "--user", ADMIN).code == 0
        told = run("stats", "--store", url, "--json").json
        assert told["interactions"] == 1
        exported = run("export", "", "--to", tmp_path / "media" / "out", "--user", ADMIN)
        assert exported.code == 2
        assert "within the store" in exported.err
        assert run("export", "", "--to", tmp_path / "out", "--voice", "--user", ADMIN).code == 0
        again = run("init", url, "--admin", ADMIN)
        assert again.code == 2
    finally:
        server().drop(name)


def test_doctor_looks_a_store_on_a_server_over(run, address, monkeypatch) -> None:
    told = run("doctor", "--store", address, "--json").json
    assert told["findings"] == []
    assert {"code": "postgresql", "ok": True}.items() <= told["machine"][-1].items()
    monkeypatch.setenv("REVIEWER_STORE", address.replace("owner@", f"{GUARDED}:{PASSWORD}@"))
    refused = run("doctor")
    assert refused.code == 3
    assert "rights" in refused.err
    assert PASSWORD not in refused.out + refused.err


def test_doctor_names_a_missing_driver(run, address, without_driver) -> None:
    told = run("doctor", "--store", address)
    assert told.code == 4
    assert "✗ PostgreSQL" in told.out
    assert "pip install" in told.out + told.err
    assert run("search", "", "--store", address).code == 4


@pytest.fixture
def without_driver(monkeypatch):
    for name in list(sys.modules):
        if name.startswith(("psycopg", "reviewer.storage.catalogue.postgresql.d")) or name in (
            "reviewer.storage.local.postgresql",
            "reviewer.storage.catalogue.postgresql.faults",
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("owner@", f"{GUARDED}:wrong@"), 3, "password is wrong"),
        (("owner@", f"{GUARDED}:{PASSWORD}@"), 3, "does not give this user the rights"),
        (("host=/tmp", "host=/nowhere"), 4, "no server listens there"),
        (("media=/", "media=/nowhere/"), 4, "folder of its media"),
        (("?", "?nosuch=1&"), 2, "cannot be read"),
        (("&media=", "&other="), 2, "media=FOLDER"),
    ],
    ids=["password", "rights", "server", "media", "parameter", "no media"],
)
def test_what_can_be_wrong_has_its_sentence_and_its_code(
    run, address, monkeypatch, caplog, change, code, words
) -> None:
    monkeypatch.setenv("REVIEWER_STORE", address.replace(*change))
    for command in (("search", ""), ("stats",), ("show", make_giid(1))):
        told = run(*command)
        assert told.code == code, told.err
        assert words in told.err
        assert PASSWORD not in told.out + told.err + caplog.text
        assert "Traceback" not in told.err


def test_no_password_is_taken_from_an_argument(run, address) -> None:
    secret = address.replace("owner@", f"{GUARDED}:{PASSWORD}@")
    for command in (("search", "", "--store", secret), ("init", secret), ("open", secret)):
        told = run(*command)
        assert told.code == 2
        assert "PGPASSWORD" in told.err
        assert PASSWORD not in told.out + told.err
