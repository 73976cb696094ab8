"""Encrypted stores by the command line: passphrases, keys, leaks."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from reviewer.paths import log_folder
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_incoming, make_store

PASSPHRASE = "правильная лошадь"


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _no_passphrase(monkeypatch):
    for name in ("REVIEWER_PASSPHRASE", "REVIEWER_NEW_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)


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
def secret(tmp_path):
    """A file with the passphrase."""
    path = tmp_path / "passphrase.txt"
    path.write_text(PASSPHRASE + "\r\n", encoding="utf-8")
    return path


@pytest.fixture
def store(run, tmp_path, secret):
    folder = tmp_path / "store"
    made = run("init", folder, "--encrypt", "--admin", ADMIN, "--password-file", secret)
    assert made.code == 0
    return folder


def test_init_refuses_to_encrypt_without_a_passphrase(run, tmp_path):
    result = run("init", tmp_path / "s", "--encrypt")
    assert result.code == 2
    assert "An encrypted store needs a passphrase" in result.err
    assert not (tmp_path / "s").exists()
    assert run("init", tmp_path / "s", "--ring", tmp_path / "ring").code == 2


def test_a_key_file_is_no_passphrase(run, store, secret, tmp_path):
    """The file that a store was made with would not open it."""
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    key = tmp_path / "store.key"
    assert run("keys", "file", key, *where).code == 0
    made = run("init", tmp_path / "s", "--encrypt", "--password-file", key)
    assert (made.code, "his is a key file" in made.err) == (2, True)
    assert not (tmp_path / "s").exists()
    assert run("keys", "passphrase", "--new-password-file", key, *where).code == 2
    assert run("keys", "list", *where).code == 0


def test_a_mark_at_the_beginning_of_a_file_is_no_part_of_the_passphrase(run, store, tmp_path):
    marked = tmp_path / "marked.txt"
    marked.write_text(PASSPHRASE + "\r\n", encoding="utf-8-sig")
    assert (
        run("keys", "list", "--store", store, "--user", ADMIN, "--password-file", marked).code == 0
    )


def test_init_says_what_losing_the_passphrase_means(run, tmp_path, secret):
    result = run("init", tmp_path / "s", "--encrypt", "--password-file", secret)
    assert result.code == 0
    assert "loses the content" in result.err
    assert "not encrypted" not in result.err
    made = run("init", tmp_path / "t", "--encrypt", "--password-file", secret, "--json")
    assert made.json["encrypted"] is True


def test_a_store_opens_with_its_passphrase_only(run, store, secret, monkeypatch, tmp_path):
    where = ("--store", store, "--user", ADMIN)
    without = run("search", *where)
    assert without.code == 3
    assert "is encrypted. It opens with its passphrase or recovery key." in without.err
    assert "--password-file FILE or $REVIEWER_PASSPHRASE" in without.err
    monkeypatch.setenv("REVIEWER_PASSPHRASE", "the wrong one")
    wrong = run("search", *where)
    assert wrong.code == 3
    assert "Check the keyboard layout and Caps Lock" in wrong.err
    assert "Traceback" not in wrong.err + without.err
    # The file goes before the environment.
    assert run("search", *where, "--password-file", secret).code == 0
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    for command in ("search", "stats", "doctor"):
        assert run(command, *where).code == 0, command
    missing = run("search", *where, "--password-file", tmp_path / "nowhere")
    assert missing.code == 2
    assert "nowhere" in missing.err


def test_keys_over_time(run, store, secret):
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    assert "Key 1: made" in run("keys", "list", *where).out
    # Who believes that the key is known is not told that all is well with it.
    assert "keys create" in run("keys", "reencrypt", "--afresh", *where).err
    assert run("keys", "create", *where, "--json").json["key"] == 2
    assert run("keys", "reencrypt", *where, "--json").json["failed"] == []
    rolled = run("keys", "roll", *where)
    assert rolled.code == 0
    assert "Earlier keys are destroyed" in rolled.out
    state = run("keys", "list", *where, "--json").json
    assert [key["destroyed"] is None for key in state["keys"]] == [True, False, False]
    assert (state["encrypted"], state["unfinished"]) == (True, False)


def test_keys_are_destroyed_as_far_as_it_goes_while_another_has_the_store_open(run, store, secret):
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    with open_store(store, opener=PASSPHRASE) as other, other._core.database.read():
        busy = run("keys", "roll", *where)
    assert busy.code != 0
    assert "takes the same command" in busy.err
    assert "did not end" in run("keys", "list", *where).out
    assert run("keys", "roll", *where).code == 0
    assert "did not end" not in run("keys", "list", *where).out


def test_recovery_and_another_passphrase(run, store, secret, tmp_path, monkeypatch):
    where = ("--store", store, "--user", ADMIN, "--password-file")
    key = tmp_path / "recovery.txt"
    key.write_text(run("keys", "recovery", *where, secret).out)
    assert run("keys", "recovery", "--check", key, *where, secret).code == 0
    other = tmp_path / "other.txt"
    first = key.read_text()[0]
    other.write_text(("7" if first != "7" else "8") + key.read_text()[1:])
    mistyped = run("keys", "recovery", "--check", other, *where, secret)
    assert mistyped.code == 2
    assert "mistyped" in mistyped.err
    new = tmp_path / "new.txt"
    new.write_text("another passphrase\n")
    changed = run("keys", "passphrase", "--new-password-file", new, *where, key)
    assert changed.code == 0
    assert run("stats", *where, secret).code == 3
    assert run("stats", *where, new).code == 0
    monkeypatch.setenv("REVIEWER_NEW_PASSPHRASE", "short")
    assert run("keys", "passphrase", *where, new).code == 2


def test_a_key_file_opens_the_store(run, store, secret, tmp_path):
    where = ("--store", store, "--user", ADMIN, "--password-file")
    path = tmp_path / "store.key"
    assert run("keys", "file", path, *where, secret).code == 0
    assert run("stats", *where, path).code == 0
    path.write_text(path.read_text()[:-9])
    assert run("stats", *where, path).code == 2


def test_a_key_file_is_not_put_into_the_folder_that_it_opens(run, store, secret, tmp_path):
    path = store / "vault" / "key"
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    done = run("keys", "file", path, *where)
    assert done.code == 2
    assert str(path) in done.err
    assert not path.exists()


def test_a_new_passphrase_that_is_missing_is_asked_for_by_its_own_names(run, store, secret):
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    done = run("keys", "passphrase", *where)
    assert done.code == 2
    assert "--new-password-file FILE or $REVIEWER_NEW_PASSPHRASE" in done.err


def test_there_and_back(run, tmp_path, secret):
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([make_incoming(1)])
    where = ("--store", tmp_path / "store", "--user", ADMIN)
    assert run("keys", "encrypt", *where).code == 2
    assert run("keys", "encrypt", "fax", *where, "--password-file", secret).code == 2
    done = run("keys", "encrypt", "voice", *where, "--password-file", secret)
    assert done.code == 0
    assert "Encrypted: 1." in done.out
    assert run("keys", "list", *where).code == 3
    opened = (*where, "--password-file", secret)
    assert run("keys", "kinds", "voice", "chat", "--json", *opened).json["kinds"] == [
        "chat",
        "voice",
    ]
    assert run("keys", "decrypt", *opened).code == 2
    assert run("keys", "decrypt", "--yes", *opened).code == 0
    assert "not encrypted" in run("keys", "list", *where).out
    assert run("keys", "roll", *where).code == 2


def test_what_is_exported_is_decrypted_and_says_so(run, store, secret, tmp_path):
    where = ("--store", store, "--user", ADMIN, "--password-file", secret)
    said = run("export", "", "--to", tmp_path / "one", *where)
    assert "The store is encrypted; what is exported is not." in said.err
    assert run("export", "", "--to", tmp_path / "two", *where, "--json").json["decrypted"] is True


def test_no_key_store_on_this_machine(run, store, secret, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring

    before = keyring.get_keyring()
    keyring.core.init_backend()
    try:
        result = run("keys", "system", "on", "--store", store, "--password-file", secret)
    finally:
        keyring.set_keyring(before)
    assert result.code == 1
    assert "this machine has none" in result.err


def test_wrong_passphrases_are_nowhere(run, store, monkeypatch):
    """Neither in what is said nor in the log, nor on standard error of the process."""
    environment = {**os.environ, "REVIEWER_PASSPHRASE": "Wrong-Passphrase-77"}
    done = subprocess.run(
        [sys.executable, "-m", "reviewer", "search", "--store", str(store)],
        capture_output=True,
        env=environment,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 3
    assert b"Wrong-Passphrase-77" not in done.stdout + done.stderr
    assert b"ERROR CORE" not in done.stderr
    assert not any(
        b"Wrong-Passphrase-77" in path.read_bytes() for path in log_folder().rglob("*.log")
    )


def test_an_import_beside_the_window_opens_what_the_window_opened(store, secret, tmp_path):
    from reviewer.models.progress import Cancellation
    from reviewer.services.import_aside import import_aside
    from tests.services.importers.conftest import RUN_A

    if not RUN_A.is_dir():
        return

    class Quiet(Cancellation):
        def report(self, done, total=None, what=""):
            """Say nothing."""

    with closing(open_store(store, opener=PASSPHRASE)) as opened:
        way_in = opened.way_in
        assert PASSPHRASE not in way_in
        result = import_aside(str(store), ADMIN, str(RUN_A), progress=Quiet(), way_in=way_in)
        assert result.added > 0
        assert opened.stats().recordings > 0
        assert opened.examine() == ()
