"""Sources that are damaged, or meant to harm: named errors, nothing lost, nothing hangs."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reviewer.errors import CancelledError, ImportSourceError
from reviewer.services.importers.asterisk.importer import AsteriskImporter
from reviewer.services.importers.asterisk.text import MAX_LINE_BYTES
from reviewer.services.importers.base import ImportOptions, detect, importer_of, kinds
from tests.services.importers.asterisk_logs import NOON, Cel, classic, read, write_cdr, write_wav

L = f"{NOON}.1"
START = "2026-09-21 17:13:20"
GOOD = classic(START, 5, 5, tail=(L, ""))


def rejected_of(folder: Path) -> dict[str, str]:
    taken, rejected = read(folder)
    assert [i.interaction.source.key for i in taken] == [L]
    return {r.item: r.code for r in rejected}


def freepbx_with(recording: str) -> str:
    fields = [START, "<7495>", "7495", "600", "from-trunk", "PJSIP/t-0001", "", "Wait", "1", "5",
              "5", "ANSWERED", "DOCUMENTATION", "", L, "", "", recording]  # fmt: skip
    return ",".join(f'"{field}"' for field in fields)


def test_binary_named_csv(tmp_path):
    write_cdr(tmp_path, GOOD)
    (tmp_path / "noise.csv").write_bytes(os.urandom(100) + bytes(5000))
    assert rejected_of(tmp_path) == {"noise.csv": "import.not_text"}


@pytest.mark.parametrize("cut_to", [300, 6000])
def test_a_database_that_is_damaged_is_named_even_if_nothing_else_is_there(tmp_path, cut_to):
    path = tmp_path / "master.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cdr (calldate TEXT, uniqueid TEXT)")
        database.execute("CREATE TABLE cel (eventtime TEXT, uniqueid TEXT)")
        database.commit()
    path.write_bytes(path.read_bytes()[:cut_to])
    rejected = list(detect(tmp_path).read(tmp_path, ImportOptions(zone=ZoneInfo("UTC"))))
    assert [(it.item, "damaged" in it.sentence()) for it in rejected] == [("master.db", True)]


def test_a_file_that_is_no_database(tmp_path):
    write_cdr(tmp_path, GOOD)
    (tmp_path / "master.db").write_bytes(os.urandom(100) + bytes(5000))
    assert rejected_of(tmp_path) == {"master.db": "import.no_database"}


def test_text_of_another_kind_named_csv(tmp_path):
    write_cdr(tmp_path, GOOD)
    (tmp_path / "contacts.csv").write_text("name,phone\nAnna,7495\n")
    assert rejected_of(tmp_path) == {"contacts.csv": "import.unknown_log"}


def test_zeros_of_a_power_cut_at_the_end_of_a_log(tmp_path):
    path = write_cdr(tmp_path, GOOD)
    path.write_bytes(path.read_bytes() + bytes(3000))
    assert rejected_of(tmp_path) == {"cdr-csv/Master.csv:2": "import.row"}


def test_endless_line(tmp_path):
    path = write_cdr(tmp_path, GOOD)
    path.write_bytes(b'"' + b"x" * (3 * MAX_LINE_BYTES) + b"\n" + path.read_bytes())
    assert rejected_of(tmp_path) == {"cdr-csv/Master.csv:1": "import.row"}


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\secret.wav", "2026/../../x.wav"])
def test_recording_named_outside_of_the_source(tmp_path, name):
    secret = write_wav(tmp_path / "x.wav", 1)
    source = tmp_path / "source"
    write_cdr(source, freepbx_with(name))
    assert rejected_of(source) == {"cdr-csv/Master.csv:1": "import.outside"}
    assert secret.exists()


def test_links_out_of_the_source_are_not_followed(tmp_path):
    write_wav(tmp_path / "secret" / f"{NOON}.7.wav", 1)
    source = tmp_path / "source"
    write_cdr(source, GOOD)
    (source / f"{NOON}.8.wav").symlink_to(tmp_path / "secret" / f"{NOON}.7.wav")
    (source / "monitor").symlink_to(tmp_path / "secret")
    (source / f"{NOON}.9.wav").symlink_to(source / f"{NOON}.9.wav")
    assert rejected_of(source) == {
        f"{NOON}.8.wav": "import.outside",
        f"{NOON}.9.wav": "import.outside",
        "monitor": "import.outside",
    }


def test_pipe_named_wav_is_not_waited_for(tmp_path):
    write_cdr(tmp_path, GOOD)
    os.mkfifo(tmp_path / f"{L}.wav")
    os.mkfifo(tmp_path / "queue_log")
    assert rejected_of(tmp_path) == {f"{L}.wav": "import.no_file", "queue_log": "import.no_file"}


def test_damaged_and_foreign_sound_is_kept_and_named(tmp_path):
    write_cdr(tmp_path, GOOD)
    (tmp_path / f"{L}.wav").write_bytes(b"<html>this is no sound</html>" * 20)
    taken, rejected = read(tmp_path)
    assert [(r.item, r.code) for r in rejected] == [(f"{L}.wav", "import.sound_damaged")]
    (recording,) = taken[0].interaction.recordings
    assert (recording.bytes, recording.spans) == (580, ())
    with_content = taken[0].content[0]()
    assert with_content.read_at(0, 6) == b"<html>"
    with_content.close()


def test_cut_sound_lasts_until_where_it_was_cut(tmp_path):
    write_cdr(tmp_path, GOOD)
    path = write_wav(tmp_path / f"{L}.wav", 4)
    os.truncate(path, 44 + 16_000)
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert taken[0].interaction.recordings[0].duration_us == 1_000_000


def test_raw_formats_are_known_by_their_suffix(tmp_path):
    write_cdr(tmp_path, GOOD)
    sizes = {"sln": 16_000, "ulaw": 8_000, "alaw": 8_000, "sln16": 32_000, "gsm": 50 * 33}
    for suffix, size in sizes.items():
        frame = b"\xd0" if suffix == "gsm" else b"\x55"
        (tmp_path / f"{suffix}-{L}.{suffix}").write_bytes(frame * size)
    taken, rejected = read(tmp_path)
    assert rejected == []
    durations = {r.media_type: r.duration_us for r in taken[0].interaction.recordings}
    assert durations == {
        "audio/x-sln;rate=8000": 1_000_000,
        "audio/basic": 1_000_000,
        "audio/x-alaw-basic": 1_000_000,
        "audio/x-sln;rate=16000": 1_000_000,
        "audio/x-gsm": 1_000_000,
    }


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    write_cdr(tmp_path, GOOD)
    top = tmp_path / ("d" * 200)
    top.mkdir()
    # Too deep for any path to reach, whoever asks.
    inner = os.open(top, os.O_RDONLY)
    try:
        for _ in range(25):
            os.mkdir("d" * 200, dir_fd=inner)
            outer, inner = inner, os.open("d" * 200, os.O_RDONLY, dir_fd=inner)
            os.close(outer)
        rejected = rejected_of(tmp_path)
    finally:
        os.close(inner)
        shutil.rmtree(top)
    ((item, code),) = rejected.items()
    assert (item.startswith("d" * 200), code) == (True, "import.unreadable")


def test_damaged_database(tmp_path):
    write_cdr(tmp_path, GOOD)
    with closing(sqlite3.connect(tmp_path / "master.db")) as database:
        database.execute("CREATE TABLE cdr (calldate, x)")
        database.commit()
    data = bytearray((tmp_path / "master.db").read_bytes())
    data[100:400] = os.urandom(300)
    (tmp_path / "master.db").write_bytes(data)
    assert rejected_of(tmp_path) == {"master.db": "import.unreadable"}


def test_broken_lines_of_event_and_queue_logs(tmp_path):
    cel = Cel()
    cel.add(0, "CHAN_START", "PJSIP/t-0001", L, L, exten="600")
    cel.write(tmp_path)
    log = tmp_path / "cel-custom" / "Master.csv"
    log.write_text(log.read_text() + '"not","an","event"\n')
    (tmp_path / "queue_log").write_text(f"{NOON}|{L}|sales|NONE|ENTERQUEUE||7495|1\nsoon|{L}|x\n")
    assert rejected_of(tmp_path) == {
        "cel-custom/Master.csv:2": "import.row",
        "queue_log:2": "import.row",
    }


def test_voicemail_note_without_a_time_keeps_its_sound(tmp_path):
    folder = tmp_path / "voicemail" / "default" / "200" / "INBOX"
    write_wav(folder / "msg0001.wav", 2)
    write_wav(folder.parent / "unavail.wav", 2)
    (folder / "msg0001.txt").write_text("[message]\norigtime=never\n")
    taken, rejected = read(tmp_path)
    assert [r.code for r in rejected] == ["import.row"]
    (recording,) = taken[0].interaction.recordings
    assert recording.source_name == "msg0001.wav"


def test_voicemail_of_a_call_that_nothing_else_knows(tmp_path):
    folder = tmp_path / "voicemail" / "default" / "200" / "INBOX"
    write_wav(folder / "msg0001.wav", 2)
    (folder / "msg0001.gsm").write_bytes(b"\xd0" * 33 * 100)
    (folder / "msg0001.txt").write_text(
        f'[message]\norigmailbox=200\nexten=602\ncallerid="Anna" <7495>\norigtime={NOON}\n'
        f"callerchan=PJSIP/t-00000001\nmsg_id={NOON}-00000000\nduration=2\n"
    )
    taken, rejected = read(tmp_path)
    assert rejected == []
    call = taken[0].interaction
    assert (call.from_address, call.from_name, call.to_address) == ("7495", "Anna", "602")
    assert [(r.kind.value, r.media_type) for r in call.recordings] == [("voicemail", "audio/wav")]


def test_names_that_are_not_text(tmp_path):
    write_cdr(tmp_path, GOOD)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff-" + L.encode() + b".wav")).write_bytes(b"")
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert taken[0].interaction.recordings[0].source_name == f"\\xff-{L}.wav"


# --- sources as a whole ------------------------------------------------------------------


def test_a_folder_with_nothing_known_is_no_source(tmp_path):
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(ImportSourceError):
        detect(tmp_path)
    with pytest.raises(ImportSourceError):
        detect(tmp_path / "nowhere")
    with pytest.raises(ImportSourceError):
        list(AsteriskImporter().read(tmp_path, ImportOptions(ZoneInfo("UTC"))))


def test_unknown_kind_names_those_there_are():
    assert "asterisk" in kinds()
    with pytest.raises(ImportSourceError, match="asterisk"):
        importer_of("nothing")


def test_detected_by_content(tmp_path):
    write_cdr(tmp_path / "logs", GOOD, name="history.csv")
    assert detect(tmp_path / "logs").kind == "asterisk"
    write_wav(tmp_path / "sounds" / "some.wav", 1)
    assert 0 < AsteriskImporter().detect(tmp_path / "sounds") < 0.5


class _Stops:
    def report(self, done: int, total: int | None = None, what: str = "") -> None: ...

    def raise_if_cancelled(self) -> None:
        raise CancelledError(resume="")


def test_cancelled_while_reading(tmp_path):
    write_cdr(tmp_path, *[GOOD] * 1200)
    options = ImportOptions(ZoneInfo("UTC"), progress=_Stops())
    with pytest.raises(CancelledError):
        list(AsteriskImporter().read(tmp_path, options))


def test_a_name_that_is_no_text_is_shown_by_its_bytes(tmp_path):
    sound = write_wav(tmp_path / "q.wav", 1)
    sound.rename(
        os.fsdecode(os.fsencode(tmp_path) + b"/q-600-7916\xff-20260921-171320-1790000000.7.wav")
    )
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert taken[0].interaction.from_address == "7916\\xff"
    assert taken[0].interaction.recordings[0].source_name == (
        "q-600-7916\\xff-20260921-171320-1790000000.7.wav"
    )
