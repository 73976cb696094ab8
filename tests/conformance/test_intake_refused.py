"""What bringing interactions in does not take, or not at once, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CancelledError,
    ContentError,
    RefusedError,
    UsageError,
)
from reviewer.models.bytesource import MemorySource
from reviewer.models.changes import Changes
from reviewer.models.progress import NoProgress
from reviewer.models.search import Search
from reviewer.storage.store import Incoming
from reviewer.storage.store import Outcome as Landing
from tests.helpers.stores import (
    STARTED_US,
    make_giid,
    make_incoming,
    make_interaction,
    make_recording,
    make_segment,
    make_wav,
    opener,
)

if TYPE_CHECKING:
    from reviewer.storage.store import Session

EVERYTHING = Search()


def test_one_that_cannot_be_read_is_rejected_alone(admin: Session) -> None:
    class Short(MemorySource):
        @property
        def size(self) -> int:
            return super().size + 1

    start = STARTED_US + 2 * 3600_000_000
    recordings = (make_recording(start), make_recording(start, source_name="short.wav"))
    bad = Incoming(
        make_interaction(2, recordings=recordings),
        {0: opener(make_wav()), 1: lambda: Short(make_wav(), "short.wav")},
    )
    landed, changes = admin.intake.put([make_incoming(1), bad, make_incoming(3)])
    assert [item.outcome.value for item in landed] == ["added", "rejected", "added"]
    assert isinstance(landed[1].error, ContentError)
    assert "short.wav" in str(landed[1].error)
    assert len(changes.interactions) == 2
    assert admin.interactions.count(EVERYTHING).n == 2
    assert admin.store.examine() == ()


def test_a_file_that_vanished_is_rejected_alone(admin: Session, tmp_path) -> None:
    from reviewer.models.bytesource import FileSource

    start = STARTED_US + 3600_000_000
    incoming = Incoming(
        make_interaction(1, recordings=(make_recording(start),)),
        {0: lambda: FileSource(tmp_path / "nowhere.wav")},
    )
    for dry_run in (True, False):
        ((landed,), _) = admin.intake.put([incoming], dry_run=dry_run)
        assert landed.outcome is Landing.REJECTED
        assert isinstance(landed.error, ContentError)


@pytest.mark.parametrize(
    "broken",
    [
        {"segments": (make_segment(2),)},
        {"segments": (make_segment(1), make_segment(1))},
        {"recordings": (make_recording(),), "content": {}},
        {"from_address": "7916\udcff"},
    ],
    ids=["not from 1", "a number twice", "content that is not there", "no text"],
)
def test_what_makes_no_sense_is_rejected(admin: Session, broken: dict) -> None:
    content = broken.get("content", {})
    fields = {key: value for key, value in broken.items() if key != "content"}
    ((landed,), _) = admin.intake.put([make_incoming(1, content=content, **fields)])
    assert landed.outcome is Landing.REJECTED
    assert isinstance(landed.error, UsageError)
    assert admin.interactions.count(EVERYTHING).n == 0


def test_a_dry_run_tells_and_takes_nothing(admin: Session) -> None:
    admin.intake.put([make_incoming(1), make_incoming(2)])
    items = [make_incoming(1), make_incoming(2, scenario="Main"), make_incoming(3)]
    landed, changes = admin.intake.put(items, dry_run=True)
    assert [item.outcome.value for item in landed] == ["unchanged", "updated", "added"]
    assert landed[2].interaction_id is None
    assert changes == Changes()
    assert admin.interactions.count(EVERYTHING).n == 2
    assert admin.interactions.get(make_giid(2)).scenario == ""


def test_cancelling_leaves_whole_interactions_only(admin: Session) -> None:
    class Stopping(NoProgress):
        left = 320

        def raise_if_cancelled(self) -> None:
            self.left -= 1
            if self.left <= 0:
                raise CancelledError(resume="")

    with pytest.raises(CancelledError):
        admin.intake.put((make_incoming(n) for n in range(500)), progress=Stopping())
    count = admin.interactions.count(EVERYTHING).n
    assert count < 500
    assert admin.store.examine() == ()
    landed, _ = admin.intake.put(make_incoming(n) for n in range(500))
    assert sum(item.outcome is Landing.UNCHANGED for item in landed) == count
    assert admin.interactions.count(EVERYTHING).n == 500


def test_importing_needs_its_privilege(admin: Session) -> None:
    admin.people.add_user("manager", "Manager", ["manager"])
    manager = admin.store.session("manager")
    with pytest.raises(RefusedError) as caught:
        manager.intake.put([make_incoming(1)])
    assert "Bring recordings in" in str(caught.value)
    assert admin.interactions.count(EVERYTHING).n == 0
