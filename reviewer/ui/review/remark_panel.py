"""The tab of comments and bookmarks: a filter above, the list, and how to add one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from reviewer.messages import ptr, tr
from reviewer.models.remarks import RemarkKind
from reviewer.ui.keys import shortcut_text
from reviewer.ui.review.remark_lines import RemarkFilter
from reviewer.ui.review.remark_view import RemarkView
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.search_edit import SearchEdit
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from reviewer.ui.review.remark_lines import RemarkLine

_EMPTY_PX: Final = 264
_FILTER_PX: Final = 120
_MINE: Final = "mine"


class RemarkPanel(QWidget):
    """Lists, filters, and says what the user wants done. Thread: main."""

    # A comment or bookmark is to be added.
    add_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[RemarkLine, ...] = ()
        self._may_write = True
        self._may_erase = False
        self._begun = False
        self.kinds = SegmentedControl()
        self.filter = SearchEdit(panel=True)
        self.filter.setMinimumWidth(_FILTER_PX)
        self.view = RemarkView()
        self.add = Button("", "plus", "ghost", panel=True)
        self._empty = EmptyState("message-square-text", width=_EMPTY_PX)
        self._stack = QStackedWidget()
        for page in (self.view, self._empty):
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        head.setSpacing(Space.S)
        head.addWidget(self.kinds)
        head.addWidget(self.filter, 1)
        head.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(HLine())
        layout.addWidget(self._stack, 1)
        self.kinds.value_changed.connect(self._on_filter_changed)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.view.menu_asked.connect(self._on_view_menu_asked)
        self._empty.acted.connect(self.add_asked)

    @property
    def lines(self) -> tuple[RemarkLine, ...]:
        """All there are, listed or not."""
        return self._lines

    def show_remarks(
        self, lines: tuple[RemarkLine, ...], *, may_write: bool, may_erase: bool
    ) -> None:
        """List the comments and bookmarks of an interaction.

        Args:
            lines: They, by place.
            may_write: Whether the user may add and change their own.
            may_erase: Whether they may delete those of others.
        """
        self._lines, self._may_write, self._may_erase = lines, may_write, may_erase
        self.add.setVisible(may_write)
        self._refresh()

    def show_begun(self, *, begun: bool) -> None:
        """Say whether one was begun that adding goes on with."""
        self._begun = begun
        self._word_add()

    def clear_filter(self) -> None:
        """List everything again, as for another interaction."""
        self.kinds.value = ""
        self.filter.clear()

    def may_change(self, line: RemarkLine) -> bool:
        """Whether the user may change a line."""
        return self._may_write and line.own

    def may_delete(self, line: RemarkLine) -> bool:
        """Whether the user may take a line away."""
        return self._may_erase or self.may_change(line)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        value = self.kinds.value
        self.kinds.set_items(
            [
                Segment("", ptr("remarks", "All")),
                Segment(RemarkKind.COMMENT, tr("Comments")),
                Segment(RemarkKind.BOOKMARK, tr("Bookmarks")),
                Segment(_MINE, ptr("remarks", "Mine")),
            ]
        )
        self.kinds.value = value if value is not None else ""
        self.kinds.setAccessibleName(tr("Which are listed"))
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter by words or author"))
        self._word_add()
        self.view.retranslate()
        self._refresh()

    # --- internals

    def _word_add(self) -> None:
        self.add.setText(tr("Go on writing") if self._begun else ptr("button", "Add"))

    def _wanted(self) -> RemarkFilter:
        value = self.kinds.value
        kind = value if isinstance(value, RemarkKind) else None
        return RemarkFilter(kind, value == _MINE, self.filter.text())

    @Slot()
    def _refresh(self) -> None:
        wanted = self._wanted()
        listed = tuple(line for line in self._lines if wanted.takes(line))
        self.view.set_lines(listed)
        self._stack.setCurrentIndex(0 if listed else 1)
        if listed:
            return
        if self._lines:
            self._empty.set_texts(tr("None of them is like this"))
        elif self._may_write:
            how = tr("{key} adds one at the present moment, while listening too.", key="M")
            self._empty.set_texts(tr("No comments or bookmarks yet"), how, tr("Add here"), "plus")
        else:
            self._empty.set_texts(tr("No comments or bookmarks yet"))

    @Slot(object)
    def _on_filter_changed(self, _value: object) -> None:
        self._refresh()

    @Slot(object, object)
    def _on_view_menu_asked(self, line: RemarkLine, at: QPoint) -> None:
        self.view.choose(line)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, words, key, may in (
            ("play", tr("Go there"), "Return", True),
            ("pencil", tr("Edit"), "F2", self.may_change(line)),
            ("trash-2", tr("Delete"), "Del", self.may_delete(line)),
        ):
            if may:
                act = menu.addAction(theme().icon(icon), f"{words}\t{shortcut_text(key)}")
                act.setData(key)
        menu.triggered.connect(self._on_menu_triggered)
        menu.popup(at)

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        line, key = self.view.current_line(), action.data()
        if line is None:
            return
        if key == "F2":
            self.view.edit_asked.emit(line)
        elif key == "Del":
            self.view.delete_asked.emit(line)
        else:
            self.view.jumped.emit(line)
