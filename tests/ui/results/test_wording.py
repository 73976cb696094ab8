from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from reviewer.messages import choose_language
from reviewer.models.columns import Column, columns_for
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole, Recording, RecordingKind, RecordingState, Span
from reviewer.models.settings import Feature
from reviewer.ui.results.cells import Look
from reviewer.ui.results.wording import ResultsWording, part_duration
from tests.ui.results.builders import make_row, make_whole

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture
def wording():
    return ResultsWording(columns_for(Channel.VOICE, ("Region",)), ZONE)


@pytest.fixture
def cell(wording):
    def find(key, **fields):
        return wording.interaction(make_row(0, **fields))[wording.index(key)]

    return find


def test_there_is_a_cell_for_every_column(wording):
    assert len(wording.interaction(make_row(1))) == wording.column_count
    assert len(wording.part(make_whole(), 0)) == wording.column_count
    assert wording.index("nothing") == -1


def test_the_time_is_the_centres_with_its_zone(cell):
    found = cell("started")
    assert (found.text, found.suffix, found.look) == ("2023-10-05 13:50:39", "MSK", Look.STRONG)
    choose_language("ru")
    assert cell("started").text == "05.10.23 13:50:39"


def test_recordings_keep_their_places(cell):
    found = cell(
        "recording",
        voice=RecordingState.DELETED,
        transcript=None,
        screen=RecordingState.AVAILABLE,
    )
    assert [(s.icon, s.slot, s.role) for s in found.signs] == [
        ("gone:audio-lines", 0, "deleted"),
        ("monitor", 2, "accent_text"),
    ]
    assert found.spoken == "Voice recording: deleted, Screen recording"


def test_what_is_damaged_looks_so_and_says_what_can_be_done(cell):
    (sign,) = cell("recording", voice=RecordingState.DAMAGED).signs
    assert (sign.icon, sign.role, sign.opens) == ("gone:audio-lines", "fail", True)
    assert "damaged" in sign.label


def test_an_email_stands_where_texts_do(cell):
    found = cell("recording", voice=None, email=RecordingState.EXPIRED)
    assert [(s.icon, s.slot) for s in found.signs] == [("gone:mail", 1)]
    assert found.spoken == "Email: its retention ended"


def test_marks_tell_in_words_what_they_mean(cell):
    assert cell("flag").spoken == ""
    assert cell("flag", flagged=True).spoken == "Help was asked for"
    assert cell("notes", notes="call again").tooltip == "call again"
    assert cell("notes").signs == ()
    assert cell("icon").spoken == "Call"


@pytest.mark.parametrize(
    ("value", "icon"), [(0.58, "smile"), (0.12, "meh"), (-0.21, "meh"), (-0.62, "frown")]
)
def test_sentiment_is_an_icon_with_its_value(cell, value, icon):
    found = cell("sentiment", sentiment=value)
    assert found.signs[0].icon == icon
    assert f"{abs(value):.2f}" in found.spoken
    assert cell("sentiment_value", sentiment=value).look is Look.NUMBER


def test_only_several_parts_can_be_opened(cell):
    assert cell("segments", segment_count=1).parts == 0
    found = cell("segments", segment_count=3)
    assert (found.text, found.parts) == ("3", 3)


def test_a_field_of_the_centre_is_a_column(cell):
    assert cell("custom.Region", custom=(("Region", "North"),)).text == "North"


def test_parts_of_a_transferred_call(wording):
    whole = make_whole()
    rows = [wording.part(whole, i) for i in range(3)]

    def column(key):
        return [row[wording.index(key)].text for row in rows]

    assert column("started") == ["segment 1", "segment 2", "segment 3"]
    assert column("from") == ["Customer", "1012, consultation", "Customer, after the transfer"]
    assert column("duration") == ["", "1:28", "13:43"]
    assert column("agent") == ["ivanova", "smirnov", "petrov_d"]
    assert column("disposition") == ["Transferred", "", "Resolved"]


def test_parts_of_a_call_that_was_not_transferred_show_their_own_durations():
    whole = make_whole(transferred=False)
    assert [part_duration(whole, i) for i in range(3)] == ["6:58", "1:28", "6:45"]


def test_a_part_shows_its_own_recordings_and_what_overlaps_it(wording):
    whole = make_whole()
    second = whole.segments[1]
    session = Span(MediaUs(0), WallUs(second.started_us - 10), 1_000)
    recordings = (
        Recording(RecordingKind.VOICE, 3, (), "audio/wav"),
        Recording(RecordingKind.SCREEN, None, (session,), "video/webm"),
    )
    whole = type(whole)(
        **{f: getattr(whole, f) for f in whole.__slots__} | {"recordings": recordings}
    )
    icons = [
        [sign.icon for sign in wording.part(whole, i)[wording.index("recording")].signs]
        for i in range(3)
    ]
    assert icons == [["monitor"], ["monitor"], ["audio-lines"]]


def test_icons_stand_for_narrow_titles(wording):
    assert wording.header_icon("icon") == "phone"
    assert wording.header_icon("flag") == "flag"
    assert wording.header_icon("agent") == ""
    assert wording.widest("agent") is None
    assert wording.widest("started").suffix


def test_what_was_said_in_a_part_is_told_of_it_without_a_file_of_its_own(wording):
    whole = make_whole()
    said = (
        Message(WallUs(whole.started_us), PartyRole.AGENT, "", "Hello", segment_number=3),
        Message(WallUs(whole.started_us), PartyRole.SYSTEM, "", "joined", segment_number=2),
    )
    told = replace(whole, messages=said)
    icons = [
        [sign.icon for sign in wording.part(told, part)[wording.index("recording")].signs]
        for part in range(3)
    ]
    assert icons == [[], [], ["message-square-text"]]


def test_what_is_switched_off_in_the_store_is_absent():
    on = frozenset(Feature) - {Feature.SCREEN, Feature.TRANSCRIPTS, Feature.SENTIMENT}
    bare = ResultsWording(columns_for(Channel.VOICE, features=on), ZONE, features=on)
    assert bare.index("sentiment") == bare.index("sentiment_value") == -1
    there = RecordingState.AVAILABLE
    row = make_row(0, voice=there, transcript=there, screen=there)
    signs = bare.interaction(row)[bare.index("recording")].signs
    assert [sign.icon for sign in signs] == ["audio-lines"]
    chat = make_row(0, channel=Channel.CHAT, voice=None, transcript=there)
    signs = bare.interaction(chat)[bare.index("recording")].signs
    assert [sign.icon for sign in signs] == ["message-square-text"]


def test_only_cells_that_are_asked_for_are_worded(wording, monkeypatch):
    asked: list[str] = []
    text = Column.text

    def told(self, row, zone):
        asked.append(self.key)
        return text(self, row, zone)

    monkeypatch.setattr(Column, "text", told)
    cells = wording.interaction(make_row(1))
    assert asked == []
    assert cells[wording.index("service")].text == "Cards"
    assert cells[wording.index("service")].text == "Cards"
    assert asked == ["service"]


def test_rows_of_the_same_values_are_equal_in_one_wording_only(wording):
    assert wording.interaction(make_row(1)) == wording.interaction(make_row(1))
    assert wording.interaction(make_row(1)) != wording.interaction(make_row(1, service="Loans"))
    other = ResultsWording(wording.columns, ZONE)
    assert wording.interaction(make_row(1)) != other.interaction(make_row(1))
