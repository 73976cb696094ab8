"""Conversations made of clips: who says which words when, to 20 ms."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reviewer.models.recording import PartyRole
from reviewer.paths import resource_path
from reviewer.services.demo.voices import FRAMES_PER_S, Track, Voices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_DIGITS = re.compile(r"\{(=?)(\d*):?(\w*)\}")
_MARKS = ".,:!?…"
_ENDS = ".!?…"
_LONG_SILENCE_S = 4


class Script:
    """The clips and exchanges of one language, from `resources/demo/voices/LANGUAGE.toml`."""

    def __init__(self, language: str) -> None:
        with resource_path("demo", "voices", f"{language}.toml").open("rb") as file:
            data: dict[str, Any] = tomllib.load(file)
        self.language = language
        self.clips: dict[str, str] = data["clips"]
        self.digits: dict[str, str] = data["digits"]
        self.blocks: dict[str, list[list[str]]] = data["blocks"]


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance.

    Attributes:
        letter: Whose it is, as in the script.
        start, end: Frames from the conversation's beginning.
        words: Each word as it stands in the text, with its first frame and the one after it.
    """

    letter: str
    start: int
    end: int
    words: tuple[tuple[str, int, int], ...]

    @property
    def text(self) -> str:
        """What was said."""
        return " ".join(word for word, _, _ in self.words)


class Talk:
    """A conversation as it is being put together, from frame 0 on.

    Attributes:
        at: The frame that comes next: how long it is so far.
        said: Its utterances.
        holds: First frame of each hold and the one after it.
    """

    def __init__(
        self,
        script: Script,
        voices: Voices,
        speakers: Mapping[str, str],
        rng: Random,
        known: Mapping[str, str] | None = None,
    ) -> None:
        """Begin one; `speakers` gives each letter its voice, `known` digits by name."""
        self.at = 0
        self.said: list[Said] = []
        self.holds: list[tuple[int, int]] = []
        self._script = script
        self._voices = voices
        self._speakers = {k: f"{script.language}-{v}" for k, v in speakers.items()}
        self._rng = rng
        self._given = frozenset(known or ())
        self._known = dict(known or {})
        self._laid: list[tuple[int, str, Track]] = []
        self._offset = rng.randrange(400)

    @property
    def seconds(self) -> float:
        """How long it is so far."""
        return self.at / FRAMES_PER_S

    def block(self, name: str) -> None:
        """Let an exchange of the script be said."""
        for letter, *tokens in self._script.blocks[name]:
            self._line(letter, tokens)
            self.at += self._rng.randrange(8, 34)

    def silence(self, seconds: float) -> None:
        """Let nobody speak for a while."""
        self.at += round(seconds * FRAMES_PER_S)

    def tone(self, name: str, seconds: float, letter: str = "*") -> None:
        """Let a tone sound for a while; `*` is heard in everybody's channel."""
        frames = round(seconds * FRAMES_PER_S)
        self._laid.append((self.at, letter, self._voices.looped(name, frames)))
        self.at += frames

    def hold(self, seconds: float, *, music: bool) -> None:
        """Put the customer on hold, with music or in silence."""
        start = self.at
        if music:
            self.tone("music", seconds)
        else:
            self.silence(seconds)
        self.holds.append((start, self.at))

    def round_up(self) -> None:
        """Lengthen it to whole pairs of blocks, four frames: some readers count a padding byte."""
        self.at += -self.at % 4

    def track(self, letter: str | None = None) -> Track:
        """Return the sound of everybody, or of one speaker and of silence meanwhile."""
        out = self._voices.looped("noise", self.at, self._offset).copy()
        for start, whose, frames in self._laid:
            if letter is None or whose in (letter, "*"):
                out[start : start + len(frames)] = frames
        return out

    def _line(self, letter: str, tokens: list[str]) -> None:
        words: list[tuple[str, int, int]] = []
        opening = True
        for token in tokens:
            if token.startswith("_"):
                self._wait(letter, int(token[1:]))
                continue
            name = token.rstrip(_MARKS)
            marks = token[len(name) :]
            for clip, text in self._spoken(name):
                words.extend(self._say(letter, clip, _opened(text) if opening else text))
                opening = False
            if marks:
                word, first, last = words[-1]
                words[-1] = (word + marks, first, last)
                opening = marks[-1] in _ENDS
            self.at += self._rng.randrange(2, 9)
        if words and words[-1][0][-1] not in _MARKS:
            word, first, last = words[-1]
            words[-1] = (word + ".", first, last)
        if words:
            self.said.append(Said(letter, words[0][1], words[-1][2], tuple(words)))

    def _wait(self, letter: str, seconds: int) -> None:
        length = seconds * self._rng.uniform(0.8, 1.25)
        if seconds >= _LONG_SILENCE_S and letter == "A" and self._rng.random() < 0.6:
            self.tone("keyboard", length, "A")
        else:
            self.silence(length)

    def _spoken(self, name: str) -> list[tuple[str, str]]:
        found = _DIGITS.fullmatch(name)
        if not found:
            return [(name, self._script.clips[name])]
        again, count, key = found.groups()
        if not again and key not in self._given:
            # One that stands for a number of things is never 0, 1 or a teen.
            first = str(self._rng.randrange(2, 10))
            rest = "".join(str(self._rng.randrange(10)) for _ in range(int(count) - 1))
            self._known[key] = first + rest
        digits = self._known[key]
        return [(f"digits/{digit}", self._script.digits[digit]) for digit in digits]

    def _say(self, letter: str, clip: str, text: str) -> list[tuple[str, int, int]]:
        frames = self._voices.clip(self._speakers[letter], clip)
        self._laid.append((self.at, letter, frames))
        start, length = self.at, len(frames)
        self.at += length
        parts = text.split()
        weights = np.cumsum([0, *(len(part) + 1 for part in parts)])
        marks = start + np.rint(weights / weights[-1] * length).astype(int)
        return [(w, int(marks[n]), int(marks[n + 1])) for n, w in enumerate(parts)]


def _opened(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


ROLES = {
    "A": PartyRole.AGENT,
    "B": PartyRole.CONSULTED,
    "C": PartyRole.CUSTOMER,
    "S": PartyRole.SYSTEM,
}
"""What the script's letters stand for."""
