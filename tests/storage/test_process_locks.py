"""Locks of a catalogue are the process's: opening it twice drops none."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import WrongPassphraseError
from reviewer.models.search import Search
from reviewer.storage.local import Encryption, LocalStore, create, open_store
from tests.helpers.stores import ADMIN, SETTINGS, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        yield made


_TRY_LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    # Where SQLite has its shared locks.
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        print("locked")
    else:
        print("free")
"""


def _seen_by_others(catalogue: Path) -> str:
    command = [sys.executable, "-c", _TRY_LOCK, str(catalogue)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_opening_a_store_twice_in_a_process_drops_no_lock_of_it(
    tmp_path: Path, encrypted: bool
) -> None:
    key = Secret.random()
    how = Encryption(None, key_file=key) if encrypted else None
    opener = key if encrypted else None
    folder = tmp_path / "store"
    create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how).close()
    catalogue = folder / "catalogue.sqlite"
    with closing(open_store(folder, opener=opener)) as store:
        store.session(ADMIN).interactions.count(Search())
        assert _seen_by_others(catalogue) == "locked"
        open_store(folder, opener=opener).close()
        assert _seen_by_others(catalogue) == "locked"
        # What is refused looks at the file, too.
        if encrypted:
            with pytest.raises(WrongPassphraseError):
                open_store(folder, opener=Secret.random())
            assert _seen_by_others(catalogue) == "locked"
        assert store.session(ADMIN).interactions.count(Search()).n == 0
    assert _seen_by_others(catalogue) == "free"
