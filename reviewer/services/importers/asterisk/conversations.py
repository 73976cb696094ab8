"""Joins rows, events, queue lines and files into conversations. Pure; imported by `importer`.

One conversation is what Asterisk calls a linkedid: everything that ever was connected with one
first channel. Two linkedids are one conversation where a channel went from one to the other, or
an attended transfer joined them; two participants of one conference are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S
from reviewer.services.importers.asterisk import file_names
from reviewer.services.importers.asterisk.channels import is_helper
from reviewer.services.importers.asterisk.clock import uniqueid_us
from reviewer.services.importers.asterisk.events import CONFERENCE_APPS, VOICEMAIL_APPS
from reviewer.services.importers.asterisk.lives import Lives, unnamed_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reviewer.services.importers.asterisk.cdr import CdrRow
    from reviewer.services.importers.asterisk.cel import CelEvent
    from reviewer.services.importers.asterisk.file_names import FileName
    from reviewer.services.importers.asterisk.queue_log import QueueEvent
    from reviewer.services.importers.asterisk.sounds import Sound
    from reviewer.services.importers.asterisk.voicemail import VoicemailNote

_SAME_RUN_US = 6 * 3600 * US_PER_S
"""Channel names repeat after a restart."""
_HOUR_US = 3600 * US_PER_S
_TRANSFER_CHANNELS = (
    "channel2_uniqueid",
    "transferee_channel_uniqueid",
    "transfer_target_channel_uniqueid",
)


@dataclass(slots=True)
class Conversation:
    """Everything the source holds about one conversation.

    `key` is its own id there, `names` are those that parts of the source may know it by instead.
    """

    key: str
    names: frozenset[str] = frozenset()
    rows: list[CdrRow] = field(default_factory=list)
    events: list[CelEvent] = field(default_factory=list)
    queue: list[QueueEvent] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    voicemails: list[tuple[VoicemailNote, Sound | None]] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, ...]:
        """How much is known of it, the most exact kind of log first."""
        files = sum(1 for sound in self.sounds if sound.file is not None)
        return (len(self.events), len(self.rows), len(self.queue), files + len(self.voicemails))

    @property
    def is_call(self) -> bool:
        """Whether anybody took part: not Asterisk's own helpers alone."""
        if self.rows or self.queue or self.sounds or self.voicemails:
            return True
        return not all(is_helper(event.channel) for event in self.events)


class Joiner:
    """Collects what belongs together; ids are uniqueids, linkedids, or names made for others."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._linked: set[str] = set()
        self._lives = Lives()
        self._unnamed: dict[int, list[CdrRow]] = {}
        self._of: dict[str, Conversation] = {}

    def add_events(self, events: Iterable[CelEvent]) -> None:
        """Take channel events in."""
        for event in events:
            self._linked.add(event.linkedid)
            self._join(event.uniqueid, event.linkedid)
            if event.type == "ATTENDEDTRANSFER":
                for name in _TRANSFER_CHANNELS:
                    other = event.extra.get(name, "")
                    if uniqueid_us(other) is not None:
                        self._join(event.uniqueid, other)
            self._bucket(event.uniqueid).events.append(event)

    def add_rows(self, rows: Iterable[CdrRow]) -> None:
        """Take call records in."""
        kept = list(rows)
        for row in kept:
            own = _id_of(row)
            if row.linkedid:
                self._linked.add(row.linkedid)
                self._join(own, row.linkedid)
            for other in self._lives.enter(row, own):
                self._join(other, own)
            self._bucket(own).rows.append(row)
            if not row.uniqueid:
                self._unnamed.setdefault(row.start_us, []).append(row)
        for row in kept:
            if not row.linkedid and row.dstchannel and row.lastapp not in CONFERENCE_APPS:
                for other in self._lives.called_by(row):
                    self._join(other, _id_of(row))

    def add_queue(self, events: Iterable[QueueEvent]) -> None:
        """Take lines of the queue log in."""
        for event in events:
            if event.callid not in self._parent:
                waited = self._begun_with(event.callid, partial(_may_have_waited, event))
                if waited is not None:
                    self._join(unnamed_id(waited), event.callid)
            self._bucket(event.callid).queue.append(event)

    def add_sound(self, sound: Sound, row: CdrRow | None) -> None:
        """Take a recording in, with the call record that named it, if one did."""
        if row is not None:
            own = _id_of(row)
        else:
            own = file_names.key_of(sound.name)
            if own not in self._parent:
                recorded = self._begun_with(own, partial(_may_be_of, sound.name))
                if recorded is not None:
                    self._join(unnamed_id(recorded), own)
        self._bucket(own).sounds.append(sound)

    def add_voicemail(
        self, note: VoicemailNote, sound: Sound | None, channels: Mapping[str, str]
    ) -> None:
        """Take a message in; `channels` tells the uniqueid of the channel that left it."""
        own = channels.get(note.channel, "")
        made = uniqueid_us(own)
        if made is None or not made - US_PER_S <= note.at_us <= made + _SAME_RUN_US:
            own = self._lives.there(note.channel, note.at_us) or note.key
        self._bucket(own).voicemails.append((note, sound))

    def conversations(self) -> list[Conversation]:
        """Return all conversations, by their first channel."""
        joined: dict[str, Conversation] = {}
        names: dict[str, list[str]] = {}
        for own in self._parent:
            names.setdefault(self._root(own), []).append(own)
        for own, part in self._of.items():
            root = self._root(own)
            whole = joined.get(root)
            if whole is None:
                own_names = names.get(root, [own])
                whole = joined[root] = Conversation(self._key(own_names), frozenset(own_names))
            whole.rows += part.rows
            whole.events += part.events
            whole.queue += part.queue
            whole.sounds += part.sounds
            whole.voicemails += part.voicemails
        calls = [one for one in joined.values() if one.is_call]
        for call in calls:
            # They came channel by channel.
            call.rows.sort(key=lambda row: (row.start_us, row.sequence or 0, row.item))
            call.events.sort(key=lambda event: (event.at_us, event.order))
            call.queue.sort(key=lambda event: event.at_us)
            call.names |= _other_names(call)
        return sorted(calls, key=lambda one: _age(one.key))

    def _key(self, names: list[str]) -> str:
        linked = [name for name in names if name in self._linked]
        return min(linked or names, key=_age)

    def _begun_with(self, own: str, fits: Callable[[CdrRow], bool]) -> CdrRow | None:
        """Return the record without an id that `own` is the id of: the only call begun then."""
        made = uniqueid_us(own)
        if made is None:
            return None
        for second in (made, made + US_PER_S):
            rows = [row for row in self._unnamed.get(second, ()) if fits(row)]
            if rows:
                calls = {self._root(unnamed_id(row)) for row in rows}
                return rows[0] if len(calls) == 1 else None
        return None

    def _bucket(self, own: str) -> Conversation:
        self._parent.setdefault(own, own)
        return self._of.setdefault(own, Conversation(own))

    def _root(self, own: str) -> str:
        self._parent.setdefault(own, own)
        root = own
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[own] != root:
            self._parent[own], own = root, self._parent[own]
        return root

    def _join(self, one: str, two: str) -> None:
        first, second = self._root(one), self._root(two)
        if first != second:
            self._parent[second] = first


def _may_be_of(name: FileName, row: CdrRow) -> bool:
    """Whether the numbers in a file's name, where it has any, are those of the record."""
    numbers = {number.lstrip("+") for number in (row.src, row.number, row.dst)}
    return name.other.lstrip("+") in {*numbers, ""}


def _may_have_waited(event: QueueEvent, row: CdrRow) -> bool:
    """Whether a record is of a call that may have waited in the queue that a line names."""
    number = event.value(1) if event.type == "ENTERQUEUE" else ""
    in_queue = row.lastapp == "Queue" and row.lastdata.partition(",")[0] == event.queue
    return in_queue and number.lstrip("+") in (row.src.lstrip("+"), row.number.lstrip("+"), "")


def _id_of(row: CdrRow) -> str:
    return row.uniqueid or unnamed_id(row)


def _other_names(call: Conversation) -> frozenset[str]:
    """Return what its files would be known by without the logs that place them."""
    found: set[str] = set()
    for note, _ in call.voicemails:
        found |= {note.key, _of_message(note.channel, note.at_us)}
    for row in call.rows:
        found.add(unnamed_id(row))
        if row.lastapp in VOICEMAIL_APPS:
            hours = range(row.start_us, row.end_us + _HOUR_US, _HOUR_US)
            found.update(_of_message(row.channel, at_us) for at_us in hours)
    for event in call.events:
        if event.app in VOICEMAIL_APPS:
            found.add(_of_message(event.channel, event.at_us))
    for sound in call.sounds:
        names = (sound.name, file_names.parse(sound.item.rpartition("/")[2]))
        # Other names, as of a conference, are used again and again.
        found.update(file_names.key_of(name) for name in names if name.uniqueid or name.local)
    return frozenset(found)


def _of_message(channel: str, at_us: int) -> str:
    """Return what a channel that left a message in this hour is known by: names repeat later."""
    return f"message/{channel}/{at_us // _HOUR_US}"


def _age(own: str) -> tuple[int, int, str]:
    """Sort ids by when they were made: `1795389756.9` before `1795389756.10`."""
    made = uniqueid_us(own)
    if made is None:
        return (2**62, 0, own)
    return (int(made), int(own.rpartition(".")[2]), own)
