"""What the window remembers between runs: sizes, splitters, columns, language, theme.

An INI file in the user's settings folder; nothing of a customer is ever written to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QObject, QSettings

from reviewer.messages import LANGUAGES
from reviewer.paths import settings_folder

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from reviewer.ui.theme.theme import Scheme

_FILE = "window.ini"
_SCHEMES = ("system", "light", "dark")


class WindowSettings(QObject):
    """Typed access to the settings file. Thread: main."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Open `path`, by default `window.ini` in the user's settings folder."""
        super().__init__(parent)
        file = path or settings_folder() / _FILE
        self._settings = QSettings(str(file), QSettings.Format.IniFormat, self)

    def value(self, key: str, default: object = None) -> object:
        """Return a JSON value, or `default` where nothing or nonsense is stored."""
        text = self._settings.value(key)
        if not isinstance(text, str):
            return default
        try:
            return cast("object", json.loads(text))
        except ValueError:
            return default

    def set_value(self, key: str, value: object) -> None:
        """Store a JSON value."""
        self._settings.setValue(key, json.dumps(value, ensure_ascii=False))

    def save_geometry(self, key: str, window: QWidget) -> None:
        """Remember where a window is."""
        self._settings.setValue(f"geometry/{key}", window.saveGeometry())

    def restore_geometry(self, key: str, window: QWidget) -> bool:
        """Put a window where it was; false when nothing is known."""
        stored = self._settings.value(f"geometry/{key}")
        return isinstance(stored, QByteArray) and window.restoreGeometry(stored)

    def page_state(self, page: str) -> dict[str, object]:
        """Return what a page saved."""
        state = self.value(f"pages/{page}", {})
        return cast("dict[str, object]", state) if isinstance(state, dict) else {}

    def set_page_state(self, page: str, state: dict[str, object]) -> None:
        """Remember what a page wants to be remembered."""
        self.set_value(f"pages/{page}", state)

    @property
    def language(self) -> str | None:
        """The language chosen in the window, or None: the system's."""
        found = self.value("look/language")
        return found if isinstance(found, str) and found in LANGUAGES else None

    @language.setter
    def language(self, name: str) -> None:
        self.set_value("look/language", name)

    @property
    def scheme(self) -> Scheme:
        """The colours chosen in the window."""
        found = self.value("look/scheme")
        return cast("Scheme", found) if found in _SCHEMES else "system"

    @scheme.setter
    def scheme(self, name: Scheme) -> None:
        self.set_value("look/scheme", name)

    @property
    def scale(self) -> float:
        """The text size chosen in the window, 1.0 is normal."""
        found = self.value("look/scale")
        return float(found) if isinstance(found, int | float) else 1.0

    @scale.setter
    def scale(self, factor: float) -> None:
        self.set_value("look/scale", factor)

    def sync(self) -> None:
        """Write to the file now."""
        self._settings.sync()
