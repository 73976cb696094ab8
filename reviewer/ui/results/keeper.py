"""Holds the table's columns to their layout, and the layout to what the user does to them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from typing_extensions import override

from reviewer.models.columns import Align
from reviewer.ui.results.cells import Look
from reviewer.ui.results.delegate import PAD
from reviewer.ui.results.header import order_mark_px
from reviewer.ui.results.layout import Place, TableLayout, fitted
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from reviewer.models.columns import Column
    from reviewer.models.search import SortKey
    from reviewer.ui.results.header import ResultsHeader
    from reviewer.ui.results.wording import ResultsWording
    from reviewer.ui.theme.tokens import Step


# When columns must give more than a third of what they can, the zone leaves the column of dates
# and titles may be cut: numbers to call back are worth more, and the status bar says the zone.
_ZONE_GOES_AT: Final = 3


class ColumnKeeper(QObject):
    """Applies a `TableLayout` to a header and learns from moves and resizes. Thread: main."""

    # The user changed the layout by the header: TableLayout.
    layout_changed = Signal(object)

    def __init__(self, view: QTableView, header: ResultsHeader, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._header = header
        self._wording: ResultsWording | None = None
        self._columns: tuple[Column, ...] = ()
        self._layout = TableLayout(())
        self._applying = False
        # The room of the arrows beside the titles of what the rows are sorted by, by column.
        self._marks: dict[str, int] = {}
        header.sectionMoved.connect(self._on_section_moved)
        header.sectionResized.connect(self._on_section_resized)
        theme().changed.connect(self._on_theme_changed)
        view.viewport().installEventFilter(self)

    @property
    def layout(self) -> TableLayout:
        """The layout in force."""
        return self._layout

    def show(self, wording: ResultsWording, layout: TableLayout) -> None:
        """Show these columns; the model must have them already."""
        self._wording = wording
        self._columns = wording.columns
        icons = {i: wording.header_icon(column.key) for i, column in enumerate(self._columns)}
        icons = {i: icon for i, icon in icons.items() if icon}
        # The number of parts stands after its arrow, at the left.
        right = frozenset(
            i
            for i, column in enumerate(self._columns)
            if column.align is Align.RIGHT and column.key != "segments"
        )
        sortable = frozenset(i for i, c in enumerate(self._columns) if c.sortable)
        self._header.take_columns(icons, right, sortable)
        self.apply(layout)

    def apply(self, layout: TableLayout) -> None:
        """Show the same columns in another layout."""
        self._layout = layout
        places = {column.key: i for i, column in enumerate(self._columns)}
        self._applying = True
        for visual, place in enumerate(layout.places):
            column = places[place.key]
            self._header.moveSection(self._header.visualIndex(column), visual)
            self._header.setSectionHidden(column, not place.shown)
        self._applying = False
        self._fit()

    def show_order(self, sort: tuple[SortKey, ...]) -> None:
        """Show in the header by which columns the rows are sorted."""
        places = {column.key: i for i, column in enumerate(self._columns)}
        self._header.show_order(
            tuple((places[key.column], key.descending) for key in sort if key.column in places)
        )
        self._marks = {key.column: order_mark_px(place) for place, key in enumerate(sort)}
        self._fit()

    # --- slots

    @Slot(int, int, int)
    def _on_section_moved(self, column: int, _old: int, new: int) -> None:
        if self._applying:
            return
        self._layout = self._layout.moved(self._columns[column].key, new)
        self.layout_changed.emit(self._layout)

    @Slot(int, int, int)
    def _on_section_resized(self, column: int, _old: int, new: int) -> None:
        if self._applying or new <= 0:
            return
        self._layout = self._layout.with_width(self._columns[column].key, new)
        self._fit(but=column)
        self.layout_changed.emit(self._layout)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fit()

    # --- overrides

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    # --- private

    def _fit(self, *, but: int = -1) -> None:
        """Give the shown columns their widths; `but` is being dragged."""
        places = {column.key: (i, column) for i, column in enumerate(self._columns)}
        shown = [(place, *places[place.key]) for place in self._layout.places if place.shown]
        if not shown:
            return
        own = any(place.width_px is not None for place in self._layout.places)
        room = self._view.viewport().width()
        wishes = [self._wish(place, column, own=own) for place, _, column in shown]
        missing = sum(width for width, _, _ in wishes) - room
        gives = sum(width - least for width, least, _ in wishes)
        if missing * _ZONE_GOES_AT > gives:
            wishes = [self._wish(place, column, own=own, tight=True) for place, _, column in shown]
        stretch = next((i for i, (_, _, c) in enumerate(shown) if c.stretch), None)
        widths = fitted(wishes, room, stretch)
        self._applying = True
        for (_, index, _), width in zip(shown, widths, strict=True):
            if index != but and self._header.sectionSize(index) != width:
                self._header.resizeSection(index, width)
        self._applying = False

    def _wish(
        self, place: Place, column: Column, *, own: bool, tight: bool = False
    ) -> tuple[int, int, bool]:
        """Return a column's width, its least width, and whether it may be narrowed.

        A date or duration that is cut is none; where it is `tight` the date's zone may go, and
        titles may be cut.
        """
        width, least = theme().px(column.width_px), theme().px(column.least_px)
        if self._wording is not None and not self._wording.header_icon(column.key):
            font = theme().font("small", 500)
            title = ceil(draw.text_width(column.title(), font)) + 2 * PAD
            title += self._marks.get(column.key, 0)
            width, least = max(width, title), least if tight else max(least, title)
        sample = self._wording.widest(column.key) if self._wording is not None else None
        if sample is not None:
            step: Step = "label" if sample.look is Look.STRONG else "body"
            text = draw.text_width(sample.text, theme().font(step))
            suffix = draw.text_width(sample.suffix, theme().font("micro"))
            needed = ceil(text) + 2 * PAD
            width = max(width, needed + ceil(suffix))
            least = max(least, needed + (0 if tight else ceil(suffix)))
        width = width if place.width_px is None else place.width_px
        return width, min(width, least), not own
