"""The second page of deleting: what exactly will be lost, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from reviewer.messages import format_duration, format_instant, ntr, tr, translated
from reviewer.models.erasure import Shared, What
from reviewer.models.recording import RecordingState
from reviewer.services.erase import spoilt_sentences
from reviewer.ui.erasing.choosing import loss_words
from reviewer.ui.erasing.pieces_strip import PIECES_DRAWN, PiecesStrip, others_lose
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.frames import Card, HLine
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from reviewer.services.erase import Consequences
    from reviewer.ui.erasing.request import Choice, EraseRequest

_HELD_NAMED: Final = 5


class ConsequencesPage(QWidget):
    """Says what goes, who else loses video, and what stays. Thread: main.

    Made anew for each preview.
    """

    # What becomes of the pieces was chosen.
    chosen = Signal()

    def __init__(
        self,
        request: EraseRequest,
        choices: Sequence[Choice],
        told: Consequences,
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._request = request
        self._told = told
        self.cut = ChoiceCard(tr("Cut out only this interaction"))
        self.whole = ChoiceCard(tr("Delete the pieces whole"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self._losses(choices))
        for line in self._held():
            column.addWidget(line)
        if told.preview.shared:
            for part in self._shared(zone):
                column.addWidget(part)
        column.addWidget(_told_line("info", "muted", self._kept()))

    @property
    def asks(self) -> bool:
        """Whether there is a choice to be made about pieces that others need."""
        return bool(self._told.preview.shared)

    @property
    def reason_against(self) -> str:
        """Why it cannot be deleted as it is chosen, "" where it can."""
        ways = (self.cut.button, self.whole.button)
        if not self.asks or any(way.isChecked() for way in ways):
            return ""
        if any(way.isEnabled() for way in ways):
            return tr("Choose what becomes of the screen pieces")
        return " ".join(way.toolTip() for way in ways)

    @property
    def shared(self) -> Shared:
        """What becomes of pieces that others need as well."""
        return Shared.WHOLE if self.whole.button.isChecked() else Shared.CUT

    # --- parts

    def _losses(self, choices: Sequence[Choice]) -> QWidget:
        card = Card("window", "line2")
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        losses = self._told.preview.losses
        first = True
        for choice in choices:
            what = [each for each in choice.what if each in losses]
            if not what:
                continue
            if not first:
                column.addWidget(HLine("line2"))
            first = False
            words = loss_words(losses, what, alone=self._request.alone)
            column.addWidget(_loss_line(choice.icon, translated(choice.title), words))
        return card

    def _held(self) -> list[QWidget]:
        held = self._told.preview.held
        if not held:
            return []
        lines = [
            tr("{giid}: {reason}", giid=giid, reason=self._told.held.get(giid, ""))
            for giid in held[:_HELD_NAMED]
        ]
        if len(held) > _HELD_NAMED:
            lines.append(ntr("and {n} more", "and {n} more", len(held) - _HELD_NAMED))
        title = ntr(
            "{n} cannot be deleted, being under a legal hold",
            "{n} cannot be deleted, being under a legal hold",
            len(held),
        )
        return [_told_line("lock", "warning", "\n".join((title, *lines)))]

    def _shared(self, zone: ZoneInfo) -> list[QWidget]:
        alone, pieces = self._request.alone, self._told.preview.shared
        others, lost_us = others_lose(self._told)
        title = ntr(
            "The screen pieces cover {n} more interaction",
            "The screen pieces cover {n} more interactions",
            others,
        )
        parts: list[QWidget] = [Label(title, "strong")]
        if len(pieces) <= PIECES_DRAWN:
            strip = PiecesStrip()
            strip.show_pieces(self._told, zone, alone=alone)
            parts.append(strip)
        if not alone:
            self.cut.set_title(tr("Cut out only these interactions"))
        stays = tr("The other video stays. It is encoded again, in the background.")
        lost = [piece for piece in pieces if piece.state is RecordingState.MISSING]
        if alone and lost:
            self.cut.set_more(stays)
            self.cut.forbid(" ".join(spoilt_sentences(lost)))
        else:
            self.cut.set_more(" ".join((stays, *spoilt_sentences(pieces))))
        loses = ntr(
            "{n} interaction loses {length} of video.",
            "{n} interactions lose {length} of video.",
            others,
            length=format_duration(lost_us),
        )
        self.whole.set_more(loses)
        if any(piece.held for piece in pieces):
            self.whole.forbid(self._held_other(zone))
        group = QButtonGroup(self)
        for card in (self.cut, self.whole):
            group.addButton(card.button)
            parts.append(card)
            card.button.toggled.connect(self.chosen)
        # What takes video from others is chosen by whoever wants it.
        self.cut.button.setChecked(self.cut.button.isEnabled())
        return parts

    def _held_other(self, zone: ZoneInfo) -> str:
        named = [row for row in self._told.rows.values() if row.giid in self._told.held]
        if not named:
            return tr("Not possible: another interaction of it is under a legal hold.")
        row = named[0]
        return tr(
            "Not possible: the interaction of {when} is under a legal hold, {reason}",
            when=format_instant(row.started_us, zone),
            reason=self._told.held[row.giid],
        )

    def _kept(self) -> str:
        count = self._request.evaluations
        if self._request.alone and count:
            kept = ntr(
                "Times, length, participants, disposition and {n} evaluation stay.",
                "Times, length, participants, disposition and {n} evaluations stay.",
                count,
            )
        else:
            kept = tr("Times, length, participants, disposition and evaluations stay.")
        instead = tr("In place of the content it is shown who deleted it, when and why.")
        undone = tr("This cannot be undone.")
        stays = ""
        losses = self._told.preview.losses
        if What.VOICE in losses and What.TRANSCRIPT not in losses and not self._request.alone:
            stays = tr("Texts that are not chosen stay.")
        return " ".join(filter(None, (kept, instead, stays, undone)))


class ChoiceCard(Card):
    """One of a few ways, with what it means; the chosen one stands out. Thread: main."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__("surface", "line2", parent=parent)
        self.button = QRadioButton(title)
        self.button.setFont(theme().font("strong"))
        self._more = Label("", "body", "text2", wraps=True)
        self._against = Label("", "body", "warning", weight=600, wraps=True)
        self._lock = Sign("lock", Size.ICON_CHIP, "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.XS)
        column.addWidget(self.button)
        below = QVBoxLayout()
        # Under the words of the button, which stand beside its mark.
        below.setContentsMargins(theme().px(Size.ICON) + Space.S, 0, 0, 0)
        below.addWidget(self._more)
        reason = QHBoxLayout()
        reason.setSpacing(Space.S)
        reason.addWidget(self._lock, 0, Qt.AlignmentFlag.AlignTop)
        reason.addWidget(self._against, 1)
        below.addLayout(reason)
        column.addLayout(below)
        self._against.hide()
        self._lock.hide()
        self.button.toggled.connect(self._on_toggled)

    def set_title(self, title: str) -> None:
        """Call it otherwise."""
        self.button.setText(title)

    def set_more(self, more: str) -> None:
        """Say what it means."""
        self._more.setText(more)
        self.button.setAccessibleDescription(more)

    def forbid(self, reason: str) -> None:
        """Say why it cannot be chosen."""
        self.button.setEnabled(False)
        self.button.setToolTip(reason)
        self._against.setText(reason)
        self._against.show()
        self._lock.show()

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self.set_look(*(("accent_soft", "accent") if checked else ("surface", "line2")))


def _loss_line(icon: str, title: str, words: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
    row.setSpacing(Space.M)
    row.addWidget(Sign(icon, Size.ICON_RAIL, "fail"))
    row.addWidget(Label(title, "label"), 1)
    row.addWidget(Label(words, "label"))
    return line


def _told_line(icon: str, role: str, text: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(Sign(icon, Size.ICON, role), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(text, "body", "text2", wraps=True), 1)
    return line
