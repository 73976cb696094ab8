"""From the demo to one's own recordings: opening and making stores, bringing recordings in.

Another store opens in a window and a process of its own, so that nothing of this one has to be
taken apart.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QObject,
    QProcess,
    QProcessEnvironment,
    QStandardPaths,
    Qt,
    Slot,
)
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget
from typing_extensions import override

from reviewer.errors import N_, StoreIsBackupError
from reviewer.messages import format_count, ntr, tr
from reviewer.services.import_result import counts_sentence, grouped
from reviewer.services.own_process import program_command, program_environment
from reviewer.services.own_store import ready_store
from reviewer.ui.actions import ActionSpec
from reviewer.ui.dialogs import Dialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.changes import Changes
    from reviewer.services.import_result import ImportResult
    from reviewer.services.importers.base import Rejected
    from reviewer.storage.store import Session
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.import_dialog import ImportDialog
    from reviewer.ui.page import Notifier
    from reviewer.ui.restoring import RestoreDialog
    from reviewer.ui.tasks import TaskProgress, TaskRunner

_GROUP: Final = N_("Everywhere")
OPEN: Final = ActionSpec(
    "store.open", N_("Open or make a store"), _GROUP, ("Ctrl+Shift+O",), "folder-open"
)
IMPORT: Final = ActionSpec(
    "store.import", N_("Import recordings"), _GROUP, ("Ctrl+Shift+I",), "download"
)
_REJECTED_LINES = 9
# More than this nobody reads, and wording them would hold the window up.
_REJECTED_LISTED = 500


class OwnStore(QObject):
    """Asks for folders and does what they were asked for. Thread: main."""

    def __init__(
        self,
        window: QWidget,
        store_url: str,
        session: Session,
        *,
        demo: bool,
        runner: TaskRunner,
        actions: ActionRegistry,
        notifier: Notifier,
        launch: Callable[[Sequence[str]], bool] | None = None,
    ) -> None:
        """Make the actions and the button for the top bar.

        Args:
            window: Parent of the dialogs, owner of the actions.
            store_url: Where recordings are imported to.
            session: Of the user who imports them.
            demo: Whether this is the demo store: nothing is imported into it.
            runner: Does the work.
            actions: Where the actions are registered.
            notifier: Says how it went.
            launch: Starts a process from a command line, told whether it could; None: Qt does.
        """
        super().__init__(window)
        self._window = window
        self._store_url = store_url
        self._session = session
        self._runner = runner
        self._notifier = notifier
        self._launch = launch or _launch
        self.dialog: QFileDialog | None = None
        self.asking: ImportDialog | None = None
        self.restoring: RestoreDialog | None = None
        acts = [actions.add(OPEN, window, self.choose_store)]
        if not demo:
            acts.append(actions.add(IMPORT, window, self.choose_source))
        self.acts = tuple(acts)
        self.button = OwnButton(demo=demo)
        actions.bind(self.button, OPEN.name if demo else IMPORT.name, window)
        self.button.retranslate()

    # --- another store

    @Slot()
    def choose_store(self) -> None:
        """Ask for the folder of a store, or an empty one to make a store in."""
        self._ask(
            tr("The folder of a store, or an empty one for a new store"), self._on_store_chosen
        )

    @Slot(str)
    def _on_store_chosen(self, folder: str) -> None:
        title = tr("Opening the store")
        work = partial(_ready, folder)
        self._runner.read(work, then=self._on_store_ready, parent=self, title=title)

    def _on_store_ready(self, ready: tuple[str, bool | None]) -> None:
        folder, made = ready
        if made is None:
            self._ask_restore(folder)
            return
        if not self.open_window(folder):
            return
        name = Path(folder).name
        said = tr("New store {name}: its window opens", name=name)
        self._notifier.notify(said if made else tr("The window of {name} opens", name=name))

    def _ask_restore(self, backup: str) -> None:
        # Imported here: few backups are restored.
        from reviewer.ui.restoring import RestoreDialog

        login = self._session.people.me.login
        asking = RestoreDialog(Path(backup), login, self._runner, self._window)
        asking.restored.connect(self.open_window)
        self.restoring = asking
        asking.open()

    @Slot(str)
    def open_window(self, folder: str) -> bool:
        """Open the store in a folder in a window of its own; return whether that could begin."""
        if self._launch(window_command(folder)):
            return True
        text = tr("The window could not be started. Try: {command}", command="reviewer open")
        self._notifier.notify(text, icon="triangle-alert", stays=True)
        return False

    # --- recordings into this one

    @Slot()
    def choose_source(self) -> None:
        """Ask for the folder that recordings are to be brought in from."""
        self._ask(tr("The folder of an Asterisk or FreePBX"), self._on_source_chosen)

    @Slot(str)
    def _on_source_chosen(self, folder: str) -> None:
        # Imported here: few windows import anything.
        from reviewer.ui.import_dialog import ImportDialog

        asking = ImportDialog(folder, self._session.settings.time_zone, self._window)
        asking.asked.connect(partial(self.bring_in, folder))
        self.asking = asking
        asking.open()

    def bring_in(self, source: str, system: str = "", zone: str = "") -> None:
        """Import a folder into this store, in a process beside the window.

        Args:
            source: The folder.
            system: Name of the system that it is of, where two number their calls alike.
            zone: IANA name of the zone of its local times; "": the centre's.
        """
        work = partial(_bring_in, self._store_url, self._session, source, system, zone)
        title = tr("Importing")
        self._runner.write(work, then=self._on_imported, parent=self, title=title, aside=True)

    def _on_imported(self, result: ImportResult) -> None:
        said = counts_sentence(result)
        self.listen()
        if not result.rejected and not result.warned:
            self._notifier.notify(said)
            return
        RejectedDialog(said, result.rejected, self._window, warned=result.warned).show()

    def listen(self) -> None:
        """Listen to what came in, in a process beside the window; what is left is done later."""
        work = partial(_listen, self._store_url, self._session)
        self._runner.write(work, parent=self, title=tr("Listening to new calls"), aside=True)

    # --- asking

    def _ask(self, title: str, chosen: Callable[[str], None]) -> None:
        """Show a dialog of folders; the window goes on answering meanwhile."""
        places = QStandardPaths.StandardLocation
        start = QStandardPaths.writableLocation(places.DocumentsLocation)
        if not Path(start).is_dir():
            start = QStandardPaths.writableLocation(places.HomeLocation)
        dialog = QFileDialog(self._window, title, start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, on=True)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        self.dialog = dialog
        dialog.open()


class OwnButton(Button):
    """In the top bar of the search: the way to one's own recordings."""

    def __init__(self, *, demo: bool, parent: QWidget | None = None) -> None:
        icon = "folder-open" if demo else "download"
        super().__init__(icon=icon, kind="soft" if demo else "ghost", panel=True, parent=parent)
        self._demo = demo

    def retranslate(self) -> None:
        """Set the words in the language in force."""
        self.setText(tr("Open your own recordings") if self._demo else tr("Import recordings"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class RejectedDialog(Dialog):
    """What an import could not take as it is, line by line."""

    def __init__(
        self,
        said: str,
        rejected: Sequence[Rejected],
        parent: QWidget | None = None,
        *,
        warned: Sequence[Rejected] = (),
    ) -> None:
        groups = grouped(rejected, warned)
        several = len(groups) > 1
        n = len(rejected) + len(warned)
        title = tr("Not everything is in order: {n}", n=format_count(n))
        if not several:
            title = groups[0][0] if groups else ""
        super().__init__(title, icon="triangle-alert", role="warning", parent=parent)
        lines: list[str] = []
        left = _REJECTED_LISTED
        for heading, items in groups:
            if several and left:
                lines += [*([""] if lines else []), f"{heading}:"]
            inset = "  " if several else ""
            lines += [f"{inset}{one.item}: {one.sentence()}" for one in items[:left]]
            left = max(left - len(items), 0)
        more = n - _REJECTED_LISTED
        if more > 0:
            command = "reviewer import"
            lines.append(
                ntr(
                    "... and {n} more; {command} lists all of them.",
                    "... and {n} more; {command} lists all of them.",
                    more,
                    command=command,
                )
            )
        self.body.addWidget(Label(said, "body", wraps=True))
        self.text = QPlainTextEdit("\n".join(lines))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFixedHeight(_REJECTED_LINES * self.text.fontMetrics().lineSpacing() + Space.L)
        self.body.addWidget(self.text)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.add_button(tr("Close"), self.close, focused=True)


def window_command(folder: str) -> tuple[str, ...]:
    """Return the command line that opens a store in a window of its own."""
    return (*program_command(), "open", folder)


def _launch(command: Sequence[str]) -> bool:
    process = QProcess()
    process.setProgram(command[0])
    process.setArguments(list(command[1:]))
    environment = QProcessEnvironment()
    for name, value in program_environment().items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    started, _process_id = process.startDetached()
    return started


# --- in the pool


def _ready(folder: str, progress: TaskProgress) -> tuple[str, bool | None]:
    """Return the folder, and whether a store was made in it; None: it is a backup."""
    try:
        return folder, ready_store(Path(folder), progress)
    except StoreIsBackupError:
        return folder, None


def _listen(url: str, session: Session, progress: TaskProgress) -> Changes:
    # Imported here, as for `_bring_in`.
    from reviewer.services.import_aside import hear_aside

    return hear_aside(
        url,
        session.people.me.login,
        progress=progress,
        way_in=session.store.way_in,
        ticket=session.people.ticket(),
    )


def _bring_in(
    url: str, session: Session, source: str, system: str, zone: str, progress: TaskProgress
) -> ImportResult:
    # Imported here: few windows import anything.
    from reviewer.services.import_aside import import_aside

    return import_aside(
        url,
        session.people.me.login,
        source,
        system=system,
        zone=zone,
        progress=progress,
        way_in=session.store.way_in,
        ticket=session.people.ticket(),
    )
