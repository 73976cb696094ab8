"""`reviewer search`: every criterion and operator, what is refused and how it is told."""

from __future__ import annotations

import json
import time
from functools import cache

import pytest
from sqlalchemy import select

from reviewer.messages import choose_language, format_instant
from reviewer.models.criteria.catalogue import CRITERIA, criterion
from reviewer.models.criteria.evaluate import matches
from reviewer.models.criteria.kinds import Kind, arity
from reviewer.models.criteria.line import parse_line, print_node
from reviewer.models.criteria.moments import parse_moment
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.reading import Subject
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.criteria.words import words_of
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.models.shares import Shares
from reviewer.storage.catalogue import schema

KEYS = [entry.key for entry in CRITERIA]


@cache
def subjects(searches):
    """Return all interactions of a store, with all that criteria ask of them."""
    session = searches.session
    found = []
    table = schema.interactions
    with session._core.database.read() as connection:
        rows = connection.execute(select(table.c.id, table.c.added_us))
        added = {row[0]: row[1] for row in rows}
    for number in session.interactions.ids(Search()):
        whole = session.interactions.get_by_id(number)
        evaluations, comments = session.evaluations.of(whole.id), session.comments.of(whole.id)
        (row,) = session.interactions.rows([number])
        shares = Shares(row.silence, row.talkover)
        found.append(Subject(whole, evaluations, True, comments, added[number], shares))
    return tuple(found)


def sample(searches, entry):
    """Return two values that interactions of the store have, or any where none has one."""
    values = [entry.read(subject) for subject in subjects(searches)]
    if entry.kind in (Kind.NUMBER, Kind.SHARE, Kind.DURATION):
        numbers = sorted(value for value in values if value is not None) or [0]
        if entry.kind is Kind.SHARE:
            # They are asked for in percent.
            numbers = [number / 10 for number in numbers]
        return [numbers[len(numbers) // 3], numbers[2 * len(numbers) // 3]]
    if entry.kind is Kind.MOMENT:
        zone = searches.session.settings.zone
        numbers = sorted(values)
        texts = (format_instant(n, zone, with_zone=False) for n in numbers[:: len(numbers) // 2])
        return [parse_moment(text) for text in texts][:2]
    if entry.kind is Kind.CHOICE:
        return [choice.value for choice in entry.choices[:2]]
    texts = sorted({text for found in values for text in found}) or ["x", "y"]
    if entry.kind is Kind.FULLTEXT:
        words = [word for text in texts for word in words_of(text)]
        return [words[0], " ".join(words[3:5] or words[-1:])]
    return [texts[0], texts[-1]]


def conditions(searches, entry):
    for op in entry.operators:
        values = () if entry.kind is Kind.FLAG else sample(searches, entry)
        least, most = arity(op).value
        taken = tuple(values)[: 2 if most is None else most] if least else ()
        for negated in (False, True):
            yield Condition(entry.key, op, taken, negated=negated)


@pytest.mark.parametrize("key", KEYS)
def test_every_criterion_finds_what_it_says_with_every_operator(searches, key):
    session = searches.session
    zone, now_us = session.settings.zone, time.time_ns() // 1_000
    tried = found_some = 0
    for condition in conditions(searches, criterion(key)):
        block = Block(members=(condition,))
        expected = {
            str(subject.interaction.giid)
            for subject in subjects(searches)
            if matches(block, subject, zone, now_us)
        }
        english, russian = (print_node(condition, tongue) for tongue in ("en", "ru"))
        assert parse_line(english) == parse_line(russian)
        result = searches.run(russian, "--limit", "1000000")
        assert result.code == 0, (english, result.err)
        assert result.giids == expected, english
        tried += 1
        found_some += bool(expected)
    if any(s.interaction.channel in criterion(key).channels for s in subjects(searches)):
        assert found_some >= tried // 4, "hardly anything: the values are not of this store"
    else:
        assert not found_some


@pytest.mark.parametrize("key", KEYS)
def test_every_criterion_goes_with_its_channels_and_with_no_other(demo_searches, key):
    searches = demo_searches
    entry = criterion(key)
    condition = next(conditions(searches, entry))
    for channel in Channel:
        result = searches.run(print_node(condition, "en"), "--channel", channel.value)
        if channel in entry.channels:
            assert result.code == 0
            of_channel = {
                str(s.interaction.giid)
                for s in subjects(searches)
                if s.interaction.channel is channel
            }
            assert result.giids <= of_channel
        else:
            assert (result.code, result.out) == (2, "")
            assert "the channel does not have this criterion" in result.err


def test_custom_fields_are_searched_by_their_names(searches):
    fields = searches.session.interactions.custom_fields()
    for name in fields:
        values = searches.session.interactions.complete(f"custom.{name}", "")
        condition = Condition(f"custom.{name}", Op.ANY_OF, (values[0].value,))
        result = searches.run(print_node(condition))
        assert result.code == 0
        assert result.giids


def test_what_is_searched_for_is_explained(demo_searches):
    searches = demo_searches
    line = "recording:yes duration>5m (direction:inbound OR transferred:yes)"
    result = searches.run(line, "--explain", as_json=False)
    assert result.code == 0
    said = result.err.splitlines()[0]
    assert said == (
        "Interactions that have a recording, whose duration is longer than 5:00 and (whose "
        "direction is inbound or that were transferred). "
        "Expired and deleted recordings are not included."
    )
    choose_language("ru")
    assert searches.run(line, "--explain", as_json=False).err.startswith("Обращения, у которых")


def test_a_service_that_is_not_there_is_refused_and_another_name_is_told(demo_searches):
    searches = demo_searches
    refused = searches.run("service:Nowhere")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "The condition service:Nowhere cannot be used: “Nowhere” is not known in this store\n"
    )
    misspelt = searches.run("service:Retenshun")
    assert misspelt.code == 2
    assert misspelt.err.endswith("“Retenshun” is not known in this store; there is: Retention\n")
    told = searches.run("agent:nobody duration>0s")
    assert (told.code, told.out) == (0, "")
    assert told.err == "agent:nobody: “nobody” is not known in this store\n"
    told = searches.run("agent:Frost")
    assert told.err == "agent:Frost: “Frost” is not known in this store; there is: frost_p\n"
    wrong = searches.run("agent:nobody", "--limit", "-3")
    assert (wrong.code, wrong.err) == (2, "--limit takes a whole number from 1\n")


@pytest.mark.parametrize(
    ("line", "position", "reason"),
    [
        ("agent:a (b", 8, "the parenthesis is not closed"),
        ("duration>soon", 9, "soon is not a duration"),
        ("a OR", 4, "a condition is expected here"),
        ("nosuch:a", 0, "there is no criterion nosuch"),
        ('"a', 0, "the quotation mark is not closed"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_with_its_place(demo_searches, line, position, reason):
    result = demo_searches.run(line)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"The query cannot be read at character {position + 1}: {reason}")


def test_a_contradiction_is_told_with_its_condition(demo_searches):
    result = demo_searches.run("started:2024-05-02..2024-05-01")
    assert (result.code, result.out) == (2, "")
    assert "started:2024-05-02..2024-05-01 cannot be used: the end comes before" in result.err


@pytest.mark.parametrize("tongue", ["en", "ru"])
def test_criteria_are_listed_with_lines_that_can_be_read(demo_searches, tongue):
    choose_language(tongue)
    told = demo_searches.run("", "--criteria")
    shown = demo_searches.run("", "--criteria", as_json=False).out
    found = {one["key"]: one for one in map(json.loads, told.out.splitlines())}
    assert {key for key in found if not key.startswith("custom.")} == set(KEYS)
    assert len(found) == len(KEYS) + 1
    for key, one in found.items():
        entry = criterion(key)
        assert f"  {one['word']} " in shown
        assert entry.is_custom or entry.name() in shown
        assert list(one["operators"]) == list(entry.operators)
        for op, line in one["operators"].items():
            (condition,) = effective(parse_line(line)).members
            # A text that is one of one is that text.
            assert (condition.key, condition.negated) == (key, False), line
            assert condition.op == op or (condition.op, op) == (Op.IS, Op.ANY_OF), line
