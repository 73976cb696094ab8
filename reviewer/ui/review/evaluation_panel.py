"""The evaluation area: scores of the chosen segment, the note, and what was saved before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.errors import ReviewerError
from reviewer.messages import explain, format_decimal, format_instant, ptr, tr
from reviewer.models.scoring import MAX_SCORE, CategoryScore, check_scores
from reviewer.ui.actions import tooltip
from reviewer.ui.review.drafts import Draft
from reviewer.ui.review.evaluation_history import EMPTY_PX, EvaluationHistory
from reviewer.ui.review.note_edit import NoteBox, NoteEdit
from reviewer.ui.review.scene_build import row_title
from reviewer.ui.review.score_form import ScoreForm
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import HLine, Panel
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.score_bar import ScoreBar
from reviewer.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.interaction import Segment
    from reviewer.models.scoring import Evaluation

_NOTE_PX: Final = 76


@dataclass(frozen=True, slots=True)
class Entry:
    """What the user wants to save: every category, scored or not, and the note."""

    scores: tuple[CategoryScore, ...]
    note: str


class EvaluationPanel(Panel):
    """Evaluates one segment at a time by categories.

    Thread: main.
    """

    # (entry: Entry) *Evaluate* was pressed and what was entered can be saved.
    submitted = Signal(object)
    # Scores or note were changed by the user.
    edited = Signal()

    def __init__(self, history: EvaluationHistory, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent=parent)
        self._segment: Segment | None = None
        self._saved: Evaluation | None = None
        self._evaluations: tuple[Evaluation, ...] = ()
        self._zone: ZoneInfo | None = None
        self._may_evaluate = self._may_look = True
        self._parts = 1
        self._busy = False
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.heard = Button("", "ear", "ghost", panel=True)
        self.heard.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.heard.hide()
        self._heard = 0
        # Scores of the draft whose categories are not there any more.
        self._unplaced: dict[str, int] = {}
        self._unplaced_words = Label("", "small", "muted", wraps=True)
        self._unplaced_words.setContentsMargins(Space.M, 0, Space.M, 0)
        self._unplaced_words.hide()
        self._title = ElidedLabel("", "area")
        self._subtitle = ElidedLabel("", "small", "muted")
        self._count = Label("", "small", "muted")
        self._average = Label("", "display")
        self._bar = ScoreBar()
        self.form = ScoreForm()
        self._note_label = Label("", "small", "text2", weight=500)
        self.note = NoteEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme().px(_NOTE_PX))
        self._note_label.setBuddy(self.note)
        self._error = Label("", "small", "fail", weight=500, wraps=True)
        self._error.hide()
        self._state = ElidedLabel("", "small", "muted")
        self.evaluate = Button("", "clipboard-check", "primary", shortcut="Ctrl+Return")
        self.empty = EmptyState("bot", width=EMPTY_PX)
        self.history = history
        self._pages = QStackedWidget()
        self._lay_out()
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        self.form.changed.connect(self._on_form_changed)
        self.form.passed_end.connect(self._on_form_passed_end)
        self.note.textChanged.connect(self._on_form_changed)
        self.evaluate.clicked.connect(self.submit)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        strip = QHBoxLayout()
        strip.setContentsMargins(0, 0, 0, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        strip.addWidget(self.heard)
        layout.addLayout(strip)
        layout.addWidget(HLine())
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.form)
        inner.addWidget(self._unplaced_words)
        note = QVBoxLayout()
        note.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        note.setSpacing(Space.XS)
        note.addWidget(self._note_label)
        note.addWidget(NoteBox(self.note))
        inner.addLayout(note)
        inner.addStretch(1)
        scroll = Scrolled()
        scroll.set_content(body)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(HLine())
        whole.addWidget(scroll, 1)
        whole.addWidget(HLine())
        whole.addWidget(self._foot())
        for widget in (page, self.empty, self.history):
            self._pages.addWidget(widget)
        layout.addWidget(self._pages, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        layout = QVBoxLayout(head)
        layout.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        layout.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        second = QHBoxLayout()
        second.setSpacing(Space.M)
        second.addWidget(self._subtitle, 1)
        second.addWidget(self._count)
        words.addLayout(second)
        line.addLayout(words, 1)
        line.addWidget(self._average)
        layout.addLayout(line)
        layout.addWidget(self._bar)
        return head

    def _foot(self) -> QWidget:
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self._error)
        layout.addWidget(self._state)
        layout.addWidget(self.evaluate)
        return foot

    # --- what is shown

    @property
    def draft(self) -> Draft | None:
        """What was entered and is not saved, or None."""
        if self._segment is None or self._segment.agent is None:
            return None
        now = self.entered
        return None if now == self._saved_draft() else now

    @property
    def entered(self) -> Draft:
        """What was entered, also for categories that are not there any more."""
        return Draft({**self._unplaced, **self.form.scores}, self.note.toPlainText().strip())

    @property
    def segment_number(self) -> int | None:
        """Number of the segment that is evaluated."""
        return self._segment.number if self._segment else None

    @property
    def error_text(self) -> str:
        """The sentence about what cannot be saved, "" for none."""
        return self._error.text()

    @property
    def state_text(self) -> str:
        """What is said about saving."""
        return self._state.text()

    def interaction_shown(
        self,
        categories: Sequence[str],
        evaluations: Sequence[Evaluation],
        zone: ZoneInfo,
        *,
        may_evaluate: bool,
        may_look: bool,
        parts: int,
    ) -> Generator[None, None, None]:
        """Take up an interaction's evaluations, in turns; `show_segment` follows."""
        self._zone = zone
        self._may_evaluate, self._may_look = may_evaluate, may_look
        self._parts = parts
        self._evaluations = tuple(evaluations)
        self.history.show_evaluations(evaluations, zone, parts=parts)
        self._word_tabs()
        yield
        yield from self.form.with_categories(categories)

    def show_segment(self, segment: Segment, evaluator: str, draft: Draft | None) -> None:
        """Show the scores of one segment: the draft, else what `evaluator` saved last."""
        self._segment = segment
        own = [
            e
            for e in self._evaluations
            if e.segment_number == segment.number and e.evaluator.casefold() == evaluator.casefold()
        ]
        self._saved = max(own, key=lambda e: e.version, default=None)
        shown = draft or self._saved_draft()
        self.form.set_scores(shown.scores)
        names = {row.name.casefold() for row in self.form.rows}
        self._keep_unplaced({n: s for n, s in shown.scores.items() if n.casefold() not in names})
        self.note.blockSignals(True)
        self.note.setPlainText(shown.note)
        self.note.blockSignals(False)
        self.form.activate_first_open()
        focus = QApplication.focusWidget()
        if focus is not None and self.form.isAncestorOf(focus):
            # The digits score where the mark is: the keyboard goes along.
            self.form.focus_active()
        self._set_error("")
        self._word_segment()
        self._refresh()
        self._show_page()

    def show_heard(self, number: int) -> None:
        """Say that another part is heard than the one that is evaluated; 0: none."""
        self._heard = number
        self.heard.setVisible(number > 0)
        self._word_heard()

    def set_busy(self, busy: bool) -> None:
        """Forbid to save twice while saving."""
        self._busy = busy
        self._refresh()

    def forget_unplaced(self) -> None:
        """Let go of scores that have no category: the others were saved without them."""
        self._keep_unplaced({})

    def _keep_unplaced(self, scores: dict[str, int]) -> None:
        self._unplaced = scores
        self._unplaced_words.setVisible(bool(scores))
        self._word_unplaced()

    def announce_saved(self) -> None:
        """Make it plain that the scores shown were saved just now, to screen readers too."""
        self._state.set_role("success")
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._state.text()))

    def show_failure(self, error: ReviewerError) -> None:
        """Say why it was not saved; what was entered stays."""
        self._set_error(explain(error))
        self.set_busy(busy=False)

    def score_active(self, score: int | None) -> None:
        """Score the active category by a key."""
        if self._pages.currentIndex() == 0 and self.form.isEnabled():
            self.form.score_active(score)

    def focus_form(self) -> bool:
        """Put the keyboard on the first open category; false where there is no form."""
        if self._pages.currentIndex() != 0 or not self.form.rows:
            return False
        self.form.activate_first_open()
        self.form.focus_active()
        return True

    @Slot()
    def submit(self) -> None:
        """Save what was entered, or say why that is not possible."""
        if self._pages.currentIndex() != 0 or self._busy or not self._may_evaluate:
            return
        given, note = self.entered.scores, self.entered.note
        scores = tuple(CategoryScore(row.name, given.get(row.name)) for row in self.form.rows)
        try:
            check_scores(scores, note)
        except ReviewerError as error:
            self._set_error(explain(error))
            return
        self._set_error("")
        self.submitted.emit(Entry(scores, note))

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.form.retranslate()
        self.history.retranslate()
        self._note_label.setText(tr("Note"))
        self.note.setPlaceholderText(tr("What was good, what could be better"))
        self.note.setAccessibleName(tr("Note"))
        self.evaluate.setText(ptr("button", "Evaluate"))
        self.tabs.setAccessibleName(tr("Evaluation"))
        self._word_tabs()
        self._word_heard()
        self._word_unplaced()
        if self._segment is not None:
            self._word_segment()
            self._refresh()

    # --- internals

    def _saved_draft(self) -> Draft:
        if self._saved is None:
            return Draft({})
        names = {row.name.casefold(): row.name for row in self.form.rows}
        kept = {
            names[score.category.casefold()]: score.score
            for score in self._saved.scores
            if score.score is not None and score.category.casefold() in names
        }
        return Draft(kept, self._saved.note)

    def _word_tabs(self) -> None:
        self.tabs.setTabText(0, tr("Evaluation"))
        words = tr("All evaluations")
        if self._evaluations:
            words = f"{words}  {len(self._evaluations)}"
        self.tabs.setTabText(1, words)

    def _word_heard(self) -> None:
        told = tr("You are hearing segment {number}: go there", number=self._heard)
        self.heard.setText(tr("Segment {number}", number=self._heard))
        self.heard.setToolTip(tooltip(told, "H"))
        self.heard.setAccessibleName(told)

    def _word_unplaced(self) -> None:
        listed = ", ".join(f"{name} {score}" for name, score in self._unplaced.items())
        self._unplaced_words.setText(
            tr(
                "Scored before the categories were changed, not saved with them: {scores}",
                scores=listed,
            )
        )

    def _word_segment(self) -> None:
        segment = self._segment
        if segment is None:
            return
        title = row_title(segment)
        self._title.setText(tr("Segment {number}: {title}", number=segment.number, title=title))
        self._subtitle.setText(" · ".join(p for p in (segment.service, segment.disposition) if p))
        if segment.agent is None:
            self.empty.set_texts(
                tr("Nothing to evaluate in this segment"),
                tr("No agent handled it. Choose another segment on the timeline.")
                if self._parts > 1
                else tr("No agent handled it."),
            )
        elif not self._may_evaluate:
            self.empty.set_texts(
                tr("You may look at evaluations, but not evaluate")
                if self._may_look
                else tr("You may not evaluate"),
                tr("The privilege Evaluate is given by an administrator."),
            )
        else:
            self.empty.set_texts(
                tr("There are no categories"),
                tr("They are named under Administration, Quality, Categories."),
            )

    def _show_page(self) -> None:
        segment = self._segment
        if self.tabs.currentIndex() == 1:
            self._pages.setCurrentIndex(2)
        elif segment is None or segment.agent is None or not self._may_evaluate:
            self._pages.setCurrentIndex(1)
        else:
            self._pages.setCurrentIndex(0 if self.form.rows else 1)

    def _set_error(self, text: str) -> None:
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def _refresh(self) -> None:
        """Show the running average and whether anything waits to be saved."""
        scores = self.form.scores
        total = len(self.form.rows)
        self._count.setText(tr("{n} of {total}", n=len(scores), total=total))
        average = sum(scores.values()) / len(scores) if scores else None
        self._average.setText("" if average is None else format_decimal(average, 1))
        self._average.setVisible(average is not None)
        self._bar.set_score(None if average is None else average / MAX_SCORE)
        waits = self.draft is not None
        # Without anything entered it stays enabled: pressing it says what is missing.
        self.evaluate.setEnabled((waits or self._saved is None) and not self._busy)
        unchanged = tr("Nothing has changed since it was saved")
        self.evaluate.setToolTip("" if waits or self._saved is None else unchanged)
        self._state.setText(self._state_words(waits=waits))
        self._state.set_role("muted")

    def _state_words(self, *, waits: bool) -> str:
        if self._busy:
            return tr("Saving")
        if waits:
            return tr("Not saved yet; kept as a draft")
        if self._saved is not None and self._zone is not None:
            when = format_instant(self._saved.at_us, self._zone)
            return tr("Saved {when}, version {n}", when=when, n=self._saved.version)
        return tr("Not evaluated by you yet")

    @Slot(int)
    def _on_tabs_current_changed(self, _index: int) -> None:
        self._show_page()

    @Slot()
    def _on_form_changed(self) -> None:
        self._set_error("")
        self._refresh()
        self.edited.emit()

    @Slot()
    def _on_form_passed_end(self) -> None:
        self.note.setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.EVALUATION_PANEL), 400)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(Size.EVALUATION_PANEL_MIN), 240)
