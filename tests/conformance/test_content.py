"""Opening recorded bytes, and what a store tells of itself, in every store."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    AccessWithdrawnError,
    ContentGoneError,
    ContentMissingError,
    NotFoundError,
    StoreClosedError,
)
from reviewer.models.access import UserChange
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import RecordingId
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingState
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.storage.local import watched
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_wav,
)

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store

HOUR = 3600_000_000


def test_bytes_are_read_at_any_place(admin: Session) -> None:
    data = make_wav(3.0)
    recording = make_recording(seconds=3.0)
    admin.intake.put([make_incoming(1, recordings=(recording,), content={0: data})])
    kept = admin.interactions.get(make_giid(1))
    with closing(admin.content.open(kept.id, kept.recordings[0])) as source:
        assert (source.size, source.name) == (len(data), "call.wav")
        for offset, length in ((0, 44), (44, 1000), (len(data) - 5, 5), (len(data) - 5, 99)):
            assert source.read_at(offset, length) == data[offset : offset + length]
        assert source.read_at(len(data), 10) == source.read_at(len(data) + 9, 10) == b""
    source.close()


def test_what_is_open_is_read_on_only_as_long_as_it_may_be_seen(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "LOOK_S", 0.0)
    admin.intake.put([make_incoming(1)])
    kept = admin.interactions.get(make_giid(1))
    people = admin.people
    anna, _ = people.add_user("anna", "Anna", ["qm_evaluator"], teams=["Sales"])
    session = store.session("anna")
    with closing(session.content.open(kept.id, kept.recordings[0])) as source:
        people.change_user(anna.id, UserChange(display_name="Anna P."))
        assert len(source.read_at(0, 44)) == 44
        people.change_user(anna.id, UserChange(teams=()))
        with pytest.raises(NotFoundError):
            source.read_at(44, 44)
        # Nor by trying again at once: what was refused is looked at again.
        monkeypatch.setattr(watched, "LOOK_S", 1000.0)
        with pytest.raises(NotFoundError):
            source.read_at(44, 44)
        monkeypatch.setattr(watched, "LOOK_S", 0.0)
        people.change_user(anna.id, UserChange(teams=("Sales",)))
        assert len(source.read_at(44, 44)) == 44
        # Who was signed out elsewhere goes on by logging in again.
        people.sign_out(next(one.number for one in people.sign_ins() if one.login == "anna"))
        assert len(source.read_at(44, 44)) == 44
        people.change_user(anna.id, UserChange(disabled=True))
        with pytest.raises(AccessWithdrawnError):
            source.read_at(44, 44)


def test_what_is_open_is_not_read_on_once_it_was_deleted(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whichever program: its file can be read on where it is open."""
    monkeypatch.setattr(watched, "LOOK_S", 0.0)
    admin.intake.put([make_incoming(1)])
    kept = admin.interactions.get(make_giid(1))
    with closing(admin.content.open(kept.id, kept.recordings[0])) as source:
        assert len(source.read_at(0, 44)) == 44
        store.session(ADMIN).erasure.erase([kept.id], [What.VOICE], "asked", shared=Shared.CUT)
        with pytest.raises(ContentGoneError):
            source.read_at(44, 44)


def test_a_recording_of_nothing_is_empty(admin: Session) -> None:
    nothing = make_recording(spans=())
    admin.intake.put([make_incoming(1, recordings=(nothing,), content={})])
    kept = admin.interactions.get(make_giid(1))
    assert kept.recordings[0].is_empty
    with closing(admin.content.open(kept.id, kept.recordings[0])) as source:
        assert (source.size, source.read_at(0, 10)) == (0, b"")


def test_two_readers_of_one_recording(admin: Session) -> None:
    admin.intake.put([make_incoming(1)])
    kept = admin.interactions.get(make_giid(1))
    one = admin.content.open(kept.id, kept.recordings[0])
    two = admin.content.open(kept.id, kept.recordings[0])
    assert one.read_at(0, 4) == two.read_at(0, 4) == b"RIFF"
    one.close()
    assert two.read_at(8, 4) == b"WAVE"
    two.close()


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (RecordingState.DELETED, ContentGoneError),
        (RecordingState.EXPIRED, ContentGoneError),
        (RecordingState.MISSING, ContentMissingError),
    ],
)
def test_content_that_is_not_there(admin: Session, state: RecordingState, error: type) -> None:
    recording = make_recording(state=state)
    admin.intake.put([make_incoming(1, recordings=(recording,), content={})])
    kept = admin.interactions.get(make_giid(1))
    with pytest.raises(error) as caught:
        admin.content.open(kept.id, kept.recordings[0])
    assert "call.wav" in str(caught.value)
    # What the caller believes of it does not count.
    believed = replace(kept.recordings[0], state=RecordingState.AVAILABLE)
    with pytest.raises(error):
        admin.content.open(kept.id, believed)


def test_a_recording_of_another_interaction_is_not_opened(admin: Session) -> None:
    admin.intake.put([make_incoming(1), make_incoming(2)])
    one, two = (admin.interactions.get(make_giid(n)) for n in (1, 2))
    with pytest.raises(NotFoundError):
        admin.content.open(one.id, two.recordings[0])
    with pytest.raises(NotFoundError):
        admin.content.open(one.id, replace(one.recordings[0], id=RecordingId(999)))


def test_stats(admin: Session) -> None:
    empty = admin.store.stats()
    assert (empty.interactions, empty.first_us, empty.last_us) == (0, None, None)
    admin.intake.put([make_incoming(1), make_incoming(2), make_incoming(3, channel=Channel.CHAT)])
    first = admin.interactions.get(make_giid(1))
    admin.evaluations.save(first.id, 1, [CategoryScore("Greeting", 5)])
    stats = admin.store.stats()
    assert (stats.interactions, stats.segments, stats.recordings) == (3, 3, 3)
    assert stats.by_channel == {"voice": 2, "chat": 1}
    assert (stats.recorded_us, stats.content_bytes) == (3_000_000, 3 * 16_044)
    assert (stats.evaluations, stats.catalogue_bytes > 0) == (1, True)
    assert (stats.first_us, stats.last_us) == (STARTED_US + HOUR, STARTED_US + 3 * HOUR)


def test_a_sound_store_suffers_from_nothing(admin: Session) -> None:
    admin.intake.put(make_incoming(n) for n in range(5))
    assert admin.store.examine() == ()
    assert admin.store.examine(repair=True) == ()


def test_settings_are_those_it_was_made_with(store: Store, store_factory) -> None:
    made = replace(SETTINGS, features=store.settings.features, sealed=store.settings.sealed)
    assert store.settings == made
    again = store_factory.reopen(store)
    assert again.settings == again.session(ADMIN).settings == made
    assert again.session(ADMIN).store is again


def test_a_closed_store_says_so(store: Store, admin: Session) -> None:
    admin.intake.put([make_incoming(1)])
    kept = admin.interactions.get(make_giid(1))
    store.close()
    store.close()
    calls = (
        lambda: store.session(ADMIN),
        store.stats,
        store.examine,
        lambda: admin.interactions.search(Search()),
        lambda: admin.interactions.get(kept.giid),
        lambda: admin.content.open(kept.id, kept.recordings[0]),
        lambda: admin.intake.put([make_incoming(2)]),
        lambda: admin.evaluations.of(kept.id),
        admin.people.users,
    )
    for call in calls:
        with pytest.raises(StoreClosedError):
            call()
