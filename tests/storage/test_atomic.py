"""A file is there whole or not at all, and what goes wrong names it as its user does."""

from __future__ import annotations

import pytest

from reviewer.storage.atomic import replacing


def test_what_cannot_be_written_is_named_as_it_was_asked_for(tmp_path):
    asked = tmp_path / "nowhere" / "table.csv"
    with pytest.raises(FileNotFoundError) as told, replacing(asked):
        raise AssertionError
    assert told.value.filename == str(asked)


def test_a_failure_while_writing_leaves_what_was_there(tmp_path):
    asked = tmp_path / "table.csv"
    asked.write_bytes(b"before")
    with pytest.raises(TypeError), replacing(asked) as file:
        file.writelines([b"after", None])
    assert asked.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [asked]
