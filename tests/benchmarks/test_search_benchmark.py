"""The benchmark of searches asks what the plain questions beside it ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import search as benchmark
from benchmarks.store_generator import ADMIN, generate
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from reviewer.storage.local import open_store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_measures_every_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate(tmp_path / "store", 6_000)
    with open_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        benchmark.measure(store, session, 1)
        benchmark.measure_orders(store, session, 1)
        known = benchmark.values(store)
        found = {
            name: session.interactions.count(Search(parse_line(line.format(**known))), cap=None).n
            for name, line, _ in benchmark.TREES
        }
    told = capsys.readouterr().out
    assert all(name in told for name, _, _ in benchmark.TREES)
    assert len(benchmark.TREES) >= 20
    assert found["everything"] == 6_000
    assert found["GIID"] == found["custom field"] == 1
    assert found["nothing: unknown agent"] == found["nothing: unknown word"] == 0
