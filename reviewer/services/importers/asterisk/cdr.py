"""Call detail records: which column is what, and what a row says. Pure; imported by `importer`.

Sources: Asterisk's documentation of cdr_csv, cdr_custom and cdr_sqlite3_custom (sample
configurations), and the columns of FreePBX's `cdr` table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason
from reviewer.models.ids import US_PER_S, WallUs
from reviewer.services.importers.asterisk.clock import (
    LocalClock,
    naive,
    readings,
    uniqueid_us,
)
from reviewer.services.importers.asterisk.text import caller_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

_BASE = "accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end"
_CLASSIC = f"{_BASE} duration billsec disposition amaflags"
_SAMPLE = (
    "clid src dst dcontext channel dstchannel lastapp lastdata start answer end "
    "duration billsec disposition amaflags accountcode uniqueid userfield"
)
_FREEPBX = (
    "start clid src dst dcontext channel dstchannel lastapp lastdata duration billsec "
    "disposition amaflags accountcode uniqueid userfield"
)

_NAMES_OF_PARTIES = "did recordingfile cnum cnam outbound_cnum outbound_cnam dst_cnam"

LAYOUTS: tuple[tuple[str, ...], ...] = tuple(
    tuple(f"{head} {tail}".split())
    for head, tails in (
        (
            _CLASSIC,
            (
                "",
                "uniqueid",
                "userfield",
                "uniqueid userfield",
                "peeraccount linkedid sequence",
                "uniqueid peeraccount linkedid sequence",
                "userfield peeraccount linkedid sequence",
                "uniqueid userfield peeraccount linkedid sequence",
            ),
        ),
        (
            _SAMPLE,
            ("", "sequence", "linkedid", "linkedid sequence", "peeraccount linkedid sequence"),
        ),
        (
            _FREEPBX,
            (
                "",
                "did recordingfile",
                "recordingfile",
                "recordingfile linkedid sequence",
                "did recordingfile linkedid peeraccount sequence",
                _NAMES_OF_PARTIES,
                f"{_NAMES_OF_PARTIES} linkedid peeraccount sequence",
            ),
        ),
    )
    for tail in tails
)
"""Orders of columns known without a header; a row must also look like one."""

_ALIASES = {
    "calldate": "start",
    "eventtime": "",
    "callerid": "clid",
    "clid_name": "",
    "channelname": "channel",
    "destination": "dst",
    "source": "src",
    "dstchan": "dstchannel",
    "recording": "recordingfile",
    "recording_file": "recordingfile",
    "peer_account": "peeraccount",
    "account": "accountcode",
    "acctcode": "accountcode",
}
_NAMES = frozenset(name for layout in LAYOUTS for name in layout)
_RESULTS = frozenset({"ANSWERED", "NO ANSWER", "NOANSWER", "BUSY", "FAILED", "CONGESTION"})
_UNIQUEID = re.compile(r"^(?:[\w.-]*-)?\d{9,10}\.\d+$")
_INT = re.compile(r"^\d{1,9}$")
_FLOAT = re.compile(r"^\d{1,9}(?:\.\d{1,9})?$")


@dataclass(frozen=True, slots=True)
class CdrRow:
    """One call detail record: one leg, or one bridge, of a conversation.

    `answer_us` is None where nobody answered. Instants come from `clock`: end and answer are
    counted from the start by the durations, so that no change of clocks can bend them.
    """

    start_us: WallUs
    end_us: WallUs
    answer_us: WallUs | None
    src: str
    dst: str
    dcontext: str
    name: str
    number: str
    channel: str
    dstchannel: str
    lastapp: str
    lastdata: str
    disposition: str
    accountcode: str = ""
    uniqueid: str = ""
    linkedid: str = ""
    userfield: str = ""
    did: str = ""
    recordingfile: str = ""
    sequence: int | None = None
    item: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two records apart, whichever back-end wrote them."""
        return (self.uniqueid, *self.bare_key)

    @property
    def bare_key(self) -> tuple[object, ...]:
        """What does so in a log without uniqueids."""
        return (
            self.start_us,
            self.channel,
            self.dstchannel,
            self.lastapp,
            self.end_us,
        )


def header_of(fields: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the columns if the row is a header of call detail records."""
    names = tuple(canonical(field) for field in fields)
    known = _NAMES.intersection(names)
    needed = {"start", "channel", "disposition"}
    return names if needed <= known and len(known) >= 6 else None


def canonical(field: str) -> str:
    """Return our name for a column."""
    name = field.strip().strip('"').lower().replace(" ", "_")
    return _ALIASES.get(name, name)


def layout_of(rows: Iterable[Sequence[str]]) -> tuple[str, ...] | None:
    """Return the order of columns that most of these rows look like, None if none does."""
    votes: dict[tuple[str, ...], int] = {}
    for fields in rows:
        for layout in LAYOUTS:
            if fits(fields, layout):
                votes[layout] = votes.get(layout, 0) + _telling(fields, layout)
    return max(votes, key=lambda layout: votes[layout]) if votes else None


def fits(fields: Sequence[str], layout: Sequence[str]) -> bool:
    """Whether every column of the row can be what the layout says."""
    if len(fields) != len(layout):
        return False
    named = dict(zip(layout, (field.strip() for field in fields), strict=True))
    return (
        naive(named["start"]) is not None
        and all(not named.get(k) or naive(named[k]) is not None for k in ("answer", "end"))
        and all(_FLOAT.match(named[k]) for k in ("duration", "billsec") if k in named)
        and named["disposition"].upper() in _RESULTS
        and all(not named.get(k) or _UNIQUEID.match(named[k]) for k in ("uniqueid", "linkedid"))
        and (not named.get("sequence") or _INT.match(named["sequence"]) is not None)
        and "/" in named["channel"]
        and (not named.get("recordingfile") or "." in named["recordingfile"])
    )


def _telling(fields: Sequence[str], layout: Sequence[str]) -> int:
    """Return how much a fitting row speaks for the layout: a filled id says more than none."""
    named = dict(zip(layout, fields, strict=True))
    return 1 + sum(2 for key in ("uniqueid", "linkedid", "recordingfile") if named.get(key))


class CdrReader:
    """Turns fields by name into records, learning the writer's clock as it goes."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._clock = LocalClock(zone)
        self._ended: dict[str, WallUs] = {}

    def read(self, named: Mapping[str, str], item: str) -> CdrRow | Reason:
        """Return the record, or what is wrong with it."""
        billed = _seconds(named.get("billsec", "")) or 0
        seconds = self._length_us(named) if "duration" not in named else None
        if seconds is None:
            seconds = _seconds(named.get("duration", ""))
        if seconds is None:
            value = named.get("duration", "")
            return Reason(N_("the duration “{value}” is not a number"), value=value)
        disposition = named.get("disposition", "").strip().upper().replace("NOANSWER", "NO ANSWER")
        if disposition not in _RESULTS:
            return Reason(N_("“{value}” is not the result of a call"), value=disposition)
        uniqueid = named.get("uniqueid", "").strip()
        start = self._start(named, uniqueid, seconds)
        if start is None:
            return Reason(N_("the start “{value}” is not a time"), value=named.get("start", ""))
        end = WallUs(start + seconds)
        self._ended[uniqueid] = end
        answered = disposition == "ANSWERED" or billed > 0
        name, number = caller_id(named.get("clid", ""))
        sequence = named.get("sequence", "").strip()
        userfield = named.get("userfield", "")
        recording = named.get("recordingfile", "")
        if not recording and userfield.startswith("audio:"):
            recording = userfield.removeprefix("audio:")
        return CdrRow(
            start_us=start,
            end_us=end,
            answer_us=WallUs(end - min(billed, seconds)) if answered else None,
            src=named.get("src", "").strip(),
            dst=named.get("dst", "").strip(),
            dcontext=named.get("dcontext", "").strip(),
            name=name,
            number=number,
            channel=named.get("channel", "").strip(),
            dstchannel=named.get("dstchannel", "").strip(),
            lastapp=named.get("lastapp", "").strip(),
            lastdata=named.get("lastdata", "").strip(),
            disposition=disposition,
            accountcode=named.get("accountcode", "").strip(),
            uniqueid=uniqueid,
            linkedid=named.get("linkedid", "").strip(),
            userfield=userfield,
            did=named.get("did", "").strip(),
            recordingfile=recording.strip(),
            sequence=int(sequence) if _INT.match(sequence) else None,
            item=item,
        )

    def _length_us(self, named: Mapping[str, str]) -> int:
        """Return the length where no column says it: until the written end, else what was billed.

        Both are local times of one clock, so that only a change of clocks in between bends it.
        """
        start, end = naive(named.get("start", "")), naive(named.get("end", ""))
        if start is not None and end is not None and end >= start:
            return round((end - start).total_seconds() * US_PER_S)
        return _seconds(named.get("billsec", "")) or 0

    def _start(self, named: Mapping[str, str], uniqueid: str, length_us: int) -> WallUs | None:
        text = named.get("start", "")
        made = uniqueid_us(uniqueid)
        before = self._ended.get(uniqueid) if uniqueid else None
        start = self._clock.instant(
            text, made_us=made, not_before_us=before, is_first=before is None
        )
        moment = naive(text)
        if start is not None and moment is not None and made is None:
            possible = readings(moment, self._zone)
            if len(possible) == 2:
                return self._by_end(named, possible, length_us)
        return start

    def _by_end(
        self, named: Mapping[str, str], possible: tuple[WallUs, ...], length_us: int
    ) -> WallUs:
        """Tell the repeated hour's two readings apart by the written end, where it is written."""
        end = naive(named.get("end", ""))
        if end is not None:
            ends = readings(end, self._zone)
            for start in possible:
                if any(abs(start + length_us - reading) <= 2 * US_PER_S for reading in ends):
                    return start
        return possible[0]


def _seconds(text: str) -> int | None:
    """Return a duration as microseconds: whole seconds, or with a fraction."""
    text = text.strip()
    if not _FLOAT.match(text):
        return None
    whole, _, fraction = text.partition(".")
    return int(whole) * US_PER_S + int((fraction + "000000")[:6])


def merge(rows: Iterable[CdrRow]) -> list[CdrRow]:
    """Return each record once, with what every back-end that wrote it knew."""
    found: dict[tuple[object, ...], CdrRow] = {}
    named: dict[tuple[object, ...], tuple[object, ...]] = {}
    # Those without an id last: the same record may be there with one.
    for row in sorted(rows, key=lambda row: not row.uniqueid):
        key = row.key if row.uniqueid else named.get(row.bare_key, row.key)
        other = found.get(key)
        found[key] = row if other is None else _joined(other, row)
        if row.uniqueid:
            named[row.bare_key] = key
    return sorted(found.values(), key=lambda row: (row.start_us, row.sequence or 0, row.item))


def _joined(one: CdrRow, two: CdrRow) -> CdrRow:
    keys = ("uniqueid", "linkedid", "userfield", "did", "recordingfile", "accountcode", "name")
    known = {key: getattr(two, key) for key in keys if not getattr(one, key)}
    if one.sequence is None:
        known["sequence"] = two.sequence
    return replace(one, **known)
