"""Encryption: what is stored encrypted, the keys and when they were made, what opens the store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import explain, format_count, format_instant, tr
from reviewer.models.encryption import EncryptionState, Reencrypted, SealedKind
from reviewer.models.requests import Guarded
from reviewer.ui.admin import key_work
from reviewer.ui.admin.ask_roll import AskDialog
from reviewer.ui.admin.form_page import FormPage, line, section
from reviewer.ui.admin.opening_ways import OpeningWays
from reviewer.ui.admin.requests_panel import RequestsPanel
from reviewer.ui.admin.secret_dialogs import (
    NewPassphraseDialog,
    OfferRecoveryDialog,
    RecoveryKeyDialog,
    loss_words,
)
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.table import Column, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtWidgets import QDialog

    from reviewer.errors import ReviewerError
    from reviewer.models.encryption import KeyInfo
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_TABLE_PX: Final = 190
_TICKS: Final = {
    SealedKind.CHAT: N_("Encrypt chats"),
    SealedKind.SMS: N_("Encrypt SMS"),
    SealedKind.EMAIL: N_("Encrypt stored emails with attachments"),
    SealedKind.SCREEN: N_("Encrypt screen recordings"),
    SealedKind.VOICE: N_("Encrypt voice recordings with their transcripts"),
}


class EncryptionPage(FormPage):
    """Shows how the store is encrypted, and changes it. Thread: main."""

    name = "encryption"
    title_id = N_("Encryption")
    hint_id = N_(
        "Content is sealed with AES-256, each object with a key of its own; the catalogue with its "
        "indexes is encrypted as well. Exports are decrypted."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self.state: EncryptionState | None = None
        self._busy = False
        self.dialog: QDialog | None = None
        self._focus = LentFocus(self, lambda: self.boxes[SealedKind.CHAT])
        self.boxes = {kind: QCheckBox() for kind in SealedKind}
        for kind, box in self.boxes.items():
            self.word(box.setText, _TICKS[kind])
            box.toggled.connect(self._say_whether)
        self.about = Label("", "strong", wraps=True)
        yield
        button = self.button
        self.encrypt_button = button(
            "encrypt", N_("Encrypt the store"), "lock", self.ask_encrypt, "primary"
        )
        self.save_button = button("save", N_("Save"), "save", self.save, "primary", ("Ctrl+S",))
        self.decrypt_button = button(
            "decrypt", N_("Put the store into the clear"), "x", self.ask_decrypt
        )
        self.create_button = button(
            "create", N_("Create a new encryption key"), "plus", self.create_key
        )
        self.reencrypt_button = button("reencrypt", N_("Re-encrypt"), "refresh-cw", self.reencrypt)
        self.anew_button = button(
            "anew", N_("Write anew with fresh keys"), "refresh-cw", self.ask_anew
        )
        self.roll_button = button(
            "roll", N_("Destroy earlier keys"), "trash-2", self.ask_roll, "danger"
        )
        yield
        self.ways = OpeningWays(self)
        yield
        self.table = Table()
        self.table.setFixedHeight(theme().px(_TABLE_PX))
        self.told = Label("", "body", "text2", wraps=True)
        self.loss = Label("", "body", "warning", wraps=True)
        yield
        kinds = (Guarded.KEY_DESTRUCTION, Guarded.DECRYPTION, Guarded.FRESH_KEYS)
        self.requests = RequestsPanel(self, *kinds, before=lambda: self.boxes[SealedKind.CHAT])
        self.requests.decided.connect(self.refresh)
        self._lay_out()
        yield
        self.retranslate()

    def _lay_out(self) -> None:
        titles = [Label("", "heading") for _ in range(2)]
        names = (N_("What is encrypted"), N_("Encryption keys"))
        for label, text in zip(titles, names, strict=True):
            self.word(label.setText, text)
        self.body.addWidget(self.requests)
        self.body.addWidget(self.about)
        acts = line(self.encrypt_button, self.save_button, self.decrypt_button)
        self.body.addWidget(section(titles[0], *self.boxes.values(), acts))
        keys = line(self.create_button, self.reencrypt_button, self.anew_button, self.roll_button)
        self._keys = section(titles[1], self.table, self.told, keys)
        self.body.addWidget(self._keys)
        self.body.addWidget(self.ways.part)
        self.body.addWidget(self.loss)
        self.word(self.table.setAccessibleName, N_("Encryption keys"))

    # --- what is shown

    def refresh(self) -> None:
        """Read anew how the store is encrypted."""
        self.shell.runner.read(
            partial(key_work.state, self.session),
            then=self._on_state,
            failed=partial(self.show_error, tr("The state of encryption cannot be read")),
            parent=self,
            generation="state",
        )

    def _on_state(self, state: EncryptionState) -> None:
        first = self.state is None or self.state.encrypted != state.encrypted
        if first or self.state is None or self.state.sealed != state.sealed:
            for kind, box in self.boxes.items():
                box.setChecked(kind in state.sealed or not state.encrypted)
        self.state = state
        self._show()

    def _show(self) -> None:
        state = self.state
        if state is None:
            return
        self.about.setText(
            tr("This store is encrypted.") if state.encrypted else tr("This store is in the clear.")
        )
        with self._focus.lending():
            for widget in (self._keys, self.ways.part, self.save_button, self.decrypt_button):
                widget.setVisible(state.encrypted)
            self.encrypt_button.setVisible(not state.encrypted)
        self._focus.take_back()
        self.table.show_rows([self._key_row(key) for key in state.keys])
        self.told.setText(key_work.told(state))
        if state.encrypted:
            self.ways.show_state(state)
        self._say_whether()

    def _key_row(self, key: KeyInfo) -> TableRow:
        zone = self.session.settings.zone
        gone = key.destroyed_us is not None
        if key.destroyed_us is not None:
            state = tr("destroyed {when}", when=format_instant(key.destroyed_us, zone))
        else:
            state = tr("current") if key.current else tr("decrypts only")
        made = format_instant(key.made_us, zone)
        return TableRow((str(key.number), made, state, format_count(key.objects)), key, muted=gone)

    @Slot()
    def _say_whether(self) -> None:
        state = self.state
        busy = tr("It is running; how far it is stands in the status bar.") if self._busy else ""
        none = "" if self._chosen else tr("choose at least one kind of content")
        same = "" if state is None or self._chosen != state.sealed else tr("Nothing was changed")
        anew = "" if state is not None and state.outdated else key_work.nothing_old()
        # What is in the clear has no keys: the palette offers nothing that is done with them.
        keys = busy or (
            "" if state is None or state.encrypted else tr("This store is in the clear.")
        )
        for button, reason in (
            (self.encrypt_button, busy or none),
            (self.save_button, keys or none or same),
            (self.decrypt_button, keys),
            (self.create_button, keys),
            (self.reencrypt_button, keys),
            (self.anew_button, keys or anew),
            (self.roll_button, keys),
            *((button, keys) for button in self.ways.buttons),
        ):
            button.setEnabled(state is not None and not reason)
            button.setToolTip(reason)
        for box in self.boxes.values():
            box.setEnabled(not self._busy)

    @property
    @override
    def unfinished(self) -> bool:
        state = self.state
        return state is not None and state.encrypted and self._chosen != state.sealed

    @property
    def _chosen(self) -> frozenset[SealedKind]:
        return frozenset(kind for kind, box in self.boxes.items() if box.isChecked())

    # --- acts

    def do(
        self,
        title: str,
        work: Callable[[TaskProgress], object],
        said: str = "",
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """Do something in the background, one thing at a time.

        Args:
            title: Of the task, translated.
            work: Does it.
            said: What is said once it is done, translated.
            then: Called then.
        """

        def done(what: object) -> None:
            self._on_done(said, what)
            then()

        self._busy = True
        self.error.hide()
        self.running.set_running(True)
        with self._focus.lending():
            self._say_whether()
        self.shell.runner.write(
            work,
            then=done,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=title,
        )

    def _end(self) -> None:
        self._busy = False
        self.running.set_running(False)
        self._say_whether()
        self._focus.take_back()
        self.refresh()

    def _on_done(self, said: str, done: object) -> None:
        self._end()
        first = done[0] if isinstance(done, tuple) else done
        if isinstance(first, str):
            self.show_dialog(RecoveryKeyDialog(first, self.window()))
            return
        if isinstance(first, Reencrypted):
            if first.failed:
                self.error.show_error(*key_work.failed_words(first))
            said = key_work.done_words(said, first)
        self.shell.notifier.notify(said, icon="lock")

    def _on_failed(self, error: ReviewerError) -> None:
        self._end()
        self.error.show_error(tr("That did not work"), explain(error))

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        self._end()
        self.shell.notifier.notify(tr("Stopped. It goes on where it was."), icon="lock")

    @Slot()
    def ask_encrypt(self) -> None:
        """Ask for a passphrase; then the store is encrypted."""
        dialog = NewPassphraseDialog(
            tr("Encrypt the store"), tr("Encrypt the store"), self.window()
        )
        dialog.given.connect(self.encrypt)
        self.show_dialog(dialog)

    @Slot(str)
    def encrypt(self, passphrase: str) -> None:
        """Encrypt the store, in the background."""
        self.do(
            tr("Encrypting the store"),
            partial(key_work.encrypt, self.session, passphrase, self._chosen),
            tr("The store was encrypted."),
            self._offer_recovery,
        )

    def _offer_recovery(self) -> None:
        """Ask whether a recovery key is to be made, now that there is something to lose."""
        dialog = OfferRecoveryDialog(self.window())
        dialog.wanted.connect(self.ways.make_recovery)
        self.show_dialog(dialog)

    @Slot()
    def save(self) -> None:
        """Save the ticks."""
        said = tr("Saved: what comes in from now on is encrypted so.")
        self.do(tr("Saving"), partial(key_work.seal, self.session, self._chosen), said)

    @Slot()
    def create_key(self) -> None:
        """Make a new key."""
        said = tr("A new encryption key was created.")
        self.do(tr("Creating a key"), partial(key_work.create, self.session), said)

    @Slot()
    def reencrypt(self) -> None:
        """Move all content under the current key, in the background."""
        said = tr("All content is under the current key.")
        self.do(tr("Re-encrypting"), partial(key_work.reencrypt, self.session), said)

    @Slot()
    def ask_anew(self) -> None:
        """Say what writing anew is for, and ask."""
        said = tr(
            "What is under earlier keys is written anew, each object with a key of its own: for "
            "when an earlier key may have become known. It takes as long as copying all of it, "
            "and can be stopped and gone on with. To destroy the earlier keys is another step."
        )
        if Guarded.FRESH_KEYS.switch in self.session.settings.second_person:
            title = tr("Ask for the content to be written anew")
            self._ask_for(title, said, "refresh-cw", self.session.requests.ask_fresh)
            return
        dialog = ConfirmDialog(
            tr("Write the content anew with fresh keys?"), said, tr("Write anew"), self.window()
        )
        dialog.confirmed.connect(self.write_anew)
        self.show_dialog(dialog)

    @Slot()
    def write_anew(self) -> None:
        """Write the content anew with fresh keys, in the background."""
        said = tr("The content was written anew with fresh keys.")
        self.do(tr("Writing the content anew"), partial(key_work.write_anew, self.session), said)

    @Slot()
    def ask_roll(self) -> None:
        """Say what destroying keys means, and ask."""
        said = tr(
            "Everything is moved under a new key, and all earlier keys are destroyed. Copies of "
            "the store made before cannot be read with the keys of after: what was deleted since "
            "is gone from them, too. This cannot be undone."
        )
        if Guarded.KEY_DESTRUCTION in self.session.settings.second_person:
            title = tr("Ask for the destruction of earlier keys")
            self._ask_for(title, said, "trash-2", self.session.requests.ask_roll)
            return
        dialog = ConfirmDialog(
            tr("Destroy earlier keys?"), said, tr("Destroy the keys"), self.window()
        )
        dialog.confirmed.connect(self.roll)
        self.show_dialog(dialog)

    @Slot()
    def roll(self) -> None:
        """Move everything under a new key and destroy the others, in the background."""
        said = tr("Earlier keys were destroyed.")
        self.do(tr("Destroying earlier keys"), partial(key_work.roll, self.session), said)

    @Slot()
    def ask_decrypt(self) -> None:
        """Say what that means, and ask."""
        said = tr(
            "All content and the catalogue lie on the disk unencrypted afterwards; whoever has the "
            "files can hear and read them. The keys are destroyed."
        )
        if Guarded.DECRYPTION.switch in self.session.settings.second_person:
            title = tr("Ask for the store to be put into the clear")
            self._ask_for(title, said, "lock", self.session.requests.ask_decrypt)
            return
        dialog = ConfirmDialog(
            tr("Put the store into the clear?"), said, tr("Decrypt"), self.window()
        )
        dialog.confirmed.connect(self.decrypt)
        self.show_dialog(dialog)

    @Slot()
    def decrypt(self) -> None:
        """Put the store into the clear, in the background."""
        said = tr("The store was put into the clear.")
        self.do(tr("Decrypting the store"), partial(key_work.decrypt, self.session), said)

    def _ask_for(self, title: str, said: str, icon: str, ask: Callable[[str], object]) -> None:
        self.show_dialog(AskDialog(title, said, ask, self.shell, icon=icon, parent=self.window()))

    def show_dialog(self, dialog: QDialog) -> None:
        """Show a dialog in front of the page, which notes it as long as it is open."""
        self.dialog = dialog
        dialog.finished.connect(partial(self._on_dialog_finished, dialog))
        dialog.open()

    def _on_dialog_finished(self, dialog: QDialog, _result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None

    # --- overrides

    @override
    def entered(self) -> None:
        self.refresh()
        self.requests.refresh()
        next(iter(self.boxes.values())).setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        self.requests.retranslate()
        self.loss.setText(loss_words())
        self.table.show_columns(
            (
                Column(tr("No."), 64, right=True),
                Column(tr("Made"), 190),
                Column(tr("State")),
                Column(tr("Objects"), 110, right=True),
            )
        )
        self._show()


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> EncryptionPage:
    """Return the page of encryption."""
    return EncryptionPage(shell, session, in_turns=in_turns)
