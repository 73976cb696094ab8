from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import ContentMissingError
from reviewer.models.activity import Dull, DullKind
from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.player.skipping import Saving, SkipMode
from reviewer.player.vlc_engine import VlcEngine
from tests.helpers.sound import Scene, encode, one_call, speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

S = 1_000_000


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[QtPlayer]:
    player = QtPlayer(lambda emit: VlcEngine(emit, ["--aout=adummy"]))
    yield player
    player.close()


@pytest.fixture
def silent(qtbot: QtBot) -> Iterator[QtPlayer]:
    player = QtPlayer(None)
    yield player
    player.close()


def dull(*stretches: tuple[float, float]) -> tuple[Dull, ...]:
    return tuple(Dull(DullKind.SILENCE, round(a * S), round(b * S)) for a, b in stretches)


def two_rows() -> Scene:
    scene = Scene(20.0)
    one, two = scene.segment(0, 10), scene.segment(10, 20)
    scene.record(one, "first", encode(speech(8.0)), (0, 0, 8))
    scene.record(two, "second", encode(speech(8.0), coding="GSM610"), (0, 11, 8))
    return scene


def load(player: QtPlayer, qtbot: QtBot, scene: Scene, **how) -> None:
    player.load(scene.timeline(), scene.open, **how)
    wanted = PlayerState.PLAYING if how.get("play") else PlayerState.PAUSED
    qtbot.waitUntil(lambda: player.state is wanted)


def test_it_loads_plays_pauses_and_unloads(player: QtPlayer, qtbot: QtBot) -> None:
    states = []
    player.state_changed.connect(states.append)
    load(player, qtbot, two_rows())
    player.toggle()
    qtbot.waitUntil(lambda: player.position_us > 300_000)
    player.toggle()
    stood = player.position_us
    player.unload()
    assert stood > 300_000
    assert states == [
        PlayerState.LOADING,
        PlayerState.PAUSED,
        PlayerState.PLAYING,
        PlayerState.PAUSED,
        PlayerState.EMPTY,
    ]
    assert player.timeline is None


def test_positions_only_grow_while_it_plays(player: QtPlayer, qtbot: QtBot) -> None:
    positions = []
    load(player, qtbot, two_rows(), play=True)
    player.position_changed.connect(positions.append)
    qtbot.waitUntil(lambda: len(positions) > 40)
    assert positions == sorted(positions)


def test_the_end_is_reached_on_time_and_play_begins_anew(player: QtPlayer, qtbot: QtBot) -> None:
    scene = two_rows()
    load(player, qtbot, scene, start_us=round(19.5 * S))
    with qtbot.waitSignal(player.ended, timeout=5000):
        player.play()
    assert (player.state, player.position_us) == (PlayerState.PAUSED, 20 * S)
    player.play()
    assert player.position_us < S
    qtbot.waitUntil(lambda: 200_000 < player.position_us < 5 * S)


def test_a_row_is_chosen_and_the_playhead_goes_there(silent: QtPlayer, qtbot: QtBot) -> None:
    rows = []
    silent.row_selected.connect(rows.append)
    load(silent, qtbot, two_rows(), start_us=3 * S)
    silent.select_row(1)
    assert silent.position_us == 3 * S
    silent.select_row(2)
    assert silent.position_us == 10 * S
    silent.select_row(2)
    silent.select_row(None)
    assert rows == [1, 2, None]


def test_seeking_and_skipping_stay_on_the_timeline(silent: QtPlayer, qtbot: QtBot) -> None:
    load(silent, qtbot, two_rows())
    shown = []
    silent.position_changed.connect(shown.append)
    for act, expected in (
        (lambda: silent.seek(12 * S), 12 * S),
        (lambda: silent.skip(-10 * S), 2 * S),
        (lambda: silent.skip(-10 * S), 0),
        (lambda: silent.seek(99 * S), 20 * S),
        (lambda: silent.seek(-5), 0),
    ):
        act()
        assert silent.position_us == shown[-1] == expected


def test_resuming_steps_back_but_not_after_a_seek(silent: QtPlayer, qtbot: QtBot) -> None:
    load(silent, qtbot, two_rows(), start_us=5 * S)
    silent.play()
    silent.pause()
    stood = silent.position_us
    silent.play()
    assert stood - S <= silent.position_us < stood
    silent.pause()
    silent.seek(9 * S)
    silent.play()
    assert silent.position_us >= 9 * S


def test_a_range_is_repeated(silent: QtPlayer, qtbot: QtBot) -> None:
    load(silent, qtbot, two_rows(), start_us=5 * S)
    shown = []
    silent.position_changed.connect(shown.append)
    silent.set_rate(4.0)
    silent.planner.set_loop(5 * S, round(5.4 * S))
    silent.play()
    qtbot.waitUntil(lambda: sum(b < a for a, b in pairwise(shown)) >= 3)
    assert min(shown) >= 5 * S
    silent.planner.set_loop(None)
    qtbot.waitUntil(lambda: silent.position_us > 6 * S)


def test_speed_volume_and_the_setting_for_gaps_survive_the_next_interaction(
    player: QtPlayer, qtbot: QtBot
) -> None:
    rates, volumes = [], []
    player.rate_changed.connect(rates.append)
    player.volume_changed.connect(volumes.append)
    load(player, qtbot, two_rows())
    player.set_rate(9)
    player.set_rate(1.5)
    player.set_volume(130)
    player.set_volume(40)
    player.planner.set_gaps_skipped(on=True)
    qtbot.waitUntil(lambda: player.state is PlayerState.PAUSED)
    load(player, qtbot, two_rows())
    assert (player.rate, player.volume) == (1.5, 40)
    assert (rates, volumes) == ([4.0, 1.5], [40])
    player.seek(9 * S)
    assert player.position_us == 11 * S


def test_skips_are_left_out_and_the_position_is_kept(silent: QtPlayer, qtbot: QtBot) -> None:
    load(silent, qtbot, two_rows(), start_us=13 * S)
    silent.planner.set_dull(dull((2, 6), (15, 18)))
    silent.planner.set_skip_mode(SkipMode.SKIP)
    assert silent.position_us == 13 * S
    silent.seek(16 * S)
    assert silent.position_us == 18 * S
    silent.skip(-4 * S)
    assert silent.position_us == 11 * S
    silent.planner.set_skip_mode(SkipMode.PLAY)
    silent.seek(16 * S)
    assert silent.position_us == 16 * S


def test_a_change_of_what_is_skipped_while_playing_does_not_look_like_a_pause(
    player: QtPlayer, qtbot: QtBot
) -> None:
    load(player, qtbot, two_rows(), start_us=9 * S, play=True)
    states = []
    player.state_changed.connect(states.append)
    player.planner.set_gaps_skipped(on=True)
    qtbot.waitUntil(lambda: player.position_us > round(11.1 * S))
    assert states == []


def test_muting_says_so_once(silent: QtPlayer, qtbot: QtBot) -> None:
    mixes = []
    silent.mix_changed.connect(mixes.append)
    load(silent, qtbot, two_rows())
    silent.mute_row(1, on=True)
    silent.mute_row(1, on=True)
    silent.solo_row(2, on=True)
    silent.set_row_gain(2, 0.5)
    assert len(mixes) == 3
    assert silent.mix.gain_of(1) == 0
    assert silent.mix.gain_of(2) == 0.5
    load(silent, qtbot, two_rows())
    assert silent.mix.gain_of(1) == 1


def test_a_broken_recording_is_named_and_the_rest_plays(player: QtPlayer, qtbot: QtBot) -> None:
    scene = two_rows()

    def opener(recording):
        if recording.source_name == "first":
            raise ContentMissingError(name=recording.source_name)
        return scene.open(recording)

    with qtbot.waitSignal(player.recording_failed, timeout=5000) as caught:
        player.load(scene.timeline(), opener, start_us=11 * S, play=True)
    assert caught.args[0].recording.source_name == "first"
    assert caught.args[0].error.code == "content.missing"
    qtbot.waitUntil(lambda: player.position_us > 11.5 * S)
    assert player.sound_error is None


def test_only_what_belongs_to_the_present_interaction_is_told(
    player: QtPlayer, qtbot: QtBot
) -> None:
    failures = []
    player.recording_failed.connect(failures.append)
    broken, whole = one_call(b"a conversation", 5.0), one_call(encode(speech(5.0)), 5.0)
    player.load(broken.timeline(), broken.open)
    load(player, qtbot, whole)
    qtbot.waitUntil(lambda: player.state is PlayerState.PAUSED)
    assert failures == []


def test_without_libvlc_the_clock_still_runs(qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    player = QtPlayer(VlcEngine)
    scene, errors = two_rows(), []
    player.failed.connect(errors.append)
    player.load(scene.timeline(), scene.open, start_us=19 * S, play=True)
    qtbot.waitUntil(lambda: player.position_us > round(19.3 * S))
    assert [error.code for error in errors] == ["player.no_libvlc"]
    assert player.sound_error is errors[0]
    with qtbot.waitSignal(player.ended, timeout=5000):
        player.set_rate(3.0)
    load(player, qtbot, scene)
    assert len(errors) == 2
    player.close()


def test_an_interaction_without_any_sound_plays_in_real_time(
    player: QtPlayer, qtbot: QtBot
) -> None:
    scene = Scene(1.0)
    scene.segment(0, 1)
    with qtbot.waitSignal(player.ended, timeout=5000):
        load(player, qtbot, scene, play=True)
    assert player.position_us == S


def test_what_is_dull_is_skipped_or_goes_by_fast_and_the_saving_is_told(
    silent: QtPlayer, qtbot: QtBot
) -> None:
    savings, modes = [], []
    silent.planner.course_changed.connect(savings.append)
    silent.planner.skip_mode_changed.connect(modes.append)
    load(silent, qtbot, two_rows())
    silent.planner.set_dull(dull((2, 6), (14, 18)))
    assert silent.planner.promised == Saving(12 * S, 20 * S)
    for mode in (SkipMode.SKIP, SkipMode.FAST, SkipMode.FAST):
        silent.planner.set_skip_mode(mode)
    assert modes == [SkipMode.SKIP, SkipMode.FAST]
    assert [s.played_us // S for s in savings] == [20, 12, 14]
    load(silent, qtbot, two_rows())
    assert (silent.planner.dull, silent.planner.skip_mode) == ((), SkipMode.FAST)
    assert silent.planner.saving.saved_us == 0


def test_the_loop_is_forgotten_with_the_next_interaction(silent: QtPlayer, qtbot: QtBot) -> None:
    loops = []
    silent.planner.loop_changed.connect(loops.append)
    load(silent, qtbot, two_rows())
    silent.planner.set_loop(3 * S, 5 * S)
    silent.planner.set_loop(3 * S, 5 * S)
    load(silent, qtbot, two_rows())
    silent.planner.set_loop(5 * S, 4 * S)
    assert loops == [(3 * S, 5 * S), None]


def test_dragging_the_playhead_moves_it_at_once_and_playing_goes_on_after(
    player: QtPlayer, qtbot: QtBot
) -> None:
    load(player, qtbot, two_rows(), play=True)
    qtbot.waitUntil(lambda: player.position_us > 200_000)
    shown = []
    player.position_changed.connect(shown.append)
    player.begin_scrub()
    for second in (12.0, 12.1, 12.2, 14.0):
        player.scrub(round(second * S))
        assert player.position_us == shown[-1] == round(second * S)
    stood = len(shown)
    qtbot.waitUntil(lambda: not player._scrubber._next.isActive())
    assert len(shown) == stood
    player.end_scrub()
    qtbot.waitUntil(lambda: player.position_us > round(14.3 * S))
    assert player.state is PlayerState.PLAYING


def test_dragging_a_paused_playhead_leaves_it_paused(player: QtPlayer, qtbot: QtBot) -> None:
    load(player, qtbot, two_rows(), start_us=3 * S)
    player.scrub(9 * S)
    assert player.position_us == 3 * S
    player.begin_scrub()
    player.scrub(12 * S)
    player.end_scrub()
    player.end_scrub()
    assert (player.state, player.position_us) == (PlayerState.PAUSED, 12 * S)
