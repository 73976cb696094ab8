"""All evaluations of an interaction, newest first, as cards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_decimal, format_instant, tr
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QShowEvent

    from reviewer.models.scoring import Evaluation


# Sentences of an empty state in a panel as narrow as it may become.
EMPTY_PX: Final = 264


class EvaluationHistory(Scrolled):
    """Lists every version with its author, time, scores under their names then, and note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Evaluation, ...] = ()
        self._make: Callable[[], None] | None = None
        self._made: Callable[[], None] | None = None

    @property
    def shown(self) -> tuple[Evaluation, ...]:
        """What is listed, newest first."""
        return self._shown

    def show_evaluations(
        self, evaluations: Sequence[Evaluation], zone: ZoneInfo, *, parts: int
    ) -> None:
        """List these evaluations; `parts` is how many segments the interaction has."""
        self._shown = tuple(sorted(evaluations, key=lambda e: (e.at_us, e.id), reverse=True))
        # The cards are made when they are looked at: most openings never do.
        self._make = partial(self._fill, zone, with_part=parts > 1)
        if self.isVisible():
            self._fill(zone, with_part=parts > 1)

    def retranslate(self) -> None:
        """Word the cards again."""
        if self._made is not None and self.isVisible():
            self._made()

    def _fill(self, zone: ZoneInfo, *, with_part: bool) -> None:
        self._made, self._make = partial(self._fill, zone, with_part=with_part), None
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if not self._shown:
            empty = EmptyState("clipboard-check", width=EMPTY_PX)
            empty.set_texts(
                tr("Nobody has evaluated this yet"),
                tr("Scores saved by you and others are listed here."),
            )
            layout.addWidget(empty, 1)
        for evaluation in self._shown:
            layout.addWidget(_card(evaluation, zone, with_part=with_part))
            layout.addWidget(HLine())
        if self._shown:
            layout.addStretch(1)
        self.set_content(body)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._make is not None:
            self._make()


def _card(evaluation: Evaluation, zone: ZoneInfo, *, with_part: bool) -> QWidget:
    card = QWidget()
    layout = QVBoxLayout(card)
    layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
    layout.setSpacing(Space.XS)
    head = QHBoxLayout()
    head.addWidget(ElidedLabel(evaluation.evaluator, "strong"), 1)
    average = evaluation.average
    if average is not None:
        head.addWidget(Label(format_decimal(average, 1), "heading"))
    layout.addLayout(head)
    facts = [format_instant(evaluation.at_us, zone)]
    facts.append(tr("version {n}", n=evaluation.version))
    if with_part:
        facts.append(tr("segment {n}", n=evaluation.segment_number))
    layout.addWidget(ElidedLabel(" · ".join(facts), "small", "muted"))
    grid = QGridLayout()
    grid.setContentsMargins(0, Space.XS, 0, 0)
    grid.setHorizontalSpacing(Space.S)
    grid.setVerticalSpacing(2)
    for row, score in enumerate(evaluation.scores):
        given = score.score is not None
        grid.addWidget(ElidedLabel(score.category, "small", "text2" if given else "muted"), row, 0)
        value = Label(
            str(score.score) if given else "\u2014", "small", weight=600 if given else 400
        )
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(value, row, 1)
    grid.setColumnStretch(0, 1)
    layout.addLayout(grid)
    if evaluation.note:
        note = Label(evaluation.note, "body", wraps=True)
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addSpacing(Space.XS)
        layout.addWidget(note)
    return card
