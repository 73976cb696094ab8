"""Users, roles, settings and passwords by the command line."""

from __future__ import annotations

import io
import json
import sys
from contextlib import closing

import pytest

from reviewer.cli import passphrases
from reviewer.cli.main import COMMANDS, main
from reviewer.messages import choose_language
from reviewer.models.access import MAX_FAILURES, READY_MADE_ROLES, Privilege
from reviewer.models.audit import AuditQuery
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

GOOD = "correct horse battery"
OTHER = "staple of another kind"
VARIABLES = ("PASSWORD", "NEW_PASSWORD", "PASSPHRASE", "NEW_PASSPHRASE")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(f"REVIEWER_{name}", raising=False)


@pytest.fixture
def store(tmp_path):
    make_store(tmp_path).close()
    return tmp_path / "store"


@pytest.fixture
def run(store):
    def run(*arguments, user=ADMIN):
        out, err = io.StringIO(), io.StringIO()
        where = ("--store", store, *(("--user", user) if user else ()))
        try:
            code = main([str(a) for a in (*arguments, *where)], out, err)
        except SystemExit as ended:
            code = ended.code
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def typed(monkeypatch):
    """What is typed when something secret is asked for, in its order."""
    answers: list[str] = []
    asked: list[str] = []

    def answer(prompt, stream=None):
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr(passphrases.getpass, "getpass", answer)
    return answers, asked


@pytest.fixture
def anna(run, monkeypatch):
    """A user with a password, added as an administrator does."""
    monkeypatch.setenv("REVIEWER_NEW_PASSWORD", GOOD)
    made = run("users", "add", "anna", "--name", "Анна", "--role", "qm_evaluator", "--json")
    assert made.code == 0, made.err
    monkeypatch.delenv("REVIEWER_NEW_PASSWORD")
    return made.json


def acts(store):
    with closing(open_store(store)) as opened:
        entries = opened.session(ADMIN).audit.entries(AuditQuery(), limit=1000)
        return [(entry.act, entry.login, entry.origin.split("@")[0]) for entry in reversed(entries)]


# --- users


def test_a_user_from_beginning_to_end(run, anna, store):
    assert anna["password"]
    assert anna["must_change_password"]
    changed = run(
        "users",
        "change",
        "ANNA",
        "--role",
        "Supervisor",
        "--role",
        "trainer",
        "--teams",
        "Sales, Claims",
        "--services",
        "Cards",
        "--team",
        "Sales",
        "--extension",
        "101",
        "--json",
    )
    assert changed.json["roles"] == ["supervisor", "trainer"]
    assert changed.json["teams"] == ["Claims", "Sales"]
    assert (changed.json["team"], changed.json["extension"]) == ("Sales", "101")
    assert "supervises Claims, Sales" in run("users", "list").out
    assert run("users", "disable", "anna", "--json").json["disabled"] is True
    assert run("users", "enable", "anna", "--json").json["disabled"] is False
    assert run("users", "change", "anna", "--role", "", "--teams", "", "--json").json["roles"] == []
    assert run("users", "delete", "anna", "--json").json == {"deleted": "anna"}
    assert [user["login"] for user in run("users", "list", "--json").lines] == [ADMIN]
    done = {act for act, user, origin in acts(store) if (user, origin) == (ADMIN, "command line")}
    assert {"user.added", "user.changed", "password.changed"} <= done


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("users", "change", "nobody", "--name", "x"), 2, "There is no user nobody"),
        (("users", "change", ADMIN), 2, "Nothing is to change"),
        (("users", "add", "bad login"), 2, "bad login cannot be a login: it has a blank"),
        (("users", "change", ADMIN, "--teams", "x" * 201), 2, "has 200 characters at most"),
        (("users", "add", "eve", "--services", "x" * 201), 2, "has 200 characters at most"),
        (("users", "sign-out", "nobody"), 2, "There is no user nobody"),
        (("users", "add", "eve", "--role", "king"), 2, "There is no role king"),
        (("users", "disable", ADMIN), 3, "nobody would be left"),
        (("roles", "change", "administrator", "--remove", "admin.grant"), 3, "nobody would be"),
        (("roles", "add", "x", "--add", "fly"), 2, "There is no privilege fly"),
        (("roles", "delete", "agent"), 2, "A ready-made role stays"),
        (("roles", "show", "king"), 2, "There is no role king"),
        (("settings", "get", "colour"), 2, "There is no setting colour"),
        (("settings", "set", "language", "ru"), 2, "that can be set"),
        (("settings", "set", "lock-minutes", "soon"), 2, "soon is not a number"),
        (("settings", "set", "lock-minutes", "100000"), 2, "The window locks after"),
        (("settings", "set", "features", "cpa,telepathy"), 2, "telepathy is none of"),
        (("settings", "set", "time-zone", "Moon/Base"), 2, "not a time zone"),
        (("settings", "set", "time-zone", ""), 2, "A time zone is needed, such as Europe/Moscow"),
        (("settings", "set", "name", "  "), 2, "The centre's name has"),
        (("users", "password", "nobody"), 2, "There is no user nobody"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(run, store, arguments, code, said):
    before = run("users", "list", "--json").out
    result = run(*arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert run("users", "list", "--json").out == before


def test_a_first_password_that_cannot_be_used_adds_nobody(run, monkeypatch):
    monkeypatch.setenv("REVIEWER_NEW_PASSWORD", "short")
    assert run("users", "add", "anna").code == 2
    assert len(run("users", "list", "--json").lines) == 1


def test_users_without_a_password_are_named_where_others_have_one(run, anna):
    said = run("users", "list")
    assert "1 user has no password while others have one: admin." in said.err
    run("users", "password", "anna", "--none")
    assert "no password while" not in run("users", "list").err


def test_without_the_privilege_nothing_of_it_is_told(run, anna, monkeypatch):
    run("users", "password", "anna", "--none")
    for arguments in (
        ("users", "list"),
        ("users", "add", "eve"),
        ("users", "disable", ADMIN),
        ("users", "password", ADMIN, "--none"),
        ("users", "unlock", ADMIN),
        ("users", "delete", ADMIN),
        ("roles", "list"),
        ("roles", "add", "Kings"),
        ("settings", "set", "lock-minutes", "5"),
    ):
        refused = run(*arguments, user="anna")
        assert (refused.code, refused.out) == (3, ""), arguments
        assert "You do not have the privilege for this" in refused.err


def test_why_a_user_sees_an_interaction_or_not_is_told_to_administrators(run, store):
    with closing(open_store(store)) as opened:
        opened.session(ADMIN).intake.put([make_incoming(1)])
    run("users", "add", "boris", "--role", "supervisor", "--teams", "Claims")
    giid = make_giid(1)
    told = run("users", "explain", "Boris", giid)
    assert told.out.strip() == (
        "boris does not see it: the teams assigned are Claims; it was handled by Sales"
    )
    run("users", "change", "boris", "--teams", "Sales")
    assert run("users", "explain", "boris", giid, "--json").json == {
        "login": "boris",
        "sees": True,
        "why": ["segment 1 was handled in the team Sales, which is assigned"],
    }
    assert [one["login"] for one in run("users", "who", giid, "--json").lines] == [ADMIN, "boris"]
    assert run("users", "who", giid, user="boris").code == 3
    assert run("users", "who", make_giid(7)).code == 1


# --- passwords


def test_a_password_comes_from_file_environment_or_prompt_never_from_an_argument(
    run, anna, tmp_path, monkeypatch, typed
):
    answers, asked = typed
    run("users", "password", "anna", "--keep", "--new-password-file", _file(tmp_path, GOOD))
    answers[:] = ["wrong one", GOOD]
    assert run("search", user="anna").code == 3
    assert run("search", user="anna").code == 0
    assert asked == ["Password of anna: "] * 2
    monkeypatch.setenv("REVIEWER_PASSWORD", GOOD)
    assert run("search", user="anna").code == 0
    monkeypatch.setenv("REVIEWER_PASSWORD", "not this one")
    wrong = run("search", user="anna")
    assert (wrong.code, wrong.err.strip()) == (3, "Login or password is wrong.")
    # The file goes before the environment.
    assert run("search", "--password-file", _file(tmp_path, GOOD), user="anna").code == 0
    assert answers == []


def test_without_anybody_to_ask_it_is_refused(run, anna):
    result = run("search", user="anna")
    needed = "A password is needed for {}.\nGive it by --password-file FILE or $REVIEWER_PASSWORD."
    assert (result.code, result.err.strip()) == (3, needed.format("anna"))
    # The unknown login is answered alike.
    assert run("search", user="nobody").err.strip() == needed.format("nobody")


def test_a_password_that_must_be_changed_opens_nothing_else(run, anna, tmp_path, monkeypatch):
    monkeypatch.setenv("REVIEWER_PASSWORD", GOOD)
    for command in (("search",), ("users", "list"), ("stats",), ("users", "password", ADMIN)):
        result = run(*command, user="anna")
        if command != ("stats",):
            assert (result.code, result.err.splitlines()[0]) == (3, "Change your password first.")
    new = _file(tmp_path, OTHER)
    assert run("users", "password", "--new-password-file", new, user="anna").code == 0
    assert run("search", user="anna").code == 3
    monkeypatch.setenv("REVIEWER_PASSWORD", OTHER)
    assert run("search", user="anna").code == 0


def test_one_s_own_password_needs_the_present_one(run, anna, typed, tmp_path):
    answers, asked = typed
    answers[:] = [GOOD, OTHER, "not the same"]
    refused = run("users", "password", user="anna")
    assert (refused.code, "The two are not the same" in refused.err) == (2, True)
    answers[:] = [GOOD, OTHER, OTHER]
    assert run("users", "password", user="anna").code == 0
    assert asked[-3:] == ["Password of anna: ", "New password: ", "The same again: "]
    answers[:] = [OTHER]
    assert run("search", user="anna").code == 0


def test_lock_out_and_unlocking(run, anna, monkeypatch):
    monkeypatch.setenv("REVIEWER_PASSWORD", "never the right one")
    for _ in range(MAX_FAILURES):
        assert run("search", user="anna").code == 3
    monkeypatch.setenv("REVIEWER_PASSWORD", GOOD)
    locked = run("search", user="anna")
    assert locked.code == 3
    assert "anna is locked for 15 min" in locked.err
    assert "locked until" in run("users", "list").out
    assert run("users", "unlock", "anna", "--json").json["locked_until"] is None
    assert run("search", user="anna").err.splitlines() == [
        "Change your password first.",
        "Do so by: reviewer users password",
    ]


def test_an_encrypted_store_takes_passphrase_and_password_from_one_file(tmp_path, run, monkeypatch):
    store = tmp_path / "sealed"
    passphrase = _file(tmp_path, "правильная лошадь")
    out = io.StringIO()
    made = ["init", str(store), "--encrypt", "--admin", ADMIN, "--password-file", passphrase]
    assert main(made, out, out) == 0
    with closing(open_store(store, opener="правильная лошадь")) as opened:
        opened.session(ADMIN).people.change_password("", GOOD)
    both = _file(tmp_path, f"правильная лошадь\n{GOOD}")
    where = ["--store", str(store), "--user", ADMIN, "--password-file"]
    assert main(["search", *where, both], out, out) == 0
    assert main(["search", *where, passphrase], out, out) == 3
    monkeypatch.setenv("REVIEWER_PASSWORD", GOOD)
    assert main(["search", *where, passphrase], out, out) == 0


# --- roles and settings


def test_names_of_what_is_sensitive_are_left_out_for_who_may_not_set_them(run):
    run("settings", "set", "sensitive-services", "VIP")
    run("users", "add", "anna", "--role", "agent")
    told = run("settings", "list", "--json").json
    assert told["sensitive-services"] == ["VIP"]
    others = run("settings", "list", "--json", user="anna").json
    assert set(told) - set(others) == {"sensitive-services", "sensitive-tags"}
    assert "VIP" not in run("settings", "get", "sensitive-services", user="anna").err


def test_a_role_from_beginning_to_end(run, store):
    made = run("roles", "add", "Night shift", "--like", "Trainer", "--add", "offline", "--json")
    assert made.json["key"] == "night_shift"
    assert {"offline", "clip", "listen.teams"} <= set(made.json["privileges"])
    changed = run(
        "roles",
        "change",
        "Night shift",
        "--remove",
        "clip",
        "offline",
        "--title",
        "Nights",
        "--json",
    )
    assert "clip" not in changed.json["privileges"]
    assert "Nights" in run("roles", "list").out
    assert "Listen to recordings and view chats" in run("roles", "show", "nights").out
    assert len(run("roles", "privileges", "--json").lines) == len(Privilege)
    assert len(run("roles", "list", "--json").lines) == len(READY_MADE_ROLES) + 1
    assert run("roles", "delete", "nights", "--json").json == {"deleted": "night_shift"}
    done = {act for act, _user, _origin in acts(store)}
    assert {"role.added", "role.changed", "role.deleted"} <= done


def test_settings_are_told_changed_and_in_the_log(run, store):
    assert run("settings", "get", "time-zone").out == "Europe/Moscow\n"
    for name, value, then in (
        ("name", "Центр", "Центр"),
        ("time-zone", "Asia/Omsk", "Asia/Omsk"),
        ("lock-minutes", "5", 5),
        ("features", "cpa", ["cpa"]),
    ):
        assert run("settings", "set", name, value, "--json").json == {name: then}
        assert run("settings", "list", "--json").json[name] == then
    assert [act for act, *_ in acts(store)].count("settings.changed") == 4


def test_every_command_within_these_commands_has_an_example(run, capsys):
    for command in ("users", "roles", "settings"):
        assert command in COMMANDS
        verbs = {"users": "add", "roles": "show", "settings": "set"}
        assert run(command, verbs[command], "--help").code == 0
        assert f"Example: reviewer {command} {verbs[command]}" in capsys.readouterr().out


def _file(folder, text):
    path = folder / f"secret-{abs(hash(text))}.txt"
    path.write_text(text + "\n", encoding="utf-8")
    return str(path)
