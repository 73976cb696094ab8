"""Several programs at one encrypted store, each killed at any instant: nothing is lost.

What one of them acknowledged is there to the byte, whatever the others did with the keys
meanwhile, and none of them ends with an error.
"""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.storage.address import open_address
from reviewer.storage.catalogue.postgresql.address import parse
from reviewer.storage.local import Encryption, LocalStore
from reviewer.storage.local.postgresql import create_on_server
from tests.helpers.encrypted import KEY, make_encrypted
from tests.helpers.postgresql import server
from tests.helpers.stores import ADMIN, SETTINGS, make_wav
from tests.storage.child import CONTENTS, rich
from tests.storage.test_encrypted_kill import let_time_pass

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("beside_child.py")
MOST = 1_000
"""Interactions of one program."""


class Beside:
    """One of the programs, started again with what it has not acknowledged yet."""

    def __init__(self, what: str, address: str, first: int, count: int) -> None:
        self.what = what
        self.first, self.next, self.end = first, first, first + count
        self._address = address
        self._child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        left = (str(self.next), str(self.end - self.next))
        command = [sys.executable, str(CHILD), self.what, self._address, KEY.data.hex(), *left]
        self._child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def end_after(self, seconds: float | None) -> bool:
        """Kill it after a while, None: let it come to its end; return whether it did."""
        child = self._child
        assert child is not None
        # The instant of the kill is what is tried here; a child that ends sooner is not awaited.
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        child.kill()
        out, err = child.communicate()
        assert err == ""
        lines = out.split()
        self.next += sum(line != "done" for line in lines)
        return "done" in lines

    @property
    def acknowledged(self) -> range:
        return range(self.first, self.next)


def run_beside_each_other(address: str, kills: int, seed: int, each: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    programs = [
        Beside("import", address, 0, each),
        Beside("import", address, MOST, each),
        Beside(chance.choice(("roll", "reencrypt")), address, 2 * MOST, each),
    ]
    for program in programs:
        program.start()
    running = list(programs)
    for _ in range(kills):
        program = chance.choice(running)
        if program.end_after(chance.uniform(0.5, 3)):
            running.remove(program)
        else:
            program.start()
        check(address, programs)
        if not running:
            break
    ended = [program.end_after(None) for program in running]
    assert all(ended)
    check(address, programs)
    with opened(address) as store:
        let_time_pass(store)
        assert store.examine() == ()
        assert store.session(ADMIN).audit.verify().faults == ()


def opened(address: str) -> LocalStore:
    store = open_address(address, opener=KEY)
    assert isinstance(store, LocalStore)
    return store


def check(address: str, programs: list[Beside]) -> None:
    """Assert that all that was acknowledged is there."""
    with opened(address) as store:
        session = store.session(ADMIN)
        for program in programs:
            for n in program.acknowledged if program.what == "import" else ():
                kept = session.interactions.get(rich(n).interaction.giid)
                assert len(kept.recordings) == CONTENTS
                for part, recording in enumerate(kept.recordings):
                    with closing(session.content.open(kept.id, recording)) as source:
                        assert source.read_at(0, 99_999) == make_wav(0.05, seed=n * 10 + part)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = tmp_path / "store"
    make_encrypted(made).close()
    return str(made)


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[str]:
    name = server().new_database()
    url = server().url(name, media=tmp_path / "media")
    how = Encryption(None, key_file=KEY)
    create_on_server(parse(url), settings=SETTINGS, admin_login=ADMIN, encryption=how).close()
    yield url
    server().drop(name)


def test_killed(folder: str) -> None:
    run_beside_each_other(folder, kills=2, seed=3, each=4)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("place", ["folder", "on_server"])
@pytest.mark.parametrize("seed", range(4))
def test_killed_many_times(request: pytest.FixtureRequest, place: str, seed: int) -> None:
    run_beside_each_other(request.getfixturevalue(place), kills=25, seed=seed, each=60)
