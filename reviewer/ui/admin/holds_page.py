"""Legal holds: what nothing deletes, since when, by whom and why; lifted here."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import format_instant, ntr, ptr, tr
from reviewer.models.access import Privilege
from reviewer.models.erasure import LiftedHold
from reviewer.models.requests import Guarded
from reviewer.services.wording import names_of_persons
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.form_page import OPEN_INTERACTION, FormPage, line
from reviewer.ui.admin.requests_panel import RequestsPanel
from reviewer.ui.erasing.hold_dialog import HoldDialog
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.cut_line import CutLine
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import SearchEdit
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.table import INSTANT_PX, Column, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Generator
    from zoneinfo import ZoneInfo

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.erasure import Hold
    from reviewer.models.ids import InteractionId
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_IN_FORCE: Final = "in force"
_LIFTED: Final = "lifted"
_Held = tuple["Hold | LiftedHold", "InteractionRow | None"]


class HoldsPage(FormPage):
    """Lists all legal holds. Thread: main."""

    name = "holds"
    title_id = N_("Legal holds")
    hint_id = N_(
        "Neither deletion nor retention touches the content of these interactions. A hold is set "
        "in the review of an interaction or on a selection of results."
    )

    fills = True

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._held: tuple[_Held, ...] = ()
        # Whether they were read.
        self._known = False
        self.which = SegmentedControl(ring_room=True)
        self.filter = SearchEdit(panel=True)
        self.lift_button = Button("", "lock", panel=True)
        self.count = Label("", "body", "muted")
        self.table = Table(many=True)
        yield
        self.dialog: HoldDialog | None = None
        self.requests = RequestsPanel(self, Guarded.LIFTING_HOLD, before=lambda: self.filter)
        yield
        self.body.addWidget(self.requests)
        self.body.addWidget(line(self.which, self.filter, self.lift_button, stretch=False))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(CutLine(self.table))
        self.body.addWidget(self.count)
        self.word(self.filter.setPlaceholderText, N_("Reason, name or GIID"))
        self.word(self.filter.setAccessibleName, N_("Reason, name or GIID"))
        self.word(self.lift_button.setText, N_("Lift the holds chosen"))
        self.offer(self.lift_button, "lift", N_("Lift the holds chosen"), ("Ctrl+Shift+H",))
        self.word(self.table.setAccessibleName, N_("Legal holds"))
        self.word(self.which.setAccessibleName, N_("Which holds are listed"))
        self.which.value_changed.connect(self._on_which_value_changed)
        self.filter.textChanged.connect(self._show)
        self.lift_button.clicked.connect(self.ask_lift)
        self.table.opened.connect(self._on_table_opened)
        # Named by F1; the table does it by itself.
        spec = ActionSpec(f"{self.name}.open", OPEN_INTERACTION, self.title_id, ("Return",))
        self.shell.actions.add(spec, self.table, self.table.open_current)
        self.table.chosen.connect(self._say_whether)
        self.shell.bus.changes_applied.connect(self._on_bus_changes_applied)
        yield
        self.retranslate()

    @property
    def lifted(self) -> bool:
        """Whether the holds are listed that were lifted."""
        return self.which.value == _LIFTED

    def _refresh(self) -> None:
        self.shell.runner.read(
            partial(_holds, self.session, self.lifted),
            then=self._on_read,
            failed=self._on_failed,
            parent=self,
            generation="holds",
        )

    def _on_read(self, held: tuple[_Held, ...]) -> None:
        self.error.hide()
        self._held, self._known = held, True
        self._show()

    def _on_failed(self, error: ReviewerError) -> None:
        self.show_error(tr("The holds cannot be read"), error)

    @Slot()
    def _show(self) -> None:
        wanted = self.filter.text().strip().casefold()
        zone = self.session.settings.zone
        rows = []
        for hold, row in self._held:
            texts = _texts(hold, row, zone)
            if wanted in " ".join(texts).casefold():
                rows.append(TableRow(texts, hold, tip="\n".join(filter(None, texts))))
        self.table.show_rows(rows)
        self._say_how_many(len(rows))
        self._say_whether()

    def _say_how_many(self, n: int) -> None:
        """Say how many rows there are, and why there are none; nothing until they were read."""
        if not self._known:
            self.table.set_empty("")
            self.count.setText("")
            return
        none = tr("No hold was lifted yet.") if self.lifted else tr("There are no legal holds.")
        self.table.set_empty(tr("Nothing matches") if self._held else none)
        self.count.setText(
            ntr("{n} lifted hold", "{n} lifted holds", n)
            if self.lifted
            else ntr("{n} legal hold", "{n} legal holds", n)
        )

    @Slot(object)
    def _on_which_value_changed(self, _which: object) -> None:
        self._held, self._known = (), False
        self._show_columns()
        self._show()
        self._refresh()

    @Slot()
    def _say_whether(self) -> None:
        may = self.session.people.me.may(Privilege.RECORDS_HOLD)
        self.lift_button.setVisible(may and not self.lifted)
        reason = "" if self.table.selected else tr("Nothing is chosen")
        self.lift_button.setEnabled(not reason)
        self.lift_button.setToolTip(reason)

    @Slot()
    def ask_lift(self) -> None:
        """Ask why the chosen holds are to be lifted."""
        holds: list[Hold] = [row.value for row in self.table.selected]  # type: ignore[misc]  # all are
        if not holds:
            return
        ids = [hold.interaction_id for hold in holds]
        name = ntr("{n} legal hold", "{n} legal holds", len(ids))
        reason = holds[0].reason if len({hold.reason for hold in holds}) == 1 else ""
        self.dialog = HoldDialog(
            self.shell, self.session, ids, name, lift=True, reason=reason, parent=self.window()
        )
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None

    @Slot(object)
    def _on_table_opened(self, hold: Hold | LiftedHold) -> None:
        self.shell.navigator.go("review", ReviewRequest(_held(hold).interaction_id))

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.interactions and self.isVisible():
            self._refresh()

    @override
    def put_away(self) -> None:
        super().put_away()
        self._held, self._known = (), False
        self._show()

    @override
    def entered(self) -> None:
        self._refresh()
        self.requests.refresh()
        self.table.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        self.requests.retranslate()
        chosen = self.which.value
        self.which.set_items(
            [Segment(_IN_FORCE, tr("In force")), Segment(_LIFTED, ptr("holds", "Lifted"))]
        )
        self.which.value = chosen or _IN_FORCE
        order = (self.which.stop, self.filter, self.lift_button, self.table)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._show_columns()
        self._show()

    def _show_columns(self) -> None:
        began, source = Column(tr("Began"), INSTANT_PX, whole=True), Column(tr("From"), 140)
        if self.lifted:
            self.table.show_columns(
                (
                    began,
                    source,
                    Column(tr("Reason")),
                    Column(tr("Held by"), 80),
                    Column(tr("Held since"), whole=True),
                    Column(tr("Lifted by"), 80),
                    Column(tr("Lifted"), whole=True),
                    Column(tr("Reason for lifting")),
                )
            )
            return
        self.table.show_columns(
            (
                began,
                source,
                Column(tr("Reason")),
                Column(tr("Held by"), 110),
                Column(tr("Held since"), INSTANT_PX, whole=True),
                Column("GIID", 180),
            )
        )


def _held(hold: Hold | LiftedHold) -> Hold:
    return hold.held if isinstance(hold, LiftedHold) else hold


def _texts(told: Hold | LiftedHold, row: InteractionRow | None, zone: ZoneInfo) -> tuple[str, ...]:
    """Return what a row of the table says."""
    hold = _held(told)
    started = format_instant(row.started_us, zone) if row is not None else ""
    source = (row.from_name or row.from_address) if row is not None else ""
    texts = (started, source, hold.reason, hold.by, format_instant(hold.at_us, zone))
    if not isinstance(told, LiftedHold):
        return (*texts, str(hold.giid))
    by = names_of_persons(told.lifted_by, told.approved_by)
    return (*texts, by, format_instant(told.lifted_us, zone), told.lifted_reason)


def _holds(session: Session, lifted: bool, _progress: TaskProgress) -> tuple[_Held, ...]:
    keeping = session.keeping
    holds: tuple[Hold | LiftedHold, ...] = keeping.lifted() if lifted else keeping.holds()
    ids: list[InteractionId] = [_held(hold).interaction_id for hold in holds]
    rows = {row.id: row for row in session.interactions.rows(ids)}
    return tuple((hold, rows.get(_held(hold).interaction_id)) for hold in holds)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> HoldsPage:
    """Return the page of legal holds."""
    return HoldsPage(shell, session, in_turns=in_turns)
