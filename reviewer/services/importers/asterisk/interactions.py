"""Makes an interaction out of a conversation. Pure but for listening into its files.

Imported by `importer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason
from reviewer.models.bytesource import FileSource
from reviewer.models.ids import WallUs, giid_of_source
from reviewer.models.interaction import (
    Channel,
    Direction,
    Interaction,
    Outcome,
    SegmentKind,
    Source,
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind, RecordingState
from reviewer.services.importers.asterisk import records
from reviewer.services.importers.asterisk.channels import is_extension
from reviewer.services.importers.asterisk.clock import LocalClock, uniqueid_us
from reviewer.services.importers.asterisk.events import Telling
from reviewer.services.importers.asterisk.facts import Facts, Handling, Period
from reviewer.services.importers.asterisk.placing import segment_of, spans_of, voicemail_spans
from reviewer.services.importers.asterisk.queues import QueueTelling
from reviewer.services.importers.asterisk.queues import facts_of as facts_of_queue
from reviewer.services.importers.asterisk.segments import Builder
from reviewer.services.importers.asterisk.sounds import Heard, Sound, listen, without_copies
from reviewer.services.importers.base import ImportOptions, Rejected
from reviewer.storage.store import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Segment
    from reviewer.models.recording import Span
    from reviewer.services.importers.asterisk.conversations import Conversation
    from reviewer.services.importers.asterisk.voicemail import VoicemailNote

KIND = "asterisk"

_MAILBOX_PARTS = 4
"""Context, mailbox, folder, file: by these a message is named."""
_FROM_OUTSIDE = (
    "from-trunk", "from-pstn", "from-did", "from-digital", "from-analog", "from-zaptel",
    "from-dahdi", "from-sip-external", "from-external", "ext-did", "incoming", "inbound",
)  # fmt: skip
_FROM_INSIDE = ("from-internal", "outbound", "outgoing", "internal", "ext-local", "macro-dial")
_OUTCOMES = {
    "ANSWERED": Outcome.ANSWERED,
    "BUSY": Outcome.BUSY,
    "CONGESTION": Outcome.CONGESTION,
    "NO ANSWER": Outcome.NO_ANSWER,
    "FAILED": Outcome.FAILED,
}


def interaction_of(talk: Conversation, options: ImportOptions) -> tuple[Incoming, list[Rejected]]:
    """Return the interaction with its content, and what of it could not be taken."""
    telling = Telling(talk.events, talk.key) if talk.events else None
    talk.sounds = without_copies(talk.sounds)
    messages = without_copies([message for _, message in talk.voicemails if message is not None])
    heard = {id(sound): listen(sound) for sound in talk.sounds}
    rejected = [fault for _, fault in heard.values() if fault is not None]
    lengths = {key: one for key, (one, _) in heard.items()}
    facts = _facts(talk, telling, lengths, options)
    direction = direction_of(facts, talk.sounds)
    if direction is Direction.OUTBOUND and telling is not None:
        telling = Telling(talk.events, talk.key, outbound=True)
        facts = _facts(talk, telling, lengths, options)
    elif direction is Direction.OUTBOUND:
        _turn_round(facts)
    segments = Builder(facts, direction).build()
    recordings: list[Recording] = []
    content: dict[int, Callable[[], ByteSource]] = {}
    for sound in talk.sounds:
        if sound.file is None:
            rejected.append(
                Rejected(
                    sound.item,
                    "import.recording_missing",
                    Reason(N_("the call record names this recording, but the file is not there")),
                )
            )
        recordings.append(_recording(sound, talk, facts, telling, lengths, segments, direction))
        _keep(content, len(recordings) - 1, sound)
    for note, message in talk.voicemails:
        if message is None:
            rejected.append(
                Rejected(
                    note.item,
                    "import.recording_missing",
                    Reason(N_("the message has no sound file")),
                )
            )
            continue
        if message not in messages:
            continue
        one, fault = listen(message)
        rejected += [fault] if fault is not None else []
        recordings.append(_message(note, message, one, telling, talk, segments))
        _keep(content, len(recordings) - 1, message)
    interaction = _interaction(talk, facts, direction, segments, tuple(recordings), options)
    others = sorted(talk.names - {talk.key})
    return (
        Incoming(
            interaction,
            content,
            also=tuple(giid_of_source(KIND, options.system, name) for name in others),
            weight=talk.weight,
        ),
        rejected,
    )


def _keep(content: dict[int, Callable[[], ByteSource]], index: int, sound: Sound) -> None:
    if sound.file is not None:
        path, item = sound.file.path, sound.item
        content[index] = lambda: FileSource(path, item)


def _interaction(
    talk: Conversation,
    facts: Facts,
    direction: Direction,
    segments: tuple[Segment, ...],
    recordings: tuple[Recording, ...],
    options: ImportOptions,
) -> Interaction:
    spoken = [s for s in segments if s.kind is SegmentKind.HANDLING and s.agent is not None]
    connected = [s.connected_to for s in (spoken or segments) if s.connected_to]
    own = facts.caller if is_extension(facts.caller) else facts.number
    custom = [("accountcode", facts.account)]
    if not facts.userfield.startswith("audio:"):
        custom.append(("userfield", facts.userfield))
    return Interaction(
        giid=giid_of_source(KIND, options.system, talk.key),
        channel=Channel.VOICE,
        direction=direction,
        started_us=facts.started_us,
        ended_us=max(facts.ended_us, *(s.ended_us for s in segments)),
        segments=segments,
        from_address=facts.number if direction is Direction.INBOUND else own,
        to_address=facts.dialled,
        connected_to=connected[0] if connected else "",
        from_name=facts.name,
        outcome=outcome_of(facts),
        custom=tuple((key, value) for key, value in custom if value),
        source=Source(KIND, options.system, talk.key),
        recordings=recordings,
    )


# --- facts ---------------------------------------------------------------------------------


def _facts(
    talk: Conversation,
    telling: Telling | None,
    heard: dict[int, Heard],
    options: ImportOptions,
) -> Facts:
    rows = talk.rows
    if telling is not None:
        facts = telling.facts()
        if rows:
            by_rows = records.facts_of(rows, talk.key)
            facts.started_us = min(facts.started_us, _within(by_rows.started_us, facts))
            if by_rows.ended_us - facts.ended_us > 2_000_000:
                # The events stop before the call did.
                facts.ended_us = by_rows.ended_us
            if not facts.handlings:
                facts.handlings, facts.transfers = by_rows.handlings, by_rows.transfers
            records.supplement(facts, rows, talk.key)
    elif rows:
        facts = records.facts_of(rows, talk.key)
    elif talk.queue:
        facts = facts_of_queue(talk.queue)
    else:
        facts = _of_files(talk, heard, options)
    if talk.queue:
        channels = telling.channels if telling is not None else {}
        names = {uniqueid: chan.name for uniqueid, chan in channels.items()}
        names |= {row.uniqueid: row.channel for row in rows if row.uniqueid}
        QueueTelling(facts, names).tell(talk.queue)
    for sound in talk.sounds:
        facts.number = facts.number or sound.name.other
        facts.dialled = facts.dialled or sound.name.to
    for note, message in talk.voicemails:
        facts.number, facts.name = facts.number or note.number, facts.name or note.name
        end = WallUs(note.at_us + note.seconds * 1_000_000)
        if not facts.voicemails and message is not None:
            facts.voicemails.append(Period(note.at_us, end, note.mailbox))
            facts.ended_us = max(facts.ended_us, end)
    return facts


def _turn_round(facts: Facts) -> None:
    """Let a call to the outside be handled by who made it: records name who was called."""
    own = facts.caller if is_extension(facts.caller) else facts.number
    if facts.handlings and own and not is_extension(facts.handlings[0].who):
        facts.handlings[0].who = own
        facts.handlings[0].rang_us = facts.started_us
    facts.rings = [ring._replace(detail=facts.dialled) for ring in facts.rings]


def _within(second_us: WallUs, facts: Facts) -> WallUs:
    """Return a whole second of a call record, unless it is only the cut of the exact instant."""
    return facts.started_us if facts.started_us - second_us < 2_000_000 else second_us


def _of_files(talk: Conversation, heard: dict[int, Heard], options: ImportOptions) -> Facts:
    """Return what the names and lengths of files tell, where no log knows the call."""
    starts: list[WallUs] = []
    ends: list[WallUs] = []
    for sound in talk.sounds:
        duration = heard[id(sound)].duration_us if id(sound) in heard else 0
        start = _file_started(sound, duration, options)
        if start is not None:
            starts.append(start)
            ends.append(WallUs(start + duration))
    for note, _ in talk.voicemails:
        starts.append(note.at_us)
        ends.append(WallUs(note.at_us + note.seconds * 1_000_000))
    start = min(starts, default=uniqueid_us(talk.key) or WallUs(0))
    facts = Facts(start, max(ends, default=start))
    for sound in talk.sounds:
        _tell_by_name(facts, sound)
    if talk.voicemails and not talk.sounds:
        note = talk.voicemails[0][0]
        facts.dialled, facts.context = note.exten, note.context
    return facts


def _file_started(sound: Sound, duration_us: int, options: ImportOptions) -> WallUs | None:
    made = uniqueid_us(sound.name.uniqueid)
    if made is not None:
        return made
    local = LocalClock(options.zone).instant(sound.name.local)
    if local is not None or sound.file is None:
        return local
    # Nothing else tells: it was written until its last change.
    return WallUs(sound.file.modified_us - duration_us)


def _tell_by_name(facts: Facts, sound: Sound) -> None:
    name = sound.name
    whole = Period(facts.started_us, facts.ended_us)
    if sound.name.leg or facts.handlings or facts.conferences or not name.kind:
        return
    if name.kind == "conf":
        facts.conferences.append(whole._replace(detail=name.to))
        return
    who = name.other if name.direction is Direction.OUTBOUND else name.to
    if name.direction is Direction.OUTBOUND:
        facts.caller = name.other
    if name.kind in ("q", "rg"):
        who = ""
    if is_extension(who) and facts.ended_us > facts.started_us:
        facts.handlings.append(Handling(who, [whole], None, frozenset((name.uniqueid,))))


# --- direction and outcome -----------------------------------------------------------------


def direction_of(facts: Facts, sounds: list[Sound]) -> Direction:
    """Return the direction: by the context the call came from, by file names, by numbers."""
    context = facts.context.lower()
    if context.startswith(_FROM_OUTSIDE):
        return Direction.INBOUND
    own = is_extension(facts.caller) or is_extension(facts.number)
    if context.startswith(_FROM_INSIDE) and own:
        return _by_target(facts)
    named = [s.name.direction for s in sounds if s.name.direction is not None]
    if named:
        return named[0]
    if own and not facts.visits:
        return _by_target(facts)
    return Direction.INBOUND


def _by_target(facts: Facts) -> Direction:
    outside = facts.dialled.lstrip("+").isdigit() and not is_extension(facts.dialled)
    return Direction.OUTBOUND if outside else Direction.INTERNAL


def outcome_of(facts: Facts) -> Outcome:
    """Return what became of the call."""
    if facts.conferences or any(not h.consulted_by for h in facts.handlings):
        return Outcome.ANSWERED
    if any(visit.result == "abandon" for visit in facts.visits):
        return Outcome.ABANDONED
    results = [_OUTCOMES[d] for d in facts.dispositions if d in _OUTCOMES]
    if facts.visits or facts.rings or facts.voicemails:
        # Answered by the telephone system itself, but nobody took it.
        failed = [result for result in results if result is not Outcome.ANSWERED]
        return failed[0] if failed else Outcome.NO_ANSWER
    return results[0] if results else Outcome.UNKNOWN


# --- recordings ----------------------------------------------------------------------------


def _recording(
    sound: Sound,
    talk: Conversation,
    facts: Facts,
    telling: Telling | None,
    heard: dict[int, Heard],
    segments: tuple[Segment, ...],
    direction: Direction,
) -> Recording:
    one = heard[id(sound)]
    own = sound.name.uniqueid
    spans: tuple[Span, ...] = spans_of(one.duration_us, facts, telling, own)
    aside = telling is not None and own in telling.channels and not telling.is_with_caller(own)
    leg = sound.name.leg
    party = PartyRole.MIXED
    if leg:
        # `in` is what the recorded channel sent: the caller's own voice.
        callers = PartyRole.AGENT if direction is Direction.OUTBOUND else PartyRole.CUSTOMER
        others = PartyRole.CUSTOMER if direction is Direction.OUTBOUND else PartyRole.AGENT
        party = callers if leg == "in" else others
    return Recording(
        kind=RecordingKind.VOICE_CHANNEL if leg else RecordingKind.VOICE,
        segment_number=segment_of(spans, segments, of_consultation=aside),
        spans=spans,
        media_type=one.media_type,
        party=party,
        bytes=sound.file.size_bytes if sound.file is not None else 0,
        state=RecordingState.MISSING if sound.file is None else RecordingState.AVAILABLE,
        # Without its folder: a file that was missing once is the same when it is found.
        source_name=sound.item.rpartition("/")[2],
    )


def _message(
    note: VoicemailNote,
    message: Sound,
    one: Heard,
    telling: Telling | None,
    talk: Conversation,
    segments: tuple[Segment, ...],
) -> Recording:
    by_name = telling.uniqueids if telling is not None else {}
    spans = voicemail_spans(one.duration_us, note.at_us, telling, by_name.get(note.channel, ""))
    return Recording(
        kind=RecordingKind.VOICEMAIL,
        segment_number=segment_of(spans, segments),
        spans=spans,
        media_type=one.media_type,
        party=PartyRole.CUSTOMER,
        bytes=message.file.size_bytes if message.file is not None else 0,
        # From its mailbox on, whatever folder the import began in.
        source_name="/".join(message.item.split("/")[-_MAILBOX_PARTS:]),
    )
