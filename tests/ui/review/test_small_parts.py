"""Times typed, drafts, requests, speeds: what needs no widget."""

from __future__ import annotations

import json
from array import array
from zoneinfo import ZoneInfo

import pytest

from reviewer.messages import choose_language
from reviewer.models.ids import Giid, InteractionId, WallUs
from reviewer.models.remarks import Place
from reviewer.models.timeline import lay_out
from reviewer.ui.review.drafts import EVALUATIONS, REMARKS, Draft, DraftBook, Words, merged
from reviewer.ui.review.go_to_time import parse_time
from reviewer.ui.review.listening import next_rate
from reviewer.ui.review.loading import first_segment
from reviewer.ui.review.request import ReviewRequest, as_request
from reviewer.ui.review.transport import rate_words
from tests.ui.review import builders
from tests.ui.review.builders import S

MOSCOW = ZoneInfo("Europe/Moscow")
GIID = Giid("7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5:02", 302),
        (" 5.02 ", 302),
        ("0:00", 0),
        ("302", 302),
        ("0:05:02", 302),
        ("13:55:41", 302),
        ("13:50:39", 0),
        ("14:04", 801),
        ("1:30.5", 90.5),
        ("1:30,25", 90.25),
        ("0:01:30.125", 90.125),
        ("1.30,5", 90.5),
        ("90,5", 90.5),
        ("90.5", 90.5),
        ("13:55:41.5", 302.5),
    ],
)
def test_times_of_playback_and_of_day_are_understood(text, seconds):
    assert parse_time(text, lay_out(builders.call()), MOSCOW) == seconds * S


@pytest.mark.parametrize(
    "text", ["", "abc", "5:72", "25:00:00", "18:00:00", "9999", "-1", "1:2:3:4", "1:30.", "1:5.5"]
)
def test_what_is_no_time_of_this_call_is_refused(text):
    assert parse_time(text, lay_out(builders.call()), MOSCOW) is None


def test_drafts_survive_as_json_and_nonsense_is_left_out():
    book = DraftBook(EVALUATIONS)
    book.put(GIID, 1, Draft({"Greeting": 7}, "good"))
    book.put(GIID, 3, Draft({}, "only a note"))
    again = DraftBook(EVALUATIONS)
    again.take_json(merged(EVALUATIONS, None, book.changes))
    assert again.get(GIID, 1) == Draft({"Greeting": 7}, "good")
    assert again.get(GIID, 3) == Draft({}, "only a note")
    again.take_json({"x": 1, "y": {"scores": {"a": 99}, "note": "n"}, "z": {"scores": []}})
    assert again.get(Giid("y"), 1) is None
    again.take_json(["no"])
    assert again.get(GIID, 3) is None
    book.put(GIID, 1, None)
    assert book.get(GIID, 1) is None
    stored = merged(EVALUATIONS, None, book.changes)
    assert list(merged(EVALUATIONS, stored, book.changes)) == [f"{GIID}/3"]


def test_words_are_kept_with_their_place_and_nonsense_is_left_out():
    book = DraftBook(REMARKS)
    whole = {
        "new": Words("one", public=False, place=Place(WallUs(5))),
        "7": Words("two", public=True),
        "range": Words("three", public=True, place=Place(WallUs(5), WallUs(9))),
    }
    for part, words in whole.items():
        book.put(GIID, part, words)
    again = DraftBook(REMARKS)
    again.take_json(json.loads(json.dumps(merged(REMARKS, None, book.changes))))
    assert {part: again.get(GIID, part) for part in whole} == whole
    good = {"text": "t", "public": True, "at": None}
    bad = [7, {**good, "text": 1}, {**good, "public": "x"}, {**good, "at": [1]}, {"text": "t"}]
    again.take_json({f"{GIID}/{n}": value for n, value in enumerate([*bad, good])})
    assert [again.get(GIID, n) is None for n in range(6)] == [True] * 5 + [False]


def test_two_windows_keep_each_others_drafts():
    mine, others = DraftBook(EVALUATIONS), DraftBook(EVALUATIONS)
    mine.put(GIID, 1, Draft({"Greeting": 7}))
    others.put(GIID, 2, Draft({"Greeting": 5}))
    changes = mine.changes
    stored = merged(EVALUATIONS, {}, changes)
    mine.put(GIID, 3, Draft({}, "while it was being written"))
    mine.written(changes)
    assert list(mine.changes) == [f"{GIID}/3"]
    stored = merged(EVALUATIONS, stored, others.changes)
    others.written(others.changes)
    stored = merged(EVALUATIONS, stored, mine.changes)
    assert list(stored) == [f"{GIID}/1", f"{GIID}/2", f"{GIID}/3"]
    mine.take_json(stored)
    assert all(mine.get(GIID, number) is not None for number in (1, 2, 3))
    others.put(GIID, 2, None)
    stored = merged(EVALUATIONS, stored, others.changes)
    mine.take_json(stored)
    assert mine.get(GIID, 2) is None
    assert mine.get(GIID, 3) is not None


def test_only_so_many_drafts_are_kept():
    book = DraftBook(EVALUATIONS)
    for number in range(250):
        book.put(GIID, number, Draft({"Greeting": 1}))
    kept = merged(EVALUATIONS, {f"{GIID}/900": {"scores": {}, "note": "old"}}, book.changes)
    assert len(kept) == 200
    assert f"{GIID}/249" in kept
    assert f"{GIID}/900" not in kept


def test_a_request_knows_its_neighbours():
    request = ReviewRequest(InteractionId(2), array("q", [1, 2, 3]))
    assert request.index == 1
    after = request.neighbour(1)
    assert after is not None
    assert after.interaction_id == 3
    assert after.neighbour(1) is None
    assert ReviewRequest(InteractionId(2)).neighbour(1) is None
    assert as_request(InteractionId(5)) == ReviewRequest(InteractionId(5))
    assert as_request(None) is None


def test_speeds_step_and_end():
    assert [next_rate(1.0, 1), next_rate(1.0, -1), next_rate(3.0, 1), next_rate(0.5, -1)] == [
        1.25,
        0.5,
        3.0,
        0.5,
    ]


def test_speeds_are_worded_in_the_language():
    assert [rate_words(r) for r in (0.5, 1.0, 1.25, 3.0)] == ["0.5", "1×", "1.25", "3"]
    choose_language("ru")
    assert rate_words(1.25) == "1,25"


def test_review_begins_with_what_an_agent_handled():
    assert first_segment(builders.call()).number == 1
    assert first_segment(builders.ivr_call()).number == 1
