"""Where the parts of an interaction lie in time; the only place that converts between times.

A `Timeline` runs on the wall clock from the first to the last instant of an interaction. It has a
row per segment; in a row lie the pieces of sound that are heard, the pieces that draw its
waveform, the marked stretches and the gaps between pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.models.ids import MediaUs, TimelineUs, WallUs
from reviewer.models.ranges import complement
from reviewer.models.recording import PartyRole, Recording, RecordingKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.interaction import Interaction, Segment


@dataclass(frozen=True, slots=True)
class Piece:
    """An uninterrupted stretch of one recording, placed on the timeline.

    Attributes:
        recording: What is heard or seen.
        start_us: Where it begins on the timeline.
        media_start_us: Where it begins in the recording.
        duration_us: Its length, > 0.
        party: Whose it is; `MIXED` when all are in it.
    """

    recording: Recording
    start_us: TimelineUs
    media_start_us: MediaUs
    duration_us: int
    party: PartyRole

    @property
    def end_us(self) -> TimelineUs:
        """The position just after it."""
        return TimelineUs(self.start_us + self.duration_us)

    def media_at(self, position_us: TimelineUs) -> MediaUs:
        """Return the position inside the recording that sounds at `position_us`."""
        return MediaUs(self.media_start_us + (position_us - self.start_us))


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch inside a segment's recording for which nothing was captured."""

    start_us: TimelineUs
    duration_us: int


@dataclass(frozen=True, slots=True)
class Row:
    """One segment on the timeline.

    Attributes:
        segment: The segment.
        start_us: Where it begins.
        end_us: Where it ends.
        sound: Pieces that are heard, by start; they do not repeat each other.
        waves: Pieces that draw the waveform: the parties' own channels where there are any,
            else the same as `sound`.
        gaps: Where the recording was stopped between its first and its last piece.
    """

    segment: Segment
    start_us: TimelineUs
    end_us: TimelineUs
    sound: tuple[Piece, ...]
    waves: tuple[Piece, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """An interaction laid out on the wall clock.

    Attributes:
        origin_us: The instant of position 0.
        duration_us: Length of the whole, >= 0.
        rows: One per segment, by number.
        screen: Pieces of screen video, by start.
    """

    origin_us: WallUs
    duration_us: int
    rows: tuple[Row, ...]
    screen: tuple[Piece, ...] = ()

    @property
    def end_us(self) -> TimelineUs:
        """The last position."""
        return TimelineUs(self.duration_us)

    def to_wall(self, position_us: TimelineUs) -> WallUs:
        """Return the instant of a position."""
        return WallUs(self.origin_us + position_us)

    def to_position(self, instant_us: WallUs) -> TimelineUs:
        """Return the position of an instant; before the start it is negative."""
        return TimelineUs(instant_us - self.origin_us)

    def clamp(self, position_us: int) -> TimelineUs:
        """Return the nearest position that lies on the timeline."""
        return TimelineUs(max(0, min(int(position_us), self.duration_us)))

    def sound_at(self, position_us: TimelineUs) -> tuple[Piece, ...]:
        """Return the pieces heard at a position, of all rows."""
        return tuple(
            piece
            for row in self.rows
            for piece in row.sound
            if piece.start_us <= position_us < piece.end_us
        )

    def row_at(self, position_us: TimelineUs) -> Row | None:
        """Return the row that lasts at a position: the one that began last, or None."""
        lasting = [r for r in self.rows if r.start_us <= position_us < r.end_us]
        return lasting[-1] if lasting else None

    @property
    def sound(self) -> tuple[Piece, ...]:
        """All pieces that are heard, by start."""
        pieces = (piece for row in self.rows for piece in row.sound)
        return tuple(sorted(pieces, key=lambda piece: piece.start_us))


def silent_stretches(timeline: Timeline) -> tuple[tuple[int, int], ...]:
    """Return where no recording sounds: the gaps, and what was not recorded at all."""
    heard = ((piece.start_us, piece.end_us) for piece in timeline.sound)
    return tuple(complement(heard, timeline.duration_us))


def lay_out(interaction: Interaction) -> Timeline:
    """Return the timeline of an interaction.

    The timeline reaches from the earliest to the latest of the interaction's own bounds, its
    segments and its recorded sound, so that nothing recorded lies outside of it. Recordings of
    no segment in particular lie in the row of the segment during which they begin.

    Thread: any.
    """
    playable = [
        recording
        for recording in interaction.recordings
        if recording.is_sound and recording.is_there
    ]
    starts: list[int] = [interaction.started_us, *(s.started_us for s in interaction.segments)]
    ends: list[int] = [interaction.ended_us, *(s.ended_us for s in interaction.segments)]
    for recording in playable:
        starts.extend(span.wall_start_us for span in recording.spans)
        ends.extend(span.wall_end_us for span in recording.spans)
    origin = WallUs(min(starts))
    rows = tuple(
        _row(segment, _of_segment(segment, interaction, playable), origin)
        for segment in interaction.segments
    )
    screens = (r for r in interaction.recordings if r.kind is RecordingKind.SCREEN and r.is_there)
    length = max(0, max(ends) - origin)
    screen = tuple(
        piece for piece in _pieces(screens, origin) if piece.end_us > 0 and piece.start_us < length
    )
    return Timeline(origin_us=origin, duration_us=length, rows=rows, screen=screen)


def _of_segment(
    segment: Segment, interaction: Interaction, recordings: Iterable[Recording]
) -> list[Recording]:
    found = []
    for recording in recordings:
        number = recording.segment_number
        if number is None:
            number = _segment_during(interaction, recording.started_us)
        if number == segment.number:
            found.append(recording)
    return found


def _segment_during(interaction: Interaction, instant_us: WallUs | None) -> int:
    number = interaction.segments[0].number
    for segment in interaction.segments:
        if instant_us is not None and segment.started_us <= instant_us:
            number = segment.number
    return number


def _row(segment: Segment, recordings: list[Recording], origin: WallUs) -> Row:
    channels = [r for r in recordings if r.kind is RecordingKind.VOICE_CHANNEL]
    mixed = [r for r in recordings if r.kind is not RecordingKind.VOICE_CHANNEL]
    # The mixed file is what was recorded of the conversation; the parties' own channels are
    # heard only where there is no mixed one, so that nobody is heard twice.
    heard = _pieces(mixed, origin)
    heard += _uncovered(_pieces(channels, origin), heard)
    heard.sort(key=lambda piece: piece.start_us)
    waves = _pieces(channels, origin) if channels else list(heard)
    if channels:
        waves += _uncovered(_pieces(mixed, origin), waves)
    waves.sort(key=lambda piece: piece.start_us)
    return Row(
        segment=segment,
        start_us=TimelineUs(segment.started_us - origin),
        end_us=TimelineUs(max(segment.ended_us, segment.started_us) - origin),
        sound=tuple(heard),
        waves=tuple(waves),
        gaps=_gaps(heard),
    )


def _pieces(recordings: Iterable[Recording], origin: WallUs) -> list[Piece]:
    return [
        _piece(recording, span, origin)
        for recording in recordings
        for span in recording.spans
        if span.duration_us > 0
    ]


def _piece(recording: Recording, span: Span, origin: WallUs) -> Piece:
    return Piece(
        recording=recording,
        start_us=TimelineUs(span.wall_start_us - origin),
        media_start_us=span.media_start_us,
        duration_us=span.duration_us,
        party=recording.party,
    )


def _uncovered(pieces: list[Piece], by: list[Piece]) -> list[Piece]:
    """Return the pieces whose middle no piece of `by` covers."""
    left = []
    for piece in pieces:
        middle = piece.start_us + piece.duration_us // 2
        if not any(other.start_us <= middle < other.end_us for other in by):
            left.append(piece)
    return left


def _gaps(pieces: list[Piece]) -> tuple[Gap, ...]:
    gaps = []
    reached: int | None = None
    for piece in pieces:
        if reached is not None and piece.start_us > reached:
            gaps.append(Gap(TimelineUs(reached), piece.start_us - reached))
        reached = max(reached or piece.end_us, piece.end_us)
    return tuple(gaps)


__all__ = [
    "Gap",
    "Piece",
    "Row",
    "Timeline",
    "lay_out",
    "silent_stretches",
]
