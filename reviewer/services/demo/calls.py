"""One call of the demo as it is put together, part by part, on the wall clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

import numpy as np

from reviewer.models.ids import US_PER_S, MediaUs, WallUs
from reviewer.models.interaction import (
    Channel,
    Direction,
    Interaction,
    Message,
    Note,
    Outcome,
    Segment,
    SegmentKind,
    Source,
    Stretch,
    StretchKind,
    Tombstone,
    TransferKind,
    Word,
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind, RecordingState, Span
from reviewer.services.demo.dialogue import ROLES
from reviewer.services.demo.steps import Steps
from reviewer.services.demo.voices import FRAME_US, Track, empty_wav
from reviewer.services.demo.world import MINUTE_US, World, opener
from reviewer.storage.store import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Agent
    from reviewer.services.demo.cast import Cast, Customer
    from reviewer.services.demo.dialogue import Talk

RETENTION_AT = time(3, 30)
"""When retention runs, on the day before the demo is made."""
LETTERS = {PartyRole.AGENT: "A", PartyRole.CUSTOMER: "C", PartyRole.CONSULTED: "B"}


class Call:
    """A voice interaction in the making; `clock` is the instant reached so far."""

    def __init__(
        self,
        world: World,
        cast: Cast,
        key: str,
        started_us: int,
        customer: Customer,
        *,
        direction: Direction = Direction.INBOUND,
        service: str = "",
    ) -> None:
        self.world = world
        self.cast = cast
        self.key = key
        self.started_us = started_us
        self.clock = started_us
        self.customer = customer
        self.direction = direction
        self.service = service
        self.mood = max(-1.0, min(1.0, world.rng.gauss(0.18, 0.42)))
        self.segments: list[Segment] = []
        self.content: list[tuple[Recording, Callable[[], ByteSource] | None]] = []
        self.messages: list[Message] = []
        self.notes: list[Note] = []
        self.tombstones: list[Tombstone] = []
        self.steps = Steps(cast, started_us)
        self._waiting: list[Stretch] = []
        self._tracks: dict[int, Track] = {}

    # --- what happens -----------------------------------------------------------------------

    def wait(self, kind: StretchKind, seconds: float, detail: str = "") -> None:
        """Let something go on before the next part begins: queue, ringing, a menu."""
        until = self.clock + round(seconds * 1000) * 1000
        self._waiting.append(Stretch(kind, WallUs(self.clock), WallUs(until), detail))
        self.clock = until

    def part(
        self,
        kind: SegmentKind,
        agent: Agent | None,
        *,
        party: str = "",
        service: str | None = None,
        disposition: str = "",
        connected_to: str = "",
        consultation_of: int | None = None,
    ) -> int:
        """Begin a part with what was waited for, as yet without talk; return its number."""
        began = self._waiting[0].started_us if self._waiting else WallUs(self.clock)
        segment = Segment(
            number=len(self.segments) + 1,
            kind=kind,
            started_us=began,
            ended_us=WallUs(self.clock),
            agent=agent,
            party=party or self.customer.number,
            service=self.service if service is None else service,
            disposition=disposition,
            connected_to=connected_to or (agent.extension if agent else ""),
            stretches=tuple(self._waiting),
            consultation_of=consultation_of,
        )
        self._waiting = []
        self.segments.append(segment)
        return segment.number

    def talk(self, number: int, talk: Talk, *, kind: StretchKind = StretchKind.TALK) -> int:
        """Let a conversation take place in a part, from now on; return when it began."""
        talk.round_up()
        began = self.clock
        stretches = [*self.segments[number - 1].stretches]
        at = 0
        for start, end in [*talk.holds, (talk.at, talk.at)]:
            if start > at:
                stretches.append(self._stretch(kind, began, at, start))
            if end > start:
                stretches.append(self._stretch(StretchKind.HOLD, began, start, end))
            at = end
        self.clock = began + talk.at * FRAME_US
        self.segments[number - 1] = replace(
            self.segments[number - 1], ended_us=WallUs(self.clock), stretches=tuple(stretches)
        )
        return began

    def beside(self, number: int, talk: Talk, began_us: int) -> None:
        """Let a conversation take place in a part while another part goes on."""
        now, self.clock = self.clock, began_us
        self.talk(number, talk)
        self.segments[number - 1] = replace(self.segments[number - 1], started_us=WallUs(began_us))
        self.clock = now

    def wrap_up(self, number: int, seconds: float) -> None:
        """Add the agent's work after the talk to the end of a part."""
        self.add_stretch(
            number, StretchKind.WRAP_UP, self.clock, self.clock + round(seconds) * US_PER_S
        )
        self.clock += round(seconds) * US_PER_S
        self.change(number, ended_us=WallUs(self.clock))

    def add_stretch(self, number: int, kind: StretchKind, start_us: int, end_us: int) -> None:
        """Add a stretch to a part, in its order."""
        stretches = [*self.segments[number - 1].stretches]
        stretches.append(Stretch(kind, WallUs(start_us), WallUs(end_us)))
        stretches.sort(key=lambda s: (s.started_us, -s.ended_us))
        self.change(number, stretches=tuple(stretches))

    def hand_on(self, number: int, kind: TransferKind, to: int) -> None:
        """Note that a part handed the call on to another."""
        self.change(number, transfer=kind, transferred_to=to)

    def change(self, number: int, **fields: Any) -> None:
        """Change facts of a part."""
        self.segments[number - 1] = replace(self.segments[number - 1], **fields)

    @staticmethod
    def _stretch(kind: StretchKind, began: int, start: int, end: int) -> Stretch:
        return Stretch(kind, WallUs(began + start * FRAME_US), WallUs(began + end * FRAME_US))

    # --- what is recorded -------------------------------------------------------------------

    def record(
        self,
        number: int | None,
        talk: Talk,
        began_us: int,
        *,
        kind: RecordingKind = RecordingKind.VOICE,
        raw: bool = False,
    ) -> None:
        """Record a conversation whole, all parties in one file of GSM."""
        self._file(number, talk.track(), ((0, talk.at),), began_us, kind=kind, raw=raw)

    def record_pieces(
        self, number: int, talk: Talk, began_us: int, cuts: list[tuple[int, int]], *, files: bool
    ) -> None:
        """Record it but for some stretches, into a file a piece or all into one file."""
        kept = _kept(talk, cuts)
        whole = talk.track()
        if files:
            for start, end in kept:
                self._file(number, whole[start:end], ((start, end),), began_us)
        else:
            joined = np.concatenate([whole[start:end] for start, end in kept])
            self._file(number, joined, tuple(kept), began_us)
        self.messages = [
            m
            for m in self.messages
            if m.segment_number != number or not _within(m.at_us, began_us, cuts)
        ]

    def record_channels(
        self,
        number: int,
        talk: Talk,
        began_us: int,
        letters: str,
        cuts: list[tuple[int, int]] | None = None,
    ) -> None:
        """Record each party in a file of its own, 16-bit PCM, besides the mixed one."""
        for role, letter in LETTERS.items():
            if letter not in letters:
                continue
            whole = talk.track(letter)
            for start, end in _kept(talk, cuts or []):
                self._file(
                    number,
                    whole[start:end],
                    ((start, end),),
                    began_us,
                    kind=RecordingKind.VOICE_CHANNEL,
                    party=role,
                )

    def record_nothing(self, number: int) -> None:
        """Leave an empty file of 44 bytes behind: no sound was captured."""
        name = f"{self.name(number)}.wav"
        recording = Recording(RecordingKind.VOICE, number, (), "audio/wav", source_name=name)
        self.content.append((recording, opener(empty_wav, name)))

    def name(self, number: int | None) -> str:
        """Return what a recording of this call is called, without its suffix."""
        stamp = self.world.local(self.started_us).strftime("%Y%m%d-%H%M%S")
        return f"{self.key}-{stamp}-{number or 0}"

    def _file(
        self,
        number: int | None,
        track: Track,
        kept: tuple[tuple[int, int], ...],
        began_us: int,
        *,
        kind: RecordingKind = RecordingKind.VOICE,
        party: PartyRole = PartyRole.MIXED,
        raw: bool = False,
    ) -> None:
        spans = []
        at = 0
        for start, end in kept:
            length = (end - start) * FRAME_US
            spans.append(Span(MediaUs(at), WallUs(began_us + start * FRAME_US), length))
            at += length
        voices = self.world.voices
        channel = kind is RecordingKind.VOICE_CHANNEL
        name = (
            self.name(number) + (f"-{party.value}" if channel else "") + (".gsm" if raw else ".wav")
        )
        write = voices.pcm if channel else voices.raw if raw else voices.wav49
        recording = Recording(
            kind=kind,
            segment_number=number,
            spans=tuple(spans),
            media_type="audio/x-gsm" if raw else "audio/wav",
            party=party,
            source_name=name,
        )
        self._tracks[len(self.content)] = track
        self.content.append((recording, opener(lambda: write(track), name)))

    # --- what is written down ---------------------------------------------------------------

    def transcribe(
        self,
        number: int,
        talk: Talk,
        began_us: int,
        names: Mapping[str, str],
        *,
        words: bool,
        consulted: bool = False,
    ) -> None:
        """Add what was said to the call's messages.

        Args:
            number: The part.
            talk: Who said what.
            began_us: When it began.
            names: Each letter's author.
            words: Whether the recogniser gave the words' times.
            consulted: The other side is not the customer but whom the agent asked.
        """
        for said in talk.said:
            role = ROLES[said.letter]
            if consulted and role is PartyRole.CUSTOMER:
                role = PartyRole.CONSULTED
            feeling = None
            if role is not PartyRole.SYSTEM:
                mood = self.mood if role is PartyRole.CUSTOMER else 0.25
                feeling = round(max(-1.0, min(1.0, self.world.rng.gauss(mood, 0.22))), 2)
            at = [WallUs(began_us + frame * FRAME_US) for frame in (said.start, said.end)]
            self.messages.append(
                Message(
                    at_us=at[0],
                    role=role,
                    author=names.get(said.letter, ""),
                    text=said.text,
                    ended_us=at[1],
                    segment_number=number,
                    sentiment=feeling,
                    words=_words(said.words, began_us) if words else (),
                )
            )

    def note(self, text: str, number: int | None, agent: Agent) -> None:
        """Add the agent's note, written when the call ended."""
        self.notes.append(Note(agent.display_name, WallUs(self.clock), text, number))

    def finish(
        self, outcome: Outcome = Outcome.ANSWERED, *, transcript: bool = True, **more: Any
    ) -> Incoming:
        """Return the call, whole."""
        said = sorted(self.messages, key=lambda m: m.at_us)
        if transcript and said:
            self._add_transcript(said)
        moods = [m.sentiment for m in said if m.sentiment and m.role is PartyRole.CUSTOMER]
        inbound = self.direction is Direction.INBOUND
        first = next((s.agent for s in self.segments if s.agent), None)
        facts: dict[str, Any] = {
            "from_address": self._caller(first),
            "from_name": self.customer.name if inbound else (first.display_name if first else ""),
            "to_address": self.cast.texts["free_number"] if inbound else self.customer.number,
            "connected_to": next((s.connected_to for s in self.segments if s.connected_to), ""),
            "account_number": self.customer.account,
            "custom": self.customer.fields,
            "scenario": self.cast.scenario["voice"],
            "sentiment": round(sum(moods) / len(moods), 2) if moods else None,
        }
        facts.update(more)
        for segment in self.segments:
            self.world.occupy(segment.agent, self.clock)
        interaction = Interaction(
            giid=self.world.giid(self.key),
            channel=Channel.VOICE,
            direction=self.direction,
            started_us=WallUs(self.started_us),
            ended_us=WallUs(self.clock),
            segments=tuple(self.segments),
            outcome=outcome,
            source=Source("demo", self.cast.texts["centre"], self.key),
            recordings=tuple(recording for recording, _ in self.content),
            messages=tuple(said) if transcript else (),
            steps=self.steps.made(),
            notes=tuple(self.notes),
            tombstones=tuple(self.tombstones),
            **facts,
        )
        return Incoming(
            interaction,
            {n: how for n, (_, how) in enumerate(self.content) if how is not None},
            shares=self.world.listening.shares(interaction, self._tracks),
        )

    def _caller(self, agent: Agent | None) -> str:
        """Return who called: the customer, an extension, or the dialler by its line."""
        if self.direction is Direction.INBOUND:
            return self.customer.number
        return agent.extension if agent else str(self.cast.texts["second_number"])

    def _add_transcript(self, said: list[Message]) -> None:
        name = f"{self.name(None)}.json"
        recording = Recording(
            RecordingKind.VOICE_TRANSCRIPT, None, (), "application/json", source_name=name
        )
        self.content.append((recording, opener(lambda: transcript_json(said), name)))

    def lose(self, state: RecordingState, by: str, reason: str, *kinds: RecordingKind) -> None:
        """Take content away: deleted by somebody, or its retention ended."""
        gone = [n for n, (r, _) in enumerate(self.content) if r.kind in kinds]
        for kind in dict.fromkeys(self.content[n][0].kind for n in gone):
            count = sum(self.content[n][0].kind is kind for n in gone)
            later = self.clock + self.world.rng.randrange(60, 600) * MINUTE_US
            if state is RecordingState.EXPIRED:
                later = int(self.world.at(1, RETENTION_AT))
            self.tombstones.append(
                Tombstone(
                    kind=kind,
                    at_us=WallUs(later),
                    by=by,
                    reason=reason,
                    by_retention=state is RecordingState.EXPIRED,
                    recordings=count,
                )
            )
        for n in gone:
            self.content[n] = (replace(self.content[n][0], state=state), None)


def _kept(talk: Talk, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of a talk without the cuts: first frames and the ones after the last."""
    kept = []
    at = 0
    for start, end in [*cuts, (talk.at, talk.at)]:
        if start > at:
            kept.append((at, start))
        at = end
    return kept


def _within(instant_us: int, began_us: int, cuts: list[tuple[int, int]]) -> bool:
    frame = (instant_us - began_us) // FRAME_US
    return any(start <= frame < end for start, end in cuts)


def _words(words: tuple[tuple[str, int, int], ...], began_us: int) -> tuple[Word, ...]:
    return tuple(
        Word(text, WallUs(began_us + start * FRAME_US), WallUs(began_us + end * FRAME_US))
        for text, start, end in words
    )


def transcript_json(messages: list[Message]) -> bytes:
    """Return a transcript as the JSON that is stored beside its messages."""
    lines = [
        {
            "at_us": message.at_us,
            "ended_us": message.ended_us,
            "role": message.role.value,
            "author": message.author,
            "text": message.text,
        }
        for message in messages
    ]
    return json.dumps({"messages": lines}, ensure_ascii=False, indent=1).encode()
