"""Retention: how long content is kept, by service and kind; what would expire now; expiring it."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.errors import N_, SecondPersonError
from reviewer.messages import ntr, ptr, tr, translated
from reviewer.models.erasure import MAX_DAYS, TITLES, RetentionRule, What
from reviewer.models.requests import Guarded
from reviewer.ui.admin.ask_roll import AskDialog
from reviewer.ui.admin.form_page import FormPage, line, section
from reviewer.ui.admin.requests_panel import RequestsPanel
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.erasing.running import EraseRun, expiring, result_sentences
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.running import Outcome
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_SERVICE_PX: Final = 300
_SERVICE_LEAST_PX: Final = 120
_KIND_PX: Final = 190
_USUAL_DAYS: Final = 365
_Read = tuple[tuple[RetentionRule, ...], tuple[str, ...]]
_Due = tuple[tuple[What, tuple[int, ...]], ...]


class RuleRow(QWidget):
    """One rule: of which service, what, how many days. Thread: main."""

    # Something of it was changed.
    changed = Signal()
    # It is to go.
    removed = Signal()

    def __init__(self, rule: RetentionRule, services: Sequence[str]) -> None:
        super().__init__()
        self.service = QComboBox()
        self.service.setEditable(True)
        self.service.setMinimumWidth(theme().px(_SERVICE_LEAST_PX))
        self.service.setMaximumWidth(theme().px(_SERVICE_PX))
        policy = QSizePolicy.Policy
        self.service.setSizePolicy(policy.Expanding, policy.Fixed)
        self.service.addItem("", "")
        for name in services:
            self.service.addItem(name, name)
        self.service.setCurrentText(rule.service)
        self.kind = QComboBox()
        self.kind.setMinimumWidth(theme().px(_KIND_PX))
        for what in What:
            self.kind.addItem("", what)
        self.kind.setCurrentIndex(list(What).index(rule.what))
        self.days = QSpinBox()
        self.days.setRange(0, MAX_DAYS)
        self.days.setValue(rule.days)
        self._remove = IconButton("trash-2")
        self._days = Label("", "body", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.S)
        for part in (self.service, self.kind, self.days, self._days, self._remove):
            row.addWidget(part)
        row.setStretch(0, 100)
        row.addStretch(1)
        self.service.currentTextChanged.connect(self._on_changed)
        self.kind.currentIndexChanged.connect(self._on_changed)
        self.days.valueChanged.connect(self._on_changed)
        self._remove.clicked.connect(self.removed)
        self.retranslate()

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What the keys go through."""
        return self.service, self.kind, self.days, self._remove

    @property
    def rule(self) -> RetentionRule:
        """What it says."""
        what = list(What)[self.kind.currentIndex()]
        return RetentionRule(self.service.currentText().strip(), what, self.days.value())

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        edit = self.service.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(tr("all other services"))
        self.service.setAccessibleName(tr("Service"))
        self.kind.setAccessibleName(tr("Kind of content"))
        for place, what in enumerate(What):
            self.kind.setItemText(place, translated(TITLES[what]))
        self.days.setAccessibleName(tr("Days"))
        self.days.setSpecialValueText(tr("for ever"))
        self._days.setText(ptr("unit", "days"))
        self._remove.set_name(tr("Remove the rule"))

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()


class RetentionPage(FormPage):
    """Shows and changes the rules, and runs them. Thread: main."""

    name = "retention"
    title_id = N_("Retention rules")
    hint_id = N_(
        "Content is due so many days after its interaction ended, and expires when that is done "
        "here or by reviewer retention run, nightly for instance; what is under a legal hold does "
        "not. A rule of a service goes before the one for all others. Statistics stay."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self.rows: list[RuleRow] = []
        self._services: tuple[str, ...] = ()
        self._saved: tuple[RetentionRule, ...] | None = None
        self._run: EraseRun | None = None
        self._due: _Due | None = None
        self.dialog: ConfirmDialog | AskDialog | None = None
        self.add_button = Button("", "plus")
        self.save_button = Button("", "save", "primary")
        self.look_button = Button("", "eye")
        self.run_button = Button("", "trash-2", "danger")
        self.told = Label("", "body", wraps=True)
        self._nothing = Label("", "body", "muted")
        self._nothing.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        card = Card()
        self._list = QVBoxLayout(card)
        self._list.setContentsMargins(0, Space.S, 0, Space.S)
        self._list.setSpacing(0)
        self._list.addWidget(self._nothing)
        self._focus = LentFocus(self, lambda: self.add_button)
        self.requests = RequestsPanel(
            self,
            Guarded.SHORTER_RETENTION,
            before=lambda: self.rows[0].parts[0] if self.rows else self.add_button,
        )
        self.requests.decided.connect(self._refresh)
        self.body.addWidget(self.requests)
        self.body.addWidget(card)
        self.body.addWidget(line(self.add_button, self.save_button))
        yield
        title = Label("", "heading")
        self.body.addWidget(section(title, line(self.look_button, self.run_button), self.told))
        self.word(title.setText, N_("What is due"))
        for name, button, words, keys in (
            ("add", self.add_button, N_("Add a rule"), ("Ctrl+Shift+Insert",)),
            ("save", self.save_button, N_("Save the rules"), ("Ctrl+S",)),
            ("look", self.look_button, N_("See what would expire now"), ()),
            ("run", self.run_button, N_("Expire it now"), ()),
        ):
            self.word(button.setText, words)
            self.offer(button, name, words, keys)
        self.word(self._nothing.setText, N_("There are no rules: everything is kept for ever."))
        self.add_button.clicked.connect(self.add_rule)
        self.save_button.clicked.connect(self.save)
        self.look_button.clicked.connect(self.look)
        self.run_button.clicked.connect(self.ask_run)
        self._say_whether()

    # --- the rules

    def _refresh(self) -> None:
        self.shell.runner.read(
            partial(_read, self.session),
            then=self._on_read,
            failed=partial(self.show_error, tr("The rules cannot be read")),
            parent=self,
            generation="rules",
        )

    def _on_read(self, found: _Read) -> None:
        rules, self._services = found
        self._saved = rules
        for row in tuple(self.rows):
            self._drop(row)
        for rule in rules:
            self._append(rule)
        self._on_row_changed()

    def _append(self, rule: RetentionRule) -> RuleRow:
        row = RuleRow(rule, self._services)
        row.changed.connect(self._on_row_changed)
        row.removed.connect(partial(self._remove, row))
        self.rows.append(row)
        self._list.addWidget(row)
        row.show()
        self._order_tabs()
        return row

    def _order_tabs(self) -> None:
        """Have Tab go through the rules and then to what is done with them."""
        order: list[QWidget] = [part for row in self.rows for part in row.parts]
        order += [self.add_button, self.save_button, self.look_button, self.run_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _drop(self, row: RuleRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _remove(self, row: RuleRow) -> None:
        self._drop(row)
        self.add_button.setFocus()
        self._on_row_changed()

    @Slot()
    def add_rule(self) -> None:
        """Begin a rule for all other services."""
        taken = {row.rule.what for row in self.rows if not row.rule.service}
        what = next((each for each in What if each not in taken), What.VOICE)
        self._append(RetentionRule("", what, _USUAL_DAYS)).service.setFocus()
        self._on_row_changed()

    @property
    def rules(self) -> tuple[RetentionRule, ...]:
        """The rules as they stand on the page."""
        return tuple(row.rule for row in self.rows)

    @Slot()
    def save(self) -> None:
        """Save the rules; what is wrong with them is told here."""
        self.error.hide()
        self.shell.runner.write(
            partial(_save, self.session, self.rules),
            then=self._on_saved,
            failed=self._on_save_failed,
            parent=self,
        )

    def _on_save_failed(self, error: ReviewerError) -> None:
        if not isinstance(error, SecondPersonError):
            self.show_error(tr("The rules were not saved"), error)
            return
        said = tr("By these rules content ends sooner than by those that are saved.")
        ask = partial(self.session.requests.ask_retention, self.rules)
        title = tr("Ask for the rules to be changed")
        asking = AskDialog(title, said, ask, self.shell, icon="clock", parent=self.window())
        asking.accepted.connect(self._refresh)
        asking.finished.connect(self._on_dialog_finished)
        self.dialog = asking
        asking.open()

    def _on_saved(self, _changes: Changes) -> None:
        self.shell.notifier.notify(tr("The rules are saved."), icon="save")
        self._refresh()

    @Slot()
    def _on_row_changed(self) -> None:
        self._nothing.setVisible(not self.rows)
        self._due = None
        self.told.setText("")
        self._say_whether()

    @property
    @override
    def unfinished(self) -> bool:
        return self._changed

    @property
    def _changed(self) -> bool:
        return self._saved is not None and set(self.rules) != set(self._saved)

    def _say_whether(self) -> None:
        busy = tr("It is running") if self._run is not None else ""
        unsaved = tr("Save the rules first") if self._changed else ""
        with self._focus.lending():
            self.save_button.setEnabled(self._changed)
            for button, reason in (
                (self.look_button, busy or unsaved),
                (self.run_button, busy or unsaved or self._reason_against()),
            ):
                button.setEnabled(not reason)
                button.setToolTip(reason)
        if not busy:
            self._focus.take_back()

    def _reason_against(self) -> str:
        if self._due is None:
            return tr("See first what would expire")
        return "" if any(ids for _, ids in self._due) else tr("Nothing is due")

    # --- running them

    @Slot()
    def look(self) -> None:
        """See what would expire now; nothing does."""
        self.error.hide()
        self.running.set_running(True)
        self.shell.runner.read(
            partial(_due, self.session),
            then=self._on_due,
            failed=self._on_failed,
            parent=self,
            generation="due",
            title=tr("Looking at what would expire"),
        )

    def _on_due(self, due: _Due) -> None:
        self.running.set_running(False)
        self._due = due
        lines = [
            f"{translated(TITLES[what])}: {ntr('{n} interaction', '{n} interactions', len(ids))}"
            for what, ids in due
            if ids
        ]
        said = [words[:1].upper() + words[1:] for words in lines]
        self.told.setText("\n".join(said) or tr("Nothing is due."))
        self._say_whether()

    def _on_failed(self, error: ReviewerError) -> None:
        self.running.set_running(False)
        self.show_error(tr("That did not work"), error)

    @Slot()
    def ask_run(self) -> None:
        """Say once more what goes, and ask."""
        if not self.run_button.isEnabled():
            return
        loss = "\n".join((self.told.text(), "", tr("This cannot be undone.")))
        dialog = ConfirmDialog(
            tr("Expire this content for good?"), loss, tr("Expire"), self.window()
        )
        dialog.confirmed.connect(self.run)
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self.dialog = None

    @Slot()
    def run(self) -> None:
        """Expire what is due, in the background."""
        self._run = EraseRun(self.shell, expiring(self.session), tr("Expiring"))
        self._run.ended.connect(self._on_run_ended)
        self._run.start()
        self.running.set_running(True)
        self._say_whether()

    @Slot(object)
    def _on_run_ended(self, outcome: Outcome | None) -> None:
        self._run = None
        self.running.set_running(False)
        self._due = None
        if outcome is not None and not outcome.stopped:
            n = len(outcome.erased.interactions)
            said = ntr(
                "Expired: content of {n} interaction.",
                "Expired: content of {n} interactions.",
                n,
            )
            self.told.setText("\n".join((said, *result_sentences(outcome.erased)[1:])))
        self._say_whether()

    # --- overrides

    @override
    def entered(self) -> None:
        if not self._changed:
            self._refresh()
        self.requests.refresh()
        self.add_button.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        for row in self.rows:
            row.retranslate()
        self.requests.retranslate()


def _read(session: Session, _progress: TaskProgress) -> _Read:
    services = session.interactions.complete("service", "", limit=1_000)
    return session.keeping.rules(), tuple(sorted({one.value for one in services}))


def _save(session: Session, rules: Sequence[RetentionRule], _progress: TaskProgress) -> Changes:
    return session.keeping.set_rules(rules)


def _due(session: Session, _progress: TaskProgress) -> _Due:
    return session.keeping.due()


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> RetentionPage:
    """Return the page of retention."""
    return RetentionPage(shell, session, in_turns=in_turns)
