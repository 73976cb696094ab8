"""A list of names to tick, under headings; one stop of the Tab key, Space ticks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Choice:
    """One name: what it stands for, its words, its tooltip, and the heading it stands under."""

    key: str
    title: str
    tip: str = ""
    heading: str = ""


class ChoiceList(QListWidget):
    """Thread: main."""

    # Something was ticked or unticked by the user. Main thread.
    ticked = Signal()

    def __init__(
        self, rows: int = 6, parent: QWidget | None = None, *, least: int | None = None
    ) -> None:
        """Make it empty.

        Args:
            rows: How high it is.
            parent: Qt's.
            least: To how many rows it may shrink where there is no room for all; None: to none.
        """
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self._high_px = _height_px(rows)
        self.setMaximumHeight(self._high_px)
        self.setMinimumHeight(_height_px(rows if least is None else min(least, rows)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._filling = False
        self.itemChanged.connect(self._on_item_changed)

    def show_choices(self, choices: Sequence[Choice], chosen: Iterable[str]) -> None:
        """Show names, those of `chosen` ticked."""
        wanted = set(chosen)
        self._filling = True
        self.clear()
        heading = ""
        for choice in choices:
            if choice.heading != heading:
                heading = choice.heading
                head = QListWidgetItem(heading)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setFont(theme().font("small", 600))
                self.addItem(head)
            item = QListWidgetItem(choice.title)
            item.setData(_KEY, choice.key)
            item.setToolTip(choice.tip)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
            )
            on = choice.key in wanted
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.addItem(item)
        first = next((i for i in range(self.count()) if self.item(i).data(_KEY) is not None), -1)
        self.setCurrentRow(first)
        if not self.hasFocus():
            self.clearSelection()
        self._filling = False

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order shown."""
        items = (self.item(place) for place in range(self.count()))
        return tuple(
            str(item.data(_KEY))
            for item in items
            if item.data(_KEY) is not None and item.checkState() == Qt.CheckState.Checked
        )

    def tick(self, key: str, *, on: bool = True) -> None:
        """Tick or untick one."""
        for place in range(self.count()):
            if self.item(place).data(_KEY) == key:
                state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
                self.item(place).setCheckState(state)

    def _on_item_changed(self, _item: QListWidgetItem) -> None:
        if not self._filling:
            self.ticked.emit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high_px)

    # The row one stands on means nothing where the keys do not go.

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # None where there is no row, whatever the stubs say.
        item: QListWidgetItem | None = self.currentItem()
        if item is not None:
            item.setSelected(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.clearSelection()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item: QListWidgetItem | None = self.currentItem()
        if event.key() == Qt.Key.Key_Space and item and item.data(_KEY) is not None:
            on = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
            return
        super().keyPressEvent(event)


def _height_px(rows: int) -> int:
    return rows * theme().px(Size.MENU_ROW) + 2
