"""How the review page is put together: its areas and the splitters between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from reviewer.ui.review.details_panel import DetailsPanel
from reviewer.ui.review.evaluation_history import EvaluationHistory
from reviewer.ui.review.evaluation_panel import EvaluationPanel
from reviewer.ui.review.gone_panel import GoneLine, GonePanel, is_content_gone
from reviewer.ui.review.interaction_header import InteractionHeader
from reviewer.ui.review.peaks_loader import PeaksLoader
from reviewer.ui.review.reading_panel import ReadingPanel
from reviewer.ui.review.related_panel import RelatedPanel
from reviewer.ui.review.remark_panel import RemarkPanel
from reviewer.ui.review.timeline_view import TimelineView
from reviewer.ui.review.transcript_view import TranscriptView
from reviewer.ui.review.transport import Transport
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.turns import laid_out, unveiled, veil
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.states import AttentionLine, EmptyState, ErrorPanel, SkeletonRows

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from reviewer.ui.review.loading import Opened
    from reviewer.ui.tasks import TaskRunner

# Below this the window is a small one: lower rows, narrower panels.
COMPACT_BELOW: Final = (1400, 800)
_TOP_MIN_PX: Final = 180
# Of the picture and the texts beside it, the picture's share.
_PICTURE_SHARE: Final = 0.47
_PICTURE_MIN_PX: Final = 320
# What stays of the facts under a picture.
_FACTS_PX: Final = 148


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas that take longest to make."""

    header: InteractionHeader
    transcript: TranscriptView
    remarks: RemarkPanel
    related: RelatedPanel
    details: DetailsPanel
    transport: Transport
    timeline: TimelineView
    evaluation: EvaluationPanel


def made_areas(
    runner: TaskRunner, page: QObject
) -> Generator[None, None, tuple[PeaksLoader, Areas]]:
    """Make the areas, and what brings the waveforms of one of them, in turns."""
    # What was imported and begun before this is a turn's work already.
    yield
    peaks = PeaksLoader(runner, page)
    header, transcript = InteractionHeader(), TranscriptView()
    yield
    remarks = RemarkPanel()
    yield
    related = RelatedPanel()
    yield
    details = DetailsPanel()
    yield
    transport = Transport()
    yield
    timeline = TimelineView(peaks)
    yield
    history = EvaluationHistory()
    yield
    evaluation = EvaluationPanel(history)
    yield
    return peaks, Areas(
        header, transcript, remarks, related, details, transport, timeline, evaluation
    )


class ReviewLayout(QObject):
    """Lays the areas of the page out, once `built` came to its end, and sizes them.

    Attributes:
        reading: Texts or tombstone, comments, the customer's other contacts, as tabs.
        stage: The picture, where there is one and it is shown, over the facts.
    """

    def __init__(self, areas: Areas, host: QWidget) -> None:
        super().__init__(host)
        self.header = areas.header
        self.attention = AttentionLine()
        self.trouble = ErrorPanel()
        self.transcript = areas.transcript
        self.remarks, self.related = areas.remarks, areas.related
        self.details = areas.details
        self.gone = GonePanel()
        self.hold_line = AttentionLine("lock")
        self.gone_line = GoneLine()
        self.failed = EmptyState("circle-x")
        self.transport = areas.transport
        self.timeline = areas.timeline
        self.evaluation = areas.evaluation
        self._compact = False
        self._moved_by_hand = False

    def built(self, host: QWidget) -> Generator[None, None, None]:
        """Put the areas into each other and all into `host`, in turns."""
        yield
        self.reading = ReadingPanel(self.transcript, self.gone, self.remarks, self.related)
        self._picture = Panel("surface")
        self._picture.hide()
        self.stage = QSplitter(Qt.Orientation.Vertical)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.inner = QSplitter(Qt.Orientation.Horizontal)
        self.upright = QSplitter(Qt.Orientation.Vertical)
        self.body = QStackedWidget()
        yield
        _column(self._picture)
        self.stage.addWidget(self._picture)
        self.stage.addWidget(self.details)
        self.stage.setStretchFactor(0, 1)
        self.stage.setStretchFactor(1, 0)
        self.inner.addWidget(self.reading)
        self.inner.addWidget(self.stage)
        yield
        content = QWidget()
        holder = Panel("surface")
        trouble = QVBoxLayout(holder)
        trouble.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        trouble.addWidget(self.trouble)
        self._trouble_holder = holder
        holder.hide()
        column = _column(content, holder, self.inner)
        column.setStretch(1, 1)
        content.setMinimumHeight(_TOP_MIN_PX)
        bottom = QWidget()
        _column(bottom, self.transport, self.timeline).setStretch(1, 1)
        yield
        self.upright.addWidget(content)
        self.upright.addWidget(bottom)
        self.upright.setStretchFactor(0, 1)
        self.upright.setStretchFactor(1, 0)
        yield
        left = QWidget()
        lines = (self.attention, self.hold_line, self.gone_line)
        column = _column(left, self.header, *lines, self.upright)
        column.setStretch(len(lines) + 1, 1)
        self.across.addWidget(left)
        self.across.addWidget(self.evaluation)
        self.across.setStretchFactor(0, 1)
        self.across.setStretchFactor(1, 0)
        yield
        skeleton = SkeletonRows()
        for page in (skeleton, self.across, self.failed):
            self.body.addWidget(page)
        _column(host, self.body)
        for splitter in self._splitters:
            splitter.setHandleWidth(Size.LINE)
            splitter.setChildrenCollapsible(False)
            splitter.splitterMoved.connect(self._on_splitter_moved)

    @property
    def _splitters(self) -> tuple[QSplitter, ...]:
        return self.across, self.inner, self.stage, self.upright

    # --- the picture

    def set_picture(self, picture: QWidget) -> None:
        """Give the widget that shows the screen video its place."""
        layout = self._picture.layout()
        if layout is not None:
            layout.addWidget(picture)

    def show_picture(self, *, on: bool) -> None:
        """Put the picture at the left over the facts, or take it away."""
        if on == self.has_picture:
            return
        self._picture.setVisible(on)
        self.inner.insertWidget(0 if on else 1, self.stage)
        self.details.set_low(on)
        self.place()

    @property
    def has_picture(self) -> bool:
        """Whether the picture has its place in the page."""
        return not self._picture.isHidden()

    # --- what is seen

    def show_loading(self) -> None:
        """Show grey rows until the interaction is there."""
        self.body.setCurrentIndex(0)

    def arrange(self, *, gone: bool, texts: bool, chat: bool, spoken: bool) -> None:
        """Make room for what there is to read of what is being opened."""
        self.reading.arrange(gone=gone, texts=texts, chat=chat, spoken=spoken)

    @property
    def areas(self) -> tuple[QWidget, ...]:
        """The areas that F6 goes through, in their order."""
        return (
            self.header,
            self.reading,
            self.details,
            self.transport,
            self.timeline,
            self.evaluation,
        )

    def uncovered(self) -> Generator[None, None, None]:
        """Show the interaction, once it is filled in: an area a turn where it was covered."""
        if self.body.currentIndex() == 1:
            self.place()
            return
        areas = (self.timeline, self.reading, self.details, self.evaluation, self.transport)
        veil(areas)
        # Laying out what is hidden waits until it is shown: all of it at once took 30 ms.
        yield from laid_out(areas, partial(self.body.setCurrentIndex, 1))
        self.place()
        yield
        yield from unveiled(areas)

    def show_failure(self, what: str, how: str, button: str) -> None:
        """Show that the interaction cannot be opened."""
        self.failed.set_texts(what, how, button)
        self.body.setCurrentIndex(2)

    def show_trouble(self, what: str, more: str) -> None:
        """Say in place what of the interaction cannot be read; "" for nothing."""
        self._trouble_holder.setVisible(bool(what))
        if what:
            self.trouble.show_error(what, more)
        else:
            self.trouble.hide()

    # --- sizes

    @property
    def compact(self) -> bool:
        """Whether the small form is used."""
        return self._compact

    def fit(self, window_width: int, window_height: int) -> None:
        """Take the form that suits the window."""
        compact = window_width < COMPACT_BELOW[0] or window_height < COMPACT_BELOW[1]
        if compact == self._compact:
            return
        self._compact = compact
        self.timeline.set_compact(compact)
        self.transport.set_compact(compact)
        self.place()
        # Only once the layouts have noted how little room they need now is there room for it.
        QTimer.singleShot(0, self, self.place)

    def place(self) -> None:
        """Size the areas as designed, unless the user has moved a splitter."""
        width = theme().px(
            Size.EVALUATION_PANEL_COMPACT if self._compact else Size.EVALUATION_PANEL
        )
        whole = max(1, self.across.width())
        if self._moved_by_hand:
            return
        self.across.setSizes([max(1, whole - width), width])
        room = max(1, whole - width)
        if self.has_picture:
            picture = max(_PICTURE_MIN_PX, round(room * _PICTURE_SHARE))
            self.inner.setSizes([picture, max(1, room - picture)])
        else:
            # With large letters what is read has half of the room, as far as buttons stay whole.
            least = max(room // 2, self.details.sizeHint().width())
            details = min(theme().px(Size.CHAT_DETAILS), least)
            self.inner.setSizes([max(1, room - details), details])
        bottom = self.transport.height() + self.timeline.sizeHint().height()
        room = max(1, self.upright.height())
        bottom = min(bottom, max(room - _TOP_MIN_PX, 1))
        self.upright.setSizes([max(1, room - bottom), bottom])
        facts = theme().px(_FACTS_PX)
        self.stage.setSizes([max(1, room - bottom - facts), facts])

    def show_head(self, opened: Opened) -> None:
        """Show whose interaction it is, and what of it is gone."""
        interaction = opened.interaction
        self.header.show_interaction(interaction, opened.zone)
        self.gone_line.show_gone(interaction, opened.zone)
        if is_content_gone(interaction):
            count = len(opened.evaluations)
            self.gone.show_gone(interaction, opened.zone, evaluations=count)

    def save(self) -> dict[str, object]:
        """Return what to remember of the sizes, as JSON values."""
        state: dict[str, object] = {
            "heads": self.timeline.head_px,
            "zoom": self.timeline.zoom_us_per_px,
        }
        if self._moved_by_hand:
            state["across"] = self.across.sizes()
            state["inner"] = self.inner.sizes()
            state["upright"] = self.upright.sizes()
            state["stage"] = self.stage.sizes()
        return state

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        heads = state.get("heads")
        if isinstance(heads, int):
            self.timeline.set_head_px(heads)
        zoom = state.get("zoom")
        if isinstance(zoom, int | float) and 0 < zoom < float("inf"):
            self.timeline.set_zoom(float(zoom))
        for name, splitter in (
            ("across", self.across),
            ("inner", self.inner),
            ("upright", self.upright),
            ("stage", self.stage),
        ):
            sizes = state.get(name)
            if isinstance(sizes, list) and len(sizes) == splitter.count():
                splitter.setSizes([size for size in sizes if isinstance(size, int)])
                self._moved_by_hand = True

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        for part in (
            self.reading,
            self.transcript,
            self.remarks,
            self.related,
            self.details,
            self.transport,
            self.timeline,
            self.evaluation,
        ):
            part.retranslate()

    def _on_splitter_moved(self, _position: int, _index: int) -> None:
        self._moved_by_hand = True


def _column(host: QWidget, *widgets: QWidget) -> QVBoxLayout:
    """Stack widgets in `host` without gaps."""
    layout = QVBoxLayout(host)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget)
    return layout
