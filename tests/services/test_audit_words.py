"""What entries of the audit log say more, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.messages import speaking
from reviewer.models.access import UserChange
from reviewer.models.audit import Act, AuditEntry, AuditQuery
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.services.audit_words import detail_words
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.audit import Detail


def entry(act: Act | str, detail: Detail) -> AuditEntry:
    return AuditEntry(1, WallUs(0), "boss", str(act), 0, "", detail, "", b"")


SAID = [
    (
        Act.DELETED,
        {"kinds": ["email"], "recordings": 1, "message": 2, "reason_sha256": "f0"},
        "email message; 1 recording; message 2 of the chain",
        "сообщение Email; 1 запись; письмо 2 в переписке",
    ),
    (
        Act.SEARCHED,
        {"criteria": ["agent", "text"], "channel": "voice"},
        None,
        None,
    ),
    (
        Act.USER_CHANGED,
        {"user": "anna", "changed": ["roles"], "roles": ["supervisor", "own"], "disabled": 0},
        "user anna; changed: roles; roles: Supervisor, own; enabled",
        "пользователь anna; изменено: роли; роли: Супервизор, own; включён",
    ),
    (
        Act.RETENTION_CHANGED,
        {"rules": ["* voice 30", "Claims chat 0"]},
        "all services, voice recording: 30 days; Claims, chat: for ever",
        None,
    ),
    (
        Act.ERASING_ABANDONED,
        {"began": "boss", "left": 3, "of": 10},
        "begun by boss; 3 of 10 left",
        "начал boss; осталось 3 из 10",
    ),
    (Act.TAKEN_IN, {"was": "A-1"}, "it was A-1", "это было A-1"),
    (Act.LOG_BEGUN, {"public": "abcdef"}, "", ""),
    ("act.of.tomorrow", {"moons": 2, "names": ["x"]}, "moons: 2; names: x", "moons: 2; names: x"),
]


@pytest.mark.parametrize(("act", "detail", "english", "russian"), SAID)
def test_entries_are_worded(
    act: Act | str, detail: Detail, english: str | None, russian: str | None
) -> None:
    for language, expected in (("en", english), ("ru", russian)):
        with speaking(language):
            said = detail_words(entry(act, detail))
        if expected is not None:
            assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_nothing_that_the_store_enters_is_told_by_its_key(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([make_incoming(number) for number in (1, 2)])
        first, second = (session.interactions.find(make_giid(n)) for n in (1, 2))
        session.interactions.search(Search(parse_line("agent:ivanova")))
        category = session.evaluations.categories()[0].name
        session.evaluations.save(first, 1, [CategoryScore(category, 3)])
        session.records.set_tags(first, ["one"])
        session.records.add_note(first, "words")
        user, _ = session.people.add_user("anna", "Anna", ["manager"])
        session.people.change_user(user.id, UserChange(roles=("supervisor",), disabled=True))
        role, _ = session.people.add_role("Own", [])
        session.people.remove_role(role.key)
        session.centre.change(SettingsChange(lock_minutes=3))
        session.keeping.set_rules([RetentionRule("", What.VOICE, 5)])
        session.keeping.hold([first], "court")
        session.erasure.preview([second], [What.VOICE])
        session.erasure.erase([second], [What.VOICE], "r", shared=Shared.CUT)
        session.audit.report(Act.EXPORTED, detail={"rows": 1, "files": 2, "contents": ["voice"]})
        entries = session.audit.entries(AuditQuery(), limit=100)
    assert len({one.act for one in entries}) > 12
    told = {key for one in entries for key in one.detail}
    for language in ("en", "ru"):
        with speaking(language):
            for one in entries:
                words = detail_words(one)
                assert not [key for key in told if f"{key}:" in words.split("; ")], one
                assert "_" not in words
