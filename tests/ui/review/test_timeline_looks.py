"""What the timeline looks like: waves, holds, gaps, words, transfers, markers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.models.activity import Dull, DullKind
from reviewer.models.ids import TimelineUs
from reviewer.models.timeline import lay_out
from reviewer.player.mixer import MixSettings
from reviewer.ui.review.lane_painter import flag_rect, is_under_flag
from reviewer.ui.review.range_marks import MarkedRange
from reviewer.ui.review.scene import Marker, MarkerKind
from reviewer.ui.review.scene_build import build_scene
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.looks import MOSCOW, color_at, make, middle, near, picture, share_of


@pytest.fixture
def view(qtbot, theme):
    return make(qtbot, builders.call())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_waves_lie_above_and_below_the_middle(view, theme, scheme, ratio):
    theme.set_scheme(scheme)
    image = picture(view, ratio)
    at = middle(view, 0, 350)
    assert near(color_at(image, at.x(), at.y() - 8), theme.color("agent"))
    assert near(color_at(image, at.x(), at.y() + 8), theme.color("customer"))
    # 0.8 of the half height: near the edges of the bar its ground is seen.
    assert near(color_at(image, at.x(), at.y() - 18.5), theme.color("bar_sel"))


def test_the_chosen_row_is_dark_and_underlined(view, theme):
    at = middle(view, 0, 350)
    y = view.row_rect(0).bottom() - 3.5
    assert near(color_at(picture(view), at.x(), y), theme.color("accent"))
    view.set_chosen(2)
    image = picture(view)
    assert not near(color_at(image, at.x(), y), theme.color("accent"))
    assert near(color_at(image, at.x(), at.y() - 18.5), theme.color("bar"))
    assert near(color_at(image, 150, view.row_rect(2).top() + 4), theme.color("accent_soft"))


def test_what_is_missing_is_written_beside_the_machine(qtbot, theme):
    call = builders.call()
    late = replace(call.recordings[0], spans=builders.recording(1, [(100, 300)], ident=1).spans)
    empty = builders.recording(1, [], ident=90)
    alone = make(qtbot, replace(call, recordings=(late,)))
    both = make(qtbot, replace(call, recordings=(late, empty)))
    for view in (alone, both):
        view.resize(1700, view.height())
    rect = both.row_rect(0)
    # The word IVR, and what follows it.
    word = (rect.left() + 4, rect.center().y() - 8, 24, 16)
    beside = (rect.left() + 34, rect.center().y() - 8, 90, 16)
    colors = theme.color("ivr"), theme.color("muted")
    assert share_of(picture(both), word, colors[0]) == share_of(picture(alone), word, colors[0]) > 0
    assert share_of(picture(both), beside, colors[1]) > 0
    assert share_of(picture(alone), beside, colors[1]) == 0


def test_the_word_of_a_transfer_stands_over_the_line_between_rows(qtbot, theme):
    call = builders.call()
    first, _, third = call.segments
    call = replace(
        call, segments=(replace(first, transferred_to=2), replace(third, number=2)), recordings=()
    )
    view = make(qtbot, call)
    image = picture(view)
    line = view.row_rect(0).bottom() - 1
    x = view.x_of(view._scene.rows[0].bars[-1].end_us)
    # Before the word there is the line, and then the word's own ground.
    assert share_of(image, (x - 60, line, 40, 1), theme.color("line")) == 1
    assert share_of(image, (x + 16, line, 20, 1), theme.color("line")) < 0.3


def test_hold_is_hatched_and_edged_and_hides_the_waves(view, theme):
    image = picture(view)
    rect = view.row_rect(0)
    left, right = view.x_of(TimelineUs(184 * S)), view.x_of(TimelineUs(279 * S))
    inside = (left + 3, rect.top() + 8, 20, rect.height() - 16)
    assert share_of(image, inside, theme.color("agent")) == 0
    assert 0.3 < share_of(image, inside, theme.color("bar_sel")) < 0.9
    assert near(color_at(image, left + 0.6, rect.center().y()), theme.color("hold"), 40)
    assert near(color_at(image, right - 0.8, rect.center().y()), theme.color("hold"), 40)


def test_a_gap_cuts_the_bar(view, theme):
    image = picture(view)
    rect = view.row_rect(2)
    left, right = view.x_of(TimelineUs(551 * S)), view.x_of(TimelineUs(579 * S))
    box = (left + 2, rect.top() + 8, right - left - 4, 6)
    assert share_of(image, box, theme.color("bar"), 2) < 0.1
    assert share_of(image, box, theme.color("surface"), 2) > 0.2


def test_a_consultation_is_dashed_in_its_colour(view, theme):
    image = picture(view)
    rect = view.row_rect(1)
    left, right = view.x_of(TimelineUs(186 * S)), view.x_of(TimelineUs(274 * S))
    edge = (left + 6, rect.top() + 6, right - left - 12, 1)
    assert 0.3 < share_of(image, edge, theme.color("consult"), 60) < 0.9


def test_deleted_rows_have_neither_bar_nor_wave(qtbot, theme):
    view = make(qtbot, builders.deleted_call())
    image = picture(view)
    rect = view.row_rect(0)
    inside = (view.x_of(TimelineUs(300 * S)), rect.top() + 10, 60, 30)
    for role in ("bar", "bar_sel", "agent", "customer"):
        assert share_of(image, inside, theme.color(role), 2) < 0.05


def test_the_marked_range_is_tinted_and_edged(view, theme):
    view.set_range(MarkedRange(TimelineUs(300 * S), TimelineUs(390 * S)))
    image = picture(view)
    accent = theme.color("accent")
    begin, end = view.x_of(TimelineUs(300 * S)), view.x_of(TimelineUs(390 * S))
    assert near(color_at(image, (begin + end) / 2, 21), accent)
    assert not near(color_at(image, begin - 10, 21), accent)
    empty = view.row_rect(2).center().y()
    inside, outside = color_at(image, end - 6, empty), color_at(image, begin - 12, empty)
    assert inside != outside
    view.set_range(MarkedRange())
    assert not near(color_at(picture(view), (begin + end) / 2, 21), accent)


def test_pauses_are_lightened_and_crossed_out_when_skipped(view, theme):
    dull = (Dull(DullKind.SILENCE, TimelineUs(320 * S), TimelineUs(380 * S)),)
    rect = view.row_rect(0)
    x, y = view.x_of(TimelineUs(330 * S)), rect.center().y()
    loud = picture(view)
    view.set_dull(dull, skipped=False)
    marked = picture(view)
    assert color_at(marked, x, y - 12) != color_at(loud, x, y - 12)
    view.set_dull(dull, skipped=True)
    line = (x, round(y), 10, 1)
    assert share_of(picture(view), line, theme.color("silence")) > 0.9
    assert share_of(marked, line, theme.color("silence")) < 0.5


def test_rows_that_are_not_heard_step_back(view, theme):
    rect = view.row_rect(2)
    begin = view.x_of(TimelineUs(430 * S))
    band = (begin, rect.center().y() - 10, 60, 8)
    strong = theme.color("agent", 0.75)
    heard = picture(view)
    assert share_of(heard, band, color_at(heard, begin + 5, rect.center().y() - 5)) > 0.5
    view.set_mix(MixSettings(solo=frozenset({1})))
    quiet = picture(view)
    assert not near(
        color_at(quiet, begin + 5, rect.center().y() - 5),
        color_at(heard, begin + 5, rect.center().y() - 5),
    ), strong


def test_markers_of_every_kind_have_their_own_colour(view, theme):
    kinds = {
        MarkerKind.COMMENT: "m_comment",
        MarkerKind.BOOKMARK: "m_bookmark",
        MarkerKind.HIT: "m_hit",
    }
    added = tuple(Marker(k, TimelineUs((500 + 60 * n) * S), "x") for n, k in enumerate(kinds))
    view.set_markers("some", added)
    image = picture(view)
    for marker, role in zip(added, kinds.values(), strict=True):
        x = view.x_of(marker.at_us)
        assert share_of(image, (x - 7, 29, 14, 14), theme.color(role), 40) > 0.05, role
    view.set_markers("some", ())
    assert view.markers == view.scene.markers


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_playhead_goes_through_everything_under_its_flag(view, theme, ratio):
    view.set_position(TimelineUs(302 * S))
    image = picture(view, ratio)
    x = view.x_of(TimelineUs(302 * S))
    for y in (60, 120, 190):
        assert near(color_at(image, x - 0.25, y), theme.color("text"), 90)
    flag = flag_rect(x, "13:55:41", view.x_of(TimelineUs(0)) - 8, 984)
    assert near(color_at(image, flag.left() + 3, flag.center().y()), theme.color("text"))
    # The flag hides the labels beside it.
    beside = (flag.right() + 2, 3, 14, 10)
    assert share_of(image, beside, theme.color("text2")) == 0


@pytest.mark.parametrize("x", [200.0, 205.0, 500.0, 983.0, 984.0])
def test_the_flag_is_whole_wherever_the_playhead_is_seen(theme, x):
    flag = flag_rect(x, "13:55:41", 200.0, 984.0)
    assert flag.left() >= 200
    assert flag.right() <= 984
    assert flag.left() <= x <= flag.right()


@pytest.mark.parametrize("x", [100.0, 1000.0])
def test_the_flag_goes_out_of_view_with_the_playhead(theme, x):
    assert flag_rect(x, "13:55:41", 200.0, 984.0).center().x() == pytest.approx(x)


def test_labels_give_way_to_the_flag_also_at_an_end(theme):
    flag = flag_rect(200.0, "13:55:41", 200.0, 984.0)
    beside = QRectF(flag.right() - 2, 1, 40, 16)
    beyond = QRectF(flag.right() + 40, 1, 40, 16)
    assert is_under_flag(beside, 200.0, flag)
    assert not is_under_flag(beyond, 200.0, flag)


class Painted(QObject):
    """Notes the area of each paint event of a widget."""

    def __init__(self, widget):
        super().__init__(widget)
        self.areas, self.regions = [], []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.areas.append(sum(r.width() * r.height() for r in event.region()))
            self.regions.append(event.region())
        return False


def test_moving_the_playhead_repaints_next_to_nothing(qtbot, view):
    view.set_position(TimelineUs(100 * S))
    painted = Painted(view)
    qtbot.waitUntil(lambda: bool(painted.areas))
    base = view._base
    painted.areas.clear()
    view.set_position(TimelineUs(110 * S))
    qtbot.waitUntil(lambda: bool(painted.areas))
    assert view._base is base
    assert painted.areas[0] < 0.1 * view.width() * view.height()


def test_less_than_a_pixel_within_a_second_repaints_nothing(qtbot, view):
    view.set_position(TimelineUs(100 * S))
    painted = Painted(view)
    qtbot.waitUntil(lambda: bool(painted.areas))
    painted.areas.clear()
    view.set_position(TimelineUs(100 * S + 1000))
    QApplication.sendPostedEvents()
    assert painted.areas == []


def test_a_playhead_that_creeps_leaves_nothing_of_itself_behind(qtbot, view):
    view.set_position(TimelineUs(100 * S))
    view.zoom(8)
    painted = Painted(view)
    qtbot.waitUntil(lambda: bool(painted.regions))
    first = drawn = view.x_of(TimelineUs(100 * S))
    for step in range(1, 500):
        position = TimelineUs(100 * S + step * 20_000)
        painted.regions.clear()
        view.set_position(position)
        QApplication.sendPostedEvents()
        for region in painted.regions:
            assert region.contains(QPoint(round(drawn), round(view.lanes.rows_top) + 1))
            drawn = view.x_of(position)
        assert abs(drawn - view.x_of(position)) < 1
    assert drawn > first + 20


def test_the_pointer_shows_both_times_without_touching_the_rest(qtbot, view, theme):
    QTest.mouseMove(view, middle(view, 0, 400))
    at = view.x_of(TimelineUs(400 * S))
    qtbot.waitUntil(lambda: near(color_at(picture(view), round(at) + 0.5, 205), theme.color("ctl")))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not near(color_at(picture(view), round(at) + 0.5, 205), theme.color("ctl"))


def test_a_chats_current_message_is_outlined(qtbot, theme):
    view = make(qtbot, builders.chat())
    message = view.scene.rows[1].messages[2]
    before = picture(view)
    view.set_message(message.index)
    after = picture(view)
    x = view.x_of(message.start_us)
    base = view.row_rect(1).bottom() - 6
    # The bar itself keeps its colour, its surroundings get the outline.
    assert near(color_at(after, x + 5, base - 4), theme.color("customer"))
    edge = (x - 3, base - 20, 3, 12)
    assert share_of(before, edge, theme.color("focus"), 130) == 0
    assert share_of(after, edge, theme.color("focus"), 130) > 0.3


def test_a_chat_zoomed_out_shows_density(qtbot, theme):
    chat = builders.chat()
    many = tuple(
        replace(chat.messages[1], at_us=chat.messages[1].at_us + n * S // 4) for n in range(2900)
    )
    view = make(qtbot, replace(chat, messages=many))
    image = picture(view)
    rect = view.row_rect(1)
    lane = (view.x_of(TimelineUs(100 * S)), rect.bottom() - 20, 300, 10)
    assert share_of(image, lane, theme.color("customer")) == 1.0


def test_the_zoom_is_that_of_the_interaction_before(view):
    view.zoom(8.0)
    chosen = view.view.us_per_px
    other = builders.chat()
    view.set_scene(build_scene(other, lay_out(other)), MOSCOW)
    assert view.view.us_per_px == pytest.approx(chosen)
    assert view.view.duration_us == 760 * S
    view.fit()
    again = builders.call()
    view.set_scene(build_scene(again, lay_out(again)), MOSCOW)
    assert view.view.is_fitted


def test_a_zoom_for_which_an_interaction_is_too_short_comes_back_with_a_longer_one(view):
    view.zoom(1.5)
    chosen = view.view.us_per_px
    short = builders.ivr_call()
    scene = build_scene(short, lay_out(short))
    view.set_scene(scene, MOSCOW)
    assert view.view.us_per_px <= chosen
    long = builders.call()
    view.set_scene(build_scene(long, lay_out(long)), MOSCOW)
    assert view.view.us_per_px == pytest.approx(chosen)
