"""Deleting for good, holds and retention, in every store."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    ContentError,
    ContentGoneError,
    NotFoundError,
    ReasonMissingError,
    RefusedError,
    RetentionInvalidError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.bytesource import MemorySource
from reviewer.models.certificate import certificate_text, read_certificate
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import CutPiece, RetentionRule, Shared, SharedPiece, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState, Span
from reviewer.models.search import Search
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session, Store

HOUR = 3_600_000_000
MINUTE = 60_000_000
EVERY = tuple(What)


def said(text: str, at: int = STARTED_US) -> Message:
    return Message(WallUs(at), PartyRole.CUSTOMER, "Клиент", text)


def call(number: int, text: str = "секретная фраза", **more: object) -> Incoming:
    start = STARTED_US + number * HOUR
    return make_incoming(
        number,
        recordings=(make_recording(start, source_name=f"{number}.wav"),),
        content={0: make_wav(0.2, seed=number)},
        messages=(said(text, start),),
        segments=(make_segment(started_us=start),),
        started_us=start,
        **more,
    )


def screen(start: int, name: str = "piece.webm") -> tuple[object, bytes]:
    span = Span(MediaUs(0), WallUs(start), 3 * MINUTE)
    recording = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(span,),
        media_type="video/webm",
        source_name=name,
    )
    return recording, b"a piece of video" * 100


def ids_of(session: Session) -> list[int]:
    return list(session.interactions.ids(Search()))


def get(session: Session, number: int) -> Interaction:
    return session.interactions.get(make_giid(number))


def erase(session: Session, *numbers: int, what=(What.VOICE, What.TRANSCRIPT), **more: object):
    more = {"shared": Shared.CUT} | more
    ids = [session.interactions.find(make_giid(number)) for number in numbers]
    return session.erasure.erase(ids, what, "просьба клиента", **more)


# --- one interaction -----------------------------------------------------------------------------


def test_what_is_deleted_is_gone_and_a_tombstone_says_so(admin: Session) -> None:
    admin.intake.put([call(1), call(2, "другое")])
    before = get(admin, 1)
    told, changes = erase(admin, 1)
    assert list(told.interactions) == [before.giid]
    assert changes.recordings_of == {before.id}
    after = get(admin, 1)
    assert after.messages == ()
    assert [r.state for r in after.recordings] == [RecordingState.DELETED]
    assert after.recordings[0].object_id is None
    assert {stone.kind for stone in after.tombstones} == {
        RecordingKind.VOICE,
        RecordingKind.VOICE_TRANSCRIPT,
    }
    stone = after.tombstones[0]
    assert (stone.by, stone.reason, stone.by_retention) == (ADMIN, "просьба клиента", False)
    assert (stone.recordings, stone.bytes) == (1, before.recordings[0].bytes)
    # What is statistics stays.
    assert (after.started_us, after.ended_us) == (before.started_us, before.ended_us)
    assert after.segments == before.segments
    with pytest.raises(ContentGoneError):
        admin.content.open(after.id, before.recordings[0])


def test_nothing_finds_what_was_deleted(admin: Session) -> None:
    admin.intake.put([call(1), call(2, "другое")])
    wanted = Search(parse_line("секретная"))
    assert admin.interactions.count(wanted).n == 1
    erase(admin, 1)
    assert admin.interactions.count(wanted).n == 0
    assert admin.interactions.count(Search(parse_line("другое"))).n == 1
    assert admin.interactions.count(Search(parse_line("recording:yes"))).n == 1
    assert not admin.store.examine()


def test_it_does_not_come_back_with_another_import(admin: Session) -> None:
    admin.intake.put([call(1)])
    erase(admin, 1)
    admin.intake.put([call(1, "секретная фраза снова")])
    after = get(admin, 1)
    assert after.messages == ()
    assert [r.state for r in after.recordings] == [RecordingState.DELETED]
    assert admin.interactions.count(Search(parse_line("секретная"))).n == 0


def test_only_what_was_asked_for_goes(admin: Session) -> None:
    admin.intake.put([call(1)])
    erase(admin, 1, what=(What.VOICE,))
    after = get(admin, 1)
    assert len(after.messages) == 1
    assert [stone.kind for stone in after.tombstones] == [RecordingKind.VOICE]
    assert admin.interactions.count(Search(parse_line("секретная"))).n == 1
    told, _ = erase(admin, 1, what=(What.VOICE,))
    assert (told.interactions, told.nothing) == ({}, 1)
    assert len(get(admin, 1).tombstones) == 1


def test_an_email_goes_with_its_subject(admin: Session) -> None:
    letter = make_recording(kind=RecordingKind.EMAIL, segment_number=1, spans=())
    item = make_incoming(
        1,
        channel=Channel.EMAIL,
        subject="Тайная тема",
        case_number="C-9",
        recordings=(letter,),
        content={0: b"From: a@example.com\r\n\r\nbody"},
        messages=(said("текст письма"),),
    )
    admin.intake.put([item])
    erase(admin, 1, what=(What.EMAIL,))
    after = get(admin, 1)
    assert (after.subject, after.messages, after.case_number) == ("", (), "C-9")
    assert admin.interactions.count(Search(parse_line("subject:~тайная"))).n == 0
    told_again = replace(item.interaction, subject="Тайная тема снова", account_number="7")
    admin.intake.put([replace(item, interaction=told_again)])
    after = get(admin, 1)
    assert (after.subject, after.account_number) == ("", "7")
    assert not admin.store.examine()


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_001])
def test_a_reason_is_mandatory(admin: Session, reason: str) -> None:
    admin.intake.put([call(1)])
    with pytest.raises(ReasonMissingError):
        admin.erasure.erase(ids_of(admin), EVERY, reason, shared=Shared.CUT)
    assert get(admin, 1).tombstones == ()


def test_who_may_not_is_refused_and_what_is_hidden_is_left_out(
    admin: Session, store: Store
) -> None:
    admin.intake.put([call(1), call(2)])
    admin.people.add_user("anna", "Anna", ["supervisor"], teams=["Sales"])
    role, _ = admin.people.add_role("Eraser", {Privilege.RECORDS_ERASE, Privilege.LISTEN_TEAMS})
    admin.people.add_user("eraser", "E", [role.key], teams=["Nobody's"])
    anna, eraser = store.session("anna"), store.session("eraser")
    ids = ids_of(admin)
    for session_call in (
        lambda: anna.erasure.erase(ids, EVERY, "r", shared=Shared.CUT),
        lambda: anna.erasure.preview(ids, EVERY),
        lambda: eraser.erasure.erase(ids, EVERY, "r", shared=Shared.CUT),  # emails in bulk
        anna.erasure.expire,
        lambda: anna.keeping.hold(ids, "r"),
        anna.keeping.rules,
        lambda: anna.erasure.certificate(ids),
    ):
        with pytest.raises(RefusedError):
            session_call()
    told, changes = eraser.erasure.erase(ids, [What.VOICE], "r", shared=Shared.CUT)
    assert (told.interactions, told.nothing, bool(changes)) == ({}, 0, False)
    assert eraser.erasure.preview(ids, [What.VOICE]).interactions == 0
    with pytest.raises(NotFoundError):
        eraser.keeping.hold_of(get(admin, 1).id)
    assert not get(admin, 1).tombstones


# --- many ----------------------------------------------------------------------------------------


def test_what_would_be_lost_is_told_before(admin: Session) -> None:
    admin.intake.put([call(1), call(2), make_incoming(3, recordings=(), content={})])
    admin.keeping.hold([get(admin, 2).id], "court")
    told = admin.erasure.preview(ids_of(admin), [What.VOICE, What.TRANSCRIPT])
    assert (told.interactions, told.held, told.nothing) == (1, (make_giid(2),), 1)
    loss = told.losses[What.VOICE]
    recording = get(admin, 1).recordings[0]
    assert (loss.files, loss.bytes, loss.duration_us) == (
        1,
        recording.bytes,
        recording.duration_us,
    )
    assert told.losses[What.TRANSCRIPT].texts == 1
    assert get(admin, 1).recordings[0].state is RecordingState.AVAILABLE


def test_many_at_once_and_each_is_in_the_log(admin: Session) -> None:
    admin.intake.put([call(number) for number in range(1, 8)])
    told, _ = erase(admin, *range(1, 7))
    assert len(told.interactions) == 6
    assert (told.losses[What.VOICE].files, told.losses[What.TRANSCRIPT].texts) == (6, 6)
    entries = admin.audit.entries(AuditQuery(acts=("deleted",)))
    assert {entry.giid: entry.number for entry in entries} == dict(told.interactions)
    assert entries[0].detail["kinds"] == ["voice", "voice_transcript"]
    assert "просьба" not in str(entries)
    assert admin.erasure.unfinished() == ()
    assert get(admin, 7).recordings[0].state is RecordingState.AVAILABLE


# --- holds ---------------------------------------------------------------------------------------


def test_a_hold_blocks_deletion_and_retention_until_it_is_lifted(admin: Session) -> None:
    admin.intake.put([call(1), call(2)])
    first = get(admin, 1)
    admin.keeping.hold([first.id], "дело 7")
    hold = admin.keeping.hold_of(first.id)
    assert hold is not None
    assert (hold.by, hold.reason, hold.giid) == (ADMIN, "дело 7", first.giid)
    told, _ = erase(admin, 1, 2)
    assert (told.held, list(told.interactions)) == ((first.giid,), [make_giid(2)])
    admin.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
    assert admin.keeping.due() == ()
    admin.keeping.lift([first.id], "closed")
    assert admin.keeping.holds() == ()
    assert dict(admin.keeping.due()) == {What.VOICE: (first.id,)}
    told, _ = admin.erasure.expire()
    assert list(told.interactions) == [first.giid]
    acts = [entry.act for entry in reversed(admin.audit.history(first.id))]
    assert [act for act in acts if act != "opened"] == ["hold.set", "hold.lifted", "expired"]


# --- retention -----------------------------------------------------------------------------------


def test_content_expires_by_the_rule_of_its_service(admin: Session) -> None:
    def of(number: int, service: str, **more: object) -> Incoming:
        start = STARTED_US + number * HOUR
        return make_incoming(
            number, segments=(make_segment(started_us=start, service=service),), **more
        )

    admin.intake.put([of(1, "Cards"), of(2, "Loans"), of(3, "Other"), of(4, "")])
    admin.keeping.set_rules(
        [
            RetentionRule("", What.VOICE, 30),
            RetentionRule("Cards", What.VOICE, 0),
            RetentionRule("Loans", What.VOICE, 36_000),
        ]
    )
    assert [rule.service for rule in admin.keeping.rules()] == ["", "Cards", "Loans"]
    told, _ = admin.erasure.expire()
    assert set(told.interactions) == {make_giid(3), make_giid(4)}
    after = get(admin, 3)
    assert after.recordings[0].state is RecordingState.EXPIRED
    assert after.tombstones[0].by_retention
    assert admin.erasure.expire()[0].interactions == {}


def test_rules_that_contradict_each_other_are_refused(admin: Session) -> None:
    for rules in (
        [RetentionRule("", What.VOICE, -1)],
        [RetentionRule("", What.VOICE, 40_000)],
        [RetentionRule("A", What.CHAT, 1), RetentionRule("A", What.CHAT, 2)],
    ):
        with pytest.raises(RetentionInvalidError):
            admin.keeping.set_rules(rules)
    assert admin.keeping.rules() == ()


# --- screen video that several need --------------------------------------------------------------


@pytest.fixture
def shared(admin: Session) -> Session:
    """Two calls of a minute each, the second right after the first, on one piece of video."""
    recording, data = screen(STARTED_US)
    items = [
        make_incoming(
            number,
            started_us=STARTED_US + (number - 1) * MINUTE,
            recordings=(recording,),
            content={0: data},
            segments=(make_segment(started_us=STARTED_US + (number - 1) * MINUTE),),
        )
        for number in (1, 2)
    ]
    admin.intake.put(items)
    first, second = (get(admin, number).recordings[0].object_id for number in (1, 2))
    assert first == second
    return admin


def cut(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    """Keep what begins after the first minute."""
    assert source.read_at(0, 7) == b"a piece"
    (start, end), *_ = piece.erased
    assert (start, end) == (STARTED_US, STARTED_US + MINUTE)
    left = Span(MediaUs(0), WallUs(STARTED_US + MINUTE), 2 * MINUTE)
    return CutPiece(lambda: MemorySource(b"what is left", "left"), "video/webm", (left,))


def test_a_shared_piece_is_cut_for_the_others(shared: Session) -> None:
    told = shared.erasure.preview([get(shared, 1).id], [What.SCREEN])
    (piece,) = told.shared
    assert [giid for _, giid in piece.others] == [make_giid(2)]
    erased, _ = erase(shared, 1, what=(What.SCREEN,), cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]
    assert erased.also == ()
    assert get(shared, 1).recordings[0].state is RecordingState.DELETED
    other = get(shared, 2).recordings[0]
    assert other.spans[0].wall_start_us == STARTED_US + MINUTE
    with closing(shared.content.open(get(shared, 2).id, other)) as source:
        assert source.read_at(0, 99) == b"what is left"
    assert not shared.store.examine()


def test_a_shared_piece_can_go_as_a_whole(shared: Session) -> None:
    erased, _ = erase(shared, 1, what=(What.SCREEN,), shared=Shared.WHOLE)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}
    assert erased.also == (make_giid(2),)
    for number in (1, 2):
        after = get(shared, number)
        assert after.recordings[0].state is RecordingState.DELETED
        assert after.tombstones
    assert not shared.store.examine()


def test_a_piece_that_another_held_interaction_needs_does_not_go(shared: Session) -> None:
    shared.keeping.hold([get(shared, 2).id], "court")
    erased, _ = erase(shared, 1, what=(What.SCREEN,), shared=Shared.WHOLE)
    assert erased.interactions == {}
    assert [giid for giid, _ in erased.failed] == [make_giid(1)]
    assert get(shared, 1).recordings[0].state is RecordingState.AVAILABLE
    # Its part can be cut out all the same.
    erased, _ = erase(shared, 1, what=(What.SCREEN,), cutter=cut)
    assert list(erased.interactions) == [make_giid(1)]


def test_a_piece_that_cannot_be_cut_takes_nothing_along(shared: Session) -> None:
    def broken(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
        raise ContentError(name=piece.name, reason="no frames")

    for cutter in (broken, None):
        erased, _ = erase(shared, 1, what=(What.SCREEN,), cutter=cutter)
        assert [giid for giid, _ in erased.failed] == [make_giid(1)]
        assert get(shared, 1).recordings[0].state is RecordingState.AVAILABLE
    assert not shared.store.examine()


def test_both_together_need_no_cutting(shared: Session) -> None:
    erased, _ = erase(shared, 1, 2, what=(What.SCREEN,))
    assert len(erased.interactions) == 2
    assert not shared.store.examine()


# --- proof ---------------------------------------------------------------------------------------


def test_a_certificate_lists_what_was_destroyed_and_verifies(admin: Session) -> None:
    admin.intake.put([call(1), call(2), call(3)])
    ids = ids_of(admin)
    told, _ = erase(admin, 1, 2)
    made = admin.erasure.certificate(ids)
    assert {item.giid for item in made.items} == {make_giid(1), make_giid(2)}
    assert {item.entry for item in made.items} == set(told.interactions.values())
    assert made.items[0].reason == "просьба клиента"
    again = read_certificate(certificate_text(made).encode(), "c.json")
    assert again == made
    assert admin.erasure.verify_certificate(again) == ()


def test_a_certificate_that_was_changed_does_not(admin: Session) -> None:
    admin.intake.put([call(1)])
    erase(admin, 1)
    made = admin.erasure.certificate(ids_of(admin))
    first = made.items[0]
    false = (
        replace(made, made_by="x"),
        replace(made, items=()),
        replace(made, items=(replace(first, reason="other"), *made.items[1:])),
        replace(made, items=(replace(first, entry=first.entry - 1), *made.items[1:])),
        replace(made, store_id="another"),
        replace(made, signature=bytes(64)),
    )
    for certificate in false:
        assert admin.erasure.verify_certificate(certificate)
    told = json.loads(certificate_text(made))
    assert told["items"][0]["giid"] == make_giid(1)
