"""A link given to a second process is opened in the window that runs already."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from reviewer.app import Program
from reviewer.models.links import Link
from reviewer.storage.local import create
from reviewer.ui.handing_over import LinkInbox, hand_over, name_of
from tests.helpers.stores import ADMIN, SETTINGS, make_giid, make_incoming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore

pytestmark = [pytest.mark.display]
GIID = make_giid(1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    # Not a copy of the usual one: its id is its own.
    with closing(create(tmp_path / "store", settings=SETTINGS, admin_login=ADMIN)) as made:
        made.session(ADMIN).intake.put([make_incoming(1), make_incoming(2)])
        yield made


@pytest.fixture
def program(qapp, theme, store, settings) -> Iterator[Program]:
    settings.set_value("sound/arguments", ["--aout=adummy"])
    made = Program(qapp, store, store.session(ADMIN), settings=settings, scheme="light")
    made.window.show()
    yield made
    made.close()
    made.deleteLater()


def second(qtbot, *arguments: str) -> QProcess:
    """Run the program a second time until it ends, while the first goes on."""
    process = QProcess()
    process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
    process.start(sys.executable, ["-m", "reviewer", *arguments])
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=60_000)
    return process


def shown(program: Program) -> str | None:
    page = program.window.current
    opened = getattr(page, "opened", None)
    return opened.interaction.giid if opened is not None else None


def test_a_second_process_hands_its_link_over_and_ends(qtbot, program, store) -> None:
    program.window.showMinimized()
    process = second(qtbot, "open", str(Link(store.id, GIID)))
    assert process.exitCode() == 0, bytes(process.readAll().data()).decode()
    qtbot.waitUntil(lambda: shown(program) == GIID, timeout=20_000)
    assert not program.window.isMinimized()


def test_a_giid_goes_to_the_window_of_the_store_named_with_it(qtbot, program, store) -> None:
    process = second(qtbot, "open", str(store.folder), GIID)
    assert process.exitCode() == 0, bytes(process.readAll().data()).decode()
    qtbot.waitUntil(lambda: shown(program) == GIID, timeout=20_000)


def test_where_no_window_runs_nobody_takes_it(qtbot, qapp) -> None:
    assert not hand_over(str(Link("0b3a5bb8-7a0f-4f0c-9f3a-000000000000", GIID)), "/nowhere")
    assert not hand_over(GIID, "/nowhere")
    assert not hand_over("reviewer://nonsense", "/nowhere")


def test_unknown_erased_and_forbidden_are_one_sentence(qtbot, program, store) -> None:
    said: list[str] = []
    program.presenter.sentence_shown.connect(lambda text, *_: said.append(text))
    for link in (
        str(Link(store.id, make_giid(77))),
        str(Link("0b3a5bb8-7a0f-4f0c-9f3a-000000000000", make_giid(77))),
        make_giid(77),
    ):
        program.inbox.arrived.emit(link)
        qtbot.waitUntil(lambda: not program.runner.busy)
    assert len(said) == 3
    assert len(set(said)) == 1
    assert make_giid(77) in said[0]


def test_while_the_window_is_locked_it_stays_hidden(qtbot, program, store, monkeypatch) -> None:
    from reviewer.ui.locking import LockDialog

    dialog = LockDialog(program._session, program.runner, by_password=False)
    qtbot.addWidget(dialog)
    program.lock.dialog = dialog
    program.window.hide()
    program.inbox.arrived.emit(str(Link(store.id, GIID)))
    assert dialog.isVisible()
    assert not program.window.isVisible()
    program.lock.dialog = None
    dialog.end()


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\n",
        b"[]\n",
        b'{"link": 3}\n',
        b'{"link": "rm -rf"}\n',
        b'{"link": "reviewer://x/y"}\n',
        b"\xff\xfe\n",
        b"x" * 10_000,
    ],
)
def test_what_is_no_link_is_refused(qtbot, qapp, sent) -> None:
    inbox = LinkInbox(qapp, (f"test {sent[:9]!r}",))
    came: list[str] = []
    inbox.arrived.connect(came.append)
    socket = QLocalSocket()
    socket.connectToServer(name_of(f"test {sent[:9]!r}"))
    socket.write(sent)
    socket.flush()
    unconnected = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: socket.state() == unconnected, timeout=5_000)
    assert came == []
    assert b"taken" not in bytes(socket.readAll().data())
    inbox.close()


def test_what_a_killed_window_left_behind_is_taken_over(qtbot, qapp) -> None:
    code = (
        "import os, sys\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from PySide6.QtNetwork import QLocalServer\n"
        "app = QCoreApplication([])\n"
        "server = QLocalServer()\n"
        "assert server.listen(sys.argv[1])\n"
        "os._exit(9)\n"
    )
    process = QProcess()
    process.start(sys.executable, ["-c", code, name_of("killed")])
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.NotRunning, timeout=30_000)
    assert process.exitCode() == 9
    inbox = LinkInbox(qapp, ("killed",))
    assert inbox.listens
    inbox.close()


def test_the_second_window_of_a_store_leaves_links_to_the_first(qtbot, qapp) -> None:
    first = LinkInbox(qapp, ("store",))
    other = LinkInbox(qapp, ("store",))
    assert (first.listens, other.listens) == (True, False)
    first.close()
    other.close()


def test_only_its_user_may_reach_it(qtbot, qapp) -> None:
    inbox = LinkInbox(qapp, ("mine",))
    (server,) = inbox._servers
    assert server.socketOptions() == QLocalServer.SocketOption.UserAccessOption
    inbox.close()


def test_a_link_that_the_system_brings_by_an_event(qtbot, qapp) -> None:
    inbox = LinkInbox(qapp, ("events",), by_events=True)
    came: list[str] = []
    inbox.arrived.connect(came.append)
    link = str(Link("0b3a5bb8-7a0f-4f0c-9f3a-000000000000", GIID))
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl(link)))
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("file:///etc/passwd")))
    assert [text.lower() for text in came] == [link.lower()]
    inbox.close()
