"""One kind of content to tick: its name, how many have it, what the limit makes of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from reviewer.messages import format_count, ntr, tr
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from reviewer.services.exporters.base import Exporter
    from reviewer.services.exporters.looking import Survey


class ContentOption(QWidget):
    """Thread: main."""

    # It was ticked or unticked.
    changed = Signal()

    def __init__(self, exporter: Exporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = exporter.kind
        self._limit = exporter.limit
        self.box = QCheckBox(exporter.title())
        self._sign = Sign("triangle-alert", Size.ICON_SMALL, "warning")
        self._told = Label("", "small", "muted", wraps=True)
        self._sign.hide()
        line = QHBoxLayout()
        # The words stand under those of the tick.
        line.setContentsMargins(theme().px(Size.ICON) + Space.S, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(self._sign)
        line.addWidget(self._told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS // 2)
        column.addWidget(self.box)
        column.addLayout(line)
        self.box.toggled.connect(self.changed)
        self.show_counting()

    @property
    def chosen(self) -> bool:
        """Whether it is ticked and there is something of it."""
        return self.box.isChecked() and self.box.isEnabled()

    @property
    def told(self) -> str:
        """What is said of how many there are."""
        return self._told.text()

    def show_counting(self) -> None:
        """Say that it is being counted."""
        self._say(tr("counting"))

    def show_unknown(self) -> None:
        """Say that it could not be counted; it can be exported all the same."""
        self._say(tr("the first {limit} at the most", limit=format_count(self._limit)))

    def show_survey(self, survey: Survey) -> None:
        """Say how many have such content, and how many of them are exported."""
        n, over = survey.there.n, survey.there.capped or survey.there.n > self._limit
        many = f"{format_count(n)}+" if survey.there.capped else format_count(n)
        if not n:
            told = tr("none of these has any")
        elif over:
            told = tr(
                "{many} have any: the first {limit} in the order shown are exported",
                many=many,
                limit=format_count(self._limit),
            )
        else:
            told = ntr("{n} has any", "{n} have any", n)
        if survey.gone and not survey.there.capped:
            gone = ntr("{n} is deleted or missing", "{n} are deleted or missing", survey.gone)
            told = f"{told} · {gone}"
        self._say(told, attention=over, possible=n > 0)

    def _say(self, told: str, *, attention: bool = False, possible: bool = True) -> None:
        self._told.setText(told)
        self._sign.setVisible(attention)
        self.box.setEnabled(possible)
        self.box.setToolTip("" if possible else told)
        self.box.setAccessibleDescription(told)
