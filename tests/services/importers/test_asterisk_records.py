"""Call records: orders of columns, escapes, clocks; calls without any other log."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reviewer.models.ids import giid_of_source
from reviewer.models.interaction import Direction, Outcome, SegmentKind, StretchKind
from tests.services.importers.asterisk_logs import (
    NOON,
    Cel,
    S,
    classic,
    quoted,
    read,
    read_one,
    seconds_of,
    span_of,
    write_cdr,
    write_wav,
)

L = f"{NOON}.1"
START = "2026-09-21 17:13:20"
"""NOON in Moscow."""


def freepbx(*, start=START, recording="", tail=()):
    return quoted(
        start, '"Anna" <74950000001>', "74950000001", "600", "from-trunk", "PJSIP/trunk-00000001",
        "PJSIP/201-00000002", "Dial", "PJSIP/201,20", 40, 30, "ANSWERED", "DOCUMENTATION", "acc",
        L, "user field", "84951234567", recording, *tail,
    )  # fmt: skip


LAYOUTS = {
    "classic, 16 columns": classic(START, 40, 30, dstchannel="PJSIP/201-00000002"),
    "with uniqueid": classic(START, 40, 30, dstchannel="PJSIP/201-00000002", tail=(L,)),
    "with userfield only": classic(START, 40, 30, dstchannel="PJSIP/201-00000002", tail=("uf",)),
    "with both": classic(START, 40, 30, dstchannel="PJSIP/201-00000002", tail=(L, "uf")),
    "newer": classic(START, 40, 30, dstchannel="PJSIP/201-00000002", tail=(L, "uf", "", L, 7)),
    "FreePBX": freepbx(tail=()),
    "FreePBX, names of parties": freepbx(tail=("74950000001", "Anna", "", "", "Boris")),
    "FreePBX, newer": freepbx(tail=(L, "", 3)),
    "sample of cdr_custom": quoted(
        '"Anna" <74950000001>', "74950000001", "600", "from-trunk", "PJSIP/trunk-00000001",
        "PJSIP/201-00000002", "Dial", "x", START, START, "2026-09-21 17:14:00", 40, 30,
        "ANSWERED", "DOCUMENTATION", "", L, "", 5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_orders_of_columns_are_told_by_content(tmp_path, line):
    write_cdr(tmp_path, line, name="whatever.csv")
    call = read_one(tmp_path)
    assert (call.from_address, call.from_name) == ("74950000001", "Anna")
    assert call.connected_to == "201"
    assert call.outcome is Outcome.ANSWERED
    assert span_of(call, 1) == (0.0, 40.0)
    assert seconds_of(call, StretchKind.TALK) == [(10.0, 40.0)]


def test_header_in_any_order(tmp_path):
    write_cdr(
        tmp_path,
        "Uniqueid,disposition,billsec,duration,calldate,channel,dstchannel,src,dst,dcontext,clid,did",
        f"{L},ANSWERED,30,40,{START},PJSIP/trunk-00000001,PJSIP/201-00000002,74950000001,600,"
        'from-trunk,"""Anna"" <74950000001>",84951234567',
    )
    call = read_one(tmp_path)
    assert (call.from_name, call.to_address, call.connected_to) == ("Anna", "84951234567", "201")


def test_the_number_dialled_from_outside_wins_over_the_extension(tmp_path):
    write_cdr(tmp_path, freepbx(tail=(L, "", 3)))
    assert read_one(tmp_path).to_address == "84951234567"


def test_database_with_its_own_names_and_a_view_that_is_left_alone(tmp_path):
    path = tmp_path / "asteriskcdrdb.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE cdr (calldate, clid, src, dst, dcontext, channel, dstchannel, lastapp, "
            "lastdata, duration INTEGER, billsec INTEGER, disposition, amaflags, uniqueid)"
        )
        database.execute(
            "INSERT INTO cdr VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (START, '"Anna" <74950000001>', "74950000001", "600", "from-trunk",
             "PJSIP/trunk-00000001", "PJSIP/201-00000002", "Dial", "", 40, 30, "ANSWERED", 3, L),
        )  # fmt: skip
        database.execute(
            "CREATE VIEW cel AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
            "SELECT x FROM n"
        )
        database.commit()
    assert read_one(tmp_path).source.key == L


def test_the_same_record_of_three_back_ends_is_one(tmp_path):
    row = {"dstchannel": "PJSIP/201-00000002", "data": "PJSIP/201,20"}
    write_cdr(tmp_path, classic(START, 40, 30, tail=(L, "uf", "", L, 3), **row))
    write_cdr(tmp_path, freepbx(recording=f"{L}.wav", tail=(L, "", 3)), name="custom/Master.csv")
    write_wav(tmp_path / "monitor" / f"{L}.wav", 30)
    call = read_one(tmp_path)
    assert len(call.segments) == 1
    assert len(call.recordings) == 1
    assert call.custom == (("accountcode", "acc"), ("userfield", "uf"))


def test_names_with_commas_quotes_and_another_alphabet(tmp_path):
    target = tmp_path / "Master.csv"
    lines = (
        classic(START, 5, 5, clid='"Иванов, ""Пётр""" <7495>', tail=(L, "")),
        # As a format of cdr_custom.conf without CSV_QUOTE writes it: backslashes alone.
        classic(START, 5, 5, clid="X", tail=(f"{NOON}.2", "")).replace(
            '"X"', r'"\"O\"Neil, Shea\" <7496>"'
        ),
    )
    target.write_bytes("\n".join(lines).encode("cp1251"))
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert [i.interaction.from_name for i in taken] == ['Иванов, ""Пётр""', 'O"Neil, Shea']


def test_a_name_cut_inside_a_letter_stays_readable(tmp_path):
    line = classic(START, 5, 5, clid='"Константин~" <7495>', tail=(L, "")).encode()
    (tmp_path / "Master.csv").write_bytes(line.replace(b"~", "н".encode()[:1]) + b"\n")
    assert read_one(tmp_path).from_name == "Константин\ufffd"


def test_broken_rows_are_named_by_file_and_line_and_the_rest_is_taken(tmp_path):
    good = classic(START, 5, 5, tail=(L, ""))
    write_cdr(
        tmp_path,
        good,
        classic("yesterday", 5, 5, tail=(f"{NOON}.2", "")),
        classic(START, 5, 5, tail=(f"{NOON}.3", "")).replace('"ANSWERED"', '"PERHAPS"'),
        '"acc","only","four","columns"',
        '"acc","an open quote,"74950000001","600","from-trunk',
        classic(START, 5, 5, tail=(f"{NOON}.6", "")),
        classic(START, 5, 5, tail=(f"{NOON}.7", ""))
        .replace(",5,5,", ",5s,5,")
        .replace('"5"', '"5s"'),
        "\0\0\0",
    )
    taken, rejected = read(tmp_path)
    assert [i.interaction.source.key for i in taken] == [L, f"{NOON}.6"]
    assert [r.item for r in rejected] == [f"cdr-csv/Master.csv:{n}" for n in (2, 3, 4, 5, 7, 8)]
    assert {r.code for r in rejected} == {"import.row"}
    assert rejected[0].sentence() == "the start “yesterday” is not a time"


# --- clocks ------------------------------------------------------------------------------


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("zone", "start", "end", "truth"),
    [
        ("Europe/Berlin", "2026-10-25 02:58:00", "2026-10-25 02:05:00", utc(2026, 10, 25, 0, 58)),
        ("America/New_York", "2026-11-01 01:58:00", "2026-11-01 01:05:00", utc(2026, 11, 1, 5, 58)),
    ],
)
@pytest.mark.parametrize("with_id", [True, False])
def test_a_call_across_the_end_of_summer_time(tmp_path, zone, start, end, truth, with_id):
    """It began at 02:58 and ended at 02:05, seven minutes later by the clock that does not jump."""
    tail = (f"{truth}.1", "") if with_id else ()
    line = classic(start, 420, 400, answer=start, end=end, dstchannel="PJSIP/201-1a2b", tail=tail)
    write_cdr(tmp_path, line)
    call = read_one(tmp_path, zone=zone)
    assert call.started_us == truth * S
    assert call.duration_us == 420 * S
    assert call.segments[0].time_in(StretchKind.TALK) == 400 * S


def test_second_half_of_the_repeated_hour_is_told_by_the_epoch(tmp_path):
    truth = utc(2026, 10, 25, 1, 30)
    write_cdr(tmp_path, classic("2026-10-25 02:30:00", 60, 60, tail=(f"{truth}.1", "")))
    assert read_one(tmp_path, zone="Europe/Berlin").started_us == truth * S


def test_a_later_record_of_a_call_across_the_change_is_not_before_the_first(tmp_path):
    first = utc(2026, 10, 25, 0, 58)
    own = f"{first}.1"
    write_cdr(
        tmp_path,
        classic("2026-10-25 02:58:00", 400, 400, dstchannel="PJSIP/201-1a2b", dst="202",
                tail=(own, "", "", own, 1)),
        classic("2026-10-25 02:04:40", 100, 90, dstchannel="PJSIP/202-1a2c", dst="202",
                tail=(own, "", "", own, 2)),
    )  # fmt: skip
    call = read_one(tmp_path, zone="Europe/Berlin")
    assert call.started_us == first * S
    assert call.ended_us == (first + 500) * S
    assert [s.agent and s.agent.login for s in call.segments] == ["201", "202"]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Vladivostok", "Asia/Kolkata"])
def test_epochs_win_over_a_wrong_zone(tmp_path, zone):
    own = f"{NOON}.1"
    write_cdr(
        tmp_path,
        classic(START, 400, 400, dstchannel="PJSIP/201-1a2b", tail=(own, "", "", own, 1)),
        classic("2026-09-21 17:20:00", 60, 60, tail=(own, "", "", own, 2)),
    )
    call = read_one(tmp_path, zone=zone)
    assert (call.started_us, call.ended_us) == (NOON * S, (NOON + 460) * S)


def test_a_quarter_of_an_hour_into_a_call_is_not_taken_for_another_zone(tmp_path):
    own = f"{NOON}.1"
    write_cdr(
        tmp_path,
        classic(START, 900, 900, dstchannel="PJSIP/201-1a2b", dst="202",
                tail=(own, "", "", own, 1)),
        classic("2026-09-21 17:28:20", 60, 60, dstchannel="PJSIP/202-1a2c", dst="202",
                tail=(own, "", "", own, 2)),
    )  # fmt: skip
    call = read_one(tmp_path)
    assert [(s.started_us, s.ended_us) for s in call.segments] == [
        (NOON * S, (NOON + 900) * S),
        ((NOON + 900) * S, (NOON + 960) * S),
    ]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
def test_events_with_local_times(tmp_path, zone):
    """As `dateformat=%F %T` in cel.conf makes them; in Moscow, whatever zone is said."""
    cel = Cel()
    customer, agent = ("PJSIP/trunk-00000001", L, L), ("PJSIP/201-00000002", f"{NOON + 5}.2", L)
    cel.add(0, "CHAN_START", *customer, exten="600")
    cel.add(1, "ANSWER", *customer, exten="600", num="74951112233", app="Dial")
    cel.add(5, "CHAN_START", *agent)
    cel.add(905, "ANSWER", *agent, app="AppDial")
    cel.bridge(905, 960, "b1", customer, agent)
    cel.add(960, "HANGUP", *customer)
    cel.write(tmp_path)
    log = tmp_path / "cel-custom" / "Master.csv"
    text = log.read_text()
    for at in (0, 1, 5, 905, 960):
        local = datetime.fromtimestamp(NOON + at, ZoneInfo("Europe/Moscow"))
        text = text.replace(f"{NOON + at}.000000", local.strftime("%F %T"))
    log.write_text(text)
    call = read_one(tmp_path, zone=zone)
    assert span_of(call, 1) == (0.0, 960.0)
    assert seconds_of(call, StretchKind.TALK) == [(905.0, 960.0)]


# --- results and parties -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("BUSY", Outcome.BUSY),
        ("CONGESTION", Outcome.CONGESTION),
        ("NO ANSWER", Outcome.NO_ANSWER),
        ("FAILED", Outcome.FAILED),
    ],
)
def test_calls_nobody_took_are_one_segment_without_an_agent(tmp_path, disposition, outcome):
    write_cdr(
        tmp_path,
        classic(START, 12, 0, disposition=disposition, dstchannel="PJSIP/201-1a2b", tail=(L, "")),
    )
    call = read_one(tmp_path)
    assert call.outcome is outcome
    assert [(s.kind, s.agent) for s in call.segments] == [(SegmentKind.HANDLING, None)]


def test_menu_that_nobody_followed_is_a_segment_of_its_own(tmp_path):
    write_cdr(tmp_path, classic(START, 30, 30, app="Playback", data="hello", tail=(L, "")))
    (segment,) = read_one(tmp_path).segments
    assert (segment.kind, segment.agent) == (SegmentKind.IVR, None)


@pytest.mark.parametrize(
    ("context", "src", "dst", "direction"),
    [
        ("from-trunk", "74950000001", "600", Direction.INBOUND),
        ("from-did-direct", "201", "600", Direction.INBOUND),
        ("from-internal", "201", "89031112233", Direction.OUTBOUND),
        ("from-internal", "201", "202", Direction.INTERNAL),
        ("default", "74950000001", "600", Direction.INBOUND),
        ("default", "201", "+79031112233", Direction.OUTBOUND),
    ],
)
def test_direction(tmp_path, context, src, dst, direction):
    channel = f"PJSIP/{src if len(src) < 5 else 'trunk'}-00000001"
    line = classic(
        START, 9, 9, src=src, dst=dst, context=context, clid=f"<{src}>", channel=channel,
        dstchannel="PJSIP/x-00000002", tail=(L, ""),
    )  # fmt: skip
    write_cdr(tmp_path, line)
    assert read_one(tmp_path).direction is direction


def test_outbound_by_records_is_handled_by_the_caller(tmp_path):
    line = classic(
        START, 40, 30, src="201", dst="89031112233", context="from-internal", clid='"Anna" <201>',
        channel="PJSIP/201-00000001", dstchannel="PJSIP/trunk-00000002", tail=(L, ""),
    )  # fmt: skip
    write_cdr(tmp_path, line)
    call = read_one(tmp_path)
    assert call.agent is not None
    assert (call.agent.login, call.from_address) == ("201", "201")
    assert (call.segments[0].party, call.connected_to) == ("89031112233", "89031112233")


def test_legs_without_linkedid_are_joined_by_their_local_pair(tmp_path):
    write_cdr(
        tmp_path,
        classic(START, 40, 40, channel="PJSIP/trunk-00000001", app="Queue", data="sales,t",
                dstchannel="Local/201@from-queue-00000003;1", tail=(L, "")),
        classic("2026-09-21 17:13:25", 35, 30, dst="201", context="from-queue",
                channel="Local/201@from-queue-00000003;2", dstchannel="PJSIP/201-00000004",
                tail=(f"{NOON + 5}.3", "")),
    )  # fmt: skip
    call = read_one(tmp_path)
    assert call.source.key == L
    assert (call.service, call.connected_to) == ("sales", "201")
    assert seconds_of(call, StretchKind.TALK) == [(10.0, 40.0)]


# --- killed, or only part of it left -------------------------------------------------------


def test_call_that_only_channel_events_know_because_the_system_was_killed(tmp_path):
    cel = Cel()
    customer, agent = ("PJSIP/trunk-00000001", L, L), ("PJSIP/201-00000002", f"{NOON}.2", L)
    cel.add(0, "CHAN_START", *customer, exten="600", num="")
    cel.add(1, "ANSWER", *customer, exten="600", num="74951112233", app="Dial")
    cel.add(2, "CHAN_START", *agent)
    cel.add(6, "ANSWER", *agent, app="AppDial")
    extra: dict[str, object] = {"bridge_id": "b1"}
    cel.add(6, "BRIDGE_ENTER", *agent, extra=extra)
    cel.add(6, "BRIDGE_ENTER", *customer, extra=extra)
    cel.add(30, "DTMF", *customer)
    cel.write(tmp_path)
    write_wav(tmp_path / "monitor" / f"q-600-74951112233-20260921-171320-{L}.wav", 28)
    call = read_one(tmp_path)
    assert (call.outcome, call.connected_to) == (Outcome.ANSWERED, "201")
    assert seconds_of(call, StretchKind.TALK) == [(6.0, 30.0)]
    (recording,) = call.recordings
    assert recording.duration_us == 28 * S


def test_call_that_only_the_monitor_folder_knows(tmp_path):
    folder = tmp_path / "2026" / "09" / "21"
    stem = f"external-201-74951112233-20260921-171320-{NOON}.9"
    write_wav(folder / f"{stem}.wav", 12)
    write_wav(folder / "out-89031112233-202-20260921-171400.wav", 3)
    write_wav(folder / "meeting.wav", 1)
    taken, rejected = read(tmp_path)
    assert rejected == []
    one, other, two = [item.interaction for item in taken]
    assert (one.direction, one.from_address, one.connected_to) == (
        Direction.INBOUND, "74951112233", "201",
    )  # fmt: skip
    assert one.giid == giid_of_source("asterisk", "", f"{NOON}.9")
    assert span_of(one, 1) == (0.0, 12.0)
    assert (two.direction, two.agent and two.agent.login) == (Direction.OUTBOUND, "202")
    assert two.started_us == (NOON + 40) * S
    assert [r.source_name for r in other.recordings] == ["meeting.wav"]


def test_missing_monitor_folder_names_each_recording_and_takes_the_facts(tmp_path):
    write_cdr(
        tmp_path, freepbx(recording=f"/var/spool/asterisk/monitor/2026/{L}.wav", tail=(L, "", 3))
    )
    taken, rejected = read(tmp_path)
    assert [(r.item, r.code) for r in rejected] == [(f"{L}.wav", "import.recording_missing")]
    (recording,) = taken[0].interaction.recordings
    assert recording.state.value == "missing"
    assert taken[0].content == {}


@pytest.mark.parametrize(("seconds", "begins"), [(29, 10), (39.5, 0), (34, 5), (3, 10)])
def test_where_a_recording_lies_by_records_alone(tmp_path, seconds, begins):
    """Talk from 10 to 40 s, answered by the system at 5 s: the recording is as long as one."""
    write_cdr(
        tmp_path,
        classic(START, 40, 35, channel="PJSIP/trunk-00000001",
                dstchannel="Local/201@from-queue-00000003;1", tail=(L, "", "", L, 1)),
        classic("2026-09-21 17:13:25", 35, 30, channel="Local/201@from-queue-00000003;2",
                tail=(f"{NOON + 5}.3", "", "", L, 2)),
    )  # fmt: skip
    write_wav(tmp_path / f"{L}.wav", seconds)
    (recording,) = read_one(tmp_path).recordings
    assert recording.started_us == (NOON + begins) * S


def test_two_systems_that_number_alike_are_told_apart(tmp_path):
    write_cdr(tmp_path, classic(START, 5, 5, tail=(L, "")))
    one, _ = read(tmp_path, system="north")
    two, _ = read(tmp_path, system="south")
    assert one[0].interaction.giid != two[0].interaction.giid
    assert one[0].interaction.source.system == "north"


def test_a_single_file_is_a_source_too(tmp_path):
    path = write_cdr(tmp_path, classic(START, 5, 5, tail=(L, "")))
    shutil.copy(path, tmp_path / "other.csv")
    link = tmp_path / "links" / "today.csv"
    link.parent.mkdir()
    link.symlink_to(path)
    for source in (path, link):
        taken, rejected = read(source)
        assert (len(taken), rejected) == (1, [])


def test_a_call_handed_on_is_one_and_the_next_on_its_line_another(tmp_path):
    line = {"channel": "DAHDI/1-1", "src": "74950000001"}
    write_cdr(
        tmp_path,
        classic("2026-09-21 17:13:20", 20, 20, dstchannel="SIP/201-00000002", **line),
        classic("2026-09-21 17:13:40", 30, 30, dstchannel="SIP/202-00000003", **line),
        classic(
            "2026-09-21 17:14:10",
            9,
            9,
            channel="DAHDI/1-1",
            src="74950000002",
            clid="<74950000002>",
        ),
        classic("2026-09-21 17:15:00", 9, 9, **line),
    )
    taken, _ = read(tmp_path)
    calls = sorted((one.interaction for one in taken), key=lambda call: call.started_us)
    assert [c.from_address for c in calls] == ["74950000001", "74950000002", "74950000001"]
    agents = [[s.agent.login if s.agent else None for s in c.segments] for c in calls]
    assert agents == [["201", "202"], [None], [None]]


def test_names_of_channels_that_a_restart_repeated_join_each_with_its_own(tmp_path):
    caller, agent = "Local/600@in-00000001", "Local/201@agents-00000002"
    rows = []
    for hours, src in ((0, "74950000001"), (5, "74950000002")):
        day = f"2026-09-21 {12 + hours}:13"
        tail = ((f"{NOON + hours * 3600}.1",), (f"{NOON + hours * 3600}.3",))
        who = {"src": src, "clid": f"<{src}>"}
        rows += [
            classic(
                f"{day}:20", 40, 40, **who, channel=f"{caller};2", dstchannel=f"{agent};1",
                tail=tail[0],
            ),
            classic(f"{day}:21", 39, 30, **who, channel=f"{agent};2", app="Wait", tail=tail[1]),
        ]  # fmt: skip
    write_cdr(tmp_path, *rows)
    taken, _ = read(tmp_path, zone="UTC")
    assert sorted(one.interaction.from_address for one in taken) == ["74950000001", "74950000002"]
