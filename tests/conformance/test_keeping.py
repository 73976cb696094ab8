"""Holds and retention, in every store."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import RetentionInvalidError
from reviewer.models.audit import AuditQuery
from reviewer.models.erasure import RetentionRule, What
from reviewer.models.recording import RecordingState
from reviewer.storage.store import Outcome
from tests.helpers.erasing import HOUR, call, erase, get
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_segment,
    make_wav,
    opener,
)

if TYPE_CHECKING:
    from reviewer.storage.store import Incoming, Session


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
    (lifted,) = admin.keeping.lifted()
    assert admin.keeping.lifted_of(first.id) == (lifted,)
    assert (lifted.held, lifted.lifted_by, lifted.lifted_reason) == (hold, ADMIN, "closed")
    assert lifted.lifted_us >= hold.at_us
    assert dict(admin.keeping.due()) == {What.VOICE: (first.id,)}
    told, _ = admin.erasure.expire()
    assert list(told.interactions) == [first.giid]
    entries = {entry.act: entry for entry in admin.audit.history(first.id)}
    for act, reason in (("hold.set", "дело 7"), ("hold.lifted", "closed")):
        digest = hashlib.sha256(reason.encode()).hexdigest()
        assert entries[act].detail == {"reason_sha256": digest}
    acts = [entry.act for entry in reversed(admin.audit.history(first.id))]
    assert [act for act in acts if act != "opened"] == ["hold.set", "hold.lifted", "expired"]


def test_an_import_takes_nothing_of_what_is_held(admin: Session) -> None:
    admin.intake.put([call(1), call(2)])
    before = {number: get(admin, number) for number in (1, 2)}
    admin.keeping.hold([before[1].id], "court")

    def other(number: int, **more: object) -> Incoming:
        item = call(number, **more)
        return replace(item, content={0: opener(make_wav(0.2, seed=99))})

    for item in (other(1), call(1, "другие слова")):
        (dry,), _ = admin.intake.put([item], dry_run=True)
        (landed,), _ = admin.intake.put([item])
        for told in (dry, landed):
            assert told.outcome is Outcome.REJECTED
            assert told.error is not None
            assert (told.error.code, told.error.exit_code) == ("import.held", 3)
    assert get(admin, 1) == before[1]
    with closing(admin.content.open(before[1].id, before[1].recordings[0])) as source:
        assert source.read_at(0, 4) == b"RIFF"
    # What takes nothing away comes in; what is not held is replaced, and the log says of which.
    (landed,), _ = admin.intake.put([call(1, account_number="7")])
    assert (landed.outcome, get(admin, 1).account_number) == (Outcome.UPDATED, "7")
    assert not landed.replaces
    for tries in (True, False):
        (landed,), _ = admin.intake.put([other(2)], dry_run=tries)
        assert landed.replaces
    assert get(admin, 2).recordings[0].sha256 != before[2].recordings[0].sha256
    (entry,) = admin.audit.entries(AuditQuery(acts=("content.replaced",)))
    assert (entry.giid, entry.detail) == (
        make_giid(2),
        {"kinds": ["voice"], "recordings": 1, "bytes": before[2].recordings[0].bytes},
    )
    admin.intake.put([other(2, text="другие слова")])
    newest = admin.audit.entries(AuditQuery(acts=("content.replaced",)))[0]
    assert newest.detail == {"kinds": ["voice_transcript"], "recordings": 0, "bytes": 0}
    assert not admin.store.examine()


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
