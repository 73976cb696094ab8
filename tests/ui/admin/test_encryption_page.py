"""The page of encryption: a store encrypted and put back, keys, and what opens it."""

from __future__ import annotations

import shutil

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from reviewer.crypto.key_file import read_key_file
from reviewer.errors import StoreLockedError
from reviewer.models.encryption import SealedKind
from reviewer.models.requests import Guarded
from reviewer.models.settings import SettingsChange
from reviewer.storage.local import open_store
from reviewer.storage.local.encryption import set_sealed
from reviewer.ui.admin.ask_roll import AskDialog
from reviewer.ui.admin.encryption_page import EncryptionPage
from reviewer.ui.admin.ring_dialogs import RingDialog
from reviewer.ui.admin.secret_dialogs import (
    ChangePassphraseDialog,
    NewPassphraseDialog,
    RecoveryKeyDialog,
)
from tests.helpers.encrypted import KEY, encrypt_quickly
from tests.helpers.key_store import key_store_in_memory
from tests.helpers.stores import ADMIN, make_giid
from tests.ui.admin.steps import COUNT, framed, idle

PASSPHRASE = "correct horse battery staple"


def test_a_store_is_encrypted_rolled_and_put_back(qtbot, shell, store, session, entered):
    page = entered(EncryptionPage)
    assert page.encrypt_button.isVisible()
    page.ask_encrypt()
    dialog = page.dialog
    assert isinstance(dialog, NewPassphraseDialog)
    qtbot.keyClicks(dialog.first, PASSPHRASE)
    qtbot.keyClicks(dialog.second, PASSPHRASE + "!")
    assert not dialog.act.isEnabled()
    assert dialog.told.text() == "The two are not the same"
    dialog.second.setText(PASSPHRASE)
    qtbot.keyClick(dialog.second, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.second, Qt.Key.Key_Backspace)
    dialog.act.click()
    idle(qtbot, shell)
    assert store.is_encrypted
    assert not page.encrypt_button.isVisible()
    # Now that there is something to lose, a recovery key is offered.
    offer = page.dialog
    assert offer is not dialog
    offer.act.click()
    idle(qtbot, shell)
    assert session.keys.check_recovery(page.dialog.key.text())
    page.dialog.accept()
    assert page.roll_button.isEnabled()
    page.create_key()
    idle(qtbot, shell)
    assert [row.texts[2] for row in page.table.texts.rows] == ["current", "decrypts only"]
    page.reencrypt()
    idle(qtbot, shell)
    page.ask_roll()
    page.dialog.act.click()
    idle(qtbot, shell)
    states = [row.texts[2] for row in page.table.texts.rows]
    assert states[0] == "current"
    assert all(state.startswith("destroyed") for state in states[1:])
    page.boxes[next(iter(page.boxes))].setChecked(False)
    assert page.save_button.isEnabled()
    page.save()
    idle(qtbot, shell)
    assert len(session.keys.state().sealed) == 4
    for box in page.boxes.values():
        box.setChecked(False)
    assert page.save_button.toolTip() == "choose at least one kind of content"
    page.ask_decrypt()
    page.dialog.act.click()
    idle(qtbot, shell)
    assert not store.is_encrypted
    assert shell.notifier.said == [
        f"The store was encrypted. Objects: {COUNT}.",
        "A new encryption key was created.",
        f"All content is under the current key. Objects: {COUNT}.",
        f"Earlier keys were destroyed. Objects: {COUNT}.",
        "Saved: what comes in from now on is encrypted so.",
        f"The store was put into the clear. Objects: {COUNT}.",
    ]


def test_the_keyboard_stays_where_it_stood_or_on_the_page(qtbot, shell, store, session):
    page = EncryptionPage(shell, session)
    window = framed(qtbot, page)
    idle(qtbot, shell)
    page.encrypt_button.setFocus()
    page.encrypt(PASSPHRASE)
    assert window.focusWidget() is not page.encrypt_button
    idle(qtbot, shell)
    # Its button is gone.
    assert window.focusWidget() is page.boxes[SealedKind.CHAT]
    page.dialog.reject()
    page.create_button.setFocus()
    page.create_key()
    idle(qtbot, shell)
    assert window.focusWidget() is page.create_button
    # Whoever goes elsewhere meanwhile is left there.
    page.reencrypt_button.setFocus()
    page.reencrypt()
    given = window.focusWidget()
    elsewhere = next(b for b in window.children() if isinstance(b, QPushButton) and b is not given)
    elsewhere.setFocus()
    idle(qtbot, shell)
    assert window.focusWidget() is elsewhere


def test_content_is_written_anew_with_fresh_keys(qtbot, shell, store, session, entered):
    encrypt_quickly(store)
    page = entered(EncryptionPage)
    assert "create a new one first" in page.anew_button.toolTip()
    assert not page.anew_button.isEnabled()
    page.create_key()
    idle(qtbot, shell)
    before = session.interactions.get(make_giid(1)).recordings[0].object_id
    page.anew_button.click()
    page.dialog.reject()
    assert session.keys.state().outdated == COUNT
    page.anew_button.click()
    page.dialog.act.click()
    idle(qtbot, shell)
    assert session.keys.state().outdated == 0
    assert session.interactions.get(make_giid(1)).recordings[0].object_id != before
    # Where that takes two it is asked for.
    page.create_key()
    idle(qtbot, shell)
    session.centre.change(SettingsChange(second_person=frozenset({Guarded.KEY_DESTRUCTION})))
    page.anew_button.click()
    assert isinstance(page.dialog, AskDialog)
    qtbot.keyClicks(page.dialog.reason, "a key became known")
    page.dialog.attempt()
    idle(qtbot, shell)
    (request,) = session.requests.pending()
    assert (request.kind, request.mine) == (Guarded.FRESH_KEYS, True)
    assert session.keys.state().outdated == COUNT


def test_the_systems_key_store_opens_it_and_no_more(qtbot, shell, store, session, entered):
    encrypt_quickly(store)
    page = entered(EncryptionPage)
    with key_store_in_memory() as kept:
        page.ways.system_button.click()
        idle(qtbot, shell)
        assert "this machine's key store" in page.ways.opens.text()
        open_store(store.folder).close()
        page.ways.system_button.click()
        idle(qtbot, shell)
        assert kept.kept == {}
        assert shell.notifier.said == [
            "This machine's key store opens the store from now on.",
            "This machine's key store no longer opens the store.",
        ]
        with pytest.raises(StoreLockedError):
            open_store(store.folder)
        keyring.set_keyring(NoKeyring())
        page.ways.system_button.click()
        idle(qtbot, shell)
    assert page.error.isVisible()
    assert "system" not in dict(session.keys.state().locks)


def test_putting_it_into_the_clear_leaves_nothing_in_the_systems_key_store(
    qtbot, shell, store, session, entered
):
    encrypt_quickly(store)
    page = entered(EncryptionPage)
    with key_store_in_memory() as kept:
        page.ways.system_button.click()
        idle(qtbot, shell)
        ((name, _),) = kept.kept.items()
        # A copy of the store that was given a secret of its own since keeps that.
        kept.kept = {name: "00" * 32}
        page.decrypt()
        idle(qtbot, shell)
        assert not store.is_encrypted
        assert kept.kept == {name: "00" * 32}
        encrypt_quickly(store)
        session.keys.use_system(kept=True)
        assert len(kept.kept) == 2
        page.decrypt()
        idle(qtbot, shell)
        assert kept.kept == {name: "00" * 32}


def test_a_key_file_is_written_and_the_ring_moved_from_the_page_by_keyboard(
    qtbot, shell, store, session, entered, tmp_path
):
    encrypt_quickly(store)
    page = entered(EncryptionPage)
    page.ways.file_button.click()
    dialog = page.dialog
    assert dialog.focusWidget() is dialog.path
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.path, " ")
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert dialog.told.text() == "Name a file"
    taken = tmp_path / "taken"
    taken.write_text("mine")
    dialog.path.clear()
    qtbot.keyClicks(dialog.path, str(taken))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert dialog.told.text() == f"{taken} cannot be used: something is there already"
    assert taken.read_text() == "mine"
    qtbot.keyClicks(dialog.path, str(tmp_path / "key"))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    idle(qtbot, shell)
    secret = read_key_file((tmp_path / "key").read_text())
    open_store(store.folder, opener=secret).close()
    assert "key file" in page.ways.opens.text()
    # The ring, elsewhere and back.
    page.ways.ring_button.click()
    qtbot.keyClicks(page.dialog.path, str(tmp_path / "stick" / "ring"))
    qtbot.keyClick(page.dialog.path, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert session.keys.state().ring == str(tmp_path / "stick" / "ring")
    assert str(tmp_path / "stick" / "ring") in page.ways.opens.text()
    page.ways.ring_button.click()
    qtbot.keyClick(page.dialog.path, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert session.keys.state().ring == str(store.folder / "keyring.json")
    assert shell.notifier.said == [
        f"{tmp_path / 'key'} opens the store: keep it where nobody else reads it.",
        f"The key ring is kept in {tmp_path / 'stick' / 'ring'} from now on.",
        "The key ring is kept in the store's folder from now on.",
    ]


def test_all_that_the_page_does_is_in_the_palette(qtbot, shell, store, entered):
    encrypt_quickly(store)
    page = entered(EncryptionPage)
    window = page.window()
    offered = {spec.name for spec, action in shell.actions.visible(window) if action.isEnabled()}
    assert {f"encryption.{name}" for name in ("recovery", "system", "file", "ring")} <= offered
    shell.actions.action("encryption.ring", page).trigger()
    assert isinstance(page.dialog, RingDialog)


def test_what_is_half_put_into_the_clear_and_a_copys_ring_are_told(
    qtbot, shell, store, session, entered, tmp_path
):
    encrypt_quickly(store)
    session.keys.move_ring(tmp_path / "ring")
    set_sealed(store._core, ())
    page = entered(EncryptionPage)
    assert "Only the catalogue is encrypted" in page.told.text()
    shutil.copytree(store.folder, tmp_path / "copy")
    with open_store(tmp_path / "copy", opener=KEY) as copy:
        other = EncryptionPage(shell, copy.session(ADMIN))
        qtbot.addWidget(other)
        other.entered()
        idle(qtbot, shell)
        assert f"belongs to the store {store.folder}" in other.told.text()
        other.create_key()
        idle(qtbot, shell)
        assert str(store.folder) in other.error._more.text()


def test_the_recovery_key_is_shown_once_and_opens(qtbot, shell, session, entered):
    session.keys.encrypt(PASSPHRASE, list(EncryptionPage(shell, session).boxes))
    page = entered(EncryptionPage)
    page.ways.make_recovery()
    idle(qtbot, shell)
    dialog = page.dialog
    assert isinstance(dialog, RecoveryKeyDialog)
    key = dialog.key.text()
    assert session.keys.check_recovery(key)
    dialog.accept()
    assert page.dialog is None
    page.ways.ask_passphrase()
    change = page.dialog
    assert isinstance(change, ChangePassphraseDialog)
    for edit in (change.first, change.second):
        edit.setText("another good passphrase")
    change.old.setText("not the old one")
    change.go()
    idle(qtbot, shell)
    assert page.dialog is change
    assert change.told.text()
    change.old.setText(key)
    change.go()
    idle(qtbot, shell)
    assert page.dialog is None
    session.keys.change_passphrase("another good passphrase", PASSPHRASE)
