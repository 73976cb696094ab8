"""The transport: playing, going back and on, both clocks, speed, volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QSlider, QWidget
from typing_extensions import override

from reviewer.messages import format_decimal, format_duration, format_time, tr
from reviewer.player.qt_player import RATES
from reviewer.ui.review.skip_switch import SkipSwitch
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import IconButton
from reviewer.ui.widgets.frames import Panel, VLine
from reviewer.ui.widgets.segmented import Segment, SegmentedControl

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import TimelineUs
    from reviewer.models.timeline import Timeline
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.theme.tokens import Step

_PLAY_PX: Final = 36
_SIGN_PX: Final = 20
_VOLUME_PX: Final = 80
_VOLUME_COMPACT_PX: Final = 40
_LINE_PX: Final = 32
_DASH: Final = "\u2014"
# From so many things left out on, only the speed in force is shown.
_SPEEDS: Final = 5


class PlayButton(QAbstractButton):
    """The round button; the one primary thing of the transport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def playing(self) -> bool:
        """Whether it offers to pause."""
        return self._playing

    def set_playing(self, playing: bool) -> None:
        """Show what a press would do."""
        if playing != self._playing:
            self._playing = playing
            self.update()

    @override
    def sizeHint(self) -> QSize:
        side = _PLAY_PX + 2 * (Size.FOCUS + draw.RING_GAP)
        return QSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(0, 0, _PLAY_PX, _PLAY_PX)
        circle.moveCenter(QRectF(self.rect()).center())
        ground, sign = ("accent_hi" if self.underMouse() else "accent"), "on_accent"
        if not self.isEnabled():
            ground, sign = "hover", "disabled"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color(ground))
        painter.drawEllipse(circle)
        icon = now.pixmap(
            "pause" if self._playing else "play", _SIGN_PX - 2, sign, self.devicePixelRatioF()
        )
        # The triangle's weight lies left of its middle.
        shift = 0.0 if self._playing else 1.0
        corner = circle.center() - QPointF(_SIGN_PX / 2 - 1 - shift, _SIGN_PX / 2 - 1)
        painter.drawPixmap(corner, icon)
        if self.hasFocus():
            room = QRectF(self.rect())
            draw.ring(painter, room, now.colors.focus, radius=room.width() / 2)


class ClockDisplay(QWidget):
    """Playback time of the whole, and under it the wall clock of the interaction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = ("0:00", "/ 0:00", "")
        self._widest = self._texts
        self._step: Step = "clock"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.updateGeometry)

    @property
    def texts(self) -> tuple[str, str, str]:
        """What is shown: position, total, wall clock."""
        return self._texts

    def set_texts(self, position: str, total: str, wall: str) -> None:
        """Show other times; the room is kept for the widest of this interaction."""
        fresh = (position, f"/ {total}", wall)
        if fresh == self._texts:
            return
        if fresh[1] != self._texts[1] or len(fresh[2]) != len(self._widest[2]):
            self._widest = (total, fresh[1], wall)
            self.updateGeometry()
        self._texts = fresh
        self.setAccessibleName(" ".join(fresh))
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Use the smaller figures."""
        self._step = "title" if compact else "clock"
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        first = draw.text_width(self._widest[0], now.font(self._step)) + Space.XS
        first += draw.text_width(self._widest[1], now.font("body"))
        second = draw.text_width(self._widest[2], now.font("small", 500))
        return QSize(round(max(first, second)) + Space.S, _PLAY_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        middle = self.height() / 2
        position, total, wall = self._texts
        on = self.isEnabled()
        role = "text" if on else "muted"
        clock = now.font(self._step)
        width = draw.text_width(position, clock)
        first = QRectF(0, middle - 23, self.width(), 26)
        if not wall:
            first.moveCenter(QPointF(first.center().x(), middle))
        draw.text(painter, first, position, clock, now.color(role), elide=None)
        rest = first.adjusted(width + Space.XS, 2, 0, 2)
        draw.text(painter, rest, total, now.font("body"), now.color("muted"), elide=None)
        second = QRectF(0, middle + 3, self.width(), 18)
        draw.text(painter, second, wall, now.font("small", 500), now.color("text2"), elide=None)


class Transport(Panel):
    """The bar of playback controls; says what is wanted, shows what is.

    Its buttons do the actions of the page; speed and volume are its own signals.
    """

    # (rate: float) Another speed was chosen.
    rate_chosen = Signal(object)
    # (percent: int) The volume was moved, 0..100.
    volume_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", lines=Qt.Edge.BottomEdge, parent=parent)
        self.previous = IconButton("skip-back", size=Size.ICON_BUTTON_TRANSPORT)
        self.back = IconButton("back-10", size=Size.ICON_BUTTON_TRANSPORT, icon_size=_SIGN_PX)
        self.play = PlayButton()
        self.forward = IconButton("forward-10", size=Size.ICON_BUTTON_TRANSPORT, icon_size=_SIGN_PX)
        self.next = IconButton("skip-forward", size=Size.ICON_BUTTON_TRANSPORT)
        self.clock = ClockDisplay()
        self.speed = SegmentedControl(tight=True)
        self.skip = SkipSwitch()
        self.loop = IconButton("repeat", checkable=True)
        self.more = IconButton("ellipsis")
        self.mute = IconButton("volume-2")
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setPageStep(10)
        self.volume.setValue(100)
        self.volume.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.video = IconButton("monitor-play", checkable=True)
        self._volume_before = 100
        # How many of what `_savings` names are left out.
        self._left_out = 0
        self._speeds_px = 0
        self._lay_out()
        self.speed.value_changed.connect(self.rate_chosen)
        self.volume.valueChanged.connect(self._on_volume_value_changed)
        self.mute.clicked.connect(self._on_mute_clicked)
        theme().changed.connect(self._on_theme_changed)
        self._compact = False
        self._on_theme_changed()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 0, Space.M, 0)
        layout.setSpacing(Space.S)
        for button in (self.previous, self.back, self.play, self.forward, self.next):
            layout.addWidget(button)
        layout.addSpacing(Space.M)
        layout.addWidget(self.clock)
        layout.addSpacing(Space.S)
        layout.addWidget(VLine(height=_LINE_PX))
        layout.addSpacing(Space.S)
        layout.addWidget(self.speed)
        layout.addSpacing(Space.S)
        self._rule = VLine(height=_LINE_PX)
        layout.addWidget(self._rule)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.skip)
        layout.addStretch(1)
        layout.addWidget(self.loop)
        layout.addWidget(self.mute)
        layout.addWidget(self.volume)
        layout.addWidget(self.video)
        layout.addWidget(self.more)
        self._tools = layout

    # --- public

    def add_tool(self, widget: QWidget) -> None:
        """Put a control at the right end, before what is under the ellipsis."""
        self._tools.insertWidget(self._tools.count() - 1, widget)

    def bind(self, actions: ActionRegistry, owner: QWidget) -> None:
        """Let the buttons do the page's actions."""
        actions.bind(self.previous, "review.previous_segment", owner)
        actions.bind(self.back, "player.back_10", owner)
        actions.bind(self.play, "player.play_pause", owner)
        actions.bind(self.forward, "player.forward_10", owner)
        actions.bind(self.next, "review.next_segment", owner)
        actions.bind(self.loop, "player.loop", owner)
        actions.bind(self.video, "video.show", owner)

    def show_position(self, timeline: Timeline, position_us: TimelineUs, zone: ZoneInfo) -> None:
        """Show both clocks of a position."""
        total = format_duration(timeline.duration_us)
        wall = format_time(timeline.to_wall(position_us), zone, with_zone=True)
        self.clock.set_texts(format_duration(position_us), total, wall)

    def show_nothing_to_play(self, timeline: Timeline) -> None:
        """Say that there is no recording to play."""
        total = format_duration(timeline.duration_us)
        self.clock.set_texts(_DASH, total, tr("playback is not possible"))

    def set_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        self.play.set_playing(playing)

    def set_rate(self, rate: float) -> None:
        """Show the speed."""
        if self._left_out >= _SPEEDS and rate != self.speed.value:
            self.speed.set_items([Segment(rate, rate_words(rate))])
        self.speed.value = rate

    def set_volume(self, percent: int) -> None:
        """Show the volume, without telling anybody."""
        self.volume.blockSignals(True)
        self.volume.setValue(percent)
        self.volume.blockSignals(False)
        self.mute.set_icon("volume-2" if percent else "volume-x")

    def set_compact(self, compact: bool) -> None:
        """Use the lower form of a small window."""
        self._compact = compact
        self.clock.set_compact(compact)
        # It is under the ellipsis too.
        self.loop.setVisible(not compact)
        self._tools.setSpacing(Space.XS if compact else Space.S)
        margin = Space.S if compact else Space.M
        self._tools.setContentsMargins(margin, 0, margin, 0)
        self._rule.setVisible(not compact)
        self._on_theme_changed()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._show_speeds()
        self.speed.setAccessibleName(tr("Playback speed"))
        self.mute.set_name(tr("Mute"))
        self.more.set_name(tr("More about playing"))
        self.volume.setAccessibleName(tr("Volume"))
        self.volume.setToolTip(tr("Volume"))
        self.clock.setToolTip(tr("Playback time, and the time of day it was recorded"))

    # --- overrides

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # Words, figures or fonts take another room now.
            self._fit()
        return super().event(event)

    # --- what there is room for

    def _fit(self) -> None:
        """Leave out what can be done by keys, one thing after another, until the rest has room."""
        savings = self._savings()
        needed = self._tools.sizeHint().width() + sum(savings[: self._left_out])
        count = 0
        while count < len(savings) and needed > self.width():
            needed -= savings[count]
            count += 1
        if count == self._left_out:
            return
        was, self._left_out = self._left_out, count
        self._set_volume_width()
        self.skip.set_bare(count >= 2)
        self.volume.setVisible(count < 3)
        for button in (self.previous, self.next):
            button.setVisible(count < 4)
        if (was >= _SPEEDS) != (count >= _SPEEDS):
            self._show_speeds()

    def _savings(self) -> tuple[int, ...]:
        """Return what leaving out saves, px.

        A part of the volume's slider, the words of the switch, the rest of the slider, the steps
        from segment to segment, all speeds but the one in force.
        """
        gap = self._tools.spacing()
        part = 0 if self._compact else _VOLUME_PX - _VOLUME_COMPACT_PX
        if self._left_out < _SPEEDS:
            self._speeds_px = self.speed.sizeHint().width()
            speeds = self._speeds_px - theme().px(_PLAY_PX)
        else:
            speeds = self._speeds_px - self.speed.sizeHint().width()
        steps = 2 * (self.previous.sizeHint().width() + gap)
        return part, self.skip.words_px, _VOLUME_COMPACT_PX + gap, steps, speeds

    def _set_volume_width(self) -> None:
        is_short = self._compact or self._left_out >= 1
        self.volume.setFixedWidth(_VOLUME_COMPACT_PX if is_short else _VOLUME_PX)

    def _show_speeds(self) -> None:
        """Offer all speeds, or show the one in force where there is no room for more."""
        rate = self.speed.value
        chosen = rate if isinstance(rate, float) else 1.0
        rates = (chosen,) if self._left_out >= _SPEEDS else RATES
        self.speed.set_items([Segment(value, rate_words(value)) for value in rates])
        self.speed.value = chosen

    # --- slots

    @Slot(int)
    def _on_volume_value_changed(self, percent: int) -> None:
        self.mute.set_icon("volume-2" if percent else "volume-x")
        self.volume_moved.emit(percent)

    @Slot()
    def _on_mute_clicked(self) -> None:
        if self.volume.value():
            self._volume_before = self.volume.value()
            self.volume.setValue(0)
        else:
            self.volume.setValue(self._volume_before or 100)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme().px(Size.TRANSPORT_COMPACT if self._compact else Size.TRANSPORT))
        self._set_volume_width()


def rate_words(rate: float) -> str:
    """Return a speed as its segment shows it: `0,5`, `1×`, `1,25`."""
    if rate == 1.0:
        return "1×"
    digits = 2 if round(rate * 100) % 10 else (1 if round(rate * 10) % 10 else 0)
    return format_decimal(rate, digits)
