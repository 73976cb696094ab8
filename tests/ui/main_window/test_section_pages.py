"""The main window: the pages of a section, listed beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.ui.language import LanguageSwitch
from reviewer.ui.main_window import MainWindow
from reviewer.ui.pages import PageEntry
from reviewer.ui.palette import matching
from tests.ui.main_window.sample import SECTIONS, Sample

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.tasks import TaskRunner
    from reviewer.ui.theme.theme import Theme


def _listed_window(
    runner: TaskRunner,
    actions: ActionRegistry,
    presenter: ErrorPresenter,
    qapp: QApplication,
    settings: WindowSettings,
) -> MainWindow:
    group = N_("Recordings")
    entries = [
        PageEntry("one", "reports", "", title=N_("Reports"), icon="flag", group=group),
        PageEntry("two", "reports", "", title=N_("Language"), icon="flag", group=group),
        PageEntry("three", "reports", "", title=N_("Colours"), icon="flag", group=N_("Keys")),
    ]
    window = MainWindow(
        sections=SECTIONS,
        listed=entries,
        user="Anna",
        runner=runner,
        actions=actions,
        presenter=presenter,
        languages=LanguageSwitch(qapp),
        settings=settings,
    )
    window.add_page(Sample("search"), "recordings")
    for entry in entries:
        window.add_page(Sample(entry.name), entry.section)
    window.show()
    return window


def test_a_section_of_several_pages_lists_them_and_is_walked_by_keys(
    qtbot: QtBot,
    qapp: QApplication,
    theme: Theme,
    runner: TaskRunner,
    actions: ActionRegistry,
    presenter: ErrorPresenter,
    settings: WindowSettings,
) -> None:
    window = _listed_window(runner, actions, presenter, qapp, settings)
    qtbot.addWidget(window)
    nav = window.navs["reports"]
    window.go("search")
    assert not nav.isVisible()
    window.go("one")
    assert nav.isVisible()
    assert nav in window.areas()
    assert [item.isChecked() for item in nav.items.values()] == [True, False, False]
    first, second, third = nav.items.values()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert window.focusWidget() is second
    qtbot.keyClick(second, Qt.Key.Key_End)
    assert window.focusWidget() is third
    assert window.current is window.page("one")
    qtbot.keyClick(third, Qt.Key.Key_Return)
    assert window.current is window.page("three")
    assert third.isChecked()
    # One stop of the Tab key, where the page is that is seen.
    stops = [item for item in nav.items.values() if item.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert stops == [third]
    # The rail leads back to the page that was seen last.
    window.go("search")
    window.rail.section_chosen.emit("reports")
    assert window.current is window.page("three")
    assert any(command.title == tr("Colours") for command in window.commands(""))


def test_language_and_look_are_found_by_what_people_call_them(window) -> None:
    offered = window.commands("")
    assert [c.title for c in matching(offered, "russian")] == ["Language: Русский"]
    assert "Colours: Dark" in [c.title for c in matching(offered, "theme dark")]
    assert matching(offered, "russian theme") == ()
