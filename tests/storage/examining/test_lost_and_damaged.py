"""Files that are lost or damaged: found, told, deleted, and back again."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    ContentDamagedError,
    ContentMissingError,
)
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.models.timeline import lay_out
from reviewer.services.hear import hear_waiting
from reviewer.storage.store import Outcome
from tests.helpers.stores import (
    ADMIN,
    make_giid,
    make_incoming,
)
from tests.storage.examining.steps import file_of, told

if TYPE_CHECKING:
    from reviewer.storage.local import LocalStore


def test_a_missing_file(store: LocalStore) -> None:
    file_of(store, 1).unlink()
    (finding,) = store.examine()
    assert (finding.code, finding.repairable) == ("missing_object", True)
    assert finding.name == f"call-1.wav ({make_giid(1)})"
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    with pytest.raises(ContentMissingError):
        session.content.open(call.id, call.recordings[0])


def test_a_file_that_stays_missing_is_told_as_lost(store: LocalStore) -> None:
    path = file_of(store, 1)
    there = path.read_bytes()
    path.unlink()
    assert told(store, repair=True) == [("missing_object", True, True)]
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.MISSING
    assert call.tombstones == ()
    (row,) = session.interactions.rows([call.id])
    assert row.voice is RecordingState.MISSING
    with pytest.raises(ContentMissingError):
        session.content.open(call.id, call.recordings[0])
    # It goes on being told, by name, and nothing is left to mend.
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.repaired) == ("lost_object", True)
    assert finding.name == f"call-1.wav ({make_giid(1)})"
    # It was found behind the cupboard.
    path.write_bytes(there)
    assert told(store) == [("found_object", True, False)]
    assert told(store, repair=True) == [("found_object", True, True)]
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    with closing(session.content.open(call.id, call.recordings[0])) as source:
        assert source.read_at(0, source.size) == there
    assert store.examine() == ()


def test_a_damaged_file_in_a_lost_ones_place_stays_lost(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.unlink()
    store.examine(repair=True)
    path.write_bytes(b"something else")
    assert told(store, repair=True) == [("lost_object", False, True)]
    call = store.session(ADMIN).interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.MISSING


def test_an_empty_folder_of_content_is_no_loss(store: LocalStore) -> None:
    """Its disk is not there; once it is, everything is."""
    shutil.move(store.folder / "vault", store.folder / "elsewhere")
    (store.folder / "vault").mkdir()
    assert {code for code, _, repaired in told(store, repair=True) if not repaired} == {
        "missing_object"
    }
    (store.folder / "vault").rmdir()
    shutil.move(store.folder / "elsewhere", store.folder / "vault")
    assert store.examine() == ()


def test_what_was_lost_comes_back_with_the_next_import(store: LocalStore) -> None:
    before = file_of(store, 1)
    before.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UPDATED
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    assert len(call.recordings) == 1
    assert file_of(store, 1) != before
    assert store.examine() == ()
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UNCHANGED


def test_what_is_lost_and_held_comes_back_with_the_next_import(store: LocalStore) -> None:
    session = store.session(ADMIN)
    session.keeping.hold([session.interactions.find(make_giid(1))], "court")
    file_of(store, 1).unlink()
    store.examine(repair=True)
    (landed,), _ = session.intake.put([make_incoming(1)])
    assert landed.outcome is Outcome.UPDATED
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.AVAILABLE
    # Nothing was replaced: there was nothing.
    assert session.audit.entries(AuditQuery(acts=(Act.CONTENT_REPLACED.value,))) == ()
    assert store.examine() == ()


def test_what_is_lost_is_deleted_with_the_rest(store: LocalStore) -> None:
    """It may turn up again, and must be nothing then."""
    path = file_of(store, 1)
    there = path.read_bytes()
    path.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    number = session.interactions.find(make_giid(1))
    session.erasure.erase([number], [What.VOICE], "why", shared=Shared.CUT)
    call = session.interactions.get(make_giid(1))
    assert call.recordings[0].state is RecordingState.DELETED
    assert [stone.kind for stone in call.tombstones] == [RecordingKind.VOICE]
    path.write_bytes(there)
    assert store.examine() == ()
    assert not path.exists()
    assert session.erasure.verify_certificate(session.erasure.certificate([number])) == ()


@pytest.mark.parametrize("change_", ["shorter", "longer", "a bit", "emptied"])
def test_a_damaged_file(store: LocalStore, change_: str) -> None:
    path = file_of(store, 2)
    data = bytearray(path.read_bytes())
    if change_ == "a bit":
        data[1000] ^= 1
    else:
        data = {"shorter": data[:-1], "longer": data + b"x", "emptied": bytearray()}[change_]
    path.write_bytes(data)
    # What can be opened all the same is heard; what cannot says so once it is mended.
    opens = change_ == "a bit"
    assert told(store) == [("damaged_object", True, False)]
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(2))
    if not opens:
        with pytest.raises(ContentDamagedError):
            session.content.open(call.id, call.recordings[0])
    assert told(store, repair=True) == [("damaged_object", True, True)]
    call = session.interactions.get(make_giid(2))
    expected = RecordingState.DAMAGED if opens else RecordingState.MISSING
    assert (call.recordings[0].state, call.recordings[0].object_id is None) == (expected, False)
    if opens:
        session.content.open(call.id, call.recordings[0]).close()
    known = "damaged_object" if opens else "lost_object"
    assert told(store, repair=True) == [(known, False, True)]
    # The next import brings it back.
    session.intake.put([make_incoming(2)])
    call = session.interactions.get(make_giid(2))
    session.content.open(call.id, call.recordings[0]).close()
    assert {finding.code for finding in store.examine()} <= {"orphan_object"}


def test_damage_is_told_until_the_file_is_whole_again(store: LocalStore) -> None:
    path = file_of(store, 1)
    there = path.read_bytes()
    path.write_bytes(there[:-1] + b"x")
    store.examine(repair=True)
    session = store.session(ADMIN)
    number = session.interactions.find(make_giid(1))
    (row,) = session.interactions.rows([number])
    assert row.voice is RecordingState.DAMAGED
    assert number not in session.interactions.ids(Search(parse_line("recording:yes")))
    # A backup had it.
    path.write_bytes(there)
    assert told(store) == [("found_object", True, False)]
    assert told(store, repair=True) == [("found_object", True, True)]
    (row,) = session.interactions.rows([number])
    assert row.voice is RecordingState.AVAILABLE
    assert number in session.hearing.unheard()
    assert store.examine() == ()


def test_damage_is_noted_by_whoever_reads_it_whole(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    session = store.session(ADMIN)
    call = session.interactions.get(make_giid(1))
    with closing(session.content.open(call.id, call.recordings[0])) as source:
        source.read_at(0, 100)
        assert session.interactions.get(make_giid(1)).recordings[0].is_there
        source.read_at(100, source.size)
    now = session.interactions.get(make_giid(1))
    assert now.recordings[0].state is RecordingState.DAMAGED
    # What can be read of it is heard.
    assert len(lay_out(now).sound) == len(lay_out(call).sound) == 1
    assert told(store) == [("damaged_object", False, True)]


def test_what_is_damaged_is_deleted_and_expires_with_the_rest(store: LocalStore) -> None:
    for number in (1, 2):
        path = file_of(store, number)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    store.examine(repair=True)
    session = store.session(ADMIN)
    first, second = (session.interactions.find(make_giid(n)) for n in (1, 2))
    gone = file_of(store, 1)
    session.erasure.erase([first], [What.VOICE], "why", shared=Shared.CUT)
    assert not gone.exists()
    session.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
    assert second in dict(session.keeping.due())[What.VOICE]
    gone = file_of(store, 2)
    session.erasure.expire()
    assert not gone.exists()
    assert store.examine() == ()


def test_listening_notes_what_is_damaged(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    session = store.session(ADMIN)
    hear_waiting(session, NoProgress())
    states = [session.interactions.get(make_giid(n)).recordings[0].state for n in (1, 2)]
    assert states == [RecordingState.DAMAGED, RecordingState.AVAILABLE]


def test_sound_that_is_whole_again_waits_to_be_listened_to_again(store: LocalStore) -> None:
    path, session = file_of(store, 1), store.session(ADMIN)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    # Listening finds the damage; what can be read of it is entered the next time.
    for _ in range(2):
        hear_waiting(session, NoProgress())
    assert session.hearing.unheard() == ()
    path.write_bytes(whole)
    store.examine(repair=True)
    assert session.hearing.unheard() == (session.interactions.find(make_giid(1)),)


def test_what_is_lost_expires_with_the_rest(store: LocalStore) -> None:
    """Its key, and its waveform, would stay for ever; and the file may turn up."""
    path = file_of(store, 1)
    data = path.read_bytes()
    path.unlink()
    store.examine(repair=True)
    session = store.session(ADMIN)
    session.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
    session.erasure.expire()
    (recording,) = session.interactions.get(make_giid(1)).recordings
    assert (recording.state, recording.object_id) == (RecordingState.EXPIRED, None)
    assert session.keeping.due() == ()
    path.write_bytes(data)
    store.examine()
    assert not path.exists()


def test_a_file_that_cannot_be_opened_is_damaged(store: LocalStore) -> None:
    path = file_of(store, 1)
    path.unlink()
    path.mkdir()
    assert [finding.code for finding in store.examine()] == ["damaged_object"]
