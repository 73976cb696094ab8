"""Rows over several lines, other tables and headers, sources that change under the reader."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from reviewer.models.interaction import SegmentKind, StretchKind
from reviewer.services.importers.asterisk.importer import AsteriskImporter
from reviewer.services.importers.asterisk.text import caller_id, split
from tests.services.importers.asterisk_logs import (
    NOON,
    Cel,
    S,
    classic,
    read,
    read_one,
    seconds_of,
    write_cdr,
    write_wav,
)

L = f"{NOON}.1"
START = "2026-09-21 17:13:20"
CUSTOMER = ("PJSIP/trunk-00000001", L, L)
AGENT = ("PJSIP/201-00000002", f"{NOON}.2", L)


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ('"a","b"', ["a", "b"]),
        ("a,,b,", ["a", "", "b", ""]),
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi""",x', ['say "hi"', "x"]),
        (r'"say \"hi\" now",x', [r"say \"hi\" now", "x"]),
        (r'"ends in backslash\",x', ["ends in backslash\\", "x"]),
        ('"5" screen",x', ['5" screen', "x"]),
        ('"",""', ["", ""]),
        ('"open', None),
    ],
)
def test_fields_of_a_row(row, fields):
    assert split(row) == fields


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"Anna" <7495>', ("Anna", "7495")),
        ("Anna <7495>", ("Anna", "7495")),
        ('"7495" <7495>', ("", "7495")),
        ('"" <>', ("", "")),
        ("7495", ("", "7495")),
        ("", ("", "")),
        (r'"O\"Neil" <1>', ('O"Neil', "1")),
    ],
)
def test_caller_ids(text, told):
    assert caller_id(text) == told


def test_a_row_over_two_lines(tmp_path):
    write_cdr(
        tmp_path,
        classic(START, 5, 5, tail=(L, "first line\nsecond line")),
        classic(START, 5, 5, channel="PJSIP/t-00000009", tail=(f"{NOON}.9", "")),
    )
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert taken[0].interaction.custom == (("userfield", "first line\nsecond line"),)


def test_quotes_left_open_for_many_lines(tmp_path):
    write_cdr(tmp_path, classic(START, 5, 5, tail=(L, "")), '"open', "a", "b", "c", "d", "e", '"f')
    taken, rejected = read(tmp_path)
    assert len(taken) == 1
    assert [r.item.rpartition(":")[2] for r in rejected] == [str(n) for n in range(2, 9)]


def test_recording_named_in_the_user_field(tmp_path):
    """As old versions of FreePBX did."""
    write_cdr(tmp_path, classic(START, 5, 5, tail=(L, "audio:/var/spool/a/monitor/call-7.wav")))
    write_wav(tmp_path / "monitor" / "call-7.wav", 5)
    call = read_one(tmp_path)
    assert [r.source_name for r in call.recordings] == ["call-7.wav"]
    assert call.custom == ()


def test_recording_converted_since_the_record_was_written(tmp_path):
    write_cdr(tmp_path, classic(START, 5, 5, tail=(L, f"audio:q-{L}.gsm")))
    write_wav(tmp_path / "monitor" / f"q-{L}.wav", 5)
    call = read_one(tmp_path)
    assert [r.state.value for r in call.recordings] == ["available"]


def test_events_in_a_database_with_the_names_of_odbc(tmp_path):
    with closing(sqlite3.connect(tmp_path / "log.sqlite3")) as database:
        database.execute(
            "CREATE TABLE cel (id INTEGER PRIMARY KEY, eventtype, eventtime, cid_name, cid_num, "
            "exten, context, channame, appname, appdata, uniqueid, linkedid, peer, extra)"
        )
        rows = [
            ("CHAN_START", "2026-09-21 17:13:20", "", "", "600", CUSTOMER[0], "", L),
            ("ANSWER", "2026-09-21 17:13:21", "Anna", "7495", "600", CUSTOMER[0], "Playback", L),
            ("HANGUP", "2026-09-21 17:13:50", "Anna", "7495", "600", CUSTOMER[0], "", L),
        ]
        for kind, at, name, num, exten, channel, app, own in rows:
            database.execute(
                "INSERT INTO cel (eventtype, eventtime, cid_name, cid_num, exten, context, "
                "channame, appname, uniqueid, linkedid, extra) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (kind, at, name, num, exten, "from-trunk", channel, app, own, own, "{broken"),
            )
        database.commit()
    call = read_one(tmp_path)
    assert (call.from_name, call.to_address, call.duration_us) == ("Anna", "600", 30 * S)
    assert call.segments[0].kind is SegmentKind.IVR


def test_events_with_a_header(tmp_path):
    (tmp_path / "cel.csv").write_text(
        "EventName,EventTime,Channel,UniqueID,LinkedID,Exten,Context,CallerID(num)\n"
        f"CHAN_START,{NOON}.0,{CUSTOMER[0]},{L},{L},600,from-trunk,\n"
        f"HANGUP,{NOON + 4}.5,{CUSTOMER[0]},{L},{L},600,from-trunk,7495\n"
        f"lower case,{NOON + 5},{CUSTOMER[0]},{L},{L},600,from-trunk,7495\n"
        f"HANGUP,never,{CUSTOMER[0]},{L},{L},600,from-trunk,7495\n"
        f"HANGUP,{NOON + 4}.5,{CUSTOMER[0]},,,600,from-trunk,7495\n"
    )
    taken, rejected = read(tmp_path)
    assert taken[0].interaction.duration_us == 4_500_000
    assert [r.item for r in rejected] == ["cel.csv:4", "cel.csv:5", "cel.csv:6"]


@pytest.mark.parametrize(
    ("cause", "outcome"), [("17,,", "busy"), ("34,,", "congestion"), ("19,,NOANSWER", "no_answer")]
)
def test_results_of_versions_before_12(tmp_path, cause, outcome):
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(9, "HANGUP", *CUSTOMER)
    cel.lines[-1] = cel.lines[-1].removesuffix('""') + f'"{cause}"'
    cel.write(tmp_path)
    assert read_one(tmp_path).outcome.value == outcome


def test_hold_without_an_end_lasts_until_the_channel_does(tmp_path):
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(1, "CHAN_START", *AGENT)
    cel.bridge(5, 40, "b1", CUSTOMER, AGENT)
    cel.add(30, "HOLD", *AGENT)
    cel.add(40, "HANGUP", *AGENT)
    cel.add(40, "HANGUP", *CUSTOMER)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert seconds_of(call, StretchKind.HOLD) == [(30.0, 40.0)]
    assert seconds_of(call, StretchKind.TALK) == [(5.0, 30.0)]


def test_sent_into_a_conference_by_an_agent(tmp_path):
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(0.5, "ANSWER", *CUSTOMER, num="7495", exten="600", app="Dial")
    cel.add(1, "CHAN_START", *AGENT)
    cel.bridge(5, 20, "b1", CUSTOMER, AGENT)
    cel.add(20.5, "APP_START", *CUSTOMER, app="ConfBridge", data="7001")
    cel.add(50, "APP_END", *CUSTOMER, app="ConfBridge", data="7001")
    cel.add(50, "HANGUP", *CUSTOMER)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [s.kind.value for s in call.segments] == ["handling", "conference"]
    assert call.segments[1].connected_to == "7001"


def test_events_that_stop_before_the_call_did(tmp_path):
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.write(tmp_path)
    write_cdr(
        tmp_path,
        classic(START, 60, 50, dstchannel="PJSIP/201-00000002", tail=(L, "", "", L, 1)),
    )
    call = read_one(tmp_path)
    assert call.duration_us == 60 * S
    assert seconds_of(call, StretchKind.TALK) == [(10.0, 60.0)]


def test_message_whose_sound_is_gone(tmp_path):
    folder = tmp_path / "voicemail" / "default" / "200" / "INBOX"
    folder.mkdir(parents=True)
    (folder / "msg0000.txt").write_text(f"[message]\norigtime={NOON}\ncallerid=7495\nduration=3\n")
    (folder / "msg0001.txt").write_text("x" * 70_000)
    write_wav(folder / "msg0001.wav", 1)
    taken, rejected = read(tmp_path)
    assert [(r.item.rpartition("/")[2], r.code) for r in rejected] == [
        ("msg0001.txt", "import.row"),
        ("msg0000.txt", "import.recording_missing"),
    ]
    assert [len(item.interaction.recordings) for item in taken] == [1, 0]


def test_source_that_is_only_unknown_logs_says_so(tmp_path):
    (tmp_path / "contacts.csv").write_text("name,phone\nAnna,7495\n")
    taken, rejected = read(tmp_path)
    assert taken == []
    assert [r.code for r in rejected] == ["import.unknown_log"]


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def rotated(number: int) -> str:
    """Return the one line of a log, of a call of its own."""
    tail = (f"{NOON}.{number}", "")
    return classic(START, 5, 5, channel=f"PJSIP/t-{number:08x}", tail=tail)


def test_rotated_logs_are_read_packed_ones_too(tmp_path):
    for number, name in enumerate(("Master.csv", "Master.csv.1", "Master.csv-20260901"), 1):
        write_cdr(tmp_path, rotated(number), name=name)
    for number, (suffix, pack) in enumerate(PACKERS.items(), 4):
        path = tmp_path / f"Master.csv.{number}{suffix}"
        path.write_bytes(pack(rotated(number).encode() + b"\n"))
    line = f"{NOON + 1}|{NOON}.1|support|Anna|CONNECT|1|{NOON}.9|1\n"
    (tmp_path / "queue_log.1.gz").write_bytes(gzip.compress(line.encode()))
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert len(taken) == 6
    agents = {s.agent.login for i in taken for s in i.interaction.segments if s.agent}
    assert agents == {"Anna"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_of_a_packed_log_that_is_cut_what_can_be_read_is_taken(tmp_path, suffix):
    lines = "\n".join(rotated(number) for number in range(1, 3_000))
    packed = PACKERS[suffix](lines.encode())
    (tmp_path / f"Master.csv.1{suffix}").write_bytes(packed[: len(packed) * 3 // 4])
    taken, rejected = read(tmp_path)
    assert [r.item for r in rejected] == [f"Master.csv.1{suffix}"]
    assert bool(taken) == (suffix != ".bz2")


def test_what_is_packed_in_another_way_is_named(tmp_path):
    write_cdr(tmp_path, rotated(1))
    (tmp_path / "Master.csv.2.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    (tmp_path / "Master.csv.3.gz").write_bytes(gzip.compress(b"SQLite format 3\0" + bytes(100)))
    (tmp_path / "queue_log.4.gz").write_bytes(b"\x1f\x8b")
    taken, rejected = read(tmp_path)
    assert len(taken) == 1
    assert [(r.item, r.code) for r in rejected] == [
        ("Master.csv.2.zst", "import.packed"),
        ("Master.csv.3.gz", "import.packed"),
        ("queue_log.4.gz", "import.unreadable"),
    ]


def test_detection(tmp_path):
    (tmp_path / "a").mkdir()
    with closing(sqlite3.connect(tmp_path / "a" / "other.db")) as database:
        database.execute("CREATE TABLE pictures (x)")
        database.commit()
    assert AsteriskImporter().detect(tmp_path / "a") == 0
    write_wav(tmp_path / "b" / f"{L}.wav", 1)
    assert AsteriskImporter().detect(tmp_path / "b") == 0.9
    assert AsteriskImporter().detect(tmp_path / "nowhere") == 0


# --- whatever is done to the files ---------------------------------------------------------


def _whole_source(folder):
    cel = Cel()
    for channel in (CUSTOMER, AGENT):
        cel.add(0, "CHAN_START", *channel, exten="600")
    cel.add(5, "ANSWER", *AGENT, app="AppQueue")
    cel.bridge(5, 40, "b1", CUSTOMER, AGENT)
    cel.add(20, "BLINDTRANSFER", *AGENT, extra={"extension": "202"})
    cel.add(40, "HANGUP", *CUSTOMER, extra={"hangupcause": 16})
    cel.write(folder)
    write_cdr(
        folder,
        *(
            classic(START, 40, 35, channel=f"PJSIP/t-{n:08x}", dstchannel="PJSIP/201-00000002",
                    app="Queue", data="sales,t", tail=(f"{NOON}.{n}", "", "", L, n))
            for n in range(1, 6)
        ),
    )  # fmt: skip
    (folder / "queue_log").write_text(
        f"{NOON}|{L}|sales|NONE|ENTERQUEUE||7495|1\n"
        f"{NOON + 5}|{L}|sales|Anna|CONNECT|5|{NOON}.2|4\n"
    )
    write_wav(folder / f"{L}.wav", 3)
    mail = folder / "voicemail" / "default" / "200" / "INBOX" / "msg0000.txt"
    mail.parent.mkdir(parents=True)
    mail.write_text(f"[message]\norigtime={NOON + 41}\ncallerchan={CUSTOMER[0]}\n")


def _damage(data: bytearray, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    match chance.randrange(5):
        case 0:
            return bytes(data[: chance.randrange(len(data) + 1)])
        case 1:
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            return bytes(data)
        case 2:
            chance.shuffle(lines)
            return b"\n".join(lines)
        case 3:
            return b"\n".join(line for line in lines if chance.random() < 0.6)
        case _:
            kept = (b",".join(f for f in li.split(b",") if chance.random() < 0.95) for li in lines)
            return b"\n".join(kept)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_anyhow_it_is_read_to_the_end(tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 (damage that can be repeated)
    whole = tmp_path / "whole"
    whole.mkdir()
    _whole_source(whole)
    source = tmp_path / "source"
    shutil.copytree(whole, source)
    files = sorted(path for path in source.rglob("*") if path.is_file())
    # One sound stays whole, so that there is a source at all.
    for path in chance.sample(files, chance.randint(1, 4)):
        path.write_bytes(_damage(bytearray(path.read_bytes()), chance))
    write_wav(source / f"{NOON}.77.wav", 1)
    taken, rejected = read(source)
    assert all(fault.sentence() for fault in rejected)
    for item in taken:
        call = item.interaction
        assert [s.number for s in call.segments] == list(range(1, len(call.segments) + 1))
        assert call.started_us <= call.ended_us
        for segment in call.segments:
            assert segment.started_us <= segment.ended_us
            assert all(s.started_us < s.ended_us for s in segment.stretches)
