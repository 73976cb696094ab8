"""Whom the files of a store are for: its owner alone, until they say otherwise."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.models.encryption import ALL_SEALED
from reviewer.storage.atomic import replacing
from reviewer.storage.local import Encryption, create, open_store
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = Secret(b"k" * 32)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Let new files be readable by everybody unless something is done about it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(*paths: Path) -> list[str]:
    """Return what others may read; nothing where the system has no such rights."""
    if os.name != "posix":
        return []
    return [path.name for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("encrypted", [True, False])
def test_a_new_store_is_its_owners_alone(tmp_path: Path, *, there: bool, encrypted: bool) -> None:
    folder = tmp_path / "deep" / "store"
    if there:
        folder.mkdir(parents=True)
    how = Encryption(None, key_file=KEY) if encrypted else None
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
        if encrypted:
            store.session(ADMIN).keys.roll()
        assert len(list(folder.iterdir())) > 2
        files = [path for path in folder.iterdir() if path.is_file()]
        assert open_to_others(folder, folder / "vault", *files) == []


def test_a_catalogue_that_is_encrypted_later_is_still_its_owners(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).keys.encrypt("a passphrase", ALL_SEALED)
        assert open_to_others(*(path for path in folder.iterdir())) == []
    with open_store(folder, opener="a passphrase") as store:
        store.session(ADMIN).keys.decrypt()
    assert open_to_others(*folder.iterdir()) == []


def test_a_file_that_its_owner_shared_stays_shared(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    for _ in range(2):
        with replacing(path) as file:
            file.write(b"x")
        assert open_to_others(path) == []
    path.chmod(0o640)
    with replacing(path) as file:
        file.write(b"y")
    assert path.read_bytes() == b"y"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
