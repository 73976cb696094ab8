"""A voicemail message's information file. Pure; imported by `importer`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason
from reviewer.services.importers.asterisk.clock import epoch_us
from reviewer.services.importers.asterisk.text import caller_id

if TYPE_CHECKING:
    from reviewer.models.ids import WallUs

MESSAGE = re.compile(r"^msg\d{4,}$")
BEST_FIRST = ("wav", "sln", "ulaw", "alaw", "g722", "WAV", "wav49", "gsm", "mp3", "ogg")
"""The same message is kept in several formats: the one that lost least is the recording."""
_GREETINGS = ("unavail", "busy", "greet", "temp")


@dataclass(frozen=True, slots=True)
class VoicemailNote:
    """What is known of one message.

    Attributes:
        at_us: The second in which recording began.
        seconds: Its length as Asterisk counted it.
        channel: The channel that left it.
        folder: Where in the source it lies; with the mailbox it names a message of old versions.
    """

    at_us: WallUs
    seconds: int
    mailbox: str
    channel: str
    name: str
    number: str
    exten: str
    context: str
    message_id: str
    item: str

    @property
    def key(self) -> str:
        """Its own id where the call that left it is unknown."""
        return f"voicemail/{self.mailbox}/{self.message_id or self.at_us // 1_000_000}"


def is_greeting(stem: str) -> bool:
    """Whether a sound in a mailbox is its owner's greeting, not a message."""
    return stem.split("-", maxsplit=1)[0] in _GREETINGS


def read(text: str, item: str) -> VoicemailNote | Reason:
    """Return the note out of `msgNNNN.txt`, or what is wrong with it."""
    named: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not key.startswith(";"):
            named.setdefault(key.strip().lower(), value.strip())
    at = epoch_us(named.get("origtime", ""))
    if at is None:
        return Reason(N_("the start “{value}” is not a time"), value=named.get("origtime", ""))
    name, number = caller_id(named.get("callerid", ""))
    if number.lower() in ("unknown", "unavailable", "anonymous"):
        number = ""
    duration = named.get("duration", "")
    return VoicemailNote(
        at_us=at,
        seconds=int(duration) if duration.isdigit() and len(duration) < 7 else 0,
        mailbox=named.get("origmailbox", ""),
        channel=named.get("callerchan", ""),
        name=name,
        number=number,
        exten=named.get("exten", ""),
        context=named.get("context", ""),
        message_id=named.get("msg_id", ""),
        item=item,
    )
