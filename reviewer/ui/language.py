"""Changing the language while the window is open: our texts, Qt's own, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, QTranslator, Signal
from typing_extensions import override

from reviewer.errors import ResourceMissingError
from reviewer.messages import choose_language, language

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_QT_RUSSIAN: Final = "qtbase_ru.qm"
"""Comes with Qt itself."""


class LanguageSwitch(QObject):
    """Chooses the language of the process and tells every window.

    Windows and pages get Qt's `LanguageChange` event and set their texts anew.
    """

    # The language changed; windows are told after this, by Qt's event. Main thread.
    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._russian = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if not self._russian.load(_QT_RUSSIAN, folder):
            raise ResourceMissingError(name=_QT_RUSSIAN)
        self._installed = False
        self._apply()

    def switch(self, name: str) -> None:
        """Speak another language: `en` or `ru`.

        Raises:
            ValueError: Any other.
        """
        if name != language():
            choose_language(name)
            self.changed.emit()
            self._apply()

    def close(self) -> None:
        """Take Qt's Russian texts back; windows are not told: they are closed, as is the store."""
        self._app.installEventFilter(self)
        self._app.removeTranslator(self._russian)
        self._app.removeEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.LanguageChange

    def _apply(self) -> None:
        russian = language() == "ru"
        QLocale.setDefault(QLocale(language()))
        # Both tell Qt, which sends LanguageChange to every window.
        if russian and not self._installed:
            self._app.installTranslator(self._russian)
        elif not russian and self._installed:
            self._app.removeTranslator(self._russian)
        self._installed = russian
