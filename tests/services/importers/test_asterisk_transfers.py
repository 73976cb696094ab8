"""Holds, transfers and consultations out of channel events and the queue log.

The logs are written here after Asterisk's documentation: CEL specification, "Queue Logs".
"""

from __future__ import annotations

from reviewer.models.interaction import (
    Direction,
    Outcome,
    SegmentKind,
    StretchKind,
    TransferKind,
)
from tests.services.importers.asterisk_logs import (
    NOON,
    Cel,
    S,
    classic,
    read,
    read_one,
    seconds_of,
    span_of,
    write_cdr,
    write_wav,
)

L = f"{NOON}.1"
CUSTOMER = ("PJSIP/trunk-00000001", L, L)
ANNA = ("PJSIP/201-00000002", f"{NOON}.2", L)
BORIS = ("PJSIP/202-00000004", f"{NOON + 30}.4", L)


def queued_call(*, ends: float) -> Cel:
    """A customer waits from 2 s on, and speaks with 201 from 10 s on."""
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(0.2, "ANSWER", *CUSTOMER, exten="600", num="74951112233", name="Мария", app="Answer")
    cel.add(2, "APP_START", *CUSTOMER, exten="600", num="74951112233", app="Queue", data="sales,t")
    cel.add(5, "CHAN_START", *ANNA, exten="600", context="from-queue")
    cel.add(10, "ANSWER", *ANNA, app="AppQueue", data="(Outgoing Line)")
    cel.add(ends, "HANGUP", *CUSTOMER, extra={"hangupcause": 16, "dialstatus": "ANSWER"})
    cel.add(ends, "CHAN_END", *CUSTOMER)
    cel.add(ends, "LINKEDID_END", *CUSTOMER)
    return cel


def queue_log(folder, *lines):
    target = folder / "queue_log"
    target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_hold_by_user_defined_events_is_cut_out_of_the_talk(tmp_path):
    cel = queued_call(ends=60)
    cel.bridge(10, 59.9, "b1", CUSTOMER, ANNA)
    cel.add(20, "USER_DEFINED", *ANNA, userdef="HOLD")
    cel.add(35.5, "USER_DEFINED", *ANNA, userdef="UNHOLD")
    cel.write(tmp_path)
    queue_log(
        tmp_path,
        f"{NOON + 2}|{L}|sales|NONE|ENTERQUEUE||74951112233|1",
        f"{NOON + 10}|{L}|sales|Анна Серова|CONNECT|8|{NOON}.2|5",
        f"{NOON + 59}|{L}|sales|Анна Серова|COMPLETECALLER|8|49|1",
    )
    call = read_one(tmp_path)
    assert call.direction is Direction.INBOUND
    assert (call.from_address, call.from_name, call.to_address) == ("74951112233", "Мария", "600")
    assert call.outcome is Outcome.ANSWERED
    segment = call.segments[0]
    assert len(call.segments) == 1
    assert segment.service == "sales"
    assert segment.agent is not None
    assert (segment.agent.login, segment.agent.extension) == ("Анна Серова", "201")
    assert seconds_of(call, StretchKind.IVR) == [(0.2, 2.0)]
    assert seconds_of(call, StretchKind.QUEUE) == [(2.0, 10.0)]
    assert seconds_of(call, StretchKind.RINGING) == [(5.0, 10.0)]
    assert seconds_of(call, StretchKind.TALK) == [(10.0, 20.0), (35.5, 59.9)]
    assert seconds_of(call, StretchKind.HOLD) == [(20.0, 35.5)]


def test_hold_in_the_queue_log_alone(tmp_path):
    queue_log(
        tmp_path,
        f"{NOON}|{L}|sales|NONE|ENTERQUEUE||74951112233|1",
        f"{NOON + 9}|{L}|sales|PJSIP/201|CONNECT|9|{NOON}.2|4",
        f"{NOON + 20}|{L}|sales|PJSIP/201|HOLD",
        f"{NOON + 30}|{L}|sales|PJSIP/201|UNHOLD",
        f"{NOON + 50}|{L}|sales|PJSIP/201|COMPLETEAGENT|9|41|1",
    )
    call = read_one(tmp_path)
    assert call.agent is not None
    assert (call.agent.login, call.service, call.from_address) == ("201", "sales", "74951112233")
    assert seconds_of(call, StretchKind.QUEUE) == [(0.0, 9.0)]
    assert seconds_of(call, StretchKind.RINGING) == [(5.0, 9.0)]
    assert seconds_of(call, StretchKind.TALK) == [(9.0, 20.0), (30.0, 50.0)]
    assert seconds_of(call, StretchKind.HOLD) == [(20.0, 30.0)]


def attended(cel: Cel, *, consultation: str = L) -> None:
    """201 asks 202 by a second call from 30 to 50 s, and hands over at 50 s."""
    second = ("PJSIP/201-00000003", f"{NOON + 30}.3", consultation)
    third = ("PJSIP/202-00000004", f"{NOON + 30}.4", consultation)
    cel.add(30, "CHAN_START", *second, exten="202", context="from-internal")
    cel.add(31, "CHAN_START", *third, exten="202", context="from-internal")
    cel.add(36, "ANSWER", *third, app="AppDial", data="(Outgoing Line)")
    cel.add(36, "ANSWER", *second, app="Dial", data="PJSIP/202")
    cel.bridge(36, 50, "b2", second, third)
    cel.add(
        50,
        "ATTENDEDTRANSFER",
        *ANNA,
        extra={
            "bridge1_id": "b1",
            "channel2_name": second[0],
            "channel2_uniqueid": second[1],
            "bridge2_id": "b2",
            "transferee_channel_name": CUSTOMER[0],
            "transferee_channel_uniqueid": CUSTOMER[1],
            "transfer_target_channel_name": third[0],
            "transfer_target_channel_uniqueid": third[1],
        },
    )
    cel.bridge(50.01, 80, "b1", BORIS)
    cel.add(50.02, "HANGUP", *ANNA, extra={"hangupcause": 16})
    cel.add(80, "HANGUP", *BORIS, extra={"hangupcause": 16})


def test_attended_transfer_makes_handling_consultation_handling(tmp_path):
    cel = queued_call(ends=80)
    cel.bridge(10, 80, "b1", CUSTOMER)
    cel.bridge(10, 50, "b1", ANNA)
    attended(cel)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    first, asked, last = call.segments
    assert [s.kind for s in call.segments] == [
        SegmentKind.HANDLING,
        SegmentKind.CONSULTATION,
        SegmentKind.HANDLING,
    ]
    assert [s.number for s in call.segments] == [1, 2, 3]
    assert first.agent is not None
    assert asked.agent is not None
    assert last.agent is not None
    assert [first.agent.login, asked.agent.login, last.agent.login] == ["201", "201", "202"]
    assert (first.transfer, first.transferred_to) == (TransferKind.ATTENDED, 3)
    assert (asked.consultation_of, asked.party) == (1, "202")
    assert (last.transfer, last.party) == (None, "74951112233")
    assert span_of(call, 1) == (0.0, 50.0)
    assert span_of(call, 2) == (31.0, 50.0)
    assert span_of(call, 3) == (50.0, 80.0)
    assert seconds_of(call, StretchKind.HOLD, 1) == [(31.0, 50.0)]
    assert seconds_of(call, StretchKind.TALK, 1) == [(10.0, 31.0)]
    assert seconds_of(call, StretchKind.RINGING, 2) == [(31.0, 36.0)]
    assert seconds_of(call, StretchKind.TALK, 2) == [(36.0, 50.0)]
    assert seconds_of(call, StretchKind.TALK, 3) == [(50.01, 80.0)]
    assert call.connected_to == "201"


def test_consultation_that_began_as_a_call_of_its_own_is_one_interaction(tmp_path):
    cel = queued_call(ends=80)
    cel.bridge(10, 80, "b1", CUSTOMER)
    cel.bridge(10, 50, "b1", ANNA)
    attended(cel, consultation=f"{NOON + 30}.3")
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert call.source.key == L
    assert [s.kind.value for s in call.segments] == ["handling", "consultation", "handling"]


def test_recordings_of_call_and_consultation_belong_to_their_segments(tmp_path):
    cel = queued_call(ends=80)
    cel.bridge(10, 80, "b1", CUSTOMER)
    cel.bridge(10, 50, "b1", ANNA)
    attended(cel)
    cel.write(tmp_path)
    write_wav(tmp_path / f"{NOON}.2.wav", 40)
    write_wav(tmp_path / f"{NOON + 30}.3.wav", 14)
    write_wav(tmp_path / f"{L}.wav", 70)
    call = read_one(tmp_path)
    found = {r.source_name: (r.segment_number, r.started_us) for r in call.recordings}
    assert found == {
        f"{NOON}.2.wav": (1, (NOON + 10) * S),
        f"{NOON + 30}.3.wav": (2, (NOON + 36) * S),
        f"{L}.wav": (None, (NOON + 10) * S),
    }


def test_transfer_that_only_the_queue_log_knows(tmp_path):
    cel = queued_call(ends=80)
    cel.bridge(10, 40, "b1", CUSTOMER, ANNA)
    cel.add(41, "CHAN_START", *BORIS)
    cel.bridge(45, 80, "b2", CUSTOMER, BORIS)
    cel.write(tmp_path)
    queue_log(
        tmp_path,
        f"{NOON + 2}|{L}|sales|NONE|ENTERQUEUE||74951112233|1",
        f"{NOON + 10}|{L}|sales|Анна Серова|CONNECT|8|{NOON}.2|5",
        f"{NOON + 40}|{L}|sales|Анна Серова|BLINDTRANSFER|202|agents|8|30|1",
    )
    call = read_one(tmp_path)
    assert [(s.agent and s.agent.login, s.transfer) for s in call.segments] == [
        ("Анна Серова", TransferKind.BLIND),
        ("202", None),
    ]
    assert call.segments[0].transferred_to == 2


def test_consultation_by_keys_leaves_the_customer_on_hold_and_comes_back(tmp_path):
    """The agent's own channel goes from bridge to bridge (atxfer); 202 declines."""
    cel = queued_call(ends=80)
    near = ("Local/202@from-internal-0000000a;1", f"{NOON + 30}.5", L)
    far = ("Local/202@from-internal-0000000a;2", f"{NOON + 30}.6", L)
    cel.bridge(10, 80, "b1", CUSTOMER)
    cel.bridge(10, 30, "b1", ANNA)
    for channel in (near, far):
        cel.add(30.5, "CHAN_START", *channel, exten="202", context="from-internal")
    cel.add(31, "CHAN_START", *BORIS, exten="202", context="from-internal")
    cel.add(34, "ANSWER", *BORIS, app="AppDial", data="(Outgoing Line)")
    cel.add(34, "ANSWER", *far)
    cel.add(34, "ANSWER", *near)
    cel.bridge(34, 45, "b3", far, BORIS)
    cel.bridge(34, 45, "b2", near, ANNA)
    cel.bridge(46, 79, "b1", ANNA)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [(s.kind.value, s.transfer) for s in call.segments] == [
        ("handling", None),
        ("consultation", None),
    ]
    assert call.segments[1].party == "202"
    assert seconds_of(call, StretchKind.TALK, 1) == [(10.0, 30.0), (46.0, 79.0)]
    assert seconds_of(call, StretchKind.HOLD, 1) == [(30.0, 46.0)]
    assert seconds_of(call, StretchKind.TALK, 2) == [(34.0, 45.0)]


def test_blind_transfer_to_an_agent_who_answers(tmp_path):
    cel = queued_call(ends=80)
    cel.bridge(10, 40, "b1", CUSTOMER, ANNA)
    cel.add(
        40,
        "BLINDTRANSFER",
        *ANNA,
        extra={"extension": "202", "context": "agents", "bridge_id": "b1"},
    )
    cel.add(40.5, "CHAN_START", *BORIS, exten="202")
    cel.add(45, "ANSWER", *BORIS, app="AppDial", data="(Outgoing Line)")
    cel.bridge(45, 80, "b2", CUSTOMER, BORIS)
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [(s.kind.value, s.agent and s.agent.login, s.transfer) for s in call.segments] == [
        ("handling", "201", TransferKind.BLIND),
        ("handling", "202", None),
    ]
    assert call.segments[0].transferred_to == 2
    assert (span_of(call, 1), span_of(call, 2)) == ((0.0, 40.0), (40.0, 80.0))
    assert seconds_of(call, StretchKind.RINGING, 2) == [(40.5, 45.0)]


def test_blind_transfer_to_someone_who_does_not_answer(tmp_path):
    cel = queued_call(ends=60)
    cel.bridge(10, 40, "b1", CUSTOMER, ANNA)
    cel.add(40, "BLINDTRANSFER", *ANNA, extra={"extension": "202", "context": "agents"})
    cel.add(40.5, "CHAN_START", *BORIS, exten="202")
    cel.add(60, "HANGUP", *BORIS, extra={"hangupcause": 0})
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert [(s.kind.value, s.agent and s.agent.login, s.transfer) for s in call.segments] == [
        ("handling", "201", TransferKind.BLIND),
        ("handling", None, None),
    ]
    assert seconds_of(call, StretchKind.RINGING, 2) == [(40.5, 60.0)]


def test_transfers_of_the_queue_log_without_channel_events(tmp_path):
    write_cdr(
        tmp_path,
        classic(
            "2026-09-21 17:13:20", 40, 40, dst="202", channel="PJSIP/trunk-00000001",
            dstchannel="PJSIP/201-00000002", app="Queue", data="sales,t",
            tail=(L, "", "", L, 1),
        ),
        classic(
            "2026-09-21 17:14:00", 30, 30, dst="202", channel="PJSIP/trunk-00000001",
            dstchannel="PJSIP/202-00000004", data="PJSIP/202", tail=(L, "", "", L, 2),
        ),
    )  # fmt: skip
    queue_log(
        tmp_path,
        f"{NOON}|{L}|sales|NONE|ENTERQUEUE||74951112233|1",
        f"{NOON + 8}|{L}|sales|Анна|CONNECT|8|{NOON}.2|3",
        f"{NOON + 40}|{L}|sales|Анна|BLINDTRANSFER|202|from-internal|8|32|1",
    )
    call = read_one(tmp_path)
    assert [(s.agent and s.agent.login, s.service, s.transfer) for s in call.segments] == [
        ("Анна", "sales", TransferKind.BLIND),
        ("202", "", None),
    ]
    assert seconds_of(call, StretchKind.QUEUE) == [(0.0, 8.0)]
    assert seconds_of(call, StretchKind.TALK, 1) == [(8.0, 40.0)]


def test_abandoned_in_the_queue(tmp_path):
    cel = Cel()
    cel.add(0, "CHAN_START", *CUSTOMER, exten="600")
    cel.add(0.2, "ANSWER", *CUSTOMER, exten="600", num="74951112233", app="Answer")
    cel.add(1, "APP_START", *CUSTOMER, exten="600", app="Queue", data="sales")
    cel.add(5, "CHAN_START", *ANNA, context="from-queue")
    cel.add(25, "HANGUP", *ANNA, extra={"hangupcause": 0})
    cel.add(25, "HANGUP", *CUSTOMER, extra={"hangupcause": 16, "dialstatus": ""})
    cel.write(tmp_path)
    queue_log(
        tmp_path,
        f"{NOON + 1}|{L}|sales|NONE|ENTERQUEUE||74951112233|1",
        f"{NOON + 25}|{L}|sales|NONE|ABANDON|1|1|24",
    )
    call = read_one(tmp_path)
    assert call.outcome is Outcome.ABANDONED
    assert [(s.kind, s.agent, s.service) for s in call.segments] == [
        (SegmentKind.HANDLING, None, "sales")
    ]
    assert seconds_of(call, StretchKind.QUEUE) == [(1.0, 25.0)]
    assert seconds_of(call, StretchKind.RINGING) == [(5.0, 25.0)]


def test_outbound_call_is_handled_by_the_extension_that_made_it(tmp_path):
    agent = ("PJSIP/203-00000001", L, L)
    trunk = ("PJSIP/trunk-00000002", f"{NOON}.2", L)
    cel = Cel()
    cel.add(0, "CHAN_START", *agent, exten="89031112233", context="from-internal")
    cel.add(0.1, "CHAN_START", *trunk, context="from-trunk")
    cel.add(8, "ANSWER", *trunk, app="AppDial", data="(Outgoing Line)")
    cel.add(
        8, "ANSWER", *agent, num="203", exten="89031112233", context="from-internal", app="Dial"
    )
    cel.bridge(8, 40, "b1", agent, trunk)
    cel.add(40, "HANGUP", *agent, extra={"hangupcause": 16, "dialstatus": "ANSWER"})
    cel.write(tmp_path)
    call = read_one(tmp_path)
    assert call.direction is Direction.OUTBOUND
    assert (call.from_address, call.to_address) == ("203", "89031112233")
    assert call.connected_to == "89031112233"
    (segment,) = call.segments
    assert segment.agent is not None
    assert (segment.agent.login, segment.party) == ("203", "89031112233")
    assert seconds_of(call, StretchKind.TALK) == [(8.0, 40.0)]


def test_two_participants_of_a_conference_stay_two_calls(tmp_path):
    cel = Cel()
    one = ("PJSIP/trunk-00000001", L, L)
    two = ("PJSIP/trunk-00000002", f"{NOON}.2", f"{NOON}.2")
    helper = ("CBAnn/7001-00000003;1", f"{NOON}.3", f"{NOON}.3")
    for channel in (one, two):
        cel.add(0, "CHAN_START", *channel, exten="610")
        cel.add(0.5, "ANSWER", *channel, exten="610", app="ConfBridge", data="7001")
        cel.add(30, "HANGUP", *channel, app="ConfBridge", data="7001")
    cel.bridge(1, 30, "c1", one, two)
    cel.add(1, "CHAN_START", *helper)
    cel.add(30, "CHAN_END", *helper)
    cel.write(tmp_path)
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert [i.interaction.source.key for i in taken] == [L, f"{NOON}.2"]
    assert all(i.interaction.segments[0].kind is SegmentKind.CONFERENCE for i in taken)
