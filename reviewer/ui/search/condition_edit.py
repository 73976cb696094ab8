"""Editing one condition in its row: criterion, operator, value, and why it cannot be taken."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import QueryError, Reason, UsageError
from reviewer.messages import N_, explain, tr
from reviewer.models.criteria.catalogue import Criterion, criterion, listings
from reviewer.models.criteria.kinds import negated_operator_name, operator_name
from reviewer.models.criteria.tree import Condition, Op
from reviewer.ui.search.tree_paint import COUNT_WIDTH, SENTENCE_AT
from reviewer.ui.search.value_edit import ValueEditor, make_value_editor
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.fields import PickField
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.suggestions import Suggestion, Suggestions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.search import Completion

_CRITERION_WIDTH: Final = 190
_OPERATOR_WIDTH: Final = 170
_LEAST_SHARE: Final = 0.55
"""Of their widths, where blocks lie deep in each other on a narrow page."""
_VALUE_WIDTH: Final = 130
# Their opposites are operators of their own.
_NEVER_NEGATED: Final = frozenset({Op.YES, Op.NO, Op.PRESENT, Op.EMPTY})


class ConditionEditor(QWidget):
    """Edits a condition; Enter takes it, Esc gives it up. Thread: main."""

    # It is to be taken: Condition.
    taken = Signal(object)
    # It is to stay as it was.
    given_up = Signal()
    # It needs another height.
    height_changed = Signal()
    # Values that the store knows are wanted: (key: str, text: str).
    values_wanted = Signal(str, str)

    def __init__(
        self,
        suggestions: Suggestions,
        offered: Sequence[Criterion],
        depth: int,
        parent: QWidget | None = None,
    ) -> None:
        """Make the editor.

        Args:
            suggestions: The list for all fields.
            offered: Criteria to choose from, in the order shown.
            depth: How many blocks deep the row is.
            parent: Qt's.
        """
        super().__init__(parent)
        self._suggestions = suggestions
        self._offered = tuple(offered)
        self._enabled = True
        self._criterion: Criterion | None = None
        self._value: ValueEditor | None = None
        self._what = PickField(suggestions)
        self._how = PickField(suggestions)
        self._slot = QHBoxLayout()
        self._slot.addStretch(1)
        self._take = IconButton("check", role="accent_text")
        self._drop = IconButton("x")
        self._error = Label(step="small", role="fail", weight=500)
        self._error.hide()
        self._arrange(depth)
        self._what.set_lines(_lines(self._offered))
        self._what.picked.connect(self._on_what_picked)
        self._what.entered.connect(self._on_what_entered)
        self._how.picked.connect(self._on_how_picked)
        self._how.entered.connect(self._on_how_entered)
        self._take.clicked.connect(self.take)
        self._drop.clicked.connect(self.given_up)
        for field in (self._what, self._how):
            field.given_up.connect(self.given_up)
        self._name()

    def _arrange(self, depth: int) -> None:
        now = theme()
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        for field, width in ((self._what, _CRITERION_WIDTH), (self._how, _OPERATOR_WIDTH)):
            field.setMaximumWidth(now.px(width))
            field.setMinimumWidth(round(now.px(width) * _LEAST_SHARE))
        line.addWidget(self._what, 2)
        line.addWidget(self._how, 2)
        line.addLayout(self._slot, 3)
        line.addWidget(self._take)
        line.addWidget(self._drop)
        box = QVBoxLayout(self)
        left = depth * now.px(Size.BLOCK_INDENT) + SENTENCE_AT - Space.XS
        box.setContentsMargins(left, 6, Space.M + COUNT_WIDTH + Space.XL, 6)
        box.setSpacing(2)
        box.addLayout(line)
        box.addWidget(self._error)

    def _name(self) -> None:
        self._what.setAccessibleName(tr("Criterion"))
        self._what.setPlaceholderText(tr("Criterion"))
        self._how.setAccessibleName(tr("Operator"))
        self._take.set_name(tr("Take (Enter)"))
        self._drop.set_name(tr("Leave as it was (Esc)"))

    # --- public

    @property
    def key(self) -> str:
        """The key of the criterion chosen, "" before one is."""
        return self._criterion.key if self._criterion is not None else ""

    def edit(self, condition: Condition | None) -> None:
        """Begin with a condition, or with none."""
        if condition is None:
            return
        self._enabled = condition.enabled
        try:
            entry = criterion(condition.key)
        except KeyError:
            return
        if all(offer.key != entry.key for offer in self._offered):
            # It is not offered here, and is shown for what it is.
            self._what.set_lines(_lines((*self._offered, entry)))
        self._what.set_value(_listed(entry, condition.op))
        self._show_criterion(entry, condition.op, negated=condition.negated)
        if self._value is not None:
            self._value.set_values(condition.values)

    def begin(self) -> None:
        """Set the focus where one goes on: the criterion of a new one, else the value."""
        if self._criterion is None:
            self._what.setFocus(Qt.FocusReason.OtherFocusReason)
            self._what.open_list()
        else:
            self._to_value()

    @Slot()
    def take(self) -> bool:
        """Say that the condition is to be taken; if it cannot be, say why, in place."""
        try:
            condition = self._condition()
        except QueryError as error:
            self._show_error(error)
            return False
        self._show_error(None)
        self.taken.emit(condition)
        return True

    def offer_values(self, key: str, text: str, found: Sequence[Completion]) -> None:
        """Show values that the store knows, if they are still wanted."""
        if self._value is None or self._criterion is None or self._criterion.key != key:
            return
        lines = [Suggestion(c.value, c.label or c.value, c.matches) for c in found]
        self._value.offer(text, lines)

    # --- slots

    @Slot(object)
    def _on_what_picked(self, listed: tuple[str, Op]) -> None:
        key, op = listed
        kept = self._value.texts() if self._criterion is not None and self._value else []
        same = self._criterion is not None and self._criterion.key == key
        self._show_criterion(criterion(key), op, negated=False)
        if same and self._value is not None:
            self._value.set_texts(kept)
        self._show_error(None)
        self._to_value()

    @Slot()
    def _on_what_entered(self) -> None:
        if self._criterion is None:
            self._what.open_list()
        else:
            self._to_value()

    @Slot(object)
    def _on_how_picked(self, _choice: object) -> None:
        kept = self._value.texts() if self._value is not None else []
        self._make_value()
        if self._value is not None:
            self._value.set_texts(kept)
        self._show_error(None)
        self._to_value()

    @Slot()
    def _on_how_entered(self) -> None:
        if self._value is None:
            self.take()
        else:
            self._to_value()

    @Slot(str)
    def _on_value_typed(self, text: str) -> None:
        if self._criterion is not None:
            self._show_error(None)
            self.values_wanted.emit(self._criterion.key, text)

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        box = self.layout()
        return QSize(Size.DIALOG, box.sizeHint().height() if box is not None else 0)

    # --- private

    def _show_criterion(self, entry: Criterion, op: Op, *, negated: bool) -> None:
        self._criterion = entry
        self._what.setToolTip(entry.about())
        self._what.setAccessibleDescription(entry.about())
        lines = [
            Suggestion((offer, False), operator_name(offer, entry.kind))
            for offer in entry.operators
        ]
        for offer in entry.operators:
            if offer not in _NEVER_NEGATED:
                name = negated_operator_name(offer, entry.kind)
                lines.append(Suggestion((offer, True), name))
        if negated and op in _NEVER_NEGATED:
            name = negated_operator_name(op, entry.kind)
            lines.append(Suggestion((op, True), name))
        self._how.set_lines(lines, (op, negated))
        self._make_value()

    def _make_value(self) -> None:
        if self._value is not None:
            self._slot.removeWidget(self._value)
            self._value.hide()
            self._value.deleteLater()
        while self._slot.count():
            self._slot.takeAt(0)
        self._value = None
        if self._criterion is None:
            return
        op = self._chosen()[0]
        self._value = make_value_editor(self._criterion, op, self._suggestions)
        if self._value is None:
            self._slot.addStretch(1)
            return
        self._value.setMinimumWidth(theme().px(_VALUE_WIDTH))
        self._slot.addWidget(self._value)
        # A layout shows it with the next event only, and Tab passes by what is not seen.
        self._value.show()
        self._value.typed.connect(self._on_value_typed)
        self._value.entered.connect(self.take)
        self._value.given_up.connect(self.given_up)
        stops = [self._what, self._how, *self._value.stops(), self._take, self._drop]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _chosen(self) -> tuple[Op, bool]:
        choice = self._how.value
        assert isinstance(choice, tuple)  # noqa: S101 (the lines made above are the only ones)
        return choice

    def _to_value(self) -> None:
        if self._value is not None:
            self._value.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._how.setFocus(Qt.FocusReason.OtherFocusReason)

    def _condition(self) -> Condition:
        if self._criterion is None:
            raise QueryError(position=0, reason=Reason(N_("choose a criterion")))
        op, negated = self._chosen()
        values = self._value.values() if self._value is not None else ()
        return Condition(self._criterion.key, op, values, negated, self._enabled)

    def _show_error(self, error: QueryError | None) -> None:
        reason = error.fields.get("reason") if error is not None else None
        text = _worded(reason) if reason is not None else ""
        if self._value is not None:
            self._value.set_error(text)
        if text == self._error.text():
            return
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.updateGeometry()
        self.height_changed.emit()


def _lines(offered: Sequence[Criterion]) -> list[Suggestion]:
    return [Suggestion((one.criterion.key, one.op), one.name) for one in listings(offered)]


def _listed(entry: Criterion, op: Op) -> tuple[str, Op]:
    """Return which entry of the list a condition stands under: its own, else the first."""
    ops = [listed for listed, _ in entry.listed] or [entry.default_op]
    return entry.key, op if op in ops else ops[0]


def _worded(reason: object) -> str:
    """Return why a value cannot be taken, as a sentence of its own."""
    text = explain(UsageError(reason=reason))
    return text[:1].upper() + text[1:]
