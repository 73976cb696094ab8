from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from reviewer.models.criteria.line import parse_line
from reviewer.ui.results.recent import reaches_into_recent

ZONE = ZoneInfo("Europe/Moscow")
# 2023-10-05 13:50:39 in Moscow.
NOW_US = 1_696_503_039_000_000


@pytest.mark.parametrize(
    ("line", "reaches"),
    [
        ("", True),
        ("agent:ivanova", True),
        ("started:today", True),
        ("started:yesterday", False),
        ("started:last7d", True),
        ("started:lastmonth agent:x", False),
        ("ended<2023-10-05T13:10", False),
        ("started<2023-10-05T13:40", True),
        ("started:yesterday OR flagged:yes", True),
        ("started:yesterday OR started:lastweek", False),
        ("-started:yesterday", True),
        ("(started:lastweek OR started:yesterday) duration>5m", False),
    ],
)
def test_says_whether_data_may_still_be_arriving(line, reaches):
    assert reaches_into_recent(parse_line(line), ZONE, NOW_US) is reaches
