"""A page that writes down what happens to it, and what is read off the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.ui.page import Page
from reviewer.ui.rail import Section
from reviewer.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reviewer.ui.main_window import MainWindow


LEFT = Qt.MouseButton.LeftButton
SECTIONS = (
    Section("recordings", "headphones", N_("Recordings")),
    Section("reports", "chart-column", N_("Reports"), low=True),
)


class Sample(Page):
    """A page that writes down what happens to it."""

    def __init__(self, name: str, crumb_parent: str = "") -> None:
        self.name, self.crumb_parent = name, crumb_parent
        super().__init__()
        self.told: list[object] = []
        self.state: dict[str, object] = {}
        self.field = QLineEdit()
        self.tool = Button("", "save", "ghost")
        self.toolbar.add(self.tool)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addStretch(1)
        self.retranslate()

    @override
    def title(self) -> str:
        return f"{tr('Language')} {self.name}"

    @override
    def open(self, argument: object) -> None:
        self.told.append(("open", argument))

    @override
    def entered(self) -> None:
        self.told.append("entered")
        self.field.setFocus()

    @override
    def left(self) -> None:
        self.told.append("left")

    @override
    def save_state(self) -> dict[str, object]:
        return {"was": self.name}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        self.state = dict(state)

    @override
    def retranslate(self) -> None:
        self.tool.setText(tr("Copy"))


def told(window: MainWindow, name: str) -> list[object]:
    page = window.page(name)
    assert isinstance(page, Sample)
    return page.told


def crumbs(window: MainWindow) -> list[str]:
    return [crumb.page for crumb in window.top_bar.crumbs._crumbs]
