"""What every command promises: its words, its exit codes, which store, whole files only."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import app, tour
from reviewer.cli import main as entry
from reviewer.cli.main import main
from reviewer.errors import FileUnusableError, InternalError, StoreBusyError
from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.paths import log_folder
from reviewer.services import places
from reviewer.services.demo import DEMO_LOGIN
from reviewer.storage.local import open_store
from reviewer.ui.failing import Choice
from tests.helpers.stores import ADMIN, make_incoming, make_store

SECRET = "+7 495 123-45-67"


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capsys):
    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        try:
            code = main([str(a) for a in arguments], out, err)
        except SystemExit as left:
            code = left.code
            err.write(capsys.readouterr().err)
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        items = [
            make_incoming(1, custom=(("=Region", "North"),)),
            make_incoming(2, from_name="A\x1b[2Jn\u009bna"),
        ]
        store.session(ADMIN).intake.put(items)
    return tmp_path / "store"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "argument COMMAND: invalid choice: 'nope'"),
        (["show"], "the following arguments are required: GIID"),
        (["search", "--limit", "x"], "invalid int value: 'x'"),
        (["search", "--colour"], "unrecognized arguments: --colour"),
        (["search", "--limit"], "expected one argument"),
    ],
)
def test_wrong_usage_is_told_in_both_languages(run, arguments, said):
    english = run(*arguments)
    russian = run(*arguments, "--lang", "ru") if arguments[-1] != "--limit" else None
    assert english.code == 2
    assert said in english.err
    if russian is not None:
        assert russian.code == 2
        assert said not in russian.err
        assert "использование: reviewer" in russian.err


def test_options_are_not_abbreviated(run):
    """An abbreviation would stop working with the next option that begins so."""
    assert run("search", "--cou").code == 2


def test_files_that_cannot_be_used_are_named_in_both_languages(run, store, tmp_path):
    where = ("--store", store, "--user", ADMIN)
    number = run("search", "--json", *where).out[10:46]
    evaluate = ("evaluate", number, "--segment", 1, "--scores")
    for arguments, english, russian in (
        ((*evaluate, tmp_path / "no.json"), "there is no such file", "нет такого файла"),
        ((*evaluate, tmp_path), "it is a folder", "это папка"),
        (("search", "--csv", tmp_path / "x" / "y.csv"), "there is no such file", "нет такого"),
    ):
        result = run(*arguments, *where)
        assert result.code == 2
        assert english in result.err
        assert russian in run(*arguments, *where, "--lang", "ru").err


@pytest.mark.parametrize("data", [b"\xff\xfe{", b"[" * 100_000, b"9" * 5000])
def test_scores_that_are_no_text_or_too_deep_are_refused(run, store, tmp_path, data):
    (tmp_path / "scores").write_bytes(data)
    where = ("--store", store, "--user", ADMIN)
    number = run("search", "--json", *where).out[10:46]
    result = run("evaluate", number, "--segment", 1, "--scores", tmp_path / "scores", *where)
    assert result.code == 2
    assert "The evaluation cannot be saved: the file" in result.err


@pytest.mark.logs("KeyError")
def test_a_mistake_of_ours_is_a_sentence_and_its_details_are_in_the_log(run, store, monkeypatch):
    def fail(*_arguments, **_named):
        raise KeyError(SECRET)

    monkeypatch.setattr("reviewer.cli.stats.iso_instant", fail)
    result = run("stats", "--json", "--store", store)
    assert result.code == InternalError.exit_code
    assert result.out == ""
    assert "An error in Reviewer itself: KeyError" in result.err
    assert "Traceback" not in result.err
    log = log_folder() / "reviewer.log"
    assert str(log) in result.err
    text = log.read_text(encoding="utf-8")
    assert "reviewer/cli/stats.py" in text
    assert SECRET not in text


def test_names_from_outside_do_not_steer_the_terminal(run, store):
    where = ("--store", store, "--user", ADMIN)
    for line in run("search", "--json", *where).out.splitlines():
        shown = run("show", line[10:46], *where)
        assert shown.code == 0
        assert not {"\x1b", "\u009b"} & set(shown.out)


def test_a_csv_is_there_whole_or_not_at_all(run, store, tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    path.write_text("before")
    where = ("--store", store, "--user", ADMIN)

    def stop(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("reviewer.cli.search.csv_cell", stop)
        result = run("search", "--csv", path, *where)
    assert result.code == 1
    assert path.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "store"]
    assert run("search", "--csv", path, *where).code == 0
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][-1] == "'=Region"
    assert [row[-1] for row in rows[1:]] == ["", "North"]


def test_a_csv_names_who_took_it_out_where_their_role_wants_that(run, store, tmp_path):
    with open_store(store) as opened:
        people = opened.session(ADMIN).people
        may = {Privilege.LISTEN_ALL, Privilege.EXPORT_MANUAL}
        role, _ = people.add_role("Marked", may, watermark=True)
        people.add_user("marked", "Mark", [role.key])
    for login, last in (("marked", "Taken out by marked · Mark · 20"), (ADMIN, "")):
        path = tmp_path / f"{login}.csv"
        assert run("search", "--csv", path, "--store", store, "--user", login).code == 0
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert len(rows) == (4 if last else 3)
        assert rows[-1][0].startswith(last)


def test_a_csv_cut_at_the_limit_says_so_and_can_go_to_a_device(run, store):
    result = run("search", "--csv", os.devnull, "--limit", 1, "--store", store, "--user", ADMIN)
    assert result.code == 0
    assert "Shown: 1 of 2." in result.err


def test_a_csv_can_be_printed(run, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    where = ("--store", store, "--user", ADMIN)
    assert run("search", "--csv", "out.csv", *where).code == 0
    result = run("search", "--csv", "-", *where)
    assert result.code == 0
    rows = list(csv.reader((tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert list(csv.reader(result.out.splitlines())) == rows
    assert result.err == "2 rows written.\n"
    assert not (tmp_path / "-").exists()
    both = run("search", "--csv", "-", "--json", *where)
    assert (both.code, both.out) == (2, "")


def test_an_option_that_a_command_lacks_is_told_with_its_usage(run, store):
    told = run("users", "add", "anna", "--roles", "agent", "--store", store, "--user", ADMIN)
    assert told.code == 2
    assert "usage: reviewer users add" in told.err
    assert told.err.endswith("reviewer users add: unrecognized arguments: --roles agent\n")


def test_lists_of_nothing_say_so(run, store):
    where = ("--store", store, "--user", ADMIN)
    for command, said in (
        (("hold", "list"), "There are no legal holds."),
        (("hold", "list", "--lifted"), "No hold was lifted yet."),
        (("retention", "show"), "There are no rules"),
        (("retention", "run", "--dry-run"), "Nothing is due."),
        (("requests", "list"), "Nothing waits for a second person."),
    ):
        told = run(*command, *where)
        assert (told.code, told.out) == (0, ""), command
        assert told.err.startswith(said)


def test_what_makes_no_sense_is_told_by_a_sentence_of_its_own(run, store):
    where = ("--store", store, "--user", ADMIN)
    assert run("settings", "set", "lock-minutes", "9999", *where).err.startswith("The window locks")
    russian = run("settings", "set", "lock-minutes", "9999", "--lang", "ru", *where)
    assert russian.err.startswith("Окно блокируется")
    # What was typed stays as it was typed.
    assert run("settings", "set", "lock-minutes", "soon", *where).err.startswith("soon is not")


def test_pictures_that_cannot_be_written_are_told_before_anything_is_opened(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileUnusableError) as caught:
        tour.take(tmp_path, tmp_path / "file", language="en", schemes=["light"])
    assert str(tmp_path / "file") in str(caught.value)


# --- which store the window opens -----------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """Record what the window would be opened on."""
    calls = []

    def record(url, **named):
        calls.append((url, named))
        return 0

    monkeypatch.setattr(app, "run", record)
    return calls


def test_the_window_opens_a_store_and_a_link(run, store, opened, monkeypatch):
    giid = "7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8"
    monkeypatch.chdir(store.parent)
    assert run("open", "store", giid).code == 0
    assert run("open", giid.lower()).code == 0
    assert run().code == 0
    assert [(url, named["link"]) for url, named in opened] == [
        ("store", giid),
        (str(store), giid.lower()),
        (str(store), None),
    ]


def test_what_is_no_store_is_not_remembered(run, store, opened, tmp_path):
    run("open", store)
    run("open", tmp_path / "nowhere")
    assert places.recent_stores() == (str(store),)


def test_the_window_opens_although_the_last_store_is_gone(run, store, opened, tmp_path):
    places.remember_store(str(store))
    places.remember_store(str(tmp_path / "gone"))
    # A command must not go on with another store than it would have yesterday.
    assert run("stats").code == 4
    result = run()
    assert result.code == 0
    assert "no longer there" in result.err
    assert opened[0][0] == str(store)


@pytest.mark.parametrize("choice", [Choice.CLOSE, Choice.AGAIN, Choice.DEMO])
def test_where_nobody_reads_it_is_shown_why_there_is_no_window(
    run, store, demo_folder, monkeypatch, choice
):
    tried, told = [], []

    def refuse_once(url, **named):
        tried.append((url, named["login"]))
        if len(tried) == 1:
            raise StoreBusyError(store=url)
        return 0

    def ask(error):
        told.append(type(error))
        return choice

    monkeypatch.setattr(app, "run", refuse_once)
    monkeypatch.setattr(app, "ask_how_to_go_on", ask)
    monkeypatch.setattr("reviewer.services.demo.ensure_demo", lambda _language: demo_folder)
    result = run("open", store)
    assert told == [StoreBusyError]
    assert result.code == (StoreBusyError.exit_code if choice is Choice.CLOSE else 0)
    assert (
        tried[1:]
        == {
            Choice.CLOSE: [],
            Choice.AGAIN: [(str(store), None)],
            Choice.DEMO: [(str(demo_folder), DEMO_LOGIN)],
        }[choice]
    )


def test_output_in_a_narrow_encoding_and_into_a_closed_pipe(store):
    environment = {
        **os.environ,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "LC_ALL": "C",
        "PYTHONPATH": str(Path(entry.__file__).parents[2]),
    }
    command = [sys.executable, "-m", "reviewer", "doctor", "--store", str(store)]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\\u2713 Python" in done.stdout
    assert done.stderr == b""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"the output cannot be used: no space is left\n"


def test_the_first_administrator_of_the_login_given(run, tmp_path):
    run("init", tmp_path / "s", "--admin", "boss", "--time-zone", "Europe/Moscow")
    with open_store(tmp_path / "s") as made:
        assert made.session().people.me.login == "boss"


def test_what_keeps_stores_is_loaded_only_where_one_is_opened():
    for arguments in (["--version"], ["--help"]):
        loaded = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "reviewer", *arguments],
            capture_output=True, text=True, check=True,
        ).stderr  # fmt: skip
        assert "reviewer.cli.main" in loaded
        assert "sqlalchemy" not in loaded
