"""The line that says which interaction it is: who called whom, when, how long, and its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_decimal, format_duration, format_instant, ptr, tr
from reviewer.models.columns import Mood, mood_of
from reviewer.models.interaction import Channel, Direction
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import Panel, VLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QResizeEvent

    from reviewer.models.interaction import Interaction

_SEPARATOR_PX: Final = 20
_LEAST_PX: Final = 520
_CHANNEL_ICONS: Final = {
    (Channel.VOICE, Direction.INBOUND): "phone-incoming",
    (Channel.VOICE, Direction.OUTBOUND): "phone-outgoing",
    (Channel.VOICE, Direction.INTERNAL): "phone",
    (Channel.EMAIL, Direction.INBOUND): "mail",
    (Channel.EMAIL, Direction.OUTBOUND): "mail",
}


class InteractionHeader(Panel):
    """Shows the facts by which a reviewer knows the interaction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", lines=Qt.Edge.BottomEdge, parent=parent)
        self._who = ""
        self._sign = Sign("phone", Size.ICON, "agent")
        self._from = Label("", "area")
        self._arrow = Sign("chevron-right", Size.ICON_CHIP, "muted")
        self._to = ElidedLabel("", "body", "text2")
        self._when = Label("", "body", "text2")
        self._length = Label("", "body", "text2")
        self._service = ElidedLabel("", "body", "text2")
        self._rules = [VLine(height=_SEPARATOR_PX) for _ in range(3)]
        self._problem = Chip("", "triangle-alert", "warning")
        self._flag = Chip("", "flag", "fail")
        self._sentiment = Chip("", "meh", "warning")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 0, Space.M, 0)
        layout.setSpacing(Space.S)
        # What there is no room for is left out.
        layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for widget in (
            self._sign,
            self._from,
            self._arrow,
            self._to,
            self._rules[0],
            self._when,
            self._rules[1],
            self._length,
            self._rules[2],
            self._service,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        for chip in (self._problem, self._flag, self._sentiment):
            layout.addWidget(chip)
            chip.hide()
        self._from.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_interaction(self, interaction: Interaction, zone: ZoneInfo) -> None:
        """Show the facts of an interaction, in the language in force."""
        key = (interaction.channel, interaction.direction)
        self._sign.set_icon(_CHANNEL_ICONS.get(key, "message-square"))
        self._who = source_words(interaction)
        self._to.setText(target_words(interaction))
        self._when.setText(format_instant(interaction.started_us, zone))
        self._length.setText(format_duration(interaction.duration_us))
        self._service.setText(interaction.service)
        self._flag.set_text(ptr("chip", "help"))
        self._flag.setVisible(interaction.flagged)
        self._flag.setToolTip(tr("The agent asked for help during this contact"))
        self._problem.set_text(interaction.call_problem)
        self._problem.setVisible(bool(interaction.call_problem))
        self._problem.setToolTip(tr("Problem reported by the agent"))
        self._show_sentiment(interaction.sentiment)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for, the least needed first; who it was is shortened."""
        groups: list[tuple[Label | ElidedLabel, tuple[QWidget, ...]]] = [
            (self._service, (self._rules[2], self._service)),
            (self._to, (self._arrow, self._to)),
            (self._length, (self._rules[1], self._length)),
            (self._when, (self._rules[0], self._when)),
        ]
        shown = [widgets for label, widgets in groups if label.text()]
        for _, widgets in groups:
            for widget in widgets:
                widget.setVisible(widgets in shown)
        self._from.setText(self._who)
        while shown and self._needed() > self.width():
            for widget in shown.pop(0):
                widget.hide()
        over = self._needed() - self.width()
        if over > 0:
            metrics = self._from.fontMetrics()
            room = max(self._from.sizeHint().width() - over, 0)
            self._from.setText(metrics.elidedText(self._who, Qt.TextElideMode.ElideRight, room))
        whole = (self._who, self._to.text(), self._when.text(), self._service.text())
        hidden = len(shown) < sum(bool(label.text()) for label, _ in groups) or over > 0
        self.setToolTip("\n".join(filter(None, whole)) if hidden else "")

    def _needed(self) -> int:
        """Return the width of all that is shown; whom and which service may be shortened, px."""
        layout = self.layout()
        return layout.minimumSize().width() if layout is not None else 0

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(_LEAST_PX), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_sentiment(self, sentiment: float | None) -> None:
        self._sentiment.setVisible(sentiment is not None)
        if sentiment is None:
            return
        mood = mood_of(sentiment)
        if mood is Mood.POSITIVE:
            self._sentiment.set_look("success", "smile")
        elif mood is Mood.NEGATIVE:
            self._sentiment.set_look("fail", "frown")
        else:
            self._sentiment.set_look("warning", "meh")
        self._sentiment.set_text(format_decimal(sentiment))
        self._sentiment.setToolTip(tr("Sentiment, from −1 to 1"))

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme().px(Size.INTERACTION_HEADER))


def source_words(interaction: Interaction) -> str:
    """Return who began it: the number, address or name that stands for it."""
    return interaction.from_address or interaction.from_name or tr("Unknown number")


def target_words(interaction: Interaction) -> str:
    """Return whom it was meant for."""
    return interaction.to_address or interaction.medium
