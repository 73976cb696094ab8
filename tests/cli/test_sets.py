"""`reviewer sets`, and searching by a saved set."""

from __future__ import annotations

import io
import json

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from tests.helpers.stores import ADMIN, make_incoming, make_store


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(tmp_path, capsys):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(
            make_incoming(n, flagged=n == 1, recordings=(), content={}) for n in (1, 2, 3)
        )
        session.people.add_user("boss", "The boss", ["manager"])
        session.people.add_user("client", "A client", ["customer"], services=["Support"])

    def run(*arguments, user=ADMIN):
        out, err = io.StringIO(), io.StringIO()
        where = ("--store", str(tmp_path / "store"), "--user", user)
        try:
            code = main([*map(str, arguments), *where], out, err)
        except SystemExit as left:
            code = left.code
            said = capsys.readouterr()
            out.write(said.out)
            err.write(said.err)
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


def test_a_set_is_saved_searched_changed_and_removed(run):
    saved = run("sets", "save", "Флаги", "flagged:yes", "--channel", "voice", "--json")
    assert saved.code == 0
    [fact] = saved.records
    assert {k: fact[k] for k in ("name", "channel", "query", "own", "shared", "watched")} == {
        "name": "Флаги",
        "channel": "voice",
        "query": "flagged:yes",
        "own": True,
        "shared": False,
        "watched": False,
    }
    assert run("search", "--set", "флаги", "--count", "--json").out == "1\n"
    assert run("search", "-flagged:yes", "--set", "флаги", "--count", "--json").out == "0\n"
    assert run("search", "--set", "флаги", "--channel", "chat", "--count", "--json").out == "0\n"
    again = run("sets", "save", "ФЛАГИ", "duration>5m")
    assert (again.code, again.err) == (2, "You already have a criteria set named Флаги.\n")
    assert run("sets", "save", "ФЛАГИ", "-flagged:yes", "--overwrite").code == 0
    assert run("sets", "show", "Флаги").out == "-flagged:yes\n"
    assert run("search", "--set", "флаги", "--count", "--json").out == "2\n"
    assert run("sets", "rename", "Флаги", "Иначе").code == 0
    assert "Иначе  all channels" in run("sets", "list").out
    assert run("sets", "remove", "Иначе").err == "Removed: Иначе\n"
    assert run("sets", "list").out == ""
    missing = run("search", "--set", "Иначе")
    assert (missing.code, missing.out) == (1, "")
    assert "There is no criteria set Иначе" in missing.err


def test_sets_are_shared_and_watched(run):
    run("sets", "save", "Флаги", "flagged:yes")
    assert run("sets", "list", user="boss").out == ""
    assert "shared" in run("sets", "share", "Флаги").err
    assert "read only" in run("sets", "list", user="boss").out
    assert run("sets", "rename", "Флаги", "x", user="boss").code == 3
    assert "watched" in run("sets", "watch", "Флаги", user="boss").err
    [news] = run("sets", "news", "--json", user="boss").records
    assert (news["name"], news["new"]) == ("Флаги", 1)
    assert news["query"] == "flagged:yes added>=yesterday"
    assert run("sets", "news", user="boss").out == "Флаги  1\n"
    assert run("sets", "unwatch", "Флаги", user="boss").code == 0
    assert run("sets", "news", user="boss").out == ""
    refused = run("search", "--set", "Флаги", user="client")
    assert (refused.code, refused.out) == (3, "")
    assert "was flagged is not available" in refused.err
    [fact] = run("sets", "list", "--json", user="client").records
    assert fact["refused"] == "query.restricted"
    assert "query" not in fact
    run("sets", "unshare", "Флаги")
    assert run("sets", "list", user="client").out == ""
    assert run("sets", "save", "x", "duration>1s", user="boss").code == 0
    assert run("sets", "share", "x", user="boss").code == 3


def test_sets_are_written_to_a_file_and_brought_in(run, tmp_path):
    run("sets", "save", "../../a", "flagged:yes", "--channel", "voice")
    run("sets", "save", "b", "duration>5m OR -recording:yes")
    file = tmp_path / "sets.json"
    assert run("sets", "export", "--to", file).err == "2 sets written.\n"
    assert json.loads(run("sets", "export", "b").out)["sets"][0]["name"] == "b"
    result = run("sets", "import", file, "--json", user="boss")
    assert result.records == [{"added": 2, "unchanged": 0, "rejected": []}]
    assert run("sets", "show", "../../a", user="boss").out == "flagged:yes\n"
    result = run("sets", "import", file, user="boss")
    assert (result.code, result.err) == (0, "Added: 0. Unchanged: 2. Rejected: 0.\n")
    result = run("sets", "import", file, "--json", user="client")
    assert result.code == 1
    [record] = result.records
    assert record["added"] == 1
    assert record["rejected"][0]["item"] == "../../a"
    assert record["rejected"][0]["code"] == "query.restricted"


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b'{"format": 1}'])
def test_a_file_that_is_none_is_refused_with_its_name(run, tmp_path, data):
    file = tmp_path / "sets.json"
    file.write_bytes(data)
    result = run("sets", "import", file)
    assert (result.code, result.out) == (2, "")
    assert "sets.json cannot be used: " in result.err
    assert run("sets", "import", tmp_path / "no.json").code == 2


def test_each_command_within_explains_itself(run):
    assert run("sets").code == 2
    told = run("sets", "--help")
    assert (told.code, "reviewer sets save" in told.out) == (0, True)
    told = run("sets", "import", "--help", "--lang", "ru")
    assert (told.code, "ничего не перезаписывается" in told.out) == (0, True)
