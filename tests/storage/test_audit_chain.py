"""What somebody who writes to the catalogue's file does to the audit log shows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.models.audit import Act, Event, FaultKind, chained, head_message
from reviewer.models.ids import WallUs
from reviewer.models.progress import NoProgress
from reviewer.storage.catalogue import audit
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.audit import Anchor, Verification


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with make_store(tmp_path) as store:
        admin = store.session(ADMIN)
        admin.intake.put([make_incoming(number) for number in (1, 2, 3)])
        for number in (1, 2, 3):
            admin.interactions.get(make_giid(number))
    return tmp_path / "store"


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def verified(folder: Path, anchor: Anchor | None = None) -> Verification:
    """Verify without entering anything: opening a session would sign a new end."""
    with open_store(folder) as store:
        core = store._core
        with core.database.read() as connection:
            return audit.verify(
                connection, core.journal.store_id, core.journal.signed, anchor, NoProgress()
            )


def kinds(found: Verification) -> set[FaultKind]:
    return {fault.kind for fault in found.faults}


def test_an_untouched_log_is_whole(folder: Path) -> None:
    found = verified(folder)
    assert found.holds
    assert found.entries == 6


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at_us", "at_us + 1"),
        ("login", "'other'"),
        ("act", "'searched'"),
        ("interaction_id", "interaction_id + 1"),
        ("giid", "'x'"),
        ("detail", "'{}' || ' '"),
        ("origin", "'elsewhere'"),
        ("hash", "randomblob(32)"),
    ],
)
@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_changed_entry_is_named(folder: Path, column: str, value: str, number: int) -> None:
    change(folder, f"UPDATE audit SET {column} = {value} WHERE number = {number}")  # noqa: S608
    found = verified(folder)
    assert (FaultKind.CHANGED, number) in {(f.kind, f.number) for f in found.faults}


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_removed_entry_shows(folder: Path, number: int) -> None:
    change(folder, f"DELETE FROM audit WHERE number = {number}")  # noqa: S608
    found = verified(folder)
    assert (FaultKind.MISSING, number + 1) in {(f.kind, f.number) for f in found.faults}


def test_entries_that_changed_places_show(folder: Path) -> None:
    change(
        folder,
        "UPDATE audit SET number = 100 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 5",
        "UPDATE audit SET number = 5 WHERE number = 100",
    )
    assert kinds(verified(folder)) >= {FaultKind.CHANGED}


@pytest.mark.parametrize("last", [5, 3, 0])
def test_a_cut_end_shows(folder: Path, last: int) -> None:
    change(folder, f"DELETE FROM audit WHERE number > {last}")  # noqa: S608
    assert kinds(verified(folder)) == {FaultKind.CUT}


def test_a_cut_end_with_an_end_to_match_shows(folder: Path) -> None:
    change(
        folder,
        "DELETE FROM audit WHERE number > 4",
        "UPDATE audit_head SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4)",
    )
    assert kinds(verified(folder)) == {FaultKind.UNSIGNED}


def test_an_entry_added_from_outside_shows(folder: Path) -> None:
    change(
        folder,
        "INSERT INTO audit SELECT 7, at_us, login, act, interaction_id, giid, detail, origin, hash "
        "FROM audit WHERE number = 6",
    )
    assert kinds(verified(folder)) >= {FaultKind.CHANGED, FaultKind.NOT_FOLLOWING}


def test_without_its_end_the_log_is_not_signed(folder: Path) -> None:
    change(folder, "DELETE FROM audit_head")
    assert kinds(verified(folder)) == {FaultKind.UNSIGNED}


def test_a_log_made_anew_with_the_stores_own_key_is_caught_by_an_anchor(folder: Path) -> None:
    with open_store(folder) as store:
        anchor = store.session(ADMIN).audit.anchor()
        store_id, sign = store._core.journal.store_id, store._core.journal._signer.sign
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw, raw:
        rows = raw.execute(
            "SELECT number, at_us, login, act, interaction_id, giid, detail, origin FROM audit "
            "WHERE number <> 5 ORDER BY number"
        ).fetchall()
        raw.execute("DELETE FROM audit")
        before = bytes(32)
        for number, row in enumerate(rows, start=1):
            event = Event(row[1], row[2], Act.OPENED, row[4], row[5], origin=row[7])
            before = chained(before, number, event, row[6], row[3])
            raw.execute(
                "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *row[1:], before)
            )
        raw.execute(
            "UPDATE audit_head SET number = ?, hash = ?, signature = ?",
            (len(rows), before, sign(head_message(store_id, len(rows), before))),
        )
    assert verified(folder).holds
    assert kinds(verified(folder, anchor)) == {FaultKind.ANCHOR}


def test_an_anchor_of_another_store_or_without_its_signature_is_none(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with make_store(other) as store:
        foreign = store.session(ADMIN).audit.anchor()
    with open_store(folder) as store:
        log = store.session(ADMIN).audit
        anchor = log.anchor()
        assert log.verify(anchor).holds
        for false in (foreign, replace(anchor, signature=bytes(64)), replace(anchor, number=2)):
            assert kinds(log.verify(false)) == {FaultKind.ANCHOR}


def undone(core) -> None:
    with core.database.write() as connection:
        core.journal.write(connection, [Event(WallUs(1), "x", Act.DELETED)])
        raise ZeroDivisionError


def test_what_is_undone_is_not_told(folder: Path) -> None:
    with open_store(folder) as store:
        core = store._core
        with pytest.raises(ZeroDivisionError):
            undone(core)
    found = verified(folder)
    assert found.holds
    assert found.entries == 6
