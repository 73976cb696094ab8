"""Shares of silence and talk-over: which calls wait, and what becomes known, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest

from reviewer.errors import CancelledError, ContentMissingError, MediaUnreadableError
from reviewer.models.criteria.line import parse_line
from reviewer.models.derived import DerivedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.interaction import Channel
from reviewer.models.progress import Cancellation, NoProgress
from reviewer.models.search import Search
from reviewer.models.shares import Shares
from reviewer.services.hear import Listener, hear_waiting
from reviewer.storage.store import Incoming
from tests.helpers.sound import encode, speech
from tests.helpers.stores import make_giid, make_incoming, make_recording, make_wav

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.facets.hearing import Heard
    from reviewer.storage.store import Session

_RATE = 8000


def sound(*, at_once: bool = False) -> bytes:
    """Return ten seconds in two channels, of which nobody speaks in the last four."""
    one, two = np.zeros(10 * _RATE, np.int16), np.zeros(10 * _RATE, np.int16)
    one[: 3 * _RATE] = speech(3)
    begin = 1 if at_once else 3
    two[begin * _RATE : 6 * _RATE] = speech(6 - begin, seed=2)
    return encode(np.stack((one, two), axis=1))


def call(number: int, *, at_once: bool = False) -> Incoming:
    recordings = (make_recording(seconds=10),)
    return make_incoming(number, recordings=recordings, content={0: sound(at_once=at_once)})


def found(session: Session, line: str) -> set[str]:
    return {row.giid for row in session.interactions.search(Search(parse_line(line)))}


def of(session: Session, number: int) -> tuple[int | None, int | None]:
    (row,) = session.interactions.rows([id_of(session, number)])
    return row.silence, row.talkover


def id_of(session: Session, number: int) -> InteractionId:
    return session.interactions.find(make_giid(number))


def whole(session: Session, number: int) -> Interaction:
    return session.interactions.get(make_giid(number))


def test_a_call_waits_until_it_is_listened_to_and_is_found_then(admin: Session) -> None:
    chat = make_incoming(3, channel=Channel.CHAT, recordings=(), content={})
    admin.intake.put([call(1), call(2, at_once=True), chat])
    ids = [id_of(admin, 2), id_of(admin, 1)]
    assert list(admin.hearing.unheard()) == ids
    assert admin.hearing.awaits(ids[0])
    assert found(admin, "silence>=0") == set()
    heard, changes = hear_waiting(admin, NoProgress())
    assert (heard, changes.interactions) == (2, set(ids))
    assert (admin.hearing.unheard(), admin.hearing.awaits(ids[0])) == ((), False)
    # Speech is heard a little longer than it lasts.
    (quiet, apart), (_, together) = of(admin, 1), of(admin, 2)
    assert quiet is not None
    assert together is not None
    assert (300 <= quiet <= 420, apart, 180 <= together <= 260) == (True, 0, True)
    assert found(admin, "silence:25..45%") == {make_giid(1), make_giid(2)}
    assert found(admin, "talkover>10%") == {make_giid(2)}
    assert admin.derived.load(ids[0], whole(admin, 2).recordings[0], DerivedKind.ACTIVITY)


def test_who_may_import_is_not_told_what_they_listen_to(admin: Session) -> None:
    admin.intake.put([call(1)])
    admin.people.add_user("brings", "Brings", ["api"])

    class Noting(NoProgress):
        told: ClassVar[list[str]] = []

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            self.told.append(what)

    class Opened(Listener):
        sources: ClassVar[list[object]] = []

        def __init__(self) -> None:
            super().__init__(NoProgress())

        def __call__(self, recording, source, kept):
            self.sources.append(source)
            return super().__call__(recording, source, kept)

    brings = admin.store.session("brings")
    # Nor how many wait, and when they began, which their ids tell.
    assert brings.hearing.unheard() == ()
    heard, changes = hear_waiting(brings, Noting())
    assert (heard, changes.interactions) == (1, set())
    assert Noting.told == [""]
    assert of(admin, 1)[0] is not None
    # What waits no more is not opened for them again.
    brings.hearing.hear([id_of(admin, 1)], Opened())
    assert Opened.sources == []


def test_what_is_told_with_a_call_is_not_listened_to(admin: Session) -> None:
    incoming = call(1)
    told = Incoming(incoming.interaction, incoming.content, shares=Shares(123, None))
    admin.intake.put([told])
    assert admin.hearing.unheard() == ()
    assert of(admin, 1) == (123, None)


def test_stopped_what_was_heard_stays_and_the_rest_waits(admin: Session) -> None:
    admin.intake.put([call(1), call(2), call(3)])
    stop = Cancellation()

    class Stopping:
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            if done == 1:
                stop.cancel()

        def raise_if_cancelled(self) -> None:
            stop.raise_if_cancelled()

    with pytest.raises(CancelledError):
        hear_waiting(admin, Stopping())
    assert of(admin, 3)[0] is not None
    assert list(admin.hearing.unheard()) == [id_of(admin, 2), id_of(admin, 1)]
    hear_waiting(admin, NoProgress())
    assert admin.hearing.unheard() == ()


def test_what_cannot_be_read_is_not_known_and_a_file_that_is_missing_waits(admin: Session) -> None:
    admin.intake.put([make_incoming(1), make_incoming(2)])

    def deaf(recording, source, kept):
        raise MediaUnreadableError(name=recording.source_name, reason="not sound")

    def missing(recording, source, kept):
        raise ContentMissingError(name=recording.source_name)

    admin.hearing.hear([id_of(admin, 1)], deaf)
    admin.hearing.hear([id_of(admin, 2)], missing)
    assert of(admin, 1) == (None, None)
    assert admin.hearing.unheard() == (id_of(admin, 2),)


def test_sound_that_is_deleted_takes_what_was_heard_along(admin: Session) -> None:
    admin.intake.put([call(1), call(2)])
    admin.hearing.hear([id_of(admin, 1)], Listener(NoProgress()))
    assert of(admin, 1)[0] is not None
    ids = [id_of(admin, 1), id_of(admin, 2)]
    before = whole(admin, 1)
    admin.erasure.erase(ids, {What.VOICE}, "asked", shared=Shared.CUT)
    assert of(admin, 1) == (None, None)
    assert found(admin, "silence>=0") == set()
    assert admin.hearing.unheard() == ()
    # Whoever listened meanwhile comes too late.
    assert not admin.hearing.keep(before, Shares(1, 1))
    assert of(admin, 1) == (None, None)


def test_what_was_heard_is_changed_by_nobody(admin: Session) -> None:
    admin.intake.put([call(1)])
    assert admin.hearing.keep(whole(admin, 1), Shares(300, 2))
    assert not admin.hearing.keep(whole(admin, 1), Shares(1, 1))
    assert of(admin, 1) == (300, 2)


def test_sound_that_is_replaced_is_listened_to_again(admin: Session) -> None:
    recording = make_recording(seconds=1)
    admin.intake.put([make_incoming(1, recordings=(recording,), content={0: make_wav(1)})])
    hear_waiting(admin, NoProgress())
    longer = make_recording(seconds=10)
    admin.intake.put([make_incoming(1, recordings=(longer,), content={0: sound()})])
    assert of(admin, 1) == (None, None)
    assert admin.hearing.unheard() == (id_of(admin, 1),)


def test_what_was_heard_of_sound_that_was_replaced_meanwhile_is_not_entered(
    admin: Session,
) -> None:
    recording = make_recording(seconds=1)
    admin.intake.put([make_incoming(1, recordings=(recording,), content={0: make_wav(1)})])
    listener = Listener(NoProgress())

    def replacing(heard: Recording, source: ByteSource, kept: bytes | None) -> Heard:
        longer = make_recording(seconds=10)
        admin.intake.put([make_incoming(1, recordings=(longer,), content={0: sound()})])
        return listener(heard, source, kept)

    told, changes = admin.hearing.hear([id_of(admin, 1)], replacing)
    assert (told, changes.interactions, of(admin, 1)) == (0, frozenset(), (None, None))
    assert admin.hearing.unheard() == (id_of(admin, 1),)
