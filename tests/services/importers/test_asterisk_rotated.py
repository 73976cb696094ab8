"""Logs of which a part was rotated away, or is not written yet: nothing is forgotten by that."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.asterisk_logs import NOON, classic, write_cdr
from tests.services.importers.test_asterisk_run_a import RUN_A

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWN = f"{NOON}.1"
CUT_S = 1795389758
"""2026-11-23 02:22:38 Moscow time as these logs write it: several calls are going on."""


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path / "stores") as store:
        yield store.session(ADMIN)


def stored(session):
    return [session.interactions.get_by_id(r.id) for r in session.interactions.search(Search())]


def handed_on() -> list[str]:
    """Return the call records of a call that 201 handed on to 202."""
    tail = (OWN, "", "", OWN)
    return [
        classic("2026-09-21 17:13:20", 20, 20, dstchannel="PJSIP/201-00000002", tail=(*tail, 1)),
        classic("2026-09-21 17:13:40", 30, 30, dstchannel="PJSIP/202-00000003", tail=(*tail, 2)),
    ]


@pytest.mark.parametrize("left", [0, 1])
def test_an_evaluation_stays_with_its_agent_when_rows_are_rotated_away(session, tmp_path, left):
    rows = handed_on()
    write_cdr(tmp_path / "all", *rows)
    import_recordings(session, tmp_path / "all")
    (call,) = stored(session)
    assert [s.agent.login for s in call.segments] == ["201", "202"]
    for number in (1, 2):
        session.evaluations.save(call.id, number, [CategoryScore("Greeting", number)], "")
    write_cdr(tmp_path / "left", rows[left])
    again = import_recordings(session, tmp_path / "left")
    assert (again.added, again.updated) == (0, 0)
    assert stored(session) == [call]
    assert [e.segment_number for e in session.evaluations.of(call.id)] == [1, 2]


def test_an_evaluation_goes_with_its_segment_when_an_earlier_one_is_told(session, tmp_path):
    rows = handed_on()
    write_cdr(tmp_path / "second", rows[1])
    import_recordings(session, tmp_path / "second")
    (call,) = stored(session)
    assert [s.agent.login for s in call.segments] == ["202"]
    session.evaluations.save(call.id, 1, [CategoryScore("Greeting", 9)], "")
    write_cdr(tmp_path / "all", *rows)
    assert import_recordings(session, tmp_path / "all").updated == 1
    (after,) = stored(session)
    assert (after.id, after.giid) == (call.id, call.giid)
    assert [s.agent.login for s in after.segments] == ["201", "202"]
    assert [s.id for s in after.segments if s.agent.login == "202"] == [call.segments[0].id]
    assert [e.segment_number for e in session.evaluations.of(call.id)] == [2]


def test_a_queue_log_that_is_gone_takes_no_agent_and_no_service_along(session, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(RUN_A, source)
    import_recordings(session, source)
    before = stored(session)
    names = {s.agent.login for call in before for s in call.segments if s.agent}
    assert "Bob Sales" in names
    (source / "log" / "queue_log").unlink()
    again = import_recordings(session, source)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 12)
    assert stored(session) == before


def until_the_cut(source: Path, *kept: str) -> None:
    """Copy of some logs what was written until a moment."""
    written: dict[str, Callable[[str], bool]] = {
        "cdr-csv/Master.csv": lambda row: row.split('","')[11][:19] <= "2026-11-23 02:22:38",
        "cel-custom/Master.csv": lambda row: float(row.split('","')[1]) <= CUT_S,
        "queue_log": lambda row: float(row.partition("|")[0]) <= CUT_S,
    }
    for name in kept:
        target = source / "log" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = (RUN_A / "log" / name).read_text("utf-8").splitlines()
        target.write_text("\n".join(line for line in lines if written[name](line)) + "\n", "utf-8")
    shutil.copytree(RUN_A / "monitor", source / "monitor")
    shutil.copytree(RUN_A / "voicemail", source / "voicemail")


@pytest.mark.parametrize(
    "kept",
    [
        ["cdr-csv/Master.csv"],
        ["cdr-csv/Master.csv", "cel-custom/Master.csv"],
        ["cel-custom/Master.csv", "queue_log"],
    ],
    ids=" ".join,
)
def test_calls_that_were_going_on_are_completed_by_the_next_run(session, tmp_path, kept):
    until_the_cut(tmp_path / "cut", *kept)
    import_recordings(session, tmp_path / "cut")
    import_recordings(session, RUN_A)
    calls = stored(session)
    assert len(calls) == 12
    with make_store(tmp_path / "other") as store:
        import_recordings(store.session(ADMIN), RUN_A)
        whole = stored(store.session(ADMIN))
    ends = [(c.started_us, c.ended_us, len(c.segments), len(c.recordings)) for c in calls]
    assert ends == [(c.started_us, c.ended_us, len(c.segments), len(c.recordings)) for c in whole]
