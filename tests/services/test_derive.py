"""Waveform and activity are computed once, and anew where what was kept is of no use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from reviewer.errors import ContentMissingError, StoreFullError
from reviewer.media import packing
from reviewer.models.activity import DullKind, dull_stretches
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole
from reviewer.models.timeline import lay_out
from reviewer.services import derive
from reviewer.services.derive import Derivations
from reviewer.storage.local.derived import LocalDerived
from tests.helpers.stores import ADMIN, STARTED_US, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.models.interaction import Interaction
    from reviewer.storage.local import LocalStore

S = 1_000_000
HOUR_US = 3600 * S


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put([make_incoming(1)])
        yield made


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names what is computed, in its order."""
    told: list[str] = []
    for name in ("read_peaks", "find_activity"):
        real = getattr(derive, name)

        def watched(*args, real=real, name=name, **more):
            told.append(name)
            return real(*args, **more)

        monkeypatch.setattr(derive, name, watched)
    return told


def call_of(store: LocalStore) -> Interaction:
    return store.session(ADMIN).interactions.get(make_giid(1))


def deriving(store: LocalStore) -> Derivations:
    return Derivations(store.session(ADMIN), call_of(store).id)


def test_it_is_computed_once(store: LocalStore, computed: list[str]) -> None:
    (recording,) = call_of(store).recordings
    parts: list[int] = []
    first = deriving(store).peaks(recording, on_part=lambda at, part: parts.append(len(part)))
    again = deriving(store).peaks(recording, on_part=lambda at, part: parts.append(len(part)))
    assert np.array_equal(first.low, again.low)
    assert parts == [100, 100]
    assert deriving(store).activity(recording) == deriving(store).activity(recording)
    assert computed == ["read_peaks", "find_activity"]


def test_another_version_and_damage_are_computed_anew(
    store: LocalStore, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (recording,) = call_of(store).recordings
    deriving(store).activity(recording)
    monkeypatch.setattr(packing, "ACTIVITY_VERSION", packing.ACTIVITY_VERSION + 1)
    found = deriving(store).activity(recording)
    assert deriving(store).activity(recording) == found
    for path in (store.folder / "derived").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1])
    assert deriving(store).activity(recording) == found
    assert computed == ["find_activity"] * 3


def test_a_recording_that_is_missing_is_told_though_its_waveform_is_there(
    store: LocalStore,
) -> None:
    (recording,) = call_of(store).recordings
    deriving(store).peaks(recording)
    assert recording.object_id is not None
    (store.folder / "vault" / recording.object_id[:2] / recording.object_id).unlink()
    with pytest.raises(ContentMissingError):
        deriving(store).peaks(recording)


def test_a_full_disk_does_not_keep_anyone_from_seeing_it(
    store: LocalStore, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (recording,) = call_of(store).recordings

    def full(*_args: object) -> None:
        raise StoreFullError(store="store")

    session = store.session(ADMIN)
    monkeypatch.setattr(LocalDerived, "keep", full)
    mine = Derivations(session, call_of(store).id)
    assert len(mine.peaks(recording)) == len(mine.peaks(recording)) == 100
    assert computed == ["read_peaks"] * 2


def test_pauses_are_those_of_the_sound(store: LocalStore) -> None:
    call = call_of(store)
    timeline = lay_out(call)
    known = {call.recordings[0].id: deriving(store).activity(call.recordings[0])}
    assert deriving(store).pauses(call, timeline) == dull_stretches(timeline, known)


def test_in_a_chat_it_is_the_waiting(store: LocalStore) -> None:
    start = STARTED_US + 2 * HOUR_US
    said = tuple(
        Message(start + at * S, PartyRole.AGENT, "Анна", "да") for at in (1, 4, 30, 33, 60)
    )
    chat = make_incoming(
        2, channel=Channel.CHAT, recordings=(), content={}, messages=said, medium="web"
    )
    session = store.session(ADMIN)
    session.intake.put([chat])
    found = session.interactions.get(make_giid(2))
    pauses = Derivations(session, found.id).pauses(found, lay_out(found))
    assert {pause.kind for pause in pauses} == {DullKind.SILENCE}
    assert [(p.start_us // S, p.end_us // S) for p in pauses] == [(8, 29), (37, 59)]
