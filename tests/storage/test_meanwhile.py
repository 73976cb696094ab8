"""What others do between the look that a deletion takes and its commit."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import CancelledError
from reviewer.models.encryption import ALL_SEALED, SealedKind
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import InteractionId, MediaUs, WallUs
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.storage.local import Encryption, create, open_store
from tests.helpers.stores import (
    ADMIN,
    KEY,
    SETTINGS,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reviewer.storage.store import Incoming, Session

MINUTE = 60_000_000


class Clock:
    """Tells the time; the next look at it but `after` is when somebody does something."""

    def __init__(self) -> None:
        self._looks = 0
        self._act: Callable[[], object] | None = None

    def let(self, act: Callable[[], object], *, after: int) -> None:
        self._act, self._looks = act, after

    @property
    def has_acted(self) -> bool:
        return self._act is None

    def __call__(self) -> int:
        if self._act is not None:
            self._looks -= 1
            if self._looks < 0:
                act, self._act = self._act, None
                act()
        return time.time_ns() // 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admin(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    with create(tmp_path / "store", settings=SETTINGS, admin_login=ADMIN, clock=clock) as store:
        yield store.session(ADMIN)


def with_screen(number: int) -> Incoming:
    """Return a call of a minute, the one after the other, on one piece of video."""
    start = STARTED_US + (number - 1) * MINUTE
    recording = make_recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(Span(MediaUs(0), WallUs(STARTED_US), 3 * MINUTE),),
        media_type="video/webm",
        source_name="piece.webm",
    )
    return make_incoming(
        number,
        started_us=start,
        recordings=(recording,),
        content={0: b"a piece of video" * 100},
        segments=(make_segment(started_us=start),),
    )


def state(session: Session, number: int) -> RecordingState:
    return session.interactions.get(make_giid(number)).recordings[0].state


def erase(session: Session, number: int):
    ids = [session.interactions.find(make_giid(number))]
    told, _ = session.erasure.erase(ids, [What.SCREEN], "asked for", shared=Shared.CUT)
    return told


def test_a_hold_set_after_the_look_is_kept(admin: Session, clock: Clock) -> None:
    admin.intake.put([with_screen(1)])
    number = admin.interactions.find(make_giid(1))
    # The first look at the clock is when it is asked for, the second when it is done.
    clock.let(lambda: admin.keeping.hold([number], "case 7"), after=1)
    told = erase(admin, 1)
    assert clock.has_acted
    assert (told.held, dict(told.interactions)) == ((make_giid(1),), {})
    assert state(admin, 1) is RecordingState.AVAILABLE


def test_video_that_others_came_to_need_after_the_look_stays(admin: Session, clock: Clock) -> None:
    admin.intake.put([with_screen(1)])
    clock.let(lambda: admin.intake.put([with_screen(2)]), after=1)
    told = erase(admin, 1)
    assert clock.has_acted
    assert ([giid for giid, _ in told.failed], dict(told.interactions)) == ([make_giid(1)], {})
    assert [state(admin, number) for number in (1, 2)] == [RecordingState.AVAILABLE] * 2
    assert not admin.store.examine()


def give(session: Session, what: str, number: int) -> None:
    """Do something with an interaction."""
    if what == "hold":
        session.keeping.hold([number], "case 7")
    elif what == "score":
        category = session.evaluations.categories()[0].name
        session.evaluations.save(InteractionId(number), 1, [CategoryScore(category, 5)])
    else:
        place = Place(WallUs(STARTED_US))
        session.comments.add(InteractionId(number), RemarkKind.COMMENT, place, "listen")


@pytest.mark.parametrize("what", ["hold", "score", "comment"])
def test_what_is_done_with_a_call_that_another_takes_in_meanwhile_stays(
    admin: Session, clock: Clock, what: str
) -> None:
    """Two calls turn out to be one while somebody holds, scores or comments on the second."""
    admin.intake.put([make_incoming(1), make_incoming(2)])
    two = admin.interactions.find(make_giid(2))
    clock.let(lambda: give(admin, what, two), after=0)
    told = make_incoming(1, to_address="77")
    admin.intake.put([replace(told, also=(make_giid(2),))])
    assert clock.has_acted
    assert [one.interaction_id for one in admin.keeping.holds()] == [two] * (what == "hold")
    assert len(admin.evaluations.of(two)) == (what == "score")
    assert len(admin.comments.of(two)) == (what == "comment")


class Stopping(NoProgress):
    """Stops what asks whether to."""

    def raise_if_cancelled(self) -> None:
        raise CancelledError(resume="")


def test_what_a_deletion_that_was_interrupted_has_left_is_not_taken_in_by_another_call(
    admin: Session,
) -> None:
    """It would be off the list of what is left, and its sound would stay with the other."""
    admin.intake.put([make_incoming(n) for n in (1, 2, 3)])
    ids = [admin.interactions.find(make_giid(n)) for n in (2, 3)]
    with pytest.raises(CancelledError):
        admin.erasure.erase(ids, [What.VOICE], "asked", shared=Shared.CUT, progress=Stopping())
    admin.intake.put([replace(make_incoming(1, to_address="77"), also=(make_giid(2),))])
    (left,) = admin.erasure.unfinished()
    told, _ = admin.erasure.resume(left)
    assert set(told.interactions) == {make_giid(2), make_giid(3)}
    assert [state(admin, n) for n in (1, 2, 3)] == [
        RecordingState.AVAILABLE,
        RecordingState.DELETED,
        RecordingState.DELETED,
    ]
    assert len(admin.interactions.get(make_giid(1)).recordings) == 1


def test_content_is_sealed_that_another_program_chose_while_it_was_written(
    tmp_path: Path, clock: Clock
) -> None:
    folder, how = tmp_path / "sealed", Encryption(None, frozenset({SealedKind.CHAT}), key_file=KEY)

    def choose() -> None:
        with open_store(folder, opener=KEY) as other:
            other.session(ADMIN).keys.set_sealed(ALL_SEALED)

    with create(folder, settings=SETTINGS, admin_login=ADMIN, encryption=how, clock=clock) as store:
        session = store.session(ADMIN)
        clock.let(choose, after=0)
        session.intake.put([make_incoming(1), make_incoming(2)])
        assert clock.has_acted
        assert session.keys.state().in_clear == 0
        assert [state(session, n) for n in (1, 2)] == [RecordingState.AVAILABLE] * 2
        assert store.examine() == ()
