"""What opens an encrypted store, and where its key ring is: the last part of its page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from reviewer.errors import N_
from reviewer.messages import format_instant, tr, translated
from reviewer.ui.admin import key_work
from reviewer.ui.admin.form_page import line, section
from reviewer.ui.admin.ring_dialogs import KeyFileDialog, RingDialog
from reviewer.ui.admin.secret_dialogs import ChangePassphraseDialog
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.encryption import EncryptionState
    from reviewer.ui.admin.encryption_page import EncryptionPage

_LOCKS: Final = {
    "passphrase": N_("the passphrase"),
    "recovery": N_("the recovery key"),
    "system": N_("this machine's key store"),
    "file": N_("a key file"),
}


class OpeningWays(QObject):
    """Shows the ways, and changes them for the page. Thread: main.

    Attributes:
        part: What the page shows of it.
        buttons: All that changes something.
    """

    def __init__(self, page: EncryptionPage) -> None:
        super().__init__(page)
        self._page = page
        self._by_system = False
        title = Label("", "heading")
        page.word(title.setText, N_("What opens the store"))
        self.opens = Label("", "body", "text2", wraps=True)
        self.recovery_button = page.button(
            "recovery", N_("Make a recovery key"), "shield", self.make_recovery
        )
        self.passphrase_button = page.button(
            "passphrase", N_("Change the passphrase"), "pencil", self.ask_passphrase
        )
        self.system_button = Button("", "lock")
        self.system_button.clicked.connect(self.switch_system)
        # The button says which of the two it does now.
        either = N_("Let this machine's key store open the store, or no more")
        page.offer(self.system_button, "system", either)
        self.file_button = page.button("file", N_("Write a key file"), "save", self.ask_key_file)
        self.ring_button = page.button(
            "ring", N_("Move the key ring"), "folder-output", self.ask_ring
        )
        self.buttons = (
            self.recovery_button,
            self.passphrase_button,
            self.system_button,
            self.file_button,
            self.ring_button,
        )
        self.part = section(title, self.opens, line(*self.buttons))

    def show_state(self, state: EncryptionState) -> None:
        """Name what opens the store, and where its ring is."""
        zone = self._page.session.settings.zone
        ways = "; ".join(
            f"{translated(_LOCKS.get(kind, kind))}, {format_instant(at_us, zone)}"
            for kind, at_us in state.locks
        )
        ring = tr("Key ring: {path}", path=state.ring)
        self.opens.setText(f"{ways[:1].upper()}{ways[1:]}\n{ring}")
        self._by_system = "system" in dict(state.locks)
        self.system_button.setText(
            tr("No longer open it by this machine's key store")
            if self._by_system
            else tr("Let this machine's key store open it")
        )

    # --- acts

    @Slot()
    def make_recovery(self) -> None:
        """Make a new recovery key, and show it."""
        work = partial(key_work.recovery, self._page.session)
        self._page.do(tr("Making a recovery key"), work)

    @Slot()
    def ask_passphrase(self) -> None:
        """Ask for the passphrase so far and the new one."""
        page = self._page
        page.show_dialog(ChangePassphraseDialog(page.shell, page.session, page.window()))

    @Slot()
    def switch_system(self) -> None:
        """Let this machine's key store open the store, or no more."""
        kept = not self._by_system
        said = (
            tr("This machine's key store opens the store from now on.")
            if kept
            else tr("This machine's key store no longer opens the store.")
        )
        work = partial(key_work.use_system, self._page.session, kept)
        self._page.do(tr("Saving"), work, said)

    @Slot()
    def ask_key_file(self) -> None:
        """Ask where a key file is to be written."""
        page = self._page
        dialog = KeyFileDialog(page.shell, page.session, page.window())
        dialog.written.connect(self._on_key_file_written)
        page.show_dialog(dialog)

    @Slot(object)
    def _on_key_file_written(self, path: Path) -> None:
        self._tell(tr("{file} opens the store: keep it where nobody else reads it.", file=path))

    @Slot()
    def ask_ring(self) -> None:
        """Ask where the key ring is to be kept."""
        page = self._page
        dialog = RingDialog(page.shell, page.session, page.window())
        dialog.written.connect(self._on_ring_moved)
        page.show_dialog(dialog)

    @Slot(object)
    def _on_ring_moved(self, path: Path | None) -> None:
        if path is None:
            self._tell(tr("The key ring is kept in the store's folder from now on."))
        else:
            self._tell(tr("The key ring is kept in {path} from now on.", path=path))

    def _tell(self, said: str) -> None:
        self._page.shell.notifier.notify(said, icon="lock")
        self._page.refresh()
