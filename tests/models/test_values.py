"""Small values: identifiers, changes, cancellation, byte sources, settings."""

from __future__ import annotations

import re

import pytest

from reviewer.errors import CancelledError, UsageError
from reviewer.models.bytesource import ByteSource, FileSource, MemorySource
from reviewer.models.changes import Changes
from reviewer.models.ids import InteractionId, giid_of_source, normalise_giid
from reviewer.models.progress import Cancellation
from reviewer.models.settings import check_time_zone


def test_giid_of_a_source_is_stable_upper_case_and_told_apart():
    first = giid_of_source("asterisk", "pbx", "1795389753.0")
    assert first == giid_of_source("asterisk", "pbx", "1795389753.0")
    assert re.fullmatch(r"[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[0-9A-F]{4}-[0-9A-F]{12}", first)
    assert first != giid_of_source("asterisk", "pbx1", "795389753.0")
    assert first != giid_of_source("asterisk", "", "pbx1795389753.0")


def test_giid_has_one_written_form():
    assert normalise_giid(" 7c1f0a52-9e4b-4d1a-b2e6-5d0c3f7a91e8 ").startswith("7C1F0A52-")
    with pytest.raises(ValueError, match="badly formed"):
        normalise_giid("7C1F")


def test_changes_add_up_and_know_when_nothing_changed():
    one = Changes(interactions=frozenset({InteractionId(1)}))
    two = Changes(interactions=frozenset({InteractionId(2)}), categories=True)
    both = one | two
    assert both.interactions == {1, 2}
    assert both.categories
    assert both
    assert not Changes()


def test_cancelling_runs_hooks_once_and_at_once_when_late():
    cancellation = Cancellation()
    ran = []
    cancellation.on_cancel(lambda: ran.append("kept"))
    unhook = cancellation.on_cancel(lambda: ran.append("unhooked"))
    unhook()
    cancellation.raise_if_cancelled()
    cancellation.cancel()
    cancellation.cancel()
    cancellation.on_cancel(lambda: ran.append("late"))
    assert ran == ["kept", "late"]
    assert cancellation.is_cancelled
    with pytest.raises(CancelledError):
        cancellation.raise_if_cancelled()


def test_sources_read_anywhere_and_only_to_the_end(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    with FileSource(path) as file:
        for source in (file, MemorySource(b"0123456789", "a.bin")):
            assert isinstance(source, ByteSource)
            assert source.name == "a.bin"
            assert source.size == 10
            assert source.read_at(8, 5) == b"89"
            assert source.read_at(2, 3) == b"234"
            assert source.read_at(20, 3) == b""


def test_time_zones_are_checked_by_name():
    assert check_time_zone("Europe/Moscow") == "Europe/Moscow"
    for wrong in ("Europe/Moskow", "", "../etc/passwd", "MSK+3"):
        with pytest.raises(UsageError):
            check_time_zone(wrong)
