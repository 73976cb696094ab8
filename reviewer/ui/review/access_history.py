"""Who opened, played, downloaded or changed an interaction, and when: from the audit log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.messages import explain, format_instant, ntr, tr
from reviewer.ui.audit_words import as_row, columns
from reviewer.ui.dialogs import Dialog
from reviewer.ui.review.interaction_header import source_words
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.cut_line import CutLine
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import ErrorPanel, RunningLine
from reviewer.ui.widgets.table import Table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.audit import AuditEntry
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_HEIGHT_PX: Final = 420


class AccessHistory(Dialog):
    """Lists what was done to one interaction, newest first. Thread: main."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        interaction: Interaction,
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Access history"), icon="history", parent=parent)
        self._zone = zone
        when = format_instant(interaction.started_us, zone)
        name = tr("Interaction {when}, {source}", when=when, source=source_words(interaction))
        self.body.addWidget(Label(name, "body", "text2", wraps=True))
        self.count = Label("", "body", "muted")
        self.table = Table()
        self.table.setAccessibleName(tr("Access history"))
        self.table.show_columns(columns(with_object=False))
        self.table.set_high(theme().px(_HEIGHT_PX))
        self._error = ErrorPanel()
        self._running = RunningLine()
        for part in (self._error, self._running, self.table, CutLine(self.table), self.count):
            self.body.addWidget(part)
        self.setMinimumWidth(theme().px(Size.DIALOG_WIZARD))
        self.add_button(tr("Close"), self.close, focused=True)
        self.table.setFocus()
        self._running.set_running(True)
        shell.runner.read(
            partial(_history, session, interaction.id),
            then=self._on_read,
            failed=self._on_failed,
            parent=self,
        )

    def _on_read(self, entries: tuple[AuditEntry, ...]) -> None:
        self._running.set_running(False)
        self.table.show_rows([as_row(entry, self._zone, with_object=False) for entry in entries])
        self.count.setText(ntr("{n} entry", "{n} entries", len(entries)))

    def _on_failed(self, error: ReviewerError) -> None:
        self._running.set_running(False)
        self._error.show_error(tr("The history cannot be read"), explain(error))


def _history(
    session: Session, interaction_id: InteractionId, _progress: TaskProgress
) -> tuple[AuditEntry, ...]:
    return session.audit.history(interaction_id)
