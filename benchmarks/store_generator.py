"""Large stores for benchmarks: the same seed and size give the same interactions.

Run: python -m benchmarks.store_generator FOLDER [SIZE] [SEED]

Two years of a centre: 70 % calls, 20 % chats, 10 % emails, with the texts of chats and emails;
agents, services and dispositions by Zipf, durations lognormal, weekday hours. Written into the
store's own tables as driver tuples, indexes last: a million in a few minutes. There is no
content in the vault.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import store_vocabulary as words
from reviewer.models.folding import fold, fold_address, reverse
from reviewer.models.interaction import (
    Channel,
    Direction,
    Outcome,
    SegmentKind,
    StretchKind,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.scoring import EvaluationKind, EvaluationState
from reviewer.models.settings import StoreSettings
from reviewer.storage.catalogue import codes, fulltext, schema
from reviewer.storage.catalogue.sqlite.columns import keeping
from reviewer.storage.local import create, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADMIN = "bench"
SUPERVISOR = "supervisor"
AGENTS = 400
END_S = 1_696_550_400
"""2023-10-06 UTC; two years before it is where the store begins."""
DAYS = 730
VOICE_SHARE = 0.7
CHUNK = 50_000
US = 1_000_000
DAY_S = 86_400

VOICE, CHAT, EMAIL = (codes.CHANNELS.code(c) for c in (Channel.VOICE, Channel.CHAT, Channel.EMAIL))
IN, OUT, INTERNAL = (
    codes.DIRECTIONS.code(d) for d in (Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL)
)
ANSWERED = codes.OUTCOMES.code(Outcome.ANSWERED)
ABANDONED = codes.OUTCOMES.code(Outcome.ABANDONED)
THERE, EXPIRED, DELETED, MISSING = (
    codes.RECORDING_STATES.code(s)
    for s in (
        RecordingState.AVAILABLE,
        RecordingState.EXPIRED,
        RecordingState.DELETED,
        RecordingState.MISSING,
    )
)
SOUND = codes.RECORDING_KINDS.code(RecordingKind.VOICE)
SCREEN = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)
HANDLING = codes.SEGMENT_KINDS.code(SegmentKind.HANDLING)
HOLD = codes.STRETCH_KINDS.code(StretchKind.HOLD)
BLIND = codes.TRANSFERS.code(TransferKind.BLIND)
CUSTOMER, AGENT = codes.ROLES.code(PartyRole.CUSTOMER), codes.ROLES.code(PartyRole.AGENT)
NORMAL = codes.EVALUATION_KINDS.code(EvaluationKind.NORMAL)
SUBMITTED = codes.EVALUATION_STATES.code(EvaluationState.SUBMITTED)

COLUMNS = tuple(column.name for column in schema.interactions.columns)


def generate(folder: Path, size: int, seed: int = 1) -> None:
    """Make a store of `size` interactions in a new folder, with the administrator `ADMIN`."""
    settings = StoreSettings(name="Benchmark", time_zone="Europe/Moscow")
    with create(folder, settings=settings, admin_login=ADMIN) as store:
        path = store.folder / "catalogue.sqlite"
        session = store.session(ADMIN)
        session.people.add_user(SUPERVISOR, "Supervisor", ["supervisor"], teams=words.TEAMS[:2])
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=MEMORY").fetchall()
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA cache_size=-500000")
        raw.execute("BEGIN")
        indexes = raw.execute(
            "SELECT type, name, sql FROM sqlite_master "
            "WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in indexes:
            raw.execute(f'DROP {kind} "{name}"')
        _Maker(raw, size, seed).run()
        for _, _, sql in indexes:
            raw.execute(sql)
        raw.execute("COMMIT")
        raw.execute("PRAGMA journal_mode=WAL").fetchall()
    with open_store(folder) as store, store._core.database.write() as connection:  # noqa: SLF001
        fulltext.rebuild(connection)
        keeping.rebuild(connection)


def _zipf(count: int, power: float = 1.0) -> np.ndarray:
    weights = 1.0 / np.arange(1, count + 1) ** power
    return np.cumsum(weights / weights.sum())


class _Maker:
    """Draws and writes the interactions, a chunk at a time, oldest first."""

    def __init__(self, raw: sqlite3.Connection, size: int, seed: int) -> None:
        self._raw = raw
        self._size = size
        self._rng = np.random.default_rng(seed)
        self._agent_cdf = _zipf(AGENTS, 0.7)
        self._service_cdf = _zipf(len(words.SERVICES))
        self._disposition_cdf = _zipf(len(words.DISPOSITIONS))
        self._vocabulary = np.array(words.vocabulary(), dtype=object)
        self._word_cdf = _zipf(len(self._vocabulary))
        people = max(10, size // 3)
        self._phone_cdf = _zipf(people, 0.4)
        self._segment_id = self._recording_id = self._note_id = self._evaluation_id = 0
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def run(self) -> None:
        self._names()
        starts = self._starts()
        ids = (starts // 1000 << 20) | self._rng.integers(0, 1 << 20, self._size)
        if len(np.unique(ids)) != self._size:
            raise SystemExit("two interactions have one id: take another seed")
        for first in range(0, self._size, CHUNK):
            last = min(self._size, first + CHUNK)
            self._chunk(first, starts[first:last], ids[first:last])
            self._write()

    def _starts(self) -> np.ndarray:
        """Return sorted instants: weekdays more than Sundays, days more than nights."""
        hours = np.array([1, 1, 1, 1, 1, 2, 5, 10, 20, 30, 34, 34, 30, 30, 32, 32, 30, 28, 22, 16,
                          10, 6, 3, 2], dtype=float)  # fmt: skip
        days = np.array([1.0, 1.0, 1.0, 1.0, 0.95, 0.45, 0.3])
        first_day = END_S // DAY_S - DAYS
        per_day = days[(first_day + 3 + np.arange(DAYS)) % 7]
        chosen = self._rng.choice(DAYS, self._size, p=per_day / per_day.sum())
        hour = self._rng.choice(24, self._size, p=hours / hours.sum())
        within = self._rng.integers(0, 3600 * US, self._size)
        starts = (first_day + chosen) * DAY_S * US + hour * 3600 * US + within
        starts.sort()
        return starts.astype(np.int64)

    def _names(self) -> None:
        named = {
            "teams": words.TEAMS[2:],
            "services": words.SERVICES,
            "dispositions": words.DISPOSITIONS,
            "custom_fields": ("Region", "Contract", "Segment"),
        }
        for table, names in named.items():
            self._many(table, ("name", "name_fold"), [(name, fold(name)) for name in names])
        agents = []
        for number in range(AGENTS):
            first = words.FIRST[number % len(words.FIRST)]
            last = words.LAST[number // 2 % len(words.LAST)]
            login = f"agent{number:03d}"
            agents.append(
                (login, login, first, fold(first), last, fold(last), 1 + number % 12,
                 str(1000 + number))
            )  # fmt: skip
        columns = ("login", "login_fold", "first_name", "first_fold", "last_name", "last_fold",
                   "team_id", "extension")  # fmt: skip
        self._many("agents", columns, agents)

    def _many(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        marks = ",".join("?" * len(columns))
        self._raw.executemany(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})",  # noqa: S608 (own names)
            rows,
        )

    def _draw(self, cdf: np.ndarray, count: int) -> np.ndarray:
        return np.minimum(np.searchsorted(cdf, self._rng.random(count)), len(cdf) - 1)

    def _chunk(self, first: int, starts: np.ndarray, ids: np.ndarray) -> None:
        n = len(starts)
        r = self._rng
        u = r.random((n, 24)).tolist()
        durations = np.exp(r.normal(5.4, 1.0, n)) * US
        columns = zip(
            range(first, first + n), ids.tolist(), starts.tolist(), u,
            np.clip(durations, 2 * US, 7200 * US).astype(np.int64).tolist(),
            (self._draw(self._agent_cdf, n) + 1).tolist(),
            (self._draw(self._agent_cdf, n) + 1).tolist(),
            (self._draw(self._service_cdf, n) + 1).tolist(),
            (self._draw(self._disposition_cdf, n) + 1).tolist(),
            self._draw(self._phone_cdf, n).tolist(),
            np.round(np.clip(r.normal(0.1, 0.45, n), -1, 1), 2).tolist(),
            strict=True,
        )  # fmt: skip
        texts = iter(self._texts(sum(row[0] >= VOICE_SHARE for row in u)))
        for column in columns:
            self._interaction(*column, texts=texts)

    def _texts(self, n: int) -> list[list[str]]:
        """Return the messages, 80 words in all, of `n` interactions."""
        chosen = self._vocabulary[self._draw(self._word_cdf, n * 80)].reshape(n, 80)
        cuts = ((0, 12), (12, 40), (40, 55), (55, 80))
        return [[" ".join(row[a:b]) for a, b in cuts] for row in chosen.tolist()]

    def _interaction(
        self, number: int, id_: int, start: int, u: list[float], duration: int, agent: int,
        second: int, service: int, disposition: int, phone: int, mood: float, *,
        texts: Iterator[list[str]],
    ) -> None:  # fmt: skip
        channel = VOICE if u[0] < VOICE_SHARE else CHAT if u[0] < 0.9 else EMAIL
        direction = IN if u[1] < 0.75 else OUT if u[1] < 0.97 or channel != VOICE else INTERNAL
        answered = u[2] < 0.93 or channel != VOICE
        several = answered and u[3] < 0.16
        agents = ([agent, second] if several else [agent]) if answered else [0]
        end = start + duration
        hold = int(duration * 0.1) if channel == VOICE and answered and u[4] < 0.2 else 0
        row: dict[str, Any] = {
            **self._addresses(number, phone, channel, direction, agents[0], u),
            "id": id_, "channel": channel, "direction": direction,
            "giid": _giid(number, id_),
            "outcome": ANSWERED if answered else ABANDONED, "started_us": start, "ended_us": end,
            "duration_us": duration, "hold_us": hold, "service_id": service,
            "disposition_id": disposition if answered else None, "agent_id": agents[-1] or None,
            "scenario": words.SCENARIOS[service % 20] if channel == VOICE else "",
            "call_problem": words.PROBLEMS[number % 4] if channel == VOICE and u[5] < 0.01 else "",
            "flagged": int(u[6] < 0.005), "voice_signature": int(channel == VOICE and u[7] < 0.01),
            "was_transferred": int(several), "sentiment": mood if u[8] < 0.4 else None,
            "segment_count": len(agents), "texts_searchable": 1,
            "source_kind": "benchmark", "source_system": "", "source_key": str(number),
            "fingerprint": hashlib.sha256(str(id_).encode()).digest(),
            "added_us": end, "changed_us": end, "medium": "web" if channel == CHAT else "",
            "tags_by_hand": 0,
        }  # fmt: skip
        row |= self._custom(id_, number, u) | self._labels(id_, channel, u)
        row |= self._notes_and_scores(id_, start, agents, u)
        row |= self._recordings(id_, start, duration, channel, answered=answered, u=u)
        self._segments(id_, start, duration, hold, agents, service, disposition, phone)
        if channel != VOICE:
            self._messages(id_, start, duration, next(texts), phone)
        for key in ("scenario", "call_problem", "subject"):
            row[f"{key}_fold"] = fold(row[key])
        self._put("interactions", *(row[name] for name in COLUMNS))

    def _put(self, table: str, *row: object) -> None:
        self._rows.setdefault(table, []).append(row)

    def _addresses(
        self, number: int, phone: int, channel: int, direction: int, agent: int, u: list[float]
    ) -> dict[str, Any]:
        scattered = (phone * 2_654_435_761 + 12_345) % 9_000_000_000 + 1_000_000_000
        if channel == EMAIL:
            outer, ours = f"client{phone}@mail{phone % 50}.example", "help@bank.example"
        elif channel == CHAT:
            outer = f"10.{phone % 251}.{phone // 251 % 251}.{phone // 63_001 % 251}"
            ours = f"Чат на сайте {phone % 5}"
        else:
            outer, ours = f"+7{scattered}", f"8800{phone % 7:07d}"
        extension = str(999 + agent)
        source, target = (outer, ours) if direction == IN else (extension, outer)
        connected = extension if channel == VOICE and direction == IN and agent else ""
        account = f"A{phone:08d}" if direction == OUT and u[9] < 0.6 else ""
        case = f"C-{number // 3}" if channel == EMAIL else ""
        thread = f"TH{number // 4:09d}" if channel == EMAIL else ""
        subject = ""
        if channel == EMAIL:
            chosen = self._vocabulary[[number * 7 % 900 + 30, phone * 11 % 5000 + 40]].tolist()
            subject = f"{'Re: ' if u[10] < 0.5 else ''}{chosen[0]} {chosen[1]} № {number % 9973}"
        from_fold, to_fold = fold_address(source), fold_address(target)
        return {
            "from_address": source, "from_fold": from_fold, "from_rev": reverse(from_fold),
            "to_address": target, "to_fold": to_fold, "to_rev": reverse(to_fold),
            "connected_to": connected, "connected_fold": fold_address(connected), "from_name": "",
            "account_number": account, "account_fold": fold(account), "case_number": case,
            "case_fold": fold(case), "thread_id": thread, "thread_fold": fold(thread),
            "subject": subject,
        }  # fmt: skip

    def _custom(self, id_: int, number: int, u: list[float]) -> dict[str, Any]:
        pairs = []
        if u[11] < 0.6:
            pairs.append(("Region", words.REGIONS[min(29, int((u[11] / 0.6) ** 2 * 30))]))
        if u[12] < 0.3:
            pairs.append(("Contract", f"{number * 7919 % 10_000_019:08d}/23"))
        if u[13] < 0.5:
            pairs.append(("Segment", "ABCDE"[int(u[13] * 10)]))
        for field, (_, value) in zip((1, 2, 3), _padded(pairs), strict=True):
            if value:
                self._put("interaction_custom", field, fold(value), id_)
        return {"custom": _json(pairs)}

    def _labels(self, id_: int, channel: int, u: list[float]) -> dict[str, Any]:
        articles = [words.ARTICLES[int(u[14] * 1333)]] if channel != VOICE and u[14] < 0.15 else []
        tags = [words.TAGS[int(u[15] * 200)]] if u[15] < 0.02 else []
        for kind, values in ((codes.LABEL_KM, articles), (codes.LABEL_TAG, tags)):
            for value in values:
                self._put("interaction_labels", kind, fold(value), id_)
        return {"km_used": int(bool(articles)), "km_articles": _json(articles), "tags": _json(tags)}

    def _notes_and_scores(
        self, id_: int, start: int, agents: list[int], u: list[float]
    ) -> dict[str, Any]:
        noted = u[16] < 0.1 and agents[0] > 0
        if noted:
            self._note_id += 1
            login = f"agent{agents[0] - 1:03d}"
            self._put("notes", self._note_id, id_, login, start, "Перезвонить завтра", 1, 0)
        score = None
        if u[17] < 0.005 and agents[0]:
            score = 1.0 + int(u[17] * 1800)
            self._evaluation_id += 1
            self._put("evaluations", self._evaluation_id, id_, 1, 1 + self._evaluation_id % 2,
                      NORMAL, SUBMITTED, 1, start + DAY_S * US, "", score)  # fmt: skip
        return {
            "has_notes": int(noted),
            "score": score,
            "evaluated": int(score is not None),
            "evaluator_id": None if score is None else 1 + self._evaluation_id % 2,
        }

    def _recordings(
        self, id_: int, start: int, duration: int, channel: int, *, answered: bool, u: list[float]
    ) -> dict[str, Any]:
        voice = screen = None
        ordinal = 0
        if channel == VOICE and answered:
            voice = THERE if u[18] < 0.85 else EXPIRED if u[18] < 0.99 else DELETED
            voice = MISSING if u[18] > 0.9995 else voice
            self._recording(id_, ordinal, SOUND, voice, start, duration)
            ordinal = 1
        if answered and u[19] < 0.1:
            screen = THERE if u[19] < 0.05 else EXPIRED
            self._recording(id_, ordinal, SCREEN, screen, start, duration)
        return {
            "voice_state": voice, "screen_state": screen,
            "transcript_state": THERE if channel == CHAT else None,
            "email_state": THERE if channel == EMAIL else None,
            "silence_share": int(u[17] * 400) if voice == THERE else None,
            "talkover_share": int(u[16] * 80) if voice == THERE and u[15] < 0.2 else None,
        }  # fmt: skip

    def _recording(
        self, id_: int, ordinal: int, kind: int, state: int, start: int, duration: int
    ) -> None:
        self._recording_id += 1
        digest = hashlib.md5(b"%d" % self._recording_id, usedforsecurity=False).hexdigest()
        there = state == THERE
        self._put("recordings", self._recording_id, id_, ordinal, 1, kind, state, AGENT, "",
                  "audio/wav" if kind == SOUND else "video/webm", digest if there else None,
                  duration // 125 if there else 0, digest * 2 if there else "", "", start,
                  duration)  # fmt: skip
        self._put("spans", id_, ordinal, 0, 0, start, duration)

    def _segments(
        self, id_: int, start: int, duration: int, hold: int, agents: list[int], service: int,
        disposition: int, phone: int,
    ) -> None:  # fmt: skip
        length = duration // len(agents)
        for place, agent in enumerate(agents, start=1):
            self._segment_id += 1
            last = place == len(agents)
            begin = start + (place - 1) * length
            used = service if last else (service + phone) % len(words.SERVICES) + 1
            self._put("segments", self._segment_id, id_, place, HANDLING, begin,
                      start + duration if last else begin + length, agent or None, used,
                      disposition if last and agent else None, "", "", None if last else BLIND,
                      None if last else place + 1, None)  # fmt: skip
        if hold:
            self._put("stretches", id_, 1, 0, HOLD, start, start + hold, "")

    def _messages(self, id_: int, start: int, duration: int, texts: list[str], phone: int) -> None:
        step = duration // (len(texts) + 1)
        for place, said in enumerate(texts):
            mine = place % 2 == 1
            self._put("messages", id_, place, start + place * step, None,
                      AGENT if mine else CUSTOMER, "Оператор" if mine else f"Клиент {phone}",
                      said, 1, None, "", None)  # fmt: skip

    def _write(self) -> None:
        for table in ("interactions", *sorted(self._rows.keys() - {"interactions"})):
            rows = self._rows.pop(table, [])
            if rows:
                marks = ",".join("?" * len(rows[0]))
                self._raw.executemany(
                    f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 (own names)
                    rows,
                )


def _padded(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs in the order of the three fields, empty where there is none."""
    found = dict(pairs)
    return [(name, found.get(name, "")) for name in ("Region", "Contract", "Segment")]


def _giid(number: int, id_: int) -> str:
    digest = hashlib.md5(b"%d %d" % (number, id_), usedforsecurity=False).hexdigest().upper()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))


def _json(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else ""


def main() -> None:
    folder = Path(sys.argv[1])
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    began = time.monotonic()
    generate(folder, size, seed)
    size_mb = (folder / "catalogue.sqlite").stat().st_size / 1e6
    print(f"{size} interactions, {size_mb:.0f} MB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
