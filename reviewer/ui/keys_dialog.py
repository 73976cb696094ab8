"""Other keys: each action with its keys, changed by pressing them, kept in the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout
from typing_extensions import override

from reviewer.messages import tr, translated
from reviewer.models.folding import fold
from reviewer.ui.actions import TAKES_ALL_KEYS
from reviewer.ui.dialogs import Dialog
from reviewer.ui.keys import position_key, shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit, SearchEdit
from reviewer.ui.widgets.table import Column, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.actions import ActionRegistry, ActionSpec
    from reviewer.ui.settings import WindowSettings

SETTING: Final = "keys/chosen"
_HEIGHT_PX: Final = 380
_GROUP_PX: Final = 140
_KEYS_PX: Final = 190
_ALONE: Final = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_unknown,
}
# By these one gets about wherever one is.
_KEPT: Final = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape}


def remembered(settings: WindowSettings) -> Mapping[str, Sequence[str]]:
    """Return the keys that were chosen, by action; what does not fit is left out."""
    stored = settings.value(SETTING, {})
    if not isinstance(stored, dict):
        return {}
    return {
        str(name): [text for text in texts if isinstance(text, str)]
        for name, texts in stored.items()
        if isinstance(texts, list)
    }


class KeysDialog(Dialog):
    """Lists what has keys, or can have them. Thread: main."""

    def __init__(
        self, actions: ActionRegistry, settings: WindowSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Change the keys"), icon="keyboard", parent=parent)
        self._actions = actions
        self._settings = settings
        self._wanted: ActionSpec | None = None
        self._adds = False
        self._pressed = ""
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(theme().px(Size.DIALOG_WIZARD))
        self.search = SearchEdit(tr("Find an action or a key"))
        self.search.setAccessibleName(tr("Find an action or a key"))
        self.search.textChanged.connect(self._show)
        self.table = Table()
        self.table.setAccessibleName(tr("Keys"))
        self.table.set_high(theme().px(_HEIGHT_PX))
        self.table.show_columns(
            (
                Column(tr("Area"), _GROUP_PX),
                Column(tr("Action")),
                Column(tr("Keys"), _KEYS_PX),
            )
        )
        self.table.opened.connect(self._on_table_opened)
        self.table.chosen.connect(self._say_whether)
        self.capture = KeyCapture()
        self.capture.pressed.connect(self._on_capture_pressed)
        self.capture.given_up.connect(self._end)
        self.told = Label("", "body", "text2", wraps=True)
        for part in (self.search, self.table, self.capture, self.told):
            self.body.addWidget(part)
        self._add_acts()
        self.add_button(tr("All as they were"), self.reset_all, icon="undo-2", left=True)
        self.add_button(tr("Close"), self.accept)
        self._end()
        self._show()
        self.search.setFocus()

    def _add_acts(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self._acts: list[Button] = []
        for text, icon, act in (
            (tr("Change"), "pencil", partial(self.ask, adds=False)),
            (tr("Add another"), "plus", partial(self.ask, adds=True)),
            (tr("Without a key"), "x", self.clear),
            (tr("As it was"), "undo-2", self.reset),
        ):
            button = Button(text, icon, panel=True)
            button.clicked.connect(act)
            row.addWidget(button)
            self._acts.append(button)
        row.addStretch(1)
        self.foot.addLayout(row)

    @property
    def current(self) -> ActionSpec | None:
        """The action one stands on."""
        row = self.table.current
        found = row.value if row is not None else None
        return next((s for s in self._actions.known() if s.name == found), None)

    # --- acts

    def ask(self, *_clicked: object, adds: bool) -> None:
        """Wait for the key that the action is to have, instead of its keys or with them."""
        spec = self.current
        if spec is None:
            return
        self._wanted, self._adds, self._pressed = spec, adds, ""
        self.capture.show()
        self.capture.setFocus()
        self._tell(tr("Press the key for: {action}. Esc gives up.", action=_title(spec)))

    @Slot()
    def clear(self) -> None:
        """Leave the action without any key."""
        spec = self.current
        if spec is not None:
            self._choose({spec.name: ()})

    @Slot()
    def reset(self) -> None:
        """Give the action its usual keys again."""
        spec = self.current
        if spec is not None:
            chosen = {n: k for n, k in self._actions.chosen_keys.items() if n != spec.name}
            self._keep(chosen)

    @Slot()
    def reset_all(self) -> None:
        """Give all actions their usual keys again."""
        self._keep({})
        self._tell(tr("All keys are as they were at first."))

    @Slot(str)
    def _on_capture_pressed(self, key: str) -> None:
        spec = self._wanted
        if spec is None:
            return
        clashes = self._actions.clashes(spec.name, key)
        words = shortcut_text(key)
        if clashes and key != self._pressed:
            self._pressed = key
            names = ", ".join(f"\u00ab{_title(other)}\u00bb" for other in clashes)
            self._tell(
                tr(
                    "{key} is the key of {actions}. Press it again to take it from there.",
                    key=words,
                    actions=names,
                ),
                warning=True,
            )
            return
        chosen: dict[str, tuple[str, ...]] = {
            other.name: tuple(k for k in self._actions.shortcuts(other) if k != key)
            for other in clashes
        }
        before = self._actions.shortcuts(spec) if self._adds else ()
        chosen[spec.name] = (*(k for k in before if k != key), key)
        self._choose(chosen)
        self._end()
        self._tell(tr("{key} does it now: {action}", key=words, action=_title(spec)))

    def _choose(self, chosen: Mapping[str, Sequence[str]]) -> None:
        self._keep({**self._actions.chosen_keys, **chosen})

    def _keep(self, chosen: Mapping[str, Sequence[str]]) -> None:
        usual = {spec.name: spec.shortcuts for spec in self._actions.known()}
        # Those of pages that are not there yet stay as they were chosen.
        other = {n: tuple(keys) for n, keys in chosen.items() if usual.get(n) != tuple(keys)}
        self._settings.set_value(SETTING, {name: list(keys) for name, keys in other.items()})
        self._actions.choose_keys(other)
        self._show()

    # --- showing

    @Slot()
    def _end(self) -> None:
        self._wanted = None
        self._pressed = ""
        had = self.capture.hasFocus()
        self.capture.hide()
        if had:
            self.table.setFocus()
        self._tell(tr("Enter changes the key of the action one stands on."))

    @Slot()
    def _show(self) -> None:
        wanted = fold(self.search.text().strip())
        rows = []
        chosen = self._actions.chosen_keys
        for spec in self._actions.known():
            keys = self._actions.shortcuts(spec)
            words = "  ".join(shortcut_text(key) for key in keys)
            group = translated(spec.group) if spec.group else tr("Everywhere")
            title = _title(spec)
            if wanted in fold(f"{group} {title}") or wanted in fold(words):
                mark = " \u2022" if spec.name in chosen else ""
                rows.append(TableRow((group, title, words + mark), spec.name))
        rows.sort(key=lambda row: (row.texts[0], row.texts[1]))
        self.table.show_rows(rows)
        self._say_whether()

    @Slot()
    def _say_whether(self) -> None:
        there = self.table.current is not None
        for button in self._acts:
            button.setEnabled(there)

    @Slot(object)
    def _on_table_opened(self, _name: object) -> None:
        self.ask(adds=False)

    def _tell(self, sentence: str, *, warning: bool = False) -> None:
        self.told.set_role("warning" if warning else "text2")
        self.told.setText(sentence)


class KeyCapture(Edit):
    """Waits for a key; letters are taken by their position. Thread: main."""

    # (key: str) It was pressed, as a portable text.
    pressed = Signal(str)
    # Esc was pressed.
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Press a key or a combination"), parent)
        self.setProperty(TAKES_ALL_KEYS, True)
        self.setReadOnly(True)
        self.setAccessibleName(tr("Press a key or a combination"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()
        key = event.key()
        if key == Qt.Key.Key_Escape and not event.modifiers():
            self.given_up.emit()
        elif key not in _ALONE and key not in _KEPT and not event.isAutoRepeat():
            portable = QKeySequence.SequenceFormat.PortableText
            text = QKeySequence(position_key(event)).toString(portable)
            if text:
                self.setText(shortcut_text(text))
                self.pressed.emit(text)


def _title(spec: ActionSpec) -> str:
    return translated(spec.title, context=spec.context or "")
