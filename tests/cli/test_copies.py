"""`reviewer backup`, `restore` and `move`: whole and verified, or refused in a sentence."""

from __future__ import annotations

import io
import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from reviewer.models.audit import Act
from reviewer.models.search import Search
from reviewer.services import places
from reviewer.storage.local import Encryption, create, open_store
from reviewer.storage.vault.ring_file import NAME as RING
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSPHRASE = "правильная лошадь"
CALLS = 3


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def sentence(self) -> str:
        """What was refused: one line, perhaps how else, and nothing of the program's inside."""
        assert self.out == ""
        line, *how = self.err.splitlines()
        assert how in ([], ["Give it by --password-file FILE or $REVIEWER_PASSPHRASE."])
        assert "Traceback" not in line
        return line


@pytest.fixture
def run() -> Callable[..., Result]:
    def run(*arguments: object) -> Result:
        out, err = io.StringIO(), io.StringIO()
        try:
            code = main([str(one) for one in arguments], out, err)
        finally:
            choose_language("en")
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(params=["clear", "encrypted"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with three calls; what opens it is in the environment."""
    encryption = None
    monkeypatch.delenv("REVIEWER_PASSPHRASE", raising=False)
    if request.param == "encrypted":
        encryption = Encryption(PASSPHRASE)
        monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    folder = tmp_path / "here" / "store"
    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=encryption) as made:
        made.session(ADMIN).intake.put([make_incoming(n) for n in range(1, CALLS + 1)])
        made.session(ADMIN).people.add_user("anna", "Anna", ["manager"])
    return folder


@pytest.fixture
def backup(run: Callable[..., Result], store: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    done = run("backup", folder, "--store", store, "--user", ADMIN, "--json")
    assert (done.code, json.loads(done.out)["missing"]) == (0, 0), done.err
    return folder


def is_sealed(store: Path) -> bool:
    return (store / RING).exists()


def sounds(folder: Path) -> dict[str, bytes]:
    """Return all recorded bytes of a store, by interaction."""
    found = {}
    opener = PASSPHRASE if is_sealed(folder) else None
    with open_store(folder, opener=opener) as store:
        session = store.session(ADMIN)
        for number in session.interactions.ids(Search()):
            call = session.interactions.get_by_id(number)
            with closing(session.content.open(call.id, call.recordings[0])) as source:
                found[str(call.giid)] = source.read_at(0, source.size)
    return found


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_backed_up_and_restored_everything_is_there_and_holds(
    run: Callable[..., Result], store: Path, backup: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    done = run("restore", backup, again, "--user", ADMIN)
    assert done.code == 0, done.err
    assert done.out.startswith(f"{again}: ")
    assert done.out.rstrip().endswith("verified")
    assert sounds(again) == sounds(store)
    assert len(sounds(again)) == CALLS
    where = ("--store", again, "--user", ADMIN)
    assert run("doctor", *where).code == 0
    assert run("audit", "verify", *where).code == 0
    told = [
        json.loads(line)["act"]
        for line in run("audit", "list", *where, "--json").out.split("\n")
        if line
    ]
    assert {Act.RESTORED, Act.BACKED_UP} <= set(told)


def test_what_a_backup_cannot_be_made_into_is_a_sentence(
    run: Callable[..., Result], store: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    before = there(store)
    for act in ("backup", "move"):
        refused = run(act, taken, "--store", store, "--user", ADMIN)
        assert refused.code != 0
        assert "something is there already" in refused.sentence
        around = run(act, tmp_path, "--store", store, "--user", ADMIN)
        assert "the store itself lies within it" in around.sentence
        for inside in (store / "within", store):
            refused = run(act, inside, "--store", store, "--user", ADMIN)
            assert refused.code != 0
            assert "it lies within the store itself" in refused.sentence
        refused = run(act, tmp_path / "x", "--store", store, "--user", "anna")
        assert refused.code == 3
        assert refused.sentence
    assert there(store) == before
    assert there(taken) == {"mine.txt"}
    assert there(tmp_path) == {"here", "taken"}
    assert len(sounds(store)) == CALLS


def test_what_cannot_be_restored_is_a_sentence_and_leaves_nothing(
    run: Callable[..., Result], store: Path, backup: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    for target, clause in ((backup / "in", "within the store"), (store, "there already")):
        refused = run("restore", backup, target, "--user", ADMIN)
        assert refused.code != 0
        assert clause in refused.sentence
    refused = run("restore", store, again, "--user", ADMIN)
    assert refused.code != 0
    refused = run("restore", backup, again, "--user", "anna")
    assert refused.code == 3
    content = next(path for path in sorted((backup / "vault").rglob("*")) if path.is_file())
    content.write_bytes(content.read_bytes()[:-1])
    refused = run("restore", backup, again, "--user", ADMIN)
    assert refused.code == 5
    assert content.name in refused.sentence
    content.unlink()
    assert run("restore", backup, again, "--user", ADMIN).code == 5
    assert there(tmp_path) == {"here", "backup"}


def test_a_backup_is_not_worked_on_as_if_it_were_a_store(
    run: Callable[..., Result], backup: Path
) -> None:
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    for command in (("search",), ("stats",), ("doctor", "--repair")):
        refused = run(*command, "--store", backup, "--user", ADMIN)
        assert refused.code == 2
        assert f"{backup} is a backup" in refused.err
    assert {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()} == before


def test_a_store_is_moved_and_remembered_where_it_is(
    run: Callable[..., Result], store: Path, tmp_path: Path
) -> None:
    target, wanted = tmp_path / "there", sounds(store)
    done = run("move", target, "--store", store, "--user", ADMIN)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"The store is at {target} now.\n"
    assert there(store.parent) == set()
    assert sounds(target) == wanted
    assert places.last_store() == str(target)
    assert run("doctor", "--store", target, "--user", ADMIN).code == 0
    gone = run("backup", tmp_path / "x", "--store", store, "--user", ADMIN)
    assert gone.code == 4
    assert gone.sentence


@pytest.mark.parametrize("store", ["encrypted"], indirect=True)
def test_without_the_right_passphrase_nothing_is_copied(
    run: Callable[..., Result], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    assert run("backup", backup, "--store", store, "--user", ADMIN).code == 0
    commands = (
        ("backup", tmp_path / "x", "--store", store),
        ("move", tmp_path / "x", "--store", store),
        ("restore", backup, tmp_path / "x"),
    )
    for given, clause in (("the wrong one", "is not the passphrase"), (None, "is encrypted")):
        if given is None:
            monkeypatch.delenv("REVIEWER_PASSPHRASE")
        else:
            monkeypatch.setenv("REVIEWER_PASSPHRASE", given)
        for command in commands:
            refused = run(*command, "--user", ADMIN)
            assert refused.code == 3
            assert clause in refused.sentence
            assert ".part" not in refused.sentence
    assert there(tmp_path) == {"here", "backup"}
    assert there(store.parent) == {"store"}
    # No recorded byte of it lies in the backup in the clear.
    wanted = set(sounds(store).values())
    for path in backup.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(sound in data for sound in wanted)
