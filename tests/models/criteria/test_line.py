from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import QueryError
from reviewer.messages import speaking
from reviewer.models.criteria.line import (
    TokenKind,
    complete_at,
    highlight,
    parse_line,
    parse_with_places,
    print_line,
    print_node,
)
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import (
    EVERYTHING,
    MAX_CONDITIONS,
    MAX_DEPTH,
    Block,
    Condition,
    Join,
    Op,
)
from tests.helpers.criteria import NAUGHTY, trees
from tests.helpers.examples import few_or_many

S = 1_000_000
AGENT = Condition("agent", Op.ANY_OF, ("ivanova",))
LONG = Condition("duration", Op.GT, (300 * S,))
FLAGGED = Condition("flagged", Op.YES)
REFUSED = Condition("disposition", Op.ANY_OF, ("Отказ",))
CARD = Condition("text", Op.PHRASE, ("кредитная карта",))


def all_of(*members: Condition | Block, negated: bool = False) -> Block:
    return Block(Join.AND, members, negated=negated)


def any_of(*members: Condition | Block, negated: bool = False) -> Block:
    return Block(Join.OR, members, negated=negated)


def word(text: str, *, negated: bool = False) -> Condition:
    return Condition("text", Op.MATCHES, (text,), negated=negated)


def one(line: str) -> Condition:
    (member,) = parse_line(line).members
    assert isinstance(member, Condition)
    return member


def test_the_example_of_the_specification() -> None:
    line = 'agent:ivanova duration>5m (disposition:Отказ OR flagged:yes) "кредитная карта"'
    tree = all_of(AGENT, LONG, any_of(REFUSED, FLAGGED), CARD)
    assert parse_line(line) == tree
    assert print_line(tree, "en") == line
    russian = 'оператор:ivanova длительность>5м (статус:Отказ ИЛИ помощь:да) "кредитная карта"'
    assert print_line(tree, "ru") == russian
    assert parse_line(russian) == tree


def test_the_line_is_printed_in_the_language_of_the_interface() -> None:
    with speaking("ru"):
        assert print_line(all_of(FLAGGED)) == "помощь:да"
    assert print_line(all_of(FLAGGED)) == "flagged:yes"


def test_the_empty_line_matches_everything() -> None:
    assert parse_line("") == EVERYTHING
    assert parse_line(" \t ") == EVERYTHING
    assert print_line(EVERYTHING) == ""


@pytest.mark.parametrize(
    ("line", "tree"),
    [
        ("a b OR c", any_of(all_of(word("a"), word("b")), word("c"))),
        ("a OR b c", any_of(word("a"), all_of(word("b"), word("c")))),
        ("NOT a b", all_of(word("a", negated=True), word("b"))),
        ("-a OR b", any_of(word("a", negated=True), word("b"))),
        ("НЕ a ИЛИ b", any_of(word("a", negated=True), word("b"))),
        ("a AND b", all_of(word("a"), word("b"))),
        ("a И b", all_of(word("a"), word("b"))),
        ("NOT -a", all_of(word("a"))),
        ("-(a OR b)", all_of(any_of(word("a"), word("b"), negated=True))),
        ("NOT(a b)", all_of(all_of(word("a"), word("b"), negated=True))),
        ("(a)", all_of(all_of(word("a")))),
        ("a or b", all_of(word("a"), word("or"), word("b"))),
    ],
)
def test_not_binds_before_and_before_or(line: str, tree: Block) -> None:
    assert parse_line(line) == tree


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("agent:a,b", Condition("agent", Op.ANY_OF, ("a", "b"))),
        ('service:"a b",ДБО', Condition("service", Op.ANY_OF, ("a b", "ДБО"))),
        ("from:*", Condition("from", Op.PRESENT)),
        ("-from:*", Condition("from", Op.EMPTY)),
        ("- -from:*".replace("- -", "--"), Condition("from", Op.PRESENT)),
        ("from:+7903*", Condition("from", Op.STARTS, ("+7903",))),
        ("from:*4873", Condition("from", Op.ENDS, ("4873",))),
        ("from:~903", Condition("from", Op.CONTAINS, ("903",))),
        ("from:*903*", Condition("from", Op.CONTAINS, ("903",))),
        ('from:"a*"', Condition("from", Op.IS, ("a*",))),
        ('from:"a*"*', Condition("from", Op.STARTS, ("a*",))),
        ("from:a,b", Condition("from", Op.ANY_OF, ("a", "b"))),
        ("subject:возврат", Condition("subject", Op.CONTAINS, ("возврат",))),
        ("subject=возврат", Condition("subject", Op.IS, ("возврат",))),
        ("duration:5m..10m", Condition("duration", Op.BETWEEN, (300 * S, 600 * S))),
        ("duration<=90s", Condition("duration", Op.LE, (90 * S,))),
        ("duration≥1h30m", Condition("duration", Op.GE, (5400 * S,))),
        ("длительность=5:00", Condition("duration", Op.EQ, (300 * S,))),
        ("sentiment<-0.5", Condition("sentiment", Op.LT, (-0.5,))),
        ("эмоции<-0,5", Condition("sentiment", Op.LT, (-0.5,))),
        ("эмоции:-0,5..0,75", Condition("sentiment", Op.BETWEEN, (-0.5, 0.75))),
        ("started:today", Condition("started", Op.WITHIN, ("today",))),
        ("период:30дней", Condition("started", Op.WITHIN, ("last30d",))),
        ("started:lastmonth", Condition("started", Op.WITHIN, ("lastmonth",))),
        ("начались:прошлая_неделя", Condition("started", Op.WITHIN, ("lastweek",))),
        ("started>2023-10-05", Condition("started", Op.AFTER, ("2023-10-05",))),
        ("started<05.10.23", Condition("started", Op.BEFORE, ("2023-10-05",))),
        ("ended>=05.10.2023 13:50", Condition("ended", Op.GE, ("2023-10-05T13:50",))),
        (
            "started:05.10.2023 13:50..06.10.2023 9:05",
            Condition("started", Op.BETWEEN, ("2023-10-05T13:50", "2023-10-06T09:05")),
        ),
        ("direction:inbound,исходящий", Condition("direction", Op.ANY_OF, ("inbound", "outbound"))),
        ("направление:входящий", Condition("direction", Op.ANY_OF, ("inbound",))),
        ("km:no", Condition("km", Op.NO)),
        ('flagged:"Yes"', Condition("flagged", Op.YES)),
        ("бз:да", Condition("km", Op.YES)),
        ("AGENT:x", Condition("agent", Op.ANY_OF, ("x",))),
        ("custom.Region:Moscow", Condition("custom.Region", Op.ANY_OF, ("Moscow",))),
        ('custom."a b":x', Condition("custom.a b", Op.ANY_OF, ("x",))),
        ("поле.Регион:*", Condition("custom.Регион", Op.PRESENT)),
        (r'"a \"b\" \\ \u00e9"', Condition("text", Op.PHRASE, ('a "b" \\ é',))),
        ('text:~"кредит карта"', Condition("text", Op.MATCHES, ("кредит карта",))),
        ("text:карта,кредит", Condition("text", Op.MATCHES, ("карта", "кредит"))),
    ],
)  # fmt: skip
def test_conditions_are_read(line: str, condition: Condition) -> None:
    assert one(line) == condition
    for language in ("en", "ru"):
        assert one(print_line(all_of(condition), language)) == condition


@pytest.mark.parametrize(
    ("line", "position", "end", "reason"),
    [
        ("agent:", 6, 7, "a value is expected here"),
        ("agent: x", 6, 7, "a value is expected here"),
        ("a nosuch:1", 2, 8, "there is no criterion nosuch; put it in quotes"),
        ("agnt:x", 0, 4, "there is no criterion agnt; did you mean agent?"),
        ("статуз:x", 0, 6, "there is no criterion статуз; did you mean статус?"),
        ("a (b", 2, 3, "not closed"),
        ("a) b", 1, 2, "no parenthesis is open"),
        ("()", 1, 2, "a condition is expected here"),
        ("a OR", 4, 5, "a condition is expected here"),
        ("OR a", 0, 1, "a condition is expected here"),
        ("a AND OR b", 6, 7, "a condition is expected here"),
        ("a - b", 2, 3, "a condition is expected here"),
        ('a "b', 2, 4, "quotation mark"),
        (r'"a\q"', 2, 4, "after a backslash"),
        (r'"a\u12"', 2, 4, "after a backslash"),
        ('"a\\', 2, 3, "after a backslash"),
        ("flagged:", 8, 9, "a value is expected here"),
        ("from:" + "a," * 1001 + "a", 2004, 2008, "1 000 values"),
        ("duration>5", 9, 10, "90s or 1h30m"),
        ("duration>x a", 9, 10, "not a duration"),
        ("duration:5m..", 13, 14, "a value is expected here"),
        ("sentiment<2", 10, 11, "between -1 and 1"),
        ("sentiment<1e5", 10, 13, "not a number"),
        ("started>31.02.2023", 8, 18, "not a date"),
        ("started>2023-10-05T25:00", 8, 24, "not a date"),
        ("flagged:maybe", 8, 13, "neither yes nor no"),
        ("flagged>1", 7, 8, "a colon is expected"),
        ("direction:sideways", 10, 18, "inbound, outbound, internal"),
        ("direction:*", 10, 11, "never empty"),
        ("giid:~abc", 6, 9, "no such comparison"),
        ("from:a,b*", 7, 8, "compared in one way"),
        ("from:a*b", 5, 8, "put the value in quotes"),
        ("???", 0, 3, "no word to look for"),
        ('subject:"  "', 8, 12, "the text is empty"),
        ("from:" + "a" * 2001, 5, 2006, "2 000 characters"),
        ("(" * 21 + "a" + ")" * 21, 20, 21, "20 deep"),
        ('from:"a\\u0000b"', 5, 15, "no text can have"),
    ],
)
def test_a_wrong_line_is_marked_where_it_is_wrong(
    line: str, position: int, end: int, reason: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_line(line)
    assert (caught.value.fields["position"], caught.value.fields["end"]) == (position, end)
    assert reason in str(caught.value.fields["reason"])


def test_a_criterion_that_is_not_known_here_is_printed_as_it_is() -> None:
    unknown = Condition("nosuch", Op.ANY_OF, ("a", "b c"))
    assert print_line(all_of(unknown), "en") == 'nosuch:a,"b c"'
    assert effective(all_of(unknown)) == all_of(unknown)


def test_depth_and_number_are_limited() -> None:
    deep = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert print_line(parse_line(deep), "en") == deep
    # Parentheses alone do not say how deep the tree is: AND inside of OR is a block as well.
    mixed = "x"
    for _ in range(MAX_DEPTH - 1):
        mixed = f"({mixed} y OR z)"
    with pytest.raises(QueryError, match="20 deep"):
        parse_line(mixed)
    assert len(parse_line("a " * MAX_CONDITIONS).members) == MAX_CONDITIONS
    with pytest.raises(QueryError, match="300"):
        parse_line("a " * (MAX_CONDITIONS + 1))


def test_hostile_lengths_are_read_in_time() -> None:
    assert one("-" * 50_001 + "a") == word("a", negated=True)
    for line in ("(" * 50_000, "a." * 50_000, "a" * 100_000 + ":"):
        with pytest.raises(QueryError):
            parse_line(line)


@few_or_many("most", 120, 2_000)
def test_what_is_printed_is_read_back_the_same(most: int) -> None:
    @settings(max_examples=most)
    @given(trees())
    def same(tree: Block) -> None:
        for language in ("en", "ru"):
            line = print_line(tree, language)
            assert "\n" not in line
            assert parse_line(line) == effective(tree)
            assert print_line(parse_line(line), language) == line

    same()


def test_a_zero_has_no_sign() -> None:
    tree = Block(members=(Condition("sentiment", Op.LT, (-0.0,)),))
    assert print_line(tree) == "sentiment<0"


def _read(line: str) -> tuple[Block, QueryError | None]:
    try:
        return parse_line(line), None
    except QueryError as error:
        return EVERYTHING, error


def _survives(line: str) -> None:
    highlight(line)
    complete_at(line, len(line))
    tree, error = _read(line)
    if error is not None:
        assert 0 <= int(str(error.fields["position"])) <= len(line)
        assert str(error.fields["reason"])
        return
    printed = print_line(tree, "en")
    assert parse_line(printed) == tree
    assert print_line(parse_line(printed), "en") == printed


@pytest.mark.parametrize("key", ["", "agent:", "from:~", "custom.", "duration>", "started:", "-"])
def test_naughty_strings_as_lines_are_read_or_refused(key: str) -> None:
    for text in NAUGHTY:
        _survives(key + text)


def test_naughty_strings_as_values_come_back() -> None:
    for text in NAUGHTY:
        for condition in (
            Condition("from", Op.IS, (text,)),
            Condition("agent", Op.STARTS, (text,)),
            Condition("text", Op.PHRASE, (text,)),
            Condition("text", Op.MATCHES, (text,)),
            Condition(f"custom.{text}", Op.ANY_OF, (text, "b")),
        ):
            tree, error = _read(print_node(condition, "en"))
            if error is None:
                assert tree == all_of(condition)
                continue
            assert str(error.fields["reason"]) in (
                "a value is expected here",
                "the text is empty",
                "there is no word to look for",
                "there is no criterion custom.; put it in quotes to look for it as text",
            )


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=40)
    | st.text(st.sampled_from('agentOR ИЛИ:<>=~*,.-()"\\ 05md'), max_size=40)
    | st.lists(
        st.sampled_from(
            ["agent:", "duration>", "started:", "OR", "NOT ", "(", ")", '"', "a", "5m", "..",
             "05.10.2023 13:50", "*", ",", " ", "-", "~", "custom.x:", "yes", "\\"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_any_line_is_read_or_refused(line: str) -> None:
    _survives(line)


def test_places_say_where_each_condition_stands() -> None:
    line = "a (from:b OR -c)"
    parsed = parse_with_places(line)
    cut = {path: line[start:end] for path, (start, end) in parsed.places.items()}
    assert cut == {
        (): line,
        (0,): "a",
        (1,): "(from:b OR -c)",
        (1, 0): "from:b",
        (1, 1): "-c",
    }


def test_tokens_colour_the_line_up_to_where_it_is_wrong() -> None:
    line = 'agent:ivanova OR -"a b" (duration>5'
    shown = [(token.kind, line[token.start : token.end]) for token in highlight(line)]
    assert shown == [
        (TokenKind.KEY, "agent"),
        (TokenKind.SIGN, ":"),
        (TokenKind.VALUE, "ivanova"),
        (TokenKind.WORD, "OR"),
        (TokenKind.WORD, "-"),
        (TokenKind.TEXT, '"a b"'),
        (TokenKind.PAREN, "("),
        (TokenKind.KEY, "duration"),
        (TokenKind.SIGN, ">"),
        (TokenKind.VALUE, "5"),
    ]


@pytest.mark.parametrize(
    ("before", "key", "prefix"),
    [
        ("dur", None, "dur"),
        ("a -serv", None, "serv"),
        ("agent:iv", "agent", "iv"),
        ("оператор:ив", "agent", "ив"),
        ("(-service:a,Кр", "service", "Кр"),
        ('service:"Кредитные к', "service", "Кредитные к"),
        ("from:~55", "from", "55"),
        ("nosuch:a", None, "nosuch:a"),
        ("", None, ""),
        ("agent:iv ", None, ""),
        ('custom."a b":x', "custom.a b", "x"),
    ],
)
def test_what_is_being_typed_can_be_completed(before: str, key: str | None, prefix: str) -> None:
    found = complete_at(before + " tail", len(before))
    assert (found.key, found.prefix, found.end) == (key, prefix, len(before))
