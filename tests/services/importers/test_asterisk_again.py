"""A source that comes in parts, in any order: one conversation is one interaction."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from reviewer.models.erasure import Shared, What
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.services.import_recordings import import_recordings
from tests.helpers.stores import ADMIN, make_store
from tests.services.importers.test_asterisk_run_a import RUN_A

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {
    "monitor": ("monitor",),
    "voicemail": ("voicemail",),
    "cdr": ("log/cdr-csv", "log/cdr-custom"),
    "cel": ("log/cel-custom",),
    "queue": ("log/queue_log",),
}


def part(folder: Path, *names: str) -> Path:
    """Copy some parts of the source under a folder of its own."""
    for name in names:
        for path in PARTS[name]:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if (RUN_A / path).is_dir():
                shutil.copytree(RUN_A / path, target)
            else:
                shutil.copy(RUN_A / path, target)
    return folder


@pytest.fixture
def session(tmp_path):
    with make_store(tmp_path / "stores") as store:
        yield store.session(ADMIN)


def stored(session):
    return [session.interactions.get_by_id(r.id) for r in session.interactions.search(Search())]


def told(call):
    """Return what a user sees of a call."""
    return (
        call.started_us,
        call.ended_us,
        call.outcome,
        call.from_address,
        [(s.kind, s.agent, s.service, s.started_us, s.ended_us) for s in call.segments],
        sorted((r.source_name, r.state, r.sha256, r.spans) for r in call.recordings),
    )


@pytest.mark.parametrize(
    "order",
    [
        ["monitor"],
        ["voicemail"],
        ["queue"],
        ["cdr"],
        ["cel"],
        ["voicemail", "monitor", "queue", "cdr", "cel"],
        ["cel", "cdr", "queue", "monitor", "voicemail"],
        ["queue", "cdr", "voicemail"],
    ],
    ids="-".join,
)
def test_parts_then_all_are_the_calls_of_all(session, tmp_path, order):
    with make_store(tmp_path / "other") as store:
        import_recordings(store.session(ADMIN), RUN_A)
        whole = sorted(map(told, stored(store.session(ADMIN))), key=str)
    for name in order:
        import_recordings(session, part(tmp_path / name, name))
    import_recordings(session, RUN_A)
    assert len(stored(session)) == 12
    assert sorted(map(told, stored(session)), key=str) == whole


@pytest.mark.parametrize("names", [*((n,) for n in PARTS), ("cdr", "monitor"), ("cel", "queue")])
def test_a_part_of_what_is_there_changes_nothing(session, tmp_path, names):
    import_recordings(session, RUN_A)
    before = stored(session)
    again = import_recordings(session, part(tmp_path / "part", *names))
    assert (again.added, again.updated) == (0, 0)
    assert stored(session) == before


def test_erased_sound_does_not_come_back_under_another_name(session, tmp_path):
    import_recordings(session, RUN_A)
    ids = [call.id for call in stored(session)]
    session.erasure.erase(ids, [What.VOICE], "asked for", shared=Shared.CUT)
    for name in ("monitor", "voicemail"):
        assert import_recordings(session, part(tmp_path / name, name)).added == 0
    found = stored(session)
    assert len(found) == 12
    assert not [r for c in found for r in c.recordings if r.state is RecordingState.AVAILABLE]
