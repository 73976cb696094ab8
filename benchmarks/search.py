# ruff: noqa: E501, ISC004 (questions stand one a line, of own words)
"""How long searches take on a large store, each beside a plain scan of the same question.

Run: python -m benchmarks.search FOLDER [RUNS]

FOLDER is made by benchmarks.store_generator. Medians of warm runs in milliseconds of processor time: the first 100
rows and the capped count, each also with nothing kept in memory by this program (`new`: the file is in the system's
cache), and the page on the clock; the exact count, once. The plain question is asked of the same file, once, with no
index of interactions used: LIKE for texts, the newest 100 by a sort.

Limits up to two million: page and count 10 ms, 50 ms where (almost) nothing matches, orders 50 ms; above: 300 ms, 50 ms
where a month bounds it. What misses is marked with !, with ? where only `new` does.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.store_generator import ADMIN, SUPERVISOR
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search, SortKey
from reviewer.storage.local import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session

PAGE_MS = COUNT_MS = 10.0
WORST_MS = 50.0
LARGE = 2_000_000
LARGE_MS = 300.0
ALMOST_NOTHING = 100
"""Below a full page."""

_I = "FROM interactions NOT INDEXED WHERE "
_AGENT = "EXISTS (SELECT 1 FROM segments s JOIN agents a ON a.id = s.agent_id WHERE s.interaction_id = interactions.id AND {})"
_SAID = "id IN (SELECT interaction_id FROM messages WHERE text LIKE '%{}%')"
_DAY = 86_400_000_000
_END = 1_696_550_400_000_000

TREES: tuple[tuple[str, str, str], ...] = (
    ("everything", "", "1"),
    ("GIID", "giid:{giid}", "giid LIKE '{giid}'"),
    ("week, service, status", 'started:2023-09-01..2023-09-07 service:"Карты физлица" disposition:Отказ',
     f"started_us BETWEEN {_END - 35 * _DAY} AND {_END - 28 * _DAY} AND service_id = 1 AND disposition_id = 2"),
    ("OR of two blocks, common", "(direction:outbound duration>10m) OR (sentiment<-0.5 transferred:yes)",
     "(direction = 2 AND duration_us > 600000000) OR (sentiment < -0.5 AND was_transferred = 1)"),
    ("OR of two blocks, rare", "(flagged:yes duration>1h) OR (problem:Эхо sentiment<-0.9)",
     "(flagged = 1 AND duration_us > 3600000000) OR (call_problem LIKE 'Эхо' AND sentiment < -0.9)"),
    ("month, three NOTs", 'started:2023-09 -service:"Карты физлица","Кредиты физлица" -transferred:yes -disposition:Решено,Отказ',
     f"started_us > {_END - 35 * _DAY} AND NOT service_id IN (1, 2) AND NOT was_transferred AND NOT disposition_id IN (1, 2)"),
    ("phone prefix", "from:7{phone5}*", "from_address LIKE '+7{phone5}%'"),
    ("phone suffix", "from:*{tail5}", "from_address LIKE '%{tail5}'"),
    ("part of a phone, 5 digits", "from:~{phone5}", "from_address LIKE '%{phone5}%'"),
    ("part of a phone, 3 digits", "from:~495", "from_address LIKE '%495%'"),
    ("part of a phone, 2 digits", "from:~49", "from_address LIKE '%49%'"),
    ("part of a subject", "subject:~догов", "subject LIKE '%догов%'"),
    ("duration 20-30 min", "duration:20m..30m", "duration_us BETWEEN 1200000000 AND 1800000000"),
    ("duration, narrow", "duration:1h..1h5s", "duration_us BETWEEN 3600000000 AND 3605000000"),
    ("sentiment < -0.8", "sentiment<-0.8", "sentiment < -0.8"),
    ("last name prefix", "agent.last:Иван*", _AGENT.format("a.last_name LIKE 'Иван%'")),
    ("frequent agent", "agent:agent000", _AGENT.format("a.login = 'agent000'")),
    ("rare agent, month", "agent:agent399 started:2023-09",
     _AGENT.format("a.login = 'agent399'") + f" AND started_us > {_END - 35 * _DAY}"),
    ("ten conditions, 90 days",
     "started:2023-07-07..2023-10-06 direction:inbound duration>1m duration<20m -transferred:yes -flagged:yes "
     'segments<=1 recording:yes sentiment>-0.5 service:"Карты физлица","Кредиты физлица","Вклады физлица"',
     f"started_us > {_END - 90 * _DAY} AND direction = 1 AND duration_us BETWEEN 60000000 AND 1200000000 "
     "AND NOT was_transferred AND NOT flagged AND segment_count <= 1 AND voice_state = 1 "
     "AND sentiment > -0.5 AND service_id IN (1, 2, 3)"),
    ("nothing matches, cheap", "duration>1h50m sentiment>0.99 segments>=2 flagged:yes",
     "duration_us > 6600000000 AND sentiment > 0.99 AND segment_count >= 2 AND flagged = 1"),
    ("nothing matches, cheap and common", "hold>40m sentiment<-0.99 direction:outbound",
     "hold_us > 2400000000 AND sentiment < -0.99 AND direction = 2"),
    ("custom field", "custom.Contract:{contract}", "custom LIKE '%{contract}%'"),
    ("custom field, part of a phone", "custom.Region:Томск from:~{phone3}",
     "custom LIKE '%Томск%' AND from_address LIKE '%{phone3}%'"),
    ("one word", "договор", _SAID.format("договор")),
    ("very common word", "пожалуйста", _SAID.format("пожалуйста")),
    ("rare word", "расторгнула", _SAID.format("расторгнула")),
    ("phrase", '"кредит договор"', _SAID.format("кредит договор")),
    ("common phrase", '"и в"', _SAID.format(" и в ")),
    ("three words, agent, OR of statuses", "кредит договор карта agent:agent001 (disposition:Отказ OR disposition:Жалоба)",
     " AND ".join(_SAID.format(w) for w in ("кредит", "договор", "карта"))
     + " AND " + _AGENT.format("a.login = 'agent001'") + " AND disposition_id IN (2, 4)"),
    ("word, frequent agent, month", "кредит agent:agent000 started:2023-09",
     _SAID.format("кредит") + " AND " + _AGENT.format("a.login = 'agent000'") + f" AND started_us > {_END - 35 * _DAY}"),
    ("nested NOT over other tables", '-(agent:agent000 OR (km:yes -tag:VIP)) -(service:"Карты физлица" custom.Region:Москва)',
     "NOT (" + _AGENT.format("a.login = 'agent000'") + " OR (km_used = 1 AND NOT tags LIKE '%VIP%')) "
     "AND NOT (service_id = 1 AND custom LIKE '%Москва%')"),
    ("NOT a common word", "-пожалуйста", "NOT " + _SAID.format("пожалуйста")),
    ("OR of a word, an agent, a tag", "договор OR agent:agent399 OR tag:VIP",
     _SAID.format("договор") + " OR " + _AGENT.format("a.login = 'agent399'") + " OR tags LIKE '%VIP%'"),
    ("word OR custom, AND month", "(кредит OR custom.Region:Томск) started:2023-09",
     "(" + _SAID.format("кредит") + f" OR custom LIKE '%Томск%') AND started_us > {_END - 35 * _DAY}"),
    ("two agents that seldom meet", "agent:agent000 agent:agent001 agent.last:Иван* duration>10m",
     " AND ".join(_AGENT.format(f"a.login = '{w}'") for w in ("agent000", "agent001")) + " AND duration_us > 600000000"),
    ("four conditions", 'service:"Карты физлица" agent.last:Иван* direction:inbound sentiment<0',
     "service_id = 1 AND " + _AGENT.format("a.last_name LIKE 'Иван%'") + " AND direction = 1 AND sentiment < 0"),
    ("evaluated, score", "score>=8", "score >= 8"),
    ("nothing: unknown agent", "agent:nobody", _AGENT.format("a.login = 'nobody'")),
    ("nothing: unknown word", "ыыыъъъ договор", _SAID.format("ыыыъъъ")),
)  # fmt: skip


def values(store: LocalStore) -> dict[str, str]:
    """Return values that are in the store."""
    with store._core.database.read() as connection:  # noqa: SLF001
        found = text(
            "SELECT giid, from_fold, custom FROM interactions WHERE channel = 1 AND direction = 1 "
            "AND custom LIKE '%Contract%' ORDER BY id LIMIT 1 OFFSET 20"
        )
        giid, source, custom = connection.execute(found).one()
    contract = custom.split('"Contract","')[1].split('"')[0]
    return {"giid": giid, "phone5": source[1:6], "phone3": source[2:5], "tail5": source[-5:],
            "contract": contract}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """Medians in milliseconds: processor time, on the clock, processor time with nothing kept."""

    warm: float
    wall: float
    new: float

    def mark(self, name: str, limit: float) -> str:
        if self.warm > limit:
            return f" !{name}"
        return f" ?{name}" if self.new > limit else ""


def take(store: LocalStore, work: Callable[[], object], runs: int) -> Taken:
    """Measure processor time: other programs' load would say nothing of a search."""
    new = [_once(work, before=store._core.database.columns.clear)[0] for _ in range(runs)]  # noqa: SLF001
    warm = [_once(work) for _ in range(runs)]
    return Taken(
        *(statistics.median(times) for times in zip(*warm, strict=True)), statistics.median(new)
    )


def _once(work: Callable[[], object], before: Callable[[], object] = int) -> tuple[float, float]:
    before()
    began, clock = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - began) * 1000, (time.perf_counter() - clock) * 1000


def limits_of(line: str, hits: int, size: int) -> tuple[float, float]:
    """Return the limits of a question's page and capped count."""
    if size > LARGE:
        most = WORST_MS if "started:2023-09" in line else LARGE_MS
        return most, most
    page = WORST_MS if hits < ALMOST_NOTHING else PAGE_MS
    return page, COUNT_MS if hits > 10_000 else WORST_MS


def measure(store: LocalStore, session: Session, runs: int) -> list[str]:
    found = session.interactions
    known = values(store)
    size = found.count(Search(), cap=None).n
    missed = []
    print(
        f"{'question':36} {'hits':>9} {'page':>7} {'wall':>7} {'new':>7} {'count':>7} {'new':>7} {'exact':>7} {'scan':>8}"
    )
    for name, line, plain in TREES:
        search = Search(parse_line(line.format(**known)))
        page = take(store, lambda s=search: found.search(s), runs)
        count = take(store, lambda s=search: found.count(s), runs)
        began = time.process_time()
        hits = found.count(search, cap=None).n
        exact = (time.process_time() - began) * 1000
        scanned = scan_ms(store, plain.format(**known))
        for_page, for_count = limits_of(line, hits, size)
        marks = page.mark("page", for_page) + count.mark("count", for_count)
        if marks:
            missed.append(name + marks)
        print(f"{name:36} {hits:9} {page.warm:7.1f} {page.wall:7.1f} {page.new:7.1f} {count.warm:7.1f} {count.new:7.1f} "
              f"{exact:7.1f} {scanned:8.0f}{marks}", flush=True)  # fmt: skip
    return missed


def scan_ms(store: LocalStore, where: str) -> float:
    with store._core.database.read() as connection:  # noqa: SLF001
        began = time.process_time()
        connection.exec_driver_sql(
            f"SELECT id {_I} {where} ORDER BY started_us DESC LIMIT 100"
        ).all()
        return (time.process_time() - began) * 1000


def measure_orders(store: LocalStore, session: Session, runs: int) -> list[str]:
    missed = []
    titles = ("up", "new", "down", "new", "month", "new")
    print(f"\n{'first page in the order of':36}" + "".join(f" {title:>7}" for title in titles))
    keys = [*(column.key for column in COLUMNS), "custom.Region"]
    large = session.interactions.count(Search(), cap=None).n > LARGE
    for key in keys:
        told = []
        marks = ""
        for line, down in (("", False), ("", True), ("started:2023-09", False)):
            search = Search(parse_line(line), sort=(SortKey(key, down),))
            taken = take(store, lambda s=search: session.interactions.search(s), runs)
            marks += taken.mark(
                "month" if line else "", LARGE_MS if large and not line else WORST_MS
            )
            told += [taken.warm, taken.new]
        if marks:
            missed.append(f"order by {key}{marks}")
        print(f"{key:36}" + "".join(f" {value:7.1f}" for value in told) + marks, flush=True)
    return missed


def main() -> None:
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with closing(open_store(Path(sys.argv[1]))) as store:
        session = store.session(ADMIN)
        before = memory_mb()
        missed = measure(store, session, runs)
        limited = store.session(SUPERVISOR).interactions
        all_of = Search()
        page = take(store, lambda: limited.search(all_of), runs)
        count = take(store, lambda: limited.count(all_of), runs)
        print(f"\na supervisor of two teams: page {page.warm:.1f}, new {page.new:.1f}; count {count.warm:.1f}, "
              f"new {count.new:.1f}; {limited.count(all_of, cap=None).n} seen")  # fmt: skip
        missed += measure_orders(store, session, runs)
        kept = store._core.database.columns.size_bytes / 1e6  # noqa: SLF001
        print(
            f"\nmemory {before} MB before, {memory_mb()} MB now (peak of the process {peak_mb()}); columns kept {kept:.0f} MB"
        )
    print("misses:", "; ".join(missed) or "none")


def memory_mb() -> int:
    """Return what the process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
