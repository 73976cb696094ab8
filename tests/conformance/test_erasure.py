"""Deleting for good, in every store."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CancelledError,
    ContentGoneError,
    NotFoundError,
    ReasonMissingError,
    RefusedError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.certificate import certificate_text, read_certificate
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.interaction import Channel
from reviewer.models.progress import NoProgress
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.local import erasing_run
from tests.helpers.erasing import HOUR, call, erase, get, ids_of, letter, said
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
)

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store

EVERY = tuple(What)


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


def test_what_others_deleted_is_told_to_who_asks_once(admin: Session, store: Store) -> None:
    admin.intake.put([call(1), call(2, "другое")])
    watching = store.session(ADMIN)
    assert watching.interactions.newly_deleted() == frozenset()
    erase(admin, 2)
    assert watching.interactions.newly_deleted() == {get(admin, 2).id}
    assert watching.interactions.newly_deleted() == frozenset()
    # By whom does not matter, nor of what when.
    erase(watching, 1)
    assert watching.interactions.newly_deleted() == {get(admin, 1).id}


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


def test_an_email_that_is_a_file_alone_goes_with_its_subject(admin: Session) -> None:
    admin.intake.put([letter(1)])
    assert admin.interactions.count(Search(parse_line("subject:~петрова"))).n == 1
    erase(admin, 1, what=(What.EMAIL,))
    assert get(admin, 1).subject == ""
    assert admin.interactions.count(Search(parse_line("subject:~петрова"))).n == 0
    assert admin.interactions.complete("subject", "Жалоба") == ()
    told = letter(1)
    again = replace(told.interaction, subject="Жалоба Петрова снова", account_number="7")
    admin.intake.put([replace(told, interaction=again)])
    assert (get(admin, 1).subject, get(admin, 1).account_number) == ("", "7")
    assert not admin.store.examine()


@pytest.mark.parametrize("party", [PartyRole.AGENT, PartyRole.CUSTOMER])
def test_sound_does_not_come_back_as_a_channel_of_it(admin: Session, party: PartyRole) -> None:
    admin.intake.put([call(1)])
    erase(admin, 1, what=(What.VOICE,))
    leg = make_recording(
        STARTED_US + HOUR, kind=RecordingKind.VOICE_CHANNEL, party=party, source_name="1-in.wav"
    )
    told = call(1)
    again = replace(told.interaction, recordings=(leg,), account_number="7")
    admin.intake.put([replace(told, interaction=again)])
    after = get(admin, 1)
    assert after.account_number == "7"
    assert [recording.state for recording in after.recordings] == [RecordingState.DELETED]


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
        anna.erasure.expire,
        lambda: anna.keeping.hold(ids, "r"),
        anna.keeping.rules,
        lambda: anna.erasure.certificate(ids),
    ):
        with pytest.raises(RefusedError):
            session_call()
    told, changes = eraser.erasure.erase(ids, EVERY, "r", shared=Shared.CUT)
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


def test_only_several_emails_take_the_privilege_for_emails_in_bulk(
    admin: Session, store: Store
) -> None:
    role, _ = admin.people.add_role("Eraser", {Privilege.RECORDS_ERASE, Privilege.LISTEN_ALL})
    admin.people.add_user("eraser", "E", [role.key])
    eraser = store.session("eraser")
    admin.intake.put([call(1), call(2), letter(3), letter(4)])
    for numbers in ((3, 4), (1, 3, 4)):
        with pytest.raises(RefusedError):
            erase(eraser, *numbers, what=EVERY)
    told, _ = erase(eraser, 1, 2, 3, what=EVERY)
    assert set(told.interactions) == {make_giid(1), make_giid(2), make_giid(3)}
    # What the others had is no longer an email that could go.
    assert get(admin, 4).subject


# --- many that were interrupted ------------------------------------------------------------------


class StopAfterFirst(NoProgress):
    """Cancels where the second batch would begin."""

    def __init__(self) -> None:
        self.batches = 0

    def raise_if_cancelled(self) -> None:
        self.batches += 1
        if self.batches > 1:
            raise CancelledError(resume="")


def test_what_was_interrupted_takes_what_it_was_begun_with(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_run, "BATCH", 1)
    sessions = {}
    for key in (Privilege.RECORDS_ERASE, Privilege.RECORDS_RETENTION):
        role, _ = admin.people.add_role(key.value, {key, Privilege.LISTEN_ALL})
        admin.people.add_user(key.value, "X", [role.key])
        sessions[key] = store.session(key.value)
    admin.intake.put([call(1), call(2), call(3)])
    with pytest.raises(CancelledError):
        erase(admin, 1, 2, 3, progress=StopAfterFirst())
    (job,) = admin.erasure.unfinished()
    may, may_not = sessions.values()
    assert may_not.erasure.unfinished() == ()
    # What the store wrote down counts, not what it is told.
    for told in (job, replace(job, by_retention=True)):
        for act in (may_not.erasure.resume, may_not.erasure.abandon):
            with pytest.raises(RefusedError):
                act(told)
    assert may.erasure.unfinished() == (job,)
    may.erasure.abandon(job)
    assert admin.erasure.unfinished() == ()
    (entry,) = admin.audit.entries(AuditQuery(acts=("erasing.abandoned",)))
    assert (entry.login, entry.detail) == (
        "records.erase",
        {"began": ADMIN, "left": 2, "of": 3},
    )


def test_emails_that_were_interrupted_take_the_privilege_for_several(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_run, "BATCH", 1)
    role, _ = admin.people.add_role("Eraser", {Privilege.RECORDS_ERASE, Privilege.LISTEN_ALL})
    admin.people.add_user("eraser", "E", [role.key])
    admin.intake.put([letter(1), letter(2), letter(3)])
    with pytest.raises(CancelledError):
        erase(admin, 1, 2, 3, what=EVERY, progress=StopAfterFirst())
    (job,) = admin.erasure.unfinished()
    with pytest.raises(RefusedError):
        store.session("eraser").erasure.resume(job)
    assert get(admin, 3).recordings[0].state is RecordingState.AVAILABLE
    told, _ = admin.erasure.resume(job)
    assert set(told.interactions) == {make_giid(2), make_giid(3)}


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


def test_a_certificate_of_tombstones_that_were_changed_does_not(admin: Session) -> None:
    admin.intake.put([call(1)])
    erase(admin, 1)
    ids = ids_of(admin)
    tombstones = schema.tombstones
    true = admin.erasure.certificate(ids)
    first = true.items[0]
    for forged in (
        {"reason": "of the court"},
        {"bytes": first.bytes + 1},
        {"recordings": 99},
        {"by_retention": 1},
    ):
        was = {
            name: int(v) if isinstance(v := getattr(first, name), bool) else v for name in forged
        }
        for values in (forged, was):
            with admin.store._core.database.write() as connection:
                one = tombstones.c.kind == codes.RECORDING_KINDS.code(RecordingKind(first.kind))
                connection.execute(tombstones.update().where(one).values(values))
            made = admin.erasure.certificate(ids)
            assert bool(admin.erasure.verify_certificate(made)) == (values is forged)
    assert admin.erasure.verify_certificate(true) == ()


def test_what_somebody_made_up_is_told_of_what_they_see_alone(admin: Session, store: Store) -> None:
    """Else the log could be asked for anything by a certificate that nobody signed."""
    admin.intake.put([call(1)])
    erase(admin, 1)
    made = admin.erasure.certificate(ids_of(admin))
    role, _ = admin.people.add_role("Clerk", {Privilege.AUDIT_VIEW, Privilege.LISTEN_SERVICES})
    admin.people.add_user("clerk", "Clerk", [role.key], services=["Nowhere"])
    clerk = store.session("clerk").erasure
    # What the store has signed verifies for everybody who may ask.
    assert clerk.verify_certificate(made) == ()
    forged = replace(made, signature=bytes(64))
    absent = replace(forged, items=tuple(replace(one, giid=make_giid(9)) for one in made.items))
    told = [
        {sentence.replace(giid, "?") for sentence in clerk.verify_certificate(certificate)}
        for certificate, giid in ((forged, make_giid(1)), (absent, make_giid(9)))
    ]
    assert told[0] == told[1]
    assert len(admin.erasure.verify_certificate(forged)) == 1


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


@pytest.mark.parametrize("how", ["deleted", "expired", "text stays"])
def test_words_of_sound_that_was_deleted_do_not_come_in_later(admin: Session, how: str) -> None:
    """A transcript is often made after the call came in; of what was destroyed it is not wanted."""
    words, more = said("тайное слово"), said("тайное слово и ещё одно")
    admin.intake.put([make_incoming(1, messages=(words,) if how == "text stays" else ())])
    if how == "expired":
        admin.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
        admin.erasure.expire()
    else:
        erase(admin, 1, what={What.VOICE})
    admin.intake.put([make_incoming(1, messages=(more,))])
    told = [message.text for message in admin.interactions.get(make_giid(1)).messages]
    assert told == ([] if how == "deleted" else [more.text])
    found = admin.interactions.count(Search(parse_line("text=тайное"))).n
    assert found == (how != "deleted")
    assert admin.store.examine() == ()


def test_a_call_that_turns_out_to_be_one_that_was_deleted_loses_nothing_by_that(
    admin: Session,
) -> None:
    """What was deleted stays so beside it; it took the other in, which lost all that it had."""
    admin.intake.put([call(1, "слова первого"), call(2)])
    erase(admin, 2)
    admin.intake.put([replace(call(1, "слова первого"), also=(make_giid(2),))])
    one, two = get(admin, 1), get(admin, 2)
    assert [message.text for message in one.messages] == ["слова первого"]
    assert [each.state for each in one.recordings] == [RecordingState.AVAILABLE]
    assert [each.state for each in two.recordings] == [RecordingState.DELETED]
    assert admin.store.examine() == ()


@pytest.mark.parametrize("tagged", [True, False])
def test_what_was_deleted_does_not_come_back_under_the_name_of_another(
    admin: Session, tagged: bool
) -> None:
    admin.intake.put([make_incoming(1, recordings=(), content={}), call(2)])
    if tagged:
        admin.records.set_tags(get(admin, 1).id, ["looked at"])
    erase(admin, 2)
    told = call(2)
    told = replace(told, interaction=replace(told.interaction, giid=make_giid(1)))
    admin.intake.put([replace(told, also=(make_giid(2),))])
    assert [(len(get(admin, n).messages), RecordingState.AVAILABLE in
             [each.state for each in get(admin, n).recordings])
            for n in (1, 2)] == [(0, False)] * 2  # fmt: skip
    assert admin.interactions.count(Search(parse_line("text=секретная"))).n == 0
