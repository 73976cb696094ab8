from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.errors import FileUnusableError
from reviewer.models.criteria.codec import to_json
from reviewer.models.criteria.exchange import (
    FORMAT,
    MAX_BYTES,
    BadSet,
    ReadSet,
    read_sets,
    write_sets,
)
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.sets import CriteriaSet, SetEntry
from reviewer.models.ids import CriteriaSetId, WallUs
from reviewer.models.interaction import Channel
from tests.helpers.criteria import NAUGHTY, trees

LONG = parse_line("duration>5m")


def saved(name, channel, criteria):
    entry = SetEntry(
        CriteriaSetId(1), name, channel, "a", "A", own=True, shared=False, watched=False,
        changed_us=WallUs(0),
    )  # fmt: skip
    return CriteriaSet(entry, criteria)


def file_of(*items, **more):
    whole = {"format": FORMAT, "version": 1, "sets": list(items)} | more
    return json.dumps(whole).encode()


def item(**values):
    return {"name": "x", "channel": None, "criteria": to_json(LONG)} | values


@given(trees(), st.sampled_from([None, *Channel]))
def test_what_is_written_is_read_back_the_same(tree, channel):
    text = write_sets([saved("Имя", channel, tree), saved("2", None, LONG)])
    assert read_sets(text.encode(), "f") == (
        ReadSet("Имя", channel, tree),
        ReadSet("2", None, LONG),
    )


def test_a_file_is_in_english_and_can_be_read_by_people():
    text = write_sets([saved("Долгие", Channel.VOICE, LONG)])
    assert '"line": "duration>5m"' in text
    assert '"name": "Долгие"' in text
    assert text.startswith('{\n  "format": "reviewer criteria sets",\n  "version": 1,')


def test_a_file_may_be_written_by_hand_with_lines_alone():
    (found,) = read_sets(b"\xef\xbb\xbf" + file_of({"name": "x", "line": "длительность>5м"}), "f")
    assert found == ReadSet("x", None, LONG)


@pytest.mark.parametrize("name", [name for name in NAUGHTY if name.strip()])
def test_names_are_no_more_than_names(name):
    (found,) = read_sets(file_of(item(name=name)), "f")
    if isinstance(found, ReadSet):
        assert found.name == name.strip()
    else:
        assert "the name" in str(found.error)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 200_000, "no file of criteria sets"),
        (b'{"format":' * 100_000, "no file of criteria sets"),
        (b"9" * 10_000, "no file of criteria sets"),
        (b"[]", "no file of criteria sets"),
        (b"null", "no file of criteria sets"),
        (b'{"version": NaN}', "no file of criteria sets"),
        (b'{"version": 1, "version": 1}', "no file of criteria sets"),
        (b" " * (MAX_BYTES + 1), "larger than 8 MB"),
        (file_of(format="something else"), "no file of criteria sets"),
        (file_of(version=2), "newer version"),
        (file_of(version=True), "no file of criteria sets"),
        (file_of(version="1"), "no file of criteria sets"),
        (file_of(sets={}), "no file of criteria sets"),
        (file_of(*[item()] * 501), "more than 500"),
    ],
)
def test_what_is_no_file_of_sets_is_refused_with_a_sentence(data, reason):
    with pytest.raises(FileUnusableError, match=reason) as caught:
        read_sets(data, "sets.json")
    assert "sets.json" in str(caught.value)


def nested(depth):
    tree = {"key": "duration", "op": "gt", "values": [1]}
    for _ in range(depth):
        tree = {"join": "and", "members": [tree]}
    return {"version": 1, "criteria": tree}


@pytest.mark.parametrize(
    ("bad", "called", "reason"),
    [
        (7, "1", "no name"),
        ({}, "1", "no name"),
        ({"name": "x"}, "x", "no criteria"),
        ({"name": "x", "line": 5}, "x", "no criteria"),
        ({"name": "x", "line": "duration>"}, "x", "character 10"),
        ({"name": "x", "line": "a " * 100_000}, "x", "no criteria"),
        (item(name=5), "1", "no name"),
        (item(name="y" * 500), "y" * 60 + "…", "longer than 200"),
        (item(channel="pigeon"), "x", "channel"),
        (item(channel=[]), "x", "channel"),
        (item(criteria=None), "x", "no set of criteria"),
        (item(criteria={"version": 2}), "x", "newer version"),
        (item(criteria=nested(100)), "x", "20 deep"),
    ],
)
def test_a_set_that_makes_no_sense_is_named_and_the_others_are_taken(bad, called, reason):
    first, second = read_sets(file_of(bad, item(name="good")), "f")
    assert isinstance(first, BadSet)
    assert first.name == called
    assert reason in str(first.error)
    assert second == ReadSet("good", None, LONG)


@given(st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
def test_rubbish_is_refused_and_nothing_worse(data):
    with pytest.raises(FileUnusableError):
        read_sets(data, "f")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(["name", "channel", "criteria", "line", "version", "members", "key", "op"])


@given(st.lists(st.dictionaries(KEYS, values, max_size=6), max_size=4))
def test_any_json_is_a_set_or_is_told_why_not(items):
    try:
        found = read_sets(file_of(*items), "f")
    except FileUnusableError:
        # Not finite numbers.
        return
    assert len(found) == len(items)
    for read in found:
        assert isinstance(read, ReadSet) or str(read.error)
