from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.models.access import User
from reviewer.models.ids import UserId
from reviewer.player.qt_player import QtPlayer
from reviewer.player.qt_video import QtVideo, VideoState
from reviewer.ui.review.video_panel import VideoPanel
from reviewer.ui.review.video_view import VideoView
from reviewer.ui.theme.tokens import VIDEO_GROUND
from tests.helpers.screens import make_video, number_of, steady
from tests.player.test_qt_video import Screens, show, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QKeyEvent
    from pytestqt.qtbot import QtBot

S = 1_000_000


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[QtPlayer]:
    player = QtPlayer(None)
    yield player
    player.close()


@pytest.fixture
def video(player: QtPlayer) -> Iterator[QtVideo]:
    video = QtVideo(player)
    yield video
    video.close()


@pytest.fixture
def view(qtbot: QtBot, player: QtPlayer, video: QtVideo) -> VideoView:
    """The view, 800 x 600, with picture 10 in it; another piece cannot be shown."""
    view = VideoView(video)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    screens = Screens().piece("a", make_video(steady(10)), 0, 10)
    screens.piece("broken", b"a conversation", 20, 5)
    show(player, video, screens, at=2)
    qtbot.waitUntil(lambda: shown(video) == 10)
    return view


def painted(view: QWidget) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    # A copy: the image and its memory go when this returns.
    return pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()].copy()


def wheel(view: QWidget, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_the_picture_is_painted_whole_in_the_middle_with_its_proportions(view: VideoView) -> None:
    target = view.target()
    assert target.width() == pytest.approx(800)
    assert target.height() == pytest.approx(480)
    assert target.center() == QPointF(400, 300)
    pixels = painted(view)
    assert tuple(pixels[30, 400, 2::-1]) == VIDEO_GROUND.getRgb()[:3]
    assert number_of(pixels[60:540]) == 10


def test_the_wheel_comes_closer_to_what_is_under_it_and_goes_back(view: VideoView) -> None:
    point = QPointF(500, 250)
    before = view.target()
    share = ((500 - before.left()) / before.width(), (250 - before.top()) / before.height())
    zooms = []
    view.zoom_changed.connect(zooms.append)
    wheel(view, point, 4)
    after = view.target()
    assert view.zoom == pytest.approx(1.25**4)
    assert after.width() == pytest.approx(800 * view.zoom)
    assert (500 - after.left()) / after.width() == pytest.approx(share[0])
    assert (250 - after.top()) / after.height() == pytest.approx(share[1])
    wheel(view, point, 50)
    assert view.zoom == 8.0
    wheel(view, point, -90)
    assert (view.zoom, view.target()) == (1.0, before)
    assert zooms[-1] == 1.0


def test_a_close_picture_is_dragged_as_far_as_it_goes(qtbot: QtBot, view: VideoView) -> None:
    for _ in range(6):
        view.zoom_in()
    before = view.target()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    qtbot.mouseMove(view, QPoint(430, 280))
    assert view.target().left() == pytest.approx(before.left() + 30, abs=0.5)
    assert view.target().top() == pytest.approx(before.top() - 20, abs=0.5)
    qtbot.mouseMove(view, QPoint(5000, 5000))
    assert (view.target().left(), view.target().top()) == (0, 0)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    view.fit()
    assert view.zoom == 1.0


def test_where_there_is_no_picture_it_says_why(
    qtbot: QtBot, player: QtPlayer, video: QtVideo, view: VideoView
) -> None:
    assert view.accessibleName() == "Screen video"
    assert view.accessibleDescription() == ""
    player.seek(15 * S)
    assert video.state is VideoState.NONE_HERE
    assert view.accessibleDescription() == "No video was recorded at this time"
    assert painted(view)[:, :, :3].max() > 100
    player.seek(22 * S)
    qtbot.waitUntil(lambda: video.state is VideoState.FAILED)
    assert "broken" in view.accessibleDescription()
    player.seek(2 * S)
    qtbot.waitUntil(lambda: shown(video) == 10)
    assert view.accessibleDescription() == ""


def test_the_picture_moves_to_a_window_and_back_and_its_keys_reach_the_page(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    pressed: list[int] = []

    def taken(event: QKeyEvent) -> bool:
        pressed.append(event.key())
        return True

    panel = VideoPanel(video)
    panel.keys = taken
    qtbot.addWidget(panel)
    panel.show()
    show(player, video, Screens().piece("a", make_video(steady(10)), 0, 10), at=2)
    qtbot.waitUntil(lambda: shown(video) == 10)
    panel.set_window_title("Screen: +7 000")
    panel.set_apart(apart=True)
    window = panel.own_window
    assert window is not None
    assert window.windowTitle() == "Screen: +7 000"
    assert panel.view.window() is window
    assert number_of(painted(panel.view)[_middle(panel.view)]) == 10
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert pressed == [Qt.Key.Key_Space]
    with qtbot.waitSignal(panel.window_closed):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not panel.is_apart
    assert panel.view.window() is panel
    panel.set_full_screen(full=True)
    assert panel.is_full_screen
    panel.set_full_screen(full=False)
    assert not panel.is_apart
    panel.set_apart(apart=True)
    panel.set_full_screen(full=True)
    panel.set_full_screen(full=False)
    assert panel.is_apart
    panel.set_apart(apart=False)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _middle(view: VideoView) -> tuple[slice, slice]:
    target = view.target()
    return (
        slice(round(target.top()), round(target.bottom())),
        slice(round(target.left()), round(target.right())),
    )


def test_who_looks_is_written_over_the_picture_where_their_role_wants_it(view: VideoView) -> None:
    plain = painted(view)
    zone = ZoneInfo("Europe/Moscow")
    user = User(UserId(1), "vera", "Вера", (), frozenset())
    view.name_viewer(user, zone)
    assert view.watermark == ""
    assert np.array_equal(painted(view), plain)
    view.name_viewer(replace(user, watermark=True), zone)
    assert view.watermark.startswith("vera · Вера · 20")
    changed = np.any(painted(view) != plain, axis=2)
    # In each part of the picture, however it is cut.
    parts = [p for band in np.array_split(changed, 3) for p in np.array_split(band, 3, axis=1)]
    assert all(part.any() for part in parts)
    assert changed.mean() < 0.2
