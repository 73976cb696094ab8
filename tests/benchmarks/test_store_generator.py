"""What the generator of large stores makes is what the store itself would have made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from benchmarks.store_generator import ADMIN, SUPERVISOR, generate
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from reviewer.storage.local import LocalStore, open_store

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 2_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("large") / "store"
    generate(made, SIZE)
    return made


def count(store: LocalStore, line: str, login: str = ADMIN) -> int:
    return store.session(login).interactions.count(Search(parse_line(line))).n


def test_rows_agree_with_their_parts(folder: Path) -> None:
    with open_store(folder) as store:
        wrong = {f.code for f in store.examine()} - {"missing_object"}
    assert wrong == set()


def test_it_is_distributed_as_a_centre_is(folder: Path) -> None:
    with open_store(folder) as store:
        stats = store.stats()
        assert stats.interactions == SIZE
        assert 0.65 * SIZE < stats.by_channel["voice"] < 0.75 * SIZE
        assert stats.by_channel["email"] > 0.07 * SIZE
        assert 1.1 * SIZE < stats.segments < 1.25 * SIZE
        assert count(store, "agent:agent000") > 5 * count(store, "agent:agent390") > 0
        assert 0 < count(store, "flagged:yes") < 0.02 * SIZE
        assert 0 < count(store, "", SUPERVISOR) < SIZE
        for line in ("from:7*", "custom.region:Москва", "tag:VIP", "subject:~re", "evaluated:yes"):
            assert count(store, line) > 0, line
        assert count(store, "договор") > 0


def test_the_same_seed_makes_the_same_store(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again", SIZE)
    generate(tmp_path / "other", SIZE, seed=2)
    told = []
    for place in (folder, tmp_path / "again", tmp_path / "other"):
        with closing(sqlite3.connect(place / "catalogue.sqlite")) as raw:
            told.append(
                [
                    raw.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 (own names)
                    for table in ("interactions", "segments", "messages", "recordings")
                ]
            )
    assert told[0] == told[1]
    assert told[0] != told[2]
