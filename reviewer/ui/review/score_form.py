"""The form of the categories: a drop-down each, scored by the digits as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.scoring import MAX_SCORE, MIN_SCORE
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

_ROW_PX: Final = 40
_BOX_PX: Final = 136
# Rows made before keys and clicks are heard again: 1.6 ms each.
_ROWS_A_TURN: Final = 2


class ScoreChoices(QStandardItemModel):
    """No score, then every score: what all drop-downs of a form offer.

    One for all of them: an item added to a drop-down takes 0.4 ms, and a form has sixty.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.appendRow(QStandardItem())
        for score in range(MIN_SCORE, MAX_SCORE + 1):
            item = QStandardItem(str(score))
            item.setData(score, Qt.ItemDataRole.UserRole)
            self.appendRow(item)
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.item(0).setText(tr("<No score>"))


class ScoreBox(QComboBox):
    """A drop-down of scores: Up and Down go between categories, digits score."""

    # (step: int) The user wants the category before (-1) or after (1).
    moved = Signal(int)
    # The keyboard is here now.
    focused = Signal()

    def __init__(self, choices: ScoreChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setModel(choices)
        self.setMaxVisibleItems(MAX_SCORE + 1)

    @property
    def score(self) -> int | None:
        """The score chosen, None for none."""
        found = self.currentData()
        return found if isinstance(found, int) else None

    def set_score(self, score: int | None) -> None:
        """Choose a score."""
        self.setCurrentIndex(0 if score is None else score - MIN_SCORE + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers()
        if plain and key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.moved.emit(1)
        elif plain and key == Qt.Key.Key_Up:
            self.moved.emit(-1)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End):
            # Playing goes on from here; F4 or Alt+Down opens the list.
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling over the form must not change a score.
        event.ignore()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class ScoreRow(QWidget):
    """One category: its name and its drop-down."""

    # The score was changed by the user or a key.
    changed = Signal()

    def __init__(self, name: str, choices: ScoreChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._active = False
        self.name = name
        self._label = Label(name, "body", wraps=True)
        self.box = ScoreBox(choices)
        self.box.setAccessibleName(name)
        self._label.setBuddy(self.box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        layout.setSpacing(Space.S)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.box)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.box.currentIndexChanged.connect(self._on_box_current_index_changed)

    def set_active(self, active: bool) -> None:
        """Mark it as the one that digits score."""
        if active != self._active:
            self._active = active
            self._label.set_step("label" if active else "body")
            self.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.box.setFixedWidth(theme().px(_BOX_PX))
        self.setMinimumHeight(theme().px(_ROW_PX))

    @Slot(int)
    def _on_box_current_index_changed(self, _index: int) -> None:
        self.changed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._active:
            return
        now = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.colors.accent_soft)
        mark = QRectF(0, 0, Size.ROW_MARK, self.height())
        painter.fillRect(mark, now.colors.accent)


class ScoreForm(QWidget):
    """All categories in their order; one of them is the active one.

    Thread: main.
    """

    # A score was changed by the user.
    changed = Signal()
    # The user went on from the last category.
    passed_end = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ScoreRow] = []
        self._choices = ScoreChoices(self)
        self._active = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, Space.XS, 0, Space.XS)
        self._layout.setSpacing(0)

    @property
    def rows(self) -> tuple[ScoreRow, ...]:
        """The categories' rows."""
        return tuple(self._rows)

    @property
    def scores(self) -> dict[str, int]:
        """The scores given, by category."""
        given = {row.name: row.box.score for row in self._rows}
        return {name: score for name, score in given.items() if score is not None}

    def with_categories(self, names: Sequence[str]) -> Generator[None, None, None]:
        """Show other categories, a few a turn; scores are none then."""
        if [row.name for row in self._rows] == list(names):
            return
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for number, name in enumerate(names):
            if number and number % _ROWS_A_TURN == 0:
                yield
            self._add(ScoreRow(name, self._choices))
        self._activate(0)
        yield

    def _add(self, row: ScoreRow) -> None:
        self._rows.append(row)
        self._layout.addWidget(row)
        row.changed.connect(self.changed)
        row.box.moved.connect(self._on_box_moved)
        row.box.focused.connect(self._on_box_focused)

    def set_scores(self, scores: Mapping[str, int]) -> None:
        """Show scores, without telling anybody; a category without one has none."""
        folded = {name.casefold(): score for name, score in scores.items()}
        for row in self._rows:
            row.box.blockSignals(True)
            row.box.set_score(folded.get(row.name.casefold()))
            row.box.blockSignals(False)

    def score_active(self, score: int | None) -> None:
        """Give the active category a score, or none."""
        if self._rows:
            self._rows[self._active].box.set_score(score)

    def focus_active(self) -> None:
        """Put the keyboard on the active category: the first open one at first."""
        if self._rows:
            self._rows[self._active].box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def activate_first_open(self) -> None:
        """Make the first category without a score the active one."""
        scores = [row.box.score for row in self._rows]
        self._activate(scores.index(None) if None in scores else 0)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._choices.retranslate()

    def _activate(self, index: int) -> None:
        self._active = index
        for number, row in enumerate(self._rows):
            row.set_active(number == index)

    @Slot(int)
    def _on_box_moved(self, step: int) -> None:
        index = self._active + step
        if index >= len(self._rows):
            self.passed_end.emit()
        elif index >= 0:
            self._activate(index)
            self.focus_active()

    @Slot()
    def _on_box_focused(self) -> None:
        for index, row in enumerate(self._rows):
            if row.box.hasFocus():
                self._activate(index)
