"""A program that was killed, or a power cut, while the log was brought into the catalogue's file.

What is in the file then is the beginning of what the log has, page by page: a header that names
more pages than there are yet, or half a page.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.models.search import Search
from reviewer.storage.local import create, open_store
from tests.helpers.encrypted import KEY, make_encrypted
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
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
