"""Exporting results: the acts, why they are impossible, and what the dialog is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.messages import tr
from reviewer.models.access import Privilege
from reviewer.models.search import Count
from reviewer.ui.exports.dialog import ExportDialog
from reviewer.ui.exports.request import ExportRequest
from reviewer.ui.exports.running import ExportRun
from reviewer.ui.results import acts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.services.export_manual import ExportPlan
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.results.deeds import RowDeeds
    from reviewer.ui.results.desk import ColumnDesk
    from reviewer.ui.results.loader import ResultsLoader
    from reviewer.ui.results.view import ResultsView
    from reviewer.ui.widgets.buttons import Button


class Exporting(QObject):
    """Opens the dialog and runs what it planned. Thread: main.

    Who lacks the privilege has neither acts nor button.
    """

    def __init__(
        self,
        shell: Shell,
        session: Session,
        view: ResultsView,
        loader: ResultsLoader,
        desk: ColumnDesk,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._view = view
        self._loader = loader
        self._desk = desk
        self._page = page
        self._count = Count(0)
        self.allowed = session.people.me.may(Privilege.EXPORT_MANUAL)
        self.dialog: ExportDialog | None = None
        if self.allowed:
            add = shell.actions.add
            self._act = add(acts.EXPORT, page, self.ask)
            self._selection = add(acts.EXPORT_SELECTION, page, self.ask_selection)
            loader.counted.connect(self._on_loader_counted)

    def offer_in(self, deeds: RowDeeds, button: Button) -> None:
        """Offer it in the menu of a row, and by the button of the top bar."""
        button.setVisible(self.allowed)
        if self.allowed:
            self._shell.actions.bind(button, acts.EXPORT.name, self._page)
            deeds.take_acts({acts.EXPORT_SELECTION.name: self._selection})
            self._say_whether()

    @Slot()
    def ask(self) -> None:
        """Ask what of the results is to be exported where."""
        self._open(only_selected=False)

    @Slot()
    def ask_selection(self) -> None:
        """The same, beginning with what is selected."""
        self._open(only_selected=True)

    # --- slots

    @Slot(object, bool)
    def _on_loader_counted(self, count: Count, _exact: bool) -> None:
        self._count = count
        self._say_whether()

    @Slot(object)
    def _on_dialog_planned(self, plan: ExportPlan) -> None:
        ExportRun(self._shell, self._session, plan).start()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None

    # --- private

    def _say_whether(self) -> None:
        self._shell.actions.forbid(self._act, "" if self._count.n else tr("Nothing was found"))

    def _open(self, *, only_selected: bool) -> None:
        request = ExportRequest(
            search=self._loader.search,
            total=self._count,
            selected=self._view.selected_ids(),
            columns=self._desk.layout.shown,
            only_selected=only_selected,
        )
        self.dialog = ExportDialog(self._shell, self._session, request, self._page.window())
        self.dialog.planned.connect(self._on_dialog_planned)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()
