"""Encrypting, decrypting, rolling and re-encrypting, killed at any instant: nothing is lost.

After every kill the store opens, everything that was acknowledged is there to the byte, and the
same call goes on and comes to its end.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reviewer.crypto.secret import Secret
from reviewer.models.audit import Act
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from reviewer.storage.vault.contract import is_sealed
from tests.helpers.stores import ADMIN, SETTINGS, make_wav
from tests.storage.child import CONTENTS, rich
from tests.storage.crypt_child import COUNT

CHILD = Path(__file__).with_name("crypt_child.py")
KEY = Secret(b"k" * 32)
EVERYTHING = Search()


def make(folder: Path, *, encrypted: bool, filled: bool) -> None:
    """Make a store to work on."""
    how = Encryption(None, key_file=KEY) if encrypted else None
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        if filled:
            store.session(ADMIN).intake.put(rich(n) for n in range(COUNT))


def command(what: str, folder: Path) -> list[str]:
    return [sys.executable, str(CHILD), what, str(folder), KEY.data.hex()]


def run_and_kill(what: str, folder: Path, after_s: float) -> bool:
    """Let another process work, kill it after a while; return whether it was still at it."""
    with subprocess.Popen(command(what, folder), stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        # The instant of the kill is what is tried here; a child that ends sooner is not awaited.
        with suppress(subprocess.TimeoutExpired):
            child.wait(after_s)
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
    return "done" not in rest


def run_to_the_end(what: str, folder: Path) -> None:
    """Let another process work undisturbed."""
    done = subprocess.run(command(what, folder), stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "begun\ndone\n"


def opened(folder: Path) -> LocalStore:
    return open_store(folder, opener=KEY)


def check_whole(store: LocalStore, *, everything: bool, beside: bool = False) -> int:
    """Assert that what is there is there to the byte; return how many interactions that are.

    Args:
        store: Which.
        everything: Whether all interactions have to be there.
        beside: Whether what a move left may be in the other place.
    """
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
    if everything:
        assert len(ids) == COUNT
    may = {"orphan_object", "orphan_key", *(["second_store"] if beside else [])}
    assert {finding.code for finding in store.examine()} <= may
    assert session.audit.verify().faults == ()
    return len(ids)


def let_time_pass(store: LocalStore) -> None:
    """Make what waits to be removed due, and remove it."""
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE pending_unlink SET due_us = 0")
    store._core.sweep()


def check_end(folder: Path, what: str) -> None:
    """Assert that after the last, undisturbed call nothing half done is left."""
    with opened(folder) as store:
        let_time_pass(store)
        assert check_whole(store, everything=True) == COUNT
        assert store.examine() == ()
        session = store.session(ADMIN)
        kept = [session.interactions.get_by_id(n) for n in session.interactions.ids(EVERYTHING)]
        objects = {r.object_id for call in kept for r in call.recordings if r.object_id}
        files = {path.name for path in (folder / "vault").rglob("*") if path.is_file()}
        assert files == objects
        assert len(objects) == COUNT * CONTENTS
        assert {is_sealed(each) for each in objects} == {what != "decrypt"}
        state = session.keys.state()
        assert state.encrypted is (what != "decrypt")
        assert (state.in_clear, state.outdated, state.unfinished) == (0, 0, False)
        if what == "roll":
            assert [key.destroyed_us is None for key in state.keys] == [True] + [False] * (
                len(state.keys) - 1
            )
            acts = {entry.act for entry in session.audit.export()}
            assert Act.KEYS_ROLLED in acts
    names = {path.name for path in folder.iterdir()}
    if what == "decrypt":
        assert names == {"catalogue.sqlite", "content.json", "vault"}
    else:
        assert names == {"catalogue.sqlite", "content.json", "keyring.json", "keys.db", "vault"}


def kill_again_and_again(base: Path, what: str, kills: int, seed: int) -> None:
    """Kill the same work over and over, so often while it was running.

    A store whose work came to its end is checked, and another one taken.
    """
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    takes_s = 0.5
    folder: Path | None = None
    running = stores = acknowledged = 0
    while running < kills:
        if folder is None:
            folder, acknowledged = base / f"store-{stores}", 0
            make(folder, encrypted=what != "encrypt", filled=what != "import")
            stores += 1
        begun = time.monotonic()
        if not run_and_kill(what, folder, chance.uniform(0, takes_s)):
            takes_s = 0.9 * min(takes_s, time.monotonic() - begun)
            check_end(folder, what)
            folder = None
            continue
        running += 1
        # Once in a while the whole course is too short a time to reach its end.
        takes_s *= 1.1
        with opened(folder) as store:
            there = check_whole(store, everything=what != "import")
            assert there >= acknowledged
            acknowledged = there
    if folder is not None:
        run_to_the_end(what, folder)
        check_end(folder, what)


WORKS = ("import", "encrypt", "decrypt", "roll", "reencrypt")


@pytest.mark.parametrize("what", WORKS)
def test_killed(tmp_path: Path, what: str) -> None:
    kill_again_and_again(tmp_path, what, kills=2, seed=7)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("what", WORKS)
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times(tmp_path: Path, what: str, seed: int) -> None:
    kill_again_and_again(tmp_path, what, kills=10, seed=seed)
