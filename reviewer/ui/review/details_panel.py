"""The facts of an interaction beside its transcript: disposition, agent, notes, GIID."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import format_instant, ptr, tr
from reviewer.models.interaction import Channel, Outcome
from reviewer.ui.review.describe_dialogs import change_words
from reviewer.ui.review.fact_grid import FactGrid
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.turns import at_once
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.flow import Flow
from reviewer.ui.widgets.frames import HLine, Panel
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.panel_header import PanelHeader

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from zoneinfo import ZoneInfo

    from PySide6.QtWidgets import QAbstractButton

    from reviewer.models.interaction import Interaction, Note, Segment
    from reviewer.ui.review.loading import Opened


class Part(Enum):
    """A part of the facts that users may change."""

    DISPOSITION = "disposition"
    TAGS = "tags"
    NOTES = "notes"


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
        self._offered_parts: frozenset[Part] = frozenset()
        self._bind: Callable[[QAbstractButton, Part], object] | None = None
        self._low = False
        self._shown_notes = QWidget()
        self._scroll.set_content(self._content())
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

    def offer(
        self, parts: frozenset[Part], bind: Callable[[QAbstractButton, Part], object]
    ) -> None:
        """Offer parts to be changed; `bind` ties a button to what changes one."""
        self._offered_parts, self._bind = parts, bind

    def show_facts(self, opened: Opened, segment: Segment | None) -> None:
        """Show the facts in the language in force, of a part; None: of the last."""
        at_once(self.facts_shown(opened, segment))

    def facts_shown(self, opened: Opened, segment: Segment | None) -> Generator[None, None, None]:
        """Do what `show_facts` does, in turns."""
        self._show_described(opened, segment or opened.interaction.segments[-1])
        yield
        notes = self._notes(opened.interaction, opened.zone)
        self._body.replaceWidget(self._shown_notes, notes)
        self._shown_notes.hide()
        self._shown_notes.deleteLater()
        self._shown_notes = notes

    def set_low(self, low: bool) -> None:
        """Take the form that lies under a picture: no head of its own."""
        self._low = low
        self._header.setVisible(not low)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._header.set_title(tr("Interaction"))
        self.download.setText(tr("Download"))

    # --- parts

    def _show_described(self, opened: Opened, shown: Segment) -> None:
        interaction, offered = opened.interaction, self._offered_parts
        self._giid = interaction.giid
        self._giid_label.setText(interaction.giid)
        self._copy.set_name(tr("Copy the GIID"))
        disposition = shown.disposition or interaction.disposition
        line = None
        if disposition or Part.DISPOSITION in offered:
            chips = [Chip(disposition)] if disposition else []
            line = self._changeable(Part.DISPOSITION, chips)
        self._facts.set_line(0, tr("Disposition"), line)
        former = [
            change_words(change, opened.zone)
            for change in opened.disposition_changes
            if change.segment_number == shown.number
        ]
        words = Label(former[0], "small", "muted", wraps=True) if former else None
        if words is not None:
            words.setToolTip("\n".join(former))
        self._facts.set_line(1, "", words)
        line = None
        if interaction.tags or Part.TAGS in offered:
            line = self._changeable(Part.TAGS, [Chip(tag) for tag in interaction.tags])
        self._facts.set_line(2, tr("Tags"), line)
        self._facts.set_facts(fact_pairs(interaction, shown), "GIID")

    def _changeable(self, part: Part, chips: Sequence[Chip]) -> QWidget:
        """Return a line of chips, with a pencil where they may be changed."""
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        if chips:
            flow = Flow()
            for chip in chips:
                flow.add(chip)
            layout.addWidget(flow, 1)
        else:
            layout.addWidget(Label(ptr("value", "none"), "body", "muted"), 1)
        self._add_button(layout, part, "pencil")
        return line

    def _add_button(self, layout: QHBoxLayout, part: Part, icon: str) -> None:
        if part in self._offered_parts and self._bind is not None:
            button = IconButton(icon, size=Size.ICON_BUTTON)
            self._bind(button, part)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _giid_line(self) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        self._giid_label = GiidLabel("")
        self._copy = IconButton("copy", size=Size.ICON_BUTTON)
        self._copy.clicked.connect(self._on_copy_clicked)
        layout.addWidget(self._giid_label, 1)
        layout.addWidget(self._copy)
        return line

    def _content(self) -> QWidget:
        """Lay out what is scrolled; what it shows follows with an interaction."""
        content = QWidget()
        self._facts = FactGrid(3, self._giid_line())
        self._body = QVBoxLayout(content)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._body.addWidget(self._facts)
        self._body.addWidget(HLine())
        self._body.addWidget(self._shown_notes)
        self._body.addStretch(1)
        return content

    def _notes(self, interaction: Interaction, zone: ZoneInfo) -> QWidget:
        notes = QWidget()
        layout = QVBoxLayout(notes)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(Label(tr("Notes"), "strong"), 1)
        self._add_button(head, Part.NOTES, "plus")
        layout.addLayout(head)
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
        *interaction.custom,
    )
    return tuple((name, value) for name, value in pairs if value)
