"""The queue log alone, and where it disagrees with others by less than a second."""

from __future__ import annotations

import pytest

from reviewer.models.interaction import Outcome, StretchKind, TransferKind
from tests.services.importers.asterisk_logs import NOON, Cel, read_one, seconds_of, span_of

L = f"{NOON}.1"


def log(folder, *lines):
    """Each line: second, queue member, event and its parameters."""
    text = "".join(f"{NOON + at}|{L}|sales|{rest}\n" for at, rest in lines)
    (folder / "queue_log").write_text(text, encoding="utf-8")


def test_rings_that_nobody_took_and_the_way_out(tmp_path):
    log(
        tmp_path,
        (0, "NONE|ENTERQUEUE||7495|1"),
        (9, "Anna|RINGNOANSWER|4000"),
        (19, "PJSIP/202|RINGNOANSWER|5000"),
        (30, "NONE|EXITWITHTIMEOUT|1|1|30"),
    )
    call = read_one(tmp_path)
    assert call.outcome is Outcome.NO_ANSWER
    assert seconds_of(call, StretchKind.RINGING) == [(5.0, 9.0), (14.0, 19.0)]
    details = [s.detail for s in call.segments[0].stretches if s.kind is StretchKind.RINGING]
    assert details == ["Anna", "202"]
    assert seconds_of(call, StretchKind.QUEUE) == [(0.0, 30.0)]
    assert call.service == "sales"


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("NONE|ABANDON|1|1|25", Outcome.ABANDONED),
        ("NONE|EXITWITHKEY|5|1|1|25", Outcome.NO_ANSWER),
        ("NONE|EXITEMPTY|1|1|25", Outcome.NO_ANSWER),
    ],
)
def test_how_waiting_ended_when_its_beginning_was_rotated_away(tmp_path, line, outcome):
    cel = Cel()
    cel.add(0, "CHAN_START", "PJSIP/trunk-00000001", L, L, exten="600")
    cel.add(30, "HANGUP", "PJSIP/trunk-00000001", L, L)
    cel.write(tmp_path)
    log(tmp_path, (30, line))
    call = read_one(tmp_path)
    assert call.outcome is outcome
    assert seconds_of(call, StretchKind.QUEUE) == [(5.0, 30.0)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Anna|TRANSFER|202|default|9|41|1", TransferKind.BLIND),
        ("Anna|BLINDTRANSFER|202|default|9|41|1", TransferKind.BLIND),
        ("Anna|ATTENDEDTRANSFER|BRIDGE|b-1|9|41|1", TransferKind.ATTENDED),
    ],
)
def test_transfers_without_anything_else(tmp_path, line, kind):
    log(tmp_path, (0, "NONE|ENTERQUEUE||7495|1"), (9, f"Anna|CONNECT|9|{NOON}.2|4"), (50, line))
    call = read_one(tmp_path)
    first = call.segments[0]
    assert (first.agent and first.agent.login, first.transfer) == ("Anna", kind)
    assert seconds_of(call, StretchKind.TALK) == [(9.0, 50.0)]
    assert len(call.segments) == 2


def test_two_queues_one_after_the_other(tmp_path):
    (tmp_path / "queue_log").write_text(
        f"{NOON}|{L}|sales|NONE|ENTERQUEUE||7495|1\n"
        f"{NOON + 20}|{L}|sales|NONE|EXITWITHTIMEOUT|1|1|20\n"
        f"{NOON + 21}|{L}|support|NONE|ENTERQUEUE||7495|1\n"
        f"{NOON + 30}|{L}|support|Boris|CONNECT|9|{NOON}.5|3\n"
        f"{NOON + 60}|{L}|support|Boris|COMPLETEAGENT|9|30|1\n"
    )
    call = read_one(tmp_path)
    assert call.service == "support"
    assert seconds_of(call, StretchKind.QUEUE) == [(0.0, 20.0), (21.0, 30.0)]
    assert span_of(call, 1) == (0.0, 60.0)


def test_hold_that_lasted_to_the_end(tmp_path):
    log(
        tmp_path,
        (0, "NONE|ENTERQUEUE||7495|1"),
        (5, f"Anna|CONNECT|5|{NOON}.2|4"),
        (20, "Anna|HOLD"),
        (40, "Anna|COMPLETECALLER|5|35|1"),
    )
    call = read_one(tmp_path)
    assert seconds_of(call, StretchKind.HOLD) == [(20.0, 40.0)]


def test_the_same_lines_in_a_rotated_copy_count_once(tmp_path):
    log(tmp_path, (0, "NONE|ENTERQUEUE||7495|1"), (25, "NONE|ABANDON|1|1|25"))
    (tmp_path / "queue_log.1").write_text((tmp_path / "queue_log").read_text())
    assert seconds_of(read_one(tmp_path), StretchKind.QUEUE) == [(0.0, 25.0)]


def test_local_times_of_a_log_out_of_a_database(tmp_path):
    (tmp_path / "queue_log").write_text(
        f"2026-09-21 17:13:20.896208|{L}|sales|NONE|ENTERQUEUE||7495|1\n"
        f"2026-09-21 17:13:50.100000|{L}|sales|NONE|ABANDON|1|1|30\n"
    )
    call = read_one(tmp_path)
    assert seconds_of(call, StretchKind.QUEUE) == [(0.896, 30.1)]
