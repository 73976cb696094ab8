"""Each command and verb, by somebody who may look and nothing else: refused, or known to be free.

What a command does with what they may not see is tried in `test_access_matrix`.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from reviewer.cli import main as cli
from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.models.erasure import Shared, What
from reviewer.storage.catalogue.fields import metadata
from reviewer.storage.local import open_store
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

REFUSED: Final[dict[str, tuple[str, ...]]] = {
    "import": ("{folder}",),
    "evaluate": ("{giid}", "--segment", "1", "--scores", "{scores}"),
    "export": ("--to", "{out}"),
    "erase": ("{giid}", "--what", "voice", "--reason", "because", "--yes"),
    "hold add": ("{giid}", "--reason", "because"),
    "hold remove": ("{giid}", "--reason", "because"),
    "retention show": (),
    "retention set": ("voice=30",),
    "retention run": (),
    "requests show": ("1",),
    "requests approve": ("1",),
    "requests refuse": ("1",),
    "certificate make": ("giid:{giid}", "--to", "{out}"),
    "certificate verify": ("{certificate}",),
    "audit list": (),
    "audit verify": (),
    "audit export": ("--to", "{out}"),
    "keys list": (),
    "keys create": (),
    "keys reencrypt": (),
    "keys roll": (),
    "keys recovery": (),
    "keys passphrase": (),
    "keys encrypt": ("voice",),
    "keys decrypt": ("--yes",),
    "keys kinds": ("voice",),
    "keys system": ("on",),
    "keys file": ("{out}",),
    "keys ring": ("{out}",),
    "users list": (),
    "users add": ("other",),
    "users change": (ADMIN, "--name", "Other"),
    "users disable": (ADMIN,),
    "users enable": (ADMIN,),
    "users delete": (ADMIN,),
    "users unlock": (ADMIN,),
    "users explain": (ADMIN, "{giid}"),
    "users who": ("{giid}",),
    "roles list": (),
    "roles show": ("agent",),
    "roles add": ("Mine", "--add", "listen.all"),
    "roles change": ("agent", "--add", "listen.all"),
    "roles delete": ("agent",),
    "settings set": ("lock-minutes", "9"),
    "backup": ("{out}",),
    "restore": ("{backup}", "{out}"),
    "move": ("{out}",),
    "doctor": (),
    "stats": (),
}
"""Command and verb, with arguments that another user would get something done by."""
FREE: Final = {
    # What makes a store of one's own, or shows what one may see.
    *("open", "demo", "init", "search", "show", "play"),
    *("hold list", "requests list", "settings list", "settings get"),
    # What is one's own; and the names of all privileges, which are no secret.
    *("users password", "users places", "users sign-out", "roles privileges"),
    *(
        f"sets {verb}"
        for verb in ("list", "show", "save", "rename", "remove", "share", "unshare", "watch")
    ),
    *("sets unwatch", "sets news", "sets export", "sets import"),
}


def commands() -> set[str]:
    """Return every command, with each of its verbs where it has some."""
    found = set()
    for name in cli.COMMANDS:
        (parser,) = (
            action.choices[name]
            for action in cli._parser(name)._actions
            if isinstance(action, argparse._SubParsersAction)
        )
        verbs = [
            f"{name} {verb}"
            for action in parser._actions
            if isinstance(action, argparse._SubParsersAction)
            for verb in action.choices
        ]
        found |= set(verbs or [name])
    return found


def test_every_command_is_refused_or_known_to_be_free() -> None:
    assert commands() == REFUSED.keys() | FREE


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A store, and what the commands are given."""
    folder = tmp_path_factory.mktemp("refusals")
    with make_store(folder) as store:
        admin = store.session(ADMIN)
        landed, _ = admin.intake.put([make_incoming(1), make_incoming(2)])
        gone = landed[1].interaction_id
        assert gone is not None
        admin.erasure.erase([gone], {What.VOICE}, "asked for", shared=Shared.CUT)
        role, _ = admin.people.add_role("Looker", {Privilege.LISTEN_TEAMS})
        admin.people.add_user("looker", "Looker", [role.key], teams=["Sales"])
        url = store.url
    for name in ("folder", "backups"):
        (folder / name).mkdir()
    (folder / "scores.json").write_text('{"categories": {"Greeting": 7}}', encoding="utf-8")
    found = {
        "store": url,
        "folder": str(folder / "folder"),
        "giid": make_giid(1),
        "scores": str(folder / "scores.json"),
        "out": str(folder / "out"),
        "certificate": str(folder / "gone.json"),
        "backup": str(folder / "backups" / "one"),
    }
    assert run(found, ADMIN, "backup", found["backup"])[0] == 0
    made = ("certificate", "make", f"giid:{make_giid(2)}", "--to", found["certificate"])
    assert run(found, ADMIN, *made)[0] == 0
    return found


def run(places: dict[str, str], login: str, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        where = () if arguments[0] == "restore" else ("--store", places["store"])
        code = cli.main([*arguments, *where, "--user", login], out, err)
    finally:
        choose_language("en")
    return code, out.getvalue(), err.getvalue()


def contents(places: dict[str, str]) -> dict[str, int]:
    with open_store(Path(places["store"])) as store, store._core.database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if not name.startswith("audit") and name != "sign_ins"
        }


@pytest.mark.parametrize("command", REFUSED)
def test_who_may_only_look_is_refused_and_leaves_nothing(
    places: dict[str, str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REVIEWER_PASSPHRASE", "REVIEWER_NEW_PASSPHRASE", "REVIEWER_NEW_PASSWORD"):
        monkeypatch.setenv(name, "correct horse battery staple")
    before = contents(places)
    arguments = [word.format(**places) for word in REFUSED[command]]
    code, out, err = run(places, "looker", *command.split(), *arguments)
    assert code == 3, err
    # What is said of the machine is nothing of the store.
    assert out == "" or command == "doctor"
    assert "Looker" not in out
    assert "You do not have the privilege for this" in err
    assert contents(places) == before
    assert not Path(places["out"]).exists()
