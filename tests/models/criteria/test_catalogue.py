from __future__ import annotations

import pytest

from reviewer.messages import choose_language, speaking
from reviewer.models.criteria.catalogue import (
    CRITERIA,
    criterion,
    find_key,
    line_words,
    listings,
    offered,
)
from reviewer.models.criteria.kinds import OPERATORS, Kind, operator_name
from reviewer.models.criteria.tree import Op
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel
from reviewer.models.settings import Feature

V, C, E = Channel.VOICE, Channel.CHAT, Channel.EMAIL
# The specification's table: key, English, Russian, channels, not for assigned services only.
TABLE = [
    ("giid", "GIID", "GIID", "VCE", False),
    ("duration", "duration", "длительность", "VCE", False),
    ("voice_signature", "has voice signature", "есть голосовая подпись", "V", False),
    ("recording", "has recording", "есть запись", "V", False),
    ("screen", "has screen recording", "есть запись экрана", "VCE", True),
    ("ended", "ended", "закончились", "VCE", False),
    ("flagged", "was flagged", "запрос помощи", "VCE", True),
    ("agent.first", "first name", "имя", "VCE", True),
    ("km", "KM template used", "использовалась БЗ", "CE", True),
    ("to", "to", "кому", "VCE", False),
    ("direction", "direction", "направление", "VCE", False),
    ("started", "started", "начались", "VCE", False),
    ("case", "case number", "номер запроса", "E", True),
    ("thread", "thread ID", "номер цепочки email / разговора", "E", False),
    ("agent", "agent", "оператор", "VCE", True),
    ("from", "from", "от кого", "VCE", False),
    ("km.article", "specific KM template used", "ответ из БЗ", "CE", True),
    ("text", "text search", "поиск текста", "VCE", True),
    ("problem", "has call problem", "проблемы с вызовом", "V", True),
    ("transferred", "was transferred", "с переадресацией", "VCE", False),
    ("service", "service", "сервис", "VCE", False),
    ("connected", "connected to", "соединен с", "V", True),
    ("disposition", "disposition", "статус", "VCE", False),
    ("subject", "in email subject", "тема email", "E", True),
    ("account", "account number", "учетная запись", "VCE", False),
    ("agent.last", "last name", "фамилия", "VCE", True),
    ("sentiment", "sentiment (average)", "эмоции", "VCE", True),
]
LETTERS = {"V": V, "C": C, "E": E}


@pytest.mark.parametrize(("key", "english", "russian", "channels", "restricted"), TABLE)
def test_the_catalogue_is_the_table_of_the_specification(
    key: str, english: str, russian: str, channels: str, restricted: bool
) -> None:
    entry = criterion(key)
    assert entry.name() == english
    with speaking("ru"):
        assert entry.name() == russian
    assert entry.channels == {LETTERS[letter] for letter in channels}
    assert entry.restricted is restricted


def test_beyond_the_table_are_those_whose_data_exist() -> None:
    beyond = {entry.key for entry in CRITERIA} - {row[0] for row in TABLE}
    assert beyond == {
        "added", "evaluated", "score", "evaluator", "segments", "hold", "team", "tag", "deleted",
        "commented", "bookmarked", "deleted.reason", "silence", "talkover",
    }  # fmt: skip


def test_every_word_of_the_line_stands_for_one_criterion() -> None:
    words = [word for e in CRITERIA for word in {e.key, e.word, *e.aliases}]
    assert len(words) == len(set(words))
    for word in words:
        assert word == fold(word)
        assert find_key(word.upper()) is not None
    assert line_words("ru")["оператор"] == "agent"
    assert line_words("en")["agent"] == "agent"


def test_a_custom_field_is_a_criterion_of_its_own_name() -> None:
    entry = criterion("custom.Любимый цвет")
    assert entry.name() == "Любимый цвет"
    assert entry.restricted
    assert find_key("ПОЛЕ.Регион") == "custom.Регион"
    assert find_key("custom.") is None
    with pytest.raises(KeyError):
        criterion("custom.")
    with pytest.raises(KeyError):
        criterion("nosuch")


def test_what_is_offered_depends_on_channel_and_privileges() -> None:
    emails = {entry.key for entry in offered(E, restricted_ok=True, custom_fields=("Region",))}
    assert {"subject", "custom.Region"} <= emails
    assert "recording" not in emails
    limited = {entry.key for entry in offered(V, restricted_ok=False, custom_fields=("Region",))}
    assert {"service", "from", "duration"} <= limited
    assert not limited & {"agent", "text", "custom.Region", "sentiment", "score"}
    assert len(offered(None, restricted_ok=True)) == len(CRITERIA)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_criteria_are_offered_by_name_in_the_language(language: str) -> None:
    with speaking(language):
        names = [fold(entry.name()) for entry in offered(None, restricted_ok=True)]
        assert names == sorted(names)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_operator_has_a_name_in_both_languages(language: str) -> None:
    with speaking(language):
        for kind, operators in OPERATORS.items():
            names = [operator_name(op, kind) for op in operators]
            assert all(names)
            assert len(set(names)) == len(names)
    assert operator_name(Op.GT, Kind.DURATION) == "longer than"


def test_the_builders_list_has_the_entries_of_the_original_by_name():
    everything = offered(None, restricted_ok=True)
    names = [(one.name, one.criterion.key, one.op) for one in listings(everything)]
    for expected in (
        ("ended before", "ended", Op.BEFORE),
        ("ended after", "ended", Op.AFTER),
        ("started before", "started", Op.BEFORE),
        ("started after", "started", Op.AFTER),
        ("KM template used", "km", Op.YES),
        ("no KM template used", "km", Op.NO),
        ("GIID", "giid", Op.IS),
    ):
        assert expected in names
    assert [fold(name) for name, _, _ in names] == sorted(fold(name) for name, _, _ in names)
    assert len({name for name, _, _ in names}) == len(names)
    choose_language("ru")
    russian = [one.name for one in listings(everything)]
    assert {"закончились до", "закончились после", "начались до", "начались после"} <= set(russian)
    assert {"без использования БЗ", "использовалась БЗ"} <= set(russian)
    assert [fold(name) for name in russian] == sorted(fold(name) for name in russian)


def test_criteria_of_features_that_are_off_are_absent():
    off = frozenset(Feature) - {Feature.SCREEN, Feature.SENTIMENT}
    keys = {entry.key for entry in offered(None, restricted_ok=True, features=off)}
    assert "duration" in keys
    assert not {"screen", "sentiment"} & keys
