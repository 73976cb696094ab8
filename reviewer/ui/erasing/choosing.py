"""The first page of deleting: what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from reviewer.messages import format_duration, format_size, ntr, tr, translated
from reviewer.models.erasure import MAX_REASON, Loss, What
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.erasure import Preview
    from reviewer.ui.erasing.request import Choice


class ChoosingPage(QWidget):
    """Ticks for what there is, and the reason. Thread: main."""

    # What is chosen or the reason has changed.
    changed = Signal()

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self.boxes = tuple(QCheckBox(translated(choice.title)) for choice in choices)
        self._told = tuple(Label("", "small", "muted") for _ in choices)
        self.state = Label(tr("Looking at what there is"), "body", "text2", wraps=True)
        self.note = Label("", "body", "text2", wraps=True)
        self.reason = Edit(tr("Why it is deleted; this stays in the records"))
        self.reason.setMaxLength(MAX_REASON)
        self._note_line = _with_sign("info", "muted", self.note)
        self._lay_out()
        self.reason.textChanged.connect(self._on_changed)
        for box in self.boxes:
            box.toggled.connect(self._on_changed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.state)
        self._lines: list[QWidget] = []
        for choice, box, told in zip(self._choices, self.boxes, self._told, strict=True):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(Space.S)
            row.addWidget(box)
            row.addWidget(Sign(choice.icon, Size.ICON, "muted"))
            row.addStretch(1)
            row.addWidget(told)
            line.hide()
            self._lines.append(line)
            column.addWidget(line)
        name = Label(tr("Reason"), "strong")
        name.setBuddy(self.reason)
        self.reason.setAccessibleName(tr("Reason"))
        column.addSpacing(Space.XS)
        column.addWidget(name)
        column.addWidget(self.reason)
        self._note_line.hide()
        column.addWidget(self._note_line)

    # --- what was found, and what is chosen

    def show_found(self, preview: Preview, *, alone: bool) -> None:
        """Offer what there is; held interactions are left out and told."""
        for choice, box, told, line in zip(
            self._choices, self.boxes, self._told, self._lines, strict=True
        ):
            losses = [preview.losses[what] for what in choice.what if what in preview.losses]
            line.setVisible(bool(losses))
            box.setChecked(bool(losses))
            words = loss_words(preview.losses, choice.what, alone=alone)
            told.setText(words)
            box.setAccessibleDescription(words)
        lines = []
        if not preview.losses:
            lines.append(tr("Nothing of it is left that could be deleted."))
        elif not alone:
            n = preview.interactions
            lines.append(ntr("{n} interaction has content.", "{n} interactions have content.", n))
        if preview.held:
            n = len(preview.held)
            held = ntr(
                "{n} is under a legal hold and is left out.",
                "{n} are under a legal hold and are left out.",
                n,
            )
            lines.append(held)
        self.state.setText(" ".join(lines))
        self.state.setVisible(bool(lines))
        self._on_changed()

    @property
    def what(self) -> tuple[What, ...]:
        """The kinds of content that are ticked."""
        pairs = zip(self._choices, self.boxes, strict=True)
        return tuple(what for choice, box in pairs if box.isChecked() for what in choice.what)

    def reason_against(self) -> str:
        """Return why one cannot go on; "": one can."""
        if not self.what:
            return tr("Nothing is chosen")
        return "" if self.reason.text().strip() else tr("Give a reason")

    @Slot()
    def _on_changed(self) -> None:
        what = self.what
        texts = any(
            choice.what == (What.TRANSCRIPT,) and not line.isHidden()
            for choice, line in zip(self._choices, self._lines, strict=True)
        )
        text_stays = texts and What.VOICE in what and What.TRANSCRIPT not in what
        self.note.setText(tr("Only the sound goes: the text of the calls stays."))
        self._note_line.setVisible(text_stays)
        self.changed.emit()


def loss_words(losses: Mapping[What, Loss], what: Sequence[What], *, alone: bool) -> str:
    """Return what would be lost of some kinds together: files, minutes, bytes."""
    some = [losses[each] for each in what if each in losses]
    files = sum(loss.files for loss in some)
    length_us = sum(loss.duration_us for loss in some)
    size = sum(loss.bytes for loss in some)
    words = []
    if not alone and some:
        count = max(loss.interactions for loss in some)
        words.append(ntr("{n} interaction", "{n} interactions", count))
    if files:
        words.append(ntr("{n} file", "{n} files", files))
    elif any(loss.texts for loss in some):
        words.append(tr("text"))
    if length_us:
        words.append(format_duration(length_us))
    if some:
        words.append(format_size(size))
    return ", ".join(words)


def _with_sign(icon: str, role: str, label: Label) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(Sign(icon, Size.ICON, role))
    row.addWidget(label, 1)
    return line
