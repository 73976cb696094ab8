"""What is painted anew of the timeline: rows that look different, and never less than that."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.activity import Dull, DullKind
from reviewer.models.ids import TimelineUs
from reviewer.models.timeline import lay_out
from reviewer.player.mixer import MixSettings
from reviewer.ui.review import timeline_canvas
from reviewer.ui.review.scene import Marker, MarkerKind
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.timeline_view import TimelineView
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.looks import Tracks, picture

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def view(qtbot, theme):
    call = builders.call()
    made = TimelineView(Tracks(call))
    made.set_scene(build_scene(call, lay_out(call)), MOSCOW)
    made.resize(984, made.sizeHint().height())
    qtbot.addWidget(made)
    made.show()
    return made


def fresh(view, ratio=1.0):
    """What a painting shows that knows nothing of earlier ones."""
    view._base = None
    view._painted_outline = ()
    return picture(view, ratio)


@pytest.fixture
def painted(monkeypatch):
    """The rows whose lanes are painted."""
    rows = []
    paint_row = timeline_canvas.paint_row

    def noted(painter, row, frame):
        rows.append(row.number)
        paint_row(painter, row, frame)

    monkeypatch.setattr(timeline_canvas, "paint_row", noted)
    return rows


def choose_the_third(view):
    view.set_chosen(2)


def mute_the_first(view):
    view.set_mix(MixSettings(muted=frozenset({1})))


def skip_a_pause(view):
    dull = Dull(DullKind.SILENCE, TimelineUs(20 * S), TimelineUs(40 * S))
    view.set_dull((dull,), skipped=True)


def mark(view):
    view.set_markers("mine", (Marker(MarkerKind.BOOKMARK, TimelineUs(30 * S), "here"),))


def come_closer(view):
    view.zoom(2.0, 100.0)


def lose_a_file(view):
    call = builders.call()
    missing = [r for r in call.recordings if r.is_sound][:1]
    view.set_scene(build_scene(call, lay_out(call), missing=missing), MOSCOW)


def hear_more(view):
    for track in view._waves._tracks.values():
        high = np.full((1, 40 * PEAKS_HZ), 3000, np.int16)
        track.add(0, Peaks(PEAKS_HZ, -high, high))
    view.invalidate()


def widen_the_heads(view):
    view.set_head_px(view.head_px + 40)


def lower_rows(view):
    view.set_compact(compact=True)


def point_at_a_head(view):
    QTest.mouseMove(view, QPoint(30, round(view.row_rect(1).center().y())))


def another_size(view):
    view.resize(800, view.height())


CHANGES = [
    choose_the_third,
    mute_the_first,
    skip_a_pause,
    mark,
    come_closer,
    lose_a_file,
    hear_more,
    widen_the_heads,
    lower_rows,
    point_at_a_head,
    another_size,
]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_painted_anew_is_what_a_fresh_painting_shows(view, change, ratio):
    before = picture(view, ratio)
    assert before == fresh(view, ratio)
    change(view)
    after = picture(view, ratio)
    assert after == fresh(view, ratio)


@pytest.mark.parametrize("change", [choose_the_third, mute_the_first, skip_a_pause, mark])
def test_every_change_is_seen_and_taken_back(view, change):
    before = picture(view)
    change(view)
    assert picture(view) != before
    view.set_chosen(0)
    view.set_mix(MixSettings())
    view.set_dull((), skipped=False)
    view.set_markers("mine", ())
    assert picture(view) == before


def test_the_theme_is_seen_at_once(view, theme):
    before = picture(view)
    theme.set_scheme("dark")
    assert picture(view) != before
    assert picture(view) == fresh(view)


def test_another_chosen_row_paints_two_rows(view, painted):
    picture(view)
    painted.clear()
    view.set_chosen(2)
    picture(view)
    assert painted == [1, 3]


def test_the_keyboard_coming_and_going_paints_no_lane(view, qtbot, painted):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    picture(view)
    painted.clear()
    view.clearFocus()
    picture(view)
    assert painted == []


def test_a_scene_made_anew_of_the_same_paints_nothing(view, painted):
    picture(view)
    painted.clear()
    call = builders.call()
    scene = build_scene(call, lay_out(call))
    view.set_scene(replace(scene, rows=tuple(replace(row) for row in scene.rows)), MOSCOW)
    picture(view)
    assert painted == []
