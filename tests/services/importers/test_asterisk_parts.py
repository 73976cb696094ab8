"""Recordings that come without the logs, and the logs of their calls before or after them."""

from __future__ import annotations

import shutil
from itertools import permutations

import pytest

from reviewer.models.ids import giid_of_source
from reviewer.models.recording import RecordingState
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import (
    NOON,
    classic,
    quoted,
    write_cdr,
    write_wav,
)

START = "2026-09-21 17:13:20"
L = f"{NOON}.1"
OWN = f"{NOON + 5}.3"
"""The channel that is recorded: another one than the first, which names the whole call."""


def logs(folder):
    folder.mkdir(parents=True, exist_ok=True)
    write_cdr(
        folder,
        classic(START, 40, 35, channel="PJSIP/trunk-00000001",
                dstchannel="Local/201@from-queue-00000003;1", tail=(L, "", "", L, 1)),
        classic("2026-09-21 17:13:25", 35, 30, channel="Local/201@from-queue-00000003;2",
                tail=(OWN, "", "", L, 2)),
    )  # fmt: skip


def recording(folder):
    write_wav(folder / "monitor" / f"{OWN}.wav", 30)


def message(folder):
    box = folder / "voicemail" / "default" / "200" / "INBOX"
    write_wav(box / "msg0000.wav", 4)
    lines = (
        "[message]", "origmailbox=200", "callerid=<74951112233>", f"origtime={NOON + 20}",
        "callerchan=PJSIP/trunk-00000001", "duration=4", f"msg_id={NOON}-0001",
    )  # fmt: skip
    (box / "msg0000.txt").write_text("\n".join(lines) + "\n")


ALONE = {"recording": (recording, OWN), "message": (message, f"voicemail/200/{NOON}-0001")}


@pytest.fixture(params=ALONE)
def sources(request, tmp_path):
    """Folders with the sound alone, the logs alone, and both; and the sound's own id."""
    sound, key = ALONE[request.param]
    sound(tmp_path / "alone")
    logs(tmp_path / "logs")
    shutil.copytree(tmp_path / "logs", tmp_path / "both")
    sound(tmp_path / "both")
    return tmp_path, key


@pytest.mark.parametrize("order", [*permutations(("alone", "both")), ("alone", "both") * 2])
def test_one_call_comes_once_whatever_comes_first(sources, tmp_path, order):
    folder, key = sources
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        added = [import_recordings(session, folder / name).added for name in order]
        assert added == [1] + [0] * (len(order) - 1)
        (number,) = session.interactions.ids(Search())
        call = session.interactions.get_by_id(number)
        # Links to it go on leading to it: its GIID is that of what came first.
        first = key if order[0] == "alone" else L
        assert call.giid == giid_of_source("asterisk", "", first)
        assert [r.state for r in call.recordings] == [RecordingState.AVAILABLE]
        assert call.duration_us == 40_000_000
        assert call.agent is not None
        again = [import_recordings(session, folder / name) for name in ("both", "alone", "both")]
        assert [(r.added, r.updated) for r in again] == [(0, 0)] * 3
        assert session.interactions.get_by_id(number) == call
        assert store.examine() == ()


def test_what_was_said_of_a_recording_alone_stays_with_its_call(sources, tmp_path):
    folder, _ = sources
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        import_recordings(session, folder / "alone")
        (number,) = session.interactions.ids(Search())
        place = Place(session.interactions.get_by_id(number).started_us)
        session.comments.add(number, RemarkKind.COMMENT, place, "Важно", public=True)
        import_recordings(session, folder / "both")
        assert list(session.interactions.ids(Search())) == [number]
        assert [comment.text for comment in session.comments.of(number)] == ["Важно"]


def test_a_dry_run_tells_that_it_is_there(sources, tmp_path):
    folder, _ = sources
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        import_recordings(session, folder / "alone")
        told = import_recordings(session, folder / "both", dry_run=True)
        assert (told.added, told.updated) == (0, 1)


def test_calls_whose_recordings_have_one_name_stay_two(tmp_path):
    """A conference is recorded under the same name again and again."""
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        own = f"{NOON + 3600 * number}.1"
        row = (
            START, '"Anna" <74950000001>', "74950000001", "600", "from-trunk", "PJSIP/t-00000001",
            "PJSIP/201-00000002", "Dial", "PJSIP/201,20", 40, 30, "ANSWERED", "DOCUMENTATION", "",
            own, "", "84951234567", "monitor/meeting.wav", own, "", 3,
        )  # fmt: skip
        write_cdr(folder, quoted(*row))
        write_wav(folder / "monitor" / "meeting.wav", 5 + number)
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        results = [import_recordings(session, tmp_path / name) for name in "01"]
        assert [result.added for result in results] == [1, 1]
        calls = [session.interactions.get_by_id(n) for n in session.interactions.ids(Search())]
        assert sorted(call.recordings[0].duration_us for call in calls) == [5_000_000, 6_000_000]
