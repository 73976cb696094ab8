# ruff: noqa: E501, ISC004 (questions stand one a line, of own words)
"""How long searches take on a large store, each beside a plain scan of the same question.

Run: python -m benchmarks.search FOLDER [RUNS]

FOLDER is made by benchmarks.store_generator. Medians of warm runs in milliseconds of processor time: the
first 100 rows, the capped count, the exact one; the plain question is asked of the same file, once, with no index
of interactions used: LIKE for texts, the newest 100 by a sort. Limits: page and count 10 ms, 50 ms where (almost) nothing
matches; orders 50 ms. What misses is marked with !.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

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
        ask = connection.exec_driver_sql
        giid, source, custom = ask(
            "SELECT giid, from_fold, custom FROM interactions WHERE channel = 1 AND direction = 1 "
            "AND custom LIKE '%Contract%' ORDER BY id LIMIT 1 OFFSET 20"
        ).one()
    contract = custom.split('"Contract","')[1].split('"')[0]
    return {"giid": giid, "phone5": source[1:6], "phone3": source[2:5], "tail5": source[-5:],
            "contract": contract}  # fmt: skip


def median_ms(work: Callable[[], object], runs: int) -> float:
    """Return the processor time of a run: other programs' load would say nothing of a search."""
    work()
    taken = []
    for _ in range(runs):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def measure(store: LocalStore, session: Session, runs: int) -> list[str]:
    found = session.interactions
    known = values(store)
    missed = []
    print(f"{'question':36} {'hits':>9} {'page':>8} {'count':>8} {'exact':>8} {'scan':>9}  misses")
    for name, line, plain in TREES:
        search = Search(parse_line(line.format(**known)))
        page = median_ms(lambda s=search: found.search(s), runs)
        count = median_ms(lambda s=search: found.count(s), runs)
        began = time.process_time()
        hits = found.count(search, cap=None).n
        exact = (time.process_time() - began) * 1000
        scanned = scan_ms(store, plain.format(**known))
        limit = WORST_MS if hits < ALMOST_NOTHING else PAGE_MS
        page_ok, count_ok = page <= limit, count <= (COUNT_MS if hits > 10_000 else WORST_MS)
        marks = f"{'' if page_ok else ' !page'}{'' if count_ok else ' !count'}"
        if marks:
            missed.append(name + marks)
        print(f"{name:36} {hits:9} {page:8.1f} {count:8.1f} {exact:8.1f} {scanned:9.0f} {marks}")
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
    print(f"\n{'first page in the order of':36} {'up':>8} {'down':>8} {'month up':>9} {'down':>8}")
    month = parse_line("started:2023-09")
    keys = [*(column.key for column in COLUMNS), "custom.Region"]
    for key in keys:
        told = []
        for tree in (parse_line(""), month):
            for down in (False, True):
                search = Search(tree, sort=(SortKey(key, down),))
                told.append(median_ms(lambda s=search: session.interactions.search(s), runs))
        if max(told) > WORST_MS:
            missed.append(f"order by {key}")
        print(f"{key:36} {told[0]:8.1f} {told[1]:8.1f} {told[2]:9.1f} {told[3]:8.1f} "
              f"{'!' if max(told) > WORST_MS else ''}")  # fmt: skip
    return missed


def main() -> None:
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with closing(open_store(Path(sys.argv[1]))) as store:
        session = store.session(ADMIN)
        missed = measure(store, session, runs)
        limited = store.session(SUPERVISOR).interactions
        all_of = Search()
        print(f"\na supervisor of two teams: page {median_ms(lambda: limited.search(all_of), runs):.1f},"
              f" count {median_ms(lambda: limited.count(all_of), runs):.1f},"
              f" exact {median_ms(lambda: limited.count(all_of, cap=None), 1):.1f},"
              f" {limited.count(all_of, cap=None).n} seen")  # fmt: skip
        missed += measure_orders(store, session, runs)
    print("\nmisses:", "; ".join(missed) or "none")


if __name__ == "__main__":
    main()
