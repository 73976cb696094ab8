"""`reviewer audit` on a real store."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing

import pytest

from reviewer.cli.main import main
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

FORM_ONLY = '{"form": "reviewer-audit-anchor/1"}'


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(1), make_incoming(2)])
        session.interactions.get(make_giid(1))
        session.people.add_user("anna", "Anna", ["supervisor"])
    return tmp_path / "store"


def run(store, *arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main([*map(str, arguments), "--store", str(store), "--user", ADMIN], out, err)
    return code, out.getvalue(), err.getvalue()


def test_listing_by_interaction_act_user_and_date(store):
    code, out, _ = run(store, "audit", "list", "--giid", make_giid(1), "--json")
    (record,) = map(json.loads, out.splitlines())
    assert code == 0
    assert (record["act"], record["login"], record["giid"]) == ("opened", ADMIN, make_giid(1))
    _, out, _ = run(store, "audit", "list", "--act", "user.added", "--json")
    assert json.loads(out)["detail"] == {"user": "anna", "roles": ["supervisor"]}
    assert run(store, "audit", "list", "--until", "2020-01-01", "--json")[1] == ""
    assert len(run(store, "audit", "list", "--since", "today", "--limit", "2")[1].splitlines()) == 2
    assert run(store, "audit", "list", "--limit", "2")[2] == "There are more; --limit shows them.\n"
    assert run(store, "audit", "list", "--limit", "1000")[2] == ""
    code, _, err = run(store, "audit", "list", "--since", "someday")
    assert code == 2
    assert "someday" in err


def test_exporting_and_verifying_with_an_anchor(store, tmp_path):
    log, anchor = tmp_path / "log.jsonl", tmp_path / "anchor.json"
    code, out, _ = run(store, "audit", "export", "--to", log, "--anchor", anchor, "--json")
    records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert json.loads(out)["entries"] == len(records)
    assert [record["number"] for record in records] == list(range(1, len(records) + 1))
    assert records[-1]["act"] == "log.exported"
    code, out, _ = run(store, "audit", "verify", "--anchor", anchor, "--json")
    assert code == 0
    assert json.loads(out)["holds"]
    with closing(sqlite3.connect(store / "catalogue.sqlite")) as raw, raw:
        raw.execute("UPDATE audit SET login = 'somebody' WHERE number = 3")
    code, out, _ = run(store, "audit", "verify", "--anchor", anchor)
    assert code == 5
    assert "entry 3 is not what was written" in out


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", FORM_ONLY])
def test_what_is_no_anchor_is_named(store, tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    code, _, err = run(store, "audit", "verify", "--anchor", path)
    assert code == 2
    assert "bad.json" in err
    assert "no anchor" in err


def test_who_may_not_view_it_is_refused(store):
    out, err = io.StringIO(), io.StringIO()
    code = main(["audit", "list", "--store", str(store), "--user", "anna"], out, err)
    assert code == 3
    assert out.getvalue() == ""
