"""An email of several messages, to be taken apart message by message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole, RecordingKind
from tests.helpers.stores import STARTED_US, make_incoming, make_recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.storage.store import Incoming

MINUTE = 60_000_000
TEXTS = ("баланс неверен", "проверим оплату", "благодарю вас")


def case(
    number: int = 1,
    texts: Sequence[str] = TEXTS,
    *,
    files: bool = True,
    names: str = "{}.eml",
    **more: object,
) -> Incoming:
    """Return an email of several messages, each with its file or none of them with any."""
    roles = (PartyRole.CUSTOMER, PartyRole.AGENT)
    messages = tuple(
        Message(WallUs(STARTED_US + n * MINUTE), roles[n % 2], f"author {n}", text, sentiment=0.5)
        for n, text in enumerate(texts)
    )
    recordings = tuple(
        make_recording(
            kind=RecordingKind.EMAIL,
            segment_number=1,
            spans=(),
            media_type="message/rfc822",
            source_name=names.format(n),
        )
        for n in range(len(texts))
        if files
    )
    return make_incoming(
        number,
        **{
            "channel": Channel.EMAIL,
            "subject": "Жалоба Петрова",
            "messages": messages,
            "recordings": recordings,
            "content": {n: f"From: {n}\r\n\r\n{texts[n]}".encode() for n in range(len(recordings))},
        }
        | more,
    )
