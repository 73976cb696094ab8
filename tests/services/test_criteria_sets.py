from __future__ import annotations

import json

import pytest

from reviewer.errors import CriteriaSetNotFoundError, RestrictedCriterionError, UsageError
from reviewer.models.changes import Changes
from reviewer.models.criteria.codec import to_json
from reviewer.models.criteria.exchange import FORMAT
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.interaction import Channel
from reviewer.models.search import Count
from reviewer.services.criteria_sets import count_set, export_sets, find_set, import_sets
from reviewer.storage.local.clock import now_us
from tests.helpers.stores import ADMIN, make_incoming, make_store

LONG = parse_line("duration>5m")
FLAGGED = parse_line("flagged:yes")


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as made:
        yield made


@pytest.fixture
def admin(store):
    return store.session(ADMIN)


def somebody(admin, store, login, role, **more):
    admin.people.add_user(login, login.title(), [role], **more)
    return store.session(login)


def test_sets_go_from_one_store_to_another(admin, tmp_path):
    admin.sets.add("Долгие", Channel.VOICE, LONG)
    admin.sets.add("Флаги", None, FLAGGED)
    data = export_sets(admin.sets).encode()
    with make_store(tmp_path / "second") as second:
        sets = second.session(ADMIN).sets
        result = import_sets(sets, data, "f")
        assert [entry.name for entry in result.added] == ["Долгие", "Флаги"]
        assert (result.rejected, result.changes) == ((), Changes(criteria_sets=True))
        found = {e.name: sets.load(e.id) for e in sets.all()}
        assert found["Долгие"].criteria == LONG
        assert found["Долгие"].entry.channel is Channel.VOICE
        assert not found["Долгие"].entry.shared
        again = import_sets(sets, data, "f")
        assert (again.added, again.unchanged) == ((), ("Долгие", "Флаги"))
        assert again.changes == Changes()


def test_nothing_is_overwritten_a_taken_name_gets_a_number(admin):
    admin.sets.add("x", None, LONG)
    data = export_sets(admin.sets).encode()
    [entry] = admin.sets.all()
    admin.sets.overwrite(entry.id, None, FLAGGED)
    result = import_sets(admin.sets, data, "f")
    assert [entry.name for entry in result.added] == ["x (2)"]
    assert admin.sets.load(entry.id).criteria == FLAGGED
    assert import_sets(admin.sets, data, "f").unchanged == ("x",)
    admin.sets.add("y" * 200, None, LONG)
    long = json.loads(data)
    long["sets"][0] |= {"name": "Y" * 200, "channel": "chat"}
    result = import_sets(admin.sets, json.dumps(long).encode(), "f")
    assert result.added[0].name == "Y" * 196 + " (2)"


def test_what_the_store_refuses_is_told_and_the_others_are_taken(admin, store):
    customer = somebody(admin, store, "client", "customer", services=["Support"])
    nonsense = Block(members=(Condition("nonsense", Op.YES),))
    items = [
        {"name": name, "channel": None, "criteria": to_json(criteria)}
        for name, criteria in (("a", FLAGGED), ("b", nonsense), ("c", LONG))
    ]
    data = json.dumps({"format": FORMAT, "version": 1, "sets": items}).encode()
    result = import_sets(customer.sets, data, "f")
    assert [entry.name for entry in result.added] == ["c"]
    assert [(bad.name, bad.error.code) for bad in result.rejected] == [
        ("a", "query.restricted"),
        ("b", "query.condition"),
    ]


def test_others_sets_are_exported_when_asked_for_and_refused_where_they_are_not_offered(
    admin, store
):
    entry, _ = admin.sets.add("Secret", None, FLAGGED)
    admin.sets.share(entry.id, shared=True)
    manager = somebody(admin, store, "boss", "manager")
    assert '"Secret"' in export_sets(manager.sets, [entry.id])
    assert '"Secret"' not in export_sets(manager.sets)
    customer = somebody(admin, store, "client", "customer", services=["Support"])
    with pytest.raises(RestrictedCriterionError):
        export_sets(customer.sets, [entry.id])


def test_a_set_is_found_by_its_name_an_own_one_first(admin, store):
    for login in ("first", "second"):
        session = somebody(admin, store, login, "qm_manager")
        for name in ("Долгие", "Другие"):
            entry, _ = session.sets.add(name, None, LONG)
            session.sets.share(entry.id, shared=True)
    mine, _ = admin.sets.add("долгие", None, LONG)
    entries = admin.sets.all()
    assert find_set(entries, " ДОЛГИЕ ").id == mine.id
    with pytest.raises(UsageError, match="first/Другие, second/Другие"):
        find_set(entries, "Другие")
    assert find_set(entries, "second/другие").owner == "second"
    with pytest.raises(CriteriaSetNotFoundError, match="Третьи"):
        find_set(entries, "Третьи")


def arrived(number, started_us):
    return make_incoming(number, started_us=started_us, recordings=(), content={})


def test_what_is_new_is_what_came_in_since_yesterday_began(store, admin, monkeypatch):
    now, hour = now_us(), 3_600_000_000
    # Two calls came in three days ago, and an older one only now.
    with monkeypatch.context() as then:
        then.setattr(store._core, "clock", lambda: now - 72 * hour)
        admin.intake.put([arrived(1, now - 73 * hour), arrived(2, now - 74 * hour)])
    admin.intake.put([arrived(3, now - 100 * hour)])
    entry, _ = admin.sets.add("All", Channel.VOICE, Block())
    counts = count_set(admin.sets, admin.interactions, entry)
    assert (counts.total, counts.news) == (Count(3), None)
    entry, _ = admin.sets.watch(entry.id, watched=True)
    counts = count_set(admin.sets, admin.interactions, entry)
    assert (counts.total, counts.news) == (Count(3), Count(1))
