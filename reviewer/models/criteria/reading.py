"""How each criterion is read from an interaction at hand, for the interpreter in Python.

Criteria on agents, their names and the service look at every segment, the disposition at the
last one. Texts come as a tuple of all of them, without the empty ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.models.folding import fold
from reviewer.models.interaction import StretchKind
from reviewer.models.recording import SOUND_KINDS, PartyRole, RecordingKind, RecordingState
from reviewer.models.remarks import RemarkKind
from reviewer.models.scoring import EvaluationKind, EvaluationState
from reviewer.models.shares import UNKNOWN, Shares

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.interaction import Agent, Interaction
    from reviewer.models.remarks import Comment
    from reviewer.models.scoring import Evaluation


@dataclass(frozen=True, slots=True)
class Subject:
    """What criteria are asked of: an interaction with what others have said about it.

    Attributes:
        evaluations: All versions of its evaluations.
        comments: Comments and bookmarks that the user may see.
        searchable: Whether its texts may be found by full text.
        added_us: When it came into the store.
        shares: What was found by listening to it.
    """

    interaction: Interaction
    evaluations: tuple[Evaluation, ...] = ()
    searchable: bool = True
    comments: tuple[Comment, ...] = ()
    added_us: int = 0
    shares: Shares = UNKNOWN

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The agents of all segments."""
        return tuple(s.agent for s in self.interaction.segments if s.agent is not None)

    @property
    def counting(self) -> tuple[Evaluation, ...]:
        """Submitted evaluations, but for self-evaluations and calibrations."""
        return tuple(
            evaluation
            for evaluation in self.evaluations
            if evaluation.state is EvaluationState.SUBMITTED
            and evaluation.kind is EvaluationKind.NORMAL
        )


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in values if value)


def giid(subject: Subject) -> tuple[str, ...]:
    """Return the GIID."""
    return (subject.interaction.giid,)


def duration(subject: Subject) -> float:
    """Return from arrival or start to end, microseconds."""
    return subject.interaction.duration_us


def started(subject: Subject) -> float:
    """Return the instant it began."""
    return subject.interaction.started_us


def ended(subject: Subject) -> float:
    """Return the instant it ended."""
    return subject.interaction.ended_us


def added(subject: Subject) -> float:
    """Return the instant it came into the store."""
    return subject.added_us


def voice_signature(subject: Subject) -> bool:
    """Return whether a voice signature was collected, whatever became of its recording."""
    return subject.interaction.voice_signature


def has_recording(subject: Subject) -> bool:
    """Return whether sound was recorded and is still there."""
    return subject.interaction.content_state(*SOUND_KINDS) is RecordingState.AVAILABLE


def has_screen(subject: Subject) -> bool:
    """Return whether screen video was recorded and is still there."""
    state = subject.interaction.content_state(RecordingKind.SCREEN)
    return state is RecordingState.AVAILABLE


def has_deleted(subject: Subject) -> bool:
    """Return whether somebody deleted content of it; what retention removed does not count."""
    interaction = subject.interaction
    return any(r.state is RecordingState.DELETED for r in interaction.recordings) or any(
        not stone.by_retention for stone in interaction.tombstones
    )


def deletion_reasons(subject: Subject) -> tuple[str, ...]:
    """Return why somebody deleted content of it; what retention removed does not count."""
    stones = subject.interaction.tombstones
    return _texts(stone.reason for stone in stones if not stone.by_retention)


def flagged(subject: Subject) -> bool:
    """Return whether help was asked for."""
    return subject.interaction.flagged


def km_used(subject: Subject) -> bool:
    """Return whether an article of the knowledge base was used."""
    return bool(subject.interaction.km_articles)


def km_articles(subject: Subject) -> tuple[str, ...]:
    """Return the articles of the knowledge base that were used."""
    return _texts(subject.interaction.km_articles)


def tags(subject: Subject) -> tuple[str, ...]:
    """Return the tags."""
    return _texts(subject.interaction.tags)


def was_transferred(subject: Subject) -> bool:
    """Return whether any segment handed the contact on."""
    return subject.interaction.was_transferred


def direction(subject: Subject) -> tuple[str, ...]:
    """Return the direction's stored value."""
    return (subject.interaction.direction.value,)


def agent_login(subject: Subject) -> tuple[str, ...]:
    """Return the logins of the agents of all segments."""
    return _texts(agent.login for agent in subject.agents)


def agent_first(subject: Subject) -> tuple[str, ...]:
    """Return the first names of the agents of all segments."""
    return _texts(agent.first_name for agent in subject.agents)


def agent_last(subject: Subject) -> tuple[str, ...]:
    """Return the last names of the agents of all segments."""
    return _texts(agent.last_name for agent in subject.agents)


def teams(subject: Subject) -> tuple[str, ...]:
    """Return the teams of the agents of all segments."""
    return _texts(agent.team for agent in subject.agents)


def services(subject: Subject) -> tuple[str, ...]:
    """Return the services of all segments."""
    return _texts(segment.service for segment in subject.interaction.segments)


def disposition(subject: Subject) -> tuple[str, ...]:
    """Return the last segment's disposition."""
    return _texts((subject.interaction.disposition,))


def from_address(subject: Subject) -> tuple[str, ...]:
    """Return the sender's address or the caller's number."""
    return _texts((subject.interaction.from_address,))


def to_address(subject: Subject) -> tuple[str, ...]:
    """Return the original destination."""
    return _texts((subject.interaction.to_address,))


def connected_to(subject: Subject) -> tuple[str, ...]:
    """Return the party that answered."""
    return _texts((subject.interaction.connected_to,))


def account_number(subject: Subject) -> tuple[str, ...]:
    """Return the account number from the calling list."""
    return _texts((subject.interaction.account_number,))


def case_number(subject: Subject) -> tuple[str, ...]:
    """Return the number of the email case."""
    return _texts((subject.interaction.case_number,))


def thread_id(subject: Subject) -> tuple[str, ...]:
    """Return the ID of the email thread."""
    return _texts((subject.interaction.thread_id,))


def subject(subject: Subject) -> tuple[str, ...]:
    """Return the email's subject."""
    return _texts((subject.interaction.subject,))


def call_problem(subject: Subject) -> tuple[str, ...]:
    """Return the type of problem that the agent reported."""
    return _texts((subject.interaction.call_problem,))


def sentiment(subject: Subject) -> float | None:
    """Return the average sentiment, if known."""
    return subject.interaction.sentiment


def segment_count(subject: Subject) -> float:
    """Return the number of segments."""
    return len(subject.interaction.segments)


def hold_time(subject: Subject) -> float:
    """Return how long the customer was held in all, microseconds."""
    return sum(segment.time_in(StretchKind.HOLD) for segment in subject.interaction.segments)


def silence(subject: Subject) -> float | None:
    """Return of how much of its talk nobody speaks, per mille, if known."""
    return subject.shares.silence


def talkover(subject: Subject) -> float | None:
    """Return of how much of its talk several speak at once, per mille, if known."""
    return subject.shares.talkover


def is_evaluated(subject: Subject) -> bool:
    """Return whether there is an evaluation that counts."""
    return bool(subject.counting)


def score(subject: Subject) -> float | None:
    """Return the average of the latest evaluation that counts."""
    counting = subject.counting
    return max(counting, key=lambda e: (e.at_us, e.id)).average if counting else None


def evaluators(subject: Subject) -> tuple[str, ...]:
    """Return who evaluated it."""
    return _texts(evaluation.evaluator for evaluation in subject.counting)


def has_comment(subject: Subject) -> bool:
    """Return whether somebody commented on it."""
    return any(comment.kind is RemarkKind.COMMENT for comment in subject.comments)


def has_bookmark(subject: Subject) -> bool:
    """Return whether somebody set a bookmark in it."""
    return any(comment.kind is RemarkKind.BOOKMARK for comment in subject.comments)


def custom(subject: Subject, name: str) -> tuple[str, ...]:
    """Return the values of a custom reporting field."""
    wanted = fold(name)
    return _texts(value for field, value in subject.interaction.custom if fold(field) == wanted)


def texts(subject: Subject) -> tuple[str, ...]:
    """Return what the parties said and wrote; what the system noted is left out."""
    if not subject.searchable:
        return ()
    messages = subject.interaction.messages
    return _texts(message.text for message in messages if message.role is not PartyRole.SYSTEM)
