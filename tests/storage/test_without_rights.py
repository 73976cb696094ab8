"""A store that one has no right to read or write is told so, and nothing is half done."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import StoreNotWritableError, StoreReadOnlyError, StoreUnreadableError
from reviewer.models.search import Search
from reviewer.storage.local import create, open_store
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming, make_store, picture_of

if TYPE_CHECKING:
    from collections.abc import Iterator


CHILD = Path(__file__).with_name("child.py")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that other users reach as well, unlike those of pytest."""
    with tempfile.TemporaryDirectory(prefix="reviewer-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def tried(folder: Path, what: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, str(CHILD), "refused", str(folder), what],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def take_rights(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_a_folder_without_write_access(reachable: Path) -> None:
    store = make_store(reachable)
    store.session(ADMIN).intake.put([make_incoming(1)])
    store.close()
    take_rights(store.folder)
    before = picture_of(reachable)
    code, sentence = tried(store.folder, "open")
    assert code == StoreReadOnlyError.code
    assert sentence == (
        f"The store {store.folder} cannot be written to, and so it cannot be opened: who logs in, "
        "searches or listens is entered in its audit log before anything is shown. Get the right "
        "to write to its folder, or copy the folder to where you may write."
    )
    assert picture_of(reachable) == before


def test_a_folder_of_another_user(reachable: Path) -> None:
    store = make_store(reachable)
    store.close()
    before = picture_of(reachable)
    code, sentence = tried(store.folder, "open")
    assert code == StoreUnreadableError.code
    assert f"The store {store.folder} cannot be read" in sentence
    assert picture_of(reachable) == before


def test_a_catalogue_of_another_user(reachable: Path) -> None:
    store = make_store(reachable)
    store.close()
    store.folder.chmod(0o755)
    (store.folder / "catalogue.sqlite").chmod(0o600)
    before = picture_of(reachable)
    code, sentence = tried(store.folder, "open")
    assert code == StoreUnreadableError.code
    assert f"The store {store.folder} cannot be read" in sentence
    assert picture_of(reachable) == before


def test_a_store_in_a_place_without_write_access(reachable: Path) -> None:
    take_rights(reachable)
    code, sentence = tried(reachable / "new" / "store", "make")
    assert code == StoreNotWritableError.code
    assert "cannot be written to" in sentence
    assert list(reachable.iterdir()) == []


def test_a_store_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreNotWritableError):
        create(tmp_path / "file" / "inner", settings=SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_rights_taken_while_the_store_is_open(reachable: Path) -> None:
    store = make_store(reachable)
    store.session(ADMIN).intake.put([make_incoming(1)])
    store.close()
    for path in store.folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    # Whoever tries is another user.
    store.folder.chmod(0o755)
    code, _ = tried(store.folder, "put")
    assert code == StoreNotWritableError.code
    for path in store.folder.rglob("*"):
        path.chmod(0o755)
    with open_store(store.folder) as again:
        assert again.session(ADMIN).interactions.count(Search()).n == 1
        assert again.examine() == ()
