"""Keys reach actions by position, and never while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from reviewer.errors import N_
from reviewer.messages import choose_language, tr
from reviewer.ui.actions import TAKES_ALL_KEYS, ActionRegistry, ActionSpec, takes_text, tooltip
from reviewer.ui.keys import combination, is_command, is_sign, position_key, shortcut_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CANCEL = N_("Cancel")


def key_event(
    letter: str, modifiers: Qt.KeyboardModifier = NONE, *, scan: int = 0, repeat: bool = False
) -> QKeyEvent:
    """A key as Qt reports it under a layout that prints `letter` on it."""
    return QKeyEvent(
        QEvent.Type.KeyPress, ord(letter.upper()), modifiers, scan, 0, 0, letter, repeat
    )


class Place(QWidget):
    """A page with every kind of field, counting what its actions do."""

    def __init__(self, actions: ActionRegistry) -> None:
        super().__init__()
        self.done: list[str] = []
        self.line, self.text = QLineEdit(), QPlainTextEdit()
        self.combo, self.button, self.box = QComboBox(), QPushButton("Go"), QCheckBox("Tick")
        self.combo.addItems(["kilo", "lima"])
        self.list = QListView()
        self.list.setModel(QStringListModel(["kilo", "lima", "mike"], self.list))
        layout = QVBoxLayout(self)
        for widget in (self.line, self.text, self.combo, self.button, self.box, self.list):
            layout.addWidget(widget)
        self.actions = actions
        for name, shortcuts, options in (
            ("play", ("K", "Space"), {}),
            ("line", ("Ctrl+L",), {}),
            ("word", ("Ctrl+Left",), {}),
            ("sound", ("Ctrl+Right",), {"over_text": True}),
            ("copy", ("Ctrl+C",), {}),
            ("frame", (".",), {}),
            ("zoom", ("+",), {}),
            ("back", ("Left",), {"eager": True, "repeats": True}),
            ("up", ("Backspace", "Alt+Up"), {}),
            ("leave", ("Escape",), {}),
            ("help", ("F1",), {}),
        ):
            spec = ActionSpec(name, CANCEL, shortcuts=shortcuts, **options)
            actions.add(spec, self, lambda name=name: self.done.append(name))


@pytest.fixture
def place(qtbot: QtBot, actions: ActionRegistry) -> Place:
    made = Place(actions)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def press(qtbot: QtBot, widget: QWidget, event: QKeyEvent) -> bool:
    """Give the focus and a key; return whether somebody took it."""
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return QApplication.sendEvent(widget, event) and event.isAccepted()


# --- positions


@pytest.mark.parametrize(
    ("letter", "latin"),
    [
        ("л", "K"),
        ("Л", "K"),
        ("о", "J"),
        ("д", "L"),
        ("й", "Q"),
        ("ь", "M"),
        ("ю", "."),
        ("б", ","),
    ],
)
def test_a_russian_letter_is_the_latin_one_on_its_key(letter: str, latin: str) -> None:
    assert position_key(key_event(letter)) == combination(latin)


@pytest.mark.parametrize(("platform", "scan"), [("xcb", 45), ("wayland", 45), ("windows", 37)])
def test_the_number_of_the_key_counts_where_the_platform_tells_it(platform: str, scan: int) -> None:
    # A phonetic Russian layout prints "к" on K, which the usual one prints on R.
    assert position_key(key_event("к", scan=scan), platform) == combination("K")
    assert position_key(key_event("к"), platform) == combination("R")


def test_modifiers_stay_with_a_russian_letter() -> None:
    assert position_key(key_event("с", CTRL | SHIFT)) == combination("Ctrl+Shift+C")


def test_shift_that_only_makes_the_sign_does_not_count() -> None:
    assert position_key(key_event("+", SHIFT)) == combination("+")
    keypad = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier, "+"
    )
    assert position_key(keypad) == combination("+")


def test_both_enter_keys_are_one() -> None:
    enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Enter, CTRL)
    assert position_key(enter) == combination("Ctrl+Return")


def test_a_latin_layout_is_believed() -> None:
    # German: Z and Y have changed places, and whoever has them so presses what is printed.
    assert position_key(key_event("z", scan=29), "xcb") == combination("Z")


@pytest.mark.parametrize(
    ("text", "command", "sign"),
    [
        ("K", False, True),
        ("Shift+V", False, True),
        ("1", False, True),
        ("Space", False, False),
        ("Left", False, False),
        ("Ctrl+L", True, False),
        ("F3", True, False),
        ("Alt+Up", True, False),
    ],
)
def test_kinds_of_keys(text: str, command: bool, sign: bool) -> None:
    assert is_command(combination(text)) is command
    assert is_sign(combination(text)) is sign


def test_a_shortcut_must_be_one_combination() -> None:
    with pytest.raises(ValueError, match="Ctrl"):
        combination("Ctrl+K, Ctrl+S")


def test_shortcuts_are_written_for_people() -> None:
    assert shortcut_text("Return") == "Enter"
    assert shortcut_text("Ctrl+Return") == "Ctrl+↵"
    assert tooltip("Save", "Ctrl+S") == "Save (Ctrl+S)"
    assert tooltip("Save") == "Save"


# --- who takes a key


@pytest.mark.parametrize("letter", ["k", "л"])
def test_a_letter_acts_from_lists_and_combo_boxes(qtbot: QtBot, place: Place, letter: str) -> None:
    for widget in (place.list, place.combo, place.button, place.box):
        assert press(qtbot, widget, key_event(letter))
    assert place.done == ["play"] * 4
    assert place.combo.currentIndex() == 0


@pytest.mark.parametrize("letter", ["k", "л", ".", "ю"])
def test_a_letter_in_a_text_field_is_text(qtbot: QtBot, place: Place, letter: str) -> None:
    press(qtbot, place.line, key_event(letter))
    press(qtbot, place.text, key_event(letter))
    assert place.done == []
    assert place.line.text() == letter
    assert place.text.toPlainText() == letter


def test_a_field_that_only_shows_text_does_not_stop_letters(qtbot: QtBot, place: Place) -> None:
    place.line.setReadOnly(True)
    press(qtbot, place.line, key_event("k"))
    assert place.done == ["play"]


def test_space_belongs_to_the_focused_button(qtbot: QtBot, place: Place) -> None:
    place.box.setFocus()
    qtbot.keyClick(place.box, Qt.Key.Key_Space)
    assert place.box.isChecked()
    assert place.done == []
    place.setFocus()
    qtbot.keyClick(place, Qt.Key.Key_Space)
    assert place.done == ["play"]


@pytest.mark.parametrize("letter", ["l", "д"])
def test_commands_act_from_text_fields_under_both_layouts(
    qtbot: QtBot, place: Place, letter: str
) -> None:
    press(qtbot, place.line, key_event(letter, CTRL))
    assert place.done == ["line"]


def test_editing_keys_stay_with_the_text_field(qtbot: QtBot, place: Place) -> None:
    place.line.setText("two words")
    place.line.setFocus()
    qtbot.waitUntil(place.line.hasFocus)
    qtbot.keyClick(place.line, Qt.Key.Key_Left, CTRL)
    place.line.selectAll()
    qtbot.keyClick(place.line, Qt.Key.Key_C, CTRL)
    assert place.done == []
    assert QApplication.clipboard().text() == "two words"
    assert place.line.cursorPosition() != 0 or place.line.hasSelectedText()


def test_what_is_declared_so_acts_even_while_typing(qtbot: QtBot, place: Place) -> None:
    place.line.setText("two words")
    place.line.setFocus()
    qtbot.keyClick(place.line, Qt.Key.Key_Right, CTRL)
    assert place.done == ["sound"]


def test_a_key_that_a_field_leaves_unused_reaches_the_page(qtbot: QtBot, place: Place) -> None:
    place.line.setFocus()
    qtbot.keyClick(place.line, Qt.Key.Key_Escape)
    assert place.done == ["leave"]


def test_backspace_edits_in_a_field_and_goes_back_elsewhere(qtbot: QtBot, place: Place) -> None:
    place.line.setText("ab")
    place.line.setFocus()
    qtbot.waitUntil(place.line.hasFocus)
    qtbot.keyClick(place.line, Qt.Key.Key_Backspace)
    assert (place.line.text(), place.done) == ("a", [])
    place.button.setFocus()
    qtbot.keyClick(place.button, Qt.Key.Key_Backspace)
    assert place.done == ["up"]


def test_eager_keys_go_before_a_list_but_not_before_text(qtbot: QtBot, place: Place) -> None:
    place.list.setFocus()
    qtbot.waitUntil(place.list.hasFocus)
    qtbot.keyClick(place.list, Qt.Key.Key_Left)
    assert place.done == ["back"]
    place.line.setFocus()
    qtbot.waitUntil(place.line.hasFocus)
    qtbot.keyClick(place.line, Qt.Key.Key_Left)
    assert place.done == ["back"]


def test_a_held_key_repeats_only_what_may_be_repeated(qtbot: QtBot, place: Place) -> None:
    place.list.setFocus()
    qtbot.waitUntil(place.list.hasFocus)
    for _ in range(3):
        press(qtbot, place.list, key_event("k", repeat=True))
        again = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, NONE, "", autorep=True)
        QApplication.sendEvent(place.list, again)
    assert place.done == ["back"] * 3


def test_plus_needs_no_thought_about_shift(qtbot: QtBot, place: Place) -> None:
    press(qtbot, place.list, key_event("+", SHIFT))
    assert place.done == ["zoom"]


def test_a_disabled_action_leaves_its_key_alone(qtbot: QtBot, place: Place) -> None:
    place.actions.action("help").setEnabled(False)
    press(qtbot, place.list, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F1, NONE))
    assert place.done == []


def test_a_hidden_page_takes_no_keys(qtbot: QtBot, actions: ActionRegistry, place: Place) -> None:
    other = QWidget(place)
    heard: list[str] = []
    actions.add(ActionSpec("other", CANCEL, shortcuts=("Q",)), other, lambda: heard.append("q"))
    other.hide()
    press(qtbot, place.list, key_event("q"))
    assert heard == []


def test_the_owner_of_the_focus_goes_first(
    qtbot: QtBot, actions: ActionRegistry, place: Place
) -> None:
    heard: list[str] = []
    spec = ActionSpec("list.play", CANCEL, shortcuts=("K",))
    actions.add(spec, place.list, lambda: heard.append("list"))
    press(qtbot, place.list, key_event("k"))
    assert (heard, place.done) == (["list"], [])
    press(qtbot, place.button, key_event("k"))
    assert (heard, place.done) == (["list"], ["play"])


def test_an_overlay_that_takes_all_keys_is_not_passed_by(qtbot: QtBot, place: Place) -> None:
    overlay = QWidget(place)
    overlay.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    overlay.setProperty(TAKES_ALL_KEYS, True)
    overlay.show()
    press(qtbot, overlay, key_event("k"))
    assert "play" not in place.done


def test_what_takes_text(qtbot: QtBot) -> None:
    editable, spin, plain = QComboBox(), QSpinBox(), QComboBox()
    editable.setEditable(True)
    for widget in (editable, spin, plain):
        qtbot.addWidget(widget)
    assert takes_text(editable)
    assert takes_text(spin)
    assert not takes_text(plain)


# --- the registry


def test_titles_and_tooltips_follow_the_language(place: Place, actions: ActionRegistry) -> None:
    action = actions.action("line")
    assert (action.text(), action.toolTip()) == ("Cancel", "Cancel (Ctrl+L)")
    choose_language("ru")
    actions.retranslate()
    assert (action.text(), action.toolTip()) == (tr("Cancel"), f"{tr('Cancel')} (Ctrl+L)")
    assert action.text() != "Cancel"


def test_a_bound_button_follows_its_action(
    qtbot: QtBot, place: Place, actions: ActionRegistry
) -> None:
    actions.bind(place.button, "play", place)
    assert place.button.toolTip() == "Cancel (K)"
    qtbot.mouseClick(place.button, Qt.MouseButton.LeftButton)
    assert place.done == ["play"]
    actions.action("play").setEnabled(False)
    assert not place.button.isEnabled()


def test_a_bound_switch_shows_what_the_action_decided(
    qtbot: QtBot, place: Place, actions: ActionRegistry
) -> None:
    spec = ActionSpec("skip", CANCEL, shortcuts=("S",), checkable=True)
    action = actions.add(spec, place, lambda: None)
    actions.bind(place.box, "skip", place)
    qtbot.mouseClick(place.box, Qt.MouseButton.LeftButton, pos=QPoint(8, place.box.height() // 2))
    assert action.isChecked()
    assert place.box.isChecked()
    press(qtbot, place.list, key_event("s"))
    assert not place.box.isChecked()


def test_an_owner_that_is_gone_is_forgotten(
    qtbot: QtBot, place: Place, actions: ActionRegistry
) -> None:
    owner = QWidget(place)
    actions.add(ActionSpec("gone", CANCEL, shortcuts=("G",)), owner, lambda: None)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    press(qtbot, place.list, key_event("g"))
    with pytest.raises(KeyError):
        actions.action("gone")


def test_the_overlay_gets_what_can_be_done_in_a_window(
    place: Place, actions: ActionRegistry
) -> None:
    names = [spec.name for spec, _ in actions.visible(place)]
    assert names[:2] == ["play", "line"]
