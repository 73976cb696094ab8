"""What content interactions have and whether it is there, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Tombstone
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from tests.helpers.exporting import call, call_with_cpa, chat, gone_call, letter
from tests.helpers.stores import STARTED_US, make_giid, make_incoming

if TYPE_CHECKING:
    from reviewer.storage.store import Session

VOICE = (RecordingKind.VOICE, RecordingKind.VOICE_CHANNEL)
TEXT = (RecordingKind.VOICE_TRANSCRIPT, RecordingKind.CHAT_TRANSCRIPT)


def ids_of(session: Session, *numbers: int) -> list[int]:
    return [session.interactions.get(make_giid(number)).id for number in numbers]


def test_the_best_state_of_each_kind_is_told(admin: Session) -> None:
    available, deleted = RecordingState.AVAILABLE, RecordingState.DELETED
    admin.intake.put([call(1), call_with_cpa(2), chat(3), letter(4), gone_call(5, deleted)])
    one, two, three, four, five = ids = ids_of(admin, 1, 2, 3, 4, 5)
    states = admin.interactions.content_states
    assert states(ids, VOICE) == {one: available, two: available, five: deleted}
    assert states(ids, (RecordingKind.CPA,)) == {two: available}
    assert states(ids, TEXT) == {two: available, three: available}
    assert states(ids, (RecordingKind.EMAIL,)) == {four: available}
    assert states([three, four], VOICE) == {}
    assert states([], VOICE) == states(ids, ()) == {}


def test_a_tombstone_tells_of_content_that_has_no_recording(admin: Session) -> None:
    at_us = WallUs(STARTED_US + 9 * 3_600_000_000)
    stones = (
        Tombstone(RecordingKind.VOICE, at_us, "boss", "asked"),
        Tombstone(RecordingKind.CHAT_TRANSCRIPT, at_us, "", "old", by_retention=True),
    )
    item = make_incoming(1, channel=Channel.CHAT, recordings=(), content={}, tombstones=stones)
    admin.intake.put([item])
    ids = ids_of(admin, 1)
    assert admin.interactions.content_states(ids, VOICE) == {ids[0]: RecordingState.DELETED}
    assert admin.interactions.content_states(ids, TEXT) == {ids[0]: RecordingState.EXPIRED}


def test_many_ids_are_answered_in_any_order(admin: Session) -> None:
    admin.intake.put(chat(number) for number in range(1, 701))
    ids = admin.interactions.ids(Search())
    states = admin.interactions.content_states(ids[::-1], TEXT)
    assert set(states) == set(ids)
    assert len(ids) == 700
