from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import ContentMissingError
from reviewer.models.ids import WallUs
from reviewer.models.recording import RecordingKind, Span
from reviewer.models.timeline import lay_out
from reviewer.player.qt_player import QtPlayer
from reviewer.player.qt_video import QtVideo, VideoState
from reviewer.player.reports import PlayerState
from tests.helpers.screens import make_video, number_of, steady, unsteady
from tests.helpers.sound import T0, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from reviewer.models.bytesource import MemorySource
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Timeline

S = 1_000_000
MS = 1000


class Screens:
    """An interaction of 60 s with pieces of screen video, and who asks for their bytes."""

    def __init__(self, seconds: float = 60.0) -> None:
        self.scene = Scene(seconds)
        self.scene.segment(0, seconds)
        self.opened: list[str] = []
        self.missing: set[str] = set()

    def piece(self, name: str, data: bytes, begin: float, length: float, media: float = 0.0):
        """Add a piece that lies on the timeline from `begin` on, `media` seconds into the file."""
        self.scene.record(
            1,
            name,
            data,
            (media, begin, length),
            kind=RecordingKind.SCREEN,
            media_type="video/webm",
        )
        return self

    def timeline(self) -> Timeline:
        return self.scene.timeline()

    def open(self, recording: Recording) -> MemorySource:
        self.opened.append(recording.source_name)
        if recording.source_name in self.missing:
            raise ContentMissingError(name=recording.source_name)
        return self.scene.open(recording)


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


def show(player: QtPlayer, video: QtVideo, screens: Screens, *, at: float = 0.0) -> None:
    timeline = screens.timeline()
    player.load(timeline, screens.open, start_us=round(at * S))
    video.set_on(on=True)
    video.load(timeline, screens.open)


def shown(video: QtVideo) -> int | None:
    picture = video.picture()
    return None if picture is None else number_of(picture.pixels)


def settle(qtbot: QtBot, video: QtVideo, number: int) -> None:
    qtbot.waitUntil(lambda: shown(video) == number)
    assert video.state is VideoState.SHOWN


def test_nothing_is_read_until_the_picture_is_asked_for(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens().piece("a", make_video(steady(10)), 0, 10)
    timeline = screens.timeline()
    player.load(timeline, screens.open)
    video.load(timeline, screens.open)
    assert (video.state, video.is_available) == (VideoState.OFF, True)
    player.seek(2 * S)
    assert screens.opened == []
    video.set_on(on=True)
    assert video.state is VideoState.WAITING
    settle(qtbot, video, 10)
    video.set_on(on=False)
    assert (video.state, video.picture()) == (VideoState.OFF, None)
    video.unload()
    assert not video.is_available


def test_pieces_are_shown_as_one_and_what_lies_between_is_said(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens()
    # The first piece began 5 s before the interaction, the second follows it at once.
    screens.piece("a", make_video(steady(15)), -5, 15)
    screens.piece("b", make_video(steady(10), first=1000), 10, 10)
    screens.piece("c", make_video(steady(5), first=2000, live=True), 30, 5)
    show(player, video, screens)
    for second, number in ((0, 25), (9.9, 74), (10.0, 1000), (19.9, 1049), (31.5, 2007), (3, 40)):
        player.seek(round(second * S))
        settle(qtbot, video, number)
    for second in (20.0, 29.9, 36.0, 60.0):
        player.seek(round(second * S))
        assert (video.state, video.picture()) == (VideoState.NONE_HERE, None)
    player.seek(9 * S)
    settle(qtbot, video, 70)


def test_playing_shows_the_last_picture_at_or_before_the_clock(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    times = unsteady(40)
    screens = Screens(40).piece("a", make_video(times, live=True), 0, 40)
    show(player, video, screens, at=3)
    settle(qtbot, video, bisect_right(times, 3000) - 1)
    wrong, seen = [], set()

    def look() -> None:
        before = player.position_us
        number = shown(video)
        after = player.position_us
        allowed = {bisect_right(times, at // MS) - 1 for at in (before, after)}
        seen.add(number)
        if number not in allowed:
            wrong.append((before, number, allowed))

    video.changed.connect(look)
    player.position_changed.connect(look)
    player.set_rate(3.0)
    player.play()
    qtbot.waitUntil(lambda: player.position_us > 14 * S)
    # The first one after the start may still be on its way.
    assert len(seen) > 8
    assert len(wrong) <= 2, wrong


def test_a_dragged_playhead_takes_the_picture_along_and_the_right_one_stays(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens().piece("a", make_video(steady(60)), 0, 60)
    show(player, video, screens)
    settle(qtbot, video, 0)
    told: list[int | None] = []
    video.changed.connect(lambda: told.append(shown(video)))
    player.begin_scrub()
    for tenth in range(100, 400, 3):
        player.scrub(tenth * S // 10)
    settle(qtbot, video, 397 // 2)
    player.scrub(round(5.1 * S))
    settle(qtbot, video, 25)
    # Who paints is told of each: also of the one that is right while it is being dragged.
    assert told[-1] == 25
    assert 397 // 2 in told
    player.end_scrub()
    assert player.state is PlayerState.PAUSED


def test_steps_go_from_picture_to_picture_and_over_holes(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens()
    screens.piece("a", make_video(steady(4)), 0, 4)
    screens.piece("b", make_video(steady(4), first=500), 10, 4)
    show(player, video, screens, at=3.5)
    settle(qtbot, video, 17)
    player.play()
    for by, position, number in (
        (1, 3.6, 18),
        (1, 3.8, 19),
        (1, 10.0, 500),
        (1, 10.2, 501),
        (-1, 10.0, 500),
        (-1, 4.0 - 1e-6, 19),
        (-1, 3.6, 18),
    ):
        player.seek(player.position_us)
        video.step(by)
        assert player.state is PlayerState.PAUSED
        qtbot.waitUntil(lambda position=position: player.position_us == round(position * S))
        settle(qtbot, video, number)


def test_a_recording_that_cannot_be_shown_is_named_once_and_the_others_are_shown(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens()
    screens.piece("gone", make_video(steady(4)), 0, 4)
    screens.piece("text", b"a conversation", 10, 4)
    screens.piece("good", make_video(steady(4)), 20, 4)
    screens.missing.add("gone")
    failed = []
    video.recording_failed.connect(failed.append)
    show(player, video, screens)
    qtbot.waitUntil(lambda: video.state is VideoState.FAILED)
    assert video.error is not None
    assert video.error.error.code == "content.missing"
    player.seek(11 * S)
    qtbot.waitUntil(lambda: video.state is VideoState.FAILED)
    player.seek(21 * S)
    settle(qtbot, video, 5)
    player.seek(1 * S)
    assert video.state is VideoState.FAILED
    assert [broken.recording.source_name for broken in failed] == ["gone", "text"]


def test_of_two_agents_screens_at_once_the_chosen_row_is_shown(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens()
    screens.scene.segment(10, 40)
    screens.piece("first", make_video(steady(30)), 0, 30)
    screens.piece("second", make_video(steady(30), first=3000), 10, 30)
    call = screens.scene.interaction()
    own = tuple(replace(r, segment_number=1 + (r.source_name == "second")) for r in call.recordings)
    timeline = lay_out(replace(call, recordings=own))
    player.load(timeline, screens.open, start_us=12 * S)
    video.load(timeline, screens.open)
    video.set_on(on=True)
    settle(qtbot, video, 3010)
    player.select_row(1)
    settle(qtbot, video, 60)
    player.select_row(2)
    settle(qtbot, video, 3010)


def test_a_piece_that_says_more_than_it_holds_ends_where_it_ends(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    cut = make_video(steady(30))
    screens = Screens().piece("cut", cut[: len(cut) // 2], 0, 60)
    show(player, video, screens, at=5)
    settle(qtbot, video, 25)
    player.seek(45 * S)
    qtbot.waitUntil(lambda: video.state is VideoState.NONE_HERE)
    assert video.picture() is None
    player.seek(5 * S)
    settle(qtbot, video, 25)


def test_the_next_interaction_shows_nothing_of_the_last(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    show(player, video, Screens().piece("a", make_video(steady(10)), 0, 10), at=2)
    settle(qtbot, video, 10)
    other = Screens().piece("b", make_video(steady(10), first=700), 0, 10)
    seen = []
    video.changed.connect(lambda: seen.append(shown(video)))
    show(player, video, other, at=4)
    settle(qtbot, video, 720)
    assert set(seen) <= {None, 720}


def test_the_wall_clock_of_a_piece_is_its_own(
    qtbot: QtBot, player: QtPlayer, video: QtVideo
) -> None:
    screens = Screens(20)
    recording = screens.scene.record(
        1, "a", make_video(steady(20)), (0, 0, 5), kind=RecordingKind.SCREEN
    )
    call = screens.scene.interaction()
    # Two stretches in one file with a pause of 3 s between them.
    spans = (Span(0, T0, 5 * S), Span(5 * S, WallUs(T0 + 8 * S), 5 * S))
    timeline = lay_out(replace(call, recordings=(replace(recording, spans=spans),)))
    player.load(timeline, screens.open, start_us=9 * S)
    video.load(timeline, screens.open)
    video.set_on(on=True)
    settle(qtbot, video, 30)
    player.seek(6 * S)
    assert video.state is VideoState.NONE_HERE
