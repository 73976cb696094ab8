"""Call records without uniqueids, as Asterisk writes them unless it is told otherwise."""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, classic, read, write_cdr
from tests.services.importers.test_asterisk_run_a import RUN_A

if TYPE_CHECKING:
    from pathlib import Path

START = "2026-09-21 17:13:20"
"""NOON in Moscow."""


def told(folder: Path) -> list[tuple[object, ...]]:
    """Return what a folder tells of each call, but for what only uniqueids tell."""
    taken, rejected = read(folder)
    assert rejected == []
    calls = [incoming.interaction for incoming in taken]
    return sorted(
        (c.started_us, c.ended_us, c.from_address, c.to_address, c.outcome, len(c.segments))
        for c in calls
    )


def without_ids(folder: Path) -> None:
    """Write the records of the real run with the columns of a system that logs no uniqueids."""
    with (RUN_A / "log" / "cdr-csv" / "Master.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[:16] for row in csv.reader(file)]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    write_cdr(folder, text.getvalue().rstrip("\n"))


def with_ids(folder: Path) -> None:
    log = (RUN_A / "log" / "cdr-csv" / "Master.csv").read_text("utf-8")
    write_cdr(folder, log.rstrip("\n"))


def test_they_tell_the_same_calls(tmp_path):
    without_ids(tmp_path / "bare")
    with_ids(tmp_path / "named")
    assert len(told(tmp_path / "bare")) == 12
    assert told(tmp_path / "bare") == told(tmp_path / "named")


@pytest.mark.parametrize("bare_first", [True, False])
def test_ids_that_come_later_or_were_there_before_double_nothing(tmp_path, bare_first):
    without_ids(tmp_path / "bare")
    with_ids(tmp_path / "named")
    first, second = ("bare", "named") if bare_first else ("named", "bare")
    with make_store(tmp_path / "stores") as store:
        session = store.session(ADMIN)
        assert import_recordings(session, tmp_path / first).added == 12
        assert import_recordings(session, tmp_path / second).added == 0
        assert import_recordings(session, RUN_A).added == 0
        assert session.interactions.count(Search()).n == 12


def test_both_in_one_source_tell_of_each_call_once(tmp_path):
    without_ids(tmp_path / "bare")
    with_ids(tmp_path / "both")
    want = told(tmp_path / "both")
    without_ids(tmp_path / "both" / "more")
    assert told(tmp_path / "both") == want


def test_sound_named_by_its_channel_goes_to_the_only_call_that_began_just_then(tmp_path):
    without_ids(tmp_path)
    shutil.copytree(RUN_A / "monitor", tmp_path / "monitor")
    taken, rejected = read(tmp_path)
    assert rejected == []
    calls = {c.source.key: c for c in (one.interaction for one in taken)}
    recorded = {c.from_address: len(c.recordings) for c in calls.values() if c.recordings}
    assert recorded == {
        "79161234567": 1, "74951234567": 1, "+79031112233": 3, "89160001122": 1,
        "79260000001": 1, "79260000003": 1, "79260000004": 1, "": 1,
    }  # fmt: skip
    # Several calls began in the second of this one, and its name tells no number.
    (apart,) = [c for c in calls.values() if c.to_address == "602" and c.recordings]
    assert apart.source.key == "1795389760.13"
    assert len(calls) == 13
    with make_store(tmp_path / "stores") as store:
        session = store.session(ADMIN)
        assert import_recordings(session, tmp_path).added == 13
        import_recordings(session, RUN_A)
        assert session.interactions.count(Search()).n == 12


@pytest.mark.parametrize("log", ["cel-custom/Master.csv", "queue_log"])
def test_logs_that_name_channels_by_id_tell_of_the_same_calls(tmp_path, log):
    without_ids(tmp_path / "bare")
    with_ids(tmp_path / "named")
    for folder in ("bare", "named"):
        target = tmp_path / folder / log
        target.parent.mkdir(exist_ok=True)
        shutil.copy(RUN_A / "log" / log, target)
    calls = {}
    for folder in ("bare", "named"):
        taken, rejected = read(tmp_path / folder)
        assert rejected == []
        calls[folder] = sorted(
            (c.started_us, c.from_address, c.outcome, *((s.agent, s.service) for s in c.segments))
            for c in (one.interaction for one in taken)
        )
    assert len(calls["bare"]) == 12
    assert calls["bare"] == calls["named"]


def test_a_message_goes_to_the_call_whose_channel_left_it(tmp_path):
    without_ids(tmp_path)
    shutil.copytree(RUN_A / "voicemail", tmp_path / "voicemail")
    taken, rejected = read(tmp_path)
    assert rejected == []
    assert len(taken) == 12
    (call,) = [one.interaction for one in taken if one.interaction.recordings]
    assert call.to_address == "602"
    assert call.ended_us - call.started_us == 52_000_000


def test_a_line_of_the_queue_log_goes_to_the_caller_who_waited_there(tmp_path):
    """Of two calls that began in one second, the number tells which; where it does not, none."""
    who = {n: {"src": f"7495000000{n}", "clid": f"<7495000000{n}>"} for n in (1, 2)}
    write_cdr(
        tmp_path,
        *(
            classic(START, 40, 40, channel=f"SIP/t-{n}", app="Queue", data="support,t", **who[n])
            for n in (1, 2)
        ),
    )
    lines = [
        f"{NOON}|{NOON}.7|support|NONE|ENTERQUEUE||74950000002|1",
        f"{NOON + 9}|{NOON}.7|support|Anna|CONNECT|9|{NOON + 5}.8|4",
    ]
    (tmp_path / "queue_log").write_text("\n".join(lines) + "\n")
    taken, _ = read(tmp_path)
    agents = {
        one.interaction.from_address: [
            s.agent.login for s in one.interaction.segments if s.agent is not None
        ]
        for one in taken
    }
    assert agents == {"74950000001": [], "74950000002": ["Anna"]}
    (tmp_path / "queue_log").write_text(lines[1] + "\n")
    assert len(read(tmp_path)[0]) == 3
