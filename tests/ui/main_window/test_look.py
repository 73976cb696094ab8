"""The main window: sizes, what is remembered, language, colours and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.errors import N_
from reviewer.messages import language
from reviewer.ui.actions import ActionSpec
from reviewer.ui.rail import initials
from reviewer.ui.settings_menu import SettingsMenu
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from tests.ui.main_window.sample import LEFT, Sample

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.language import LanguageSwitch
    from reviewer.ui.main_window import MainWindow
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.theme.theme import Theme


def test_the_rail_is_narrow_in_a_narrow_window(window: MainWindow) -> None:
    window.resize(1440, 900)
    assert window.rail.width() == 80
    window.resize(1280, 720)
    assert window.rail.width() == 48
    assert window.rail.items["recordings"].toolTip() == "Recordings"


def test_what_pages_want_remembered_comes_back(
    window: MainWindow, settings: WindowSettings
) -> None:
    window.save()
    assert settings.page_state("results") == {"was": "results"}
    again = Sample("results")
    window.add_page(again, "recordings")
    assert again.state == {"was": "results"}


def test_closing_tells_who_must_stop_the_work(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closing):
        window.close()


# --- language and look


def test_the_language_changes_while_the_window_is_open(
    qtbot: QtBot, window: MainWindow, languages: LanguageSwitch
) -> None:
    window.go("results")
    page = window.page("results")
    assert isinstance(page, Sample)
    languages.switch("ru")
    qtbot.waitUntil(lambda: page.tool.text() == "Скопировать")
    assert window.rail.items["recordings"].text() == "Записи"
    assert window.top_bar.crumbs._crumbs[-1].text == "Язык results"
    assert window.act_up.toolTip().startswith("На уровень выше")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Отмена"
    languages.switch("en")
    qtbot.waitUntil(lambda: page.tool.text() == "Copy")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_the_menu_changes_language_colours_and_size_and_remembers(
    qtbot: QtBot,
    theme: Theme,
    window: MainWindow,
    languages: LanguageSwitch,
    settings: WindowSettings,
) -> None:
    menu = SettingsMenu("Maria", languages, settings, window)
    by_data = {
        action.data(): action
        for submenu in menu.actions()
        if submenu.menu() is not None
        for action in submenu.menu().actions()
    }
    assert by_data["en"].isChecked()
    by_data["dark"].trigger()
    by_data["1.25"].trigger()
    by_data["ru"].trigger()
    assert theme.dark
    assert theme.scale == 1.25
    assert language() == "ru"
    assert (settings.scheme, settings.scale, settings.language) == ("dark", 1.25, "ru")


def test_the_initials_open_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.rail.avatar, LEFT)
    assert window._menu.isVisible()
    window._menu.close()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Мария Котова", "МК"), ("Вы (демо)", "ВД"), ("root", "R"), ("ivanov_i.p", "II"), ("7", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_word_of_the_window_is_cut(
    qtbot: QtBot,
    theme: Theme,
    window: MainWindow,
    languages: LanguageSwitch,
    lang: str,
    scale: float,
) -> None:
    theme.set_scale(scale)
    languages.switch(lang)
    window.status_bar.set_store("Bank", "MSK (UTC+3)")
    window.resize(1280, 720)
    window.go("results")
    window.layout().activate()
    cut = [
        widget.text()
        for widget in _visible_texts(window)
        if widget.sizeHint().width() > widget.width() + 1
    ]
    assert cut == []


def _visible_texts(window: MainWindow) -> list[Label | Button]:
    found: list[Label | Button] = []
    for kind in (Label, Button):
        found += [w for w in window.findChildren(kind) if w.isVisibleTo(window) and w.text()]
    return found


# --- keys


def test_f1_shows_what_can_be_done_here_and_any_key_ends_it(
    qtbot: QtBot, window: MainWindow, actions: ActionRegistry
) -> None:
    played: list[int] = []
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("K",))
    actions.add(spec, window.page("results"), lambda: played.append(1))
    window.go("results")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    overlay = window._overlay
    assert overlay.isVisible()
    assert overlay.groups["Report"] == [("Copy", ("K",))]
    assert ("Show the keys", ("F1",)) in overlay.groups["Everywhere"]
    assert not overlay.grab().isNull()
    qtbot.waitUntil(overlay.hasFocus)
    qtbot.keyClick(overlay, Qt.Key.Key_K)
    assert not overlay.isVisible()
    assert played == []


def test_a_key_that_the_page_takes_is_shown_once(
    window: MainWindow, actions: ActionRegistry
) -> None:
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("Alt+Left",))
    actions.add(spec, window.page("results"), lambda: None)
    window.go("results")
    window._overlay.open()
    shown = [row for rows in window._overlay.groups.values() for row in rows]
    assert [title for title, keys in shown if "Alt+Left" in keys] == ["Copy"]
    window._overlay.close_overlay()


def test_the_menu_opens_by_key_and_holds_the_window_s_acts(
    qtbot: QtBot, window: MainWindow, actions: ActionRegistry
) -> None:
    done: list[int] = []
    spec = ActionSpec("copy", N_("Copy"), shortcuts=("Ctrl+Shift+Y",))
    act = actions.add(spec, window, lambda: done.append(1))
    window.add_to_menu([act])
    qtbot.keyClick(window, Qt.Key.Key_F10)
    menu = window._menu
    assert menu.isVisible()
    entries = {action.text(): action for action in menu.actions()}
    entries["Copy\tCtrl+Shift+Y"].trigger()
    assert done == [1]
    assert menu.actions()[-1].text() == "Quit\tCtrl+Q"
    menu.close()


def test_ctrl_q_closes_the_window(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closing):
        qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()


def test_keys_of_a_page_that_is_not_seen_are_not_shown(
    window: MainWindow, actions: ActionRegistry
) -> None:
    spec = ActionSpec("play", N_("Copy"), group=N_("Report"), shortcuts=("K",))
    actions.add(spec, window.page("review"), lambda: None)
    window._overlay.open()
    assert "Report" not in window._overlay.groups
    window._overlay.close_overlay()
