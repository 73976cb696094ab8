"""Deleting content for good: what can be deleted, what would be lost, holds, retention rules.

Values and rules only. What is statistics (when, how long, who) is never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, Reason, ReasonMissingError, RetentionInvalidError
from reviewer.models.interaction import Channel
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import Giid, InteractionId, ObjectId, WallUs
    from reviewer.models.recording import Span

MAX_REASON: Final = 2_000
RETENTION_REASON: Final = "retention"
"""What tombstones of expired content say; shown translated."""


class What(StrEnum):
    """Content that is deleted as one. Values are stored and used on the command line."""

    VOICE = "voice"
    """Sound: all recordings of all segments."""
    TRANSCRIPT = "transcript"
    """The text of a call."""
    CHAT = "chat"
    EMAIL = "email"
    SCREEN = "screen"


KINDS: Final[Mapping[What, frozenset[RecordingKind]]] = {
    What.VOICE: SOUND_KINDS,
    What.TRANSCRIPT: frozenset({RecordingKind.VOICE_TRANSCRIPT}),
    What.CHAT: frozenset({RecordingKind.CHAT_TRANSCRIPT}),
    What.EMAIL: frozenset({RecordingKind.EMAIL}),
    What.SCREEN: frozenset({RecordingKind.SCREEN}),
}
TITLES: Final[Mapping[What, str]] = {
    What.VOICE: N_("voice recording"),
    What.TRANSCRIPT: N_("call transcript"),
    What.CHAT: N_("chat"),
    What.EMAIL: N_("email message"),
    What.SCREEN: N_("screen recording"),
}
"""As message ids."""
OFFERED: Final[Mapping[Channel, tuple[What, ...]]] = {
    Channel.VOICE: (What.VOICE, What.TRANSCRIPT, What.SCREEN),
    Channel.CHAT: (What.CHAT, What.SCREEN),
    Channel.EMAIL: (What.EMAIL, What.SCREEN),
}
"""What interactions of a channel have of it."""


def what_of(kind: RecordingKind) -> What:
    """Return what content of a kind is deleted as."""
    return next(what for what, kinds in KINDS.items() if kind in kinds)


class Shared(StrEnum):
    """What becomes of a piece of screen video that other interactions need as well."""

    CUT = "cut"
    """The part of the interactions deleted is cut out of it."""
    WHOLE = "whole"
    """It goes, and the others lose it too."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What would be lost of one kind of content.

    Attributes:
        interactions: How many have some.
        files: Recordings; duration_us: how much they hold; bytes: their size.
        texts: Interactions whose text goes.
    """

    interactions: int = 0
    files: int = 0
    duration_us: int = 0
    bytes: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class SharedPiece:
    """A piece of screen video of which interactions to delete from are not the only ones.

    Attributes:
        object_id: Its content.
        name: What errors call it.
        media_type: What it is.
        spans: Where it lies.
        erased: Stretches [start, end) to delete, on the wall clock: those of the interactions to
            delete from, without what others that are held need of it.
        others: Interactions that need it as well and that the user may see.
        hidden_others: How many more there are.
        held: Whether one of the others is under a legal hold.
        state: Damaged or lost: of it only what can be read is left when it is cut.
    """

    object_id: ObjectId
    name: str
    media_type: str
    spans: tuple[Span, ...]
    erased: tuple[tuple[WallUs, WallUs], ...]
    of: tuple[InteractionId, ...]
    others: tuple[tuple[InteractionId, Giid], ...]
    hidden_others: int = 0
    held: bool = False
    state: RecordingState = RecordingState.AVAILABLE

    @property
    def is_spoilt(self) -> bool:
        """Whether it is known that not all of it can be read."""
        return self.state is not RecordingState.AVAILABLE


@dataclass(frozen=True, slots=True)
class CutPiece:
    """What is left of a piece of screen video.

    Attributes:
        open: Opens its content.
        media_type: What it is.
        spans: Where it lies.
    """

    open: Callable[[], ByteSource]
    media_type: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A deletion of many that was interrupted.

    Attributes:
        number: Its own; by: who began it; total: of how many; left: how many are left.
        approved_by: Who agreed to it, "" where nobody had to; then `by` is who asked for it.
    """

    number: int
    by: str
    at_us: WallUs
    reason: str
    what: tuple[What, ...]
    shared: Shared
    by_retention: bool
    total: int
    left: int
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What deleting would destroy, told before it is confirmed.

    Attributes:
        losses: By kind; only those that there are.
        interactions: How many lose something.
        held: Those under a legal hold: nothing of them is deleted.
        nothing: How many have nothing of what is asked for.
        shared: Pieces of screen video that others need as well.
    """

    losses: Mapping[What, Loss]
    interactions: int
    held: tuple[Giid, ...] = ()
    nothing: int = 0
    shared: tuple[SharedPiece, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What deleting destroyed.

    Attributes:
        interactions: That lost something, with the entry of the audit log that says so.
        losses: By kind.
        held: Left out, being under a legal hold.
        nothing: How many had nothing (any more) of what was asked for.
        failed: Left out for another reason, with its sentence.
        also: Others that lost screen video with them; hidden_also: how many more did that the
            user may not see.
        lingering: How many destroyed objects could not be removed yet; nothing leads to them,
            and they go at the latest when the store is next opened.
        words_linger: Whether the same holds of words of destroyed texts.
    """

    interactions: Mapping[Giid, int] = field(default_factory=dict)
    losses: Mapping[What, Loss] = field(default_factory=dict)
    held: tuple[Giid, ...] = ()
    nothing: int = 0
    failed: tuple[tuple[Giid, str], ...] = ()
    also: tuple[Giid, ...] = ()
    hidden_also: int = 0
    lingering: int = 0
    words_linger: bool = False

    def __or__(self, other: Erased) -> Erased:
        """Return both together."""
        return Erased(
            {**self.interactions, **other.interactions},
            {
                what: _together(self.losses.get(what, Loss()), other.losses.get(what, Loss()))
                for what in What
                if what in self.losses or what in other.losses
            },
            (*self.held, *other.held),
            self.nothing + other.nothing,
            (*self.failed, *other.failed),
            tuple(dict.fromkeys((*self.also, *other.also))),
            self.hidden_also + other.hidden_also,
            self.lingering + other.lingering,
            self.words_linger or other.words_linger,
        )


def erased_together(parts: Sequence[Erased]) -> Erased:
    """Return all parts as one; what they have of each interaction is copied once."""
    told = Erased()
    interactions: dict[Giid, int] = {}
    for part in parts:
        interactions.update(part.interactions)
        told |= replace(part, interactions={})
    return replace(told, interactions=interactions)


def _together(one: Loss, other: Loss) -> Loss:
    return Loss(
        one.interactions + other.interactions,
        one.files + other.files,
        one.duration_us + other.duration_us,
        one.bytes + other.bytes,
        one.texts + other.texts,
    )


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on an interaction: neither deletion nor retention touches it."""

    interaction_id: InteractionId
    giid: Giid
    by: str
    at_us: WallUs
    reason: str


@dataclass(frozen=True, slots=True)
class LiftedHold:
    """A legal hold that was lifted.

    Attributes:
        held: The hold; lifted_by, lifted_us, lifted_reason: who lifted it, when and why.
        approved_by: Who agreed, "" where nobody had to.
    """

    held: Hold
    lifted_by: str
    lifted_us: WallUs
    lifted_reason: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Content of a kind expires a number of days after its interaction ended.

    Attributes:
        service: Of this service; "" for those that no rule of their own is for.
        what: Which content.
        days: After how many; 0: never.
    """

    service: str
    what: What
    days: int


def without(
    stretches: Iterable[tuple[WallUs, WallUs]], taken: Iterable[tuple[WallUs, WallUs]]
) -> tuple[tuple[WallUs, WallUs], ...]:
    """Return stretches [start, end) of the wall clock without others, in order."""
    left = [(start, end) for start, end in stretches if start < end]
    for start, end in taken:
        parts = [((a, min(b, start)), (max(a, end), b)) for a, b in left]
        left = [part for pair in parts for part in pair if part[0] < part[1]]
    return tuple(sorted(left))


def together(
    stretches: Iterable[tuple[WallUs, WallUs]],
) -> tuple[tuple[WallUs, WallUs], ...]:
    """Return stretches [start, end) of the wall clock in order, those that meet as one."""
    found: list[tuple[WallUs, WallUs]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


MAX_DAYS: Final = 36_500


def check_rules(rules: Collection[RetentionRule]) -> tuple[RetentionRule, ...]:
    """Return rules in order, refusing those that contradict each other.

    Raises:
        RetentionInvalidError: Two for the same, or a number of days that is none.
    """
    seen: set[tuple[str, What]] = set()
    for rule in rules:
        if not 0 <= rule.days <= MAX_DAYS:
            reason = Reason(N_("days are a number from 0 to {most}"), most=MAX_DAYS)
            raise RetentionInvalidError(reason=reason)
        if (rule.service, rule.what) in seen:
            what = Reason(TITLES[rule.what])
            reason = (
                Reason(N_("there are two rules for {name}: {what}"), name=rule.service, what=what)
                if rule.service
                else Reason(N_("there are two rules for all other services: {what}"), what=what)
            )
            raise RetentionInvalidError(reason=reason)
        seen.add((rule.service, rule.what))
    return tuple(sorted(rules, key=lambda rule: (rule.service, list(What).index(rule.what))))


def ends_sooner(before: Collection[RetentionRule], after: Collection[RetentionRule]) -> bool:
    """Return whether rules let something end sooner than others did."""
    services = {rule.service for rule in (*before, *after)} | {""}
    return any(
        _days(after, service, what) < _days(before, service, what)
        for what in What
        for service in services
    )


def _days(rules: Collection[RetentionRule], service: str, what: What) -> float:
    """Return how long content of a service is kept; infinite: for ever."""
    # Names that differ in letter case only are those of different services.
    found = {rule.service: rule.days for rule in rules if rule.what is what}
    return found.get(service, found.get("", 0)) or inf


def check_erasing_reason(reason: str) -> str:
    """Return a reason trimmed.

    Raises:
        ReasonMissingError: It is empty, blank, or too long.
    """
    trimmed = reason.strip()
    if not trimmed or len(trimmed) > MAX_REASON:
        raise ReasonMissingError
    return trimmed
