"""A folder that becomes read-only while the store is open: said plainly, nothing half done.

The process that tries gives up the superuser's rights first, so that this holds for root as well.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import StoreNotWritableError
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, create, open_store
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming, make_wav
from tests.storage.child import KEY, change

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("child.py")
COUNT = 3


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that other users reach as well, unlike those of pytest."""
    with tempfile.TemporaryDirectory(prefix="reviewer-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def whole(folder: Path) -> None:
    """Assert that each interaction has its content or a tombstone, and the log is whole."""
    with open_store(folder, opener=Secret(KEY)) as store:
        session = store.session(ADMIN)
        for number in range(2, 2 + COUNT):
            kept = session.interactions.get(make_giid(number))
            (recording,) = kept.recordings
            there = recording.state is RecordingState.AVAILABLE
            assert there == (not kept.tombstones)
            if there:
                with closing(session.content.open(kept.id, recording)) as source:
                    assert source.read_at(0, 99_999) == make_wav(seed=number)
        assert session.audit.verify().faults == ()
        assert store.examine() == ()


@pytest.mark.parametrize("what", ["erase", "roll", "encrypt", "decrypt"])
def test_what_needs_writing_is_refused_and_done_later(reachable: Path, what: str) -> None:
    folder = reachable / "store"
    how = None if what == "encrypt" else Encryption(None, key_file=Secret(KEY))
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        store.session(ADMIN).intake.put(make_incoming(n) for n in range(2, 2 + COUNT))
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    done = subprocess.run(
        [sys.executable, str(CHILD), "refused", str(folder), what],
        capture_output=True,
        text=True,
        check=True,
    )
    if what == "erase":
        # The files of the catalogue and of the keys are open already and can still be written;
        # what cannot be removed yet is unreadable, and goes at the next opening.
        assert done.stdout.splitlines()[0] in (StoreNotWritableError.code, "nothing was refused")
    else:
        code, sentence = done.stdout.splitlines()
        assert code == StoreNotWritableError.code
        assert str(folder) in sentence
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    whole(folder)
    with open_store(folder, opener=Secret(KEY)) as store:
        change(store, what)
        assert store.is_encrypted == (what != "decrypt")
        found = store.session(ADMIN).interactions
        kept = [found.get_by_id(number) for number in found.ids(Search())]
        assert (what == "erase") == all(call.tombstones for call in kept)
    whole(folder)
