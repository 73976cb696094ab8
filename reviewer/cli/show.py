"""`reviewer show`: everything about one interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import format_duration, format_instant, format_time, ptr, tr
from reviewer.models.recording import RecordingState
from reviewer.services.facts import interaction_facts
from reviewer.services.links import whole_giid
from reviewer.services.wording import (
    name_of_channel,
    name_of_direction,
    name_of_outcome,
    name_of_recording_kind,
    name_of_recording_state,
    name_of_segment_kind,
    name_of_stretch_kind,
    name_of_transfer,
    names_of_persons,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from reviewer.cli.context import Context
    from reviewer.models.interaction import Interaction, Segment
    from reviewer.models.recording import Recording
    from reviewer.models.scoring import Evaluation


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.epilog = tr(
        "Example: {example}", example="reviewer show 7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8"
    )
    parser.add_argument(
        "giid", metavar="GIID", help=tr("which interaction; its beginning is enough")
    )


def run(context: Context, arguments: argparse.Namespace) -> int:
    """Print it."""
    output = context.output
    with context.session() as session:
        interaction = session.interactions.get(whole_giid(session, arguments.giid))
        evaluations = session.evaluations.of(interaction.id)
        zone = session.settings.zone
    if output.as_json:
        output.record(interaction_facts(interaction, evaluations))
        return 0
    for line in _lines(interaction, evaluations, zone):
        output.line(line)
    return 0


def _lines(
    interaction: Interaction, evaluations: Sequence[Evaluation], zone: ZoneInfo
) -> Iterator[str]:
    yield from _head(interaction, zone)
    for segment in interaction.segments:
        yield from _segment_lines(segment, interaction, zone)
    loose = [r for r in interaction.recordings if r.segment_number is None]
    if loose:
        yield ""
        yield tr("Recordings of no segment in particular")
        for recording in loose:
            yield "  " + _recording_line(recording, zone)
    for title, lines in (
        (
            tr("Notes"),
            [f"{format_instant(n.at_us, zone)} {n.author}: {n.text}" for n in interaction.notes],
        ),
        (
            tr("Deleted content"),
            [_tombstone_line(interaction, i, zone) for i in range(len(interaction.tombstones))],
        ),
        (
            tr("Scenario"),
            [
                f"{s.order:>3} {format_time(s.at_us, zone)} {s.scenario} {s.block_type} "
                f"«{s.block_title}» {'! ' if s.is_abnormal else ''}{s.exit_taken}"
                for s in interaction.steps
            ],
        ),
        (tr("Evaluations"), [_evaluation_line(e, zone) for e in evaluations]),
    ):
        if lines:
            yield ""
            yield title
            for line in lines:
                yield "  " + line


def _head(interaction: Interaction, zone: ZoneInfo) -> Iterator[str]:
    name = f" ({interaction.from_name})" if interaction.from_name else ""
    yield f"{name_of_channel(interaction.channel)} {interaction.giid}"
    yield (
        f"{format_instant(interaction.started_us, zone)}, "
        f"{format_duration(interaction.duration_us)}, "
        f"{name_of_direction(interaction.direction)}, {name_of_outcome(interaction.outcome)}"
    )
    yield f"{interaction.from_address or '—'}{name} → {interaction.to_address or '—'}"
    for label, value in (
        (tr("Subject"), interaction.subject),
        (tr("Connected to"), interaction.connected_to),
        (tr("Call problem"), interaction.call_problem),
        (tr("Account number"), interaction.account_number),
        (tr("Case number"), interaction.case_number),
        (tr("Flag"), tr("help was asked for") if interaction.flagged else ""),
        (tr("Tags"), ", ".join(interaction.tags)),
        *interaction.custom,
    ):
        if value:
            yield f"{label}: {value}"


def _segment_lines(segment: Segment, interaction: Interaction, zone: ZoneInfo) -> Iterator[str]:
    agent = segment.agent
    who = f"{agent.display_name} ({agent.login})" if agent else tr("no agent")
    yield ""
    yield (
        f"{segment.number}. {name_of_segment_kind(segment.kind)}: {who} ↔ {segment.party or '—'}, "
        f"{format_time(segment.started_us, zone)}–{format_time(segment.ended_us, zone)} "
        f"({format_duration(segment.duration_us)})"
    )
    if segment.service or segment.disposition:
        yield f"   {segment.service or '—'}: {segment.disposition or '—'}"
    for stretch in segment.stretches:
        detail = f" {stretch.detail}" if stretch.detail else ""
        yield (
            f"   {format_time(stretch.started_us, zone)} {name_of_stretch_kind(stretch.kind)} "
            f"{format_duration(stretch.duration_us)}{detail}"
        )
    if segment.transfer is not None:
        target = f" → {segment.transferred_to}" if segment.transferred_to else ""
        yield f"   {name_of_transfer(segment.transfer)}{target}"
    for recording in interaction.recordings:
        if recording.segment_number == segment.number:
            yield "   " + _recording_line(recording, zone)


def _recording_line(recording: Recording, zone: ZoneInfo) -> str:
    parts = [name_of_recording_kind(recording.kind)]
    if recording.started_us is not None:
        parts.append(format_time(recording.started_us, zone))
    if recording.state is not RecordingState.AVAILABLE:
        parts.append(name_of_recording_state(recording.state))
    elif recording.is_empty and recording.is_sound:
        parts.append(tr("no sound was captured"))
    else:
        parts.append(format_duration(recording.duration_us))
    if len(recording.spans) > 1:
        parts.append(tr("in {n} pieces", n=len(recording.spans)))
    parts.append(recording.source_name)
    return ", ".join(part for part in parts if part)


def _tombstone_line(interaction: Interaction, index: int, zone: ZoneInfo) -> str:
    stone = interaction.tombstones[index]
    what = name_of_recording_kind(stone.kind)
    if stone.message is not None:
        what = tr("message {n} of the chain", n=stone.message + 1)
    reason = tr("retention ended") if stone.by_retention else stone.reason
    who = names_of_persons(stone.by, stone.approved_by)
    return f"{what}: {format_instant(stone.at_us, zone)}, {who}, {reason}"


def _evaluation_line(evaluation: Evaluation, zone: ZoneInfo) -> str:
    none = ptr("score", "none")
    scores = ", ".join(
        f"{score.category} {none if score.score is None else score.score}"
        for score in evaluation.scores
    )
    head = tr(
        "segment {segment}, {evaluator}, version {version}, {at}",
        segment=evaluation.segment_number,
        evaluator=evaluation.evaluator,
        version=evaluation.version,
        at=format_instant(evaluation.at_us, zone),
    )
    note = f" — {evaluation.note}" if evaluation.note else ""
    return f"{head}: {scores}{note}"
