"""What the name of a recorded file says. Pure; imported by the package.

FreePBX writes `kind-destination-caller-YYYYMMDD-HHMMSS-uniqueid.ext`, with the caller empty when
nobody knows it; MixMonitor's and Monitor's separate legs end in `-in` and `-out`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewer.models.interaction import Direction

MEDIA_TYPES = {
    "wav": "audio/wav",
    "wav49": "audio/wav",
    "gsm": "audio/x-gsm",
    "sln": "audio/x-sln;rate=8000",
    "slin": "audio/x-sln;rate=8000",
    "raw": "audio/x-sln;rate=8000",
    "sln8": "audio/x-sln;rate=8000",
    "sln12": "audio/x-sln;rate=12000",
    "sln16": "audio/x-sln;rate=16000",
    "sln24": "audio/x-sln;rate=24000",
    "sln32": "audio/x-sln;rate=32000",
    "sln44": "audio/x-sln;rate=44100",
    "sln48": "audio/x-sln;rate=48000",
    "ulaw": "audio/basic",
    "ul": "audio/basic",
    "mu": "audio/basic",
    "pcm": "audio/basic",
    "alaw": "audio/x-alaw-basic",
    "al": "audio/x-alaw-basic",
    "g722": "audio/g722",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}
"""Sound formats by lower-case suffix."""

_UNIQUEID = re.compile(
    r"(?P<long>(?:[A-Za-z][\w.]*-)?(?P<id>(?<!\d)\d{9,10}\.\d+))(?P<leg>-(?:in|out))?$"
)
_FREEPBX = re.compile(
    r"^(?P<kind>[a-z]+)-(?P<to>[^/]*?)-(?P<other>[^-/]*)-(?P<day>\d{8})-(?P<time>\d{6})"
    r"(?:-(?P<id>(?:[\w.]+-)?\d{9,10}\.\d+))?(?P<leg>-(?:in|out))?$"
)
_DIRECTIONS = {
    "q": Direction.INBOUND,
    "external": Direction.INBOUND,
    "in": Direction.INBOUND,
    "rg": Direction.INBOUND,
    "exten": Direction.INBOUND,
    "out": Direction.OUTBOUND,
    "internal": Direction.INTERNAL,
}


@dataclass(frozen=True, slots=True)
class FileName:
    """What a name says; what it does not say is "".

    Attributes:
        stem: The name without leg and suffix: the legs of one recording share it.
        uniqueid: The channel that was recorded.
        long_id: The same with the word before it, which may be the name of the system, that
            uniqueids begin with where one is set, or anything else.
        leg: `in`, `out`, or "" for the mixed one.
        kind: FreePBX's word for the kind of call.
        to: The number called: a queue, an extension, a conference, or outside.
        other: The number at the other end: who called; for outbound the extension.
        local: `YYYY-MM-DD HH:MM:SS`, when the call began, in local time.
    """

    stem: str
    media_type: str
    uniqueid: str = ""
    long_id: str = ""
    leg: str = ""
    kind: str = ""
    to: str = ""
    other: str = ""
    local: str = ""

    @property
    def direction(self) -> Direction | None:
        """The direction of the call, if the name says it."""
        return _DIRECTIONS.get(self.kind)


def key_of(name: FileName) -> str:
    """Return the own id of a conversation that nothing but a file of this name tells of."""
    return name.uniqueid or f"file/{name.stem}"


def is_sound(name: str) -> bool:
    """Whether the suffix is that of a sound file."""
    return name.rpartition(".")[2].lower() in MEDIA_TYPES and "." in name


def parse(name: str) -> FileName:
    """Return what the name of a sound file says."""
    base, _, suffix = name.rpartition(".")
    media_type = MEDIA_TYPES.get(suffix.lower(), "")
    found = _FREEPBX.match(base)
    if found is not None:
        day, time = found["day"], found["time"]
        leg = found["leg"] or ""
        return FileName(
            stem=base.removesuffix(leg) if leg else base,
            media_type=media_type,
            uniqueid=found["id"] or "",
            leg=leg.removeprefix("-"),
            kind=found["kind"],
            to=found["to"],
            other=found["other"],
            local=f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}",
        )
    bare = _UNIQUEID.search(base)
    if bare is None:
        return FileName(stem=base, media_type=media_type)
    leg = bare["leg"] or ""
    return FileName(
        stem=base.removesuffix(leg) if leg else base,
        media_type=media_type,
        uniqueid=bare["id"],
        long_id=bare["long"],
        leg=leg.removeprefix("-"),
    )
