"""Names of files made from what customers and agents typed: safe everywhere, told apart.

A name is one component of a path, good on Linux, macOS and Windows alike. Templates of names
and their placeholders are laid out as a catalogue. Source: export.md, "Scheduled export".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.ids import US_PER_S
from reviewer.models.interaction import Direction

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from reviewer.models.interaction import Agent, Interaction

LIMIT_BYTES: Final = 240
"""File systems take 255 bytes; the rest is for the ending of a file that is being written."""
NOTHING: Final = "_"
"""Stands where a name, or a value within one, would be empty."""
_VALUE_BYTES: Final = 60
"""Longest value of a placeholder, so that one long name does not push the others out."""
_EXTENSION_BYTES: Final = 16
_RESERVED: Final = frozenset('<>:"/\\|?*')
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
"""Controls, invisible formatting (also what turns the direction of writing), lone surrogates."""
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
    | {f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"}
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def safe_name(text: str, *, limit_bytes: int = LIMIT_BYTES) -> str:
    """Return `text` as one component of a path that no system takes for anything else.

    Separators and reserved characters become `_`, what cannot be seen goes, letters are composed
    (NFC), dots and spaces that a system would cut are cut, names of devices get a `_` before
    them. A safe name stays as it is.

    Args:
        text: Anything.
        limit_bytes: Longest result in UTF-8; a short extension survives the cut.
    """
    kept = "".join(
        NOTHING if char in _RESERVED else " " if unicodedata.category(char)[0] == "Z" else char
        for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) not in _UNSEEN
    )
    name = _trimmed(unicodedata.normalize("NFC", kept))
    if name[:1] in {".", "-", "~"}:
        # Hidden, taken for an option, or for somebody's home.
        name = NOTHING + name[1:]
    name = _shortened(name, limit_bytes)
    if name.partition(".")[0].rstrip().upper() in _DEVICES:
        name = _shortened(NOTHING + name, limit_bytes)
    return name or NOTHING


def _trimmed(name: str) -> str:
    return name.strip(" ").rstrip(". ")


def _shortened(name: str, limit_bytes: int) -> str:
    if len(name.encode()) <= limit_bytes:
        return name
    stem, dot, extension = name.rpartition(".")
    ending = (dot + extension).encode()
    if not stem or len(ending) > min(_EXTENSION_BYTES, limit_bytes - 1):
        stem, ending = name, b""
    cut = stem.encode()[: limit_bytes - len(ending)].decode(errors="ignore")
    while cut and unicodedata.combining(stem[len(cut)]):
        cut = cut[:-1]
    return (_trimmed(cut) or NOTHING) + ending.decode()


class NameBook:
    """Gives out names of one folder, none twice on any file system."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, stem: str, ending: str = "") -> str:
        """Return a safe name from a stem and an ending (`_s1.wav`); `_2`, `_3` tell twins apart.

        Names that differ in letter case or composition only are one on some systems.
        """
        number = 1
        while True:
            last = ending if number == 1 else f"_{number}{ending}"
            room = LIMIT_BYTES - len(last.encode())
            name = safe_name(safe_name(stem, limit_bytes=room) + last)
            key = unicodedata.normalize("NFKD", name).casefold()
            if key not in self._taken:
                self._taken.add(key)
                return name
            number += 1


# --- templates ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What placeholders are filled from: an interaction, in the centre time zone."""

    interaction: Interaction
    zone: ZoneInfo

    def local(self, pattern: str) -> str:
        """Return the start in the centre time zone, by a pattern of `strftime`."""
        instant = _EPOCH + timedelta(microseconds=self.interaction.started_us)
        return instant.astimezone(self.zone).strftime(pattern)

    def agent(self) -> Agent | None:
        """Return the agent who handled it last."""
        handled = (s.agent for s in reversed(self.interaction.segments) if s.agent is not None)
        return next(handled, None)

    def party(self) -> str:
        """Return the number or address of the other side."""
        outbound = self.interaction.direction is Direction.OUTBOUND
        return self.interaction.to_address if outbound else self.interaction.from_address


def _of_agent(read: Callable[[Agent], str]) -> Callable[[NameFacts], str]:
    def value(facts: NameFacts) -> str:
        agent = facts.agent()
        return "" if agent is None else read(agent)

    return value


PLACEHOLDERS: Final[dict[str, Callable[[NameFacts], str]]] = {
    "agent": _of_agent(lambda agent: agent.login),
    "agentFirstName": _of_agent(lambda agent: agent.first_name),
    "agentLastName": _of_agent(lambda agent: agent.last_name),
    "callDate": lambda facts: facts.local("%Y%m%d"),
    "callTime": lambda facts: facts.local("%H%M%S"),
    "callHour": lambda facts: facts.local("%H"),
    "callDuration": lambda facts: str(facts.interaction.duration_us // US_PER_S),
    "customerPhone": NameFacts.party,
    "direction": lambda facts: facts.interaction.direction.value.capitalize(),
    "disposition": lambda facts: facts.interaction.disposition,
    "flagged": lambda facts: str(int(facts.interaction.flagged)),
    "globalInteractionId": lambda facts: facts.interaction.giid,
    "service": lambda facts: facts.interaction.service,
    "voiceSignature": lambda facts: str(int(facts.interaction.voice_signature)),
}
"""Every placeholder `$(key)` and what it stands for; the one place to add another."""

_PLACEHOLDER: Final = re.compile(r"\$\(([^)]*)\)")


def check_template(template: str) -> str:
    """Return `template` if every placeholder in it is known.

    Raises:
        UsageError: One is not.
    """
    for key in _PLACEHOLDER.findall(template):
        if key not in PLACEHOLDERS:
            raise UsageError(
                reason=Reason(
                    N_("there is no placeholder $({key}); there are: {known}"),
                    key=key,
                    known=", ".join(PLACEHOLDERS),
                )
            )
    return template


def fill_template(template: str, facts: NameFacts) -> str:
    """Return a template with its placeholders filled, each value safe by itself.

    Only the template's own `/` separate folders: a value never does.
    """

    def value(found: re.Match[str]) -> str:
        text = PLACEHOLDERS[found[1]](facts)
        return safe_name(text, limit_bytes=_VALUE_BYTES) if text else NOTHING

    return _PLACEHOLDER.sub(value, template)
