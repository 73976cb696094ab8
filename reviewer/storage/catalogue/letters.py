"""Emails of which single messages were deleted, when they are brought in once more.

What is there keeps its order, so that tombstones go on naming the places of what is gone. Where it
is in doubt whether what is told is what was deleted, it stays out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.models.ids import WallUs
from reviewer.models.letters import gone_messages, letters_of
from reviewer.models.recording import RecordingKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reviewer.models.interaction import Interaction, Message
    from reviewer.models.recording import PartyRole

    Key = tuple[WallUs, PartyRole]


def joined(
    known: Interaction, ours: Sequence[Message], told: Sequence[Message], *, newer: bool
) -> tuple[Message, ...]:
    """Return the messages of an email: those that are there, then those that are new.

    Args:
        known: What is there.
        ours: Its messages, as they are to be numbered.
        told: The newcomer's, naming their files by the places that these have now.
        newer: Whether the newcomer's word counts.
    """
    gone = gone_messages(known)
    twins = _twins(gone, ours, told)
    merged = list(ours)
    for number, message in enumerate(told):
        place = twins.places.get(number)
        if place is None:
            if number not in twins.doubtful:
                merged.append(message)
        elif newer and place in gone:
            # Its time moves with the others', so that it is known again.
            merged[place] = replace(ours[place], at_us=message.at_us)
        elif newer:
            file = ours[place].recording if message.recording is None else message.recording
            merged[place] = replace(message, recording=file)
    return tuple(merged)


def files_of_gone(
    known: Interaction, told: Interaction, pairs: Mapping[int, int]
) -> frozenset[int]:
    """Return the places of the newcomer's files that may be of messages deleted here.

    Args:
        known: What is there.
        told: The newcomer.
        pairs: From places of its recordings to those that these have here already.
    """
    gone = gone_messages(known)
    alone = [stone for stone in known.tombstones if not stone.is_of_all]
    if not alone:
        return frozenset()
    placed = [
        m if m.recording is None else replace(m, recording=pairs.get(m.recording))
        for m in told.messages
    ]
    twins = _twins(gone, known.messages, placed)
    found = {
        message.recording
        for number, message in enumerate(told.messages)
        if number in twins.doubtful or twins.places.get(number) in gone
    }
    met = frozenset(pairs.values())
    if any(stone.recording not in met for stone in alone):
        # A file that is no message's may be the one of what is gone.
        named = {message.recording for message in told.messages} | pairs.keys()
        found |= {
            place
            for place, recording in enumerate(told.recordings)
            if recording.kind is RecordingKind.EMAIL and place not in named
        }
    return frozenset(place for place in found if place is not None)


def is_first_gone(known: Interaction) -> bool:
    """Whether the first message of an email was deleted by itself: its subject went with it."""
    first = next(iter(letters_of(known)), None)
    return first is not None and first.gone is not None and not first.gone.is_of_all


@dataclass(slots=True)
class _Twins:
    """Which of the messages that are there those are that are told.

    Attributes:
        places: From numbers of those told to places of those there; each once.
        doubtful: Numbers of those told that may be what was deleted.
        proven: Whether one that is there was told in its own words, at its own time.
    """

    places: dict[int, int] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)
    proven: bool = False

    def without(self, numbers: Collection[int]) -> list[int]:
        """Return those told that are nothing yet."""
        return [n for n in numbers if n not in self.places and n not in self.doubtful]


def _twins(gone: Collection[int], ours: Sequence[Message], told: Sequence[Message]) -> _Twins:
    """Match messages one to one: by file, else by when and whose, in their words or their order."""
    twins = _Twins()
    files = {m.recording: place for place, m in enumerate(ours) if m.recording is not None}
    for number, message in enumerate(told):
        place = None if message.recording is None else files.get(message.recording)
        if place is not None and place not in twins.places.values():
            twins.places[number] = place
    moved_us = _moved_us(gone, ours, told)
    if moved_us is None:
        twins.doubtful.update(twins.without(range(len(told))))
        return twins
    theirs = _by_key(told, 0)
    for key, places in _by_key(ours, moved_us).items():
        _match(twins, gone, ours, told, places, theirs.get(key, ()))
    _doubt(twins, gone, ours, told, moved_us)
    return twins


def _match(
    twins: _Twins,
    gone: Collection[int],
    ours: Sequence[Message],
    told: Sequence[Message],
    places: Sequence[int],
    numbers: Sequence[int],
) -> None:
    """Match messages of one instant and one party."""
    taken = set(twins.places.values())
    left = [place for place in places if place not in taken]
    for place in list(left):
        same = (n for n in twins.without(numbers) if told[n].text == ours[place].text)
        number = None if place in gone else next(same, None)
        if number is not None:
            twins.places[number] = place
            twins.proven = True
            left.remove(place)
    rest = twins.without(numbers)
    if len(rest) == len(left) or not any(place in gone for place in left):
        twins.places.update(zip(rest, left, strict=False))
    else:
        twins.doubtful.update(rest)


def _doubt(
    twins: _Twins,
    gone: Collection[int],
    ours: Sequence[Message],
    told: Sequence[Message],
    moved_us: int,
) -> None:
    """Doubt what is told for new while what was deleted, of the same party, is not met.

    One that is later than all others is new where times are proven and what is gone is counted.
    """
    taken = set(twins.places.values())
    unmet = Counter(ours[place].role for place in gone if place not in taken)
    roles = frozenset(unmet)
    unmet.subtract(told[number].role for number in twins.doubtful)
    last = max((message.at_us for message in ours), default=0) + moved_us
    for number in sorted(twins.without(range(len(told))), key=lambda n: told[n].at_us):
        role = told[number].role
        if role not in roles:
            continue
        if unmet[role] > 0 or not twins.proven or told[number].at_us <= last:
            twins.doubtful.add(number)
        unmet[role] -= 1


def _moved_us(
    gone: Collection[int], ours: Sequence[Message], told: Sequence[Message]
) -> int | None:
    """Return by how much the times of all messages moved together, 0: they did not.

    None: they may have moved in several ways.
    """
    theirs = Counter((m.at_us, m.role) for m in told)
    texts = {(m.at_us, m.role, m.text) for m in told}

    def fits(moved_us: int) -> tuple[int, int]:
        """Return how many are told in their own words, and how many at their own times."""
        mine = Counter((WallUs(m.at_us + moved_us), m.role) for m in ours)
        same = sum(
            (m.at_us + moved_us, m.role, m.text) in texts
            for place, m in enumerate(ours)
            if place not in gone
        )
        return same, (mine & theirs).total()

    moves = {m.at_us - ours[0].at_us for m in told if m.role is ours[0].role} - {0} if ours else ()
    whole = {moved: fit for moved in moves if (fit := fits(moved))[1] == len(ours)}
    unmoved = said, met = fits(0)
    best = max(whole.values(), default=unmoved)
    likely = [moved for moved, fit in whole.items() if fit == best]
    # Words tell; times alone do where nothing speaks against them.
    sure = best[0] > said or not met or len(told) == len(ours)
    if best > unmoved and len(likely) == 1 and sure:
        return likely[0]
    # What is new is hardly older than what is there.
    plain = met == len(ours) and min(whole, default=0) >= 0
    return 0 if said or plain or not whole else None


def _by_key(messages: Sequence[Message], moved_us: int) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        found[WallUs(message.at_us + moved_us), message.role].append(place)
    return found
