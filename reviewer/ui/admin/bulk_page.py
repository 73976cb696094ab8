"""Deleting many at once: of a service, from one date to another; goes on where it stopped."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import format_count, format_instant, ntr, tr, translated
from reviewer.models.erasure import MAX_REASON, Loss, What
from reviewer.models.requests import Guarded
from reviewer.services.erase import of_service
from reviewer.ui.admin.bulk_confirm import BulkConfirm
from reviewer.ui.admin.form_page import FormPage, line, section
from reviewer.ui.admin.requests_panel import RequestsPanel
from reviewer.ui.erasing.certificates import ask_certificate
from reviewer.ui.erasing.request import EraseRequest
from reviewer.ui.erasing.running import EraseRun, erasing, result_sentences, resuming, share
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.date_field import DateField, say_of_dates
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.erasure import Erased, Unfinished
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseOrder
    from reviewer.ui.erasing.running import Outcome, Work
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_SERVICE_PX: Final = 320
_DELETED: Final = {
    What.VOICE: N_("Deleted voice recordings"),
    What.TRANSCRIPT: N_("Deleted transcripts"),
    What.CHAT: N_("Deleted chats"),
    What.EMAIL: N_("Deleted emails"),
    What.SCREEN: N_("Deleted screen recordings"),
}
_Read = tuple[tuple[str, ...], tuple["Unfinished", ...]]


class BulkPage(FormPage):
    """Asks what of which service is to be deleted, says what that is, and does it. Thread: main."""

    name = "bulk"
    title_id = N_("Bulk deletion")
    hint_id = N_(
        "Deletes content of all interactions of a service that started in a period. Statistics "
        "stay; what is under a legal hold is left out."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self.service = QComboBox()
        self.service.setEditable(True)
        self.service.setFixedWidth(theme().px(_SERVICE_PX))
        self._request = EraseRequest((0, 0), "")
        choices = self._request.choices(self.session.people.me)
        self.boxes = {choice.what[0]: QCheckBox() for choice in choices}
        self._titles = {choice.what[0]: choice.title for choice in choices}
        yield
        self.since, self.until = DateField(), DateField()
        yield
        self.reason = Edit()
        self.reason.setMaxLength(MAX_REASON)
        self.start_button = Button("", "trash-2", "danger")
        self._stays = Label("", "body", "warning", wraps=True)
        self.dates_told = Label("", "small", "fail", wraps=True)
        self.dates_told.hide()
        self.result = Label("", "body", wraps=True)
        self.certificate_button = Button("", "file-text", panel=True)
        self._deleted: tuple[str, ...] = ()
        self._result_card = Card("surface", "line2")
        self._unfinished = QVBoxLayout()
        self.offers: list[tuple[Unfinished, Button, Button]] = []
        self._run: EraseRun | None = None
        self._expected: Mapping[What, int] = {}
        self._total = 0
        self._asked = ""
        self.dialog: BulkConfirm | None = None
        yield
        self._focus = LentFocus(self, lambda: self.service)
        self.requests = RequestsPanel(self, Guarded.BULK_DELETION, before=lambda: self.service)
        yield from self._laid_out()
        self._connect()
        self._say_whether()

    def _laid_out(self) -> Generator[None, None, None]:
        holder = QWidget()
        holder.setLayout(self._unfinished)
        self._unfinished.setContentsMargins(0, 0, 0, 0)
        self._unfinished.setSpacing(Space.S)
        self.body.addWidget(self.requests)
        self.body.addWidget(holder)
        titles = [Label("", "strong") for _ in range(4)]
        for label, text in zip(
            titles, (N_("Service"), N_("What to delete"), N_("Period"), N_("Reason")), strict=True
        ):
            self.word(label.setText, text)
        for what, box in self.boxes.items():
            self.word(box.setText, self._titles[what])
        self.body.addWidget(section(titles[0], self.service))
        self.body.addWidget(section(titles[1], *self.boxes.values(), self._stays))
        since, until = Label("", "body", "text2"), Label("", "body", "text2")
        self.word(since.setText, N_("From"))
        self.word(until.setText, N_("up to, not including"))
        period = line(since, self.since, until, self.until)
        self.body.addWidget(section(titles[2], period, self.dates_told))
        self.body.addWidget(section(titles[3], self.reason))
        self.body.addWidget(line(self.start_button))
        yield
        column = QVBoxLayout(self._result_card)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        heading = Label("", "strong")
        self.word(heading.setText, N_("Result"))
        column.addWidget(heading)
        column.addWidget(self.result)
        column.addWidget(line(self.certificate_button))
        self.word(self.certificate_button.setText, N_("Certificate as PDF"))
        self.certificate_button.hide()
        self._result_card.hide()
        self.body.addWidget(self._result_card)
        self._stays.hide()
        self.word(self._stays.setText, N_("Only the sound goes: the text of the calls stays."))
        self.word(self.start_button.setText, N_("Start deletion"))
        self.offer(self.start_button, "start", N_("Start deletion"))
        self.word(self.service.setAccessibleName, N_("Service"))
        self.word(self.since.set_name, N_("From"))
        self.word(self.until.set_name, N_("up to, not including"))
        self.word(self.reason.setAccessibleName, N_("Reason"))
        self.word(
            self.reason.setPlaceholderText, N_("Why it is deleted; this stays in the records")
        )
        yield

    def _connect(self) -> None:
        self.service.currentTextChanged.connect(self._say_whether)
        for box in self.boxes.values():
            box.toggled.connect(self._say_whether)
        for field in (self.since, self.until):
            field.changed.connect(self._say_whether)
        self.reason.textChanged.connect(self._say_whether)
        self.start_button.clicked.connect(self.ask)
        self.certificate_button.clicked.connect(self._on_certificate_clicked)

    # --- what is asked for

    @property
    def what(self) -> tuple[What, ...]:
        """What is ticked."""
        return tuple(what for what, box in self.boxes.items() if box.isChecked())

    def _reason_against(self) -> str:
        since, until = self.since.moment, self.until.moment
        if self._run is not None:
            return tr("A deletion is running")
        if not self.service.currentText().strip():
            return tr("Choose a service")
        if not self.what:
            return tr("Nothing is chosen")
        if not since or not until:
            return tr("Give both dates")
        if self._is_reversed:
            return tr("The first date is not before the second")
        return "" if self.reason.text().strip() else tr("Give a reason")

    @Slot()
    def _say_whether(self) -> None:
        reason = self._reason_against()
        self.start_button.setEnabled(not reason)
        self.start_button.setToolTip(reason)
        self._say_of_dates()
        what = self.what
        self._stays.setVisible(What.VOICE in what and What.TRANSCRIPT not in what)
        for _, go_on, give_up in self.offers:
            for button in (go_on, give_up):
                button.setEnabled(self._run is None)

    def _say_of_dates(self) -> None:
        """Say what is wrong with them where they stand."""
        order = tr("The first date is not before the second") if self._is_reversed else ""
        say_of_dates(self.since, self.until, self.dates_told, order)

    @property
    def _is_reversed(self) -> bool:
        since, until = self.since.moment, self.until.moment
        return bool(since and until and since >= until)

    @Slot()
    def ask(self) -> None:
        """Count what is concerned; then it is told, and asked for once more."""
        if not self.start_button.isEnabled():
            return
        self.error.hide()
        self.running.set_running(True)
        with self._focus.lending():
            self.start_button.setEnabled(False)
        # Kept: the fields may be changed while it is counted.
        self._asked = tr(
            "Service {name}, from {since} up to, not including, {until}",
            name=self.service.currentText().strip(),
            since=self.since.edit.text().strip(),
            until=self.until.edit.text().strip(),
        )
        work = partial(
            _meant,
            self.session,
            self.service.currentText().strip(),
            self.since.moment or "",
            self.until.moment or "",
        )
        self.shell.runner.read(
            work,
            then=self._on_meant,
            failed=self._on_failed,
            parent=self,
            generation="meant",
            title=tr("Counting what is concerned"),
        )

    def _on_meant(self, ids: Sequence[int]) -> None:
        self.running.set_running(False)
        self._say_whether()
        self._focus.take_back()
        if not ids:
            self.error.show_error(
                tr("Nothing was found"),
                tr("No interaction of this service started in this period."),
            )
            return
        request = EraseRequest(ids, self._asked)
        self.dialog = BulkConfirm(
            self.shell, self.session, request, self.what, self.reason.text(), self.window()
        )
        self.dialog.ordered.connect(self._on_ordered)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None

    def _on_failed(self, error: ReviewerError) -> None:
        self.running.set_running(False)
        self._say_whether()
        self._focus.take_back()
        self.show_error(tr("That did not work"), error)

    # --- running

    @Slot(object)
    def _on_ordered(self, order: EraseOrder) -> None:
        self._expected = order.expected
        self._total = order.total
        self._start(erasing(self.session, order))

    def _start(self, work: Work) -> None:
        self._run = EraseRun(self.shell, work)
        self._run.ended.connect(self._on_run_ended)
        self._run.start()
        self.running.set_running(True)
        self._deleted = ()
        self.certificate_button.hide()
        self.result.setText(tr("It is running; how far it is stands in the status bar."))
        self._result_card.show()
        with self._focus.lending():
            self._say_whether()

    @Slot(object)
    def _on_run_ended(self, outcome: Outcome | None) -> None:
        self._run = None
        self.running.set_running(False)
        if outcome is None:
            self.result.setText(tr("It did not end. What was deleted until then stays deleted."))
        elif outcome.asked is not None:
            self.result.setText(tr("It was asked for, and waits for another user."))
        elif outcome.stopped:
            self.result.setText(tr("It was stopped, and can go on."))
        else:
            self.result.setText(self._told(outcome.erased))
            self._deleted = tuple(outcome.erased.interactions)
        self.certificate_button.setVisible(bool(self._deleted))
        self._result_card.show()
        self.reveal(self._result_card)
        self._refresh()

    @Slot()
    def _on_certificate_clicked(self) -> None:
        ask_certificate(self.shell, self.session, self._deleted, self)

    def _told(self, erased: Erased) -> str:
        done = len(erased.interactions) - len(erased.also)
        lines = [
            tr("Deletion finished."),
            tr("Deleted records: {share}", share=share(done, max(self._total, done))),
        ]
        for what in (each for each in What if each in erased.losses or each in self._expected):
            loss = erased.losses.get(what, Loss())
            expected = max(self._expected.get(what, 0), loss.interactions)
            lines.append(f"{translated(_DELETED[what])}: {share(loss.interactions, expected)}")
        return "\n".join((*lines, *result_sentences(erased)[1:]))

    # --- what was interrupted

    def _refresh(self) -> None:
        self._say_whether()
        self._focus.take_back()
        self.requests.refresh()
        self.shell.runner.read(
            partial(_read, self.session),
            then=self._on_read,
            failed=partial(self.show_error, tr("That cannot be read")),
            parent=self,
            generation="read",
        )

    def _on_read(self, found: _Read) -> None:
        services, unfinished = found
        chosen = self.service.currentText()
        self.service.blockSignals(True)
        self.service.clear()
        self.service.addItems(services)
        self.service.setCurrentText(chosen)
        self.service.blockSignals(False)
        self._show_unfinished(unfinished if self._run is None else ())

    def _show_unfinished(self, jobs: Sequence[Unfinished]) -> None:
        while self._unfinished.count():
            item = self._unfinished.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.offers.clear()
        for job in jobs:
            card = Card("warning_soft", "warning")
            column = QVBoxLayout(card)
            column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
            said = tr(
                "A deletion was interrupted: {left} of {total} are left. Begun by {who}, {when}. "
                "Reason: {reason}",
                left=format_count(job.left),
                total=format_count(job.total),
                who=job.by,
                when=format_instant(job.at_us, self.session.settings.zone),
                reason=job.reason,
            )
            column.addWidget(Label(said, "body", wraps=True))
            go_on = Button(tr("Go on"), "play", panel=True)
            give_up = Button(tr("Give it up"), "x", "ghost", panel=True)
            go_on.clicked.connect(partial(self.go_on, job))
            give_up.clicked.connect(partial(self._give_up, job))
            column.addWidget(line(go_on, give_up))
            self._unfinished.addWidget(card)
            self.offers.append((job, go_on, give_up))

    def go_on(self, job: Unfinished) -> None:
        """Go on with an interrupted deletion."""
        self._expected = dict.fromkeys(job.what, 0)
        self._total = job.left
        self._show_unfinished(())
        self._start(resuming(self.session, job))

    def _give_up(self, job: Unfinished) -> None:
        self.shell.runner.read(
            partial(_abandon, self.session, job),
            then=self._on_given_up,
            failed=self._on_failed,
            parent=self,
        )

    def _on_given_up(self, left: int) -> None:
        said = ntr("Given up; {n} is left.", "Given up; {n} are left.", left)
        self.shell.notifier.notify(said, icon="x")
        self._refresh()

    # --- overrides

    @override
    def entered(self) -> None:
        self._refresh()
        self.service.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        self.requests.retranslate()
        self._say_whether()
        self._show_unfinished([job for job, _, _ in self.offers])


def _meant(
    session: Session, service: str, since: str, until: str, _progress: TaskProgress
) -> Sequence[int]:
    return of_service(session, service, since, until)


def _read(session: Session, _progress: TaskProgress) -> _Read:
    services = session.interactions.complete("service", "", limit=1_000)
    return tuple(sorted({one.value for one in services})), session.erasure.unfinished()


def _abandon(session: Session, job: Unfinished, _progress: TaskProgress) -> int:
    session.erasure.abandon(job)
    return job.left


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> BulkPage:
    """Return the page of bulk deletion."""
    return BulkPage(shell, session, in_turns=in_turns)
