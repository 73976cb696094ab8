"""An export in the background: its place in the status bar, and what is told at its end.

It goes on when the dialog and even the window it was asked for in are closed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from reviewer.messages import explain, format_count, ntr, tr
from reviewer.services.export_manual import run_export
from reviewer.ui.dialogs import Dialog
from reviewer.ui.exports.dialog import UNFINISHED_KEY
from reviewer.ui.page_host import PageHost, any_host, front_host
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.errors import ReviewerError
    from reviewer.services.export_manual import ExportPlan, ExportResult, Failed
    from reviewer.storage.store import Memory, Session
    from reviewer.ui.page import Notifier, Shell
    from reviewer.ui.tasks import Task, TaskProgress

_MB = 1_000_000
_LINES = 9


class ExportRun(QObject):
    """Runs one export and tells how it ended. Thread: main.

    It belongs to the application, so that it ends with nothing but the program.
    """

    def __init__(self, shell: Shell, session: Session, plan: ExportPlan) -> None:
        super().__init__(QApplication.instance())
        self._shell = shell
        self._session = session
        # What of it is done is on the disk: tried again, it goes on.
        self._more = replace(plan, resumes=True)
        self._plan = plan
        self.task: Task | None = None
        self.summary: ExportSummary | None = None

    def start(self) -> None:
        """Begin; where it goes is remembered until it is finished."""
        target = str(self._plan.place.target)
        self._keep(target)
        self.task = self._shell.runner.read(
            partial(_run, self._session, self._plan),
            then=self._on_done,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=tr("Export"),
        )

    # --- slots

    def _on_done(self, result: ExportResult) -> None:
        self._keep(None)
        said = _said(result)
        if result.failed_count:
            self.summary = ExportSummary(said, result, self._plan.place.target, front_host())
            self.summary.finished.connect(self.deleteLater)
            self.summary.show()
            return
        shown = (tr("Show"), partial(show_in_folder, self._plan.place.target))
        self._notifier().notify(said, icon="folder-output", action=shown, stays=True)
        self.deleteLater()

    def _on_failed(self, error: ReviewerError) -> None:
        again = (tr("Try again"), partial(_again, self._shell, self._session, self._more))
        self._notifier().notify(explain(error), icon="triangle-alert", action=again, stays=True)
        self.deleteLater()

    def _on_stopped(self, error: ReviewerError | None) -> None:
        if error is None:
            self._keep(None)
            self.deleteLater()
            return
        again = (tr("Go on"), partial(_again, self._shell, self._session, self._more))
        self._notifier().notify(explain(error), icon="folder-output", action=again, stays=True)
        self.deleteLater()

    # --- private

    def _notifier(self) -> Notifier:
        """Return the window in front, or another: the one it was asked for in may be closed."""
        own = self._shell.notifier
        closed = isinstance(own, PageHost) and not (shiboken6.isValid(own) and own.isVisible())
        return front_host() or (any_host() if closed else None) or own

    def _keep(self, target: str | None) -> None:
        work = partial(_remember, self._session.memory, target)
        self._shell.runner.write(work, parent=self)


class ExportSummary(Dialog):
    """What was exported, and what was not and why."""

    def __init__(
        self, said: str, result: ExportResult, target: Path, parent: QWidget | None = None
    ) -> None:
        title = ntr("{n} was not exported", "{n} were not exported", result.failed_count)
        super().__init__(title, icon="triangle-alert", role="warning", parent=parent)
        self._target = target
        lines = [_failure(failed) for failed in result.failed]
        if result.unnamed:
            lines.append(ntr("and {n} more", "and {n} more", result.unnamed))
        self.body.addWidget(Label(said, "body", wraps=True))
        self.text = QPlainTextEdit("\n".join(lines))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.text.setFixedHeight(_LINES * self.text.fontMetrics().lineSpacing() + Space.L)
        self.body.addWidget(self.text)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.add_button(tr("Copy"), self._on_copy_clicked, icon="copy")
        self.add_button(tr("Show"), self._on_show_clicked, icon="folder-open")
        self.add_button(tr("Close"), self.close, focused=True)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    @Slot()
    def _on_show_clicked(self) -> None:
        show_in_folder(self._target)


def show_in_folder(target: Path) -> None:
    """Show an export in the system's own window of files: the folder, or that of the ZIP."""
    folder = target if target.is_dir() else target.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _said(result: ExportResult) -> str:
    if result.already:
        return tr("{name} was finished before, and is whole.", name=result.destination)
    return tr(
        "Exported to {name}: rows {rows}, files {files}, {size} MB.",
        name=result.destination,
        rows=format_count(result.rows),
        files=format_count(result.files),
        size=format_count(-(-result.bytes // _MB)),
    )


def _failure(failed: Failed) -> str:
    sentence = failed.sentence()
    return sentence if failed.giid in sentence else f"{failed.giid}: {sentence}"


def _again(shell: Shell, session: Session, plan: ExportPlan) -> None:
    ExportRun(shell, session, plan).start()


# --- in the pool


def _run(session: Session, plan: ExportPlan, progress: TaskProgress) -> ExportResult:
    return run_export(session, plan, progress=progress)


def _remember(memory: Memory, target: str | None, _progress: TaskProgress) -> None:
    memory.keep(UNFINISHED_KEY, target)
