"""Who reads is written over texts where their role wants it, and in nobody's way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.ui.review.conftest import show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.ui.review.page import ReviewPage
    from reviewer.ui.review.transcript_view import TranscriptView


def painted(view: TranscriptView) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@pytest.mark.parametrize("name", ["call", "chat"])
def test_who_reads_is_written_over_all_of_it_and_stays_when_it_scrolls(
    qtbot: QtBot, page: ReviewPage, ids: dict[str, InteractionId], name: str
) -> None:
    show(qtbot, page, ids, name)
    view, opened = page.parts.transcript, page.opened
    assert opened is not None
    assert view.veil.words == ""
    assert not view.veil.isVisible()
    view.resize(view.width(), 200)
    plain = painted(view)
    user = replace(opened.me, login="vera", display_name="Вера", watermark=True)
    view.veil.name_viewer(user, opened.zone)
    assert view.veil.words.startswith("vera · Вера · 20")
    bar = view.verticalScrollBar()
    for place in (bar.minimum(), bar.maximum()):
        bar.setValue(place)
        assert view.veil.geometry() == view.viewport().geometry()
        view.veil.hide()
        plain = painted(view)
        view.veil.show()
        changed = np.any(painted(view) != plain, axis=2)[:, : view.viewport().width()]
        parts = [p for band in np.array_split(changed, 2) for p in np.array_split(band, 3, axis=1)]
        assert all(part.any() for part in parts)
        assert changed.mean() < 0.2
    # Whoever looks without such a role sees the text as it is.
    view.veil.name_viewer(replace(user, watermark=False), opened.zone)
    assert np.array_equal(painted(view), plain)


def test_a_line_beneath_it_is_clicked_as_if_it_were_not_there(
    qtbot: QtBot, opened: ReviewPage
) -> None:
    view, shown = opened.parts.transcript, opened.opened
    assert shown is not None
    view.veil.name_viewer(replace(shown.me, watermark=True), shown.zone)
    assert view.veil.isVisible()
    place = view.visualRect(view.model().index(1, 0)).center()
    over = view.viewport().mapTo(view.window(), place)
    target = view.window().childAt(over)
    assert target is view.viewport()
    with qtbot.waitSignal(view.position_requested, timeout=20_000):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
