"""Why the window could not be opened is said where nobody reads a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from reviewer.errors import StoreNewerError
from reviewer.ui.failing import Choice, FailedDialog, ask_how_to_go_on
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from reviewer.ui.theme.theme import Theme

ERROR = StoreNewerError(store="calls", found=99, known=1)


@pytest.mark.parametrize(
    ("button", "choice"),
    [
        ("Close", Choice.CLOSE),
        ("Try again", Choice.AGAIN),
        ("Open the demo", Choice.DEMO),
        ("", Choice.CLOSE),
    ],
)
def test_the_reason_is_shown_and_how_to_go_on_is_asked(
    qapp: QApplication, theme: Theme, button: str, choice: Choice
) -> None:
    said: list[str] = []

    def answer() -> None:
        (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, FailedDialog))
        said.extend(label.text() for label in dialog.findChildren(Label))
        buttons = {found.text(): found for found in dialog.findChildren(Button)}
        if button:
            buttons[button].click()
        else:
            dialog.reject()

    QTimer.singleShot(0, answer)
    assert ask_how_to_go_on(qapp, ERROR) is choice
    assert str(ERROR) in said


def test_the_program_goes_on_after_it(qapp: QApplication, theme: Theme) -> None:
    """The window that is opened next is not ended by what ended this one."""

    def answer() -> None:
        (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, FailedDialog))
        dialog.close()

    QTimer.singleShot(0, answer)
    ask_how_to_go_on(qapp, ERROR)
    beats: list[int] = []
    loop = QEventLoop()
    timer = QTimer(loop)

    def beat() -> None:
        beats.append(1)
        if len(beats) == 3:
            loop.quit()

    timer.timeout.connect(beat)
    timer.start(1)
    assert loop.exec() == 0
    timer.stop()
    assert len(beats) >= 3
