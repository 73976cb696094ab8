"""The dialog of the manual export: what of the results goes where, and what the limits do."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.errors import N_, ReasonsNeededError
from reviewer.messages import explain, format_count, format_instant, ptr, tr, translated
from reviewer.models.ids import US_PER_S, WallUs
from reviewer.services.export_manual import (
    ExportOptions,
    Spot,
    discard_export,
    exporters_for,
    look_at,
    plan_export,
    ready_export,
    survey,
)
from reviewer.services.exporters.place import full
from reviewer.ui.dialogs import Dialog
from reviewer.ui.exports.destination import DestinationEdit
from reviewer.ui.exports.fitting import Fitting
from reviewer.ui.exports.option import ContentOption
from reviewer.ui.exports.reason import ReasonPart
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.states import ErrorPanel, RunningLine, Sign

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from reviewer.errors import ReviewerError
    from reviewer.models.search import Search
    from reviewer.services.export_manual import ExportPlan, Looked, Survey
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session
    from reviewer.ui.exports.request import ExportRequest
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import Task, TaskProgress

UNFINISHED_KEY: Final = "export.unfinished"
"""Under what the store keeps where the export begun last goes, until it is finished."""
_TAKEN: Final = {
    Spot.TAKEN: N_("It holds other files: choose an empty or new folder, or another name."),
    Spot.FINISHED: N_("A finished export is there; the very same is not made a second time."),
}


class ExportDialog(Dialog):
    """Asks what to export, and has it planned. Never `exec` it. Thread: main."""

    # An export is to run: ExportPlan. The dialog closes by itself.
    planned = Signal(object)

    def __init__(
        self, shell: Shell, session: Session, request: ExportRequest, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Export of the results"), icon="folder-output", parent=parent)
        self._shell = shell
        self._session = session
        self._request = request
        self._found: dict[bool, array[int]] = {True: request.selected}
        self._looked: Looked | None = None
        self._wrong = ""
        self._task: Task | None = None
        self._asked: list[Task] = []
        self.options = tuple(ContentOption(one) for one in exporters_for(session))
        self.destination = DestinationEdit(shell.settings)
        self._build()
        self._connect()
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._begin()

    # --- building

    def _build(self) -> None:
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.everything = QRadioButton()
        self.selection = QRadioButton()
        self._group = QButtonGroup(self)
        for button in (self.everything, self.selection):
            self._group.addButton(button)
        self.format = SegmentedControl([Segment("csv", "CSV"), Segment("xlsx", "XLSX")])
        self.format.value = "csv"
        self.format.setAccessibleName(tr("Format of the table"))
        self.resume = Button(tr("Go on with it"), "play", panel=True)
        self.discard = Button(tr("Throw it away"), "trash-2", "ghost", panel=True)
        self.why = ReasonPart()
        self._error = ErrorPanel()
        self._running = RunningLine()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.L)
        column.addWidget(_section(ptr("export", "What"), self.everything, self.selection))
        table = QHBoxLayout()
        table.setSpacing(Space.M)
        table.addWidget(Label(tr("The table with the columns as shown, all rows")))
        table.addWidget(self.format)
        table.addStretch(1)
        settings = _section(tr("Export settings"), table, *self.options)
        column.addWidget(settings)
        offer = QHBoxLayout()
        offer.setSpacing(Space.S)
        offer.addWidget(self.resume)
        offer.addWidget(self.discard)
        offer.addStretch(1)
        column.addWidget(_section(tr("Where to"), self.destination, offer))
        note = QHBoxLayout()
        note.setSpacing(Space.S)
        note.addWidget(Sign("info", Size.ICON, "muted"), 0, Qt.AlignmentFlag.AlignTop)
        warning = tr("Exported content is decrypted: whoever has the files can hear and read it.")
        told = Label(warning, "body", "text2", wraps=True)
        note.addWidget(told, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(note)
        column.addWidget(self.why)
        column.addStretch(1)
        self._area = Fitting()
        self._area.set_content(content)
        self.body.addWidget(self._area)
        self.body.addWidget(self._error)
        self.body.addWidget(self._running)
        self.cancel = self.add_button(tr("Cancel"), self.close)
        self.go = self.add_button(tr("Export"), self.start, kind="primary", icon="folder-output")
        self.go.setDefault(True)
        self._area.fit()
        # Enter on one of these means it, and not the export.
        for other in (self.cancel, self.resume, self.discard, self.destination.choose):
            other.setAutoDefault(True)

    def _connect(self) -> None:
        self.selection.toggled.connect(self._on_what_toggled)
        self.destination.place_changed.connect(self._on_place_changed)
        self.finished.connect(self._on_finished)
        self.resume.clicked.connect(self._on_resume_clicked)
        self.discard.clicked.connect(self._on_discard_clicked)
        self.why.edited.connect(self._say_whether)
        self.why.edit.returnPressed.connect(self._on_why_return_pressed)
        for option in self.options:
            option.changed.connect(self._say_whether)

    def _begin(self) -> None:
        request = self._request
        n, some = request.total.n, len(request.selected)
        many = f"{format_count(n)}+" if request.total.capped else format_count(n)
        self.everything.setText(tr("All that match: {many}", many=many))
        self.selection.setText(tr("The selected ones: {n}", n=format_count(some)))
        self.selection.setEnabled(bool(some))
        self.selection.setToolTip("" if some else tr("Nothing is selected"))
        only = request.only_selected and bool(some)
        (self.selection if only else self.everything).setChecked(True)
        (self.selection if only else self.everything).setFocus()
        self._count()
        unfinished = self._session.memory.recall(UNFINISHED_KEY)
        self._show_offer(None)
        if isinstance(unfinished, str):
            self._ask_about_unfinished(unfinished)
        else:
            self.destination.look()

    # --- what

    @property
    def _only_selected(self) -> bool:
        return self.selection.isChecked()

    @Slot()
    def _on_what_toggled(self) -> None:
        self._count()

    def _count(self) -> None:
        """Count, in the background, how many of what is chosen have which content."""
        self._stop_asking()
        for option in self.options:
            option.show_counting()
        only = self._only_selected
        if only in self._found:
            self._survey(self._found[only])
        else:
            work = partial(_ids, self._session.interactions, self._request.search)
            self._ask(
                self._shell.runner.read(
                    work, then=self._on_ids, failed=self._on_count_failed, parent=self
                )
            )

    def _on_ids(self, ids: array[int]) -> None:
        self._found[False] = ids
        self.everything.setText(tr("All that match: {many}", many=format_count(len(ids))))
        if not self._only_selected:
            self._survey(ids)

    def _survey(self, ids: array[int]) -> None:
        for option in self.options:
            work = partial(_survey, self._session, ids, option.kind)
            self._ask(
                self._shell.runner.read(
                    work, then=self._on_survey, failed=self._on_count_failed, parent=self
                )
            )

    def _on_survey(self, found: tuple[int, Survey]) -> None:
        place, counted = found
        ids = self._found.get(self._only_selected)
        if ids is None or place != id(ids):
            return
        for option in self.options:
            if option.kind == counted.kind:
                option.show_survey(counted)
        self._say_whether()

    def _on_count_failed(self, _error: ReviewerError) -> None:
        # What cannot be counted can be tried all the same; the export says what is wrong.
        for option in self.options:
            option.show_unknown()

    def _ask(self, task: Task) -> None:
        self._asked.append(task)

    def _stop_asking(self) -> None:
        for task in self._asked:
            task.cancel()
        self._asked.clear()

    # --- where

    @Slot(object)
    def _on_place_changed(self, place: Path | None) -> None:
        self._looked = None
        self._wrong = ""
        self._show_offer(None)
        if place is None:
            self._wrong = tr("Say where to export to.")
            self._say_whether()
            return
        self._shell.runner.read(
            partial(_look, self._session, place),
            then=self._on_looked,
            failed=self._on_look_failed,
            parent=self,
            generation="look",
        )

    def _on_looked(self, looked: Looked) -> None:
        self._looked = looked
        sentence = _TAKEN.get(looked.spot, "")
        self._wrong = translated(sentence) if looked.spot is Spot.TAKEN else ""
        self.destination.told.setText(translated(sentence) if sentence else "")
        if looked.plan is not None:
            self._show_offer(looked.plan)
        elif looked.spot is Spot.FREE:
            self.destination.told.setText(tr("Nothing is there yet: it is made."))
        self._say_whether()

    def _on_look_failed(self, error: ReviewerError) -> None:
        self._wrong = explain(error)
        self.destination.told.setText(self._wrong)
        self._say_whether()

    def _show_offer(self, plan: ExportPlan | None) -> None:
        """Offer to go on with an unfinished export, or hide the offer."""
        for button in (self.resume, self.discard):
            button.setVisible(plan is not None)
        if plan is None:
            self.destination.told.setText("")
            return
        self.destination.told.setText(
            tr(
                "An unfinished export is there: {done} of {all} files, begun {when}.",
                done=format_count(plan.done),
                all=format_count(plan.files + 1),
                when=_begun(plan, self._session),
            )
        )
        self._wrong = tr("Go on with the unfinished export, throw it away, or choose another place")

    def _ask_about_unfinished(self, path: str) -> None:
        """Offer to go on with what was cut last, where it is still there."""
        self._shell.runner.read(
            partial(_look_again, self._session, path),
            then=self._on_unfinished_looked,
            failed=self._on_unfinished_failed,
            parent=self,
            generation="look",
        )

    def _on_unfinished_looked(self, found: tuple[Path, Looked]) -> None:
        place, looked = found
        if looked.spot is Spot.UNFINISHED:
            self.destination.show_place(place)
        else:
            self.destination.look()

    def _on_unfinished_failed(self, _error: ReviewerError) -> None:
        # It is not there any more, or somebody else's: the usual place is looked at.
        self.destination.look()

    @Slot()
    def _on_resume_clicked(self) -> None:
        if self._looked is not None and self._looked.plan is not None and self._task is None:
            plan = self._looked.plan
            self._prepare(partial(_ready, self._session, plan, self.why.reason))

    @Slot()
    def _on_why_return_pressed(self) -> None:
        if self._looked is not None and self._looked.plan is not None:
            self._on_resume_clicked()

    @Slot()
    def _on_discard_clicked(self) -> None:
        place = self.destination.place
        if place is not None:
            self._shell.runner.read(
                partial(_discard, self._session, place),
                then=self._on_discarded,
                failed=self._on_failed,
                parent=self,
                title=tr("Removing the unfinished export"),
            )

    def _on_discarded(self, _there: bool) -> None:
        self.destination.look()

    # --- whether, and going

    def _reason_against(self) -> str:
        if not self._only_selected and not self._request.total.n:
            return tr("There is nothing to export")
        if self.why.is_missing:
            return tr("Say why")
        return self._wrong

    @Slot()
    def _say_whether(self) -> None:
        reason = tr("It is being prepared") if self._task is not None else self._reason_against()
        self.go.setEnabled(not reason)
        self.go.setToolTip(reason)

    @property
    def chosen(self) -> ExportOptions:
        """What is ticked."""
        return ExportOptions(
            contents=frozenset(option.kind for option in self.options if option.chosen),
            table=str(self.format.value),
            columns=self._request.columns,
            found_by=self._request.search.criteria,
        )

    @Slot()
    def start(self) -> None:
        """Have what is chosen planned; what is wrong with it is told here."""
        place = self.destination.place
        if place is None or self._task is not None or self._reason_against():
            return
        self._stop_asking()
        what = self._request.selected if self._only_selected else self._request.search
        self._prepare(partial(_plan, self._session, what, place, self.chosen, self.why.reason))

    def _prepare(self, work: Callable[[TaskProgress], ExportPlan]) -> None:
        """Have a plan made, in the background; it is handed on."""
        self._error.hide()
        self._running.set_running(True)
        self._task = self._shell.runner.read(
            work,
            then=self._on_planned,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=tr("Preparing the export"),
        )
        self._say_whether()

    def _on_planned(self, plan: ExportPlan) -> None:
        self._end_planning()
        self._hand_on(plan)

    def _hand_on(self, plan: ExportPlan) -> None:
        self.destination.remember()
        self.planned.emit(plan)
        self.close()

    def _on_failed(self, error: ReviewerError) -> None:
        self._end_planning()
        if isinstance(error, ReasonsNeededError):
            # Typed, the same goes on.
            self.why.ask(int(str(error.fields["count"])))
            self._area.fit()
            self._say_whether()
            return
        self._error.show_error(tr("That cannot be exported"), explain(error))
        self.destination.look()

    def _end_planning(self) -> None:
        self._task = None
        self._running.set_running(False)
        self._say_whether()

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        # Cancelled in the status bar: the dialog is as it was before.
        self._end_planning()

    @Slot()
    def _on_finished(self) -> None:
        self._stop_asking()
        if self._task is not None:
            self._task.cancel()


def _section(title: str, *parts: QWidget | QHBoxLayout) -> QWidget:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.S)
    column.addWidget(Label(title, "strong"))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return section


def _begun(plan: ExportPlan, session: Session) -> str:
    """Return when an unfinished export was begun, as the centre's time."""
    try:
        at = datetime.fromisoformat(str(plan.job.about.get("at", "")))
    except ValueError:
        return "?"
    return format_instant(WallUs(int(at.timestamp()) * US_PER_S), session.settings.zone)


# --- in the pool


def _ids(interactions: Interactions, search: Search, progress: TaskProgress) -> array[int]:
    return interactions.ids(search, cancel=progress)


def _survey(
    session: Session, ids: array[int], kind: str, progress: TaskProgress
) -> tuple[int, Survey]:
    return id(ids), survey(session, ids, kind, progress)


def _look(session: Session, place: Path, _progress: TaskProgress) -> Looked:
    return look_at(session, place)


def _look_again(session: Session, path: str, _progress: TaskProgress) -> tuple[Path, Looked]:
    place = Path(path)
    return place, look_at(session, place)


def _discard(session: Session, place: Path, _progress: TaskProgress) -> bool:
    return discard_export(session, place)


def _ready(session: Session, plan: ExportPlan, reason: str, _progress: TaskProgress) -> ExportPlan:
    ready_export(session, plan, reason)
    return plan


def _plan(
    session: Session,
    what: Search | array[int],
    place: Path,
    options: ExportOptions,
    reason: str,
    progress: TaskProgress,
) -> ExportPlan:
    plan = plan_export(session, what, place, options, reason=reason, progress=progress)
    if not plan.finished and not plan.resumes and plan.needed_bytes > plan.free_bytes:
        raise full(plan.place, plan.needed_bytes, before=True)
    return plan
