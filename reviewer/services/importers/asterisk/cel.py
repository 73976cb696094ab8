"""Channel event logging: what each channel did and when. Pure; imported by `importer`.

Sources: Asterisk's CEL specification (12 and above) and the sample cel_custom.conf; events of
older versions (BRIDGE_START, BRIDGE_END, CONF_ENTER) are read as well.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason
from reviewer.services.importers.asterisk.clock import LocalClock, uniqueid_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import WallUs

_COLUMNS = (
    "eventtype eventtime cid_name cid_num cid_ani cid_rdnis cid_dnid exten context channame "
    "appname appdata amaflags accountcode uniqueid linkedid peer userfield userdeftype extra"
)
LAYOUT = tuple(_COLUMNS.split())
"""Order of the sample cel_custom.conf; older ones leave out the last columns."""
_SHORTEST = LAYOUT.index("linkedid") + 1

_ALIASES = {
    "event": "eventtype",
    "eventname": "eventtype",
    "time": "eventtime",
    "cidname": "cid_name",
    "cidnum": "cid_num",
    "cidani": "cid_ani",
    "cidrdnis": "cid_rdnis",
    "ciddnid": "cid_dnid",
    "callerid(name)": "cid_name",
    "callerid(num)": "cid_num",
    "callerid(ani)": "cid_ani",
    "callerid(rdnis)": "cid_rdnis",
    "callerid(dnid)": "cid_dnid",
    "channel": "channame",
    "channel(exten)": "exten",
    "channel(context)": "context",
    "channel(channame)": "channame",
    "channel(appname)": "appname",
    "channel(appdata)": "appdata",
    "channel(uniqueid)": "uniqueid",
    "channel(linkedid)": "linkedid",
    "bridgepeer": "peer",
    "eventextra": "extra",
}
_TYPE = re.compile(r"^[A-Z][A-Z0-9_]{2,40}$")
_TYPES = (
    "CHAN_START CHAN_END ANSWER HANGUP BRIDGE_ENTER BRIDGE_EXIT BRIDGE_START BRIDGE_END "
    "BRIDGE_UPDATE APP_START APP_END PARK_START PARK_END BLINDTRANSFER ATTENDEDTRANSFER "
    "TRANSFER PICKUP FORWARD LINKEDID_END LOCAL_OPTIMIZE LOCAL_OPTIMIZE_BEGIN USER_DEFINED "
    "STREAM_BEGIN STREAM_END DTMF HOLD UNHOLD CONF_ENTER CONF_EXIT CONF_START CONF_END"
)
_KNOWN_TYPES = frozenset(_TYPES.split())
_EXTRAS = frozenset(
    {
        "bridge_id",
        "hangupcause",
        "dialstatus",
        "extension",
        "channel2_uniqueid",
        "transferee_channel_uniqueid",
        "transfer_target_channel_uniqueid",
        "transfer_target_channel_name",
    }
)
"""What of the last column is used here."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_UNIQUEID = re.compile(r"^(?:[\w.-]*-)?\d{9,10}\.\d+$")


@dataclass(frozen=True, slots=True)
class CelEvent:
    """One event of one channel; `type` of a user-defined event is the user's own name for it."""

    at_us: WallUs
    type: str
    channel: str
    uniqueid: str
    linkedid: str
    cid_name: str = ""
    cid_num: str = ""
    exten: str = ""
    context: str = ""
    app: str = ""
    app_data: str = ""
    accountcode: str = ""
    peer: str = ""
    userfield: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    order: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two events apart, whichever back-end wrote them."""
        return (self.at_us, self.type, self.uniqueid, self.peer, self.app_data)


def header_of(fields: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the columns if the row is a header of channel events."""
    names = tuple(canonical(field) for field in fields)
    return names if {"eventtype", "eventtime", "linkedid"} <= set(names) else None


def canonical(name: str) -> str:
    """Return our name for a column."""
    name = name.strip().strip('"').lower().removeprefix("${").removesuffix("}")
    return _ALIASES.get(name, name)


def fits(fields: Sequence[str]) -> bool:
    """Whether a row without a header looks like a channel event in the customary order."""
    return (
        _SHORTEST <= len(fields) <= len(LAYOUT)
        and _TYPE.match(fields[0].strip()) is not None
        and (fields[0].strip() in _KNOWN_TYPES or fields[1].strip()[:4].isdigit())
        and _UNIQUEID.match(fields[LAYOUT.index("uniqueid")].strip()) is not None
    )


class CelReader:
    """Turns the fields of one log into events, in the order of the log."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._clock = LocalClock(zone)
        self._last: dict[str, WallUs] = {}
        self._order = 0

    def read(self, named: Mapping[str, str]) -> CelEvent | Reason:
        """Return the event, or what is wrong with it."""
        uniqueid = named.get("uniqueid", "").strip()
        linkedid = named.get("linkedid", "").strip() or uniqueid
        if not linkedid:
            return Reason(N_("the event names no channel"))
        kind = named.get("eventtype", "").strip().upper()
        if not _TYPE.match(kind):
            return Reason(N_("“{value}” is not the name of an event"), value=kind)
        text = named.get("eventtime", "")
        at = self._clock.instant(
            text,
            made_us=uniqueid_us(uniqueid),
            not_before_us=self._last.get(uniqueid),
            is_first=kind == "CHAN_START",
        )
        if at is None:
            return Reason(N_("the start “{value}” is not a time"), value=text)
        self._last[uniqueid] = at
        own_name = named.get("userdeftype", "").strip()
        if kind == "USER_DEFINED" and own_name:
            kind = own_name.upper()
        self._order += 1
        # Channels and extensions repeat in every event of theirs: kept once, not ten times.
        return CelEvent(
            at_us=at,
            type=intern(kind),
            channel=intern(named.get("channame", "").strip()),
            uniqueid=intern(uniqueid or linkedid),
            linkedid=intern(linkedid),
            cid_name=intern(named.get("cid_name", "").strip()),
            cid_num=intern(named.get("cid_num", "").strip()),
            exten=intern(named.get("exten", "").strip()),
            context=intern(named.get("context", "").strip()),
            app=intern(named.get("appname", "").strip()),
            app_data=intern(named.get("appdata", "").strip()),
            accountcode=intern(named.get("accountcode", "").strip()),
            peer=intern(named.get("peer", "").strip()),
            userfield=named.get("userfield", "").strip(),
            extra=_extra(kind, named.get("extra", "").strip()),
            order=self._order,
        )


def _extra(kind: str, text: str) -> Mapping[str, str]:
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return _NOTHING
        if isinstance(found, dict):
            return {intern(k): intern(str(v)) for k, v in found.items() if k in _EXTRAS}
    elif kind == "HANGUP" and text.count(",") >= 2:
        # Versions before 12: cause, source, state of the dialling.
        parts = text.split(",")
        return {"hangupcause": parts[0], "dialstatus": parts[2]}
    return _NOTHING


def merge(events: Iterable[CelEvent]) -> list[CelEvent]:
    """Return each event once, in order of time; those of one instant as they were logged."""
    found: dict[tuple[object, ...], CelEvent] = {}
    for event in events:
        found.setdefault(event.key, event)
    return sorted(found.values(), key=lambda event: (event.at_us, event.order))
