from __future__ import annotations

import pytest
from hypothesis import given, settings

from reviewer.messages import speaking
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.sentence import ConditionParts, join_text, parts, sentence
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.interaction import Channel
from tests.helpers.criteria import trees


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "All interactions."),
        ("agent:ivanova", "Interactions where agent is “ivanova”."),
        ("agent:a,b", "Interactions where agent any of “a”, “b”."),
        (
            "tag:a,b,c,d,e,f,g",
            "Interactions where tag any of “a”, “b”, “c”, “d”, “e” and 2 more.",
        ),
        (
            "duration>5m (flagged:yes OR -disposition:Отказ)",
            (
                "Interactions where duration longer than 5:00 and "
                "(was flagged: yes or not: disposition is “Отказ”)."
            ),
        ),
        (
            'a OR -("b" c)',
            (
                "Interactions where text search contains the words “a” or not "
                "(text search contains the phrase “b” and text search contains the words “c”). "
                "Texts that were deleted cannot be found."
            ),
        ),
        ("duration:1m..2m", "Interactions where duration between 1:00 and 2:00."),
        ("from:*", "Interactions where from is not empty."),
        (
            "recording:yes",
            (
                "Interactions where has recording: yes. "
                "Expired and deleted recordings are not included."
            ),
        ),
        (
            "-recording:no",
            (
                "Interactions where not: has recording: no. "
                "Expired and deleted recordings are not included."
            ),
        ),
        ("recording:no", "Interactions where has recording: no."),
    ],
)
def test_a_set_is_said_in_one_sentence(line: str, said: str) -> None:
    assert sentence(parse_line(line)) == said


def test_the_channel_is_said_and_what_is_off_is_not() -> None:
    off = Block(members=(Condition("flagged", Op.YES, enabled=False),))
    assert sentence(off, channel=Channel.CHAT) == "All chats."
    assert sentence(off, channel=Channel.VOICE) == "All phone calls."
    assert sentence(off, channel=Channel.EMAIL) == "All emails."
    for channel, head in (("voice", "Phone calls"), ("chat", "Chats"), ("email", "Emails")):
        assert sentence(parse_line("from:a"), channel=Channel(channel)).startswith(f"{head} where")


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
        "Звонки, для которых верно: начались за период последние 30 дней и не: сервис — «ДБО» "
        "и (запрос помощи: да или эмоции меньше \u22120,5) и есть запись: да. "
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
