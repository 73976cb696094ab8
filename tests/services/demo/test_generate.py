from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from reviewer.media.probe import probe
from reviewer.models.ids import US_PER_S
from reviewer.models.interaction import (
    Channel,
    Direction,
    Outcome,
    SegmentKind,
    StretchKind,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.timeline import lay_out
from reviewer.services.demo.generate import generate
from reviewer.services.demo.mark import (
    SHOWCASE_CALL,
    SHOWCASE_CHAT,
    SHOWCASE_EMAIL,
    TIME_ZONES,
)
from reviewer.services.demo.world import DAYS

AS_OF = date(2026, 3, 2)
HOUR_US = 3600 * US_PER_S


def interactions(items):
    return [item.interaction for item in items]


def digests(items):
    found = {}
    for item in items:
        for number, opener in item.content.items():
            with closing(opener()) as source:
                data = source.read_at(0, source.size)
            found[item.interaction.giid, number] = hashlib.sha256(data).hexdigest()
    return found


def test_same_day_gives_same_facts_and_same_bytes():
    first, second = generate(AS_OF, "ru"), generate(AS_OF, "ru")
    assert interactions(first) == interactions(second)
    assert digests(first) == digests(second)


def test_another_day_gives_another_demo():
    there = {i.giid for i in interactions(generate(AS_OF, "en"))}
    later = {i.giid for i in interactions(generate(date(2026, 3, 3), "en"))}
    assert there & later == {SHOWCASE_CALL, SHOWCASE_CHAT, SHOWCASE_EMAIL}


def test_it_has_some_300_interactions_of_the_weeks_before(items):
    found = interactions(items)
    zone = ZoneInfo(TIME_ZONES["en"])
    assert 280 <= len(found) <= 340
    assert len({i.giid for i in found}) == len(found)
    for interaction in found:
        ended = datetime.fromtimestamp(interaction.ended_us // US_PER_S, zone)
        assert 1 <= (AS_OF - ended.date()).days <= DAYS


def test_it_covers_every_channel_direction_kind_and_outcome(items):
    found = interactions(items)
    channels = Counter(i.channel for i in found)
    assert channels[Channel.VOICE] > 200
    assert channels[Channel.CHAT] > 35
    assert channels[Channel.EMAIL] > 20
    assert {i.direction for i in found} == set(Direction)
    outcomes = {Outcome.ANSWERED, Outcome.ABANDONED, Outcome.NO_ANSWER, Outcome.BUSY}
    assert {i.outcome for i in found} >= outcomes
    segments = [s for i in found for s in i.segments]
    assert {s.kind for s in segments} == set(SegmentKind)
    assert {s.transfer for s in segments} == {None, *TransferKind}
    assert {t.kind for s in segments for t in s.stretches} == set(StretchKind)
    assert {i.medium for i in found if i.channel is Channel.CHAT} == {"web", "telegram", "sms"}


def test_it_covers_every_kind_and_state_of_recording(items):
    recordings = [r for i in interactions(items) for r in i.recordings]
    assert {r.kind for r in recordings} == set(RecordingKind)
    # Damage is found in a store, not brought into it.
    assert {r.state for r in recordings} == set(RecordingState) - {RecordingState.DAMAGED}
    assert {r.media_type for r in recordings} == {
        "audio/wav",
        "audio/x-gsm",
        "video/webm",
        "application/json",
        "message/rfc822",
    }
    assert any(len(r.spans) == 2 for r in recordings)
    assert any(r.is_sound and r.is_empty for r in recordings)
    assert {r.party for r in recordings} >= {PartyRole.AGENT, PartyRole.CUSTOMER, PartyRole.MIXED}


def test_it_covers_what_people_add(items):
    found = interactions(items)
    assert 3 <= sum(i.flagged for i in found) <= 60
    assert any(i.voice_signature for i in found)
    assert any(i.call_problem for i in found)
    assert any(i.km_articles for i in found)
    assert any(i.tags for i in found)
    assert any(i.custom for i in found)
    assert any(note.by_reviewer for i in found for note in i.notes)
    assert any(step.is_abnormal for i in found for step in i.steps)
    assert any(t.by_retention for i in found for t in i.tombstones)
    assert any(not t.by_retention and t.reason for i in found for t in i.tombstones)
    assert any(i.sentiment is not None and i.sentiment < -0.5 for i in found)
    assert any(i.sentiment is not None and i.sentiment > 0.75 for i in found)
    dispositions = {s.disposition for i in found for s in i.segments}
    assert any(d != d.lower() and d.lower() in dispositions for d in dispositions)


def test_durations_are_as_in_life(items):
    lengths = sorted(i.duration_us for i in interactions(items) if i.channel is Channel.VOICE)
    middle = lengths[len(lengths) // 2] / US_PER_S
    assert 90 < middle < 300
    assert sum(length > HOUR_US for length in lengths) == 1
    assert sum(length < 20 * 60 * US_PER_S for length in lengths) > 0.97 * len(lengths)


def test_parts_lie_inside_and_in_order(items):
    for interaction in interactions(items):
        starts = [s.started_us for s in interaction.segments]
        assert [s.number for s in interaction.segments] == list(range(1, len(starts) + 1))
        assert starts == sorted(starts)
        for segment in interaction.segments:
            assert interaction.started_us <= segment.started_us < segment.ended_us
            assert segment.ended_us <= interaction.ended_us
            for stretch in segment.stretches:
                assert segment.started_us <= stretch.started_us < stretch.ended_us or (
                    stretch.started_us == stretch.ended_us
                )
                assert stretch.ended_us <= segment.ended_us
            order = [s.started_us for s in segment.stretches]
            assert order == sorted(order)


def test_sound_lies_inside_its_part_and_messages_inside_the_interaction(items):
    for interaction in interactions(items):
        for recording in interaction.recordings:
            if not recording.is_sound:
                continue
            segment = interaction.segment(recording.segment_number)
            at = 0
            for span in recording.spans:
                assert span.media_start_us == at
                assert segment.started_us <= span.wall_start_us
                assert span.wall_end_us <= segment.ended_us
                at += span.duration_us
        for message in interaction.messages:
            assert interaction.started_us <= message.at_us <= interaction.ended_us
            segment = interaction.segment(message.segment_number)
            assert segment.started_us <= message.at_us <= segment.ended_us


def test_a_consultation_runs_beside_a_hold(items):
    asked = 0
    for interaction in interactions(items):
        for segment in interaction.segments:
            if segment.kind is not SegmentKind.CONSULTATION:
                continue
            asked += 1
            beside = interaction.segment(segment.consultation_of)
            assert any(
                s.kind is StretchKind.HOLD
                and s.started_us <= segment.started_us
                and segment.ended_us <= s.ended_us
                for s in beside.stretches
            )
    assert asked > 10


def test_what_hands_on_names_a_later_part(items):
    for interaction in interactions(items):
        for segment in interaction.segments:
            if segment.transfer is not None:
                target = interaction.segment(segment.transferred_to)
                assert target is not None
                assert target.started_us >= segment.ended_us


def test_nothing_is_heard_or_seen_twice_at_a_time(items):
    for interaction in interactions(items):
        timeline = lay_out(interaction)
        assert len(timeline.rows) == len(interaction.segments)
        for row in timeline.rows:
            for before, after in pairwise(row.sound):
                assert before.end_us <= after.start_us
        for before, after in pairwise(timeline.screen):
            assert before.end_us <= after.start_us
    assert any(row.gaps for i in interactions(items) for row in lay_out(i).rows)


def test_no_agent_talks_in_two_calls_at_once(items):
    talks = defaultdict(list)
    for interaction in interactions(items):
        if interaction.channel is not Channel.VOICE:
            continue
        for segment in interaction.segments:
            if segment.agent and segment.kind is not SegmentKind.CONSULTATION:
                start = min(s.started_us for s in segment.stretches if s.kind is StretchKind.TALK)
                talks[segment.agent.login].append((start, segment.ended_us))
    for login, times in talks.items():
        for before, after in pairwise(sorted(times)):
            assert before[1] <= after[0], login


@pytest.mark.timeout(240)
def test_every_recording_decodes_to_what_its_spans_say(items):
    seen = Counter()
    for item in items:
        for number, opener in item.content.items():
            recording = item.interaction.recordings[number]
            if not (recording.is_sound or recording.kind is RecordingKind.SCREEN):
                continue
            if recording.kind is RecordingKind.SCREEN:
                if seen[recording.duration_us]:
                    continue
                seen[recording.duration_us] += 1
            with closing(opener()) as source:
                info = probe(source, recording.media_type)
            assert info.duration_us == recording.duration_us, recording.source_name


def test_an_available_recording_has_content_and_no_other(items):
    for item in items:
        for number, recording in enumerate(item.interaction.recordings):
            available = recording.state is RecordingState.AVAILABLE
            assert (number in item.content) == available


def test_content_that_is_gone_left_a_tombstone(items):
    for interaction in interactions(items):
        left = Counter((t.kind, t.by_retention) for t in interaction.tombstones)
        gone = {
            (r.kind, r.state is RecordingState.EXPIRED)
            for r in interaction.recordings
            if r.state in (RecordingState.EXPIRED, RecordingState.DELETED)
        }
        assert set(left) == gone


def test_transcripts_say_when_each_word_was_said(items):
    spoken = 0
    for interaction in interactions(items):
        for message in interaction.messages:
            if not message.words:
                continue
            spoken += 1
            assert " ".join(word.text for word in message.words) == message.text
            assert message.words[0].started_us == message.at_us
            assert message.words[-1].ended_us == message.ended_us
            for before, after in pairwise(message.words):
                assert before.started_us < before.ended_us <= after.started_us
    assert spoken > 1000


def test_letters_of_a_case_share_case_and_thread(items):
    cases = defaultdict(set)
    sizes = Counter()
    for interaction in interactions(items):
        if interaction.channel is Channel.EMAIL:
            cases[interaction.case_number].add(interaction.thread_id)
            sizes[interaction.case_number] += 1
            kinds = interaction.recordings_of(RecordingKind.EMAIL)
            assert len(kinds) == len(interaction.messages)
    assert all(len(threads) == 1 for threads in cases.values())
    assert max(sizes.values()) == 4


def test_there_are_letters_that_agents_wrote_first(items):
    found = [i for i in interactions(items) if i.channel is Channel.EMAIL]
    first = [i for i in found if i.direction is Direction.OUTBOUND]
    assert first
    for interaction in first:
        assert [m.role for m in interaction.messages] == [PartyRole.AGENT]
        assert interaction.to_address != interaction.from_address


def test_the_showpiece_is_as_drawn(items):
    call = next(i for i in interactions(items) if i.giid == SHOWCASE_CALL)
    kinds = [s.kind for s in call.segments]
    assert kinds == [SegmentKind.HANDLING, SegmentKind.CONSULTATION, SegmentKind.HANDLING]
    assert 13 * 60 <= call.duration_us // US_PER_S <= 14 * 60
    rows = lay_out(call).rows
    assert [len(row.gaps) for row in rows] == [0, 0, 1]
    assert {piece.party for piece in rows[0].waves} == {PartyRole.AGENT, PartyRole.CUSTOMER}
    assert len(lay_out(call).screen) == 3
    assert call.flagged
    assert call.was_transferred
