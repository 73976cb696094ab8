"""The list of messages that follows the playhead and moves it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.recording import PartyRole
from reviewer.ui.review.transcript_delegate import TranscriptDelegate
from reviewer.ui.review.transcript_model import TranscriptLine, TranscriptModel, line_words
from reviewer.ui.theme.theme import theme
from reviewer.ui.widgets.watermark_veil import WatermarkVeil

if TYPE_CHECKING:
    from reviewer.models.criteria.highlight import Mark
    from reviewer.models.ids import TimelineUs
    from reviewer.ui.review.hits import Hit
    from reviewer.ui.review.transcript_model import SpokenWord

# After the reader scrolled by hand, the list leaves them alone for so long.
_HANDS_OFF_S: Final = 4.0


class TranscriptView(QListView):
    """Shows what was said or written; the line being replayed is lit.

    Attributes:
        veil: Names who reads it, where their role wants that.

    Thread: main.
    """

    # (position: TimelineUs) The reader wants to hear a line.
    position_requested = Signal(object)
    # (index: int) Another line is being replayed; -1 for none.
    current_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = TranscriptModel(self)
        self._delegate = TranscriptDelegate(parent=self)
        self._row = -1
        self._word: SpokenWord | None = None
        self._pressed_at = QPointF()
        self._bringing = False
        self._scrolled_at_s = -_HANDS_OFF_S
        self._bubbles = False
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        # Long transcripts are laid out bit by bit, so that opening never blocks.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(60)
        self.setMouseTracking(False)
        self.viewport().setAutoFillBackground(False)
        self.veil = WatermarkVeil(self)
        self.clicked.connect(self._on_clicked)
        self.verticalScrollBar().sliderPressed.connect(self._on_scrolled_by_hand)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """What is shown."""
        return self._model.lines

    @property
    def current_row(self) -> int:
        """The line being replayed, -1 for none."""
        return self._row

    @property
    def chosen_message(self) -> int | None:
        """Place of the message that was chosen, else of the one being replayed; None: neither.

        Where all lines begin at one moment, as emails do, none is replayed before the others.
        """
        replayed = self._row if len({line.start_us for line in self.lines}) > 1 else -1
        for row in (self.currentIndex().row(), replayed):
            if 0 <= row < len(self.lines) and self.lines[row].message is not None:
                return self.lines[row].message
        return None

    def show_lines(self, lines: tuple[TranscriptLine, ...], *, bubbles: bool) -> None:
        """Show another transcript, as utterances or as a chat; the same one stays as it is."""
        if lines and lines == self.lines and bubbles == self._bubbles:
            # Something else of the interaction was changed: the reader is not moved.
            return
        self._bubbles = bubbles
        self._scrolled_at_s = -_HANDS_OFF_S
        self._row = -1
        self._word = None
        self._delegate.set_current(-1)
        self._delegate.set_word(None)
        self._delegate.set_hits({}, None)
        self._delegate.set_bubbles(bubbles)
        self._delegate.set_clocks(max((line.clock for line in lines), key=len, default=""))
        self._model.set_lines(lines)
        self.scrollToTop()

    def follow(self, position_us: TimelineUs) -> None:
        """Light the line of a position, and scroll it into view unless the reader is reading."""
        row = self._model.index_at(position_us)
        if row == self._row:
            self._follow_word(position_us)
            return
        before, self._row = self._row, row
        self._delegate.set_current(row)
        self._word = None
        self._delegate.set_word(None)
        self._follow_word(position_us)
        for changed in (before, row):
            if changed >= 0:
                self.update(self._model.index(changed))
        self._bring()
        self.current_changed.emit(row)

    def _follow_word(self, position_us: TimelineUs) -> None:
        """Light the word being said, where words are timed."""
        if self._row < 0:
            return
        word = self._model.lines[self._row].word_at(position_us)
        if word != self._word:
            self._word = word
            self._delegate.set_word(None if word is None else (word.begin, word.end))
            self.update(self._model.index(self._row))

    # --- what is looked for

    def show_hits(self, hits: tuple[Hit, ...], chosen: int | None) -> None:
        """Light what is looked for; bring the chosen place into view."""
        marks: dict[int, list[Mark]] = {}
        for hit in hits:
            marks.setdefault(hit.row, []).append(hit.mark)
        place = None
        if chosen is not None:
            place = (hits[chosen].row, hits[chosen].mark)
        self._delegate.set_hits(marks, place)
        self.viewport().update()
        if chosen is not None:
            self._bring_row(hits[chosen].row)

    def attend(self) -> None:
        """Follow the playhead again, even if the reader scrolled away just now."""
        self._scrolled_at_s = -_HANDS_OFF_S
        self._bring()

    def show_event(self, position_us: TimelineUs) -> None:
        """Bring what happened at a position into view."""
        for row, line in enumerate(self._model.lines):
            if line.start_us == position_us and line.party is PartyRole.SYSTEM:
                self._bring_row(row)

    def _bring_row(self, row: int) -> None:
        index = self._model.index(row)
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def event_beside(self, position_us: TimelineUs, step: int) -> TimelineUs | None:
        """Return where something happened before (-1) or after (1) a position, or None."""
        return self._model.event_from(position_us, step)

    def beside(self, position_us: TimelineUs, step: int) -> TimelineUs | None:
        """Return where the line before (-1) or after (1) a position begins, or None."""
        row = self._model.next_from(position_us, step)
        return None if row is None else self._model.lines[row].start_us

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.setAccessibleName(tr("Transcript"))

    # --- internals

    def _bring(self) -> None:
        """Scroll the lit line into view, unless the reader scrolled away just now."""
        if self._row < 0 or time.monotonic() - self._scrolled_at_s < _HANDS_OFF_S:
            return
        self._bring_row(self._row)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
            return
        line = self._model.lines[index.row()]
        position = line.start_us
        if line.words:
            rect = QRectF(self.visualRect(index))
            place = self._delegate.place_at(line, rect, self._pressed_at)
            position = position if place is None else line.time_of(place)
        self.position_requested.emit(position)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    @Slot()
    def _on_scrolled_by_hand(self) -> None:
        self._scrolled_at_s = time.monotonic()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    @override
    def updateGeometries(self) -> None:
        # Lines were laid out anew: the lit one may have been pushed out of view.
        super().updateGeometries()
        if not self._bringing:
            self._bringing = True
            self._bring()
            self._bringing = False

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._on_scrolled_by_hand()
        super().wheelEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectedIndexes())
            words = "\n".join(line_words(self._model.lines[row]) for row in rows)
            QGuiApplication.clipboard().setText(words)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.isValid():
                self.position_requested.emit(self._model.lines[index.row()].start_us)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
            # These belong to the player, wherever the focus is.
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
