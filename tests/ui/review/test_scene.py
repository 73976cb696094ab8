from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.messages import choose_language
from reviewer.models.ids import WallUs
from reviewer.models.interaction import SegmentKind, StretchKind
from reviewer.models.recording import PartyRole, RecordingState
from reviewer.models.timeline import lay_out
from reviewer.ui.review.scene import BarState, MarkerKind
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.transcript_events import events_of
from tests.ui.review import builders
from tests.ui.review.builders import S, stretch


def scene_of(interaction, **kwargs):
    return build_scene(interaction, lay_out(interaction), **kwargs)


def seconds(stripes):
    return [(s.start_us // S, s.end_us // S) for s in stripes]


def test_heads_say_who_with_whom_and_how_long():
    rows = scene_of(builders.call()).rows
    assert [(r.number, r.title, r.subtitle, r.extent) for r in rows] == [
        (1, "Ирина Иванова", "Customer · Кредитные карты", "6:46"),
        (2, "Consultation · 1012", "Иванова ↔ Павел Смирнов", "1:28"),
        (3, "Денис Петров", "After a transfer · Удержание", "7:07"),
    ]
    assert [(r.icon, r.icon_role) for r in rows] == [
        ("headphones", "agent"),
        ("users", "consult"),
        ("phone-forwarded", "agent"),
    ]


def test_bars_leave_out_ringing_work_after_the_call_and_gaps():
    row = scene_of(builders.call()).rows[2]
    assert seconds(row.waits) == [(408, 418)]
    assert seconds(row.bars) == [(418, 551), (579, 815)]
    assert seconds(row.gaps) == [(551, 579)]
    assert seconds(row.after_work) == [(815, 835)]


def test_a_bar_begins_after_ringing_that_took_a_moment_to_begin():
    call = builders.call()
    third = call.segments[2]
    late = tuple(
        replace(part, started_us=WallUs(part.started_us + S))
        if part.kind is StretchKind.RINGING
        else part
        for part in third.stretches
    )
    told = replace(call, segments=(*call.segments[:2], replace(third, stretches=late)))
    row = scene_of(told).rows[2]
    assert seconds(row.waits) == [(409, 418)]
    assert row.bars[0].start_us == 418 * S


def test_hold_and_ivr_are_marked_in_the_bar():
    row = scene_of(builders.call()).rows[0]
    assert seconds(row.holds) == [(184, 279)]
    assert seconds(row.ivrs) == [(0, 22)]
    assert "on hold 1:35" in row.spoken


def test_a_channel_for_each_party_lies_on_its_side():
    first, consultation, _ = scene_of(builders.call()).rows
    assert [(w.channel, w.side, w.role) for w in first.waves] == [
        (0, "up", "agent"),
        (1, "down", "customer"),
    ]
    assert [(w.side, w.role) for w in consultation.waves] == [("up", "consult"), ("down", "agent")]


def test_mixed_sound_is_mirrored():
    call = builders.call()
    mixed = tuple(replace(r, channel_parties=()) for r in call.recordings)
    waves = scene_of(replace(call, recordings=mixed)).rows[0].waves
    assert [(w.channel, w.side, w.role) for w in waves] == [(None, "both", "agent")]


def test_a_recording_of_one_party_lies_on_that_partys_side():
    call = builders.call()
    only = replace(call.recordings[0], channel_parties=(), party=PartyRole.CUSTOMER)
    waves = scene_of(replace(call, recordings=(only,))).rows[0].waves
    assert [(w.side, w.role) for w in waves] == [("down", "customer")]


def test_a_transfer_leads_from_row_to_row_with_its_word():
    links = scene_of(builders.call()).links
    assert [(link.from_row, link.to_row, link.word) for link in links] == [(0, 2, "transfer")]


def test_markers_are_the_flag_and_the_steps():
    markers = scene_of(builders.call()).markers
    assert [(m.kind, m.at_us // S) for m in markers] == [
        (MarkerKind.FLAG, 0),
        (MarkerKind.STEP, 22),
        (MarkerKind.STEP, 406),
    ]
    assert markers[2].words == "Перевод → no answer"


def test_deleted_content_leaves_outlines():
    scene = scene_of(builders.deleted_call())
    assert {row.state for row in scene.rows} == {BarState.DELETED}
    assert all(row.bars and not row.waves for row in scene.rows)
    assert scene.screen == ()
    assert len(scene.screen_gone) == 3
    assert scene.has_screen


def test_an_empty_recording_is_neither_error_nor_silence():
    scene = scene_of(builders.ivr_call())
    assert scene.rows[0].state is BarState.EMPTY
    assert "no sound was captured" in scene.rows[0].spoken


def test_an_empty_recording_beside_one_that_sounds_is_told_from_silence():
    call = builders.call()
    empty = builders.recording(1, [], ident=90)
    late = replace(call.recordings[0], spans=builders.recording(1, [(100, 300)], ident=1).spans)
    row = scene_of(replace(call, recordings=(late, empty))).rows[0]
    assert row.state is BarState.SOUND
    assert seconds(row.uncaptured) == [(0, 100), (300, 406)]
    assert {stripe.word for stripe in row.uncaptured} == {"no sound was captured"}
    assert row.spoken.count("no sound was captured") == 1
    # All along another one sounds: whose it is says what is missing.
    side = replace(empty, party=PartyRole.CUSTOMER)
    row = scene_of(replace(call, recordings=(call.recordings[0], side))).rows[0]
    assert [stripe.word for stripe in row.uncaptured] == ["Customer: no sound was captured"]
    assert scene_of(call).rows[0].uncaptured == ()


def test_a_voice_message_is_marked_in_the_bar_and_told_between_the_utterances():
    call = builders.ivr_call()
    left = replace(call.segments[0], stretches=(stretch(StretchKind.VOICEMAIL, 40, 90, ""),))
    call = replace(call, segments=(left,), recordings=(builders.recording(1, [(0, 90)], ident=1),))
    (row,) = scene_of(call).rows
    assert [(s.word, s.start_us // S) for s in row.ivrs] == [("voicemail", 40)]
    (event,) = events_of(call, lay_out(call))
    assert (event.at_us, event.words) == (40 * S, "The caller leaves a voice message")


def test_a_call_without_a_recording_says_so():
    bare = replace(builders.ivr_call(), recordings=())
    assert scene_of(bare).rows[0].state is BarState.NOT_RECORDED


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RecordingState.EXPIRED, BarState.EXPIRED),
        (RecordingState.MISSING, BarState.MISSING),
        (RecordingState.DELETED, BarState.DELETED),
    ],
)
def test_what_became_of_a_part_shows_in_its_row_only(state, expected):
    call = builders.call()
    first = replace(call.recordings[0], state=state)
    scene = scene_of(replace(call, recordings=(first, *call.recordings[1:])))
    assert [row.state for row in scene.rows] == [expected, BarState.SOUND, BarState.SOUND]


def test_unreadable_content_is_missing_in_its_row():
    call = builders.call()
    scene = scene_of(call, missing=[call.recordings[2]])
    assert [row.state for row in scene.rows] == [
        BarState.SOUND,
        BarState.SOUND,
        BarState.MISSING,
    ]


def test_nobody_answered_has_no_bar_but_a_dotted_wait():
    call = builders.ivr_call()
    segment = replace(
        call.segments[0],
        kind=SegmentKind.HANDLING,
        stretches=(stretch(StretchKind.QUEUE, 0, 60), stretch(StretchKind.RINGING, 60, 90)),
    )
    row = scene_of(replace(call, segments=(segment,), recordings=())).rows[0]
    assert row.bars == ()
    assert [(w.word, w.end_us // S) for w in row.waits] == [("queue", 60), ("ringing", 90)]
    assert row.title == "No agent"


def test_a_conference_has_a_seam_with_both_names():
    call = builders.call()
    third = replace(call.segments[2], kind=SegmentKind.CONFERENCE, connected_to="Павел Смирнов")
    row = scene_of(replace(call, segments=(*call.segments[:2], third))).rows[2]
    assert [seam.word for seam in row.seams] == ["Петров + Павел Смирнов"]


def test_a_chat_has_two_lanes_of_messages():
    scene = scene_of(builders.chat())
    agent, customer = scene.rows
    assert scene.chat
    assert (agent.chat_role, agent.extent, customer.chat_role, customer.extent) == (
        "agent",
        "3",
        "customer",
        "4",
    )
    longest = max(customer.messages, key=lambda message: message.weight)
    assert longest.index == 5
    assert scene.row_of(1) is None


def test_words_follow_the_language():
    choose_language("ru")
    rows = scene_of(builders.call()).rows
    assert rows[1].title == "Консультация · 1012"
    assert rows[0].subtitle == "Клиент · Кредитные карты"
    assert scene_of(builders.call()).links[0].word == "перевод"
