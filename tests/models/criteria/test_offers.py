from __future__ import annotations

import pytest

from reviewer.messages import choose_language
from reviewer.models.criteria.catalogue import CRITERIA, custom, offered
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.offers import offers_at, offers_of
from reviewer.models.interaction import Channel
from reviewer.models.search import Completion

VOICE = offered(Channel.VOICE, restricted_ok=True, custom_fields=("Region", "Любимый цвет"))


def at(text, criteria=VOICE):
    """Return offers at the place marked by |."""
    cursor = text.index("|")
    return offers_at(text.replace("|", ""), cursor, criteria)


def labels(text, criteria=VOICE):
    return [offer.label for offer in at(text, criteria).offers]


def taken(text, choice=0):
    """Return the line once a completion is taken."""
    found = at(text)
    line = text.replace("|", "")
    return line[: found.start] + found.offers[choice].text + line[found.end :]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("dur|", "duration>"),
        ("flagged:yes dur|", "flagged:yes duration>"),
        ("flagged:yes -(serv|)", "flagged:yes -(service:)"),
        ("serv|ice:Support", "service:Support"),
        ("serv|i>5", "service>5"),
        ("custom.re|", "custom.Region:"),
        ("custom.л|", 'custom."Любимый цвет":'),
        ("оператор|", "agent:"),
        ("ti|", "hold>"),
    ],
)
def test_a_key_is_completed_with_its_sign(text, line):
    assert taken(text) == line


def test_keys_are_found_by_their_words_in_both_languages_and_by_their_names():
    assert labels("agent|")[:3] == ["agent", "agent.first", "agent.last"]
    assert labels("signature|") == ["voice_signature"]
    choose_language("ru")
    assert labels("опер|") == ["оператор"]
    assert labels("agent|")[0] == "оператор"
    assert labels("переадр|") == ["переадресация"]
    [offer] = at("переадр|").offers
    assert (offer.text, offer.note) == ("переадресация:", "с переадресацией")


def test_only_what_is_there_for_the_user_is_offered():
    plain = offered(Channel.VOICE, restricted_ok=False)
    assert labels("flag|", plain) == []
    assert labels("flagged:|", plain) == []
    assert labels("subject|") == []


def test_every_key_is_offered_under_the_first_letters_of_it():
    everything = offered(None, restricted_ok=True)
    for language, word in (("en", "key"), ("ru", "word")):
        choose_language(language)
        for entry in CRITERIA:
            assert getattr(entry, word) in labels(getattr(entry, word)[:3] + "|", everything)


def test_or_and_not_are_offered_in_capitals():
    assert at("a O|").offers[0].text == "OR "
    assert at("a ИЛ|").offers[0].text == "ИЛИ "
    assert at("N|").offers[0].text == "NOT "
    assert "OR" not in labels("O|")
    assert "OR" not in labels("a o|")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("flagged:|", ["yes", "no"]),
        ("flagged:n|", ["no"]),
        ("direction:in|", ["inbound", "internal"]),
        ("direction:inbound,out|", ["outbound"]),
        ("started:last|", ["last7d", "last30d", "lastweek", "lastmonth"]),
        ("started>=yest|", ["yesterday"]),
        ("duration>|", []),
        ("from:|", []),
    ],
)
def test_values_of_closed_lists_are_offered(text, lines):
    assert labels(text) == lines


def test_values_are_offered_in_the_language_of_the_window():
    choose_language("ru")
    assert labels("помощь:|") == ["да", "нет"]
    assert labels("направление:вн|") == ["внутренний"]
    assert "30дней" in labels("начались:посл|")
    assert parse_line(taken("начались:сег|")) == parse_line("started:today")


def test_values_of_the_store_are_asked_for_by_key():
    found = at('service:a,"Sup|')
    assert (found.key, found.typed, found.start, found.end) == ("service", "Sup", 10, 14)
    assert at("custom.Region:М|").key == custom("Region").key
    assert at("from:49|").key == ""
    assert at("word|").key == ""


def test_values_of_the_store_are_put_in_quotes_where_they_need_them():
    found = offers_of([Completion("ivanova", "Анна Иванова"), Completion('Ж "О"')])
    assert [(o.text, o.label, o.note) for o in found] == [
        ("ivanova", "ivanova", "Анна Иванова"),
        ('"Ж \\"О\\""', 'Ж "О"', ""),
    ]
    here = at('disposition:"Ж|" flagged:yes')
    line = 'disposition:"Ж" flagged:yes'
    done = line[: here.start] + found[1].text + line[here.end :]
    assert parse_line(done) == parse_line('disposition:"Ж \\"О\\"" flagged:yes')


@pytest.mark.parametrize("text", ["|", '"a|', "((((|", "-|", "\\|", "a:b:c|", '"', "x|" * 1])
def test_any_place_of_any_line_has_an_answer(text):
    text = text if "|" in text else text + "|"
    assert at(text).start <= at(text).end
