"""Queries that mean harm, as lines and as values: an answer or a sentence, nothing else."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import pytest

from reviewer.cli.main import main
from reviewer.messages import choose_language
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.kinds import TEXTUAL, Kind
from reviewer.models.criteria.reader import quote
from tests.helpers.criteria import NAUGHTY
from tests.helpers.names import NASTY_NAMES

REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "6_names_csv"
KEYS = [entry.key for entry in CRITERIA if entry.kind in (*TEXTUAL, Kind.FULLTEXT)]
SENTENCES = re.compile(
    r"(?:The query cannot be read at character \d+: |The condition .* cannot be used: "
    r"|.*: “.*” is not known in this store(?:; there is: .*)?$)",
    re.DOTALL,
)
NEVER = re.compile(
    r"traceback|sqlite|sqlalchemy|syntax error|no such column|operational|An error in Reviewer",
    re.IGNORECASE,
)


def payloads():
    texts = [*NAUGHTY, *NASTY_NAMES, *SHAPES]
    if REAL.is_dir():
        for path in sorted(REAL.iterdir()):
            if path.suffix == ".json":
                texts += json.loads(path.read_text("utf-8"))
            else:
                texts += path.read_text("utf-8").splitlines()
    return list(dict.fromkeys(texts))


SHAPES = [
    "'; DROP TABLE interactions; --",
    '" OR 1=1 --',
    "MATCH 'a*' NEAR(b c)",
    'stems:"a" AND col:b',
    "% _ \\ [a-z] {0,9}",
    "(" * 500,
    "-" * 500,
    "NOT " * 400,
    "a:" * 400,
    '"' * 401,
    "custom." + '"a' * 50,
    "duration>" + "9" * 5_000 + "d",
    "started:9999-99-99..0000-00-00",
    "started:" + "9" * 500,
    "sentiment<-" + "0" * 500 + "1",
    "giid:" + "f" * 3_000,
    "x" * 2_001,
    "a " * 301,
    "service:" + ",".join("a" * 1_001),
    "from:~" + ",~".join(map(str, range(51))),
    '\\u0000 "\\u0000" "\\ud800"',
    "text:*",
    "..",
    "started:..",
]
PAYLOADS = payloads()


def check(result, query):
    """Accept rows, or exit code 2 with sentences that name what is wrong."""
    assert result.code in (0, 2), (query, result.err)
    assert result.err.count("\n") <= 20 + query.count("\n") * 3
    lowered = result.err.replace(query, "").replace(query.strip(), "")
    assert NEVER.search(lowered) is None or NEVER.search(query), (query, result.err)
    if result.code == 2:
        assert result.out == ""
    if result.err:
        assert SENTENCES.match(result.err), (query, result.err)


def test_the_collections_are_there():
    assert len(PAYLOADS) > 550


def test_lines_that_mean_harm_are_searched_for_or_told(demo_searches):
    for text in PAYLOADS:
        started = time.process_time()
        check(demo_searches.run(text, "--limit", "3"), text)
        assert time.process_time() - started < 5, text[:80]


def test_values_that_mean_harm_are_values(demo_searches):
    for number, text in enumerate(PAYLOADS):
        entry = KEYS[number % len(KEYS)]
        sign = ("", "~", "*")[number % 3] if entry not in ("giid", "text") else ""
        query = f"{entry}:{sign}{quote(text)}"
        check(demo_searches.run(query, "--limit", "3"), query)


def test_names_of_fields_that_mean_harm_are_names(demo_searches):
    for text in PAYLOADS[::3]:
        named = f"custom.{quote(text)}:{quote(text)}"
        check(demo_searches.run(named, "--limit", "3"), named)


def test_numbers_dates_and_choices_that_are_none_are_told(demo_searches):
    others = [entry.key for entry in CRITERIA if entry.key not in KEYS]
    for number, text in enumerate(PAYLOADS):
        key = others[number % len(others)]
        query = f"{key}:{quote(text)}"
        check(demo_searches.run(query, "--limit", "3"), query)


def _through_the_front_door(demo_folder, texts):
    for text in texts:
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            # No system hands such an argument to a program.
            continue
        out, err = io.StringIO(), io.StringIO()
        where = ["--store", str(demo_folder), "--lang", "en", "--limit", "3"]
        try:
            code = main(["search", *where, "--", text], out, err)
        finally:
            choose_language("en")
        assert code in (0, 2), (text, err.getvalue())
        assert "Traceback" not in err.getvalue()


def test_they_come_through_the_front_door_as_well(demo_folder):
    _through_the_front_door(demo_folder, PAYLOADS[::25])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(12))
def test_all_of_them_come_through_the_front_door(demo_folder, part):
    _through_the_front_door(demo_folder, PAYLOADS[part::12])
