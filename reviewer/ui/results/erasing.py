"""Deleting the content of the selected results, and holding them: the acts and their dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.messages import ntr
from reviewer.models.access import Privilege
from reviewer.ui.erasing.dialog import EraseDialog
from reviewer.ui.erasing.hold_dialog import HoldDialog
from reviewer.ui.erasing.request import EraseRequest
from reviewer.ui.erasing.running import EraseRun, erasing
from reviewer.ui.results import acts

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QDialog, QWidget

    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseOrder
    from reviewer.ui.page import Shell
    from reviewer.ui.results.deeds import RowDeeds
    from reviewer.ui.results.view import ResultsView


class Erasing(QObject):
    """Opens the dialogs on the selection and runs what they were told. Thread: main.

    Who lacks the privilege has no act.
    """

    def __init__(self, shell: Shell, session: Session, view: ResultsView, page: QWidget) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._view = view
        self._page = page
        self._acts: dict[str, QAction] = {}
        self.dialog: QDialog | None = None
        me = session.people.me
        if me.may(Privilege.RECORDS_HOLD):
            action = shell.actions.add(acts.HOLD_SELECTION, page, self.ask_hold)
            self._acts[acts.HOLD_SELECTION.name] = action
        if me.may(Privilege.RECORDS_ERASE):
            action = shell.actions.add(acts.DELETE_SELECTION, page, self.ask_delete)
            self._acts[acts.DELETE_SELECTION.name] = action

    def offer_in(self, deeds: RowDeeds) -> None:
        """Offer it in the menu of a row."""
        deeds.take_acts(self._acts)
        deeds.say_what_can_be_done()

    @Slot()
    def ask_delete(self) -> None:
        """Ask what of the selected is to be deleted."""
        ids = self._selected()
        if ids:
            request = EraseRequest(ids, _name(len(ids)))
            dialog = EraseDialog(self._shell, self._session, request, self._page.window())
            dialog.ordered.connect(self._on_dialog_ordered)
            self._open(dialog)

    @Slot()
    def ask_hold(self) -> None:
        """Ask why the selected are to be held."""
        ids = self._selected()
        if ids:
            parent = self._page.window()
            name = _name(len(ids))
            self._open(HoldDialog(self._shell, self._session, ids, name, parent=parent))

    def _selected(self) -> tuple[int, ...]:
        return tuple(self._view.selected_ids())

    @Slot(object)
    def _on_dialog_ordered(self, order: EraseOrder) -> None:
        EraseRun(self._shell, erasing(self._session, order)).start()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None


def _name(n: int) -> str:
    return ntr("{n} selected interaction", "{n} selected interactions", n)
