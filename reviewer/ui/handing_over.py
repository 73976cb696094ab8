"""A link that a second process is given is opened in the window that runs already.

The window listens under two names that only its user can reach: one follows from the store's id,
which links carry, the other from the store's address. What comes in is a link, nothing else.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QStandardPaths, Signal, Slot
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from typing_extensions import override

from reviewer.models.links import is_link, parse_link

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_log = logging.getLogger(__name__)
_MOST_BYTES: Final = 4096
_WAIT_MS: Final = 2000
_TAKEN: Final = b"taken\n"


def name_of(what: str) -> str:
    """Return where the window of a store listens, by the store's id or its address."""
    user = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    name = "reviewer-" + hashlib.sha256(f"{user} {what}".encode()).hexdigest()[:24]
    if os.name == "nt":
        return name
    # A folder of the user's own, which nobody else may look into.
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    return str(Path(folder, name)) if folder else name


def hand_over(link: str, address: str, *, wait_ms: int = _WAIT_MS) -> bool:
    """Give a link to the running window of its store.

    Args:
        link: A link, or a GIID of the store at `address`.
        address: Of the store that would be opened otherwise.
        wait_ms: How long the window has to answer.

    Returns:
        Whether a window has taken it; False where none runs, or it does not answer.

    Thread: any; needs no application.
    """
    parsed = parse_link(link)
    if parsed is None:
        return False
    return _give(name_of(parsed.store_id or address), link.strip(), wait_ms)


def _give(name: str, link: str, wait_ms: int) -> bool:
    """Say a link to whoever listens. Not by Qt: there is no application yet."""
    told = json.dumps({"link": link}).encode() + b"\n"
    try:
        if sys.platform == "win32":
            with Path(rf"\\.\pipe\{name}").open("r+b", buffering=0) as pipe:
                pipe.write(told)
                return pipe.read(len(_TAKEN)) == _TAKEN
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(wait_ms / 1000)
            line.connect(name)
            line.sendall(told)
            with line.makefile("rb") as answer:
                return answer.readline(len(_TAKEN)) == _TAKEN
    except OSError:
        # Nobody is there, or nobody answers.
        return False


class LinkInbox(QObject):
    """Takes links that other processes of the same user hand over. Thread: main.

    Args:
        app: The application.
        names: The store's id and its address.
        parent: Owner.
        by_events: Whether the system brings links by events of the application, as macOS does.
    """

    # (link: str) It is to be opened, and the window to come to the front.
    arrived = Signal(str)

    def __init__(
        self,
        app: QApplication,
        names: tuple[str, ...],
        parent: QObject | None = None,
        *,
        by_events: bool = sys.platform == "darwin",
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._servers: list[QLocalServer] = []
        for what in dict.fromkeys(names):
            server = _listening(name_of(what), self)
            if server is not None:
                server.newConnection.connect(self._on_server_new_connection)
                self._servers.append(server)
        if by_events:
            app.installEventFilter(self)

    @property
    def listens(self) -> bool:
        """Whether links come here; not where another window of the store was first."""
        return bool(self._servers)

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._app.removeEventFilter(self)
        for server in self._servers:
            server.close()
        self._servers.clear()

    @Slot()
    def _on_server_new_connection(self) -> None:
        for server in self._servers:
            while (peer := server.nextPendingConnection()) is not None:
                peer.setReadBufferSize(_MOST_BYTES)
                peer.readyRead.connect(self._on_peer_ready_read)
                peer.disconnected.connect(peer.deleteLater)
                self._read(peer)

    @Slot()
    def _on_peer_ready_read(self) -> None:
        peer = self.sender()
        if isinstance(peer, QLocalSocket):
            self._read(peer)

    def _read(self, peer: QLocalSocket) -> None:
        if not peer.canReadLine():
            if peer.bytesAvailable() >= _MOST_BYTES:
                peer.abort()
            return
        link = _link_in(bytes(peer.readLine(_MOST_BYTES).data()))
        if link is None:
            _log.info("what another process handed over is no link")
            peer.abort()
            return
        peer.write(_TAKEN)
        peer.flush()
        peer.disconnectFromServer()
        self.arrived.emit(link)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._app and isinstance(event, QFileOpenEvent):
            link = event.url().toString()
            if is_link(link):
                self.arrived.emit(link)
                return True
        return False


def _listening(name: str, parent: QObject) -> QLocalServer | None:
    """Return a server that listens, None where another window does already."""
    # Asked first: a server that only its user may reach takes a name without saying so.
    probe = QLocalSocket()
    probe.connectToServer(name)
    if probe.waitForConnected(_WAIT_MS):
        probe.abort()
        return None
    # What a process that was killed has left behind.
    QLocalServer.removeServer(name)
    server = QLocalServer(parent)
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    if server.listen(name):
        return server
    _log.warning("links of other processes cannot be taken: %s", server.serverError().name)
    return None


def _link_in(line: bytes) -> str | None:
    """Return the link that a line carries, None for anything else."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    link = told.get("link") if isinstance(told, dict) else None
    if not isinstance(link, str) or parse_link(link) is None:
        return None
    return link
