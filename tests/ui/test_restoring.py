"""A backup that is chosen where a store is to be opened is restored into a folder of its own."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from reviewer.models.search import Search
from reviewer.storage.local import open_store
from reviewer.ui.own_store import OwnStore
from tests.helpers.stores import ADMIN, make_encrypted, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.page import Shell
    from reviewer.ui.restoring import RestoreDialog

LONG = 60_000


@pytest.fixture(params=[False, True], ids=["clear", "encrypted"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    with closing(
        make_encrypted(tmp_path / "store") if request.param else make_store(tmp_path)
    ) as made:
        made.session(ADMIN).intake.put([make_incoming(n) for n in (1, 2)])
        if request.param:
            made.session(ADMIN).keys.move_ring(tmp_path / "ring.json")
        yield made


@pytest.fixture
def launched() -> list[str]:
    return []


@pytest.fixture
def asked(
    qtbot: QtBot, shell: Shell, store: LocalStore, tmp_path: Path, launched: list[str]
) -> Iterator[Callable[[], RestoreDialog]]:
    """Backs the store up, and chooses the backup where a store is to be opened."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    def launch(command: object) -> bool:
        launched.append(str(list(command)[-1]))  # type: ignore[call-overload]
        return True

    session = store.session(ADMIN)
    session.copies.back_up(tmp_path / "backup")
    own = OwnStore(
        window,
        store.url,
        session,
        demo=False,
        runner=shell.runner,
        actions=shell.actions,
        notifier=shell.notifier,
        launch=launch,
    )

    def ask() -> RestoreDialog:
        own._on_store_chosen(str(tmp_path / "backup"))
        qtbot.waitUntil(lambda: own.restoring is not None, timeout=LONG)
        assert own.restoring is not None
        return own.restoring

    yield ask
    own.deleteLater()


def test_it_is_restored_beside_and_opens(
    qtbot: QtBot,
    asked: Callable[[], RestoreDialog],
    store: LocalStore,
    tmp_path: Path,
    launched: list[str],
) -> None:
    dialog = asked()
    target = tmp_path / "backup-restored"
    assert dialog.target.text() == str(target)
    # A name alone is one beside the backup.
    dialog.target.setText(target.name)
    assert dialog.login.text() == ADMIN
    assert (dialog.opener is not None) is store.is_encrypted
    # Kept apart, the ring is copied: with one for both, a roll in either would close the other.
    told = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert (str(tmp_path / "ring.json") in told) is store.is_encrypted
    qtbot.waitUntil(lambda: dialog.said.height() >= dialog.said.heightForWidth(dialog.said.width()))
    if dialog.opener is not None:
        assert not dialog.act.isEnabled()
        dialog.opener.setText("the wrong one")
        dialog.attempt()
        qtbot.waitUntil(lambda: "not the passphrase" in dialog.told.text(), timeout=LONG)
        assert not target.exists()
        dialog.opener.setText(store.way_in)
    with qtbot.waitSignal(dialog.restored, timeout=LONG):
        dialog.attempt()
    assert launched == [str(target)]
    if store.is_encrypted:
        # A ring of its own, which notes where it stands.
        assert (target / "keyring.json").is_file()
        assert (tmp_path / "ring.json").is_file()
    with closing(open_store(target, opener=store.way_in or None)) as made:
        assert made.session(ADMIN).interactions.count(Search()).n == 2


@pytest.mark.parametrize("store", [False], indirect=True)
def test_what_cannot_be_done_is_told_in_place_and_giving_up_leaves_nothing(
    qtbot: QtBot,
    shell: Shell,
    asked: Callable[[], RestoreDialog],
    store: LocalStore,
    tmp_path: Path,
    launched: list[str],
) -> None:
    dialog = asked()
    dialog.target.setText(str(store.folder))
    dialog.attempt()
    qtbot.waitUntil(lambda: "something is there already" in dialog.told.text(), timeout=LONG)
    dialog.target.setText(str(tmp_path / "again"))
    dialog.login.setText("nobody")
    dialog.attempt()
    qtbot.waitUntil(lambda: "nobody" in dialog.told.text(), timeout=LONG)
    assert not (tmp_path / "again").exists()
    dialog.login.setText(ADMIN)
    dialog.attempt()
    (task,) = shell.runner.tasks
    task.cancel()
    qtbot.waitUntil(dialog.act.isEnabled, timeout=LONG)
    dialog.attempt()
    dialog.cancel.click()
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=LONG)
    assert launched == []
    assert {path.name for path in tmp_path.iterdir()} <= {"store", "backup", "window.ini"}
