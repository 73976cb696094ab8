"""Many entries of the log made at once are what they are one by one."""

from __future__ import annotations

import pytest

from reviewer.models.audit import (
    NOTHING_BEFORE,
    Act,
    Event,
    Series,
    chained,
    chained_series,
    detail_form,
    detail_text,
)
from reviewer.models.ids import Giid, InteractionId, WallUs

AT_US = WallUs(1_700_000_000_000_000)
LOGIN = 'anna "a" \\ Иванова'
ORIGIN = "window@\udcff-машина"


def test_a_series_is_chained_as_its_events_are() -> None:
    details = [{"bytes": number, "kinds": ["voice", "№"]} for number in range(20)]
    items = [
        (InteractionId(number), Giid(f'giid-"{number}'), detail_text(detail))
        for number, detail in enumerate(details, 7)
    ]
    expected = []
    before = NOTHING_BEFORE
    for number, ((interaction_id, giid, text), detail) in enumerate(
        zip(items, details, strict=True), 41
    ):
        event = Event(AT_US, LOGIN, Act.DELETED, interaction_id, giid, detail, ORIGIN)
        before = chained(before, number, event, text, event.act.value)
        expected.append(before)
    series = Series(AT_US, LOGIN, Act.DELETED, ORIGIN, items)
    assert list(chained_series(NOTHING_BEFORE, 41, series)) == expected


@pytest.mark.parametrize(
    "fixed",
    [
        {},
        {"kinds": ["voice"], "reason_sha256": "00"},
        {"asked_by": '100 %d "sure"', "approved_by": "%", "kinds": [], "message": 3, "zone": "я"},
    ],
)
def test_a_form_makes_details_as_they_are_written(fixed: dict[str, str | int | list[str]]) -> None:
    form = detail_form(fixed, ("recordings", "bytes"))
    assert form % (5, 2) == detail_text({**fixed, "recordings": 2, "bytes": 5})
