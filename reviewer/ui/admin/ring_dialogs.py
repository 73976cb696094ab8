"""Windows that ask for a file beside the store: a key file that opens it, a place for its ring."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog
from typing_extensions import override

from reviewer.messages import tr
from reviewer.paths import typed_path
from reviewer.storage.address import content_folder
from reviewer.ui.admin.edit_dialog import EditDialog
from reviewer.ui.admin.form_page import line
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_KEY_FILE: Final = "reviewer.key"
_RING: Final = "keyring.json"


class FileDialog(EditDialog):
    """Takes the path of a file that is not there yet, typed or chosen. Thread: main."""

    # (path: Path | None) It was written there; None: nothing was named.
    written = Signal(object)

    def __init__(
        self,
        title: str,
        said: str,
        shell: Shell,
        *,
        act: str,
        label: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        """Make it; `name` is what the file is called where a dialog of files proposes it."""
        super().__init__(title, said, shell.runner, icon="lock", act=act, parent=parent)
        self._title, self._name = title, name
        self.put(Label(label, "small", "text2"))
        self.path = self.make_field(label, secret=False)
        self.choose = Button(tr("Choose"), "folder-open")
        self.choose.clicked.connect(self.ask_file)
        self.put(line(self.path, self.choose, stretch=False))
        self.path.setFocus()

    @property
    def meant(self) -> Path | None:
        """What is named: an absolute path, below the user's home where only a part was typed."""
        text = self.path.text().strip()
        return Path.home() / typed_path(text) if text else None

    @override
    def wrong(self) -> str:
        empty = self.meant is None and self.path not in self.optional
        return tr("Name a file") if empty else ""

    @override
    def taken(self, result: object) -> None:
        meant = self.meant
        super().taken(result)
        self.written.emit(meant)

    @Slot()
    def ask_file(self) -> None:
        """Show a dialog of files."""
        dialog = QFileDialog(self, self._title, str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # What is there is never written over.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, on=True)
        dialog.selectFile(self._name)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.path.setText(path)
        self.path.textEdited.emit(path)


class KeyFileDialog(FileDialog):
    """Writes a key file."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        said = tr(
            "It opens the store without the passphrase, for machines where nobody types one. Keep "
            "it where nobody else reads it, and not beside the store. An earlier key file opens "
            "no more."
        )
        act, label = tr("Write the key file"), tr("A file that is not there yet")
        super().__init__(
            tr("Write a key file"),
            said,
            shell,
            act=act,
            label=label,
            name=_KEY_FILE,
            parent=parent,
        )
        self._session = session

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_write_key_file, self._session, self.meant or Path())


class RingDialog(FileDialog):
    """Moves the key ring."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        said = tr(
            "On another disk it is not copied or stolen along with the store, which nothing opens "
            "without it: it must be there whenever the store is opened. Backups do not hold it "
            "then; keep a copy of it by itself, the newest one only."
        )
        act, label = tr("Move the key ring"), tr("A file that is not there yet")
        super().__init__(
            tr("Where the key ring is kept"),
            said,
            shell,
            act=act,
            label=label,
            name=_RING,
            parent=parent,
        )
        self._session = session
        home = content_folder(session.store.url)
        self.path.setPlaceholderText(tr("Nothing: in the store's folder, {folder}", folder=home))
        self.optional.append(self.path)
        self.ready()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_move_ring, self._session, self.meant)


def _write_key_file(session: Session, path: Path, _progress: TaskProgress) -> None:
    session.keys.make_key_file(path)


def _move_ring(session: Session, path: Path | None, _progress: TaskProgress) -> None:
    session.keys.move_ring(path)
