"""A program that was killed, or a power cut, while the catalogue's file was written to.

Where the log was brought into it, it has the beginning of what the log has, page by page: a header
that names more pages than there are yet, or half a page. Where somebody began to have it alone, its
first page may be half written, and the journal has it as it was.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.crypto.secret import Secret
from reviewer.models.search import Search
from reviewer.storage.catalogue.sqlite import driver
from reviewer.storage.local import create, open_store
from tests.helpers.encrypted import KEY, make_encrypted
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
SECTOR = 512
JOURNAL = bytes.fromhex("d9d505f920a163d7")
"""What a journal that counts begins with. Source: SQLite's file format, 3."""
COUNT = 40


def cut_states(folder: Path, *, encrypted: bool) -> tuple[bytes, bytes, bytes]:
    """Make a store; return its file before and after a checkpoint, and the log between."""
    path = folder / "catalogue.sqlite"
    if encrypted:
        made = make_encrypted(folder)
    else:
        made = create(folder, settings=SETTINGS, admin_login=ADMIN)
    with made as store:
        store._core.database.tidy()
        before = path.read_bytes()
        store.session(ADMIN).intake.put(make_incoming(n) for n in range(COUNT))
        assert path.read_bytes() == before
        log = path.with_name("catalogue.sqlite-wal").read_bytes()
        store._core.database.tidy()
        after = path.read_bytes()
    assert len(after) > len(before)
    assert after[:PAGE] != before[:PAGE]
    return before, after, log


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_store_opens_wherever_its_checkpoint_was_cut(tmp_path: Path, *, encrypted: bool) -> None:
    folder = tmp_path / "store"
    before, after, log = cut_states(folder, encrypted=encrypted)
    # Bytes that were written: none, half a page, the first one, some, those that were there.
    for written in (0, PAGE // 2, PAGE, 3 * PAGE, len(before), len(before) + PAGE, len(after)):
        (folder / "catalogue.sqlite").write_bytes(after[:written] + before[written:])
        (folder / "catalogue.sqlite-wal").write_bytes(log)
        (folder / "catalogue.sqlite-shm").unlink(missing_ok=True)
        with open_store(folder, opener=KEY if encrypted else None) as store:
            session = store.session(ADMIN)
            assert session.interactions.count(Search()).n == COUNT
            assert store.examine() == ()
            kept = session.interactions.get(make_giid(COUNT - 1))
            with closing(session.content.open(kept.id, kept.recordings[0])) as source:
                assert source.read_at(0, source.size)


def journal_of(path: Path, key: Secret | None) -> bytes:
    """Let a file in WAL mode leave it; return the journal as it was while the page was written."""
    pages = path.stat().st_size // PAGE
    with closing(driver.connect(path, key)) as raw:
        raw.execute("PRAGMA journal_mode=PERSIST").fetchall()
    journal = path.with_name(f"{path.name}-journal").read_bytes()
    (record,) = (journal[at : at + PAGE + 8] for at in range(SECTOR, len(journal), PAGE + 8))
    # At its end the head was overwritten. What the sum of a page began with was in it.
    told = int.from_bytes(record[-4:], "big")
    begun = (told - sum(record[4 + at] for at in range(PAGE - 200, 0, -200))) % 2**32
    numbers = (1, begun, pages, SECTOR, PAGE)
    return JOURNAL + b"".join(each.to_bytes(4, "big") for each in numbers) + journal[28:]


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_store_opens_that_was_cut_when_somebody_had_it_alone(
    tmp_path: Path, *, encrypted: bool
) -> None:
    folder = tmp_path / "store"
    cut_states(folder, encrypted=encrypted)
    path = folder / "catalogue.sqlite"
    with open_store(folder, opener=KEY if encrypted else None) as store:
        keeper = store._core.keeper
        key = None if keeper is None else Secret(bytes(keeper.ring.catalogue[0].data))
    before = path.read_bytes()
    journal = journal_of(path, key)
    after = path.read_bytes()
    assert after[:PAGE] != before[:PAGE]
    for written in (0, SECTOR, 3 * SECTOR, PAGE):
        path.write_bytes(after[:written] + before[written:])
        path.with_name(f"{path.name}-journal").write_bytes(journal)
        with open_store(folder, opener=KEY if encrypted else None) as store:
            assert store.session(ADMIN).interactions.count(Search()).n == COUNT
            assert store.examine() == ()
