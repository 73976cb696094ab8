"""An interaction's facts as plain JSON values, for the command line and for exports.

Instants are ISO 8601 UTC with `Z`, durations seconds, keys English. Source: cli.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reviewer.models.shares import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.interaction import (
        Agent,
        Interaction,
        Note,
        ScenarioStep,
        Segment,
        Tombstone,
    )
    from reviewer.models.recording import Recording
    from reviewer.models.scoring import Evaluation
    from reviewer.models.search import InteractionRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso_instant(instant_us: int) -> str:
    """Return `2026-11-22T23:22:33.082905Z`; whole seconds have no fraction."""
    return (_EPOCH + timedelta(microseconds=instant_us)).isoformat().replace("+00:00", "Z")


def seconds(duration_us: int) -> float | int:
    """Return microseconds as seconds, whole where they are whole."""
    whole, rest = divmod(duration_us, 1_000_000)
    return whole if rest == 0 else duration_us / 1_000_000


def _part(share: int | None) -> float | None:
    return None if share is None else share / WHOLE


def row_facts(row: InteractionRow) -> dict[str, Any]:
    """Return what a search tells of one interaction."""
    return {
        "giid": row.giid,
        "channel": row.channel.value,
        "direction": row.direction.value,
        "started": iso_instant(row.started_us),
        "ended": iso_instant(row.started_us + row.duration_us),
        "duration_s": seconds(row.duration_us),
        "from": row.from_address,
        "from_name": row.from_name,
        "to": row.to_address,
        "connected_to": row.connected_to,
        "agent": row.agent or None,
        "agents": list(row.agents),
        "service": row.service or None,
        "services": list(row.services),
        "disposition": row.disposition or None,
        "outcome": row.outcome.value if row.outcome is not None else None,
        "segments": row.segment_count,
        "silence_share": _part(row.silence),
        "talkover_share": _part(row.talkover),
        "flagged": row.flagged,
        "voice": row.voice.value if row.voice is not None else None,
        "transcript": row.transcript.value if row.transcript is not None else None,
        "screen": row.screen.value if row.screen is not None else None,
        "email": row.email.value if row.email is not None else None,
        "sentiment": row.sentiment,
        "subject": row.subject or None,
        "score": row.score,
        "evaluator": row.evaluator or None,
    }


def interaction_facts(
    interaction: Interaction, evaluations: Sequence[Evaluation]
) -> dict[str, Any]:
    """Return everything about one interaction but the content of its recordings."""
    return {
        "giid": interaction.giid,
        "channel": interaction.channel.value,
        "direction": interaction.direction.value,
        "medium": interaction.medium or None,
        "started": iso_instant(interaction.started_us),
        "ended": iso_instant(interaction.ended_us),
        "duration_s": seconds(interaction.duration_us),
        "from": interaction.from_address,
        "from_name": interaction.from_name,
        "to": interaction.to_address,
        "connected_to": interaction.connected_to,
        "outcome": interaction.outcome.value,
        "flagged": interaction.flagged,
        "transferred": interaction.was_transferred,
        "call_problem": interaction.call_problem or None,
        "voice_signature": interaction.voice_signature,
        "account": interaction.account_number or None,
        "case": interaction.case_number or None,
        "thread": interaction.thread_id or None,
        "subject": interaction.subject or None,
        "scenario": interaction.scenario or None,
        "sentiment": interaction.sentiment,
        "km_articles": list(interaction.km_articles),
        "tags": list(interaction.tags),
        "custom": dict(interaction.custom),
        "source": {
            "kind": interaction.source.kind,
            "system": interaction.source.system,
            "key": interaction.source.key,
        },
        "segments": [_segment(segment) for segment in interaction.segments],
        "recordings": [_recording(recording) for recording in interaction.recordings],
        "messages": len(interaction.messages),
        "steps": [_step(step) for step in interaction.steps],
        "notes": [_note(note) for note in interaction.notes],
        "tombstones": [_tombstone(stone) for stone in interaction.tombstones],
        "evaluations": [evaluation_facts(evaluation) for evaluation in evaluations],
    }


def _agent(agent: Agent | None) -> dict[str, str] | None:
    if agent is None:
        return None
    return {
        "login": agent.login,
        "name": agent.display_name,
        "team": agent.team,
        "extension": agent.extension,
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "number": segment.number,
        "kind": segment.kind.value,
        "started": iso_instant(segment.started_us),
        "ended": iso_instant(segment.ended_us),
        "duration_s": seconds(segment.duration_us),
        "agent": _agent(segment.agent),
        "party": segment.party,
        "service": segment.service or None,
        "disposition": segment.disposition or None,
        "connected_to": segment.connected_to,
        "transfer": segment.transfer.value if segment.transfer is not None else None,
        "transferred_to": segment.transferred_to,
        "consultation_of": segment.consultation_of,
        "stretches": [
            {
                "kind": stretch.kind.value,
                "started": iso_instant(stretch.started_us),
                "duration_s": seconds(stretch.duration_us),
                "detail": stretch.detail,
            }
            for stretch in segment.stretches
        ],
    }


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "kind": recording.kind.value,
        "segment": recording.segment_number,
        "state": recording.state.value,
        "party": recording.party.value,
        "media_type": recording.media_type,
        "bytes": recording.bytes,
        "sha256": recording.sha256 or None,
        "duration_s": seconds(recording.duration_us),
        "empty": recording.is_empty and recording.is_sound,
        "source_name": recording.source_name,
        "spans": [
            {
                "started": iso_instant(span.wall_start_us),
                "at_s": seconds(span.media_start_us),
                "duration_s": seconds(span.duration_us),
            }
            for span in recording.spans
        ],
    }


def _step(step: ScenarioStep) -> dict[str, Any]:
    return {
        "order": step.order,
        "at": iso_instant(step.at_us),
        "duration_s": seconds(step.duration_us),
        "scenario": step.scenario,
        "block_type": step.block_type,
        "block_title": step.block_title,
        "block_id": step.block_id,
        "exit": step.exit_taken,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "author": note.author,
        "at": iso_instant(note.at_us),
        "segment": note.segment_number,
        "by_reviewer": note.by_reviewer,
        "text": note.text,
    }


def _tombstone(stone: Tombstone) -> dict[str, Any]:
    return {
        "what": stone.kind.value,
        "at": iso_instant(stone.at_us),
        "by": stone.by,
        "reason": stone.reason,
        "by_retention": stone.by_retention,
        "approved_by": stone.approved_by,
        "message": None if stone.message is None else stone.message + 1,
    }


def evaluation_facts(evaluation: Evaluation) -> dict[str, Any]:
    """Return one version of an evaluation."""
    return {
        "segment": evaluation.segment_number,
        "evaluator": evaluation.evaluator,
        "version": evaluation.version,
        "at": iso_instant(evaluation.at_us),
        "kind": evaluation.kind.value,
        "state": evaluation.state.value,
        "categories": {score.category: score.score for score in evaluation.scores},
        "average": evaluation.average,
        "note": evaluation.note,
    }
