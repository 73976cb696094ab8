"""Exports that are killed at any moment and run again: complete, nothing twice, verified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.storage.local import create
from tests.helpers.exporting import call, mixed_items, read_export
from tests.helpers.stores import ADMIN, SETTINGS, make_wav

_ROOT = Path(__file__).parents[3]
_SECONDS = 0.1


def make_calls(folder, count):
    with create(folder, settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).intake.put(call(n, seconds=_SECONDS) for n in range(1, count + 1))


def cut(store, folder, name, *, steps, moments, options, seed=7):
    """Run the exports and return what the driver says; all of it is on the disk then."""
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.helpers.cut_exports", str(store), str(folder), name,
            str(seed), str(steps), str(moments), "--", "export", "", "--user", ADMIN, *options,
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check(found):
    """Hold every export against the one that ran whole; return how many were killed."""
    first, *others = (read_export(Path(export["to"])) for export in found["exports"])
    for other in others:
        assert {n: d for n, d in other.files.items() if n not in _TIMED} == {
            n: d for n, d in first.files.items() if n not in _TIMED
        }
        assert other.manifest["files"] == first.manifest["files"]
        assert other.manifest["failed"] == []
    return first, sum(export["killed"] for export in found["exports"])


_TIMED = ("manifest.json", "SHA256SUMS")
"""These tell when the export began."""


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_cut_at_steps_and_moments_it_is_finished_by_the_next_run(tmp_path, name):
    with create(tmp_path / "store", settings=SETTINGS, admin_login=ADMIN) as store:
        store.session(ADMIN).intake.put(mixed_items())
    found = cut(
        tmp_path / "store",
        tmp_path / "to",
        name,
        steps=8,
        moments=1,
        options=["--voice", "--cpa", "--text", "--email"],
    )
    first, killed = check(found)
    assert killed >= 8
    assert len(first.manifest["files"]) == 10


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_a_hundred_recordings_with_csv_survive_any_cut(tmp_path, name, seed):
    make_calls(tmp_path / "store", 110)
    found = cut(
        tmp_path / "store",
        tmp_path / "to",
        name,
        steps=25,
        moments=8,
        options=["--voice", "--csv"],
        seed=seed,
    )
    first, killed = check(found)
    assert killed >= 25
    voices = first.names("voice/")
    assert len(voices) == 100
    sounds = {make_wav(_SECONDS, seed=n) for n in range(11, 111)}
    assert {first.files[voice] for voice in voices} == sounds
    assert first.files["interactions.csv"].count(b"\r\n") == 111
