"""Random criteria for property tests."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from reviewer.models.criteria.catalogue import CRITERIA, Criterion, custom
from reviewer.models.criteria.kinds import Arity, Kind, arity
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.criteria.values import fault_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parent.parent / "data" / "naughty_strings" / "blns.json").read_text("utf-8")
)
"""The Big List of Naughty Strings, by Max Woolf (MIT, see its folder)."""

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
_DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


def _moments() -> SearchStrategy[str]:
    named = st.sampled_from(
        ["today", "yesterday", "thisweek", "lastweek", "thismonth", "lastmonth", "2023", "2023-10"]
    )
    last = st.integers(1, 3660).map(lambda n: f"last{n}d")
    clocks = st.tuples(_DAYS, st.times()).map(_clock)
    minutes = st.tuples(_DAYS, st.times()).map(lambda p: f"{p[0]}T{p[1]:%H:%M}")
    return st.one_of(named, last, _DAYS.map(str), clocks, minutes)


def _clock(pair: Any) -> str:
    return f"{pair[0]}T{pair[1].isoformat('microseconds')}"


def values_of(entry: Criterion) -> SearchStrategy[Any]:
    """Return values that a criterion can take."""
    match entry.kind:
        case Kind.NUMBER | Kind.SHARE:
            least, most = entry.least, entry.most
            whole = st.integers(int(least), min(int(most), 12))
            return whole | st.floats(least, most, allow_nan=False)
        case Kind.DURATION:
            return st.integers(0, 10**10) | st.integers(0, 7200).map(lambda s: s * 1_000_000)
        case Kind.MOMENT:
            return _moments()
        case Kind.CHOICE:
            return st.sampled_from([choice.value for choice in entry.choices])
        case _:
            return ANY_TEXT.filter(lambda text: fault_of(entry, text) is None)


def conditions(
    criteria: Sequence[Criterion] = (*CRITERIA, custom("Region"), custom('Любимый "цвет"')),
    texts: Mapping[str, SearchStrategy[Any]] | None = None,
) -> SearchStrategy[Condition]:
    """Return conditions that make sense by their form; `texts`: likely values by key."""

    # Without arguments: the catalogue is too long to print.
    @st.composite
    def condition(draw: Any) -> Condition:
        entry = draw(st.sampled_from(criteria))
        op = draw(st.sampled_from(entry.operators))
        values = values_of(entry)
        if texts is not None and entry.key in texts:
            likely = texts[entry.key].filter(lambda value: fault_of(entry, value) is None)
            values = st.one_of(likely, likely, values)
        least, most = arity(op).value
        if arity(op) is Arity.MANY:
            most = 3
        drawn = draw(st.lists(values, min_size=least, max_size=most))
        if op is Op.BETWEEN and entry.kind is not Kind.MOMENT:
            drawn.sort()
        negated = draw(st.sampled_from([False, False, True]))
        enabled = draw(st.sampled_from([True, True, True, False]))
        return Condition(entry.key, op, tuple(drawn), negated=negated, enabled=enabled)

    return condition()


def trees(leaves: SearchStrategy[Condition] | None = None) -> SearchStrategy[Block]:
    """Return whole sets of criteria: nested, negated, partly switched off, with empty blocks."""
    nodes: SearchStrategy[Node] = st.recursive(
        conditions() if leaves is None else leaves, blocks, max_leaves=8
    )
    return blocks(nodes)


def blocks(members: SearchStrategy[Any]) -> SearchStrategy[Block]:
    """Return blocks of such members."""
    return st.builds(
        Block,
        st.sampled_from(Join),
        st.lists(members, max_size=4).map(tuple),
        negated=st.sampled_from([False, False, True]),
        enabled=st.sampled_from([True, True, True, False]),
    )
