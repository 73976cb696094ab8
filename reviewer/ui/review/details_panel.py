"""The facts of an interaction beside its transcript: disposition, agent, notes, GIID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_instant, ptr, tr
from reviewer.models.interaction import Channel, Outcome
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import HLine, Panel
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.panel_header import PanelHeader

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.interaction import Interaction, Note, Segment

_LABEL_PX: Final = 92


class DetailsPanel(Panel):
    """Shows what is known of the interaction and of the chosen segment.

    Attributes:
        download: Offers what can be downloaded.
        link: Copies the link.

    Thread: main.
    """

    # (text: str) Something was put on the clipboard.
    copied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent=parent)
        self._header = PanelHeader("", "info")
        self._scroll = Scrolled()
        self.download = Button("", "download", panel=True)
        self.link = IconButton("link")
        self._giid = ""
        self._low = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(HLine())
        layout.addLayout(self._acts())
        self.setMinimumWidth(240)

    def _acts(self) -> QHBoxLayout:
        """Lay out what can be taken along; see `serving`."""
        acts = QHBoxLayout()
        acts.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        acts.setSpacing(Space.S)
        acts.addWidget(self.download)
        acts.addWidget(self.link)
        acts.addStretch(1)
        self._offered = acts
        return acts

    def add_act(self, button: QWidget) -> None:
        """Offer something more with the interaction."""
        self._offered.insertWidget(self._offered.count() - 1, button)

    def show_facts(self, interaction: Interaction, segment: Segment | None, zone: ZoneInfo) -> None:
        """Show the facts in the language in force."""
        self._giid = interaction.giid
        body = QWidget()
        facts, notes = self._facts(interaction, segment), self._notes(interaction, zone)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(facts)
        column.addWidget(HLine())
        column.addWidget(notes)
        column.addStretch(1)
        self._scroll.set_content(body)

    def set_low(self, low: bool) -> None:
        """Take the form that lies under a picture: no head of its own."""
        self._low = low
        self._header.setVisible(not low)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._header.set_title(tr("Interaction"))
        self.download.setText(tr("Download"))

    # --- parts

    def _facts(self, interaction: Interaction, segment: Segment | None) -> QWidget:
        facts = QWidget()
        grid = QGridLayout(facts)
        grid.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnMinimumWidth(0, theme().px(_LABEL_PX))
        grid.setColumnStretch(1, 1)
        shown = segment or interaction.segments[-1]
        disposition = shown.disposition or interaction.disposition
        if disposition:
            grid.addWidget(_name(tr("Disposition")), 0, 0)
            chip = Chip(disposition)
            grid.addWidget(chip, 0, 1, Qt.AlignmentFlag.AlignLeft)
        row = 1
        for name, value in fact_pairs(interaction, shown):
            grid.addWidget(_name(name), row, 0)
            grid.addWidget(ElidedLabel(value, "label"), row, 1)
            row += 1
        grid.addWidget(_name("GIID"), row, 0)
        grid.addWidget(self._giid_line(), row, 1)
        return facts

    def _giid_line(self) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        giid = GiidLabel(self._giid)
        copy = IconButton("copy", size=Size.ICON_BUTTON)
        copy.set_name(tr("Copy the GIID"))
        copy.clicked.connect(self._on_copy_clicked)
        layout.addWidget(giid, 1)
        layout.addWidget(copy)
        return line

    def _notes(self, interaction: Interaction, zone: ZoneInfo) -> QWidget:
        notes = QWidget()
        layout = QVBoxLayout(notes)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.XS)
        layout.addWidget(Label(tr("Notes"), "strong"))
        for note in interaction.notes:
            text = Label(note.text, "body", wraps=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addSpacing(Space.XS)
            layout.addWidget(text)
            layout.addWidget(ElidedLabel(note_words(note, zone), "small", "muted"))
        if not interaction.notes:
            layout.addWidget(Label(tr("No notes"), "body", "muted"))
        return notes

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._giid)
        self.copied.emit(self._giid)


class GiidLabel(ElidedLabel):
    """The GIID in the fixed-width font; the whole of it is the tooltip where it is cut."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        draw.text(
            QPainter(self), QRectF(self.rect()), self.text(), now.mono(12), now.color("text2")
        )


def _name(text: str) -> Label:
    return Label(text, "body", "muted")


def note_words(note: Note, zone: ZoneInfo) -> str:
    """Return who wrote a note, when, and whether a reviewer did."""
    words = f"{note.author}, {format_instant(note.at_us, zone)}"
    return " · ".join((words, tr("reviewer's note"))) if note.by_reviewer else words


def outcome_words(outcome: Outcome) -> str:
    """Return what became of a call in words."""
    return {
        Outcome.ANSWERED: ptr("outcome", "answered"),
        Outcome.ABANDONED: tr("the customer hung up before an answer"),
        Outcome.NO_ANSWER: tr("nobody answered"),
        Outcome.BUSY: ptr("outcome", "busy"),
        Outcome.CONGESTION: tr("no free line"),
        Outcome.FAILED: tr("the call failed"),
        Outcome.UNKNOWN: "",
    }[outcome]


def fact_pairs(interaction: Interaction, segment: Segment) -> tuple[tuple[str, str], ...]:
    """Return the facts that are known, as pairs of name and value, in their order."""
    agent = segment.agent
    outcome = outcome_words(interaction.outcome) if interaction.channel is Channel.VOICE else ""
    pairs = (
        (tr("Agent"), agent.display_name if agent else ""),
        (tr("Team"), agent.team if agent else ""),
        (tr("Service"), segment.service),
        (tr("Connected to"), segment.connected_to),
        (tr("Outcome"), outcome),
        (tr("Scenario"), interaction.scenario),
        (tr("Account"), interaction.account_number),
        (tr("Case"), interaction.case_number),
        (tr("Call problem"), interaction.call_problem),
        (tr("Knowledge base"), ", ".join(interaction.km_articles)),
        (tr("Tags"), ", ".join(interaction.tags)),
        *interaction.custom,
    )
    return tuple((name, value) for name, value in pairs if value)
