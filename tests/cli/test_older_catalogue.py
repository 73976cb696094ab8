"""`reviewer doctor --accept-older-catalogue`: told, asked, entered, and then swept."""

from __future__ import annotations

import io
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.search import Search
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_encrypted, make_incoming, make_store

if TYPE_CHECKING:
    from pathlib import Path

HOUR_S = 3600
ACCEPT = "--accept-older-catalogue"


class Doctor:
    """Runs `reviewer doctor` on a store whose catalogue was put back from a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = self.err = ""

    def run(self, *options: str, login: str = ADMIN) -> int:
        out, err = io.StringIO(), io.StringIO()
        where = ("--store", str(self.folder), "--user", login)
        try:
            code = main(["doctor", *where, *options], out, err)
        finally:
            choose_language("en")
        self.out, self.err = out.getvalue(), err.getvalue()
        return code

    def files(self) -> int:
        return sum(1 for path in (self.folder / "vault").rglob("*") if path.is_file())


@pytest.fixture(params=[False, True], ids=["clear", "encrypted"])
def doctor(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Doctor:
    monkeypatch.delenv("REVIEWER_PASSPHRASE", raising=False)
    folder, copy = tmp_path / "store", tmp_path / "copy.sqlite"
    made = make_encrypted(folder) if request.param else make_store(tmp_path)
    with made as store:
        way_in = store.way_in
        store.session(ADMIN).people.add_user("anna", "Anna", ["manager"])
        store.session(ADMIN).intake.put([make_incoming(1)])
    if way_in:
        monkeypatch.setenv("REVIEWER_PASSPHRASE", way_in)
    shutil.copy(folder / "catalogue.sqlite", copy)
    with open_store(folder, opener=way_in or None) as store:
        store.session(ADMIN).intake.put([make_incoming(2), make_incoming(3)])
    shutil.copy(copy, folder / "catalogue.sqlite")
    for path in (folder / "vault").rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * HOUR_S))
    return Doctor(folder)


def accepted(doctor: Doctor) -> list[dict[str, object]]:
    opener = os.environ.get("REVIEWER_PASSPHRASE")
    with open_store(doctor.folder, opener=opener) as store:
        session = store.session(ADMIN)
        assert session.audit.verify().holds
        assert session.interactions.count(Search()).n == 1
        found = session.audit.entries(AuditQuery(acts=(Act.CATALOGUE_ACCEPTED.value,)))
        return [dict(entry.detail) for entry in found]


def test_it_is_told_and_asked_and_nothing_is_swept_before(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert doctor.run(ACCEPT, "--repair") == 5
    assert "everything since then is gone from the store for good" in doctor.err
    assert "2 files of content" in doctor.err
    assert "Nothing was accepted." in doctor.err
    assert "it is older than the content" in doctor.out
    assert (doctor.files(), accepted(doctor)) == (3, [])


def test_accepted_it_is_entered_and_repair_sweeps_what_nothing_knows_of(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ACCEPT\n"))
    assert doctor.run(ACCEPT) == 5
    assert "it is older than the content" not in doctor.out
    assert "it belongs to no interaction" in doctor.out
    assert doctor.files() == 3
    (told,) = accepted(doctor)
    assert told["files"] == 2
    assert doctor.run("--repair") == 0
    assert doctor.files() == 1
    assert doctor.run() == 0
    # Once more there is nothing to accept, and nothing is entered.
    assert doctor.run(ACCEPT, "--yes") == 0
    assert "there is nothing to accept" in doctor.err
    assert len(accepted(doctor)) == 1


def test_in_one_go_for_a_script(doctor: Doctor) -> None:
    assert doctor.run(ACCEPT, "--yes", "--repair", "--json") == 0
    told = json.loads(doctor.out)
    assert told["accepted"]["objects"] == 2
    assert {finding["code"] for finding in told["findings"]} <= {"orphan_object", "orphan_key"}
    assert doctor.files() == 1


def test_it_needs_what_repair_needs(doctor: Doctor) -> None:
    assert doctor.run(ACCEPT, "--yes", "--repair", login="anna") == 3
    assert (doctor.files(), accepted(doctor)) == (3, [])
