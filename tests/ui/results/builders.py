"""Rows and interactions for the tests of the results."""

from __future__ import annotations

from array import array

from reviewer.models.ids import Giid, InteractionId, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Segment,
    SegmentKind,
    TransferKind,
)
from reviewer.models.recording import RecordingState
from reviewer.models.search import InteractionRow
from reviewer.ui.results.cells import Cell, Look

US = 1_000_000
# 2023-10-05 10:50:39 UTC, 13:50:39 in Moscow.
START_US = 1_696_503_039 * US


def make_row(number: int, **fields: object) -> InteractionRow:
    values: dict[str, object] = {
        "id": InteractionId(number),
        "giid": Giid(f"00000000-0000-0000-0000-{number:012X}"),
        "channel": Channel.VOICE,
        "direction": Direction.INBOUND,
        "started_us": WallUs(START_US - number * 60 * US),
        "duration_us": (60 + number % 600) * US,
        "from_address": f"+7 916 {number % 10_000_000:07d}",
        "to_address": "8 800 555-35-35",
        "agent": f"agent{number % 7}",
        "service": "Cards",
        "disposition": "Resolved",
        "voice": RecordingState.AVAILABLE,
    }
    return InteractionRow(**{**values, **fields})


def make_rows(n: int) -> tuple[InteractionRow, ...]:
    return tuple(make_row(number) for number in range(1, n + 1))


def ids_of(n: int) -> array[int]:
    return array("q", range(1, n + 1))


def make_whole(number: int = 3, *, transferred: bool = True) -> Interaction:
    """An interaction of three parts: talk, consultation, talk after the transfer."""
    start = START_US - number * 60 * US

    def segment(n: int, at_s: int, length_s: int, login: str, **fields: object) -> Segment:
        return Segment(
            number=n,
            kind=fields.pop("kind", SegmentKind.HANDLING),
            started_us=WallUs(start + at_s * US),
            ended_us=WallUs(start + (at_s + length_s) * US),
            agent=Agent(login, login.title()),
            **fields,
        )

    return Interaction(
        giid=Giid(f"00000000-0000-0000-0000-{number:012X}"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_us=WallUs(start),
        ended_us=WallUs(start + 823 * US),
        segments=(
            segment(
                1,
                0,
                418,
                "ivanova",
                service="Cards",
                disposition="Transferred",
                transfer=TransferKind.ATTENDED if transferred else None,
                transferred_to=3 if transferred else None,
            ),
            segment(
                2,
                188,
                88,
                "smirnov",
                kind=SegmentKind.CONSULTATION,
                party="1012",
                consultation_of=1,
            ),
            segment(3, 418, 405, "petrov_d", service="Retention", disposition="Resolved"),
        ),
        id=InteractionId(number),
    )


class PlainWording:
    """Fourteen columns of plain text."""

    column_count = 14

    def title(self, column: int) -> str:
        return f"column {column}"

    def interaction(self, row: InteractionRow) -> tuple[Cell, ...]:
        cells = [Cell(f"{row.id}/{column}") for column in range(13)]
        return (*cells, Cell("7", look=Look.NUMBER))

    def part(self, whole: Interaction, number: int) -> tuple[Cell, ...]:
        login = whole.segments[number].agent.login
        return tuple(Cell(f"part {number} {login}/{column}") for column in range(14))
