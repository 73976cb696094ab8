"""How fast content of many interactions is deleted for good.

    python -m benchmarks.erasing [interactions] [--encrypted]

A store of so many calls (100 000 by default), each with a recording of 1 KiB, every tenth with a
transcript and every hundredth with its waveform, is made in a temporary folder; then everything
is deleted: tombstones, entries in the audit log, keys, files, what was computed of them, words in
the index. Limit: at least 10 000 a second. Beside it, the floor: the same files of a second store
unlinked and the same rows deleted by bare SQL, with neither tombstones nor log. With
`--encrypted` content and catalogue of both are encrypted.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from reviewer.cli.main import collect_seldom
from reviewer.crypto.secret import Secret
from reviewer.models.bytesource import MemorySource
from reviewer.models.derived import DerivedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import Giid, InteractionId, MediaUs, WallUs, giid_of_source
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
from reviewer.storage.catalogue.sqlite import driver, file
from reviewer.storage.local import Encryption, create, open_store
from reviewer.storage.local.unlocking import open_ring
from reviewer.storage.store import Incoming

LIMIT_A_SECOND = 10_000
STARTED_US = 1_696_503_039_000_000
# How long a disk takes to free a file is not the program's: in memory, where there is such.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
SOUND = bytes(1_024)
COMPUTED = 100
"""Of one call in so many its waveform is kept, as where some were opened."""
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
    parser = argparse.ArgumentParser()
    parser.add_argument("interactions", type=int, nargs="?", default=100_000)
    parser.add_argument("--encrypted", action="store_true")
    asked = parser.parse_args()
    collect_seldom()
    key = Secret(bytes(range(32))) if asked.encrypted else None
    folder = Path(tempfile.mkdtemp(prefix="reviewer-erasing-", dir=MEMORY))
    try:
        make(folder / "store", asked.interactions, key)
        shutil.copytree(folder / "store", folder / "floor")
        floor = bare(folder / "floor", key)
        erase(folder / "store", asked.interactions, floor, key)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(folder: Path, count: int, key: Secret | None) -> None:
    settings = StoreSettings(name="Bench", time_zone="Europe/Moscow")
    how = None if key is None else Encryption(None, key_file=key)
    with create(folder, settings=settings, admin_login="admin", encryption=how) as store:
        session = store.session("admin")
        session.intake.put(incoming(number) for number in range(count))
        for number in session.interactions.ids(Search())[::COMPUTED]:
            (recording,) = session.interactions.get_by_id(InteractionId(number)).recordings
            session.derived.keep(InteractionId(number), recording, DerivedKind.PEAKS, SOUND)


def bare(folder: Path, key: Secret | None) -> tuple[float, float]:
    """Return how long it takes by the clock and of the processor, seconds."""
    path, opened = folder / "catalogue.sqlite", None
    if key is not None:
        ring = open_ring(folder, str(folder), key)
        _, opened = file.look_inside(path, str(folder), ring.catalogue)
    begun, work = time.perf_counter(), time.process_time()
    with closing(driver.connect(path, opened)) as raw:
        raw.execute("BEGIN")
        raw.execute("DELETE FROM messages")
        raw.execute("UPDATE recordings SET object_id = NULL, state = 3")
        raw.execute("COMMIT")
    if key is not None:
        with closing(sqlite3.connect(folder / "keys.db")) as keys, keys:
            keys.execute("DELETE FROM wrapped")
    for path in (folder / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    return time.perf_counter() - begun, time.process_time() - work


def erase(folder: Path, count: int, floor: tuple[float, float], key: Secret | None) -> None:
    with open_store(folder, opener=key) as store:
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
    print(
        f"floor, bare SQL and unlinking: {floor[0]:.2f} s, ratio {took / floor[0]:.1f}; "
        f"by processor time {floor[1]:.2f} s, ratio {worked / floor[1]:.1f}"
    )


if __name__ == "__main__":
    main()
