from __future__ import annotations

import csv
import io
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from reviewer.messages import speaking
from reviewer.models.columns import (
    COLUMNS,
    Align,
    Mood,
    column,
    columns_for,
    csv_cell,
    custom_column,
    mood_of,
)
from reviewer.models.ids import Giid, InteractionId, WallUs
from reviewer.models.interaction import Channel, Direction
from reviewer.models.recording import RecordingState
from reviewer.models.search import InteractionRow

ZONE = ZoneInfo("Europe/Moscow")
ROW = InteractionRow(
    silence=305,
    talkover=24,
    id=InteractionId(1),
    giid=Giid("6A1A6C3E-0A53-5F0E-9E0F-7D1C5B2F4C11"),
    channel=Channel.VOICE,
    direction=Direction.INBOUND,
    started_us=WallUs(1_696_503_039_000_000),
    duration_us=823_000_000,
    from_address="+7 916 204-18-73",
    from_name="Елена",
    to_address="8 800 555-35-35",
    connected_to="1012",
    flagged=True,
    scenario="Main",
    service="Удержание",
    services=("Карты", "Удержание"),
    disposition="Решено",
    dispositions=("Решено",),
    notes="перезвонить",
    agent="petrov_d",
    agents=("ivanova", "petrov_d"),
    voice=RecordingState.AVAILABLE,
    transcript=RecordingState.EXPIRED,
    screen=RecordingState.DELETED,
    email=RecordingState.MISSING,
    sentiment=-0.62,
    segment_count=3,
    custom=(("Region", "Москва"),),
    score=7.25,
    evaluator="olga",
    tags=("эскалация", "повтор"),
)
BARE = InteractionRow(
    ROW.id, ROW.giid, Channel.EMAIL, Direction.OUTBOUND, ROW.started_us, duration_us=0
)


def test_columns_are_those_of_the_specification_in_its_order() -> None:
    with speaking("ru"):
        titles = [entry.title() for entry in COLUMNS]
    assert titles[1:21] == [
        "Дата и время", "От кого", "Кому", "Соединен с", "Длительность", "Запрос о помощи",
        "Сценарий", "Сервис", "Статус", "Заметки", "Номер учётной записи", "Номер запроса",
        "Оператор", "Запись", "Эмоция", "Значение эмоции", "Части", "Тема", "Проблемы с вызовом",
        "Global Interaction ID",
    ]  # fmt: skip
    assert [entry.key for entry in COLUMNS if entry.shown] == [
        "icon", "started", "from", "to", "connected", "duration", "flag", "scenario", "service",
        "disposition", "notes", "agent", "recording", "segments",
    ]  # fmt: skip
    assert [entry.key for entry in COLUMNS if entry.fixed] == ["icon"]
    assert [entry.key for entry in COLUMNS if entry.stretch] == ["disposition"]
    assert all(entry.least_px <= entry.width_px for entry in COLUMNS)


def test_cells_say_what_the_row_holds() -> None:
    said = {entry.key: entry.text(ROW, ZONE) for entry in COLUMNS}
    assert said == {
        "icon": "Phone call", "started": "2023-10-05 13:50:39 MSK", "from": "+7 916 204-18-73",
        "to": "8 800 555-35-35", "connected": "1012", "duration": "13:43",
        "flag": "Help requested", "scenario": "Main", "service": "Удержание",
        "disposition": "Решено", "notes": "перезвонить", "account": "", "case": "",
        "agent": "petrov_d",
        "recording": "voice, text: its retention ended, "
        "email: file missing or unreadable, screen: deleted",
        "sentiment": "negative", "sentiment_value": "\u22120.62", "segments": "3", "subject": "",
        "problem": "", "giid": ROW.giid, "score": "7.2", "evaluator": "olga",
        "evaluated": "evaluated", "tags": "эскалация, повтор",
        "silence": "31%", "talkover": "2%",
    }  # fmt: skip
    with speaking("ru"):
        assert column("started").text(ROW, ZONE) == "05.10.23 13:50:39 MSK"
        assert column("sentiment_value").text(ROW, ZONE) == "\u22120,62"
        assert column("recording").text(ROW, ZONE).startswith("голос, текст: срок хранения истёк")


def test_what_is_not_there_is_empty() -> None:
    empty = {entry.key for entry in COLUMNS if not entry.text(BARE, ZONE)}
    assert empty == {entry.key for entry in COLUMNS} - {
        "icon", "started", "duration", "segments", "giid", "evaluated"
    }  # fmt: skip
    assert column("evaluated").text(BARE, ZONE) == "not evaluated"
    assert column("recording").text(replace(BARE, channel=Channel.CHAT,
        transcript=RecordingState.AVAILABLE), ZONE) == "chat"  # fmt: skip


def test_tooltips_tell_more_than_the_cell() -> None:
    tips = {entry.key: entry.tooltip(ROW, ZONE) for entry in COLUMNS}
    assert tips["service"] == "Карты → Удержание"
    assert tips["agent"] == "ivanova → petrov_d"
    assert tips["disposition"] == ""
    assert tips["from"] == "Елена"
    assert tips["notes"] == "перезвонить"
    assert tips["segments"] == "3 segments"
    assert tips["to"] == ""


@pytest.mark.parametrize(
    ("sentiment", "mood"),
    [
        (None, None),
        (-1.0, Mood.NEGATIVE),
        (0.0, Mood.NEUTRAL),
        (0.33, Mood.NEUTRAL),
        (0.8, Mood.POSITIVE),
    ],
)
def test_moods_are_thirds_of_the_scale(sentiment: float | None, mood: Mood | None) -> None:
    assert mood_of(sentiment) is mood


def test_fields_of_the_centre_are_columns_of_their_own() -> None:
    keys = [entry.key for entry in columns_for(Channel.VOICE, ("Region", "Тариф"))]
    assert keys[-2:] == ["custom.Region", "custom.Тариф"]
    assert "subject" not in keys
    assert "problem" in keys
    assert columns_for() == COLUMNS
    assert column("custom.region").text(ROW, ZONE) == "Москва"
    assert custom_column("Тариф").text(ROW, ZONE) == ""
    with pytest.raises(KeyError):
        column("nosuch")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+7 903", "-2", "@SUM(A1)", "\t=1", "  =1", "\r=1", "\uff1d1", "=cmd|' /C calc'!A0"],
)
def test_no_cell_of_a_csv_file_runs_as_a_formula(text: str) -> None:
    cell = csv_cell(column("from"), replace(ROW, from_address=text), ZONE)
    assert cell.startswith("'")
    assert cell.replace("'", "") == text.replace("'", "")
    file = io.StringIO()
    csv.writer(file).writerow([cell])
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [cell]


def test_numbers_stay_numbers_in_csv() -> None:
    assert column("sentiment_value").csv(ROW, ZONE) == "-0.62"
    assert column("sentiment_value").align is Align.RIGHT
    assert column("segments").csv(replace(ROW, segment_count=1200), ZONE) == "1 200"
    assert column("service").csv(ROW, ZONE) == "Удержание"
