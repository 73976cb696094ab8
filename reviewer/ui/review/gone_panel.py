"""What is gone: who deleted it, when and why, or that its retention ended.

A card in place of everything, or a line where something is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_instant, ntr, tr
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.services.wording import names_of_persons
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import Card, HLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.interaction import Interaction, Tombstone
    from reviewer.ui.theme.tokens import Step

_CARD_PX: Final = 560
_LABEL_PX: Final = 96


class GonePanel(QWidget):
    """Shows a tombstone as a centred card; grey, for it is a state and no alarm."""

    # The entry in the log is asked for.
    history_asked = Signal()
    # A certificate is asked for.
    certificate_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(Space.S, Space.L, Space.S, Space.L)
        self._card: QWidget | None = None
        self._words: tuple[str, ...] = ()
        self._shown: tuple[str, str, tuple[tuple[str, str], ...]] | None = None
        self._acts = QWidget(self)
        acts = QHBoxLayout(self._acts)
        acts.setContentsMargins(0, Space.S, 0, 0)
        acts.setSpacing(Space.S)
        self.certificate = Button("", "file-text", panel=True)
        self.certificate.clicked.connect(self.certificate_asked)
        self.history = Button("", "history", "ghost", panel=True)
        self.history.clicked.connect(self.history_asked)
        acts.addWidget(self.certificate)
        acts.addWidget(self.history)
        acts.addStretch(1)
        self._offered = False
        self._acts.hide()

    def offer(self, *, history: bool, certificate: bool) -> None:
        """Offer the entry in the log and a certificate, or do not."""
        self._offered = history or certificate
        self.history.setVisible(history)
        self.certificate.setVisible(certificate)
        self._acts.setHidden(not self._offered)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that is written, in reading order."""
        return self._words

    def show_gone(self, interaction: Interaction, zone: ZoneInfo, *, evaluations: int) -> None:
        """Show what is gone of an interaction, in the language in force."""
        title, hint, lines = gone_words(interaction, zone, evaluations=evaluations)
        self._words = (title, hint, *(part for pair in lines for part in pair))
        self._shown = (title, hint, lines)
        self.history.setText(tr("Entry in the log"))
        self.certificate.setText(tr("Certificate as PDF"))
        self._lay_out()

    def _room(self) -> int:
        """Return how wide the card can be, px."""
        margins = self._layout.contentsMargins()
        return min(theme().px(_CARD_PX), self.width() - margins.left() - margins.right())

    def _lay_out(self) -> None:
        """Make the card anew, as wide as there is room."""
        if self._shown is None:
            return
        title, hint, lines = self._shown
        while self._layout.count():
            item = self._layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        # The card before goes with all that is in it.
        self._acts.setParent(self)
        self._card = _card(title, hint, lines, self._acts, self._room())
        self._acts.setHidden(not self._offered)
        self._layout.addStretch(1)
        self._layout.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addStretch(1)
        self.setAccessibleName(title)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._card is not None and self._card.width() != self._room():
            self._lay_out()


class GoneLine(QWidget):
    """Says what of an interaction is gone while the rest can still be heard or read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ElidedLabel("", "body", "text2", lines=2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        layout.setSpacing(Space.S)
        layout.addWidget(Sign("ban", Size.ICON, "deleted"))
        layout.addWidget(self._text, 1)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_gone(self, interaction: Interaction, zone: ZoneInfo) -> None:
        """Show what is gone, in the language in force; nothing where all is kept, or all gone."""
        text = "" if is_content_gone(interaction) else " ".join(gone_sentences(interaction, zone))
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    @property
    def words(self) -> str:
        """What is written."""
        return self._text.text()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setMinimumHeight(theme().px(Size.ATTENTION))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().colors.hover)


def _card(
    title: str, hint: str, lines: Sequence[tuple[str, str]], acts: QWidget, width: int
) -> QWidget:
    card = Card("surface", "line2")
    card.setFixedWidth(width)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
    layout.setSpacing(Space.L)
    head = QHBoxLayout()
    head.setSpacing(Space.L)
    head.addWidget(Sign("ban", Size.ICON_EMPTY, "deleted"), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(Space.XS)
    beside = width - 2 * Space.XL - Space.L - theme().px(Size.ICON_EMPTY)
    words.addWidget(_wrapped(title, "title", beside))
    if hint:
        words.addWidget(_wrapped(hint, "body", beside, "text2"))
    head.addLayout(words, 1)
    layout.addLayout(head)
    layout.addWidget(HLine())
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.S)
    grid.setColumnMinimumWidth(0, theme().px(_LABEL_PX))
    grid.setColumnStretch(1, 1)
    names = [Label(name, "body", "muted") for name, _ in lines]
    named = max((label.sizeHint().width() for label in names), default=0)
    room = width - 2 * Space.XL - max(theme().px(_LABEL_PX), named) - Space.M
    for row, (label, (_, value)) in enumerate(zip(names, lines, strict=True)):
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_wrapped(value, "label", room), row, 1)
    layout.addLayout(grid)
    layout.addWidget(acts)
    return card


def _wrapped(text: str, step: Step, width: int, role: str = "text") -> Label:
    """Return a label of a known width, so that its height comes out right."""
    label = Label(text, step, role, wraps=True)
    # An empty label has no height for a width: Qt answers -1.
    label.setFixedHeight(max(0, label.heightForWidth(max(width, 1))))
    return label


def gone_words(
    interaction: Interaction, zone: ZoneInfo, *, evaluations: int
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return title, hint and lines about what is gone of an interaction."""
    stones = interaction.tombstones
    expired = not stones or all(stone.by_retention for stone in stones)
    if expired:
        title = tr("The recording is no longer kept")
        hint = tr("Its retention ended.")
    else:
        title = tr("The recording was deleted")
        hint = tr("It cannot be restored: it was erased from the store.")
    lines: list[tuple[str, str]] = []
    for stone, what, when in _told_together(stones, zone):
        if not stone.by_retention and stone.by:
            who = names_of_persons(stone.by, stone.approved_by)
            lines.append((tr("Deleted by"), who))
        lines.append((tr("When"), when))
        reason = tr("retention ended") if stone.by_retention else stone.reason
        lines += [(tr("Reason"), reason), (tr("What"), what)]
    if not stones:
        lines.append((tr("What"), ", ".join(_kinds(interaction).values())))
    kept = [tr("facts of the interaction")]
    if evaluations:
        kept.append(ntr("{n} evaluation", "{n} evaluations", evaluations))
    if interaction.notes:
        kept.append(tr("notes"))
    lines.append((tr("Kept"), ", ".join(kept)))
    return title, hint, tuple((name, value) for name, value in lines if value)


def gone_sentences(interaction: Interaction, zone: ZoneInfo) -> list[str]:
    """Return a sentence for each time something of an interaction was deleted or expired."""
    found = []
    for stone, what, when in _told_together(interaction.tombstones, zone):
        if stone.by_retention:
            found.append(tr("Retention ended: {what}, {when}.", what=what, when=when))
            continue
        found.append(tr("Deleted: {what}, {when}.", what=what, when=when))
        if stone.by:
            found.append(tr("By: {who}.", who=names_of_persons(stone.by, stone.approved_by)))
        if stone.reason:
            found.append(tr("Reason: {reason}.", reason=stone.reason.rstrip(".")))
    told = {stone.kind for stone in interaction.tombstones}
    untold = [name for kind, name in _kinds(interaction).items() if kind not in told]
    if untold:
        found.append(tr("No longer kept: {what}.", what=", ".join(untold)))
    return found


def kind_words(kind: RecordingKind) -> str:
    """Return a kind of content in words, as in a list of what was deleted."""
    return {
        RecordingKind.VOICE: tr("call recording"),
        RecordingKind.VOICE_CHANNEL: tr("call recording by party"),
        RecordingKind.CPA: tr("call progress recording"),
        RecordingKind.VOICEMAIL: tr("voicemail"),
        RecordingKind.SCREEN: tr("screen recording"),
        RecordingKind.VOICE_TRANSCRIPT: tr("call transcript"),
        RecordingKind.CHAT_TRANSCRIPT: tr("chat recording"),
        RecordingKind.EMAIL: tr("email messages"),
    }[kind]


def _told_together(stones: Sequence[Tombstone], zone: ZoneInfo) -> list[tuple[Tombstone, str, str]]:
    """Return a tombstone of each reason and person, with what went and when, in words."""
    together: dict[tuple[str, str, str, bool], list[Tombstone]] = {}
    for stone in sorted(stones, key=lambda stone: stone.at_us):
        key = (stone.by, stone.approved_by, stone.reason, stone.by_retention)
        together.setdefault(key, []).append(stone)
    told = []
    for some in together.values():
        when = [format_instant(stone.at_us, zone) for stone in (some[0], some[-1])]
        what = dict.fromkeys(map(_what, some))
        told.append((some[0], ", ".join(what), " – ".join(dict.fromkeys(when))))
    return told


def _what(stone: Tombstone) -> str:
    if stone.is_of_all:
        return kind_words(stone.kind)
    if stone.message is None:
        return tr("an email message")
    return tr("message {n} of the chain", n=stone.message + 1)


def _kinds(interaction: Interaction) -> dict[RecordingKind, str]:
    gone = (r for r in interaction.recordings if not r.is_there)
    return {r.kind: kind_words(r.kind) for r in gone}


def is_content_gone(interaction: Interaction) -> bool:
    """Whether nothing that was recorded can be played or read any more."""
    if not interaction.recordings or interaction.messages:
        return False
    states = {r.state for r in interaction.recordings if r.kind is not RecordingKind.SCREEN}
    return bool(states) and states <= {RecordingState.DELETED, RecordingState.EXPIRED}
