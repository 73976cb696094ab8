"""The audit log: searched by who, what, when and on what; verified, exported, anchored."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import explain, ntr, tr, translated
from reviewer.models.audit import TITLES, Act, AuditQuery
from reviewer.models.ids import InteractionId
from reviewer.services.audit_log import (
    export_log,
    fault_text,
    instant_bound,
    load_anchor,
    save_anchor,
)
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.form_page import OPEN_INTERACTION, FormPage, line
from reviewer.ui.audit_words import as_row, columns
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.theme.theme import theme
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.cut_line import CutLine
from reviewer.ui.widgets.date_field import DateField, say_of_dates
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from reviewer.errors import ReviewerError
    from reviewer.models.audit import AuditEntry, Verification
    from reviewer.models.ids import WallUs
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_PAGE: Final = 200
_ACT_CHARS: Final = 14
_WHO_PX: Final = 100
_GIID_PX: Final = 110
_TYPING_MS: Final = 300
_FAULTS: Final = 20
_Found = tuple[tuple["AuditEntry", ...], int]


class AuditPage(FormPage):
    """Lists the entries asked for, newest first. Thread: main."""

    name = "audit"
    title_id = N_("Audit log")
    hint_id = N_(
        "Who did what to what, and when. Entries follow each other in a chain: what is changed, "
        "removed or moved is found by verifying."
    )

    fills = True

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self.who = Edit()
        self.what = QComboBox()
        self.since, self.until = DateField(), DateField()
        self.dates_told = Label("", "small", "fail", wraps=True)
        self.dates_told.hide()
        self.on = Edit()
        yield
        self.verify_button = Button("", "shield", panel=True)
        self.compare_button = Button("", "scale", "ghost", panel=True)
        self.export_button = Button("", "folder-output", "ghost", panel=True)
        self.anchor_button = Button("", "lock", "ghost", panel=True)
        self.told = Label("", "strong", wraps=True)
        self.count = Label("", "body", "muted")
        self.table = Table()
        yield
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.search)
        self._query = AuditQuery()
        self._searches = 0
        self._more = False
        yield from self._laid_out()
        self._connect()
        yield
        self.retranslate()

    def _laid_out(self) -> Generator[None, None, None]:
        self.who.setFixedWidth(theme().px(_WHO_PX))
        self.on.setFixedWidth(theme().px(_GIID_PX))
        # Else the longest name of an act makes the page wider than small screens.
        self.what.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.what.setMinimumContentsLength(_ACT_CHARS)
        words = [Label("", "body", "text2") for _ in range(5)]
        fields = (self.who, self.what, self.since, self.until, self.on)
        ids = (N_("Who"), N_("Act"), N_("From"), N_("To"), N_("GIID"))
        parts: list[QWidget] = []
        for label, field, text in zip(words, fields, ids, strict=True):
            label.setBuddy(field)
            self.word(label.setText, text)
            name = field.set_name if isinstance(field, DateField) else field.setAccessibleName
            self.word(name, text)
            parts.append(line(label, field, stretch=False))
        self.body.addWidget(line(*parts))
        self.body.addWidget(self.dates_told)
        yield
        buttons = (
            self.verify_button,
            self.compare_button,
            self.anchor_button,
            self.export_button,
        )
        self.body.addWidget(line(*buttons))
        for act, button, title in (
            ("verify", self.verify_button, N_("Verify the log")),
            ("compare", self.compare_button, N_("Verify against an anchor")),
            ("anchor", self.anchor_button, N_("Save an anchor")),
            ("export", self.export_button, N_("Export the log")),
        ):
            self.word(button.setText, title)
            self.offer(button, act, title)
        self.told.hide()
        self.body.addWidget(self.told)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(CutLine(self.table))
        self.body.addWidget(self.count)
        self.word(self.table.setAccessibleName, N_("Audit log"))
        yield

    def _connect(self) -> None:
        for edit in (self.who, self.on):
            edit.textEdited.connect(self._on_edited)
            edit.returnPressed.connect(self.search)
        self.since.changed.connect(self._on_edited)
        self.until.changed.connect(self._on_edited)
        self.what.activated.connect(self.search)
        self.table.opened.connect(self._on_table_opened)
        # Named by F1; the table does it by itself.
        spec = ActionSpec(f"{self.name}.open", OPEN_INTERACTION, self.title_id, ("Return",))
        self.shell.actions.add(spec, self.table, self.table.open_current)
        self.table.end_reached.connect(self._on_table_end_reached)
        self.verify_button.clicked.connect(self.verify)
        self.compare_button.clicked.connect(self._on_compare_clicked)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.anchor_button.clicked.connect(self._on_anchor_clicked)

    # --- searching

    @Slot()
    def _on_edited(self) -> None:
        self._say_of_dates()
        self._typing.start()

    def _say_of_dates(self) -> bool:
        """Say what is wrong with them where they stand; return whether they can be used."""
        since, until = self.since.moment, self.until.moment
        order = ""
        if since and until:
            zone, now_us = self.session.settings.zone, time.time_ns() // 1000
            first = instant_bound(since, zone, now_us, end=False)
            if first >= instant_bound(until, zone, now_us, end=True):
                order = tr("The first date is after the second")
        return say_of_dates(self.since, self.until, self.dates_told, order)

    @Slot()
    def search(self) -> None:
        """Look for what the fields say."""
        self._typing.stop()
        since, until = self.since.moment, self.until.moment
        if not self._say_of_dates() or since is None or until is None:
            return
        self._begin()
        self._searches += 1
        self.shell.runner.read(
            partial(
                _search,
                self.session,
                (self.who.text().strip(), self.what.currentData() or "", self.on.text().strip()),
                (since, until),
            ),
            then=self._on_found,
            failed=self._on_search_failed,
            stopped=partial(self._on_search_stopped, self._searches),
            parent=self,
            generation="search",
            title=tr("Searching the audit log"),
        )

    def _on_found(self, found: tuple[AuditQuery, _Found]) -> None:
        self.running.set_running(False)
        self._query, (entries, count) = found
        self.table.set_empty(tr("There is no such entry."))
        zone = self.session.settings.zone
        self.table.show_rows([as_row(entry, zone, with_object=True) for entry in entries])
        self.table.scrollToTop()
        self._more = len(entries) == _PAGE
        self.count.setText(ntr("{n} entry", "{n} entries", count))

    def _on_search_failed(self, error: ReviewerError) -> None:
        self.running.set_running(False)
        self.table.show_rows([])
        self.table.set_empty(explain(error))
        self.count.setText("")

    def _on_search_stopped(self, which: int, _error: ReviewerError | None) -> None:
        # One that another took the place of says nothing of it.
        if which == self._searches:
            self.running.set_running(False)

    @Slot()
    def _on_table_end_reached(self) -> None:
        rows = self.table.texts.rows
        if self._more and rows:
            self._more = False
            last: AuditEntry = rows[-1].value  # type: ignore[assignment]  # all are
            self.shell.runner.read(
                partial(_following, self.session, self._query, last.number),
                then=self._on_more_found,
                parent=self,
                generation="more",
            )

    def _on_more_found(self, found: tuple[AuditQuery, tuple[AuditEntry, ...]]) -> None:
        query, entries = found
        if query is self._query:
            zone = self.session.settings.zone
            rows = [as_row(entry, zone, with_object=True) for entry in entries]
            self.table.texts.append_rows(rows)
            self._more = len(entries) == _PAGE

    @Slot(object)
    def _on_table_opened(self, entry: AuditEntry) -> None:
        if entry.giid and not entry.hidden and entry.interaction_id:
            request = ReviewRequest(InteractionId(entry.interaction_id))
            self.shell.navigator.go("review", request)

    # --- verifying, and taking it out

    def _begin(self) -> None:
        self.error.hide()
        self.running.set_running(True)

    @Slot()
    def verify(self, against: str = "") -> None:
        """Read the whole log; `against`: the file of an anchor."""
        self._begin()
        self.told.hide()
        self.verify_button.setEnabled(False)
        self.shell.runner.read(
            partial(_verify, self.session, against),
            then=self._on_verified,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=tr("Verifying the audit log"),
        )

    def _on_verified(self, found: Verification) -> None:
        self._end()
        entries = ntr("{n} entry", "{n} entries", found.entries)
        if found.holds:
            said = tr("The log is whole: {entries}.", entries=entries)
        else:
            faults = [fault_text(fault) for fault in found.faults[:_FAULTS]]
            whole = tr("The log is not what was written: {entries} read.", entries=entries)
            said = "\n".join((whole, *faults))
        self.told.set_role("success" if found.holds else "fail")
        self.told.setText(said)
        self.told.show()

    def _end(self) -> None:
        self.running.set_running(False)
        self.verify_button.setEnabled(True)

    def _on_failed(self, error: ReviewerError) -> None:
        self._end()
        self.show_error(tr("That did not work"), error)

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        self._end()

    @Slot()
    def _on_compare_clicked(self) -> None:
        self._ask_file(tr("Verify against an anchor"), "", self.verify, opens=True)

    @Slot()
    def _on_export_clicked(self) -> None:
        self._ask_file(tr("Export the log"), "audit.jsonl", self.export_to)

    @Slot()
    def _on_anchor_clicked(self) -> None:
        self._ask_file(tr("Save an anchor"), "audit-anchor.json", self.anchor_to)

    def export_to(self, path: str) -> None:
        """Write the whole log to a file, in the background."""
        self._begin()
        self.shell.runner.read(
            partial(_export, self.session, path),
            then=self._on_exported,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=tr("Exporting the audit log"),
        )

    def anchor_to(self, path: str) -> None:
        """Write the signed end of the log to a file."""
        self._begin()
        self.shell.runner.read(
            partial(_anchor, self.session, path),
            then=self._on_anchored,
            failed=self._on_failed,
            parent=self,
        )

    def _on_exported(self, done: tuple[str, int]) -> None:
        self._end()
        entries = ntr("{n} entry", "{n} entries", done[1])
        said = tr("Written: {entries} in {file}", entries=entries, file=done[0])
        self.shell.notifier.notify(said, icon="folder-output", stays=True)
        self.search()

    def _on_anchored(self, path: str) -> None:
        self._end()
        said = tr("Saved: {name}. Keep it outside of the store.", name=Path(path).name)
        self.shell.notifier.notify(said, icon="lock", stays=True)

    def _ask_file(
        self, title: str, name: str, then: Callable[[str], object], *, opens: bool = False
    ) -> None:
        """Ask for a file; the window goes on answering meanwhile."""
        dialog = QFileDialog(self.window(), title, str(Path.home()))
        modes = QFileDialog.AcceptMode
        dialog.setAcceptMode(modes.AcceptOpen if opens else modes.AcceptSave)
        if name:
            dialog.selectFile(name)
        dialog.fileSelected.connect(then)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # --- overrides

    @override
    def entered(self) -> None:
        self.search()
        self.table.setFocus()

    @override
    def put_away(self) -> None:
        super().put_away()
        self._typing.stop()
        self._more = False
        self.table.set_empty("")
        self.table.show_rows([])
        self.count.setText("")
        self.told.hide()

    @override
    def left(self) -> None:
        self._typing.stop()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        chosen = self.what.currentData()
        self.what.clear()
        self.what.addItem(tr("any"), "")
        for act, title in sorted(TITLES.items(), key=lambda pair: translated(pair[1])):
            self.what.addItem(translated(title), act.value)
        self.what.setCurrentIndex(max(0, self.what.findData(chosen)))
        self._say_of_dates()
        self.table.show_columns(columns(with_object=True))
        zone = self.session.settings.zone
        rows = self.table.texts.rows
        entries: list[AuditEntry] = [row.value for row in rows]  # type: ignore[misc]  # all are
        self.table.show_rows([as_row(entry, zone, with_object=True) for entry in entries])


# --- in the pool


def _search(
    session: Session, words: tuple[str, str, str], dates: tuple[str, str], _progress: TaskProgress
) -> tuple[AuditQuery, _Found]:
    who, act, giid = words
    zone, now_us = session.settings.zone, time.time_ns() // 1000
    bounds: list[WallUs | None] = [
        instant_bound(date, zone, now_us, end=end) if date else None
        for date, end in zip(dates, (False, True), strict=True)
    ]
    query = AuditQuery(
        bounds[0],
        bounds[1],
        (who,) if who else (),
        (Act(act).value,) if act else (),
        session.interactions.find(giid) if giid else None,
    )
    return query, (session.audit.entries(query, limit=_PAGE), session.audit.count(query))


def _following(
    session: Session, query: AuditQuery, before: int, _progress: TaskProgress
) -> tuple[AuditQuery, tuple[AuditEntry, ...]]:
    return query, session.audit.entries(replace(query, before=before), limit=_PAGE)


def _verify(session: Session, against: str, progress: TaskProgress) -> Verification:
    anchor = load_anchor(Path(against)) if against else None
    return session.audit.verify(anchor, progress=progress)


def _export(session: Session, path: str, progress: TaskProgress) -> tuple[str, int]:
    return path, export_log(session, Path(path), progress=progress)


def _anchor(session: Session, path: str, _progress: TaskProgress) -> str:
    save_anchor(session, Path(path))
    return path


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> AuditPage:
    """Return the page of the audit log."""
    return AuditPage(shell, session, in_turns=in_turns)
