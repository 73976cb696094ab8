"""What all interactions of a demo share: chance, days, people at work, their screens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reviewer.models.bytesource import MemorySource
from reviewer.models.ids import US_PER_S, Giid, MediaUs, WallUs, giid_of_source
from reviewer.models.recording import Recording, RecordingKind, Span
from reviewer.paths import resource_path
from reviewer.services.demo.cast import Cast, Customer
from reviewer.services.demo.dialogue import Script, Talk
from reviewer.services.demo.listening import Listening
from reviewer.services.demo.mark import TIME_ZONES
from reviewer.services.demo.voices import Voices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Agent

MINUTE_US = 60 * US_PER_S
_PIECE_US = 15 * MINUTE_US
DAYS = 28
"""How many days before the demo's date it reaches back."""


def opener(make: Callable[[], bytes], name: str) -> Callable[[], ByteSource]:
    """Return how to open content that is made only when it is read."""

    def open_it() -> ByteSource:
        return MemorySource(make(), name)

    return open_it


@dataclass(frozen=True, slots=True)
class Screen:
    """A prebuilt piece of screen video."""

    name: str
    seconds: int


class World:
    """One demo in the making; everything in it follows from the date and the language."""

    def __init__(self, as_of: date, language: str) -> None:
        self.as_of = as_of
        self.language = language
        self.other = "en" if language == "ru" else "ru"
        self.zone = ZoneInfo(TIME_ZONES[language])
        self.rng = Random(f"reviewer demo {as_of.isoformat()} {language}")  # noqa: S311
        self.voices = Voices()
        self.listening = Listening(self.voices)
        self.casts = {name: Cast(name) for name in ("ru", "en")}
        self.scripts = {name: Script(name) for name in ("ru", "en")}
        self.screens = ScreenSessions(self)
        self._busy: dict[str, int] = {}
        self._reserved: dict[str, tuple[int, int]] = {}
        self._counts: dict[str, int] = {}

    @property
    def cast(self) -> Cast:
        """The people of the demo's own language."""
        return self.casts[self.language]

    def at(self, day: int, clock: time, microsecond: int = 0) -> WallUs:
        """Return an instant: so many days before the demo's date, at a time of the centre."""
        local = datetime.combine(self.as_of - timedelta(days=day), clock, self.zone)
        seconds = int(local.replace(microsecond=0).timestamp())
        return WallUs(seconds * US_PER_S + microsecond)

    def local(self, instant_us: int) -> datetime:
        """Return an instant in the centre's zone, to the second."""
        return datetime.fromtimestamp(instant_us // US_PER_S, self.zone)

    def giid(self, key: str) -> Giid:
        """Return the GIID of the interaction with this key; the date is a part of it."""
        return giid_of_source("demo", self.as_of.isoformat() + self.language, key)

    def next(self, what: str) -> int:
        """Return 0, 1, 2, ... for whatever is counted by this name."""
        number = self._counts.get(what, 0)
        self._counts[what] = number + 1
        return number

    def customer(self, cast: Cast) -> Customer:
        """Return another customer."""
        return cast.customer(self.rng, self.next("customer"))

    def talk(self, cast: Cast, customer: Customer, agent: Agent | None = None, **more: str) -> Talk:
        """Begin a conversation of a customer with an agent; `more` gives further voices."""
        speakers = {"C": customer.voice, "S": "f1", **more}
        if agent is not None:
            speakers["A"] = cast.voices[agent.login]
        script = self.scripts[cast.language]
        return Talk(script, self.voices, speakers, self.rng, {"phone": customer.digits})

    def free(self, pool: Sequence[Agent], at_us: int, avoid: Sequence[Agent | None] = ()) -> Agent:
        """Return somebody of the pool who is not busy then, or who will be free first."""
        others = [a for a in pool if a not in avoid and not self._is_reserved(a, at_us)]
        idle = [a for a in others if self._busy.get(a.login, 0) <= at_us]
        if idle:
            return self.rng.choice(idle)
        return min(others, key=lambda a: self._busy.get(a.login, 0))

    def reserve(self, agents: Sequence[Agent], start_us: int, end_us: int) -> None:
        """Keep agents free for something that was made before its time came."""
        for agent in agents:
            self._reserved[agent.login] = (start_us - 25 * MINUTE_US, end_us)
            self._busy.pop(agent.login, None)

    def _is_reserved(self, agent: Agent, at_us: int) -> bool:
        start, end = self._reserved.get(agent.login, (0, 0))
        return start <= at_us < end

    def free_from(self, agent: Agent) -> int:
        """Return the instant from which an agent is free."""
        return self._busy.get(agent.login, 0)

    def occupy(self, agent: Agent | None, until_us: int) -> None:
        """Note that an agent is busy until then and a little longer."""
        if agent is not None:
            pause = self.rng.randrange(15, 70) * US_PER_S
            self._busy[agent.login] = max(self.free_from(agent), until_us + pause)

    def jitter(self) -> int:
        """Return microseconds within a second, whole milliseconds."""
        return self.rng.randrange(1000) * 1000


class ScreenSessions:
    """Screen videos of agents' login sessions, in pieces of up to 15 minutes.

    About a third of the sessions are recorded, always the same ones. Some pieces are short: the
    agent was Not Ready, which is not recorded.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        folder = resource_path("demo", "screens")
        data: dict[str, int] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self._pieces = {name: Screen(name, seconds) for name, seconds in data.items()}

    def piece(self, name: str, started_us: int) -> tuple[Recording, Callable[[], ByteSource]]:
        """Return one piece, captured from that instant on, and how to open its content."""
        screen = self._pieces[name]
        span = Span(MediaUs(0), WallUs(started_us), screen.seconds * US_PER_S)
        stamp = self._world.local(started_us).strftime("%Y%m%d-%H%M%S")
        recording = Recording(
            kind=RecordingKind.SCREEN,
            segment_number=None,
            spans=(span,),
            media_type="video/webm",
            source_name=f"screen-{stamp}.webm",
        )
        path = resource_path("demo", "screens", f"{name}.webm")
        return recording, opener(path.read_bytes, recording.source_name)

    def during(
        self, agent: Agent, language: str, started_us: int, ended_us: int
    ) -> list[tuple[Recording, Callable[[], ByteSource]]]:
        """Return the pieces of the agent's session that overlap a stretch of time."""
        day = self._world.local(started_us).date()
        session = Random(f"{agent.login} {day.isoformat()}")  # noqa: S311
        if session.random() > 0.34:
            return []
        midnight = datetime.combine(day, time(8, 50), self._world.zone)
        login_us = int(midnight.timestamp()) * US_PER_S + session.randrange(900) * US_PER_S
        first = max(0, (started_us - login_us) // _PIECE_US)
        found = []
        for number in range(first, max(first, (ended_us - login_us) // _PIECE_US) + 1):
            kind = Random(f"{agent.login} {day.isoformat()} {number}").random()  # noqa: S311
            name = _piece_name(language, kind)
            made = self.piece(name, login_us + number * _PIECE_US)
            span = made[0].spans[0]
            if span.wall_start_us < ended_us and span.wall_end_us > started_us:
                found.append(made)
        return found


def _piece_name(language: str, chance: float) -> str:
    if chance < 0.2:
        return {"ru": "ru-3", "en": "en-2"}[language]
    if language == "en":
        return "en-1"
    return "ru-1" if chance < 0.6 else "ru-2"
