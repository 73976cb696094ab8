"""A search, and what it finds: one light row an interaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from reviewer.models.criteria.tree import EVERYTHING, Block

if TYPE_CHECKING:
    from datetime import date

    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.ids import Giid, InteractionId, WallUs
    from reviewer.models.interaction import Channel, Direction, Outcome
    from reviewer.models.recording import RecordingState


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to order by, by its key in `reviewer.models.columns`."""

    column: str
    descending: bool = False


NEWEST_FIRST = (SortKey("started", descending=True),)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for and in which order; ties are ordered by id, newest first."""

    criteria: Block = EVERYTHING
    channel: Channel | None = None
    sort: tuple[SortKey, ...] = NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class Count:
    """A number of matches; `capped` when there are more than `n`."""

    n: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many match on each day.

    Attributes:
        last: The last day, in the centre's zone.
        counts: Of as many days up to it.
    """

    last: date
    counts: tuple[int, ...]

    def day(self, index: int) -> date:
        """Return the day of a count."""
        return self.last - timedelta(days=len(self.counts) - 1 - index)


@dataclass(frozen=True, slots=True)
class Completion:
    """A value that a criterion can take, with how many interactions have it (None: not counted)."""

    value: str
    label: str = ""
    matches: int | None = None


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """What the results table shows of one interaction, without opening it.

    Attributes:
        agent, service, disposition: The last segment's.
        agents, services, dispositions: All segments', in order, without repeats.
        voice, transcript, screen, email: State of that content, None where there is none.
            `transcript` covers chats and transcripts of calls.
        score: Average of the latest evaluation, None when not evaluated.
        silence, talkover: Shares of its talk per mille, None where they are not known.
        snippet: A line around what was looked for in its texts, where it was asked for.
    """

    id: InteractionId
    giid: Giid
    channel: Channel
    direction: Direction
    started_us: WallUs
    duration_us: int
    from_address: str = ""
    from_name: str = ""
    to_address: str = ""
    connected_to: str = ""
    outcome: Outcome | None = None
    flagged: bool = False
    scenario: str = ""
    service: str = ""
    services: tuple[str, ...] = ()
    disposition: str = ""
    dispositions: tuple[str, ...] = ()
    notes: str = ""
    account_number: str = ""
    case_number: str = ""
    agent: str = ""
    agents: tuple[str, ...] = ()
    voice: RecordingState | None = None
    transcript: RecordingState | None = None
    screen: RecordingState | None = None
    email: RecordingState | None = None
    sentiment: float | None = None
    segment_count: int = 1
    subject: str = ""
    call_problem: str = ""
    custom: tuple[tuple[str, str], ...] = field(default=())
    score: float | None = None
    evaluator: str = ""
    tags: tuple[str, ...] = ()
    silence: int | None = None
    talkover: int | None = None
    snippet: Snippet | None = None
