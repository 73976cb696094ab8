"""How fast content of many interactions is deleted for good.

    python -m benchmarks.erasing [interactions]

A store of so many calls (100 000 by default), each with a recording of 1 KiB and every tenth with
a transcript, is made in a temporary folder; then everything is deleted: tombstones, entries in
the audit log, keys, files, words in the index. Limit: at least 10 000 a second. Beside it, the
floor: the same files of a second store unlinked and the same rows deleted by bare SQL, with
neither tombstones nor log.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from reviewer.models.bytesource import MemorySource
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import Giid, MediaUs, WallUs, giid_of_source
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Message,
    Segment,
    SegmentKind,
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind, Span
from reviewer.models.search import Search
from reviewer.models.settings import StoreSettings
from reviewer.storage.local import create
from reviewer.storage.store import Incoming

LIMIT_A_SECOND = 10_000
STARTED_US = 1_696_503_039_000_000
# How long a disk takes to free a file is not the program's: in memory, where there is such.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
SOUND = bytes(1_024)
TEXT = "Добрый день, подскажите, пожалуйста, почему по договору пришла претензия номер"
AGENT = Agent("agent", "Анна", "Иванова", team="Sales")


def incoming(number: int) -> Incoming:
    start = WallUs(STARTED_US + number * 60_000_000)
    end = WallUs(start + 30_000_000)
    segment = Segment(
        number=1, kind=SegmentKind.HANDLING, started_us=start, ended_us=end, agent=AGENT
    )
    recording = Recording(
        kind=RecordingKind.VOICE,
        segment_number=1,
        spans=(Span(MediaUs(0), start, 30_000_000),),
        media_type="audio/wav",
        source_name=f"{number}.wav",
    )
    messages = ()
    if number % 10 == 0:
        messages = (Message(start, PartyRole.CUSTOMER, "", f"{TEXT} {number}"),)
    interaction = Interaction(
        giid=Giid(giid_of_source("bench", "", str(number))),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_us=start,
        ended_us=end,
        segments=(segment,),
        recordings=(recording,),
        messages=messages,
        from_address=f"+7495{number:07d}",
    )
    return Incoming(interaction, {0: lambda: MemorySource(SOUND, "call.wav")})


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(tempfile.mkdtemp(prefix="reviewer-erasing-", dir=MEMORY))
    try:
        settings = StoreSettings(name="Bench", time_zone="Europe/Moscow")
        with create(folder / "store", settings=settings, admin_login="admin") as store:
            admin = store.session("admin")
            admin.intake.put(incoming(number) for number in range(count))
        shutil.copytree(folder / "store", folder / "floor")
        floor = bare(folder / "floor")
        erase(folder / "store", count, floor)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bare(folder: Path) -> float:
    begun = time.perf_counter()
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw, raw:
        raw.execute("DELETE FROM messages")
        raw.execute("UPDATE recordings SET object_id = NULL, state = 3")
    for path in (folder / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    return time.perf_counter() - begun


def erase(folder: Path, count: int, floor: float) -> None:
    from reviewer.storage.local import open_store

    with open_store(folder) as store:
        admin = store.session("admin")
        ids = admin.interactions.ids(Search())
        begun, work = time.perf_counter(), time.process_time()
        told, _ = admin.erasure.erase(
            ids, [What.VOICE, What.TRANSCRIPT], "benchmark", shared=Shared.CUT
        )
        took, worked = time.perf_counter() - begun, time.process_time() - work
    if len(told.interactions) != count or told.failed:
        raise SystemExit(f"{len(told.interactions)} of {count} were deleted")
    rate, busy = count / took, count / worked
    mark = "" if rate >= LIMIT_A_SECOND else "  !"
    print(f"{count} interactions deleted in {took:.1f} s: {rate:,.0f} a second{mark}")
    print(f"by processor time: {busy:,.0f} a second (limit {LIMIT_A_SECOND:,})")
    print(f"floor, bare SQL and unlinking: {floor:.2f} s, ratio {took / floor:.1f}")


if __name__ == "__main__":
    main()
