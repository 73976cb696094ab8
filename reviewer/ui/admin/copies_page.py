"""The whole store: backed up into a folder of its own, and moved to another place."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from typing_extensions import override

from reviewer.errors import N_, OriginalLeftError
from reviewer.messages import explain, tr
from reviewer.paths import typed_path
from reviewer.services import places
from reviewer.services.copying import copied_sentences
from reviewer.storage.address import content_folder, is_on_server
from reviewer.ui.admin.form_page import FormPage, line, section
from reviewer.ui.dialogs import ConfirmDialog, ErrorDialog
from reviewer.ui.exports.running import show_in_folder
from reviewer.ui.page_host import PageHost
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtWidgets import QDialog

    from reviewer.errors import ReviewerError
    from reviewer.models.copies import Copied
    from reviewer.storage.facets.copies import Copies
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

T = TypeVar("T")
_KEY: Final = "copies/folder"
_BACKUP: Final = N_(
    "Catalogue, recordings and keys are copied while others go on working, every file is read "
    "back, and only then the copy gets its name. What is encrypted stays so. A backup is restored "
    "where a store is opened, or by: reviewer restore"
)
_MOVE: Final = N_(
    "Nobody else may have the store open. This window closes when it is moved, and one on the "
    "store at its new place opens. On another disk it is copied and verified first."
)


class CopiesPage(FormPage):
    """Backs the store up and moves it. Thread: main."""

    name = "copies"
    title_id = N_("Backing up and moving")
    hint_id = N_("The whole store goes into a folder that is not there yet, whole or not at all.")

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._busy = False
        self._done: tuple[Path, Copied] | None = None
        self._choosers: list[Button] = []
        self._focus = LentFocus(self, lambda: self.backup_path)
        self.dialog: QDialog | None = None
        self._on_server = is_on_server(self.session.store.url)
        self._where = Label("", "body", "text2", wraps=True)
        self.told = Label("", "body", "text2", wraps=True)
        self.told.hide()
        yield
        self.backup_path, self.move_path = Edit(), Edit()
        self.backup_button = Button("", "copy", "primary")
        self.move_button = Button("", "folder-output")
        yield
        self.body.addWidget(self._where)
        self._parts = [
            self._part(N_("Backup"), _BACKUP, self.backup_path, self.backup_button, self.told),
            self._part(N_("Another place"), _MOVE, self.move_path, self.move_button),
        ]
        for part in self._parts:
            self.body.addWidget(part)
            if self._on_server:
                part.hide()
        self.word(self.backup_button.setText, N_("Back up"))
        self.word(self.move_button.setText, N_("Move the store"))
        self.offer(self.backup_button, "back_up", N_("Back up"))
        self.offer(self.move_button, "move", N_("Move the store"))
        self.word(self.backup_path.setAccessibleName, N_("The folder of the backup"))
        self.word(self.move_path.setAccessibleName, N_("The store's new folder"))
        yield
        self.backup_button.clicked.connect(self.back_up)
        self.backup_path.returnPressed.connect(self.back_up)
        self.move_button.clicked.connect(self.ask_move)
        self.move_path.returnPressed.connect(self.ask_move)
        for edit in (self.backup_path, self.move_path):
            edit.textEdited.connect(self._say_whether)
        self.retranslate()

    def _part(self, title: str, said: str, path: Edit, act: Button, *more: QWidget) -> QWidget:
        heading, hint = Label("", "heading"), Label("", "body", "text2", wraps=True)
        choose = Button("", "folder-open")
        self.word(heading.setText, title)
        self.word(hint.setText, said)
        self.word(choose.setText, N_("Choose"))
        self._choosers.append(choose)
        choose.clicked.connect(partial(self.choose, path))
        asked = line(path, choose, stretch=False)
        return section(heading, hint, asked, line(act), *more)

    # --- where to

    @property
    def _folder(self) -> Path:
        return content_folder(self.session.store.url)

    def _proposed(self, path: Edit) -> str:
        """Return what a folder that is not there yet would be called."""
        if path is self.move_path:
            return self._folder.name
        # By the clock of this machine: it tells one backup from another, nothing more.
        return f"{self._folder.name}-{datetime.now().astimezone():%Y-%m-%d-%H%M}"

    def _home(self) -> Path:
        """Return the folder copied to last, else where people keep their documents."""
        stored = self.shell.settings.value(_KEY)
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        homes = (
            stored if isinstance(stored, str) else "",
            QStandardPaths.writableLocation(documents),
        )
        found = (Path(home) for home in homes if home)
        return next((home for home in found if home.is_dir()), Path.home())

    def _meant(self, path: Edit) -> Path | None:
        text = path.text().strip()
        return self._home() / typed_path(text) if text else None

    def choose(self, path: Edit) -> None:
        """Ask for the folder in which the new one is to be."""
        title = tr("The folder in which the new one is made")
        dialog = QFileDialog(self, title, str(self._home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, on=True)
        dialog.fileSelected.connect(partial(self._on_folder_chosen, path))
        dialog.open()

    def _on_folder_chosen(self, path: Edit, folder: str) -> None:
        path.setText(str(Path(folder) / self._proposed(path)))
        self._say_whether()

    # --- acts

    def _do(
        self,
        title: str,
        work: Callable[[TaskProgress], T],
        then: Callable[[T], object],
        *,
        aside: bool,
    ) -> None:
        self._set_busy(busy=True)
        self.error.hide()
        self._done = None
        self.told.setText(tr("It is running; how far it is stands in the status bar."))
        self.told.show()
        self.shell.runner.write(
            work,
            then=then,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=title,
            aside=aside,
        )

    @Slot()
    def back_up(self) -> None:
        """Back the store up, in the background."""
        target = self._meant(self.backup_path)
        if target is not None and not self._busy:
            self.shell.settings.set_value(_KEY, str(target.parent))
            work = partial(_back_up, self.session.copies, target)
            self._do(tr("Backing up"), work, self._on_backed_up, aside=True)

    @Slot()
    def ask_move(self) -> None:
        """Say what moving means, and ask."""
        target = self._meant(self.move_path)
        if target is None or self._busy:
            return
        question = tr("Move the store?")
        said = tr(
            "From {folder} to {target}. All windows of this store close, and one opens on the "
            "store at its new place.",
            folder=self._folder,
            target=target,
        )
        dialog = ConfirmDialog(question, said, tr("Move the store"), self.window())
        dialog.confirmed.connect(partial(self.move_to, target))
        self._open(dialog)

    def move_to(self, target: Path) -> None:
        """Move the store; nothing else is written meanwhile."""
        for host in QApplication.topLevelWidgets():
            # What is begun in other windows is kept while it still can be.
            if isinstance(host, PageHost) and host is not self.window():
                host.close()
        work = partial(_move, self.session.copies, target)
        self._do(tr("Moving"), work, partial(self._on_moved, target), aside=False)

    # --- how it ended

    def _on_backed_up(self, done: tuple[Path, Copied]) -> None:
        self._set_busy(busy=False)
        self._done = done
        self._tell()
        action = (tr("Show"), partial(show_in_folder, done[0]))
        said = tr("The store was backed up")
        self.shell.notifier.notify(said, icon="copy", action=action, stays=True)

    def _on_moved(self, target: Path, _done: object) -> None:
        places.remember_store(str(target))
        self.shell.navigator.leave_for(str(target))

    def _on_failed(self, error: ReviewerError) -> None:
        self._set_busy(busy=False)
        if isinstance(error, OriginalLeftError):
            # It was moved: this window has nothing any more.
            target = Path(str(error.fields["store"]))
            dialog = ErrorDialog(explain(error), None, self.window())
            dialog.finished.connect(partial(self._on_moved, target))
            self._open(dialog)
            return
        self.error.show_error(tr("That did not work"), explain(error))

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        self._set_busy(busy=False)
        self.shell.notifier.notify(tr("Stopped. Nothing was left behind."), icon="copy")

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.open()

    # --- what is shown

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.told.hide()
        self.running.set_running(busy)
        with self._focus.lending():
            self._say_whether()
        if not busy:
            self._focus.take_back()

    @Slot()
    def _say_whether(self) -> None:
        busy = tr("It is running; how far it is stands in the status bar.") if self._busy else ""
        if self._on_server:
            # Nothing of it is shown, nor offered by the palette.
            busy = self._where.text()
        for path, button in (
            (self.backup_path, self.backup_button),
            (self.move_path, self.move_button),
        ):
            reason = busy or ("" if path.text().strip() else tr("Say where to"))
            button.setEnabled(not reason)
            button.setToolTip(reason)
            path.setEnabled(not self._busy)
        for choose in self._choosers:
            choose.setEnabled(not self._busy)

    def _tell(self) -> None:
        if self._done is not None:
            self.told.setText("\n".join(copied_sentences(*self._done)))
            self.told.show()

    @override
    def entered(self) -> None:
        if not self.backup_path.text():
            self.backup_path.setText(str(self._home() / self._proposed(self.backup_path)))
        self._say_whether()
        if not self._on_server:
            self.backup_path.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        if self._on_server:
            said = tr("This store is on a server: it is backed up by the server's own means.")
        else:
            said = tr("This store is in {folder}.", folder=self._folder)
        self._where.setText(said)
        self._tell()
        self._say_whether()


# --- in the pool; long


def _back_up(copies: Copies, target: Path, progress: TaskProgress) -> tuple[Path, Copied]:
    return target, copies.back_up(target, progress=progress)


def _move(copies: Copies, target: Path, progress: TaskProgress) -> None:
    copies.move(target, progress=progress)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> CopiesPage:
    """Return the page of copies of the store."""
    return CopiesPage(shell, session, in_turns=in_turns)
