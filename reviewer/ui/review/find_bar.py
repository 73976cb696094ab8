"""The field in which words of the transcript are looked for, with how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from typing_extensions import override

from reviewer.messages import format_count, tr
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.search_edit import SearchEdit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LEAST_PX: Final = 110
_MOST_PX: Final = 230


class FindBar(SearchEdit):
    """Says what is typed and which hit is wanted. Thread: main."""

    # (step: int) The next hit (1) or the one before (-1) is wanted.
    stepped = Signal(int)
    # Esc is for the player, so that one can stop and go on while typing.
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(panel=True, parent=parent)
        self._count = ""
        self._folds = False
        self.setClearButtonEnabled(False)
        self.textChanged.connect(self._fit)
        self._fit()

    @property
    def least_px(self) -> int:
        """How wide it is at least while something is looked for."""
        return _LEAST_PX

    @property
    def folded_px(self) -> int:
        """How wide it is while it is folded."""
        return theme().px(Size.ICON) + 2 * (Space.S + 1)

    def set_folds(self, folds: bool) -> None:
        """Be no wider than the magnifier while nothing is looked for: others need the room."""
        if folds != self._folds:
            self._folds = folds
            self._fit()

    @Slot()
    def _fit(self) -> None:
        folded = self._folds and not self.hasFocus() and not self.text()
        self.setMinimumWidth(self.folded_px if folded else _LEAST_PX)
        self.setMaximumWidth(self.folded_px if folded else theme().px(_MOST_PX))
        self.setPlaceholderText("" if folded else tr("Find"))

    @property
    def count(self) -> str:
        """What is said of how many there are, `4 / 7`."""
        return self._count

    def show_count(self, number: int | None, total: int) -> None:
        """Say which of how many hits is chosen; nothing where nothing is looked for."""
        text = ""
        if self.text().strip():
            text = format_count(total)
            if number is not None:
                text = f"{format_count(number + 1)} / {text}"
        if text != self._count:
            self._count = text
            self.setAccessibleDescription(text)
            self._on_theme_changed()
            self.update()

    def retranslate(self, key: str) -> None:
        """Set all texts in the language in force; `key` leads here."""
        self._fit()
        self.setAccessibleName(tr("Find in the transcript"))
        self.setToolTip(f"{tr('Find in the transcript')} ({key})")

    @override
    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        margins = self.textMargins()
        count = getattr(self, "_count", "")
        wide = draw.text_width(count, theme().font("small")) + Space.S if count else 0
        margins.setRight(round(wide))
        self.setTextMargins(margins)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._fit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._count:
            now = theme()
            place = QRectF(0, 0, self.width() - Space.S - 1, self.height())
            nothing = self._count == format_count(0)
            color = now.color("fail" if nothing else "muted")
            draw.text(QPainter(self), place, self._count, now.font("small"), color, draw.RIGHT)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(-1 if held else 1)
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)
