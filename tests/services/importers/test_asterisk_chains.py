"""How calls look on a FreePBX: Local channels before telephones, parking, old versions."""

from __future__ import annotations

from reviewer.models.interaction import Outcome, SegmentKind, StretchKind
from reviewer.models.recording import PartyRole
from tests.services.importers.asterisk_logs import (
    NOON,
    Cel,
    S,
    read_one,
    seconds_of,
    span_of,
    write_wav,
)

L = f"{NOON}.1"
CUSTOMER = ("PJSIP/trunk-00000001", L, L)
NEAR = ("Local/201@from-queue-0000000a;1", f"{NOON + 3}.2", L)
FAR = ("Local/201@from-queue-0000000a;2", f"{NOON + 3}.3", L)
PHONE = ("PJSIP/201-00000002", f"{NOON + 4}.4", L)


def start(cel: Cel, *, ends: float) -> None:
    cel.add(0, "CHAN_START", *CUSTOMER, exten="84951234567")
    cel.add(1, "ANSWER", *CUSTOMER, exten="600", num="74951112233", app="Queue", data="600,t,,")
    cel.add(ends, "HANGUP", *CUSTOMER, extra={"hangupcause": 16, "dialstatus": "ANSWER"})
    for channel in (NEAR, FAR):
        cel.add(3, "CHAN_START", *channel, context="from-queue")
    cel.add(4, "CHAN_START", *PHONE, context="from-internal")


def test_queue_local_channel_and_telephone_are_one_agent(tmp_path):
    cel = Cel()
    start(cel, ends=60)
    for channel in (PHONE, FAR, NEAR):
        cel.add(9, "ANSWER", *channel, app="AppDial")
    cel.bridge(9, 60, "b2", FAR, PHONE)
    cel.bridge(9, 60, "b1", CUSTOMER, NEAR)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [(s.kind, s.agent and s.agent.login) for s in call.segments] == [
        (SegmentKind.HANDLING, "201")
    ]
    assert call.to_address == "84951234567"
    assert seconds_of(call, StretchKind.RINGING) == [(3.0, 9.0)]
    assert seconds_of(call, StretchKind.TALK) == [(9.0, 60.0)]


def test_the_local_channel_optimised_away_leaves_no_seam(tmp_path):
    cel = Cel()
    start(cel, ends=60)
    for channel in (PHONE, FAR, NEAR):
        cel.add(9, "ANSWER", *channel, app="AppDial")
    cel.bridge(9, 9.4, "b2", FAR)
    cel.bridge(9, 9.4, "b1", NEAR)
    cel.bridge(9, 9.38, "b2", PHONE)
    cel.bridge(9.4, 60, "b1", PHONE)
    cel.bridge(9, 60, "b1", CUSTOMER)
    cel.add(9.41, "LOCAL_OPTIMIZE", *NEAR, extra={"local_two": FAR[0]})
    for channel in (NEAR, FAR):
        cel.add(9.42, "HANGUP", *channel)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert len(call.segments) == 1
    assert seconds_of(call, StretchKind.TALK) == [(9.0, 60.0)]


def test_an_agents_mobile_telephone_behind_the_local_channel_is_no_consultation(tmp_path):
    mobile = ("PJSIP/trunk-00000009", f"{NOON + 4}.9", L)
    cel = Cel()
    start(cel, ends=60)
    cel.add(4, "CHAN_START", *mobile, context="from-trunk")
    for channel in (mobile, FAR, NEAR):
        cel.add(9, "ANSWER", *channel, app="AppDial")
    cel.bridge(9, 60, "b2", FAR, mobile)
    cel.bridge(9, 60, "b1", CUSTOMER, NEAR)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [(s.kind, s.agent and s.agent.login) for s in call.segments] == [
        (SegmentKind.HANDLING, "201")
    ]


def test_bridges_of_versions_before_12(tmp_path):
    cel = Cel()
    agent = ("SIP/201-00000002", f"{NOON + 3}.2", L)
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(3, "CHAN_START", *agent)
    cel.add(8, "ANSWER", *agent, app="AppDial")
    cel.add(8, "ANSWER", *CUSTOMER, num="74951112233", exten="600", app="Dial")
    cel.add(8, "BRIDGE_START", *CUSTOMER, app="Dial", peer=agent[0])
    cel.add(30, "BRIDGE_END", *CUSTOMER, app="Dial", peer=agent[0])
    cel.add(30, "HANGUP", *CUSTOMER)
    cel.add(30, "HANGUP", *agent)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert call.connected_to == "201"
    assert seconds_of(call, StretchKind.TALK) == [(8.0, 30.0)]


def test_without_bridges_in_the_log_an_answered_leg_talks(tmp_path):
    cel = Cel()
    start(cel, ends=30)
    cel.add(9, "ANSWER", *PHONE, app="AppDial")
    cel.add(30, "HANGUP", *PHONE)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert (call.outcome, call.connected_to) == (Outcome.ANSWERED, "201")
    assert seconds_of(call, StretchKind.TALK) == [(9.0, 30.0)]


def test_parked_call_is_on_hold_and_picked_up_by_another(tmp_path):
    other = ("PJSIP/202-00000005", f"{NOON + 40}.5", L)
    cel = Cel()
    start(cel, ends=80)
    cel.add(9, "ANSWER", *PHONE, app="AppDial")
    cel.bridge(9, 30, "b1", CUSTOMER, PHONE)
    cel.add(30, "PARK_START", *CUSTOMER, extra={"parking_lot": "default"})
    cel.add(31, "HANGUP", *PHONE)
    cel.add(40, "CHAN_START", *other, exten="701", context="from-internal")
    cel.add(41, "PARK_END", *CUSTOMER, extra={"reason": "ParkedCallUnparked"})
    cel.add(41, "ANSWER", *other, app="ParkedCall")
    cel.bridge(41, 80, "b2", CUSTOMER, other)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [s.agent and s.agent.login for s in call.segments] == ["201", "202"]
    assert seconds_of(call, StretchKind.HOLD, 2) == [(30.0, 41.0)]
    assert span_of(call, 2) == (30.0, 80.0)


def test_survey_after_the_agent_follows_in_the_same_segment(tmp_path):
    cel = Cel()
    start(cel, ends=60)
    cel.add(9, "ANSWER", *PHONE, app="AppDial")
    cel.bridge(9, 40, "b1", CUSTOMER, PHONE)
    cel.add(41, "APP_START", *CUSTOMER, app="Playback", data="survey")
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert len(call.segments) == 1
    assert span_of(call, 1) == (0.0, 60.0)
    assert seconds_of(call, StretchKind.IVR)[-1] == (40.0, 60.0)


def test_ringing_of_a_call_to_the_outside_names_the_number(tmp_path):
    agent = ("PJSIP/203-00000001", L, L)
    trunk = ("PJSIP/trunk-00000002", f"{NOON}.2", L)
    cel = Cel()
    cel.add(0, "CHAN_START", *agent, num="203", exten="89031112233", context="from-internal")
    cel.add(1, "CHAN_START", *trunk, context="from-trunk")
    cel.add(8, "ANSWER", *trunk, app="AppDial")
    cel.bridge(8, 40, "b1", agent, trunk)
    cel.add(40, "HANGUP", *agent)
    cel.write(tmp_path)
    (segment,) = read_one(tmp_path).segments
    rings = [s.detail for s in segment.stretches if s.kind is StretchKind.RINGING]
    assert rings == ["89031112233"]


# --- recordings --------------------------------------------------------------------------


def talk(tmp_path, *, tracked: tuple[tuple[float, str], ...] = ()) -> None:
    """201 speaks with the customer from 9 to 60 s; `tracked`: applications of the customer."""
    cel = Cel()
    start(cel, ends=60.5)
    cel.add(9, "ANSWER", *PHONE, app="AppDial")
    cel.bridge(9, 60, "b1", CUSTOMER, PHONE)
    for at, app in tracked:
        cel.add(at, "APP_START", *CUSTOMER, app=app)
    cel.write(tmp_path)


def spans(call):
    return [
        (s.media_start_us / S, s.wall_start_us / S - NOON, s.duration_us / S)
        for s in call.recordings[0].spans
    ]


def test_recording_as_long_as_the_talk_lies_on_the_talk(tmp_path):
    talk(tmp_path)
    write_wav(tmp_path / "monitor" / f"{L}.wav", 50.98)
    assert spans(read_one(tmp_path)) == [(0.0, 9.0, 50.98)]


def test_recording_as_long_as_the_call_lies_on_the_call(tmp_path):
    talk(tmp_path)
    write_wav(tmp_path / "monitor" / f"{L}.wav", 60.46)
    call = read_one(tmp_path)
    assert spans(call) == [(0.0, 0.0, 60.46)]
    assert call.recordings[0].segment_number == 1


def test_paused_and_appended_recording_has_a_gap_when_the_log_follows_mixmonitor(tmp_path):
    tracked = ((9.0, "MixMonitor"), (20.0, "StopMixMonitor"), (35.0, "MixMonitor"))
    talk(tmp_path, tracked=tracked)
    write_wav(tmp_path / "monitor" / f"{L}.wav", 36.5)
    assert spans(read_one(tmp_path)) == [(0.0, 9.0, 11.0), (11.0, 35.0, 25.5)]


def test_recording_whose_length_fits_nothing_begins_where_mixmonitor_did(tmp_path):
    talk(tmp_path, tracked=((12.0, "MixMonitor"),))
    write_wav(tmp_path / "monitor" / f"{L}.wav", 30)
    assert spans(read_one(tmp_path)) == [(0.0, 12.0, 30.0)]


def test_legs_without_a_mixed_file_are_the_parties(tmp_path):
    talk(tmp_path)
    for leg in ("in", "out"):
        write_wav(tmp_path / "monitor" / f"{L}-{leg}.wav", 51)
    call = read_one(tmp_path)
    assert [(r.kind.value, r.party) for r in call.recordings] == [
        ("voice_channel", PartyRole.CUSTOMER),
        ("voice_channel", PartyRole.AGENT),
    ]
