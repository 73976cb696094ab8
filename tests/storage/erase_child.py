"""What tests of deleting let another process do; run as a script, and be killed.

    erase_child.py WHAT FOLDER KEY: WHAT is bulk, retention or hold; KEY is the secret of the key
    file in hexadecimal, "" for a store in the clear.

It says `begun` before the first step, `N done` whenever the first N interactions are dealt with,
and `done` at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from typing_extensions import override

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.crypto.secret import Secret  # noqa: E402 (needs the path above)
from reviewer.models.bytesource import MemorySource  # noqa: E402
from reviewer.models.erasure import CutPiece, Shared, What  # noqa: E402
from reviewer.models.ids import MediaUs, WallUs  # noqa: E402
from reviewer.models.interaction import Message  # noqa: E402
from reviewer.models.progress import NoProgress  # noqa: E402
from reviewer.models.recording import PartyRole, RecordingKind, Span  # noqa: E402
from reviewer.models.search import Search, SortKey  # noqa: E402
from reviewer.services.erase import left_of  # noqa: E402
from reviewer.storage.local import erasing_run, open_store  # noqa: E402
from tests.helpers.stores import (  # noqa: E402
    ADMIN,
    STARTED_US,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)
from tests.storage.child import say  # noqa: E402

COUNT = 24
"""Interactions in a store that is worked on, each two of them on one piece of screen video."""
EVERY = (What.VOICE, What.TRANSCRIPT, What.SCREEN)
REASON = "what the customer asked for"
MINUTE_US = 60_000_000
LEFT = b"what is left of it"


def word(number: int) -> str:
    """Return a word that only one interaction's text has."""
    return f"zq{number:03d}zq"


def piece(number: int) -> bytes:
    """Return the screen video of an interaction and its neighbour."""
    return b"a piece of screen video, no. %d" % (number // 2) * 40


def covered(number: int):
    """Return a call with its sound, its text, and a part of a piece of screen video."""
    start = STARTED_US + number * 3_600_000_000
    pair = STARTED_US + (number // 2) * 7_200_000_000
    start = pair + (number % 2) * MINUTE_US
    sound = make_recording(start, 0.05, source_name=f"{number}.wav")
    screen = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(Span(MediaUs(0), WallUs(pair), 2 * MINUTE_US),),
        media_type="video/webm",
        source_name=f"screen-{number // 2}.webm",
    )
    said = Message(WallUs(start), PartyRole.CUSTOMER, "Customer", f"разговор {word(number)}")
    return make_incoming(
        number,
        started_us=start,
        segments=(make_segment(started_us=start),),
        recordings=(sound, screen),
        content={0: make_wav(0.05, seed=number), 1: piece(number)},
        messages=(said,),
    )


def cut(shared, _source):
    """Leave what the others need of a piece, as bytes of its own."""
    spans = []
    reached = 0
    for span in left_of(shared.spans, shared.erased):
        spans.append(Span(MediaUs(reached), span.wall_start_us, span.duration_us))
        reached += span.duration_us
    if not spans:
        return None
    return CutPiece(lambda: MemorySource(LEFT, "left"), "video/webm", tuple(spans))


def in_order(session) -> list[int]:
    """Return all interactions, the oldest first: that is the order of their numbers."""
    return list(session.interactions.ids(Search(sort=(SortKey("started"),))))


class Telling(NoProgress):
    """Says how many are dealt with."""

    @override
    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        say(f"{done} done")


def work(what: str, folder: Path, key: str) -> None:
    """Do what is asked, in small steps: many moments to be killed at."""
    erasing_run.BATCH = 3
    opener = Secret(bytes.fromhex(key)) if key else None
    with open_store(folder, opener=opener) as store:
        session = store.session(ADMIN)
        ids = in_order(session)
        say("begun")
        if what == "bulk":
            jobs = session.erasure.unfinished()
            for job in jobs:
                session.erasure.resume(job, cutter=cut)
            if not jobs:
                session.erasure.erase(
                    sorted(ids), EVERY, REASON, shared=Shared.CUT, cutter=cut, progress=Telling()
                )
        elif what == "retention":
            session.erasure.expire(cutter=cut)
        elif what == "hold":
            for job in session.erasure.unfinished():
                session.erasure.resume(job, cutter=cut)
            # Every third is held just before it would be deleted with its neighbours.
            for first in range(0, COUNT, 3):
                session.keeping.hold([ids[first]], "court")
                say(f"{first} held")
                session.erasure.erase(
                    ids[first : first + 3], EVERY, REASON, shared=Shared.CUT, cutter=cut
                )
    say("done")


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
