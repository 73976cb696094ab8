from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from reviewer.errors import CriteriaUnreadableError
from reviewer.messages import explain, speaking
from reviewer.models.criteria.codec import from_json, to_json
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from tests.helpers.criteria import trees

CONDITION = {"key": "agent", "op": "any_of", "values": ["ivanova"]}


@given(trees())
def test_a_set_comes_back_whole(tree: Block) -> None:
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree


def test_the_form_is_fixed_as_saved_sets_hold_it() -> None:
    tree = Block(
        Join.OR,
        (
            Condition("agent", Op.ANY_OF, ("ivanova",), negated=True),
            Block(Join.AND, (Condition("flagged", Op.YES, enabled=False),)),
            Condition("sentiment", Op.LT, (-0.5,)),
        ),
    )
    assert to_json(tree) == {
        "version": 1,
        "criteria": {
            "join": "or",
            "members": [
                CONDITION | {"negated": True},
                {"join": "and", "members": [{"key": "flagged", "op": "yes", "enabled": False}]},
                {"key": "sentiment", "op": "lt", "values": [-0.5]},
            ],
        },
    }


def _set(**root: Any) -> dict[str, Any]:
    return {"version": 1, "criteria": {"join": "and", "members": []} | root}


def _deep(depth: int) -> dict[str, Any]:
    node: dict[str, Any] = {"join": "and", "members": [CONDITION]}
    for _ in range(depth):
        node = {"join": "and", "members": [node]}
    return {"version": 1, "criteria": node}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no set of criteria"),
        ([], "no set of criteria"),
        ({}, "no set of criteria"),
        ({"version": "1"}, "no set of criteria"),
        ({"version": 2, "criteria": {}}, "newer version"),
        ({"version": 1, "criteria": CONDITION}, "no set of criteria"),
        ({"version": 1, "criteria": 7}, "no set of criteria"),
        (_set(join="xor"), "xor is not known"),
        (_set(members="ab"), "no set of criteria"),
        (_set(members=[7]), "no set of criteria"),
        (_set(negated="yes"), "no set of criteria"),
        (_set(members=[CONDITION | {"op": "like"}]), "like is not known"),
        (_set(members=[CONDITION | {"key": 1}]), "no set of criteria"),
        (_set(members=[CONDITION | {"values": "a"}]), "no set of criteria"),
        (_set(members=[CONDITION | {"values": [None]}]), "no set of criteria"),
        (_set(members=[CONDITION | {"values": [True]}]), "no set of criteria"),
        (_set(members=[CONDITION | {"values": [float("inf")]}]), "no set of criteria"),
        (_set(members=[CONDITION | {"values": ["a"] * 1001}]), "no set of criteria"),
        (_set(members=[CONDITION] * 301), "no set of criteria"),
        (_set(members=[_set(members=[CONDITION] * 290)["criteria"]] * 2), "300 conditions"),
        (_deep(21), "20 deep"),
        (_deep(5000), "20 deep"),
    ],
)
def test_what_is_no_set_is_refused(value: object, reason: str) -> None:
    with pytest.raises(CriteriaUnreadableError, match=reason):
        from_json(value)


def test_twenty_levels_are_taken() -> None:
    from_json(_deep(20))


def test_the_refusal_is_worded() -> None:
    with pytest.raises(CriteriaUnreadableError) as caught:
        from_json({"version": 9})
    with speaking("ru"):
        assert explain(caught.value) == (
            "Эти критерии прочитать нельзя: они сохранены более новой версией Reviewer"
        )
