"""The manual export: what it takes, what it says, what it leaves."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from reviewer.errors import (
    ContentDamagedError,
    ExportDestinationError,
    QueryError,
    RefusedError,
    UsageError,
)
from reviewer.messages import choose_language
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.models.search import Search, SortKey
from reviewer.models.settings import Feature, StoreSettings
from reviewer.services.export_manual import ExportOptions, exporters_for, plan_export, run_export
from reviewer.services.exporters.recordings import VoiceExporter
from reviewer.services.exporters.texts import TextExporter
from tests.helpers.exporting import (
    ALL,
    EML,
    call,
    call_with_cpa,
    chat,
    do_export,
    gone_call,
    letter,
    mixed_items,
    put,
    read_export,
)
from tests.helpers.names import NASTY_NAMES
from tests.helpers.stores import ADMIN, make_giid, make_store, make_wav


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put(mixed_items())
        yield store


def object_file(store, name):
    """Return the file of the vault that holds the recording of that source name."""
    session = store.session(ADMIN)
    for row in session.interactions.search(Search(), limit=1000):
        for recording in session.interactions.get(row.giid).recordings:
            if recording.source_name == name:
                return next(Path(store.url).rglob(recording.object_id))
    raise AssertionError(name)


@pytest.mark.parametrize("name", ["out", "out.zip", "OUT.ZIP"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_is_exported_to_a_folder_or_one_zip(store, tmp_path, name, language):
    choose_language(language)
    result = do_export(store, tmp_path / name, *ALL)
    found = read_export(tmp_path / name)
    assert (result.rows, result.files, result.failed_count) == (4, 9, 0)
    assert not result.already
    assert len(found.names("voice/")) == 3
    assert sorted(Path(n).suffix for n in found.names("voice/")) == [".sln16", ".wav", ".wav"]
    (cpa,) = found.names("cpa/")
    assert cpa.endswith("_s1.gsm")
    assert found.files[cpa] == b"gsm" * 11
    assert len(found.names("text/")) == 4
    (eml,) = found.names("email/")
    assert found.files[eml] == EML
    entry = next(e for e in found.manifest["files"] if e["name"] == eml)
    assert entry["giid"] == make_giid(4)
    assert entry["kind"] == "email"
    assert entry["source"]["name"] == "letter.eml"
    assert found.files["interactions.csv"].startswith(b"\xef\xbb\xbf")


def test_sound_is_as_stored_under_a_name_that_tells_what_it_is(store, tmp_path):
    do_export(store, tmp_path / "out", "voice")
    found = read_export(tmp_path / "out")
    name = next(n for n in found.names("voice/") if make_giid(1) in n)
    assert found.files[name] == make_wav(0.1, seed=1)
    assert name == f"voice/20231005_145039_+7 (495) 000-0001_ivanova_{make_giid(1)}_s1.wav"
    leg = next(n for n in found.names("voice/") if n.endswith(".sln16"))
    assert "_s1_agent" in leg


def test_the_standard_tool_verifies_the_manifest(store, tmp_path):
    do_export(store, tmp_path / "out", *ALL)
    done = subprocess.run(
        [shutil.which("sha256sum"), "-c", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(": OK") == 11


def test_nothing_ticked_is_the_table_alone_in_the_order_asked_for(store, tmp_path):
    search = Search(channel=Channel.VOICE, sort=(SortKey("started"),))
    do_export(store, tmp_path / "out", what=search, columns=("giid", "from"))
    found = read_export(tmp_path / "out")
    assert found.names() == ["SHA256SUMS", "interactions.csv", "manifest.json"]
    lines = found.files["interactions.csv"].decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Global Interaction ID,From"
    assert [line.partition(",")[0] for line in lines[1:3]] == [make_giid(1), make_giid(2)]
    assert lines[3:] == [""]


def test_a_selection_is_exported_in_its_own_order(store, tmp_path):
    rows = store.session(ADMIN).interactions.search(Search())
    ids = [rows[3].id, rows[0].id]
    result = do_export(store, tmp_path / "out", "text", "voice", what=ids, columns=("giid",))
    found = read_export(tmp_path / "out")
    lines = found.files["interactions.csv"].decode("utf-8-sig").split("\r\n")
    assert lines[1:3] == [rows[3].giid, rows[0].giid]
    assert result.rows == 2
    assert {e["giid"] for e in found.manifest["files"] if "giid" in e} == {make_giid(1)}


def test_the_first_of_the_order_shown_are_exported_up_to_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(VoiceExporter, "limit", 2)
    monkeypatch.setattr(TextExporter, "limit", 1)
    with make_store(tmp_path) as store:
        put(store, *(call(n) for n in (1, 2, 3)), chat(4), letter(5))
        session = store.session(ADMIN)
        options = ExportOptions(frozenset({"voice", "text"}))
        plan = plan_export(session, Search(), tmp_path / "out", options)
        told = [(s.kind, s.chosen, s.limit, s.over) for s in plan.job.shares]
        assert told == [("voice", 2, 2, True), ("text", 1, 1, False)]
        assert not (tmp_path / "out").exists()
        result = run_export(session, plan)
    found = read_export(tmp_path / "out")
    assert result.rows == 5
    voices = {e["giid"] for e in found.manifest["files"] if e["kind"] == "voice"}
    assert voices == {make_giid(3), make_giid(2)}
    assert found.manifest["limits"][0] == {
        "kind": "voice", "limit": 2, "exported": 2, "more_matched": True,
    }  # fmt: skip


def test_the_limits_are_those_of_the_interactive_export(store):
    limits = {one.kind: one.limit for one in exporters_for(store.session(ADMIN))}
    assert limits == {"voice": 100, "cpa": 500, "text": 500, "email": 100}


def test_limits_count_interactions_that_have_such_content(tmp_path, monkeypatch):
    monkeypatch.setattr(VoiceExporter, "limit", 2)
    with make_store(tmp_path) as store:
        put(store, call(1), call(2), chat(3), letter(4), gone_call(5, RecordingState.DELETED))
        plan = plan_export(
            store.session(ADMIN), Search(), tmp_path / "out", ExportOptions(frozenset({"voice"}))
        )
    assert [(s.chosen, s.over) for s in plan.job.shares] == [(2, False)]
    assert [(f.giid, f.error.code) for f in plan.job.failed] == [(make_giid(5), "content.gone")]


def test_what_is_missing_deleted_or_damaged_is_named_and_the_rest_is_there(store, tmp_path):
    put(
        store,
        gone_call(5, RecordingState.DELETED),
        gone_call(6, RecordingState.MISSING),
        call(7),
        call(8),
        call(9),
    )
    altered = object_file(store, "call-7.wav")
    altered.write_bytes(altered.read_bytes()[:-1] + b"\x55")
    cut = object_file(store, "call-8.wav")
    cut.write_bytes(cut.read_bytes()[:-10])
    object_file(store, "call-9.wav").unlink()
    result = do_export(store, tmp_path / "out", "voice")
    found = read_export(tmp_path / "out")
    failed = {one.giid: one for one in result.failed}
    assert {giid: one.error.code for giid, one in failed.items()} == {
        make_giid(5): "content.gone",
        make_giid(6): "content.missing",
        make_giid(7): "content.damaged",
        make_giid(8): "content.damaged",
        make_giid(9): "content.missing",
    }
    assert isinstance(failed[make_giid(7)].error, ContentDamagedError)
    assert "call-7.wav" in failed[make_giid(7)].sentence()
    assert result.files == 3
    assert {one["giid"] for one in found.manifest["failed"]} == set(failed)
    assert len(found.names("voice/")) == 3


def test_texts_can_be_read_by_people_and_programs(tmp_path):
    with make_store(tmp_path) as store:
        put(store, chat(1, "Строка\nвторая", "\u202eevil\x07 <b>"), call_with_cpa(2))
        do_export(store, tmp_path / "out", "text")
    found = read_export(tmp_path / "out")
    name = next(n for n in found.names("text/") if make_giid(1) in n and n.endswith(".txt"))
    text = found.files[name].decode()
    assert "[14:50:39] Agent (ivanova): Строка\n    вторая\n" in text
    assert f"GIID {make_giid(1)}" in text
    facts = json.loads(found.files[name.replace(".txt", ".json")])
    assert facts["giid"] == make_giid(1)
    assert [m["text"] for m in facts["messages"]] == ["Строка\nвторая", "\u202eevil\x07 <b>"]
    assert facts["messages"][0]["at"] == "2023-10-05T11:50:39Z"
    assert facts["messages"][1]["role"] == "customer"


def test_names_are_no_paths(tmp_path):
    items = [
        call(n, from_address=name.replace("\ud800", ""), from_name=name.replace("\ud800", ""))
        for n, name in enumerate(NASTY_NAMES, 1)
    ]
    with make_store(tmp_path) as store:
        put(store, *items)
        result = do_export(store, tmp_path / "deep" / "out", "voice")
    found = read_export(tmp_path / "deep" / "out")
    assert result.files == len(items) == len(found.names("voice/"))
    assert {path.name for path in tmp_path.iterdir()} == {"store", "deep"}
    assert all(name.count("/") == 1 for name in found.names("voice/"))


# --- who may, and where to ----------------------------------------------------------------------


def test_the_privilege_is_asked_for_and_limits_hold(store, tmp_path):
    people = store.session(ADMIN).people
    people.add_user("eva", "Eva", ["qm_manager"])
    people.add_user("tom", "Tom", ["trainer"], teams=["Other"])
    with pytest.raises(RefusedError):
        do_export(store, tmp_path / "out", login="eva")
    result = do_export(store, tmp_path / "out", *ALL, login="tom")
    assert (result.rows, result.files, result.failed_count) == (0, 0, 0)
    admin = store.session(ADMIN)
    ids = admin.interactions.ids(Search())
    result = do_export(
        store, tmp_path / "more", *ALL, login="tom", what=list(ids), columns=("giid",)
    )
    found = read_export(tmp_path / "more")
    assert result.files == 0
    assert found.files["interactions.csv"].decode("utf-8-sig") == "Global Interaction ID\r\n"


def test_content_states_are_limited_to_what_may_be_seen(store):
    store.session(ADMIN).people.add_user("tom", "Tom", ["trainer"], teams=["Other"])
    ids = store.session(ADMIN).interactions.ids(Search())
    kinds = (RecordingKind.VOICE, RecordingKind.CHAT_TRANSCRIPT)
    assert len(store.session(ADMIN).interactions.content_states(ids, kinds)) == 3
    assert store.session("tom").interactions.content_states(ids, kinds) == {}


def test_what_is_switched_off_is_absent(tmp_path):
    features = frozenset(Feature) - {Feature.CPA}
    settings = StoreSettings("Test", "Europe/Moscow", features=features)
    with make_store(tmp_path, settings=settings) as store:
        assert "cpa" not in [one.kind for one in exporters_for(store.session(ADMIN))]
        with pytest.raises(UsageError):
            do_export(store, tmp_path / "out", "cpa")


@pytest.mark.parametrize(
    "options",
    [{"contents": frozenset({"screen"})}, {"table": "ods"}, {"columns": ("giid", "nonsense")}],
)
def test_options_that_make_no_sense_are_refused(store, tmp_path, options):
    with pytest.raises(UsageError):
        plan_export(store.session(ADMIN), Search(), tmp_path / "out", ExportOptions(**options))


def test_a_search_that_makes_no_sense_is_refused(store, tmp_path):
    with pytest.raises(QueryError):
        do_export(store, tmp_path / "out", what=Search(parse_line("duration>abc")))


def test_places_in_use_are_refused_and_left_alone(store, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    file = tmp_path / "file"
    file.write_text("x")
    other = tmp_path / "other.zip"
    other.write_bytes(b"not a zip")
    inside = Path(store.url) / "out"
    for place in (folder, file, other, inside, Path(store.url)):
        with pytest.raises(ExportDestinationError):
            do_export(store, place)
    assert [path.name for path in folder.iterdir()] == ["note.txt"]
    assert other.read_bytes() == b"not a zip"
    assert not inside.exists()


def test_an_empty_folder_is_taken_and_missing_parents_are_made(store, tmp_path):
    (tmp_path / "empty").mkdir()
    assert do_export(store, tmp_path / "empty").rows == 4
    assert do_export(store, tmp_path / "a" / "b" / "c.zip").rows == 4
