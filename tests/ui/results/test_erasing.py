"""Deleting and holding what is selected in the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.models.access import Privilege
from reviewer.models.erasure import What
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.ui.erasing.dialog import EraseDialog
from reviewer.ui.erasing.hold_dialog import HoldDialog
from reviewer.ui.results.page import ResultsPage
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.storage.local import LocalStore
    from reviewer.ui.page import Shell

_COUNT = 6


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = make_store(tmp_path)
    made.session(ADMIN).intake.put(make_incoming(n) for n in range(1, _COUNT + 1))
    yield made
    made.close()


def idle(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


def opened(qtbot: QtBot, shell: Shell, store: LocalStore, login: str) -> ResultsPage:
    page = ResultsPage(shell, store.session(login))
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.open(Search())
    qtbot.waitUntil(lambda: page.model.total == _COUNT and page.settled, timeout=20_000)
    idle(qtbot, shell)
    return page


def test_the_selection_is_deleted_but_for_what_is_held(
    qtbot: QtBot, shell: Shell, store: LocalStore
) -> None:
    admin = store.session(ADMIN)
    held = admin.interactions.find(make_giid(2))
    admin.keeping.hold([held], "court")
    page = opened(qtbot, shell, store, ADMIN)
    page.view.selectAll()
    page.erasing.ask_delete()
    dialog = page.erasing.dialog
    assert isinstance(dialog, EraseDialog)
    idle(qtbot, shell)
    assert "5 interactions have content." in dialog.choosing.state.text()
    assert "1 is under a legal hold" in dialog.choosing.state.text()
    assert dialog.choosing.what == (What.VOICE,)
    dialog.choosing.reason.setText("contract ended")
    dialog.go_on()
    idle(qtbot, shell)
    assert dialog.consequences is not None
    dialog.go_on()
    idle(qtbot, shell)
    said = shell.notifier.said[-1]  # type: ignore[attr-defined]
    assert "Deleted in 5 interactions." in said
    assert "1 is under a legal hold" in said
    # The icons of the rows are grey at once.
    qtbot.waitUntil(lambda: page.settled and not shell.runner.busy, timeout=20_000)
    states = {page.model.result(n).giid: page.model.result(n).voice for n in range(_COUNT)}
    assert states.pop(make_giid(2)) is RecordingState.AVAILABLE
    assert set(states.values()) == {RecordingState.DELETED}


def test_the_selection_is_held(qtbot: QtBot, shell: Shell, store: LocalStore) -> None:
    page = opened(qtbot, shell, store, ADMIN)
    page.view.choose(0)
    page.erasing.ask_hold()
    dialog = page.erasing.dialog
    assert isinstance(dialog, HoldDialog)
    dialog.reason.setText("court")
    dialog.go()
    idle(qtbot, shell)
    holds = store.session(ADMIN).keeping.holds()
    assert [hold.reason for hold in holds] == ["court"]


def test_without_the_privilege_there_is_no_act(
    qtbot: QtBot, shell: Shell, store: LocalStore
) -> None:
    admin = store.session(ADMIN)
    role, _ = admin.people.add_role("listens", [Privilege.LISTEN_ALL])
    admin.people.add_user("anna", "Anna", [role.key])
    page = opened(qtbot, shell, store, "anna")
    there = {spec.name for spec, _ in shell.actions.visible(page.window())}
    assert not there & {"results.delete_selection", "results.hold_selection"}
