"""Bulk deletion, retention, and holds with deletions, killed at any instant.

After every kill the store opens, every interaction has its content or a tombstone and never half
of either, what was acknowledged is so, the log says each deletion once, and the work goes on.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import ContentError
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from tests.helpers import killing
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_wav
from tests.storage.erase_child import COUNT, EVERY, LEFT, covered, piece, word

CHILD = Path(__file__).with_name("erase_child.py")
KEY = Secret(b"k" * 32)
KINDS = {RecordingKind.VOICE, RecordingKind.VOICE_TRANSCRIPT, RecordingKind.SCREEN}


class Told:
    """What the killed processes acknowledged of one store."""

    def __init__(self) -> None:
        self.done = 0
        self.held: set[int] = set()

    def take(self, said: list[str]) -> None:
        for line in said:
            number, _, what = line.partition(" ")
            if what == "done":
                self.done = max(self.done, int(number))
            elif what == "held":
                self.held.add(int(number))


def make(folder: Path, what: str, *, encrypted: bool) -> None:
    """Make a store to work on."""
    how = Encryption(None, key_file=KEY) if encrypted else None
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        session = store.session(ADMIN)
        session.intake.put(covered(n) for n in range(COUNT))
        if what == "retention":
            session.keeping.hold([session.interactions.find(make_giid(0))], "court")
            session.keeping.set_rules([RetentionRule("", kind, 30) for kind in EVERY])


def command(what: str, folder: Path, *, encrypted: bool) -> list[str]:
    return [sys.executable, str(CHILD), what, str(folder), KEY.data.hex() if encrypted else ""]


def run_and_kill(what: str, folder: Path, after_s: float, told: Told, *, encrypted: bool) -> bool:
    """Let another process work, kill it after a while; return whether it was still at it."""
    said = killing.run_and_kill(command(what, folder, encrypted=encrypted), after_s)
    told.take(said)
    return "done" not in said


def opened(folder: Path, *, encrypted: bool) -> LocalStore:
    return open_store(folder, opener=KEY if encrypted else None)


def gone_of(store: LocalStore, number: int) -> set[RecordingKind]:
    """Assert that an interaction is not half of anything; return what of it is gone."""
    session = store.session(ADMIN)
    kept = session.interactions.get(make_giid(number))
    stones = [stone.kind for stone in kept.tombstones]
    assert len(stones) == len(set(stones))
    gone = set(stones)
    for recording in kept.recordings:
        there = recording.state is RecordingState.AVAILABLE
        assert there == (recording.kind not in gone)
        if not there:
            assert recording.object_id is None
            with pytest.raises(ContentError):
                session.content.open(kept.id, recording)
            continue
        whole = make_wav(0.05, seed=number)
        if recording.kind is RecordingKind.SCREEN:
            whole = piece(number)
        with closing(session.content.open(kept.id, recording)) as source:
            data = source.read_at(0, 99_999)
        assert data == whole or (recording.kind is RecordingKind.SCREEN and data == LEFT)
    assert bool(kept.messages) == (RecordingKind.VOICE_TRANSCRIPT not in gone)
    found = session.interactions.ids(Search(parse_line(f"text:{word(number)}")))
    assert list(found) == ([kept.id] if kept.messages else [])
    return gone


def check_whole(store: LocalStore, what: str, told: Told) -> set[int]:
    """Assert that the store is whole after a kill; return of which something is gone."""
    session = store.session(ADMIN)
    gone = {number: gone_of(store, number) for number in range(COUNT)}
    held = {int(covered_number(hold.giid)) for hold in session.keeping.holds()}
    assert all(not gone[number] for number in held)
    for kinds in gone.values():
        # Retention goes kind by kind; what is deleted as one is gone as one.
        assert what == "retention" or kinds in (set(), KINDS)
    assert told.held <= held
    entries = session.audit.entries(
        AuditQuery(acts=(Act.DELETED.value, Act.EXPIRED.value)), limit=10_000
    )
    logged = [(entry.giid, kind) for entry in entries for kind in entry.detail["kinds"]]
    stones = [(make_giid(n), kind.value) for n, kinds in gone.items() for kind in kinds]
    assert sorted(logged) == sorted(stones)
    assert session.audit.verify().faults == ()
    assert {finding.code for finding in store.examine()} <= {"orphan_object", "orphan_key"}
    found = {number for number, kinds in gone.items() if kinds}
    assert what != "bulk" or len(found) >= told.done
    return found


def covered_number(giid: str) -> int:
    return next(number for number in range(COUNT) if make_giid(number) == giid)


def check_end(folder: Path, what: str, told: Told, *, encrypted: bool) -> None:
    """Assert that after the last, undisturbed call nothing half done is left."""
    with opened(folder, encrypted=encrypted) as store:
        session = store.session(ADMIN)
        with store._core.database.write() as connection:
            connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 0")
        store._core.sweep()
        gone = check_whole(store, what, told)
        left = {"bulk": set(), "retention": {0}, "hold": set(range(0, COUNT, 3))}[what]
        assert gone == set(range(COUNT)) - left
        assert session.erasure.unfinished() == ()
        assert store.examine() == ()
        kept = [session.interactions.get(make_giid(n)) for n in range(COUNT)]
        objects = {r.object_id for call in kept for r in call.recordings if r.object_id}
        files = {path.name for path in (folder / "vault").rglob("*") if path.is_file()}
        assert files == objects
        certificate = session.erasure.certificate([call.id for call in kept])
        assert len(certificate.items) == len(gone) * len(KINDS)
        assert session.erasure.verify_certificate(certificate) == ()


def kill_again_and_again(base: Path, what: str, kills: int, seed: int, *, encrypted: bool) -> None:
    """Kill the same work over and over, so often while it was running."""
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    takes_s = 0.6
    folder: Path | None = None
    told = Told()
    running = stores = 0
    while running < kills:
        if folder is None:
            folder, told = base / f"store-{stores}", Told()
            make(folder, what, encrypted=encrypted)
            stores += 1
        begun = time.monotonic()
        if not run_and_kill(what, folder, chance.uniform(0, takes_s), told, encrypted=encrypted):
            takes_s = 0.9 * min(takes_s, time.monotonic() - begun)
            check_end(folder, what, told, encrypted=encrypted)
            folder = None
            continue
        running += 1
        # Once in a while the whole course is too short a time to reach its end.
        takes_s *= 1.1
        with opened(folder, encrypted=encrypted) as store:
            check_whole(store, what, told)
    if folder is not None:
        done = subprocess.run(
            command(what, folder, encrypted=encrypted),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        assert done.stdout.endswith("done\n")
        check_end(folder, what, told, encrypted=encrypted)


WORKS = ("bulk", "retention", "hold")


@pytest.mark.parametrize("what", WORKS)
def test_killed(tmp_path: Path, what: str) -> None:
    kill_again_and_again(tmp_path, what, kills=2, seed=11, encrypted=what == "bulk")


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("what", WORKS)
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times(tmp_path: Path, what: str, seed: int, encrypted: bool) -> None:
    kill_again_and_again(tmp_path, what, kills=9, seed=seed, encrypted=encrypted)
