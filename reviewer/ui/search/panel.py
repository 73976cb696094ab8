"""What the search page is made of: channel and line above, the criteria, the count below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import explain, format_decimal, ntr, tr
from reviewer.models.criteria.sentence import join_text
from reviewer.models.criteria.tree import Join
from reviewer.ui.actions import tooltip
from reviewer.ui.search.day_bars import DayBars
from reviewer.ui.search.line_edit import LineEdit
from reviewer.ui.search.sets_panel import SetsPanel
from reviewer.ui.search.tree_paint import count_text
from reviewer.ui.search.tree_view import CriteriaView
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.segmented import Segment, SegmentedControl
from reviewer.ui.widgets.states import RunningLine

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.errors import ReviewerError
    from reviewer.models.search import Count
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.page import Toolbar
    from reviewer.ui.search.tree_model import CriteriaModel


_WIDE: Final = Size.SAVED_SETS + 820
"""From this width of the page on the saved sets lie beside the criteria, px."""


class CriteriaPanel(QWidget):
    """The page's widgets and how they lie; it decides nothing. Thread: main."""

    def __init__(self, model: CriteriaModel, zone: ZoneInfo, page: QWidget) -> None:
        super().__init__(page)
        self.sets = SetsPanel(zone)
        self.load = Button(icon="folder-open", kind="ghost", panel=True, shortcut="Ctrl+O")
        self.save = Button(icon="save", kind="ghost", panel=True, shortcut="Ctrl+S")
        self._saved = ElidedLabel(step="small", role="text2")
        self._saved_name = ("", False)
        self._wide = True
        self._area = QScrollArea()
        self.channels = SegmentedControl()
        self.undo = IconButton("undo-2")
        self.line = LineEdit()
        self._wrong = Label(step="small", role="fail", weight=500, wraps=True)
        self._wrong.hide()
        self.root_join = SegmentedControl()
        self._root_text = Label(role="text2")
        self._alone = Label(step="small", role="muted")
        self.tree = CriteriaView(model)
        self._nothing = ElidedLabel(role="muted")
        self.add_condition = Button(icon="plus", kind="ghost", panel=True)
        self.add_block = Button(icon="layers", kind="ghost", panel=True)
        self._sentence = Label(role="text2", wraps=True)
        self._running = RunningLine()
        self._count = Label(step="display")
        self._count_of = Label(role="text2")
        self._took = ElidedLabel(step="small", role="muted")
        self.days = DayBars()
        self.run = Button(icon="search", kind="primary", shortcut="Return")
        self._count_known: Count | None = None
        self._took_s = 0.0
        self._arrange(page)
        self.tree.height_changed.connect(self.fit_tree)
        self.tree.dragged_to.connect(self._on_tree_dragged_to)
        self.tree.to_be_seen.connect(self._on_tree_to_be_seen)
        model.modelReset.connect(self._on_model_changed)
        self._model = model
        self._on_model_changed()

    def bind(self, actions: ActionRegistry, page: QWidget, toolbar: Toolbar) -> None:
        """Let the buttons do the page's actions; some are in its toolbar."""
        actions.bind(self.run, "search.run", page)
        actions.bind(self.undo, "criteria.undo", page)
        actions.bind(self.sets.new, "sets.save_as", page)
        actions.bind(self.sets.bring_in, "sets.import", page)
        actions.bind(self.sets.take_out, "sets.export", page)
        for button, name in ((self.load, "sets.load"), (self.save, "sets.save")):
            actions.bind(button, name, page)
            toolbar.add(button)

    # --- arranging

    def _arrange(self, page: QWidget) -> None:
        outer = QHBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self, 1)
        outer.addWidget(self.sets)
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        box.setSpacing(Space.M)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.channels)
        self._saved.set_align(draw.RIGHT)
        top.addWidget(self._saved, 1)
        top.addWidget(self.undo)
        box.addLayout(top)
        line = QVBoxLayout()
        line.setSpacing(Space.XS)
        line.addWidget(self.line)
        line.addWidget(self._wrong)
        box.addLayout(line)
        scrolled, foot = self._scrolled(), self._foot()
        box.addWidget(scrolled, 1)
        box.addWidget(foot)
        self.areas = (self.line, scrolled, foot, self.sets)

    def _scrolled(self) -> QScrollArea:
        inner = QWidget()
        inner_box = QVBoxLayout(inner)
        inner_box.setContentsMargins(0, 0, 0, 0)
        inner_box.setSpacing(Space.M)
        inner_box.addWidget(self._criteria())
        inner_box.addWidget(self._sentence)
        inner_box.addStretch(1)
        area = self._area
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        area.setWidget(inner)
        return area

    def _criteria(self) -> Card:
        card = Card()
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, 0, Space.M, 0)
        head.setSpacing(Space.S)
        head.addWidget(self.root_join)
        head.addWidget(self._root_text)
        head.addStretch(1)
        head.addWidget(self._alone)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.S, 0, Space.M, 0)
        foot.setSpacing(Space.S)
        foot.addWidget(self.add_condition)
        foot.addWidget(self.add_block)
        foot.addStretch(1)
        empty = QHBoxLayout()
        empty.setContentsMargins(Space.L, 0, Space.L, 0)
        empty.addWidget(self._nothing)
        box = QVBoxLayout(card)
        box.setContentsMargins(1, Space.M, 1, Space.S)
        box.setSpacing(Space.XS)
        box.addLayout(head)
        box.addWidget(self.tree)
        box.addLayout(empty)
        box.addLayout(foot)
        return card

    def _foot(self) -> Card:
        card = Card()
        words = QHBoxLayout()
        words.setSpacing(Space.S)
        words.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBaseline)
        words.addWidget(self._count_of, 0, Qt.AlignmentFlag.AlignBaseline)
        words.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addLayout(words)
        left.addWidget(self._took)
        line = QHBoxLayout()
        line.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        line.setSpacing(Space.XL)
        line.addLayout(left, 1)
        line.addWidget(self.days)
        line.addWidget(self.run)
        box = QVBoxLayout(card)
        box.setContentsMargins(1, 1, 1, 0)
        box.setSpacing(0)
        box.addWidget(self._running)
        box.addLayout(line)
        return card

    # --- texts

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.line.set_names(
            tr("Criteria as one line"), tr('agent:ivanova duration>5m "credit card"')
        )
        words = {Join.AND: tr("AND"), Join.OR: tr("OR")}
        self.root_join.set_items([Segment(j, word, tip=join_text(j)) for j, word in words.items()])
        self._alone.setText(tr("finds by itself"))
        self._nothing.setText(
            tr("No conditions yet: everything in the channel matches. Add one, or type above.")
        )
        self.tree.setAccessibleName(tr("Criteria"))
        self.add_condition.setText(tr("add condition"))
        self.add_condition.setToolTip(tooltip(tr("Add condition"), "Insert"))
        self.add_block.setText(tr("add block"))
        self.add_block.setToolTip(tooltip(tr("Add block"), "Shift+Insert"))
        self.run.setText(tr("Search"))
        self.days.retranslate()
        self.load.setText(tr("Load"))
        self.save.setText(tr("Save"))
        self.sets.retranslate()
        name, changed = self._saved_name
        self.show_saved(name, changed=changed)
        if self._count_known is not None:
            self.show_count(self._count_known, self._took_s)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Let Tab go down the page as the eye does; of a control it comes to what is chosen.

        Not by `QWidget.setTabOrder`: behind a button of a control, which Qt takes for one piece,
        that breaks the chain of Qt 6.11, and the window crashes when it is deleted.
        """
        among = (self.channels, self.line, self.root_join, self.tree)
        stops: list[QWidget] = [widget.focusProxy() or widget for widget in among]
        stops += [self.add_condition, self.add_block, self.run]
        here = QApplication.focusWidget()
        if here in stops:
            place = stops.index(here)
            rest = stops[place + 1 :] if next else stops[:place][::-1]
            for stop in rest:
                if stop.isVisible() and stop.isEnabled():
                    reason = Qt.FocusReason.TabFocusReason
                    stop.setFocus(reason if next else Qt.FocusReason.BacktabFocusReason)
                    return True
        return super().focusNextPrevChild(next)

    # --- what is shown

    def show_saved(self, name: str, *, changed: bool) -> None:
        """Name the saved set that is being edited, "" for none."""
        self._saved_name = (name, changed)
        text = tr("Changed: “{name}”", name=name) if changed else tr("“{name}”", name=name)
        self._saved.setText(text if name else "")

    def fit_sets(self, width: int) -> None:
        """Show the saved sets where the page is wide enough for them, px."""
        self._wide = width >= theme().px(_WIDE)
        if self._wide:
            self.sets.show()
        elif not self.sets.isActive():
            self.sets.hide()

    def show_sets(self, *, wanted: bool) -> None:
        """Show the saved sets on a narrow page, or not any more."""
        self.sets.setVisible(wanted or self._wide)

    def show_root(self, join: Join, text: str, *, many: bool) -> None:
        """Show how the root joins; with less than two members it makes no difference."""
        self.root_join.value = join
        self._root_text.setText(text)
        self._root_text.setVisible(many)

    def show_line_error(self, position: int, reason: str) -> None:
        """Mark the line at a character with what was expected; -1: it is right."""
        self.line.set_error(position)
        self._wrong.setText(reason)
        self._wrong.setVisible(bool(reason))

    def show_sentence(self, text: str) -> None:
        """Say the set as one sentence."""
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))

    @Slot()
    def show_counting(self) -> None:
        """Show that counting goes on; the old number stays."""
        self._running.set_running(True)

    @Slot(object, float)
    def show_count(self, count: Count, seconds: float) -> None:
        """Show how many match and how long counting took."""
        self._count_known, self._took_s = count, seconds
        self._running.set_running(False)
        self._count.setText(count_text(count))
        self._count_of.setText(ntr("interaction", "interactions", count.n))
        worded = format_decimal(max(seconds, 0.01), 2 if seconds < 0.1 else 1)
        self._took.setText(tr("counted in {seconds} s", seconds=worded))

    def show_no_count(self, *, line_wrong: bool = False) -> None:
        """Show no number: the criteria make no sense now, or the line cannot be read."""
        self._count_known = None
        self._running.set_running(False)
        self.days.show_counts(None)
        self._count.setText("\u2014")
        self._count_of.setText("")
        wrong_condition = tr("not counted: a condition cannot be used")
        self._took.setText(
            tr("not counted: the line cannot be read") if line_wrong else wrong_condition
        )

    @Slot(object)
    def show_count_error(self, error: ReviewerError) -> None:
        """Show why it could not be counted."""
        self.show_no_count()
        self._took.setText(explain(error))

    @Slot()
    def fit_tree(self) -> None:
        """Give the tree the height of its rows: the page scrolls, not the tree."""
        self.tree.setFixedHeight(self.tree.rows_height())
        self.tree.doItemsLayout()

    @Slot(QRect)
    def _on_tree_to_be_seen(self, rect: QRect) -> None:
        """Scroll a row into what is seen: the page scrolls, not the tree."""
        inner = self._area.widget()
        if inner is None:
            return
        top = self.tree.viewport().mapTo(inner, rect.topLeft()).y()
        half = rect.height() // 2
        self._area.ensureVisible(0, top + half, 0, half + Space.M)

    @Slot(QPoint)
    def _on_tree_dragged_to(self, at: QPoint) -> None:
        """Scroll where something is dragged to the edge of what is seen."""
        inner = self._area.widget()
        if inner is None:
            return
        place = self.tree.viewport().mapTo(inner, at)
        self._area.ensureVisible(0, place.y(), 0, theme().px(Size.CRITERION_ROW))

    @Slot()
    def _on_model_changed(self) -> None:
        empty = not self._model.rowCount()
        self._nothing.setVisible(empty)
        self.tree.setVisible(not empty)
        self._alone.setVisible(not empty)
        self.fit_tree()
