"""`reviewer export`, in process, on real stores."""

from __future__ import annotations

import io
import json

import pytest

from reviewer.cli.main import main
from reviewer.errors import ReasonsNeededError
from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.services.export_manual import ExportOptions, plan_export, run_export
from reviewer.services.exporters import running
from reviewer.services.exporters.recordings import CpaExporter, VoiceExporter
from reviewer.storage.local import open_store
from tests.helpers.exporting import call, gone_call, mixed_items, read_export
from tests.helpers.stores import ADMIN, make_giid, make_store


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put(mixed_items())
    return tmp_path / "store"


@pytest.fixture
def run(store):
    def run(*arguments, user=ADMIN):
        out, err = io.StringIO(), io.StringIO()
        command = ["export", *arguments, "--store", store, "--user", user]
        try:
            code = main([str(a) for a in command], out, err)
        finally:
            choose_language("en")
        return code, out.getvalue(), err.getvalue()

    return run


def test_it_exports_and_says_what(run, tmp_path):
    code, out, err = run("", "--to", tmp_path / "out", "--voice", "--cpa", "--text", "--email")
    assert code == 0
    assert "rows 4, files 9" in out
    assert err == ""
    assert len(read_export(tmp_path / "out").names()) == 12


@pytest.fixture
def asked(store):
    """The login of a user who is asked why, in a store with two sensitive calls."""
    with open_store(store) as opened:
        session = opened.session(ADMIN)
        numbers = [session.interactions.find(make_giid(n)) for n in (1, 2)]
        for number in numbers:
            session.records.set_tags(number, ["vip"])
        session.centre.change(SettingsChange(sensitive_tags=("vip",)))
        powers = {Privilege.LISTEN_ALL, Privilege.EXPORT_MANUAL}
        role, _ = session.people.add_role("Asked", powers, asks_reason=True)
        session.people.add_user("vera", "Vera", [role.key])
    return "vera"


def given(store):
    with open_store(store) as opened:
        query = AuditQuery(acts=(Act.REASON_GIVEN.value,))
        entries = opened.session(ADMIN).audit.entries(query)
        return sorted((entry.giid, entry.detail["reason"]) for entry in entries)


def test_one_reason_for_all_that_is_sensitive(run, store, asked, tmp_path):
    out = tmp_path / "out"
    what = ("", "--to", out, "--voice", "--text")
    code, told, err = run(*what, user=asked)
    assert (code, told) == (3, "")
    assert "Say why by --reason" in err
    assert "Sensitive interactions are among them: 2." in err
    assert not out.exists()
    assert given(store) == []
    code, _, err = run(*what, "--reason", "a court order", user=asked)
    assert code == 0, err
    assert given(store) == sorted((make_giid(n), "a court order") for n in (1, 2))
    assert len(read_export(out).names()) == 10
    # Whose role does not ask says nothing, and nothing is entered.
    assert run("", "--to", tmp_path / "all", "--voice", "--reason", "for nothing")[0] == 0
    assert len(given(store)) == 2


def test_an_export_that_goes_on_is_asked_anew(run, store, asked, tmp_path, monkeypatch):
    out = tmp_path / "out"
    what = ("", "--to", out, "--voice", "--text")

    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(running, "write_manifest", cut)
        assert run(*what, "--reason", "a court order", user=asked)[0] == 1
    assert run(*what, user=asked)[0] == 3
    assert run(*what, "--reason", "the same", user=asked)[0] == 0
    assert {reason for _, reason in given(store)} == {"a court order", "the same"}


def test_what_was_planned_is_not_run_where_nobody_said_why(store, asked, tmp_path):
    options = ExportOptions(frozenset({"voice"}))
    with open_store(store) as opened:
        why, out = "a court order", tmp_path / "out"
        plan = plan_export(opened.session(asked), Search(), out, options, reason=why)
        with pytest.raises(ReasonsNeededError):
            run_export(opened.session(asked), plan)
        assert not out.exists()


def test_a_query_may_begin_with_a_minus(run, tmp_path):
    code, _, err = run("-direction:internal", "--to", tmp_path / "out", "--sort", "-started")
    assert code == 0, err
    assert read_export(tmp_path / "out").manifest["rows"] == 4


def test_an_options_value_may_begin_with_a_minus(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("", "--to", "-out")
    assert code == 0, err
    assert "rows 4, files 0" in out
    assert out.rstrip().endswith(" kB.")
    assert read_export(tmp_path / "-out").manifest["rows"] == 4


def test_json_is_all_there_is_on_standard_output(run, tmp_path):
    code, out, err = run("", "--to", tmp_path / "out.zip", "--voice", "--json")
    assert code == 0
    assert err == ""
    told = json.loads(out)
    assert told["files"] == 3
    assert told["failed"] == []
    assert told["destination"] == str(tmp_path / "out.zip")
    assert len(read_export(tmp_path / "out.zip").names("voice/")) == 3


def test_a_dry_run_writes_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setattr(VoiceExporter, "limit", 1)
    code, out, _ = run("", "--to", tmp_path / "out", "--voice", "--dry-run")
    assert code == 0
    assert "4 rows in the table." in out
    assert "more than 1 match; the first 1" in out
    assert not (tmp_path / "out").exists()
    _, out, _ = run("", "--to", tmp_path / "out", "--voice", "--dry-run", "--json")
    told = json.loads(out)
    assert told["rows"] == 4
    assert told["contents"] == [
        {"kind": "voice", "interactions": 1, "limit": 1, "more_match": True}
    ]


def test_what_is_over_the_limit_is_said_before(run, tmp_path, monkeypatch):
    monkeypatch.setattr(VoiceExporter, "limit", 1)
    code, _, err = run("", "--to", tmp_path / "out.zip", "--voice")
    assert code == 0
    assert "the first 1 in this order" in err
    assert f"{tmp_path / 'out.zip'}.unfinished" in err


def test_what_failed_is_named_and_the_exit_code_says_so(tmp_path):
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([call(1), gone_call(2, RecordingState.DELETED)])
    out = io.StringIO()
    command = ["export", "", "--to", tmp_path / "out", "--voice", "--user", ADMIN]
    arguments = [str(a) for a in [*command, "--store", tmp_path / "store"]]
    code = main(arguments, out, io.StringIO())
    assert code == 1
    assert "1 was not exported:" in out.getvalue()
    assert make_giid(2) in out.getvalue()
    assert "deleted" in out.getvalue()


def test_a_workbook_and_columns(run, tmp_path):
    code, _, err = run("", "--to", tmp_path / "x", "--xlsx", "--columns", "giid, started")
    assert code == 0, err
    found = read_export(tmp_path / "x")
    assert found.names("interactions") == ["interactions.xlsx"]
    assert found.manifest["export"]["columns"] == ["giid", "started"]


def test_wrong_usage_is_told_with_its_code(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("x")
    code, _, err = run("", "--to", tmp_path / "mine")
    assert code == 2
    assert "choose an empty one" in err
    code, _, err = run("", "--to", tmp_path / "mine", "--lang", "ru")
    assert "выберите пустую" in err
    assert run("duration>abc", "--to", tmp_path / "out")[0] == 2
    assert run("", "--to", tmp_path / "out", "--columns", "nonsense")[0] == 2


def test_a_service_that_is_not_there_is_told_and_nothing_written(run, tmp_path):
    code, _, err = run("service:Nowhere", "--to", tmp_path / "out")
    assert code == 2
    assert "service:Nowhere" in err
    assert "no such service" in err.casefold() or "not known" in err.casefold(), err
    assert not (tmp_path / "out").exists()
    # Another name may come with the next import: what is odd is said, and the export runs.
    code, _, err = run("agent:nobody", "--to", tmp_path / "out")
    assert code == 0
    assert "agent:nobody" in err


def test_the_privilege_is_asked_for(run, store, tmp_path):
    with open_store(store) as opened:
        opened.session(ADMIN).people.add_user("eva", "Eva", ["qm_manager"])
    code, _, err = run("", "--to", tmp_path / "out", user="eva")
    assert code == 3
    assert "Export" in err


def test_it_is_stopped_by_hand_and_goes_on(run, tmp_path, monkeypatch):
    plain = CpaExporter.content

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(CpaExporter, "content", interrupted)
    code, _, err = run("", "--to", tmp_path / "out", "--voice", "--cpa")
    assert code == 1
    assert str(tmp_path / "out") in err
    monkeypatch.setattr(CpaExporter, "content", plain)
    code, _, err = run("", "--to", tmp_path / "out", "--voice")
    assert code == 2
    assert "something else" in err
    code, _, err = run("", "--to", tmp_path / "out", "--voice", "--cpa")
    assert code == 0
    assert "Going on:" in err
    read_export(tmp_path / "out")


def test_an_unfinished_export_can_be_thrown_away(run, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(VoiceExporter, "content", interrupted)
        assert run("", "--to", tmp_path / "out", "--voice")[0] == 1
    code, _, _ = run("", "--to", tmp_path / "out", "--email", "--restart")
    assert code == 0
    assert len(read_export(tmp_path / "out").names()) == 4


def test_it_goes_on_however_the_folders_are_named(run, store, tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(CpaExporter, "content", interrupted)
        assert run("", "--to", tmp_path / "out", "--voice", "--cpa")[0] == 1
    monkeypatch.chdir(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    options = ["--to", "out", "--voice", "--cpa", "--store", "store", "--user", ADMIN]
    assert main(["export", "", *options], out, err) == 0, err.getvalue()
    assert "Going on:" in err.getvalue()
    read_export(tmp_path / "out")


def test_help_has_an_example(run, capsys):
    with pytest.raises(SystemExit) as caught:
        run("--help")
    assert caught.value.code == 0
    assert "reviewer export 'service:" in capsys.readouterr().out
