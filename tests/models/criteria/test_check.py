from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from reviewer.errors import CriteriaInvalidError, RestrictedCriterionError
from reviewer.messages import explain, speaking
from reviewer.models.criteria.check import CheckContext, check, require
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.interaction import Channel
from reviewer.models.settings import Feature

CONTEXT = CheckContext(ZoneInfo("Europe/Moscow"), 1_696_503_039_000_000)
FINE = Condition("flagged", Op.YES)


def problems(condition: Condition, context: CheckContext = CONTEXT) -> list[str]:
    return [problem.sentence() for problem in check(Block(members=(condition,)), context)]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition("nosuch", Op.IS, ("a",)), "there is no such criterion"),
        (Condition("custom.", Op.IS, ("a",)), "there is no such criterion"),
        (Condition("flagged", Op.IS, ("a",)), "this criterion has no such comparison"),
        (Condition("direction", Op.PRESENT), "this criterion has no such comparison"),
        (Condition("agent", Op.ANY_OF), "a value is missing"),
        (Condition("duration", Op.BETWEEN, (1,)), "a value is missing"),
        (Condition("duration", Op.LT, (1, 2)), "there are too many values"),
        (Condition("flagged", Op.YES, ("a",)), "there are too many values"),
        (Condition("agent", Op.ANY_OF, ("",)), "the text is empty"),
        (Condition("giid", Op.IS, ("{-}",)), "the text is empty"),
        (Condition("agent", Op.ANY_OF, (1,)), "a text is expected"),
        (Condition("from", Op.IS, ("a" * 2001,)), "the text is longer than 2 000 characters"),
        (Condition("from", Op.IS, ("a\0",)), "the text has characters that no text can have"),
        (Condition("from", Op.IS, ("\ud800",)), "the text has characters that no text can have"),
        (Condition("custom." + "a" * 2001, Op.PRESENT), "the text is longer than 2 000 characters"),
        (Condition("text", Op.MATCHES, ("?!",)), "there is no word to look for"),
        (Condition("agent", Op.ANY_OF, ("a",) * 1001), "there are more than 1 000 values"),
        (
            Condition("agent", Op.CONTAINS, ("a",) * 51),
            "there are more than 50 values for this comparison",
        ),
        (
            Condition("duration", Op.LT, (-1,)),
            "-1 is not a duration; write one such as 90s or 1h30m",
        ),
        (Condition("duration", Op.LT, (10**15,)), "the duration is too long"),
        (Condition("duration", Op.BETWEEN, (2, 1)), "the first value is greater than the second"),
        (Condition("sentiment", Op.LT, (1.5,)), "the number must lie between -1 and 1"),
        (Condition("sentiment", Op.LT, ("x",)), "x is not a number; write one such as -0.5"),
        (Condition("sentiment", Op.LT, (True,)), "True is not a number; write one such as -0.5"),
        (
            Condition("started", Op.BEFORE, ("05.10.2023",)),
            "05.10.2023 is not a date; write 2023-10-05, 05.10.2023 13:50 or today",
        ),
        (
            Condition("started", Op.BETWEEN, ("today", "yesterday")),
            "the end comes before the start",
        ),
        (
            Condition("direction", Op.ANY_OF, ("up",)),
            "up is not one of: inbound, outbound, internal",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(condition: Condition, reason: str) -> None:
    assert problems(condition) == [reason]
    assert problems(replace(condition, enabled=False)) == []


def test_a_single_day_and_equal_bounds_make_sense() -> None:
    assert problems(Condition("started", Op.BETWEEN, ("today", "today"))) == []
    moment = "2023-10-05T13:50"
    assert problems(Condition("started", Op.BETWEEN, (moment, moment))) == []
    assert problems(Condition("duration", Op.BETWEEN, (1, 1))) == []
    assert problems(Condition("agent", Op.IS, ("a",))) == []


def test_each_problem_is_at_its_place() -> None:
    bad = Condition("duration", Op.LT)
    off = Block(Join.OR, (bad, Block(members=(bad,))), enabled=False)
    tree = Block(members=(FINE, off, Block(Join.OR, (FINE, bad)), bad))
    assert [problem.path for problem in check(tree, CONTEXT)] == [(2, 1), (3,)]


def test_depth_and_size_are_limited() -> None:
    tree = Block(members=(FINE,))
    for _ in range(20):
        tree = Block(members=(tree,))
    assert check(tree, CONTEXT) == ()
    (problem,) = check(Block(members=(tree,)), CONTEXT)
    assert problem.sentence() == "blocks lie more than 20 deep in each other"
    deepest = tree
    for _ in range(3000):
        deepest = Block(members=(deepest,))
    assert check(deepest, CONTEXT)[0].sentence() == problem.sentence()
    (problem,) = check(Block(members=(FINE,) * 301), CONTEXT)
    assert problem.sentence() == "there are more than 300 conditions"
    wide = Condition("agent", Op.ANY_OF, ("a",) * 1000)
    (problem,) = check(Block(members=(wide,) * 6), CONTEXT)
    assert problem.sentence() == "there are more than 5 000 values in all"


def test_the_channel_and_the_store_are_asked() -> None:
    subject = Condition("subject", Op.CONTAINS, ("a",))
    on_voice = replace(CONTEXT, channel=Channel.VOICE)
    assert problems(subject, on_voice) == ["the channel does not have this criterion"]
    assert problems(subject, replace(CONTEXT, channel=Channel.EMAIL)) == []
    knowing = replace(CONTEXT, knows=lambda key, value: (key, value) == ("service", "ДБО"))
    assert problems(Condition("service", Op.ANY_OF, ("ДБО",)), knowing) == []
    assert problems(Condition("service", Op.ANY_OF, ("ДБО", "X")), knowing) == [
        "“X” is not known in this store"
    ]
    liking = replace(knowing, like=lambda key, value: (f"{key} of {value}", "Y"))
    assert problems(Condition("service", Op.ANY_OF, ("X",)), liking) == [
        "“X” is not known in this store; there is: service of X, Y"
    ]
    assert problems(Condition("service", Op.STARTS, ("X",)), knowing) == []
    assert problems(Condition("from", Op.IS, ("X",)), knowing) == []


def test_the_first_problem_is_raised_with_its_condition() -> None:
    tree = Block(members=(FINE, Condition("duration", Op.BETWEEN, (120_000_000, 60_000_000))))
    with pytest.raises(CriteriaInvalidError) as caught:
        require(tree, CONTEXT)
    assert caught.value.fields["path"] == (1,)
    with speaking("ru"):
        assert explain(caught.value) == (
            "Условие длительность:2м..1м использовать нельзя: первое значение больше второго"
        )
    with pytest.raises(CriteriaInvalidError, match=r"nosuch:a.* no such criterion"):
        require(Block(members=(Condition("nosuch", Op.IS, ("a",)),)), CONTEXT)
    with pytest.raises(CriteriaInvalidError, match="…"):
        require(Block(members=(Condition("from", Op.IS, ("a" * 3000,)),)), CONTEXT)
    require(Block(members=(FINE,)), CONTEXT)


def test_an_incomplete_condition_can_be_named_in_its_error() -> None:
    for op in Op:
        for key in ("agent", "duration", "started", "text", "flagged", "direction", "nosuch"):
            with pytest.raises(CriteriaInvalidError) as caught:
                require(Block(members=(Condition(key, op, ("", "", "")),)), CONTEXT)
            assert explain(caught.value)


def test_restricted_criteria_are_not_available_to_all() -> None:
    context = replace(CONTEXT, restricted_ok=False)
    tree = Block(members=(Block(members=(Condition("agent", Op.PRESENT),)),))
    (problem,) = check(tree, context)
    assert problem.restricted
    with pytest.raises(RestrictedCriterionError, match="agent") as caught:
        require(tree, context)
    assert caught.value.exit_code == 3


def test_only_a_service_that_is_not_known_stops_the_search():
    knowing = replace(CONTEXT, knows=lambda key, value: False)
    lines = {"service:X": False, "agent:x": True, "disposition:X": True, "custom.Region:X": True}
    for line, warning in lines.items():
        [problem] = check(parse_line(line), knowing)
        assert problem.warning is warning, line
        assert "is not known in this store" in problem.sentence()
    require(parse_line("agent:x disposition:X"), knowing)
    with pytest.raises(CriteriaInvalidError):
        require(parse_line("service:X"), knowing)
    assert check(parse_line("service:~X agent:x* from:5"), knowing) == ()


@pytest.mark.parametrize("word", ["or", "Or", "and", "not", "или", "и", "не"])
def test_a_small_word_of_the_language_is_told_to_be_written_in_capitals(word):
    tree = parse_line(f"card {word} loan")
    [problem] = check(tree, CONTEXT)
    assert (problem.path, problem.warning) == ((1,), True)
    assert f"write {word.upper()}" in problem.sentence()
    require(tree, CONTEXT)
    # In quotes, or as an operator, it is meant.
    assert check(parse_line(f'card "{word}" loan'), CONTEXT) == ()
    assert check(parse_line(f"card OR (loan {word}x)"), CONTEXT) == ()


def test_what_is_switched_off_in_the_store_is_told_so():
    without = replace(CONTEXT, features=frozenset(Feature) - {Feature.SENTIMENT})
    [problem] = check(parse_line("sentiment<0 screen:yes"), without)
    assert problem.path == (0,)
    assert "switched off" in problem.sentence()
    assert check(parse_line("sentiment<0"), replace(CONTEXT, features=frozenset(Feature))) == ()
