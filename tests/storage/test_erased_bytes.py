"""After a deletion, no byte of what was deleted is in the store's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.derived import DerivedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Message
from reviewer.models.recording import PartyRole
from reviewer.models.search import Search
from reviewer.storage.catalogue import fulltext, landing
from reviewer.storage.local import open_store
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.derived import name_of
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_store,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from reviewer.storage.local import LocalStore

SECRET = "Квартальный отчёт плутония"
WAVE = b"a waveform nobody else has" * 50
SOUND = b"RIFF" + bytes(40) + b"a sound nobody else makes" * 50

RECORDINGS = (make_recording(STARTED_US, source_name="one.wav"),)


def filled(tmp_path: Path) -> LocalStore:
    store = make_store(tmp_path)
    items = [
        make_incoming(
            number,
            messages=(
                Message(
                    WallUs(STARTED_US),
                    PartyRole.CUSTOMER,
                    "Клиент",
                    SECRET if number == 1 else f"Обычный разговор номер {number}",
                ),
            ),
            **({"content": {0: SOUND}, "recordings": RECORDINGS} if number == 1 else {}),
        )
        for number in range(1, 30)
    ]
    session = store.session(ADMIN)
    session.intake.put(items)
    call = session.interactions.get(make_giid(1))
    for kind in DerivedKind:
        session.derived.keep(call.id, call.recordings[0], kind, WAVE)
    return store


def traces(folder: Path) -> set[str]:
    """Return which words of the secret are in which file, also as stems and parts of words."""
    words = ["плутони", "квартальн", "Квартальный", "отчет", "отчёт"]
    found = set()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        found |= {f"{path.name}: {word}" for word in words if word.encode() in data}
        found |= {f"{path.name}: sound"} if b"a sound nobody else makes" in data else set()
        found |= {f"{path.name}: waveform"} if b"a waveform nobody else has" in data else set()
    return found


def test_nothing_of_it_is_in_any_file(tmp_path: Path) -> None:
    with filled(tmp_path) as store:
        assert traces(store.folder)
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        session.erasure.erase(ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        assert session.interactions.count(Search()).n == 29
        assert traces(store.folder) == set()
    assert traces(store.folder) == set()


def test_what_was_being_computed_when_all_was_killed_is_not_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        call = session.interactions.get(make_giid(1))
        session.erasure.erase([call.id], [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        # As a kill between the writing and the keeping leaves it: written after the deletion.
        object_id = new_object_id()
        mark = name_of(object_id, DerivedKind.PEAKS)
        with store._core.database.write() as connection:
            landing.enter_pending(connection, [mark], 0)
        store._core.derived.put(object_id, DerivedKind.PEAKS, WAVE)
        assert traces(store.folder)
    with open_store(store.folder) as again:
        assert traces(store.folder) == set()
        assert not again.examine()


def test_a_deletion_that_was_killed_before_the_end_is_ended_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path) as store:
        session = store.session(ADMIN)
        ids = [session.interactions.find(make_giid(1))]
        # As a kill just after the commit leaves it.
        monkeypatch.setattr(fulltext, "purge", lambda database: None)
        monkeypatch.setattr(type(store._core), "destroy", lambda core, objects: None)
        session.erasure.erase(ids, [What.VOICE, What.TRANSCRIPT], "asked", shared=Shared.CUT)
        assert traces(store.folder)
    monkeypatch.undo()
    with open_store(store.folder) as again:
        assert traces(store.folder) == set()
        assert not again.examine()
