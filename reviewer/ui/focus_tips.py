"""Tooltips for those who come by keyboard: the focused control's appears like under the mouse."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolTip, QWidget
from typing_extensions import override

from reviewer.ui.theme.tokens import Motion

_BY_KEYBOARD = frozenset(
    {
        Qt.FocusReason.TabFocusReason,
        Qt.FocusReason.BacktabFocusReason,
        Qt.FocusReason.ShortcutFocusReason,
    }
)


class FocusTips(QObject):
    """Watches the focus of buttons; one for the application. Thread: main."""

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent or app)
        self._app = app
        self._button: QAbstractButton | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(Motion.TOOLTIP)
        self._delay.timeout.connect(self._on_delay_timeout)
        app.focusChanged.connect(self._on_app_focus_changed)
        # Qt tells the style of each widget that gets or loses the focus, and of little else: a
        # filter of the application would be asked for every event of the program.
        self._style = app.style()
        self._style.installEventFilter(self)

    def close(self) -> None:
        """Watch no more."""
        self._delay.stop()
        self._app.focusChanged.disconnect(self._on_app_focus_changed)
        if shiboken6.isValid(self._style):
            self._style.removeEventFilter(self)

    def _on_app_focus_changed(self, before: QWidget | None, _now: QWidget | None) -> None:
        if before is not None and before is self._button:
            self._delay.stop()
            self._button = None
            QToolTip.hideText()

    def _on_delay_timeout(self) -> None:
        button = self._button
        if button is not None and button.hasFocus() and button.toolTip():
            below = button.mapToGlobal(QPoint(0, button.height()))
            QToolTip.showText(below, button.toolTip(), button)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusIn
            and event.reason() in _BY_KEYBOARD
        ):
            focused = self._app.focusWidget()
            if isinstance(focused, QAbstractButton):
                self._button = focused
                self._delay.start()
        return False
