"""The main window on sample pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.ui.language import LanguageSwitch
from reviewer.ui.main_window import MainWindow
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.tasks import TaskRunner
from tests.ui.main_window.sample import SECTIONS, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.bus import Bus
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme


@pytest.fixture
def shown_errors(qapp: QApplication) -> ErrorPresenter:
    return ErrorPresenter(qapp)


@pytest.fixture
def real_runner(bus: Bus, shown_errors: ErrorPresenter) -> Iterator[TaskRunner]:
    made = TaskRunner(bus, shown_errors)
    yield made
    made.shutdown()


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[LanguageSwitch]:
    made = LanguageSwitch(qapp)
    yield made
    made.switch("en")
    made.close()


@pytest.fixture
def window(
    qtbot: QtBot,
    theme: Theme,
    real_runner: TaskRunner,
    actions: ActionRegistry,
    shown_errors: ErrorPresenter,
    languages: LanguageSwitch,
    settings: WindowSettings,
) -> Iterator[MainWindow]:
    made = MainWindow(
        sections=SECTIONS,
        user="Maria Kotova",
        runner=real_runner,
        actions=actions,
        presenter=shown_errors,
        languages=languages,
        settings=settings,
    )
    for page, section in (
        (Sample("search"), "recordings"),
        (Sample("results", "search"), "recordings"),
        (Sample("review", "results"), "recordings"),
        (Sample("report"), "reports"),
    ):
        made.add_page(page, section)
    qtbot.addWidget(made)
    made.go("search")
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
