"""Finding words in the transcript, the hits of the search, timed words, events of a call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from reviewer.models.criteria.highlight import occurrences, wanted_by
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import Giid, TimelineUs
from reviewer.models.interaction import Word
from reviewer.models.recording import PartyRole
from reviewer.models.timeline import lay_out
from reviewer.player.reports import PlayerState
from reviewer.ui.review.hits import search_hits, step_from, typed_hits
from reviewer.ui.review.reading_panel import Reading
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.review.scene import MarkerKind
from reviewer.ui.review.transcript_events import events_of
from tests.ui.review import builders
from tests.ui.review.conftest import settle, show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.ui.review.page import ReviewPage

pytestmark = [pytest.mark.threads]
S = builders.S
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def press(page: ReviewPage, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(page.window().focusWidget() or page, key, modifiers)


def hit_markers(page: ReviewPage) -> list[int]:
    return [m.at_us // S for m in page.parts.timeline.markers if m.kind is MarkerKind.HIT]


def find(page: ReviewPage, words: str) -> None:
    page.parts.timeline.setFocus()
    press(page, Qt.Key.Key_F, CTRL)
    bar = page.finding.bar
    assert bar.hasFocus()
    bar.setText(words)
    bar.textEdited.emit(words)


def test_what_is_typed_is_found_whatever_its_letter_case(opened: ReviewPage) -> None:
    find(opened, "КОМИССИ")
    assert opened.finding.bar.count == "2"
    assert hit_markers(opened) == [31, 291]
    press(opened, Qt.Key.Key_Return)
    assert opened.listening.player.position_us == 31 * S
    assert opened.finding.bar.count == "1 / 2"
    press(opened, Qt.Key.Key_F3)
    assert opened.listening.player.position_us == 291 * S
    press(opened, Qt.Key.Key_F3)
    assert opened.finding.chosen == 0
    press(opened, Qt.Key.Key_F3, SHIFT)
    assert opened.finding.bar.count == "2 / 2"


def test_escape_plays_and_pauses_while_words_are_typed(opened: ReviewPage) -> None:
    find(opened, "комисси")
    player = opened.listening.player
    press(opened, Qt.Key.Key_Escape)
    assert player.state is PlayerState.PLAYING
    press(opened, Qt.Key.Key_Escape)
    assert player.state is PlayerState.PAUSED
    assert opened.finding.bar.hasFocus()
    assert opened.finding.bar.text() == "комисси"


def test_the_first_step_goes_on_from_the_present_moment(opened: ReviewPage) -> None:
    find(opened, "комисси")
    opened.listening.seek(TimelineUs(100 * S))
    press(opened, Qt.Key.Key_F3)
    assert opened.listening.player.position_us == 291 * S


def test_nothing_found_is_said_and_goes_nowhere(opened: ReviewPage) -> None:
    find(opened, "жираф")
    assert opened.finding.bar.count == "0"
    press(opened, Qt.Key.Key_Return)
    assert opened.listening.player.position_us == 0
    assert hit_markers(opened) == []


def test_what_the_search_looked_for_is_lit_by_stems(
    qtbot: QtBot, page: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    criteria = parse_line('кредитные "до свидания" -жираф')
    page.open(ReviewRequest(ids["call"], criteria=criteria))
    settle(qtbot, page, ids["call"])
    assert hit_markers(page) == [299, 308, 640, 640]
    assert page.finding.bar.text() == "кредитные до свидания"
    page.parts.timeline.setFocus()
    press(page, Qt.Key.Key_F3)
    assert page.listening.player.position_us == 299 * S
    show(qtbot, page, ids, "chat")
    assert (page.finding.bar.text(), page.finding.hits) == ("", ())


def test_what_is_typed_is_found_in_the_next_interaction_too(
    qtbot: QtBot, opened: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    find(opened, "кредитная карта")
    show(qtbot, opened, ids, "chat")
    assert opened.finding.bar.count == "2"
    assert [opened.parts.transcript.lines[h.row].clock for h in opened.finding.hits] == [
        "13:54:37",
        "13:55:01",
    ]


def test_hits_are_where_a_word_is_said() -> None:
    lines = lines_of(timed_call())
    (hit,) = typed_hits(lines, "вторая")
    assert hit.at_us == 20 * S + 500_000
    (by_stem,) = search_hits(lines, wanted_by(parse_line("второй")))
    assert by_stem == hit


def test_steps_go_round() -> None:
    hits = typed_hits(lines_of(builders.call()), "комисси")
    assert step_from(hits, TimelineUs(0), -1) == 1
    assert step_from(hits, TimelineUs(31 * S), 1) == 1
    assert step_from(hits, TimelineUs(291 * S), 1) == 0
    assert step_from((), TimelineUs(0), 1) is None


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Ёлка и ёлка", "елка", ((0, 4), (7, 11))),
        ("STRASSE Straße", "straße", ((0, 7), (8, 14))),
        ("aaaa", "aa", ((0, 2), (2, 4))),
        ("e\u0301te\u0301", "\u00e9", ((0, 2), (3, 5))),
        ("anything", "", ()),
    ],
)
def test_places_are_those_of_the_text_as_it_is_written(
    text: str, wanted: str, found: tuple[tuple[int, int], ...]
) -> None:
    assert occurrences(text, wanted) == found


# --- timed words


def lines_of(interaction):
    from zoneinfo import ZoneInfo

    from reviewer.ui.review.transcript_model import make_lines

    return make_lines(interaction, lay_out(interaction), ZoneInfo("Europe/Moscow"))


def timed_call():
    whole = builders.call()
    first = whole.messages[0]
    at = builders.at
    text = "Первая вторая, третья"
    words = (
        Word("Первая", at(20), at(20.5)),
        Word("вторая", at(20.5), at(21)),
        Word("чужое", at(21), at(21.2)),
        Word("третья", at(21.5), at(22)),
    )
    timed = replace(first, text=text, words=words)
    giid = Giid("55555555-5555-4555-8555-555555555555")
    return replace(whole, giid=giid, messages=(timed, *whole.messages[1:]))


def test_the_word_being_said_is_lit_and_a_click_on_one_goes_there(
    qtbot: QtBot, page: ReviewPage, store: LocalStore
) -> None:
    number = builders.put(store, timed_call())
    page.open(ReviewRequest(number))
    settle(qtbot, page, number)
    view = page.parts.transcript
    page.listening.seek(TimelineUs(20 * S + 600_000))
    assert view._word is not None
    assert view.lines[view.current_row].text[view._word.begin : view._word.end] == "вторая"
    page.listening.seek(TimelineUs(21 * S + 300_000))
    assert view._word is None
    index = view.model().index(view.current_row, 0)
    rect = view.visualRect(index)
    line = view.lines[view.current_row]
    places = {
        view._delegate.place_at(line, rect.toRectF(), QPoint(x, rect.bottom() - 18).toPointF()): x
        for x in range(rect.left(), rect.right())
    }
    x = places[line.text.index("третья") + 2]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, rect.bottom() - 18))
    assert page.listening.player.position_us == 21 * S + 500_000


# --- events


def quiet_call():
    """The call without a transcript."""
    whole = builders.call()
    return replace(whole, giid=Giid("66666666-6666-4666-8666-666666666666"), messages=())


def test_events_tell_holds_consultations_transfers_and_gaps() -> None:
    call = quiet_call()
    told = [(event.at_us // S, event.words) for event in events_of(call, lay_out(call))]
    assert told == [
        (0, "IVR: Приветствие"),
        (184, "The customer is put on hold"),
        (186, "Consultation with Павел Смирнов"),
        (274, "Consultation with Павел Смирнов ended"),
        (279, "Hold ended after 1:35"),
        (406, "Transferred to Денис Петров"),
        (551, "Not recorded for 0:28"),
        (815, "After-call work, 0:20"),
    ]


def test_a_source_that_tells_of_events_itself_is_left_to_do_so() -> None:
    call = builders.call()
    assert any(message.role is PartyRole.SYSTEM for message in call.messages)
    assert events_of(call, lay_out(call)) == ()
    assert events_of(builders.chat(), lay_out(builders.chat())) == ()


def test_e_goes_from_event_to_event(qtbot: QtBot, page: ReviewPage, store: LocalStore) -> None:
    number = builders.put(store, quiet_call())
    page.open(ReviewRequest(number))
    settle(qtbot, page, number)
    assert page.parts.reading.tabs.tabText(Reading.TEXTS) == "Course of the call"
    page.parts.timeline.setFocus()
    reached = []
    for _ in range(4):
        press(page, Qt.Key.Key_E)
        reached.append(page.listening.player.position_us // S)
    assert reached == [184, 186, 274, 279]
    press(page, Qt.Key.Key_E, SHIFT)
    assert page.listening.player.position_us == 274 * S
