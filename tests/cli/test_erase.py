"""`reviewer erase`, `hold`, `retention` and `certificate` on a real store."""

from __future__ import annotations

import io
import json
import sys

import pypdf
import pytest

from reviewer.cli.main import main
from reviewer.models.recording import RecordingState
from reviewer.storage.local import open_store
from tests.helpers.emails import TEXTS, case
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(number) for number in (1, 2, 3)])
        session.people.add_user("anna", "Anna", ["manager"])
    return tmp_path / "store"


def run(store, *arguments, user=ADMIN):
    out, err = io.StringIO(), io.StringIO()
    code = main([*map(str, arguments), "--store", str(store), "--user", user], out, err)
    return code, out.getvalue(), err.getvalue()


def states(store):
    with open_store(store) as opened:
        session = opened.session(ADMIN)
        return [session.interactions.get(make_giid(n)).recordings[0].state for n in (1, 2, 3)]


HERE, GONE = RecordingState.AVAILABLE, RecordingState.DELETED


def test_it_says_what_would_go_and_asks_first(store, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    code, _, err = run(store, "erase", make_giid(1), "--reason", "asked")
    assert code == 0
    assert "1 file" in err
    assert "Nothing was deleted" in err
    assert states(store) == [HERE, HERE, HERE]
    monkeypatch.setattr(sys, "stdin", io.StringIO("DELETE\n"))
    code, out, _ = run(store, "erase", make_giid(1), "--reason", "asked")
    assert code == 0
    assert "Deleted in 1 interaction" in out
    assert states(store) == [GONE, HERE, HERE]


def test_where_nobody_can_be_asked_that_is_no_success(store, monkeypatch):
    for nobody in (io.StringIO(""), None):
        monkeypatch.setattr(sys, "stdin", nobody)
        code, _, err = run(store, "erase", make_giid(1), "--reason", "asked")
        assert (code, "--yes" in err) == (2, True)
    assert states(store) == [HERE, HERE, HERE]


def test_without_a_yes_nobody_is_asked_for_nothing(store):
    code, out, _ = run(store, "erase", make_giid(1), "--reason", "r", "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["interactions"], told["losses"]["voice"]["files"]) == (0, 1, 1)
    assert states(store) == [HERE, HERE, HERE]


def test_what_is_deleted_already_is_said_to_be(store):
    assert run(store, "erase", make_giid(1), "--reason", "r", "--yes")[0] == 0
    code, out, err = run(store, "erase", make_giid(1), "--reason", "r", "--yes")
    assert (code, out, err) == (0, "", "Nothing of it is there to be deleted.\n")
    code, _, err = run(store, "erase", make_giid(2), "--reason", "r", "--what", "sound")
    assert (code, "there are: voice," in err) == (2, True)


def test_a_service_in_a_period(store):
    period = ("--service", "Support", "--from", "2023-10-05", "--to", "2023-10-06")
    code, out, _ = run(store, "erase", *period, "--reason", "contract", "--yes", "--json")
    told = json.loads(out)
    assert code == 0
    assert {item["giid"] for item in told["deleted"]} == {make_giid(n) for n in (1, 2, 3)}
    assert states(store) == [GONE, GONE, GONE]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--reason", "r"),
        ("--service", "Support", "--reason", "r"),
        ("--service", "Support", "--from", "2023-10-06", "--to", "2023-10-05", "--reason", "r"),
        ("--service", "Support", "--from", "soon", "--to", "2023-10-05", "--reason", "r"),
        (make_giid(1), "--reason", "  "),
        (make_giid(1), "--reason", "r", "--what", "everything"),
        (make_giid(1), "--reason", "r", "--what", ","),
    ],
)
def test_what_makes_no_sense_deletes_nothing(store, arguments):
    code, _, err = run(store, "erase", *arguments, "--yes")
    assert code == 2
    assert err
    assert states(store) == [HERE, HERE, HERE]


def test_who_may_not_is_refused(store):
    assert run(store, "erase", make_giid(1), "--reason", "r", "--yes", user="anna")[0] == 3
    assert run(store, "hold", "add", make_giid(1), "--reason", "r", user="anna")[0] == 3
    assert run(store, "retention", "run", user="anna")[0] == 3
    assert states(store) == [HERE, HERE, HERE]


def test_a_hold_is_refused_by_name_and_lifted(store):
    code, _, err = run(store, "hold", "add", make_giid(1), "--reason", "case 7")
    assert (code, err) == (0, "It is under a legal hold now.\n")
    _, out, _ = run(store, "hold", "list", "--json")
    assert json.loads(out)["reason"] == "case 7"
    code, _, err = run(store, "erase", make_giid(1), "--reason", "r", "--yes")
    assert code == 3
    assert "case 7" in err
    code, out, _ = run(
        store, "erase", make_giid(1), make_giid(2), "--reason", "r", "--yes", "--json"
    )
    assert code == 1
    assert json.loads(out)["held"] == [make_giid(1)]
    assert states(store) == [HERE, GONE, HERE]
    code, _, err = run(store, "hold", "remove", make_giid(1), "--reason", "closed")
    assert (code, err) == (0, "The legal hold is lifted.\n")
    _, out, _ = run(store, "hold", "list", "--lifted", "--json")
    lifted = json.loads(out)
    assert (lifted["giid"], lifted["reason"]) == (make_giid(1), "case 7")
    assert lifted["lifted_reason"] == "closed"
    assert run(store, "hold", "list", "--lifted")[1].rstrip().endswith("closed")
    assert run(store, "erase", make_giid(1), "--reason", "r", "--yes")[0] == 0


def test_retention_rules_are_set_and_run(store):
    code, out, _ = run(store, "retention", "set", "voice=30", "Support:voice=0", "--json")
    assert code == 0
    assert [json.loads(line)["days"] for line in out.splitlines()] == [30, 0]
    assert json.loads(run(store, "retention", "run", "--dry-run", "--json")[1]) == {}
    run(store, "retention", "set", "Support:voice=30")
    assert json.loads(run(store, "retention", "run", "--dry-run", "--json")[1]) == {"voice": 3}
    assert run(store, "retention", "run")[0] == 0
    assert states(store) == [RecordingState.EXPIRED] * 3
    # None are not what is meant by saying nothing.
    kept = run(store, "retention", "show")
    for words, said in (
        ((), "--none"),
        (("voice=30", "--none"), "--none"),
        (("voice",), "voice is not a retention rule: one is KIND=DAYS"),
        (("noise=3",), "the kinds are voice, transcript, chat, email, screen"),
        (("voice=1", "voice=2"), "two rules for all other services: voice recording"),
        (("Support:voice=1", "Support:voice=2"), "two rules for Support: voice recording"),
    ):
        code, _, err = run(store, "retention", "set", *words)
        assert code == 2
        assert said in err
    assert run(store, "retention", "show") == kept
    assert run(store, "retention", "set", "--none")[0] == 0
    assert "kept for ever" in run(store, "retention", "show")[2]


def test_of_what_is_not_there_it_is_said_that_it_is_not(store, tmp_path):
    lifting = ("hold", "remove", make_giid(1), "--reason", "closed")
    assert run(store, *lifting) == (1, "", "It is under no legal hold.\n")
    path = tmp_path / "c.json"
    code, _, err = run(store, "certificate", "make", "deleted:yes", "--to", path)
    assert code == 2
    assert "nothing to certify" in err
    assert not path.exists()


def test_a_certificate_is_written_as_a_pdf_too(store, tmp_path):
    run(store, "erase", make_giid(1), "--reason", "asked", "--yes")
    path, pdf = tmp_path / "c.json", tmp_path / "c.pdf"
    made = run(store, "certificate", "make", "deleted:yes", "--to", path, "--pdf", pdf)
    assert made[0] == 0
    text = "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
    assert "Certificate of deletion" in text
    assert json.loads(path.read_text(encoding="utf-8"))["signature"][:16] in text


def test_a_certificate_is_made_and_verified(store, tmp_path):
    run(store, "erase", make_giid(1), "--reason", "asked", "--yes")
    path = tmp_path / "c.json"
    code, out, _ = run(store, "certificate", "make", "deleted:yes", "--to", path, "--json")
    assert (code, json.loads(out)["items"]) == (0, 1)
    assert run(store, "certificate", "verify", path)[0] == 0
    path.write_text(path.read_text(encoding="utf-8").replace("asked", "other"), encoding="utf-8")
    code, out, _ = run(store, "certificate", "verify", path)
    assert code == 5
    assert "something in it was changed" in out
    path.write_bytes(b"{}")
    assert run(store, "certificate", "verify", path)[0] == 2


def test_one_message_of_an_email_is_erased(store):
    with open_store(store) as opened:
        opened.session(ADMIN).intake.put([case(77)])
    erase = ("erase", make_giid(77), "--reason", "r", "--yes", "--json")
    assert run(store, *erase, "--message", "4")[0] != 0
    code, out, _ = run(store, *erase, "--message", "2", "--dry-run")
    assert (code, json.loads(out)["losses"]["email"]["files"]) == (0, 1)
    code, out, _ = run(store, *erase, "--message", "2")
    assert (code, json.loads(out)["losses"]["email"]["files"]) == (0, 1)
    with open_store(store) as opened:
        email = opened.session(ADMIN).interactions.get(make_giid(77))
    assert [message.text for message in email.messages] == [TEXTS[0], "", TEXTS[2]]
