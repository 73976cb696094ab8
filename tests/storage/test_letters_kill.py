"""Deleting emails message by message, and approved deletions, killed at any instant."""

from __future__ import annotations

import random
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import Shared, What
from reviewer.models.letters import letters_of
from reviewer.models.recording import RecordingState
from reviewer.models.requests import Guarded
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.storage.local import LocalStore, create, open_store
from tests.helpers import killing
from tests.helpers.emails import case
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming
from tests.storage.letters_child import CALLS, EMAILS, REASON

CHILD = Path(__file__).with_name("letters_child.py")
LETTERS = 3


def words(number: int) -> tuple[str, ...]:
    """Return the texts of an email, each a word that nothing else has."""
    return tuple(f"zq{number:03d}x{place}zq" for place in range(LETTERS))


def run_and_kill(what: str, folder: Path, after_s: float) -> tuple[bool, int]:
    """Let another process work, kill it after a while; return whether it ended, and what it did."""
    said = killing.run_and_kill([sys.executable, str(CHILD), what, str(folder)], after_s)
    counts = [int(line.split()[0]) for line in said if line != "done"]
    return "done" in said, max(counts, default=0)


def check_letters(store: LocalStore) -> int:
    """Assert that no message is half there; return how many are gone."""
    session = store.session(ADMIN)
    gone = 0
    for number in range(EMAILS):
        email = session.interactions.get(make_giid(number))
        for letter, text in zip(letters_of(email), words(number), strict=True):
            recording = email.recordings[letter.recording]
            there = letter.gone is None
            gone += not there
            assert email.messages[letter.message].text == (text if there else "")
            assert (recording.state is RecordingState.AVAILABLE) == there
            found = session.interactions.count(Search(parse_line(f"text:{text}"))).n
            assert found == int(there)
            if there:
                with closing(session.content.open(email.id, recording)) as source:
                    assert text.encode() in source.read_at(0, 999)
            else:
                assert recording.object_id is None
        assert bool(email.subject) == (letters_of(email)[0].gone is None)
        assert len(email.tombstones) == sum(one.gone is not None for one in letters_of(email))
    entries = session.audit.entries(AuditQuery(acts=(Act.DELETED.value,)), limit=1_000)
    assert len({(entry.giid, entry.detail["message"]) for entry in entries}) == gone
    assert len(entries) == gone
    assert session.audit.verify().faults == ()
    assert {finding.code for finding in store.examine()} <= {"orphan_object", "orphan_key"}
    return gone


def tried_letters(folder: Path, kills: int, seed: int) -> None:
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        session = store.session(ADMIN)
        session.intake.put(case(number, words(number)) for number in range(EMAILS))
    chance, done = random.Random(seed), 0  # noqa: S311 (moments to kill at)
    for _ in range(kills):
        ended, told = run_and_kill("letters", folder, chance.uniform(0.0, 0.25))
        done = max(done, told)
        with open_store(folder) as store:
            assert check_letters(store) >= done
        if ended:
            break
    run_and_kill("letters", folder, 60)
    with open_store(folder) as store:
        assert check_letters(store) == EMAILS * LETTERS
        assert store.examine() == ()
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"x0zq" not in path.read_bytes(), path.name


def tried_approval(folder: Path, kills: int, seed: int) -> None:
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        admin = store.session(ADMIN)
        admin.intake.put(make_incoming(number) for number in range(CALLS))
        for login in ("olga", "boris"):
            admin.people.add_user(login, login.title(), ["administrator"])
        admin.centre.change(SettingsChange(second_person=frozenset(Guarded)))
        store.session("olga").requests.ask_erase(
            admin.interactions.ids(Search()), [What.VOICE], REASON, shared=Shared.CUT
        )
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    for _ in range(kills):
        ended, _ = run_and_kill("approve", folder, chance.uniform(0.0, 0.25))
        with open_store(folder) as store:
            admin = store.session(ADMIN)
            waits, jobs = admin.requests.pending(), admin.erasure.unfinished()
            calls = [admin.interactions.get(make_giid(number)) for number in range(CALLS)]
            gone = [call for call in calls if call.tombstones]
            agreed = admin.audit.entries(AuditQuery(acts=(Act.REQUEST_APPROVED.value,)))
            # The decision and what it let begin are there together, or neither is.
            assert len(waits) + len(agreed) == 1
            assert not (waits and (jobs or gone))
            for call in calls:
                state = call.recordings[0].state
                assert (state is RecordingState.DELETED) == bool(call.tombstones)
                assert {(s.by, s.approved_by) for s in call.tombstones} <= {("olga", "boris")}
            assert admin.audit.verify().faults == ()
        if ended:
            break
    run_and_kill("approve", folder, 60)
    with open_store(folder) as store:
        admin = store.session(ADMIN)
        certificate = admin.erasure.certificate(admin.interactions.ids(Search()))
        assert len(certificate.items) == CALLS
        assert admin.erasure.verify_certificate(certificate) == ()
        assert (admin.requests.pending(), admin.erasure.unfinished()) == ((), ())
        assert store.examine() == ()


@pytest.mark.parametrize("tried", [tried_letters, tried_approval])
def test_killed_a_few_times(tmp_path: Path, tried: object) -> None:
    tried(tmp_path / "store", 3, 5)  # type: ignore[operator]


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("tried", [tried_letters, tried_approval])
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_many_moments(tmp_path: Path, tried: object, seed: int) -> None:
    tried(tmp_path / "store", 10, seed)  # type: ignore[operator]
