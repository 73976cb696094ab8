"""`reviewer requests`: what waits for a second person."""

from __future__ import annotations

import io
import json

import pytest

from reviewer.cli.main import main
from reviewer.models.recording import RecordingState
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

OLGA = "olga"
PASSPHRASE = "правильная лошадь"


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(number) for number in (1, 2)])
        for login in (OLGA, "boris"):
            session.people.add_user(login, login.title(), ["administrator"])
    folder = tmp_path / "store"
    every = "bulk-deletion,lifting-hold,key-destruction"
    assert run(folder, "settings", "set", "second-person", every)[0] == 0
    return folder


def run(store, *arguments, user=OLGA):
    out, err = io.StringIO(), io.StringIO()
    code = main([*map(str, arguments), "--store", str(store), "--user", user], out, err)
    return code, out.getvalue(), err.getvalue()


def states(store):
    with open_store(store) as opened:
        session = opened.session(ADMIN)
        return [session.interactions.get(make_giid(n)).recordings[0].state for n in (1, 2)]


def test_a_deletion_of_many_waits_for_another(store):
    both = (make_giid(1), make_giid(2))
    code, _, err = run(store, "erase", *both, "--reason", "contract", "--yes")
    assert code == 0
    assert "reviewer requests approve 1" in err
    assert states(store) == [RecordingState.AVAILABLE] * 2
    _, out, _ = run(store, "requests", "list", "--json", user="boris")
    told = json.loads(out)
    assert (told["request"], told["by"], told["reason"]) == (1, OLGA, "contract")
    assert (told["interactions"], told["losses"]["voice"]["files"]) == (2, 2)
    _, out, _ = run(store, "requests", "show", "1", user="boris")
    assert all(giid in out for giid in both)
    assert "contract" in out
    code, _, err = run(store, "requests", "approve", "1")
    assert (code, "another user decides" in err) == (3, True)
    code, out, _ = run(store, "requests", "approve", "1", "--json", user="boris")
    assert (code, len(json.loads(out)["deleted"])) == (0, 2)
    assert states(store) == [RecordingState.DELETED] * 2
    code, out, err = run(store, "requests", "list")
    assert (code, out, err.splitlines()) == (0, "", ["Nothing waits for a second person."])


def test_it_can_be_refused(store):
    run(store, "erase", make_giid(1), make_giid(2), "--reason", "contract", "--yes")
    assert run(store, "requests", "refuse", "1", "--reason", "no", user="boris")[0] == 0
    assert run(store, "requests", "approve", "1", user="boris")[0] == 1
    assert states(store) == [RecordingState.AVAILABLE] * 2


def test_a_hold_is_lifted_by_two(store):
    run(store, "hold", "add", make_giid(1), "--reason", "court")
    _, _, err = run(store, "hold", "remove", make_giid(1), "--reason", "closed")
    assert "reviewer requests approve 1" in err
    assert make_giid(1) in run(store, "hold", "list")[1]
    assert run(store, "requests", "approve", "1", user="boris")[0] == 0
    assert run(store, "hold", "list")[1] == ""
    _, out, _ = run(store, "hold", "list", "--lifted", "--json")
    lifted = json.loads(out)
    assert (lifted["lifted_by"], lifted["approved_by"]) == (OLGA, "boris")


def test_keys_are_destroyed_by_two(tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    folder = tmp_path / "sealed"
    opened = ("--password-file", secret)
    out, err = io.StringIO(), io.StringIO()
    made = ["init", folder, "--encrypt", "--admin", ADMIN, *opened]
    assert main([str(word) for word in made], out, err) == 0
    for login in (OLGA, "boris"):
        run(folder, "users", "add", login, "--role", "administrator", *opened, user=ADMIN)
    run(folder, "settings", "set", "second-person", "key-destruction", *opened)
    assert run(folder, "keys", "roll", *opened)[0] == 3
    clear = ("keys", "decrypt", "--yes")
    fresh = ("keys", "reencrypt", "--afresh")
    for act in (clear, fresh):
        assert run(folder, *act, *opened)[0] == 3
    assert run(folder, "keys", "roll", "--reason", "backup left the house", *opened)[0] == 0
    keys = json.loads(run(folder, "keys", "list", "--json", *opened)[1])["keys"]
    assert [key["number"] for key in keys] == [1]
    assert run(folder, "requests", "approve", "1", *opened)[0] == 3
    assert run(folder, "requests", "approve", "1", *opened, user="boris")[0] == 0
    keys = json.loads(run(folder, "keys", "list", "--json", *opened)[1])["keys"]
    assert len(keys) > 1
    rolled = ("audit", "list", "--act", "keys.rolled", "--json", *opened)
    detail = json.loads(run(folder, *rolled)[1])["detail"]
    assert (detail["asked_by"], detail["approved_by"]) == (OLGA, "boris")
    assert run(folder, *fresh, "--reason", "a key became known", *opened)[0] == 0
    assert run(folder, *clear, "--reason", "no longer needed", *opened)[0] == 0
    waiting = run(folder, "requests", "list", *opened, user="boris")[1]
    assert "writing the content anew with fresh keys" in waiting
    assert run(folder, "requests", "approve", "2", *opened, user="boris")[0] == 0
    assert run(folder, "requests", "approve", "3", *opened, user="boris")[0] == 0
    assert json.loads(run(folder, "keys", "list", "--json")[1])["encrypted"] is False


def test_content_is_kept_for_a_shorter_time_by_two(store):
    rules = ("retention", "set", "voice=30", "Cards:chat=400")
    code, out, err = run(store, *rules)
    assert (code, out) == (3, "")
    assert "keeping content for a shorter time" in err
    code, _, err = run(store, *rules, "--reason", "the new law")
    assert code == 0
    assert "reviewer requests approve 1" in err
    assert run(store, "retention", "show")[1] == ""
    told = json.loads(run(store, "requests", "list", "--json", user="boris")[1])
    assert {(one["service"], one["days"]) for one in told["rules"]} == {(None, 30), ("Cards", 400)}
    assert "all other services: " in run(store, "requests", "list", user="boris")[1]
    assert run(store, "requests", "approve", "1", user="boris")[0] == 0
    assert len(run(store, "retention", "show")[1].splitlines()) == 2
