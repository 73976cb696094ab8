"""The command line, in process, on real stores."""

from __future__ import annotations

import csv
import io
import json

import pytest

from reviewer.cli.main import COMMANDS, main
from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.models.audit import AuditQuery
from reviewer.models.interaction import TransferKind
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_segment, make_store


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run():
    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        try:
            code = main([str(a) for a in arguments], out, err)
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def store(tmp_path):
    """A store of three calls; the second was handed on and is handled by two agents."""
    with make_store(tmp_path) as store:
        start = 1_696_503_039_000_000
        parts = (
            make_segment(1, started_us=start, transfer=TransferKind.BLIND, transferred_to=2),
            make_segment(2, started_us=start + 60_000_000, service="Cards", disposition="Refused"),
        )
        items = [
            make_incoming(1),
            make_incoming(2, segments=parts, started_us=start),
            make_incoming(3, from_address='=cmd|"/c calc"!A1'),
        ]
        store.session(ADMIN).intake.put(items)
    return tmp_path / "store"


def giid(run, store, query=""):
    return run("search", query, "--store", store, "--user", ADMIN, "--json").records[0]["giid"]


def test_init_makes_a_store_and_says_that_it_is_open_to_readers(run, tmp_path):
    result = run("init", tmp_path / "s", "--time-zone", "Europe/Moscow", "--admin", "boss")
    assert result.code == 0
    assert "boss" in result.out
    assert "not encrypted" in result.err
    with open_store(tmp_path / "s") as store:
        assert store.settings.time_zone == "Europe/Moscow"
        assert store.session().people.me.login == "boss"


def test_init_refuses_a_folder_in_use_and_a_wrong_zone(run, store, tmp_path):
    assert run("init", store).code == 2
    result = run("init", tmp_path / "x", "--time-zone", "Mars/Olympus")
    assert result.code == 2
    assert "Mars/Olympus" in result.err
    assert not (tmp_path / "x").exists()


def test_search_prints_one_json_object_a_line(run, store):
    result = run("search", "--store", store, "--user", ADMIN, "--json", "--sort", "started")
    assert result.code == 0
    assert result.err == ""
    first = result.records[0]
    assert len(result.records) == 3
    assert first["segments"] == 2
    assert first["service"] == "Cards"
    assert first["started"] == "2023-10-05T10:50:39Z"
    assert first["duration_s"] == 120
    assert set(first) >= {"giid", "channel", "direction", "ended", "from", "to", "agent"}


def test_search_counts_exactly_and_finds_by_criteria(run, store):
    counted = run(
        "search", "transferred:yes", "--count", "--json", "--store", store, "--user", ADMIN
    )
    assert counted.json == 1
    found = run("search", "transferred:да", "--lang", "ru", "--store", store, "--user", ADMIN)
    assert "Cards" in found.out
    assert "Показано: 1 из 1" in found.err


def test_a_wrong_query_is_named_with_its_place(run, store):
    result = run("search", "duration>abc", "--store", store, "--user", ADMIN)
    assert result.code == 2
    assert result.out == ""
    assert "at character 10: abc" in result.err
    result = run("search", "--sort", "nonsense", "--store", store, "--user", ADMIN)
    assert result.code == 2
    assert "nonsense" in result.err


def test_a_field_of_the_centre_orders_too(run, tmp_path):
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(
            make_incoming(n, custom=(("Region", name),)) for n, name in enumerate("bca", 1)
        )
    for sort, expected in (("custom.Region", "312"), ("-custom.Region", "213")):
        found = run(
            "search", "--sort", sort, "--store", tmp_path / "store", "--user", ADMIN, "--json"
        )
        assert [row["giid"] for row in found.records] == [make_giid(int(n)) for n in expected]


def test_csv_cells_are_no_formulas(run, store, tmp_path):
    path = tmp_path / "out.csv"
    assert run("search", "--csv", path, "--store", store, "--user", ADMIN).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 4
    cells = [cell for row in rows for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in cells)


def test_show_tells_everything(run, store):
    number = giid(run, store, "transferred:yes")
    shown = run("show", number[:-1].lower(), "--store", store, "--user", ADMIN)
    assert shown.code == 0
    assert "blind transfer → 2" in shown.out
    facts = run("show", number, "--json", "--store", store, "--user", ADMIN).json
    assert [s["number"] for s in facts["segments"]] == [1, 2]
    assert facts["segments"][0]["transfer"] == "blind"
    assert facts["recordings"][0]["state"] == "available"
    assert facts["recordings"][0]["spans"][0]["duration_s"] == 1


@pytest.mark.parametrize("name", ["7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8", "nonsense", "", "%"])
def test_show_answers_the_same_for_whatever_is_not_there(run, store, name):
    result = run("show", name, "--store", store, "--user", ADMIN)
    assert result.code == 1
    assert "There is no such interaction here" in result.err
    assert "Traceback" not in result.err


def test_evaluate_saves_versions_that_show_tells(run, store, tmp_path):
    number = giid(run, store, "transferred:yes")
    scores = tmp_path / "scores.json"
    scores.write_text('{"categories": {"Greeting": 7, "Knowledge": null}, "note": "Fine."}')
    arguments = ("evaluate", number, "--segment", 2, "--scores", scores, "--store", store)
    first = run(*arguments, "--user", ADMIN, "--json")
    assert first.code == 0
    assert first.json["version"] == 1
    assert first.json["categories"] == {"Greeting": 7, "Knowledge": None}
    assert run(*arguments, "--user", ADMIN, "--json").json["version"] == 2
    shown = run("show", number, "--store", store, "--user", ADMIN).out
    assert "Greeting 7" in shown
    assert "Fine." in shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("not json", "not JSON"),
        ("[]", "must hold"),
        ('{"categories": {"Greeting": 12}}', "1 to 9"),
        ('{"categories": {"Greeting": "7"}}', "1 to 9"),
        ('{"categories": {"Greeting": null}}', "no category"),
        ('{"categories": {"Charm": 5}}', "Charm"),
        ('{"categories": {"Greeting": 5}, "form": "x"}', "form"),
        ('{"categories": {"Greeting": 5}, "note": 3}', "note"),
    ],
)
def test_scores_that_cannot_be_saved_are_refused(run, store, tmp_path, text, named):
    number = giid(run, store)
    scores = tmp_path / "scores.json"
    scores.write_text(text)
    result = run(
        "evaluate", number, "--segment", 1, "--scores", scores, "--store", store, "--user", ADMIN
    )
    assert result.code == 2
    assert named in result.err
    assert (
        run("show", number, "--json", "--store", store, "--user", ADMIN).json["evaluations"] == []
    )


def test_stats_counts(run, store):
    facts = run("stats", "--store", store, "--json").json
    assert facts["interactions"] == 3
    assert facts["segments"] == 4
    assert facts["by_channel"] == {"voice": 3}
    assert facts["recorded_s"] == 3
    assert "Обращения" in run("stats", "--store", store, "--lang", "ru").out


def test_doctor_finds_a_missing_object_and_says_when_all_is_well(run, store):
    assert run("doctor", "--store", store, "--json").json["findings"] == []
    stored = [path for path in (store / "vault").rglob("*") if path.is_file()]
    stored[0].unlink()
    result = run("doctor", "--store", store, "--json")
    assert result.code == 5
    assert [f["code"] for f in result.json["findings"]] == ["missing_object"]
    codes = {check["code"]: check["ok"] for check in result.json["machine"]}
    assert codes["python"]
    assert codes["sqlite"]
    assert codes["libvlc"]
    assert codes["decoders"]


def test_play_lets_the_whole_interaction_run(run, store):
    start = 1_700_000_000_000_000
    short = make_segment(1, started_us=start, ended_us=start + 1_000_000)
    with open_store(store) as opened:
        item = make_incoming(9, started_us=start, segments=(short,))
        opened.session(ADMIN).intake.put([item])
    number = item.interaction.giid
    played = run(
        "play", number, "--from", "00:00", "--vlc=--aout=adummy", "--store", store, "--user", ADMIN
    )
    assert played.code == 0, played.err
    wrong = run("play", number, "--segment", 9, "--store", store, "--user", ADMIN)
    assert wrong.code == 2
    assert "no segment 9; the last is 1" in wrong.err
    assert run("play", number, "--from", "x", "--store", store, "--user", ADMIN).code == 2
    late = run("play", number, "--from", "00:05", "--store", store, "--user", ADMIN)
    assert (late.code, "It ends at 0:01, before 00:05" in late.err) == (2, True)


def test_playing_where_nothing_can_be_heard_is_told(run, store, monkeypatch):
    with open_store(store) as opened:
        item = make_incoming(9)
        opened.session(ADMIN).intake.put([item])
    # Whether this machine can be heard is its own affair.
    monkeypatch.setattr("reviewer.cli.play.has_sound_output", lambda environment: False)
    told = run("play", item.interaction.giid, "--store", store, "--user", ADMIN)
    assert told.code == 4
    assert "no sound output" in told.err


def test_a_store_that_is_not_there_is_named(run, tmp_path):
    for command in (("search",), ("stats",), ("show", "x"), ("import", tmp_path)):
        result = run(*command, "--store", tmp_path / "nowhere")
        assert result.code == 4
        assert "nowhere" in result.err


def test_import_of_nothing_known_is_refused(run, store, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("import", empty, "--store", store, "--user", ADMIN)
    assert result.code == 2
    assert "empty" in result.err
    assert run("import", tmp_path / "gone", "--store", store, "--user", ADMIN).code == 2


def test_a_user_without_the_privilege_is_refused(run, store, tmp_path):
    with open_store(store) as opened:
        opened.session(ADMIN).people.add_user("trainee", "T", ["trainer"])
    folder = tmp_path / "monitor"
    folder.mkdir()
    row = '"","1","2","c","""n"" <1>","SIP/1","","Dial","","2026-11-23 02:22:40","","2026-11-23 '
    (folder / "Master.csv").write_text(row + '02:22:40",0,0,"BUSY","DOCUMENTATION","1.1",""\n')
    result = run("import", folder, "--as", "asterisk", "--store", store, "--user", "trainee")
    assert result.code == 3
    number = giid(run, store)
    # Refused before anything is said about the categories.
    scores = tmp_path / "scores.json"
    scores.write_text('{"categories": {"Charm": 5}}')
    arguments = ("evaluate", number, "--segment", 1, "--scores", scores, "--store", store)
    assert run(*arguments, "--user", "trainee").code == 3
    assert run("search", "--store", store, "--user", "nobody").code == 3


@pytest.mark.parametrize("command", sorted(COMMANDS))
@pytest.mark.parametrize("language", ["en", "ru"])
def test_help_of_every_command_has_an_example(command, language, capsys):
    with pytest.raises(SystemExit) as left:
        main([command, "--help", "--lang", language], io.StringIO(), io.StringIO())
    choose_language("en")
    assert left.value.code == 0
    assert {"en": "Example: reviewer", "ru": "Пример: reviewer"}[
        language
    ] in capsys.readouterr().out


def test_unknown_commands_and_options_are_wrong_usage(capsys):
    for arguments in (["frobnicate"], ["search", "--colour"], ["show"]):
        with pytest.raises(SystemExit) as left:
            main(arguments, io.StringIO(), io.StringIO())
        assert left.value.code == 2
    capsys.readouterr()


def test_doctor_asks_who_looks_a_store_over(run, store):
    with open_store(store) as opened:
        admin = opened.session(ADMIN)
        role, _ = admin.people.add_role("Listener", {Privilege.LISTEN_OWN})
        admin.people.add_user("listener", "L", [role.key])
    for path in (store / "vault").rglob("*"):
        if path.is_file():
            path.unlink()
    for more in ((), ("--repair",)):
        told = run("doctor", *more, "--store", store, "--user", "listener", "--json")
        assert told.code == 3
        assert told.json["findings"] == []
        assert told.json["error"] == "access.refused"
        assert told.json["machine"]
    assert run("doctor", "--store", store, "--user", ADMIN, "--json").json["findings"]


def test_a_table_is_an_export(run, store, tmp_path):
    with open_store(store) as opened:
        admin = opened.session(ADMIN)
        role, _ = admin.people.add_role("Listener", {Privilege.LISTEN_ALL})
        admin.people.add_user("listener", "L", [role.key])
    table = tmp_path / "table.csv"
    refused = run("search", "--csv", table, "--user", "listener", "--store", store)
    assert refused.code == 3
    assert not table.exists()
    assert run("search", "--csv", table, "--user", ADMIN, "--store", store).code == 0
    with open_store(store) as opened:
        told = opened.session(ADMIN).audit.entries(AuditQuery(acts=("exported",)))
        assert dict(told[0].detail)["rows"] == 3
