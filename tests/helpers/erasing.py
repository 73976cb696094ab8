"""Interactions to delete, and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.recording import PartyRole, RecordingKind
from reviewer.models.search import Search
from tests.helpers.stores import (
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session

HOUR = 3_600_000_000
MINUTE = 60_000_000


def said(text: str, at: int = STARTED_US) -> Message:
    return Message(WallUs(at), PartyRole.CUSTOMER, "Клиент", text)


def call(number: int, text: str = "секретная фраза", **more: object) -> Incoming:
    start = STARTED_US + number * HOUR
    return make_incoming(
        number,
        recordings=(make_recording(start, source_name=f"{number}.wav"),),
        content={0: make_wav(0.2, seed=number)},
        messages=(said(text, start),),
        segments=(make_segment(started_us=start),),
        started_us=start,
        **more,
    )


def letter(number: int) -> Incoming:
    """Return an email whose message is a file alone."""
    recording = make_recording(kind=RecordingKind.EMAIL, segment_number=1, spans=())
    return make_incoming(
        number,
        channel=Channel.EMAIL,
        subject="Жалоба Петрова",
        recordings=(recording,),
        content={0: b"From: a@example.com\r\n\r\nbody"},
    )


def ids_of(session: Session) -> list[int]:
    return list(session.interactions.ids(Search()))


def get(session: Session, number: int) -> Interaction:
    return session.interactions.get(make_giid(number))


def erase(session: Session, *numbers: int, what=(What.VOICE, What.TRANSCRIPT), **more: object):
    more = {"shared": Shared.CUT} | more
    ids = [session.interactions.find(make_giid(number)) for number in numbers]
    return session.erasure.erase(ids, what, "просьба клиента", **more)
