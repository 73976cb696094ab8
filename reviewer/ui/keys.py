"""Which key was pressed, by its position on the keyboard.

Letters of shortcuts are positions: K plays, whatever the layout prints on that key. May be
imported by `reviewer.ui`.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

# What the Russian layout prints, in the order of the Latin positions below. Used where the
# platform does not tell the key's number.
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_BY_LETTER = {
    letter: position
    for cyrillic, latin in zip(_RUSSIAN, _LATIN, strict=True)
    for letter, position in ((cyrillic, latin.upper()), (cyrillic.upper(), latin.upper()))
} | {"і": "S", "І": "S", "ї": "]", "Ї": "]", "є": "'", "Є": "'", "ґ": "\\", "Ґ": "\\"}

# Numbers of keys in X11 and Wayland (evdev + 8) and in Windows (scan codes, set 1).
_ROWS = ((24, 16, "QWERTYUIOP[]"), (38, 30, "ASDFGHJKL;'`"), (52, 44, "ZXCVBNM,./"))
_EVDEV = {x11 + i: key for x11, _, row in _ROWS for i, key in enumerate(row)}
_WINDOWS = {scan + i: key for _, scan, row in _ROWS for i, key in enumerate(row)}
_BY_NUMBER = {"xcb": _EVDEV, "wayland": _EVDEV, "windows": _WINDOWS}

_CYRILLIC = range(0x0400, 0x0530)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.MetaModifier
)
_HELD = (_MODIFIERS & ~Qt.KeyboardModifier.ShiftModifier).value
_KEY = 0x01FF_FFFF
_SPECIAL = 0x0100_0000
# Shift is part of how these are typed, not of the shortcut.
_SHIFTED_SIGNS = frozenset('!@#$%^&*()_+{}|:"<>?~')


def position_key(event: QKeyEvent, platform: str | None = None) -> int:
    """Return key and modifiers in one number, Cyrillic letters replaced by their position.

    Args:
        event: A key press.
        platform: Name of Qt's platform plugin; None: the running one.
    """
    # PySide returns a plain int for keys outside of its enumeration, such as Cyrillic letters.
    code = int(event.key())
    modifiers = event.modifiers() & _MODIFIERS
    if code in _CYRILLIC:
        latin = _latin(chr(code), event.nativeScanCode(), platform)
        if latin:
            code = ord(latin)
    if code == int(Qt.Key.Key_Enter):
        code = int(Qt.Key.Key_Return)
    if code == int(Qt.Key.Key_Backtab):
        code = int(Qt.Key.Key_Tab)
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    if code < 0x80 and chr(code) in _SHIFTED_SIGNS:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return code | modifiers.value


def _latin(letter: str, scan_code: int, platform: str | None) -> str:
    name = (platform or QGuiApplication.platformName()).partition("-")[0]
    by_number = _BY_NUMBER.get(name, {}).get(scan_code)
    return by_number or _BY_LETTER.get(letter, "")


def combination(text: str) -> int:
    """Return key and modifiers in one number for a text such as `Ctrl+Shift+C` or `K`.

    Raises:
        ValueError: It is not exactly one combination.
    """
    sequence = QKeySequence(text, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1:
        raise ValueError(text)
    first: QKeyCombination = sequence[0]  # type: ignore[index]  # its stub lacks __getitem__
    return first.toCombined()


def literal(text: str) -> str:
    """Return a text for a menu or button that shows each `&` in it, and takes none as a key."""
    return text.replace("&", "&&")


def shortcut_text(text: str) -> str:
    """Return a shortcut as the user's platform writes it, the big key called Enter. Thread: any."""
    sequence = QKeySequence(text, QKeySequence.SequenceFormat.PortableText)
    native = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return "Enter" if native == "Return" else native.replace("+Return", "+\u21b5")


def is_command(keys: int) -> bool:
    """Whether Ctrl, Alt or Meta is held, or it is a function key: not something one types."""
    function_key = int(Qt.Key.Key_F1) <= keys & _KEY <= int(Qt.Key.Key_F35)
    return bool(keys & _HELD) or function_key


def is_sign(keys: int) -> bool:
    """Whether it types a letter, digit or sign (not the space)."""
    return not is_command(keys) and 0x20 < keys & _KEY < _SPECIAL
