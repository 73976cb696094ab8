"""Builds the timeline's scene from an interaction and its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.messages import format_duration, ptr, tr
from reviewer.models.ids import US_PER_S, TimelineUs
from reviewer.models.interaction import Channel, SegmentKind, StretchKind, TransferKind
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.services.wording import name_of_party
from reviewer.ui.review.scene import (
    BarState,
    ChatBar,
    Link,
    Marker,
    MarkerKind,
    Scene,
    SceneRow,
    Side,
    Stripe,
    Wave,
    state_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.ids import RecordingId
    from reviewer.models.interaction import Agent, Interaction, Message, ScenarioStep, Segment
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Row, Timeline

_GONE_STATES: Final = {
    RecordingState.DELETED: BarState.DELETED,
    RecordingState.EXPIRED: BarState.EXPIRED,
    RecordingState.MISSING: BarState.MISSING,
}


def build_scene(
    interaction: Interaction,
    timeline: Timeline,
    *,
    missing: Iterable[Recording] = (),
) -> Scene:
    """Return the scene of an interaction.

    Args:
        interaction: What is shown.
        timeline: Its layout.
        missing: Recordings whose content turned out to be unreadable.

    Thread: any; words are in the language in force.
    """
    lost = {recording.id for recording in missing}
    if interaction.channel is Channel.VOICE:
        rows = tuple(_voice_row(row, interaction, timeline, lost) for row in timeline.rows)
    else:
        rows = _chat_rows(interaction, timeline)
    available = tuple(
        Stripe(timeline.clamp(piece.start_us), timeline.clamp(piece.end_us), ptr("lane", "Screen"))
        for piece in timeline.screen
    )
    return Scene(
        timeline=timeline,
        rows=rows,
        links=_links(interaction) if interaction.channel is Channel.VOICE else (),
        markers=_markers(interaction, timeline),
        screen=available,
        screen_gone=_screen_gone(interaction, timeline),
        chat=interaction.channel is not Channel.VOICE,
    )


# --- rows of a call -------------------------------------------------------------------------


def _voice_row(
    row: Row, interaction: Interaction, timeline: Timeline, lost: set[RecordingId]
) -> SceneRow:
    segment = row.segment
    icon, role = _sign(segment, interaction)
    state = _state(row, interaction, lost)
    talk_start, talk_end = _bar_bounds(row, timeline)
    bounds = Stripe(talk_start, talk_end)
    uncaptured = _uncaptured(row, interaction, bounds) if state is BarState.SOUND else ()
    gaps = tuple(
        Stripe(gap.start_us, TimelineUs(gap.start_us + gap.duration_us)) for gap in row.gaps
    )
    return SceneRow(
        number=segment.number,
        kind=segment.kind,
        icon=icon,
        icon_role=role,
        title=row_title(segment),
        subtitle=row_subtitle(segment, interaction),
        extent=format_duration(segment.duration_us),
        start_us=row.start_us,
        end_us=row.end_us,
        state=state,
        bars=_cut(talk_start, talk_end, gaps),
        holds=_stripes(segment, timeline, {StretchKind.HOLD: ptr("stretch", "hold")}),
        ivrs=_machines(row, timeline),
        waits=_waits(segment, timeline, talk_start, talk_end),
        after_work=_stripes(
            segment, timeline, {StretchKind.WRAP_UP: ptr("stretch", "after-call work")}
        ),
        gaps=gaps if state is BarState.SOUND else (),
        seams=_seams(row),
        uncaptured=uncaptured,
        waves=_waves(row, lost) if state is BarState.SOUND else (),
        dashed=segment.kind is SegmentKind.CONSULTATION,
        spoken=_spoken(segment, interaction, state, gaps, uncaptured),
    )


def agent_name(agent: Agent | None) -> str:
    """Return the agent's name, or the words for nobody."""
    return agent.display_name if agent else tr("No agent")


def row_title(segment: Segment) -> str:
    """Return the first line of a row's head."""
    if segment.kind is SegmentKind.IVR:
        return tr("IVR")
    if segment.kind is SegmentKind.CONSULTATION:
        other = segment.connected_to or segment.party
        word = tr("Consultation")
        return f"{word} · {segment.party or other}" if other else word
    if segment.kind is SegmentKind.CONFERENCE:
        return " · ".join((agent_name(segment.agent), ptr("timeline", "conference")))
    return agent_name(segment.agent)


def row_subtitle(segment: Segment, interaction: Interaction) -> str:
    """Return the second line of a row's head."""
    if segment.kind is SegmentKind.CONSULTATION:
        first = segment.agent.last_name or segment.agent.login if segment.agent else ""
        other = segment.connected_to if segment.connected_to != segment.party else ""
        return " ↔ ".join(part for part in (first, other or segment.party) if part)
    if segment.kind is SegmentKind.IVR:
        details = [s.detail for s in segment.stretches if s.kind is StretchKind.IVR and s.detail]
        return details[0] if details else interaction.scenario
    origin = ptr("party", "Customer")
    if any(s.transferred_to == segment.number for s in interaction.segments):
        origin = tr("After a transfer")
    return " · ".join(part for part in (origin, segment.service) if part)


def _sign(segment: Segment, interaction: Interaction) -> tuple[str, str]:
    """Return icon and colour role of a segment."""
    if segment.kind is SegmentKind.IVR:
        return "bot", "ivr"
    if segment.kind is SegmentKind.CONSULTATION:
        return "users", "consult"
    if segment.kind is SegmentKind.CONFERENCE:
        return "users", "agent"
    if any(s.transferred_to == segment.number for s in interaction.segments):
        return "phone-forwarded", "agent"
    if segment.agent is None:
        return "user", "customer"
    return "headphones", "agent"


def _state(row: Row, interaction: Interaction, lost: set[RecordingId]) -> BarState:
    readable = [p for p in row.sound if p.recording.id not in lost]
    if readable:
        return BarState.SOUND
    if row.sound:
        return BarState.MISSING
    own = _own(row, interaction)
    if not own:
        # A recording of the whole conversation has no segment of its own.
        own = [r for r in interaction.recordings if r.is_sound and r.segment_number is None]
        own = [r for r in own if not r.is_there]
    if any(r.is_empty for r in own):
        return BarState.EMPTY
    for state, shown in _GONE_STATES.items():
        if any(r.state is state for r in own):
            return shown
    return BarState.NOT_RECORDED


def _own(row: Row, interaction: Interaction) -> list[Recording]:
    """Return the recordings of a segment's sound."""
    number, whole = row.segment.number, len(interaction.segments) == 1
    return [
        r
        for r in interaction.recordings
        if r.is_sound and (r.segment_number == number or (r.segment_number is None and whole))
    ]


def _uncaptured(row: Row, interaction: Interaction, bar: Stripe) -> tuple[Stripe, ...]:
    """Return where nothing sounds because what was recorded there is empty.

    Where other recordings sound all along: the whole bar, saying whose recording it is.
    """
    empty = [r for r in _own(row, interaction) if r.is_empty]
    if not empty:
        return ()
    words = state_words(BarState.EMPTY)
    first = min(piece.start_us for piece in row.sound)
    last = max(piece.end_us for piece in row.sound)
    around = Stripe(bar.start_us, first, words), Stripe(last, bar.end_us, words)
    found = tuple(stripe for stripe in around if stripe.duration_us >= US_PER_S)
    if found:
        return found
    whose = name_of_party(empty[0].party)
    return (Stripe(bar.start_us, bar.end_us, f"{whose}: {words}"),)


_BEFORE: Final = frozenset({StretchKind.RINGING, StretchKind.QUEUE, StretchKind.CPA})


def _bar_bounds(row: Row, timeline: Timeline) -> tuple[TimelineUs, TimelineUs]:
    """Return where the bar begins and ends: without waiting before it and work after it.

    Sound always lies in the bar: where the waiting was recorded, the bar covers it.
    """
    start, end = row.start_us, row.end_us
    stretches = sorted(row.segment.stretches, key=lambda stretch: stretch.started_us)
    is_first = True
    for stretch in stretches:
        # The first one is waiting even if the system took its time to begin with it.
        begins = timeline.to_position(stretch.started_us)
        if stretch.kind in _BEFORE and (is_first or begins <= start):
            start = max(start, timeline.to_position(stretch.ended_us))
        is_first = False
    for stretch in reversed(stretches):
        if stretch.kind is StretchKind.WRAP_UP and timeline.to_position(stretch.ended_us) >= end:
            end = min(end, timeline.to_position(stretch.started_us))
    for piece in row.sound:
        start, end = min(start, piece.start_us), max(end, piece.end_us)
    start = min(start, row.end_us)
    return start, max(start, end)


def _cut(start: TimelineUs, end: TimelineUs, gaps: Iterable[Stripe]) -> tuple[Stripe, ...]:
    bars, reached = [], start
    for gap in gaps:
        bars.append(Stripe(reached, gap.start_us))
        reached = gap.end_us
    bars.append(Stripe(reached, end))
    return tuple(bar for bar in bars if bar.duration_us > 0)


def _stripes(
    segment: Segment, timeline: Timeline, words: dict[StretchKind, str]
) -> tuple[Stripe, ...]:
    return tuple(
        Stripe(
            timeline.to_position(stretch.started_us),
            timeline.to_position(stretch.ended_us),
            words[stretch.kind],
        )
        for stretch in segment.stretches
        if stretch.kind in words and stretch.duration_us > 0
    )


def _machines(row: Row, timeline: Timeline) -> tuple[Stripe, ...]:
    """Return where one speaks with a machine: the IVR, or a mailbox."""
    word = tr("IVR")
    words = {StretchKind.IVR: word, StretchKind.VOICEMAIL: ptr("stretch", "voicemail")}
    found = _stripes(row.segment, timeline, words)
    if not found and row.segment.kind is SegmentKind.IVR:
        return (Stripe(row.start_us, row.end_us, word),)
    return found


def _waits(
    segment: Segment, timeline: Timeline, start: TimelineUs, end: TimelineUs
) -> tuple[Stripe, ...]:
    """Return ringing and queue where no bar covers them."""
    words = {
        StretchKind.RINGING: ptr("stretch", "ringing"),
        StretchKind.QUEUE: ptr("stretch", "queue"),
        StretchKind.CPA: ptr("stretch", "dialling"),
    }
    found = []
    for stripe in _stripes(segment, timeline, words):
        shown_end = stripe.end_us
        if stripe.start_us < end and stripe.end_us > start:
            shown_end = min(shown_end, start)
        if shown_end > stripe.start_us:
            found.append(Stripe(stripe.start_us, shown_end, stripe.word))
    return tuple(found)


def _seams(row: Row) -> tuple[Stripe, ...]:
    """Return where a conference begins, with both parties' names."""
    segment = row.segment
    if segment.kind is not SegmentKind.CONFERENCE:
        return ()
    names = [
        segment.agent.last_name or segment.agent.login if segment.agent else "",
        segment.connected_to or segment.party,
    ]
    return (Stripe(row.start_us, row.start_us, " + ".join(name for name in names if name)),)


# --- waves ----------------------------------------------------------------------------------


def _waves(row: Row, lost: set[RecordingId]) -> tuple[Wave, ...]:
    found: list[Wave] = []
    for piece in row.waves:
        if piece.recording.id in lost:
            continue
        parties = piece.recording.channel_parties
        if len(parties) > 1:
            found += [
                Wave(piece, index, *_place(party, row.segment))
                for index, party in enumerate(parties)
            ]
        else:
            found.append(Wave(piece, None, *_place(piece.party, row.segment)))
    return tuple(found)


def _place(party: PartyRole, segment: Segment) -> tuple[Side, str]:
    """Return the side of the middle and the colour of a party's wave."""
    consultation = segment.kind is SegmentKind.CONSULTATION
    if party is PartyRole.AGENT:
        return ("down" if consultation else "up"), "agent"
    if party is PartyRole.CUSTOMER:
        return ("up", "consult") if consultation else ("down", "customer")
    if party is PartyRole.CONSULTED:
        return ("up" if consultation else "down"), "consult"
    if party is PartyRole.SYSTEM or segment.kind is SegmentKind.IVR:
        return "both", "ivr"
    if consultation:
        return "both", "consult"
    return "both", "agent"


# --- links, markers, screen -----------------------------------------------------------------


def _links(interaction: Interaction) -> tuple[Link, ...]:
    index_of = {segment.number: index for index, segment in enumerate(interaction.segments)}
    found = []
    for segment in interaction.segments:
        target = index_of.get(segment.transferred_to or 0)
        if segment.transfer is None or target is None or target == index_of[segment.number]:
            continue
        word = ptr("timeline", "transfer")
        if segment.transfer is TransferKind.ATTENDED:
            word = ptr("timeline", "attended transfer")
        found.append(Link(index_of[segment.number], target, word))
    return tuple(found)


def _markers(interaction: Interaction, timeline: Timeline) -> tuple[Marker, ...]:
    found = []
    if interaction.flagged:
        # The agent's mark belongs to the contact; the moment of pressing is not kept.
        words = tr("The agent asked for help during this contact")
        found.append(Marker(MarkerKind.FLAG, TimelineUs(0), words))
    found += [
        Marker(
            MarkerKind.STEP,
            timeline.clamp(timeline.to_position(step.at_us)),
            step_words(step),
        )
        for step in interaction.steps
    ]
    return tuple(sorted(found, key=lambda marker: marker.at_us))


def step_words(step: ScenarioStep) -> str:
    """Return an executed block of the scenario in words."""
    words = step.block_title or step.block_type
    if step.is_abnormal:
        return f"{words} → {step.exit_taken}"
    return words


def _screen_gone(interaction: Interaction, timeline: Timeline) -> tuple[Stripe, ...]:
    found = []
    for recording in interaction.recordings_of(RecordingKind.SCREEN):
        if recording.is_there:
            continue
        spans = [(s.wall_start_us, s.wall_end_us) for s in recording.spans]
        for start, end in spans or [(interaction.started_us, interaction.ended_us)]:
            stripe = Stripe(
                timeline.clamp(timeline.to_position(start)),
                timeline.clamp(timeline.to_position(end)),
                state_words(_GONE_STATES[recording.state]),
            )
            if stripe.duration_us > 0:
                found.append(stripe)
    return tuple(found)


# --- chats ----------------------------------------------------------------------------------

# A message of this many characters gets the widest and highest bar.
_LONGEST_MESSAGE: Final = 240


def _chat_rows(interaction: Interaction, timeline: Timeline) -> tuple[SceneRow, ...]:
    by_agent, by_customer = [], []
    for index, message in enumerate(interaction.messages):
        if message.role in (PartyRole.AGENT, PartyRole.CONSULTED):
            by_agent.append(_chat_bar(index, message, timeline))
        elif message.role is PartyRole.CUSTOMER:
            by_customer.append(_chat_bar(index, message, timeline))
    agents = {s.agent.login: s.agent for s in interaction.segments if s.agent}
    names = ", ".join(agent.display_name for agent in agents.values()) or tr("No agent")
    agent_line = " · ".join(p for p in (", ".join(agents), interaction.service) if p)
    customer = interaction.from_name or ptr("party", "Customer")
    customer_line = " · ".join(p for p in (interaction.from_address, interaction.medium) if p)
    state = BarState.SOUND
    if not interaction.messages:
        gone = interaction.content_state(RecordingKind.CHAT_TRANSCRIPT, RecordingKind.EMAIL)
        state = BarState.NOT_RECORDED if gone is None else _GONE_STATES.get(gone, BarState.EMPTY)
    end = timeline.end_us
    return (
        _chat_row("headphones", "agent", names, agent_line, tuple(by_agent), state, end),
        _chat_row("user", "customer", customer, customer_line, tuple(by_customer), state, end),
    )


def _chat_row(
    icon: str,
    role: str,
    title: str,
    subtitle: str,
    bars: tuple[ChatBar, ...],
    state: BarState,
    end: TimelineUs,
) -> SceneRow:
    return SceneRow(
        number=0,
        kind=SegmentKind.HANDLING,
        icon=icon,
        icon_role=role,
        title=title,
        subtitle=subtitle,
        extent=str(len(bars)),
        start_us=TimelineUs(0),
        end_us=end,
        state=state,
        messages=bars,
        chat_role=role,
        spoken=f"{title}: {len(bars)}",
    )


def _chat_bar(index: int, message: Message, timeline: Timeline) -> ChatBar:
    weight = min(1.0, len(message.text) / _LONGEST_MESSAGE)
    return ChatBar(timeline.clamp(timeline.to_position(message.at_us)), weight, index)


# --- in words -------------------------------------------------------------------------------


def _spoken(
    segment: Segment,
    interaction: Interaction,
    state: BarState,
    gaps: tuple[Stripe, ...],
    uncaptured: tuple[Stripe, ...],
) -> str:
    held = segment.time_in(StretchKind.HOLD)
    clauses = [
        tr("Segment {number}: {title}", number=segment.number, title=row_title(segment)),
        row_subtitle(segment, interaction),
        format_duration(segment.duration_us),
        tr("on hold {duration}", duration=format_duration(held)) if held else "",
        *(
            tr("gap in the recording {duration}", duration=format_duration(gap.duration_us))
            for gap in gaps
        ),
        state_words(state),
        *dict.fromkeys(stripe.word for stripe in uncaptured),
    ]
    return ", ".join(clause for clause in clauses if clause)
