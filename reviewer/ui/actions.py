"""Everything one can do in the window, by name: titles, shortcuts, and the keys that reach them.

The registry feeds tooltips, the overlay of keys and menus. One event filter leads keys to
actions, by position on the keyboard, so that letters work under the Russian layout:

- commands (Ctrl, Alt, function keys) go before the focused widget, except what edits text;
- letters, digits and signs go before it too, but never while a text field has the focus;
- Space, Enter, Esc, arrows and the like go to the focused widget first, and to the action of the
  widget that they reach unused (`eager` actions take them first, except from text fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import translated
from reviewer.ui.keys import combination, is_command, is_sign, position_key, shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.weak import weakly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TAKES_ALL_KEYS = "takesAllKeys"
"""Property of a widget, such as an overlay, that no key passes by."""
_REASON = "reasonAgainst"
_USUAL = "usualToolTip"
SHORTCUT = "shortcutWords"
"""Property of an action: its first shortcut as it is shown, "" for none."""
_ON_BUTTON = "shortcutText"
"""Property of a button that shows a shortcut after its words."""
_EDITING = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.MoveToNextWord,
    QKeySequence.StandardKey.MoveToPreviousWord,
    QKeySequence.StandardKey.SelectNextWord,
    QKeySequence.StandardKey.SelectPreviousWord,
    QKeySequence.StandardKey.DeleteStartOfWord,
    QKeySequence.StandardKey.DeleteEndOfWord,
    QKeySequence.StandardKey.MoveToStartOfDocument,
    QKeySequence.StandardKey.MoveToEndOfDocument,
)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that can be done.

    Attributes:
        name: Stable English name, `player.play_pause`.
        title: Message id of its title, marked with `N_`.
        group: Message id of the heading it stands under in the overlay of keys.
        shortcuts: Portable texts (`Ctrl+L`, `K`), the first one is shown.
        icon: Name of an icon, or empty.
        context: gettext context of `title`, or empty.
        eager: Take keys such as Left before the focused widget does (not from text fields).
        over_text: Take the keys even from a text field (`Ctrl+Space` while typing).
        checkable: Whether it is a switch.
        hidden: Leave it out of the overlay of keys.
        repeats: Whether a held key does it again and again.
        family: Actions of one family share a row of the overlay, the first one's.
        held: Whether letting the key go does something, too: for foot pedals.
        hint: Message id of what the tooltip tells more, or empty.
    """

    name: str
    title: str
    group: str = ""
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    context: str = ""
    eager: bool = False
    over_text: bool = False
    checkable: bool = False
    hidden: bool = False
    repeats: bool = False
    held: bool = False
    family: str = ""
    hint: str = ""


@dataclass(slots=True, eq=False)
class _Entry:
    spec: ActionSpec
    action: QAction
    owner: QWidget
    released: Callable[[], Callable[[], object] | None]
    keys: frozenset[int] = frozenset()


class ActionRegistry(QObject):
    """Holds the actions and leads keys to them.

    Thread: main.
    """

    # An action was added, or titles changed with the language.
    changed = Signal()

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent or app)
        self._app = app
        self._entries: dict[str, list[_Entry]] = {}
        self._chosen: dict[str, tuple[str, ...]] = {}
        self._held: tuple[int, _Entry] | None = None
        app.installEventFilter(self)
        app.applicationStateChanged.connect(self._on_app_state_changed)

    # --- public

    def add(
        self,
        spec: ActionSpec,
        owner: QWidget,
        triggered: Callable[[], object],
        released: Callable[[], object] | None = None,
    ) -> QAction:
        """Register what `owner` can do; its keys work while `owner` is visible.

        The same name may be added by several owners (two review windows): the one that holds
        the focus is meant.

        Args:
            spec: The action.
            owner: The page or panel it belongs to; the action lives as long.
            triggered: Called without arguments; a bound method is held weakly.
            released: The same, when the key of an action that is `held` is let go.
        """
        action = QAction(owner)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        if spec.icon:
            action.setIcon(theme().icon(spec.icon))
        action.triggered.connect(_Trigger(action, triggered).fire)
        entry = _Entry(spec, action, owner, weakly(released))
        self._entries.setdefault(spec.name, []).append(entry)
        self._take_keys(entry)
        self.changed.emit()
        return action

    def action(self, name: str, owner: QWidget | None = None) -> QAction:
        """Return an action (of `owner`, if several have it).

        Raises:
            KeyError: Nobody registered it.
        """
        for entry in self._living(name):
            if owner is None or entry.owner is owner:
                return entry.action
        raise KeyError(name)

    @staticmethod
    def forbid(action: QAction, reason: str) -> None:
        """Say why an action is impossible just now, translated; "" makes it possible.

        Disabled, it has the reason as its tooltip.
        """
        if reason == (action.property(_REASON) or "") and action.isEnabled() != bool(reason):
            return
        action.setProperty(_REASON, reason)
        action.setEnabled(not reason)
        action.setToolTip(reason or str(action.property(_USUAL)))

    def bind(self, button: QAbstractButton, name: str, owner: QWidget | None = None) -> None:
        """Let a button do an action: tooltip with shortcut, enabled state, click.

        Text and icon stay the button's own.
        """
        action = self.action(name, owner)
        _Binding(button, action)

    def visible(self, window: QWidget) -> tuple[tuple[ActionSpec, QAction], ...]:
        """Return what can be done in `window` now, in the order of registration."""
        return tuple(
            (entry.spec, entry.action)
            for entries in tuple(self._entries.values())
            for entry in entries
            if shiboken6.isValid(entry.action)
            and entry.owner.window() is window
            and entry.owner.isVisible()
        )

    def retranslate(self) -> None:
        """Word all titles and tooltips again."""
        for name in tuple(self._entries):
            for entry in self._living(name):
                _word(entry, self.shortcuts(entry.spec))
        self.changed.emit()

    def lead(self, event: QKeyEvent, owner: QWidget, only: tuple[str, ...] = ()) -> bool:
        """Lead a key of another window to an action, as if `owner` had been given it.

        Args:
            event: The key, pressed.
            owner: Whose actions are meant.
            only: Beginnings of names: no others are meant. Empty: all are.

        Returns:
            Whether there was one.
        """
        return self._on_key(owner, owner, event, only)

    def close(self) -> None:
        """Stop listening to keys."""
        self._app.removeEventFilter(self)

    # --- keys that were chosen

    def shortcuts(self, spec: ActionSpec) -> tuple[str, ...]:
        """Return the keys of an action: those that were chosen, else its usual ones."""
        return self._chosen.get(spec.name, spec.shortcuts)

    @property
    def chosen_keys(self) -> Mapping[str, tuple[str, ...]]:
        """What was chosen instead of the usual keys, by action; none for an action without."""
        return dict(self._chosen)

    def choose_keys(self, chosen: Mapping[str, Sequence[str]]) -> None:
        """Take other keys than the usual ones, in place of all that were chosen before.

        What is no key is left out.
        """
        self._chosen = {
            name: tuple(text for text in texts if _is_key(text)) for name, texts in chosen.items()
        }
        for name in tuple(self._entries):
            for entry in self._living(name):
                self._take_keys(entry)
        self.changed.emit()

    def known(self) -> tuple[ActionSpec, ...]:
        """Return everything that can be done somewhere in the program, once each."""
        found = ((name, next(self._living(name), None)) for name in tuple(self._entries))
        return tuple(entry.spec for _, entry in found if entry is not None)

    def clashes(self, name: str, shortcut: str) -> tuple[ActionSpec, ...]:
        """Return what else the key does where the action can be done."""
        keys = combination(shortcut)
        owners = [entry.owner for entry in self._living(name)]
        found: dict[str, ActionSpec] = {}
        for other in tuple(self._entries):
            for entry in self._living(other) if other != name else ():
                if keys in entry.keys and any(_together(entry.owner, own) for own in owners):
                    found[other] = entry.spec
        return tuple(found.values())

    def _take_keys(self, entry: _Entry) -> None:
        shortcuts = self.shortcuts(entry.spec)
        entry.keys = frozenset(map(combination, shortcuts))
        _word(entry, shortcuts)

    # --- keys

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Asked for every event of the program: its type would take 1 us to make.
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._on_release(event)
        if event.type() != QEvent.Type.KeyPress:
            return False
        return self._on_key(watched, QApplication.focusWidget() or watched, event)

    def _on_release(self, event: QKeyEvent) -> bool:
        held = self._held
        if held is None or event.isAutoRepeat() or held[0] != int(event.key()):
            return False
        self._let_go()
        return True

    @Slot(object)
    def _on_app_state_changed(self, _state: object) -> None:
        # Whoever goes to another program with the pedal down lets it go there.
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        released = held[1].released() if held is not None else None
        if released is not None:
            released()

    def _on_key(
        self,
        receiver: QWidget,
        focus: QWidget,
        event: QKeyEvent,
        only: tuple[str, ...] = (),
    ) -> bool:
        if focus.property(TAKES_ALL_KEYS):
            return False
        keys = position_key(event)
        typing = takes_text(focus)
        editing = typing and any(event.matches(standard) for standard in _EDITING)
        best: _Entry | None = None
        for entry in self._candidates(keys, receiver):
            if not _may_take(entry, keys, receiver, typing=typing, editing=editing):
                continue
            if only and not entry.spec.name.startswith(only):
                continue
            if best is None or best.owner.isAncestorOf(entry.owner):
                best = entry
        if best is None:
            return False
        event.accept()
        if best.spec.held and not event.isAutoRepeat():
            self._let_go()
            self._held = (int(event.key()), best)
        if best.spec.repeats or not event.isAutoRepeat():
            best.action.trigger()
        return True

    def _candidates(self, keys: int, receiver: QWidget) -> Iterator[_Entry]:
        """Entries of these keys whose owner is in front, the focused owners last."""
        window = receiver.window()
        found = [
            entry
            for name in tuple(self._entries)
            for entry in self._living(name)
            if keys in entry.keys
            and entry.action.isEnabled()
            and entry.owner.isVisible()
            and entry.owner.isEnabled()
            and entry.owner.window() is window
        ]
        holding = [e for e in found if e.owner is receiver or e.owner.isAncestorOf(receiver)]
        yield from holding or found

    def _living(self, name: str) -> Iterator[_Entry]:
        entries = self._entries.get(name, [])
        entries[:] = [
            e for e in entries if shiboken6.isValid(e.action) and shiboken6.isValid(e.owner)
        ]
        yield from tuple(entries)


class _Trigger(QObject):
    """Calls a function without the checked state that Qt hands to whatever takes it."""

    def __init__(self, action: QAction, fn: Callable[[], object]) -> None:
        super().__init__(action)
        self._fn = weakly(fn)

    @Slot()
    def fire(self) -> None:
        """Call it, if its object still lives."""
        fn = self._fn()
        if fn is not None:
            fn()


class _Binding(QObject):
    """Keeps a button in step with an action; a child of the button."""

    def __init__(self, button: QAbstractButton, action: QAction) -> None:
        super().__init__(button)
        self._button = button
        self._action = action
        button.clicked.connect(self._on_button_clicked)
        action.changed.connect(self._on_action_changed)
        button.setCheckable(action.isCheckable())
        self._on_action_changed()

    def _on_button_clicked(self) -> None:
        self._action.trigger()
        # A checkable button toggled by itself; the action decides.
        self._button.setChecked(self._action.isChecked())

    def _on_action_changed(self) -> None:
        self._button.setEnabled(self._action.isEnabled())
        self._button.setToolTip(self._action.toolTip())
        self._button.setChecked(self._action.isChecked())
        if not self._button.text():
            self._button.setAccessibleName(self._action.text())
        if self._button.property(_ON_BUTTON):
            self._button.setProperty(_ON_BUTTON, self._action.property(SHORTCUT))
            self._button.updateGeometry()
            self._button.update()


def takes_text(widget: QWidget) -> bool:
    """Whether letters typed now belong to a text field."""
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox)


def _may_take(entry: _Entry, keys: int, receiver: QWidget, *, typing: bool, editing: bool) -> bool:
    if entry.spec.over_text:
        return True
    if is_command(keys):
        return not editing
    if typing:
        # What a field leaves unused (Esc) reaches the owner.
        return receiver is entry.owner and not is_sign(keys)
    return is_sign(keys) or entry.spec.eager or receiver is entry.owner


def _title(spec: ActionSpec) -> str:
    return translated(spec.title, context=spec.context or "")


def _together(one: QWidget, other: QWidget) -> bool:
    """Whether keys of both can be meant at the same time."""
    return one is other or one.isAncestorOf(other) or other.isAncestorOf(one)


def _is_key(text: str) -> bool:
    try:
        combination(text)
    except ValueError:
        return False
    return True


def _word(entry: _Entry, shortcuts: tuple[str, ...]) -> None:
    spec, action = entry.spec, entry.action
    title = _title(spec)
    first = shortcuts[0] if shortcuts else ""
    usual = "\n".join(filter(None, (tooltip(title, first), translated(spec.hint))))
    action.setText(title)
    action.setProperty(_USUAL, usual)
    action.setProperty(SHORTCUT, shortcut_text(first) if first else "")
    action.setToolTip(str(action.property(_REASON) or "") or usual)


def tooltip(title: str, shortcut: str = "") -> str:
    """Return a tooltip: the name, and the shortcut if there is one."""
    return f"{title} ({shortcut_text(shortcut)})" if shortcut else title
