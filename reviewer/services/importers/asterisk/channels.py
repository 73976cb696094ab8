"""Names of channels: whose they are and which belong together. Pure; imported by the package."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"^Local/(?P<exten>.+?)@(?P<context>.*?)(?P<pair>-[0-9a-fA-F]{4,})?(?:;[12])?$")
_TECH = re.compile(r"^[A-Za-z][\w]*/(?P<name>.+?)(?:-[0-9a-fA-F]{4,})?$")
_ROUTED = re.compile(r"^(?:RG-[^-]+-|FM[A-Z]{2}-)(?P<exten>.+)$")
_HELPERS = frozenset(
    {"CBAnn", "CBRec", "Announcer", "Recorder", "Message", "Surrogate", "MulticastRTP"}
)


def extension_of(channel: str) -> str:
    """Return whose channel it is: `201` of `PJSIP/201-0000001e` and `Local/201@agents-0001;1`."""
    found = _LOCAL.match(channel)
    if found is None:
        other = _TECH.match(channel)
        return other["name"].partition("@")[0] if other else channel
    exten = found["exten"].rstrip("#")
    routed = _ROUTED.match(exten)
    return routed["exten"].rstrip("#") if routed else exten


def pair_of(channel: str) -> str:
    """Return what both ends of a Local channel share, "" for any other channel."""
    if channel.startswith("Local/") and channel[-2:] in (";1", ";2"):
        return channel[:-2]
    return ""


def caller_of(channel: str) -> str:
    """Return whose telephone began a call; a Local channel is named after whom it calls."""
    return "" if pair_of(channel) else extension_of(channel)


def context_of(channel: str) -> str:
    """Return the context that a Local channel was made for, "" for any other."""
    found = _LOCAL.match(channel)
    return found["context"] if found else ""


def is_helper(channel: str) -> bool:
    """Whether Asterisk made it for itself: a conference's announcer is nobody's call."""
    return channel.partition("/")[0] in _HELPERS


def is_extension(number: str) -> bool:
    """Whether a number is one of the centre's own: digits, as short as extensions are."""
    return number.isdigit() and 1 < len(number) <= 6
