"""Twelve calls recorded by a real Asterisk: what its log files tell of each, read by a person.

Instants are seconds after 1795389750, as the channel events tell them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from reviewer.models.ids import giid_of_source
from reviewer.models.interaction import Interaction, SegmentKind, StretchKind
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import read

RUN_A = Path(__file__).parents[4] / "shared" / "realdata" / "2_telephony" / "asterisk_run_A"
BASE = 1_795_389_750
VOICE, LEG, MAIL = RecordingKind.VOICE, RecordingKind.VOICE_CHANNEL, RecordingKind.VOICEMAIL

# linkedid: direction is inbound for all (context from-trunk).
# from, name, to, connected, outcome, started, ended,
# segments: (kind, agent, queue, connected, transfer, started, ended), recordings: (kind, name)
EXPECTED: dict[str, dict[str, Any]] = {
    "1795389753.0": {
        "who": ("79161234567", "Иванов, Пётр", "600", "201", "answered"),
        "when": (3.083, 27.181),
        "segments": [("handling", "Агент Иванова", "support", "201", None, 3.083, 27.181)],
        "stretches": {
            1: [("queue", 3.083, 4.587), ("ringing", 3.584, 4.587), ("talk", 4.587, 27.18)]
        },
        "recordings": [(VOICE, "q-600-79161234567-20261123-022233-1795389753.1.wav", 1)],
        "custom": (("accountcode", "acc600"), ("userfield", 'promo "Лето"')),
    },
    "1795389756.4": {
        "who": ("74951234567", 'ООО ""Ромашка""', "601", "202", "answered"),
        "when": (6.090, 11.884),
        "segments": [("handling", "Bob Sales", "sales", "202", None, 6.090, 11.884)],
        "stretches": {
            1: [("queue", 6.091, 8.596), ("ringing", 6.592, 8.596), ("talk", 8.596, 11.884)]
        },
        "recordings": [(VOICE, "q-601-74951234567-20261123-022236-1795389756.5.WAV", 1)],
    },
    "1795389756.6": {
        "who": ("+79031112233", "Olga Petrova", "604", "201", "answered"),
        "when": (6.092, 30.189),
        "segments": [("handling", "201", "", "201", None, 6.092, 30.189)],
        "stretches": {1: [("ringing", 6.594, 7.597), ("talk", 7.597, 30.188)]},
        "recordings": [
            (LEG, "external-201-+79031112233-20261123-022236-1795389756.7-in.wav", 1),
            (LEG, "external-201-+79031112233-20261123-022236-1795389756.7-out.wav", 1),
            (VOICE, "external-201-+79031112233-20261123-022236-1795389756.7.wav", 1),
        ],
    },
    "1795389760.12": {
        "who": ("", "", "602", "", "no_answer"),
        "when": (10.099, 62.984),
        "segments": [("handling", None, "dead", "", None, 10.099, 62.984)],
        "stretches": {
            1: [
                ("queue", 10.099, 19.0),
                ("ringing", 10.6, 14.601),
                ("ringing", 15.602, 19.608),
                ("voicemail", 19.61, 62.984),
            ]
        },
        "recordings": [
            (VOICE, "q-602--20261123-022240-1795389760.13.gsm", 1),
            (MAIL, "default/200/INBOX/msg0000.wav", 1),
        ],
    },
    "1795389760.14": {
        "who": ("1001", "busy one", "605", "", "busy"),
        "when": (10.103, 10.103),
        "segments": [("handling", None, "", "", None, 10.103, 10.103)],
        "stretches": {1: []},
        "recordings": [],
    },
    "1795389760.15": {
        "who": ("1002", "cong", "606", "", "congestion"),
        "when": (10.103, 10.104),
        "segments": [("handling", None, "", "", None, 10.103, 10.104)],
        "stretches": {1: []},
        "recordings": [],
    },
    "1795389760.18": {
        "who": ("1003", "noanswer", "607", "", "no_answer"),
        "when": (10.107, 14.111),
        "segments": [("handling", None, "", "", None, 10.107, 14.111)],
        "stretches": {1: [("ringing", 10.107, 14.111)]},
        "recordings": [],
    },
    "1795389766.26": {
        "who": ("89160001122", "Self service", "608", "608", "answered"),
        "when": (16.111, 27.032),
        "segments": [("ivr", None, "", "608", None, 16.111, 27.032)],
        "stretches": {1: [("ivr", 16.112, 27.032)]},
        "recordings": [(VOICE, "exten-608-89160001122-20261123-022246-1795389766.27.wav", 1)],
    },
    "1795389766.28": {
        "who": ("79260000001", "Transfer me", "612", "210", "answered"),
        "when": (16.117, 25.756),
        "segments": [
            ("handling", "210", "", "210", "blind", 16.117, 20.227),
            ("ivr", None, "", "203", None, 20.227, 25.756),
        ],
        "stretches": {
            1: [("ringing", 16.618, 17.62), ("talk", 17.62, 20.226)],
            2: [("ivr", 20.227, 25.756)],
        },
        "recordings": [(VOICE, "out-89031112233-79260000001-20261123-022246-1795389766.29.wav", 1)],
    },
    "1795389766.30": {
        "who": ("79260000002", "zero sec", "609", "609", "answered"),
        "when": (16.117, 16.117),
        "segments": [("ivr", None, "", "609", None, 16.117, 16.117)],
        "stretches": {1: [("ivr", 16.117, 16.117)]},
        "recordings": [],
    },
    "1795389775.34": {
        "who": ("79260000003", "conf A", "610", "7001", "answered"),
        "when": (25.124, 30.915),
        "segments": [("conference", None, "", "7001", None, 25.124, 30.915)],
        "stretches": {1: [("ivr", 25.124, 28.785), ("talk", 28.785, 30.914)]},
        "recordings": [(VOICE, "conf-610-79260000003-20261123-022255-1795389775.35.wav", 1)],
    },
    "1795389775.36": {
        "who": ("79260000004", "conf B", "610", "7001", "answered"),
        "when": (25.125, 66.896),
        "segments": [("conference", None, "", "7001", None, 25.125, 66.896)],
        "stretches": {1: [("talk", 25.628, 66.894)]},
        "recordings": [(VOICE, "conf-610-79260000004-20261123-022255-1795389775.37.wav", 1)],
    },
}

# Where prompts whose playing the channel events tell were found again in the files, by
# correlation of the sound: file, place in the file, wall clock; seconds.
HEARD = [
    ("1795389753.1.wav", 0.700, 8.086),
    ("1795389753.1.wav", 6.520, 13.874),
    ("1795389756.7.wav", 0.000, 8.098),
    ("1795389756.7.wav", 0.700, 11.095),
    ("1795389756.7.wav", 6.520, 16.882),
    ("1795389756.7-in.wav", 0.700, 11.095),
    ("1795389775.37.wav", 4.480, 30.127),
    ("1795389775.37.wav", 10.280, 35.918),
    ("1795389775.35.wav", 1.500, 27.126),
]


def at(seconds_us: int) -> float:
    return round(seconds_us / 1e6 - BASE, 3)


@pytest.fixture(scope="module")
def calls() -> dict[str, Interaction]:
    taken, rejected = read(RUN_A)
    assert rejected == []
    return {item.interaction.source.key: item.interaction for item in taken}


def test_twelve_calls_not_35_records_and_not_the_announcer(calls):
    assert sorted(calls) == sorted(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED)
def test_what_the_logs_tell(calls, key):
    call, told = calls[key], EXPECTED[key]
    assert call.giid == giid_of_source("asterisk", "", key)
    assert call.direction.value == "inbound"
    who = (call.from_address, call.from_name, call.to_address, call.connected_to, call.outcome)
    assert who == told["who"]
    assert (at(call.started_us), at(call.ended_us)) == pytest.approx(told["when"], abs=0.002)
    segments = [
        (
            s.kind.value,
            s.agent.login if s.agent else None,
            s.service,
            s.connected_to,
            s.transfer.value if s.transfer else None,
        )
        for s in call.segments
    ]
    assert segments == [row[:5] for row in told["segments"]]
    for segment, row in zip(call.segments, told["segments"], strict=True):
        bounds = (at(segment.started_us), at(segment.ended_us))
        assert bounds == pytest.approx(row[5:], abs=0.002)
        assert segment.party == call.from_address
        stretches = [(s.kind.value, at(s.started_us), at(s.ended_us)) for s in segment.stretches]
        wanted = told["stretches"][segment.number]
        assert [s[0] for s in stretches] == [w[0] for w in wanted]
        for stretch, want in zip(stretches, wanted, strict=True):
            assert stretch[1:] == pytest.approx(want[1:], abs=0.002)
    recordings = sorted((r.kind, r.source_name, r.segment_number) for r in call.recordings)
    assert recordings == sorted(told["recordings"])
    assert call.custom[0] == ("accountcode", "acc" + call.to_address)
    assert call.custom == told.get("custom", call.custom)


def test_agents_have_their_extensions(calls):
    agent = calls["1795389753.0"].agent
    assert agent is not None
    assert (agent.login, agent.extension) == ("Агент Иванова", "201")


def test_blind_transfer_leads_to_the_second_segment(calls):
    assert calls["1795389766.28"].segments[0].transferred_to == 2
    assert calls["1795389766.28"].segments[1].kind is SegmentKind.IVR


@pytest.mark.parametrize(("name", "place", "wall"), HEARD)
def test_recordings_lie_where_their_sound_was(calls, name, place, wall):
    recordings = [r for c in calls.values() for r in c.recordings if r.source_name.endswith(name)]
    spans = recordings[0].spans
    media_us = int(place * 1e6)
    span = [s for s in spans if s.media_start_us <= media_us][-1]
    assert at(span.wall_start_us + media_us - span.media_start_us) == pytest.approx(wall, abs=0.04)


def test_pauses_are_gaps_between_spans(calls):
    recording = calls["1795389753.0"].recordings[0]
    assert len(recording.spans) == 3
    assert recording.duration_us == 17_780_000
    assert [s.media_start_us for s in recording.spans] == [0, 700_000, 16_860_000]


def test_legs_are_the_parties_of_the_mixed_one(calls):
    legs = calls["1795389756.6"].recordings_of(RecordingKind.VOICE_CHANNEL)
    assert {r.source_name[-7:]: r.party for r in legs} == {
        "-in.wav": PartyRole.CUSTOMER,
        "out.wav": PartyRole.AGENT,
    }
    mixed = calls["1795389756.6"].recordings_of(RecordingKind.VOICE)[0]
    assert all(leg.spans == mixed.spans for leg in legs)


def test_recording_that_exists_and_is_empty(calls):
    empty = calls["1795389760.12"].recordings_of(RecordingKind.VOICE)[0]
    assert empty.state is RecordingState.AVAILABLE
    assert (empty.is_empty, empty.bytes, empty.spans) == (True, 0, ())


def test_voicemail_is_the_best_of_three_formats_from_the_tone_on(calls):
    (mail,) = calls["1795389760.12"].recordings_of(RecordingKind.VOICEMAIL)
    assert mail.media_type == "audio/wav"
    assert mail.started_us is not None
    assert at(mail.started_us) == pytest.approx(31.464, abs=0.001)
    assert mail.duration_us == 30_560_000


def test_a_second_import_adds_nothing(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        first = import_recordings(session, RUN_A)
        assert (first.kind, first.added, first.rejected) == ("asterisk", 12, ())
        again = import_recordings(session, RUN_A)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 12)
        dry = import_recordings(session, RUN_A, dry_run=True)
        assert (dry.added, dry.unchanged) == (0, 12)


def test_the_same_seen_from_another_folder_is_nothing_new(tmp_path):
    source = tmp_path / "host" / "pbx"
    shutil.copytree(RUN_A, source)
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        assert import_recordings(session, source).added == 12
        for root, count in (
            (source.parent, 12),
            (source, 12),
            (source / "monitor", 8),
            (source / "voicemail" / "default", 1),
        ):
            again = import_recordings(session, root)
            assert (again.added, again.updated, again.unchanged) == (0, 0, count)


def test_a_copy_of_the_folder_beside_it_doubles_nothing(tmp_path, calls):
    source = tmp_path / "host"
    for name in ("pbx", "pbx.bak"):
        shutil.copytree(RUN_A, source / name)
    taken, _ = read(source)
    found = {item.interaction.source.key: item.interaction for item in taken}
    assert sorted(found) == sorted(calls)
    for key, call in found.items():
        names = [recording.source_name for recording in call.recordings]
        assert sorted(names) == sorted(one.source_name for one in calls[key].recordings)
    # Files of one name that differ are two recordings.
    (one,) = (source / "pbx.bak" / "monitor").rglob("q-600-*.wav")
    one.write_bytes(one.read_bytes()[:-2] + b"\x7f\x01")
    taken, _ = read(source)
    (call,) = (i.interaction for i in taken if i.interaction.source.key == "1795389753.0")
    assert len(call.recordings) == 2


@pytest.mark.parametrize("part", ["log/cdr-csv", "log/cdr-custom", "log/cel-custom"])
def test_any_one_log_alone_tells_the_same_twelve_calls(tmp_path, calls, part):
    shutil.copytree(RUN_A / part, tmp_path / part)
    taken, _ = read(tmp_path)
    alone = {item.interaction.source.key: item.interaction for item in taken}
    assert sorted(alone) == sorted(EXPECTED)
    for key, call in alone.items():
        whole = calls[key]
        assert (call.outcome, call.from_address) == (whole.outcome, whole.from_address)
        assert call.to_address == whole.to_address
        assert call.was_transferred == whole.was_transferred
        assert [s.kind for s in call.segments] == [s.kind for s in whole.segments]
        assert [s.connected_to for s in call.segments] == [s.connected_to for s in whole.segments]
        assert abs(call.started_us - whole.started_us) < 1_000_000
        assert abs(call.ended_us - whole.ended_us) < 2_000_000


def test_database_alone_tells_the_same_twelve_calls(tmp_path, calls):
    shutil.copy(RUN_A / "log" / "master.db", tmp_path / "master.db")
    taken, rejected = read(tmp_path)
    assert sorted(i.interaction.source.key for i in taken) == sorted(calls)
    missing = {r.item for r in rejected}
    assert len(missing) == 7
    assert {r.code for r in rejected} == {"import.recording_missing"}


def test_monitor_folder_alone(tmp_path):
    shutil.copytree(RUN_A / "monitor", tmp_path / "monitor")
    taken, rejected = read(tmp_path)
    assert rejected == []
    found = {i.interaction.source.key: i.interaction for i in taken}
    assert len(found) == 8
    call = found["1795389756.7"]
    assert (call.from_address, call.connected_to) == ("+79031112233", "201")
    assert len(call.recordings) == 3
    assert at(call.started_us) == 6.0
    assert call.duration_us == 17_780_000


def test_more_logs_later_update_what_is_there(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(RUN_A / "log" / "cdr-custom", source / "log" / "cdr-custom")
    with make_store(tmp_path / "store") as store:
        session = store.session(ADMIN)
        first = import_recordings(session, source)
        assert first.added == 12
        assert len(first.rejected) == 7
        shutil.copytree(RUN_A, source, dirs_exist_ok=True)
        second = import_recordings(session, source)
        assert (second.added, second.rejected) == (0, ())
        assert second.updated == 12
        call = session.interactions.get(giid_of_source("asterisk", "", "1795389753.0"))
        assert [r.state for r in call.recordings] == [RecordingState.AVAILABLE]
        assert call.segments[0].time_in(StretchKind.TALK) == 22_593_526
        assert import_recordings(session, source).unchanged == 12
