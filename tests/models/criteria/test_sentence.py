from __future__ import annotations

import pytest
from hypothesis import given, settings

from reviewer.messages import speaking
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.sentence import ConditionParts, join_text, parts, sentence
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.interaction import Channel
from tests.helpers.criteria import trees


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "All interactions."),
        ("agent:ivanova", "Interactions whose agent is “ivanova”."),
        (
            "agent:a,b -agent:c,d -agent:e",
            (
                "Interactions whose agent is “a” or “b”, whose agent is none of “c”, “d” "
                "and whose agent is not “e”."
            ),
        ),
        (
            "tag:a,b,c,d,e,f,g",
            "Interactions whose tag is “a”, “b”, “c”, “d”, “e” or 2 more.",
        ),
        (
            "duration>5m (flagged:yes OR -disposition:Отказ)",
            (
                "Interactions whose duration is longer than 5:00 and "
                "(that were flagged or whose disposition is not “Отказ”)."
            ),
        ),
        (
            'a OR -("b" c)',
            (
                "Interactions whose text contains the words “a” or not "
                "(whose text contains the phrase “b” and whose text contains the words “c”). "
                "Texts that were deleted cannot be found."
            ),
        ),
        ("duration:1m..2m", "Interactions whose duration is between 1:00 and 2:00."),
        ("from:* -to:*", "Interactions whose “From” is not empty and whose “To” is empty."),
        ("-sentiment>0", "Interactions not (whose average sentiment is more than 0)."),
        ('custom."My field":~x', "Interactions whose “My field” contains “x”."),
        ("direction:inbound,internal", "Interactions whose direction is inbound or internal."),
        (
            "recording:yes",
            (
                "Interactions that have a recording. "
                "Expired and deleted recordings are not included."
            ),
        ),
        (
            "-recording:no",
            (
                "Interactions that have a recording. "
                "Expired and deleted recordings are not included."
            ),
        ),
        ("recording:no -flagged:no", "Interactions that have no recording and that were flagged."),
    ],
)
def test_a_set_is_said_in_one_sentence(line: str, said: str) -> None:
    assert sentence(parse_line(line)) == said


@pytest.mark.parametrize(
    ("moment", "en", "ru"),
    [
        (":today", "today", "сегодня"),
        (":last7d", "in the last 7 days", "за последние 7 дней"),
        (":lastmonth", "last month", "в прошлом месяце"),
        (":2026-11-05", "on 2026-11-05", "05.11.2026"),
        (":2026-11", "in 2026-11", "за 11.2026"),
        (":2026-11-05T13:50", "at 2026-11-05 13:50", "05.11.2026 13:50"),
        ("<2026-11-05", "before 2026-11-05", "раньше, чем 05.11.2026"),
        (">=yesterday", "not before yesterday", "не раньше, чем вчера"),
        (
            ":2026-11-01..2026-11-05",
            "from 2026-11-01 to 2026-11-05",
            "с 01.11.2026 по 05.11.2026",
        ),
    ],
)
def test_when_it_was_is_said_as_people_say_it(moment: str, en: str, ru: str) -> None:
    found = parse_line(f"started{moment} OR -ended{moment}")
    assert sentence(found) == f"Interactions that started {en} or that did not end {en}."
    with speaking("ru"):
        assert (
            sentence(found) == f"Обращения, которые начались {ru} или которые не закончились {ru}."
        )


def test_a_value_of_several_lines_is_said_on_one() -> None:
    several = Condition("disposition", Op.ANY_OF, ("a\r\nb\u2028c\td",))
    assert parts(several).values == ("a b c d",)
    assert "“a b c d”" in sentence(Block(members=(several,)))


def test_yes_and_no_are_said_as_what_holds() -> None:
    for entry in CRITERIA:
        if entry.kind in (Kind.FLAG, Kind.MOMENT):
            holds, fails = entry.said
            assert holds() != fails()


def test_the_opposite_is_said_plainly_where_the_channel_has_it() -> None:
    found = parse_line("-recording:yes")
    assert sentence(found, channel=Channel.VOICE) == "Phone calls that have no recording."


def test_the_channel_is_said_and_what_is_off_is_not() -> None:
    off = Block(members=(Condition("flagged", Op.YES, enabled=False),))
    assert sentence(off, channel=Channel.CHAT) == "All chats."
    assert sentence(off, channel=Channel.VOICE) == "All phone calls."
    assert sentence(off, channel=Channel.EMAIL) == "All emails."
    for channel, head in (("voice", "Phone calls"), ("chat", "Chats"), ("email", "Emails")):
        assert sentence(parse_line("from:a"), channel=Channel(channel)).startswith(f"{head} whose")


def test_warnings_stand_where_they_matter() -> None:
    said = sentence(parse_line("screen:yes voice_signature:yes"))
    assert "Expired and deleted screen recordings are not included." in said
    assert "Those whose recording was removed since are included." in said


def test_the_sentence_is_russian_in_russian() -> None:
    with speaking("ru"):
        said = sentence(
            parse_line("период:30дней -сервис:ДБО (помощь:да ИЛИ эмоции<-0,5) запись:да"),
            channel=Channel.VOICE,
        )
    assert said == (
        "Звонки, которые начались за последние 30 дней, у которых сервис — не «ДБО», "
        "(у которых был запрос помощи или у которых средняя эмоция меньше \u22120,5) "
        "и у которых есть запись. "
        "Записи с истёкшим сроком хранения и удалённые не включаются."
    )


def test_a_condition_is_told_in_the_parts_of_a_row() -> None:
    with speaking("ru"):
        assert parts(Condition("service", Op.ANY_OF, ("ДБО", "X"), negated=True)) == (
            ConditionParts("сервис", True, "любой из", ("ДБО", "X"))
        )
        assert parts(Condition("duration", Op.GT, (300_000_000,))) == (
            ConditionParts("длительность", False, "больше", ("5:00",))
        )
        assert parts(Condition("flagged", Op.NO)) == (
            ConditionParts("запрос помощи", False, "", ("нет",))
        )
        assert join_text(Join.AND) == "выполнены все условия"
        assert join_text(Join.OR) == "выполнено хотя бы одно"
    assert parts(Condition("duration", Op.BETWEEN)).values == ()


@settings(max_examples=60, deadline=None)
@given(trees())
def test_every_set_can_be_said(tree: Block) -> None:
    for language in ("en", "ru"):
        with speaking(language):
            assert sentence(tree)
