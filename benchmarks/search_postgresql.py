"""How long searches take with the catalogue on PostgreSQL, each beside a plain scan of the server.

Run: python -m benchmarks.search_postgresql FOLDER [RUNS]

FOLDER is made by benchmarks.store_generator; its rows are copied into a server that is started
for this and taken away again. Medians of warm runs in milliseconds on the clock, since the work
is in another process: the first 100 rows, the capped count, the exact one. The plain question is
asked once of the same server, which may use no index for it. No limits are promised; what is not
faster than its scan is marked with !.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import LargeBinary, text

from benchmarks.search import TREES, values
from benchmarks.store_generator import ADMIN, SUPERVISOR
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search, SortKey
from reviewer.models.settings import StoreSettings
from reviewer.storage.catalogue.fields import metadata
from reviewer.storage.catalogue.postgresql import tables, texts
from reviewer.storage.catalogue.postgresql.address import parse
from reviewer.storage.local.postgresql import create_on_server
from tests.helpers.postgresql import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session

_MADE_WITH_THE_STORE = frozenset({"meta", "settings", "audit", "audit_head", "remembered"})
_SETTINGS = {"shared_buffers": "1GB", "work_mem": "16MB", "effective_cache_size": "4GB"}


def copy(folder: Path, store: LocalStore) -> None:
    """Copy the rows of a store in a folder into one on a server that has none."""
    database = store._core.database  # noqa: SLF001
    source = sqlite3.connect(folder / "catalogue.sqlite")
    with closing(source) as raw, database.write() as connection:
        names = [table.name for table in metadata.sorted_tables]
        wanted = [name for name in names if name not in _MADE_WITH_THE_STORE]
        connection.execute(text(f"TRUNCATE {', '.join(wanted)} CASCADE"))
        server = cast("psycopg.Connection", connection.connection.driver_connection)
        for table in metadata.sorted_tables:
            if table.name in _MADE_WITH_THE_STORE:
                continue
            columns = [column.name for column in table.columns]
            quoted = ", ".join(f'"{name}"' for name in columns)
            rows = raw.execute(f'SELECT {quoted} FROM "{table.name}"')  # noqa: S608 (own names)
            blobs = [i for i, c in enumerate(table.columns) if isinstance(c.type, LargeBinary)]
            with server.cursor().copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as out:
                for row in _rows(rows, blobs):
                    out.write_row(row)
        tables.settle_numbers(connection)
        texts.rebuild(connection)
    with database.plain() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _rows(rows: Iterator[tuple[object, ...]], blobs: list[int]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        if not blobs:
            yield row
            continue
        made = list(row)
        for place in blobs:
            made[place] = bytes(cast("bytes", made[place]))
        yield tuple(made)


def median_ms(work: Callable[[], object], runs: int) -> float:
    work()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def scan_ms(store: LocalStore, where: str) -> float:
    """Return how long the server takes without an index."""
    plain = where.replace("NOT was_transferred", "was_transferred = 0")
    plain = plain.replace("NOT flagged", "flagged = 0").replace("LIKE 'Эхо'", "= 'Эхо'")
    # The driver takes a single % for a place of a value.
    plain = "true" if plain == "1" else plain.replace("%", "%%")
    with store._core.database.read() as connection:  # noqa: SLF001
        for kind in ("indexscan", "indexonlyscan", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
        began = time.perf_counter()
        connection.exec_driver_sql(
            f"SELECT id FROM interactions WHERE {plain} ORDER BY started_us DESC LIMIT 100"  # noqa: S608
        ).all()
        return (time.perf_counter() - began) * 1000


def measure(store: LocalStore, session: Session, runs: int) -> None:
    found = session.interactions
    known = values(store)
    print(f"{'question':36} {'hits':>9} {'page':>8} {'count':>8} {'exact':>8} {'scan':>9}")
    for name, line, plain in TREES:
        search = Search(parse_line(line.format(**known)))
        page = median_ms(lambda s=search: found.search(s), runs)
        count = median_ms(lambda s=search: found.count(s), runs)
        began = time.perf_counter()
        hits = found.count(search, cap=None).n
        exact = (time.perf_counter() - began) * 1000
        scanned = scan_ms(store, plain.format(**known))
        mark = " !" if page > scanned else ""
        print(f"{name:36} {hits:9} {page:8.1f} {count:8.1f} {exact:8.1f} {scanned:9.0f}{mark}")


def measure_orders(session: Session, runs: int) -> None:
    print(f"\n{'first page in the order of':36} {'up':>8} {'down':>8} {'month up':>9} {'down':>8}")
    month = parse_line("started:2023-09")
    for key in [*(column.key for column in COLUMNS if column.sortable), "custom.Region"]:
        told = []
        for tree in (parse_line(""), month):
            for down in (False, True):
                search = Search(tree, sort=(SortKey(key, down),))
                told.append(median_ms(lambda s=search: session.interactions.search(s), runs))
        print(f"{key:36} {told[0]:8.1f} {told[1]:8.1f} {told[2]:9.1f} {told[3]:8.1f}")


def main() -> None:
    folder = Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    server = Server(Path(tempfile.mkdtemp(prefix="reviewer-pg-")), **_SETTINGS)
    try:
        with tempfile.TemporaryDirectory() as media:
            address = parse(server.url(server.new_database(), media=Path(media) / "media"))
            settings = StoreSettings(name="Benchmark", time_zone="Europe/Moscow")
            with create_on_server(address, settings=settings, admin_login=ADMIN) as store:
                began = time.perf_counter()
                copy(folder, store)
                print(f"copied and indexed in {time.perf_counter() - began:.0f} s:", store.stats())
                session = store.session(ADMIN)
                measure(store, session, runs)
                limited = store.session(SUPERVISOR).interactions
                everything = Search()
                print(f"\na supervisor of two teams: page "
                      f"{median_ms(lambda: limited.search(everything), runs):.1f}, count "
                      f"{median_ms(lambda: limited.count(everything), runs):.1f}")  # fmt: skip
                measure_orders(session, runs)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
