from __future__ import annotations

from random import Random

import numpy as np
import pytest

from reviewer.media.decode import SoundReader
from reviewer.media.probe import probe
from reviewer.models.bytesource import MemorySource
from reviewer.services.demo.dialogue import Script, Talk
from reviewer.services.demo.voices import Voices, empty_wav


@pytest.fixture(scope="module")
def voices():
    return Voices()


def talk(voices, *blocks, seed=1):
    speakers = {"A": "f1", "C": "m1", "S": "f1"}
    rng = Random(seed)  # noqa: S311 (which words are said is no secret)
    made = Talk(Script("ru"), voices, speakers, rng, {"phone": "4950204187"})
    for block in blocks:
        made.block(block)
    made.round_up()
    return made


def decoded(data, media_type):
    reader = SoundReader(MemorySource(data), media_type)
    try:
        return reader.read(10_000_000)[0]
    finally:
        reader.close()


def test_both_ways_of_packing_frames_sound_the_same(voices):
    track = talk(voices, "greeting", "identify", "closing").track()
    raw = decoded(voices.raw(track), "audio/x-gsm")
    packed = decoded(voices.wav49(track), "audio/wav")
    assert len(raw) == len(track) * 160
    assert np.array_equal(raw, packed)
    assert np.abs(raw).max() > 5000


def test_a_party_is_alone_in_its_channel(voices):
    made = talk(voices, "greeting", "identify")
    sound = {letter: decoded(voices.pcm(made.track(letter)), "audio/wav") for letter in "AC"}
    loud = {letter: np.abs(samples.astype(int)) for letter, samples in sound.items()}
    for said in made.said:
        middle = slice(said.start * 160 + 800, said.end * 160 - 800)
        other = "C" if said.letter == "A" else "A"
        assert loud[said.letter][middle].max() > 20 * loud[other][middle].max()


def test_voices_differ_in_pitch(voices):
    def pitch(voice):
        clip = voices.clip(voice, "privacy-prompt")
        samples = decoded(voices.raw(clip), "audio/x-gsm").astype(float)
        found = []
        for at in range(0, len(samples) - 480, 160):
            window = samples[at : at + 480] - samples[at : at + 480].mean()
            likeness = np.correlate(window, window, "full")[479:]
            lag = 22 + likeness[22:110].argmax()
            if likeness[lag] > 0.5 * likeness[0] > 0:
                found.append(8000 / lag)
        return np.median(found)

    assert pitch("ru-m2") < pitch("ru-m1") < pitch("ru-f1") < pitch("ru-f2")


def test_an_empty_recording_has_44_bytes_and_no_sound():
    data = empty_wav()
    assert len(data) == 44
    assert probe(MemorySource(data), "audio/wav").is_empty


def test_a_remembered_number_is_said_again(voices):
    made = talk(voices, "identify")
    asked, given, repeated, _ = made.said
    assert asked.letter == "A"
    assert given.text.endswith("четыре девять пять ноль два ноль четыре один восемь семь.")
    assert repeated.text.endswith(given.text.split(", ")[1])
