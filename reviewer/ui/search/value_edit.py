"""Editors of a condition's values, each fit for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import QueryError, Reason
from reviewer.messages import N_, tr
from reviewer.models.criteria.kinds import Arity, Kind, arity
from reviewer.models.criteria.moments import OFFERED
from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.values import parse_value, show_value, word_value
from reviewer.ui.search.calendar import CalendarButton
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.fields import KeyEdit, TokenField
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.suggestions import Suggestion, Suggestions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Scalar


class ValueEditor(QWidget):
    """Edits the values of one condition; each kind of editor fills in all the methods.

    Abstract by hand: the metaclass of Qt's classes does not go together with `ABCMeta`.
    Thread: main.
    """

    # What is being typed changed: str; values may be offered.
    typed = Signal(str)
    # Enter: the condition is to be taken.
    entered = Signal()
    # Esc: it is to stay as it was.
    given_up = Signal()

    def __init__(self, criterion: Criterion, suggestions: Suggestions) -> None:
        super().__init__()
        self._criterion = criterion
        self._suggestions = suggestions
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.S)

    def values(self) -> tuple[Scalar, ...]:
        """Return the values.

        Raises:
            QueryError: One cannot be read, or is missing.
        """
        raise NotImplementedError

    def set_values(self, values: Sequence[Scalar]) -> None:
        """Begin with these."""
        raise NotImplementedError

    def texts(self) -> list[str]:
        """Return what is there as text, to be kept when the operator changes."""
        raise NotImplementedError

    def set_texts(self, texts: Sequence[str]) -> None:
        """Take texts over from another editor."""
        raise NotImplementedError

    def offer(self, text: str, lines: Sequence[Suggestion]) -> None:
        """Show values that the store knows for what is being typed."""
        raise NotImplementedError

    def set_error(self, message: str) -> None:
        """Mark what cannot be read; "": nothing."""
        raise NotImplementedError

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at, in its order."""
        raise NotImplementedError

    def _read(self, text: str) -> Scalar:
        return parse_value(self._criterion, text)

    def _missing(self) -> QueryError:
        return QueryError(position=0, reason=Reason(N_("a value is missing")))


class ManyEditor(ValueEditor):
    """Any number of values as chips."""

    def __init__(self, criterion: Criterion, suggestions: Suggestions) -> None:
        super().__init__(criterion, suggestions)
        self._field = TokenField(suggestions)
        self._line.addWidget(self._field)
        self.setFocusProxy(self._field)
        self._field.edit.setAccessibleName(tr("Values"))
        self._field.setPlaceholderText(hint(criterion.kind, Op.ANY_OF))
        self._field.typed.connect(self._on_field_typed)
        self._field.entered.connect(self._on_field_entered)
        self._field.given_up.connect(self.given_up)
        self._field.edit.focus_changed.connect(self._on_field_focus_changed)

    @override
    def values(self) -> tuple[Scalar, ...]:
        if self._field.text().strip():
            self._add(self._field.text())
        values = tuple(v for v in self._field.values() if isinstance(v, str | int | float))
        if not values:
            raise self._missing()
        return values

    @override
    def set_values(self, values: Sequence[Scalar]) -> None:
        self._field.clear()
        for value in values:
            self._field.add(value, word_value(self._criterion, value))

    @override
    def texts(self) -> list[str]:
        kept = [v for v in self._field.values() if isinstance(v, str | int | float)]
        shown = [show_value(self._criterion, value) for value in kept]
        return [*shown, self._field.text()] if self._field.text().strip() else shown

    @override
    def set_texts(self, texts: Sequence[str]) -> None:
        for text in texts:
            try:
                self._add(text)
            except QueryError:
                self._field.edit.setText(text)

    @override
    def offer(self, text: str, lines: Sequence[Suggestion]) -> None:
        if self._field.edit.hasFocus() and text == self._field.text():
            have = self._field.values()
            rest = [line for line in lines if line.value not in have]
            self._suggestions.offer(self._field, rest, text)

    @override
    def set_error(self, message: str) -> None:
        self._field.set_error(message)

    @override
    def stops(self) -> list[QWidget]:
        return [self._field.edit]

    @Slot(str)
    def _on_field_typed(self, text: str) -> None:
        self.set_error("")
        if self._criterion.choices:
            self._offer_choices(text)
        elif self._criterion.completes:
            self.typed.emit(text)

    @Slot(bool)
    def _on_field_focus_changed(self, focused: bool) -> None:
        if focused:
            self._on_field_typed(self._field.text())

    @Slot()
    def _on_field_entered(self) -> None:
        self.entered.emit()

    def _offer_choices(self, text: str) -> None:
        wanted = text.strip().casefold()
        lines = [
            Suggestion(choice.value, choice.name())
            for choice in self._criterion.choices
            if wanted in choice.name().casefold()
        ]
        self.offer(text, lines)

    def _add(self, text: str) -> None:
        value = self._read(text.strip())
        self._field.add(value, word_value(self._criterion, value))


class OneEditor(ValueEditor):
    """One value, or two for a range."""

    def __init__(self, criterion: Criterion, suggestions: Suggestions, op: Op, count: int) -> None:
        super().__init__(criterion, suggestions)
        self._op = op
        self._fields: list[KeyEdit] = []
        self._stops: list[QWidget] = []
        names = (tr("From"), tr("To")) if count > 1 else (tr("Value"),)
        for number, name in enumerate(names):
            if number:
                self._line.addWidget(Label("\u2013", role="muted"))
            field = KeyEdit(suggestions)
            field.setAccessibleName(name)
            field.setPlaceholderText(hint(criterion.kind, op))
            field.textEdited.connect(self._on_text_edited)
            field.entered.connect(self._on_entered)
            field.given_up.connect(self.given_up)
            field.focus_changed.connect(self._on_focus_changed)
            self._line.addWidget(field, 1)
            self._fields.append(field)
            self._stops.append(field)
            if criterion.kind is Kind.MOMENT:
                button = CalendarButton(criterion, field)
                self._line.addWidget(button)
                self._stops.append(button)
        self.setFocusProxy(self._fields[0])
        suggestions.chosen.connect(self._on_suggestion_chosen)

    @override
    def values(self) -> tuple[Scalar, ...]:
        values = []
        for field in self._fields:
            text = field.text().strip()
            try:
                if not text:
                    raise self._missing()
                values.append(self._read(text))
            except QueryError:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                raise
        return tuple(values)

    @override
    def set_values(self, values: Sequence[Scalar]) -> None:
        self.set_texts([show_value(self._criterion, value) for value in values])

    @override
    def texts(self) -> list[str]:
        return [field.text() for field in self._fields if field.text().strip()]

    @override
    def set_texts(self, texts: Sequence[str]) -> None:
        for field, text in zip(self._fields, texts, strict=False):
            field.setText(text)

    @override
    def offer(self, text: str, lines: Sequence[Suggestion]) -> None:
        field = self._focused()
        if field is not None and text == field.text():
            self._suggestions.offer(field, lines, text)

    @override
    def set_error(self, message: str) -> None:
        for field in self._fields:
            field.set_error(message if field.hasFocus() or not message else "")

    @override
    def stops(self) -> list[QWidget]:
        return list(self._stops)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.set_error("")
        if self._op is Op.WITHIN:
            self._offer_periods(text)
        elif self._criterion.completes:
            self.typed.emit(text)

    @Slot(bool)
    def _on_focus_changed(self, focused: bool) -> None:
        field = self._focused()
        if focused and field is not None and self._op is Op.WITHIN:
            field.selectAll()
            self._offer_periods("")

    @Slot()
    def _on_entered(self) -> None:
        field = self._focused()
        if field is not None and field is not self._fields[-1] and not self._fields[-1].text():
            self._fields[-1].setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.entered.emit()

    @Slot(object)
    def _on_suggestion_chosen(self, line: Suggestion) -> None:
        field = self._focused()
        if field is not None:
            field.setText(show_value(self._criterion, str(line.value)))
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_periods(self, text: str) -> None:
        wanted = text.strip().casefold()
        lines = [Suggestion(p, word_value(self._criterion, p)) for p in OFFERED]
        found = [line for line in lines if wanted in line.label.casefold()]
        field = self._focused()
        if field is not None:
            self._suggestions.offer(field, found, text)

    def _focused(self) -> KeyEdit | None:
        return next((field for field in self._fields if field.hasFocus()), None)


def hint(kind: Kind, op: Op) -> str:
    """Return an example of a value, for an empty field."""
    if kind is Kind.MOMENT:
        return tr("2023-10-05 13:50") if op is not Op.WITHIN else tr("a period or a day")
    if kind is Kind.DURATION:
        return tr("5m or 1:30:00")
    if kind is Kind.NUMBER:
        return tr("a number")
    if kind is Kind.SHARE:
        return tr("30%")
    if kind is Kind.PHONE:
        return tr("number or address")
    return tr("value")


def make_value_editor(criterion: Criterion, op: Op, suggestions: Suggestions) -> ValueEditor | None:
    """Return the editor of an operator's values, None where it takes none."""
    takes = arity(op)
    if takes is Arity.NONE:
        return None
    if takes is Arity.MANY:
        return ManyEditor(criterion, suggestions)
    return OneEditor(criterion, suggestions, op, 2 if takes is Arity.TWO else 1)
