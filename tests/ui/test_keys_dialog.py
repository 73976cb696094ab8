"""Keys are changed by pressing them, clashes are named, and what was chosen is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from reviewer.errors import N_
from reviewer.ui.actions import SHORTCUT, ActionRegistry, ActionSpec
from reviewer.ui.keys_dialog import SETTING, KeysDialog, remembered
from reviewer.ui.keys_overlay import KeysOverlay, height_of
from reviewer.ui.settings import WindowSettings
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.widgets.key_hint import hint_size

if TYPE_CHECKING:
    from pathlib import Path

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
OPEN = ActionSpec("test.open", N_("Open"), N_("Player"), ("K", "Ctrl+O"))
CLOSE = ActionSpec("test.close", N_("Close"), N_("Player"), ("J",))
ELSEWHERE = ActionSpec("test.elsewhere", N_("Cancel"), N_("Player"), ("L",))
PEDAL = ActionSpec("test.pedal", N_("Search"), N_("Player"), held=True)


class Place(QWidget):
    def __init__(self, actions: ActionRegistry) -> None:
        super().__init__()
        self.done: list[str] = []
        QVBoxLayout(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for spec in (OPEN, CLOSE):
            actions.add(spec, self, lambda name=spec.name: self.done.append(name))
        self.other = QWidget()
        actions.add(ELSEWHERE, self.other, lambda: self.done.append("elsewhere"))
        actions.add(PEDAL, self, lambda: self.done.append("down"), lambda: self.done.append("up"))


@pytest.fixture
def settings(tmp_path: Path) -> WindowSettings:
    return WindowSettings(tmp_path / "window.ini")


@pytest.fixture
def place(qtbot, actions) -> Place:
    made = Place(actions)
    qtbot.addWidget(made)
    qtbot.addWidget(made.other)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


@pytest.fixture
def dialog(qtbot, place, actions, settings) -> KeysDialog:
    made = KeysDialog(actions, settings, place)
    qtbot.addWidget(made)
    made.show()
    return made


def stand_on(dialog: KeysDialog, title: str) -> None:
    dialog.search.setText(title)
    assert dialog.table.current is not None
    assert dialog.table.current.texts[1] == title


def shown(dialog: KeysDialog) -> dict[str, str]:
    return {row.texts[1]: row.texts[2] for row in dialog.table.texts.rows}


def change(qtbot, dialog: KeysDialog, title: str, key, modifiers=NONE) -> None:
    """Choose an action, press Enter on it, then the key."""
    stand_on(dialog, title)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.capture, key, modifiers)


def test_a_key_is_changed_works_at_once_and_is_remembered(
    qtbot, dialog, place, actions, settings
) -> None:
    change(qtbot, dialog, "Open", Qt.Key.Key_P)
    assert "P does it now: Open" in dialog.told.text()
    assert shown(dialog)["Open"].startswith("P")
    qtbot.keyClick(place, Qt.Key.Key_P)
    qtbot.keyClick(place, Qt.Key.Key_K)
    assert place.done == ["test.open"]
    assert actions.action("test.open").property(SHORTCUT) == "P"
    assert "(P)" in actions.action("test.open").toolTip()
    assert remembered(settings) == {"test.open": ["P"]}
    overlay = KeysOverlay(place, actions)
    overlay.open()
    assert ("Open", ("P",)) in overlay.groups["Player"]
    overlay.close_overlay()


def test_titles_of_keys_are_whole_in_a_window_that_is_wide_enough(qtbot, place, actions) -> None:
    long = N_("Skip pauses, hold music and ringing")
    actions.add(ActionSpec("test.long", long, N_("Review"), ("F7",)), place, lambda: None)
    overlay = KeysOverlay(place, actions)
    place.resize(1400, 800)
    overlay.open()
    title, (key,) = overlay.groups["Review"][0]
    needed = draw.text_width(title, theme().font("body")) + hint_size(key).width()
    assert max(overlay.arranged().widths) > needed
    place.resize(300, 800)
    overlay.close_overlay()
    overlay.open()
    assert sum(overlay.arranged().widths) < 300
    overlay.close_overlay()


def test_groups_of_keys_are_parted_where_their_titles_would_be_cut(qtbot, place, actions) -> None:
    groups = {N_("Review"): "Ctrl+Alt", N_("Timeline"): "Ctrl+Shift", N_("Search"): "Alt"}
    for group, held in groups.items():
        for number in range(12):
            name, keys = f"test.{group}.{number}", (f"{held}+{chr(65 + number)}",)
            actions.add(ActionSpec(name, N_("Show the keys"), group, keys), place, list)
    overlay = KeysOverlay(place, actions)
    place.resize(1400, 520)
    overlay.open()
    roomy = overlay.arranged()
    assert sorted(heading for column in roomy.columns for heading, _ in column) == sorted(
        overlay.groups
    )
    place.resize(760, 520)
    overlay.close_overlay()
    overlay.open()
    tight = overlay.arranged()
    assert tight.row_px < roomy.row_px
    assert len(tight.columns) < len(roomy.columns)
    assert [row for column in tight.columns for _, rows in column for row in rows] == [
        row for rows in overlay.groups.values() for row in rows
    ]
    assert all(height_of(column, tight.row_px) <= 520 for column in tight.columns)
    overlay.close_overlay()


def test_a_short_group_of_keys_goes_where_there_is_room(qtbot, place, actions) -> None:
    for number in range(6):
        key = (f"F{number + 1}",)
        actions.add(ActionSpec(f"test.{number}", N_("Search"), N_("Review"), key), place, list)
    actions.add(ActionSpec("test.last", N_("Search"), N_("Timeline"), ("F12",)), place, list)
    overlay = KeysOverlay(place, actions)
    place.resize(1400, 330)
    overlay.open()
    headings = [[heading for heading, _ in column] for column in overlay.arranged().columns]
    assert headings == [["Player", "Timeline"], ["Review"]]
    overlay.close_overlay()


def test_the_keys_of_a_family_share_a_row(qtbot, place, actions) -> None:
    for digit in (1, 2, 3, 0):
        words = N_("Search") if digit == 1 else N_("Cancel")
        keys, hidden = (str(digit),), digit != 1
        spec = ActionSpec(f"test.{digit}", words, N_("Review"), keys, hidden=hidden, family="d")
        actions.add(spec, place, lambda: None)
    overlay = KeysOverlay(place, actions)
    overlay.open()
    assert overlay.groups["Review"] == [("Search", ("1 … 3", "0"))]
    overlay.close_overlay()
    actions.choose_keys({"test.2": ["F7"]})
    overlay.open()
    assert overlay.groups["Review"] == [("Search", ("1", "F7", "3", "0"))]
    overlay.close_overlay()


def test_it_is_there_after_a_restart(qtbot, dialog, place, actions, settings, qapp) -> None:
    change(qtbot, dialog, "Close", Qt.Key.Key_F9)
    again = ActionRegistry(qapp)
    again.choose_keys(remembered(settings))
    one = QWidget()
    qtbot.addWidget(one)
    assert again.add(CLOSE, one, lambda: None).property(SHORTCUT) == "F9"
    again.close()


def test_a_clash_is_named_and_taken_only_when_pressed_again(
    qtbot, dialog, place, actions, settings
) -> None:
    change(qtbot, dialog, "Open", Qt.Key.Key_J)
    assert "«Close»" in dialog.told.text()
    assert settings.value(SETTING) is None
    qtbot.keyClick(dialog.capture, Qt.Key.Key_J)
    dialog.search.clear()
    assert shown(dialog)["Open"].startswith("J")
    assert shown(dialog)["Close"] == " •"
    qtbot.keyClick(place, Qt.Key.Key_J)
    assert place.done == ["test.open"]


def test_another_key_after_a_clash_is_taken_without_it(qtbot, dialog, place, actions) -> None:
    change(qtbot, dialog, "Open", Qt.Key.Key_J)
    qtbot.keyClick(dialog.capture, Qt.Key.Key_P)
    assert actions.shortcuts(OPEN) == ("P",)
    assert actions.shortcuts(CLOSE) == ("J",)


def test_pages_that_are_never_there_together_do_not_clash(qtbot, dialog, place, actions) -> None:
    change(qtbot, dialog, "Open", Qt.Key.Key_L)
    assert actions.shortcuts(OPEN) == ("L",)
    assert actions.shortcuts(ELSEWHERE) == ("L",)


def test_letters_are_taken_by_their_position(qtbot, dialog, place, actions) -> None:
    stand_on(dialog, "Open")
    dialog.ask(adds=True)
    # The key that prints Y on an English and н on a Russian layout.
    event = QKeyEvent(QEvent.Type.KeyPress, ord("Н"), NONE, "н")
    QApplication.sendEvent(dialog.capture, event)
    assert actions.shortcuts(OPEN) == ("K", "Ctrl+O", "Y")


def test_esc_gives_up_and_modifiers_alone_are_no_key(qtbot, dialog, place, actions) -> None:
    stand_on(dialog, "Open")
    dialog.ask(adds=False)
    for key in (Qt.Key.Key_Shift, Qt.Key.Key_Tab):
        qtbot.keyClick(dialog.capture, key)
    assert dialog.capture.isVisible()
    qtbot.keyClick(dialog.capture, Qt.Key.Key_Escape)
    assert not dialog.capture.isVisible()
    assert dialog.isVisible()
    assert actions.chosen_keys == {}


def test_none_as_it_was_and_all_as_they_were(qtbot, dialog, place, actions, settings) -> None:
    stand_on(dialog, "Open")
    dialog.clear()
    assert actions.shortcuts(OPEN) == ()
    qtbot.keyClick(place, Qt.Key.Key_K)
    assert place.done == []
    assert remembered(settings) == {"test.open": []}
    dialog.reset()
    assert actions.shortcuts(OPEN) == OPEN.shortcuts
    assert remembered(settings) == {}
    change(qtbot, dialog, "Close", Qt.Key.Key_Y)
    dialog.reset_all()
    assert actions.shortcuts(CLOSE) == ("J",)
    qtbot.keyClick(place, Qt.Key.Key_J)
    assert place.done == ["test.close"]


@pytest.mark.parametrize(
    "stored",
    [[], "K", {"test.open": "K"}, {"test.open": [3, "Ctrl+", "K, J", "nonsense", ""]}, {"x": []}],
)
def test_what_does_not_fit_in_the_settings_does_no_harm(
    qtbot, place, actions, settings, stored
) -> None:
    settings.set_value(SETTING, stored)
    actions.choose_keys(remembered(settings))
    qtbot.keyClick(place, Qt.Key.Key_J)
    assert place.done == ["test.close"]


def test_a_pedal_is_down_until_it_is_let_go(qtbot, dialog, place, actions, qapp) -> None:
    change(qtbot, dialog, "Search", Qt.Key.Key_F13)
    press = [
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F13, NONE, "", repeat) for repeat in (0, 1, 1)
    ]
    for event in press:
        QApplication.sendEvent(place, event)
    assert place.done == ["down"]
    QApplication.sendEvent(place, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_F13, NONE, "", True))
    assert place.done == ["down"]
    QApplication.sendEvent(place, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_F13, NONE))
    assert place.done == ["down", "up"]
    QApplication.sendEvent(place, press[0])
    # Whoever goes to another program with the pedal down lets it go there.
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert place.done == ["down", "up", "down", "up"]
