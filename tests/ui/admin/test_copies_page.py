"""Backing the store up and moving it, from its page."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.app import Program
from reviewer.errors import StoreClosedError
from reviewer.models.search import Search
from reviewer.services import places
from reviewer.services.copying import restore_store
from reviewer.storage.local import open_store
from reviewer.ui.admin.copies_page import CopiesPage
from reviewer.ui.dialogs import ConfirmDialog
from tests.helpers.postgresql import ServerStores
from tests.helpers.stores import ADMIN, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.page import Shell

LONG = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        made.session(ADMIN).intake.put([make_incoming(n) for n in (1, 2)])
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: Shell, store: LocalStore) -> CopiesPage:
    made = CopiesPage(shell, store.session(ADMIN))
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    made.entered()
    return made


def idle(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=LONG)


def count(folder: Path) -> int:
    with closing(open_store(folder)) as store:
        return store.session(ADMIN).interactions.count(Search()).n


def test_a_folder_that_is_not_there_yet_is_proposed_and_backed_up_into(
    qtbot: QtBot, shell: Shell, page: CopiesPage, store: LocalStore, tmp_path: Path
) -> None:
    assert str(store.folder) in page._where.text()
    assert "store-20" in page.backup_path.text()
    backup = tmp_path / "backups" / "monday"
    page.backup_path.setText(str(backup))
    page.backup_button.click()
    assert not page.backup_button.isEnabled()
    assert not page.move_button.isEnabled()
    idle(qtbot, shell)
    assert page.told.text().startswith(f"{backup}: ")
    assert page.backup_button.isEnabled()
    again = tmp_path / "again"
    restore_store(backup, again, None, lambda made: made.session(ADMIN))
    assert count(again) == 2
    # What is there already is refused in place, and the page can be used again.
    page.backup_button.click()
    idle(qtbot, shell)
    assert page.error.isVisible()
    assert "something is there already" in page.error._more.text()
    assert page.backup_button.isEnabled()
    # The next one is proposed beside it.
    page._on_folder_chosen(page.backup_path, str(backup.parent))
    assert page.backup_path.text().startswith(str(backup.parent / "store-20"))


def test_stopped_it_leaves_nothing_and_says_so(
    qtbot: QtBot, shell: Shell, page: CopiesPage, tmp_path: Path
) -> None:
    page.backup_path.setText(str(tmp_path / "backup"))
    page.back_up()
    for task in shell.runner.tasks:
        task.cancel()
    idle(qtbot, shell)
    assert {path.name for path in tmp_path.iterdir()} <= {"store", "window.ini"}
    assert page.backup_button.isEnabled()


def test_a_move_is_asked_first_and_refused_where_it_cannot_be(
    qtbot: QtBot, shell: Shell, page: CopiesPage, store: LocalStore
) -> None:
    page.move_path.setText(str(store.folder / "within"))
    page.ask_move()
    dialog = page.dialog
    assert isinstance(dialog, ConfirmDialog)
    assert store.folder.is_dir()
    dialog.act.click()
    idle(qtbot, shell)
    assert "within the store itself" in page.error._more.text()
    assert shell.navigator.left_for == []
    assert count(store.folder) == 2


def test_a_moved_store_opens_anew_and_its_windows_close(
    qtbot: QtBot, qapp, theme, store: LocalStore, settings, tmp_path: Path
) -> None:
    session = store.session(ADMIN)
    program = Program(qapp, store, session, settings=settings, scheme="light")
    program.window.show()
    launched: list[list[str]] = []
    program.own._launch = lambda command: bool(launched.append(list(command))) or True
    program.windows.open("results", Search())
    program.window.go("copies")
    page = program.window.page("copies")
    target = tmp_path / "elsewhere" / "store"
    page.move_path.setText(str(target))
    page.ask_move()
    page.dialog.act.click()
    qtbot.waitUntil(lambda: program._closed, timeout=LONG)
    assert [command[-2:] for command in launched] == [["open", str(target)]]
    assert places.last_store() == str(target)
    assert program.late == ()
    assert not store.folder.exists()
    assert count(target) == 2
    with pytest.raises(StoreClosedError):
        session.interactions.count(Search())
    program.deleteLater()


def test_of_a_store_on_a_server_neither_is_offered(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    with closing(ServerStores(tmp_path)) as stores, closing(stores.make()) as store:
        page = CopiesPage(shell, store.session(ADMIN))
        qtbot.addWidget(page)
        page.show()
        page.entered()
        said = "This store is on a server: it is backed up by the server's own means."
        assert page._where.text() == said
        for name, button in (("back_up", page.backup_button), ("move", page.move_button)):
            assert not button.isVisible()
            action = shell.actions.action(f"copies.{name}", page)
            assert not action.isEnabled()
            assert action.toolTip() == said
