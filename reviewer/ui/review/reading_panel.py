"""What is read beside the sound: texts or tombstone, comments, the customer's other contacts."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_count, ptr, tr
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.frames import HLine, Panel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from reviewer.ui.review.find_bar import FindBar
    from reviewer.ui.review.related_panel import RelatedPanel
    from reviewer.ui.review.remark_panel import RemarkPanel


class Reading(IntEnum):
    """The tabs, in their order."""

    TEXTS = 0
    REMARKS = 1
    CUSTOMER = 2


MIN_PX: Final = 320
_SIGNS: Final = {
    Reading.TEXTS: "message-square-text",
    Reading.REMARKS: "bookmark",
    Reading.CUSTOMER: "users",
}


class ReadingPanel(Panel):
    """Shows one of the tabs. Thread: main."""

    # (tab: Reading) Another one was chosen.
    tab_chosen = Signal(object)

    def __init__(
        self,
        texts: QWidget,
        gone: QWidget,
        remarks: RemarkPanel,
        related: RelatedPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent=parent)
        self._chat, self._spoken = False, True
        self._finder: FindBar | None = None
        self._counts = {Reading.REMARKS: 0, Reading.CUSTOMER: 0}
        self._words: dict[Reading, str] = {}
        self.tabs = QTabBar()
        self.tabs.setProperty("panel", True)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        # All are there in the least room of all, if need be with shorter words.
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        for _ in Reading:
            self.tabs.addTab("")
        self.texts = QStackedWidget()
        for page in (texts, gone):
            self.texts.addWidget(page)
        self.pages = QStackedWidget()
        for page in (self.texts, remarks, related):
            self.pages.addWidget(page)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(0, 0, Space.S, 0)
        self._head.setSpacing(Space.S)
        self._head.addWidget(self.tabs)
        self._head.addStretch(1)
        head = QWidget()
        head.setLayout(self._head)
        self._top = head
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(HLine())
        layout.addWidget(self.pages, 1)
        self.setMinimumWidth(MIN_PX)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def add_finder(self, bar: FindBar) -> None:
        """Put the field to find in at the right of the tabs, which go before it."""
        self._finder = bar
        self._head.addWidget(bar)

    @property
    def tab(self) -> Reading:
        """The tab that is seen."""
        return Reading(self.tabs.currentIndex())

    def choose(self, tab: Reading) -> None:
        """Show a tab; the texts' is left out where there are none."""
        if self.tabs.isTabVisible(tab):
            self.tabs.setCurrentIndex(tab)

    def arrange(self, *, gone: bool, texts: bool, chat: bool, spoken: bool) -> None:
        """Offer what there is to read of an interaction; a chosen tab stays if it can.

        Args:
            gone: Its content was deleted or has expired.
            texts: There are lines to read.
            chat: They are a chat's or emails.
            spoken: Somebody's words are among them, not only what happened.
        """
        self._chat, self._spoken = chat, spoken
        self.texts.setCurrentIndex(1 if gone else 0)
        there = texts or gone
        was_there = self.tabs.isTabVisible(Reading.TEXTS)
        self.tabs.setTabVisible(Reading.TEXTS, there)
        if there and not was_there:
            self.tabs.setCurrentIndex(Reading.TEXTS)
        elif not there and self.tab is Reading.TEXTS:
            self.tabs.setCurrentIndex(Reading.REMARKS)
        self._word()

    def set_count(self, tab: Reading, count: int) -> None:
        """Show how many there are behind a tab."""
        self._counts[tab] = count
        self._word()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.tabs.setAccessibleName(tr("What is read"))
        self._word()

    def _word(self) -> None:
        words = {
            Reading.TEXTS: self._texts_word(),
            Reading.REMARKS: tr("Comments"),
            Reading.CUSTOMER: ptr("tab", "Customer"),
        }
        tips = {
            Reading.REMARKS: tr("Comments and bookmarks"),
            Reading.CUSTOMER: tr("Other interactions of this customer"),
        }
        for tab, text in words.items():
            count = self._counts.get(tab, 0)
            self._words[tab] = f"{text}  {format_count(count)}" if count else text
            self.tabs.setAccessibleTabName(tab, self._words[tab])
            self.tabs.setTabToolTip(tab, tips.get(tab, text))
        self._fit_head()

    def _fit_head(self) -> None:
        """Show as much as there is room for.

        The words of the tabs come first: the field is no wider than its magnifier where it would
        cut them. Where there is not room enough for them either, only the chosen tab has its word,
        and the others a sign and how many there are.
        """
        for tab, text in self._words.items():
            self._show_tab(tab, text, with_sign=False)
        if self._finder is not None:
            wide, gaps = self.tabs.sizeHint().width(), 2 * Space.S
            self._finder.set_folds(wide + self._finder.least_px + gaps > self.width())
            if wide + self._finder.folded_px + gaps > self.width():
                self._shorten()
        # While it is hidden the bar tells nobody that it needs another width.
        self.tabs.updateGeometry()

    def _shorten(self) -> None:
        for tab in self._words:
            if tab is not self.tab:
                count = self._counts.get(tab, 0)
                self._show_tab(tab, format_count(count) if count else "", with_sign=True)

    def _show_tab(self, tab: Reading, text: str, *, with_sign: bool) -> None:
        if self.tabs.tabText(tab) != text:
            self.tabs.setTabText(tab, text)
        if self.tabs.tabIcon(tab).isNull() is with_sign:
            self.tabs.setTabIcon(tab, theme().icon(_SIGNS[tab]) if with_sign else QIcon())

    def _texts_word(self) -> str:
        if self._chat:
            return tr("Messages")
        return tr("Transcript") if self._spoken else tr("Course of the call")

    @Slot(int)
    def _on_tabs_current_changed(self, index: int) -> None:
        self.pages.setCurrentIndex(index)
        self._fit_head()
        self.tab_chosen.emit(Reading(index))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._top.setFixedHeight(theme().px(Size.PANEL_HEADER) - Size.LINE)
        self._fit_head()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._word()
