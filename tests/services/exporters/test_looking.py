"""What is told before an export: how much there is, and what lies where it is to go."""

from __future__ import annotations

import json
import zipfile
from array import array

import pytest

from reviewer.errors import CancelledError, ExportDestinationError, RefusedError
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingState
from reviewer.models.search import Count, Search
from reviewer.services.export_manual import (
    ExportOptions,
    Spot,
    discard_export,
    look_at,
    plan_export,
    run_export,
    survey,
)
from reviewer.services.exporters.place import alone
from tests.helpers.exporting import call, chat, do_export, gone_call, letter, read_export
from tests.helpers.names import collected_names
from tests.helpers.stores import ADMIN, make_incoming, make_store


@pytest.fixture
def store(tmp_path):
    items = [call(n) for n in range(1, 5)]
    items += [gone_call(5, RecordingState.DELETED), chat(6), letter(7)]
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(items)
        yield made


class StopsAfter(NoProgress):
    def __init__(self, steps):
        self.steps = steps

    def raise_if_cancelled(self):
        self.steps -= 1
        if self.steps < 0:
            raise CancelledError


def begun(session, place, *contents):
    """Cut an export after its first steps."""
    plan = plan_export(session, Search(), place, ExportOptions(frozenset(contents)))
    with pytest.raises(CancelledError):
        run_export(session, plan, progress=StopsAfter(3))
    return plan


def test_how_many_have_what_is_counted_up_to_a_cap(store):
    session = store.session(ADMIN)
    ids = session.interactions.ids(Search())
    told = {
        kind: survey(session, ids, kind, NoProgress()) for kind in ("voice", "cpa", "text", "email")
    }
    assert {kind: (one.there.n, one.gone) for kind, one in told.items()} == {
        "voice": (4, 1),
        "cpa": (0, 0),
        "text": (1, 0),
        "email": (1, 0),
    }
    assert survey(session, ids, "voice", NoProgress(), cap=2).there == Count(2, capped=True)
    assert survey(session, array("q"), "voice", NoProgress()).there == Count(0)
    with pytest.raises(CancelledError):
        survey(session, ids, "voice", StopsAfter(0))


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_place_is_free_then_holds_an_unfinished_then_a_finished_export(store, tmp_path, name):
    session = store.session(ADMIN)
    place = tmp_path / "to" / name
    assert look_at(session, place).spot is Spot.FREE
    begun(session, place, "voice")
    looked = look_at(session, place)
    assert looked.spot is Spot.UNFINISHED
    assert 0 < looked.plan.done < looked.plan.files + 1
    result = run_export(session, looked.plan)
    assert result.files == 4
    found = read_export(place)
    assert len(found.names("voice/")) == 4
    assert look_at(session, place).spot is Spot.FINISHED


def test_other_files_and_other_archives_are_told_apart_from_exports(store, tmp_path):
    session = store.session(ADMIN)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("x", "x")
    assert look_at(session, tmp_path / "full").spot is Spot.TAKEN
    assert look_at(session, tmp_path / "other.zip").spot is Spot.TAKEN
    with pytest.raises(ExportDestinationError):
        look_at(session, tmp_path / "store" / "in")


def test_an_unfinished_export_of_somebody_else_is_not_offered(store, tmp_path):
    people = store.session(ADMIN).people
    people.add_user("tom", "Tom", ["trainer"], teams=["Sales"])
    begun(store.session(ADMIN), tmp_path / "out", "voice")
    with pytest.raises(ExportDestinationError, match="another user or store"):
        look_at(store.session("tom"), tmp_path / "out")
    assert discard_export(store.session(ADMIN), tmp_path / "out")
    assert look_at(store.session("tom"), tmp_path / "out").spot is Spot.FREE


def test_an_export_that_is_being_written_is_not_offered(store, tmp_path):
    session = store.session(ADMIN)
    plan = begun(session, tmp_path / "out", "voice")
    with alone(plan.place), pytest.raises(ExportDestinationError, match="is writing there"):
        look_at(session, tmp_path / "out")
    assert look_at(session, tmp_path / "out").spot is Spot.UNFINISHED


def test_who_may_not_export_may_not_look(store, tmp_path):
    store.session(ADMIN).people.add_user("eva", "Eva", ["qm_evaluator"])
    with pytest.raises(RefusedError):
        look_at(store.session("eva"), tmp_path / "out")


def test_an_export_is_entered_into_the_audit_log_by_counts(store, tmp_path):
    do_export(store, tmp_path / "out", "voice")
    entries = store.session(ADMIN).audit.entries(AuditQuery(acts=frozenset({Act.EXPORTED})))
    whole = [entry for entry in entries if not entry.interaction_id]
    assert [dict(entry.detail) for entry in whole] == [
        {"rows": 7, "files": 4, "contents": ["voice"], "table": "csv"}
    ]


@pytest.mark.parametrize("selected", [False, True])
def test_the_table_has_what_was_found_in_texts(tmp_path, selected):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([chat(1, "I want a refund", "Sure; =1+1 refund"), chat(2, "Hello")])
        search = Search(parse_line("text:refund"))
        options = ExportOptions(columns=("giid", "snippet"), found_by=search.criteria)
        what = session.interactions.ids(search) if selected else search
        run_export(session, plan_export(session, what, tmp_path / "out", options))
        lines = read_export(tmp_path / "out").files["interactions.csv"].decode("utf-8-sig")
    head, line, _ = lines.split("\r\n")
    assert head == "Global Interaction ID,Found in the text"
    assert "refund" in line
    assert "; =" not in line


@pytest.mark.parametrize("table", ["csv", "xlsx"])
def test_hostile_names_go_through_the_service_harmlessly(tmp_path, table):
    """Of every field that a customer or another system can fill."""
    names = sorted({name.encode(errors="replace").decode() for name in collected_names()})[::3]
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(
            make_incoming(
                n,
                from_address=name,
                to_address=name,
                from_name=name,
                account_number=name,
                scenario=name,
                custom=((name.strip()[:40] or "field", name),) if n % 20 == 0 else (),
                recordings=(),
                content={},
            )
            for n, name in enumerate(names, 1)
        )
        result = do_export(store, tmp_path / "out", table=table)
        assert result.rows == session.interactions.count(Search(), cap=None).n
    found = read_export(tmp_path / "out")
    assert set(found.files) == {f"interactions.{table}", "manifest.json", "SHA256SUMS"}
    assert {path.name for path in tmp_path.iterdir()} == {"store", "out"}
    if table == "csv":
        text = found.files["interactions.csv"].decode("utf-8-sig")
        for cell in (cell for line in text.splitlines() for cell in line.split(";")):
            assert not cell.lstrip('" ').startswith(("=", "@", "+", "-"))
    else:
        with zipfile.ZipFile(tmp_path / "out" / "interactions.xlsx") as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert all(b"<f>" not in book.read(name) for name in sheets)
    json.loads(found.files["manifest.json"])
