"""The themed application and a shell for pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from reviewer.ui.actions import ActionRegistry
from reviewer.ui.bus import Bus
from reviewer.ui.page import Shell
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.settings import WindowSettings
from reviewer.ui.tasks import TaskRunner
from reviewer.ui.theme.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application in our style; tests set the scheme they want by fixture `theme`."""
    Theme.install(qapp, scheme="light")
    return qapp


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The theme, light and of normal size before every test."""
    found = qapp.property("reviewerTheme")
    assert isinstance(found, Theme)
    return found


class RecordingPresenter(ErrorPresenter):
    """Remembers what it was asked to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.presented: list[BaseException] = []
        self.retries: list[Callable[[], object] | None] = []

    def present(
        self,
        error: BaseException,
        *,
        parent: QObject | None = None,
        retry: Callable[[], object] | None = None,
    ) -> None:
        self.presented.append(error)
        self.retries.append(retry)


@dataclass
class RecordingNavigator:
    """Remembers where a page wanted to go."""

    gone: list[tuple[str, object]] = field(default_factory=list)
    in_windows: list[tuple[str, object]] = field(default_factory=list)
    backs: int = 0
    left_for: list[str] = field(default_factory=list)

    def go(self, page: str, argument: object = None) -> None:
        self.gone.append((page, argument))

    def go_in_window(self, page: str, argument: object) -> None:
        self.in_windows.append((page, argument))

    def back(self) -> None:
        self.backs += 1

    def leave_for(self, address: str) -> None:
        self.left_for.append(address)


@dataclass
class RecordingNotifier:
    """Remembers what was said in passing."""

    said: list[str] = field(default_factory=list)
    actions: list[tuple[str, Callable[[], object]] | None] = field(default_factory=list)

    def notify(
        self,
        text: str,
        *,
        icon: str = "circle-check",
        action: tuple[str, Callable[[], object]] | None = None,
        stays: bool = False,
    ) -> None:
        self.said.append(text)
        self.actions.append(action)


@pytest.fixture
def bus(qapp: QApplication) -> Iterator[Bus]:
    made = Bus(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def presenter(qapp: QApplication) -> Iterator[RecordingPresenter]:
    made = RecordingPresenter(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def runner(bus: Bus, presenter: RecordingPresenter) -> Iterator[TaskRunner]:
    made = TaskRunner(bus, presenter)
    yield made
    assert made.shutdown() == ()


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[ActionRegistry]:
    made = ActionRegistry(qapp)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def settings(tmp_path: Path) -> WindowSettings:
    return WindowSettings(tmp_path / "window.ini")


@pytest.fixture
def shell(
    runner: TaskRunner,
    bus: Bus,
    presenter: RecordingPresenter,
    actions: ActionRegistry,
    settings: WindowSettings,
    theme: Theme,
) -> Shell:
    """Everything a page is given, with recorders in place of the window."""
    return Shell(
        runner=runner,
        bus=bus,
        presenter=presenter,
        actions=actions,
        settings=settings,
        navigator=RecordingNavigator(),
        notifier=RecordingNotifier(),
    )
