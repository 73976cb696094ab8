from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.models.activity import Activity, ActivityKind
from reviewer.models.ids import RecordingId, WallUs
from reviewer.models.interaction import Stretch, StretchKind
from reviewer.models.recording import PartyRole, RecordingKind
from reviewer.models.shares import UNKNOWN, Shares, shares_of, to_hear
from reviewer.models.timeline import lay_out
from tests.helpers.sound import T0, Scene
from tests.models.test_activity import channel

S = 1_000_000
SPEECH, SILENCE, MUSIC, RINGING = ActivityKind
AGENT, CUSTOMER = PartyRole.AGENT, PartyRole.CUSTOMER


def made(*recordings, waits=(), seconds=20.0):
    """Return the timeline of a call of one part; recordings have ids from 1 on.

    Args:
        recordings: Arguments of `Scene.record` by name, besides the part and the bytes.
        waits: Kind, begin and end of stretches of the part.
        seconds: How long each recording is.
    """
    scene = Scene(seconds)
    number = scene.segment(0, seconds)
    for place, more in enumerate(recordings or ({},)):
        scene.record(number, str(place), b"", (0, 0, seconds), **more)
    call = scene.interaction()
    stretches = tuple(
        Stretch(kind, WallUs(T0 + round(a * S)), WallUs(T0 + round(b * S))) for kind, a, b in waits
    )
    return lay_out(
        replace(
            call,
            segments=(replace(call.segments[0], stretches=stretches),),
            recordings=tuple(
                replace(r, id=RecordingId(n)) for n, r in enumerate(call.recordings, start=1)
            ),
        )
    )


def known(*recordings):
    return {RecordingId(n): Activity(tuple(of)) for n, of in enumerate(recordings, start=1)}


def test_silence_is_a_share_of_the_talk_and_talkover_of_one_channel_is_not_known():
    runs = channel((SPEECH, 5), (SILENCE, 5), (SPEECH, 10))
    assert shares_of(made(), known([runs])) == Shares(250, None)


@pytest.mark.parametrize(
    "kind",
    [
        StretchKind.HOLD,
        StretchKind.QUEUE,
        StretchKind.IVR,
        StretchKind.RINGING,
        StretchKind.CPA,
        StretchKind.WRAP_UP,
    ],
)
def test_what_is_waited_for_is_no_talk(kind):
    runs = channel((SPEECH, 5), (SILENCE, 5), (SPEECH, 10))
    timeline = made(waits=[(kind, 6, 10), (StretchKind.TALK, 0, 20)])
    assert shares_of(timeline, known([runs])).silence == 63


def test_music_and_tones_are_no_talk_and_no_silence():
    runs = channel((RINGING, 4), (SPEECH, 6), (MUSIC, 6), (SILENCE, 2), (SPEECH, 2))
    assert shares_of(made(), known([runs])).silence == 200


def test_two_channels_tell_when_both_speak():
    agent = channel((SPEECH, 6), (SILENCE, 14))
    customer = channel((SILENCE, 4), (SPEECH, 6), (SILENCE, 10))
    stereo = made({"party": PartyRole.MIXED})
    assert shares_of(stereo, known([agent, customer])) == Shares(500, 100)


def test_parties_in_files_of_their_own_tell_it_beside_the_mixed_one():
    agent = channel((SPEECH, 6), (SILENCE, 14))
    customer = channel((SILENCE, 4), (SPEECH, 6), (SILENCE, 10))
    mixed = channel((SPEECH, 10), (SILENCE, 10))
    timeline = made(
        {},
        {"kind": RecordingKind.VOICE_CHANNEL, "party": AGENT},
        {"kind": RecordingKind.VOICE_CHANNEL, "party": CUSTOMER},
    )
    assert [r.id for r in to_hear(timeline)] == [1, 2, 3]
    assert shares_of(timeline, known([mixed], [agent], [customer])) == Shares(500, 100)
    alone = made({}, {"kind": RecordingKind.VOICE_CHANNEL, "party": AGENT})
    assert shares_of(alone, known([mixed], [agent])) == Shares(500, None)


def test_taking_turns_is_no_talking_at_once():
    agent = channel((SPEECH, 6), (SILENCE, 14))
    customer = channel((SILENCE, 5.6), (SPEECH, 6), (SILENCE, 8.4))
    assert shares_of(made(), known([agent, customer])).talkover == 0


def test_nothing_is_known_where_something_that_is_heard_is_not():
    assert shares_of(made(), {}) == UNKNOWN


def test_what_was_heard_before_the_answer_is_not_listened_to():
    timeline = made({"kind": RecordingKind.CPA})
    assert to_hear(timeline) == ()
    assert shares_of(timeline, {}) == UNKNOWN


def test_without_talk_there_is_no_share():
    runs = channel((MUSIC, 20))
    assert shares_of(made(), known([runs])) == UNKNOWN
