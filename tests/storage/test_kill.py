"""An import that is killed at any instant leaves every interaction whole or not there."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reviewer.models.search import Search
from reviewer.storage.local import LocalStore, open_store
from reviewer.storage.store import Outcome
from tests.helpers.stores import ADMIN, make_store, make_wav
from tests.storage.child import CONTENTS, rich

CHILD = Path(__file__).with_name("child.py")
COUNT = 120
EVERYTHING = Search()


def import_and_kill(folder: Path, after_s: float) -> bool:
    """Let another process import, kill it after a while; return whether it was still at it."""
    command = [sys.executable, str(CHILD), "import", str(folder), str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        # The instant of the kill is what is tried here; a child that ends sooner is not awaited.
        with suppress(subprocess.TimeoutExpired):
            child.wait(after_s)
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
    return "done" not in rest


def check_whole(store: LocalStore) -> int:
    """Assert that everything there is there as it must be; return how many there are."""
    session = store.session(ADMIN)
    ids = session.interactions.ids(EVERYTHING)
    numbers = {rich(n).interaction.giid: n for n in range(COUNT)}
    for number in ids:
        kept = session.interactions.get_by_id(number)
        n = numbers[kept.giid]
        assert len(kept.recordings) == CONTENTS
        for part, recording in enumerate(kept.recordings):
            with closing(session.content.open(kept.id, recording)) as source:
                assert source.read_at(0, 99_999) == make_wav(0.05, seed=n * 10 + part)
    findings = store.examine()
    assert {finding.code for finding in findings} <= {"orphan_object"}
    return len(ids)


def let_time_pass(folder: Path) -> int:
    """Make what waits to be removed due; return how much waits."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        waiting = raw.execute("UPDATE pending_unlink SET due_us = 0").rowcount
        raw.commit()
    return waiting


def files_of(folder: Path) -> set[str]:
    return {path.name for path in (folder / "vault").rglob("*") if path.is_file()}


def kill_again_and_again(folder: Path, kills: int, seed: int) -> int:
    """Kill imports of the same interactions one after the other; return how many were running."""
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    running = 0
    for _ in range(kills):
        running += import_and_kill(folder, chance.uniform(0, 0.25))
        with open_store(folder) as store:
            check_whole(store)
    let_time_pass(folder)
    with open_store(folder) as store:
        # What the killed ones left behind is gone, nothing else is.
        session = store.session(ADMIN)
        kept = [session.interactions.get_by_id(n) for n in session.interactions.ids(EVERYTHING)]
        objects = {recording.object_id for call in kept for recording in call.recordings}
        assert files_of(folder) == objects
        assert store.examine() == ()
        landed, _ = session.intake.put(rich(n) for n in range(COUNT))
        assert sum(item.outcome is Outcome.UNCHANGED for item in landed) == len(kept)
        assert check_whole(store) == COUNT
        assert store.examine() == ()
    assert let_time_pass(folder) == 0
    return running


def test_killed_imports(tmp_path: Path) -> None:
    make_store(tmp_path).close()
    assert kill_again_and_again(tmp_path / "store", kills=4, seed=7) > 0


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(10))
def test_very_many_killed_imports(tmp_path: Path, seed: int) -> None:
    make_store(tmp_path).close()
    assert kill_again_and_again(tmp_path / "store", kills=10, seed=seed) > 0


def test_what_is_being_written_is_left_alone(tmp_path: Path) -> None:
    """Another program that opens the store meanwhile does not sweep a running import away."""
    make_store(tmp_path).close()
    import_and_kill(tmp_path / "store", 0.1)
    before = files_of(tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        store.examine(repair=True)
    assert files_of(tmp_path / "store") == before
