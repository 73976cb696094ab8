from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.ui.search.editor import ROOT, CriteriaEditor, keep_disabled, node_at


def yes(key: str) -> Condition:
    return Condition(key, Op.YES)


A, B, C, D = (yes(key) for key in "abcd")
TREE = Block(members=(A, Block(Join.OR, (B, C)), D))


@pytest.fixture
def editor():
    return CriteriaEditor(TREE)


def keys(editor):
    def show(node):
        if isinstance(node, Condition):
            return node.key
        return [node.join.value, *map(show, node.members)]

    return show(editor.root)


def test_rows_go_from_top_to_bottom(editor):
    assert [path for path, _ in editor.rows()] == [(0,), (1,), (1, 0), (1, 1), (2,)]


def test_adding_goes_after_a_condition_and_into_a_block(editor):
    assert editor.add(yes("x"), (0,)) == (1,)
    assert editor.add(yes("y"), (2,)) == (2, 2)
    assert editor.add(yes("z")) == (4,)
    assert keys(editor) == ["and", "a", "x", ["or", "b", "c", "y"], "d", "z"]


def test_duplicate_and_remove(editor):
    assert editor.duplicate((1,)) == (2,)
    assert keys(editor) == ["and", "a", ["or", "b", "c"], ["or", "b", "c"], "d"]
    assert editor.remove((3,)) == (2,)
    assert editor.remove((1, 1)) == (1, 0)
    assert editor.remove((1, 0)) == (1,)
    assert keys(editor) == ["and", "a", ["or"], ["or", "b", "c"]]


def test_moving_among_neighbours_stops_at_the_ends(editor):
    assert editor.move((0,), 1) == (1,)
    assert keys(editor) == ["and", ["or", "b", "c"], "a", "d"]
    assert editor.move((0,), -1) == (0,)
    assert editor.move((2,), 1) == (2,)


def test_moving_out_of_and_into_a_block(editor):
    assert editor.move_out((1, 0)) == (2,)
    assert keys(editor) == ["and", "a", ["or", "c"], "b", "d"]
    assert editor.move_in((2,)) == (1, 1)
    assert editor.move_in((0,)) == (0, 0)
    assert keys(editor) == ["and", ["or", "a", "c", "b"], "d"]
    assert editor.move_out((1,)) == (1,)
    assert editor.move_in((0, 0)) == (0, 0)


def test_switching_off_negating_joining(editor):
    editor.toggle((1, 0))
    assert not editor.at((1, 0)).enabled
    editor.negate((1,))
    assert editor.at((1,)).negated
    editor.set_join(ROOT, Join.OR)
    editor.set_join((1,), Join.AND)
    assert keys(editor) == ["or", "a", ["and", "b", "c"], "d"]


def test_undo_and_redo(editor):
    editor.remove((1,))
    editor.toggle((0,))
    after = editor.root
    assert editor.undo()
    assert editor.undo()
    assert editor.root == TREE
    assert not editor.undo()
    assert editor.redo()
    assert editor.redo()
    assert editor.root == after
    assert not editor.redo()


def test_typing_in_the_line_is_one_act(editor):
    for n in range(3):
        editor.replace_all(Block(members=(yes(f"x{n}"),)), merging="line")
    editor.undo()
    assert editor.root == TREE


def test_typing_that_was_taken_back_is_no_act(editor):
    editor.replace_all(Block(members=(yes("x"),)), merging="line")
    editor.replace_all(TREE, merging="line")
    assert not editor.can_undo
    editor.replace_all(Block(), merging="line")
    assert editor.undo()
    assert editor.root == TREE


def test_what_does_not_change_anything_is_no_act(editor):
    assert not editor.replace_all(TREE)
    editor.move((0,), -1)
    editor.move_out((0,))
    assert not editor.can_undo


def test_a_new_act_forgets_what_was_undone(editor):
    editor.remove((0,))
    editor.undo()
    assert editor.can_redo
    editor.toggle((0,))
    assert not editor.can_redo


def test_places_that_are_not_there(editor):
    with pytest.raises(LookupError):
        editor.at((7,))
    with pytest.raises(LookupError):
        editor.at((0, 0))
    with pytest.raises(LookupError):
        editor.set_join((0,), Join.OR)
    with pytest.raises(LookupError):
        editor.set_node(ROOT, A)


nodes = st.recursive(
    st.sampled_from("abcdef").map(yes),
    lambda inner: st.builds(Block, st.sampled_from(Join), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)
trees = st.lists(nodes, max_size=4).map(lambda members: Block(members=tuple(members)))
ACTS = ("toggle", "negate", "duplicate", "remove", "move_out", "move_in", "up", "down", "add")


@given(trees, st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), max_size=12))
def test_undoing_everything_gives_the_first_tree_back(tree, acts):
    editor = CriteriaEditor(tree)
    for act, pick in acts:
        rows = editor.rows()
        path = rows[pick % len(rows)][0] if rows else ROOT
        if act == "add":
            placed = editor.add(yes("new"), path)
            assert node_at(editor.root, placed) == yes("new")
        elif path != ROOT:
            before = editor.at(path)
            if act in ("up", "down"):
                placed = editor.move(path, -1 if act == "up" else 1)
            else:
                placed = getattr(editor, act)(path)
            if act in ("up", "down", "move_out", "move_in", "duplicate"):
                assert editor.at(placed) == before
            if act != "remove":
                assert editor.at(placed)
    while editor.undo():
        pass
    assert editor.root == tree


def off(node):
    return replace(node, enabled=False)


def test_what_is_off_keeps_its_place_when_the_line_is_typed():
    inner = Block(Join.OR, (off(B), C))
    old = Block(members=(off(A), inner, D))
    heard = Block(members=(C,))
    assert keep_disabled(old, Block(members=(heard, D))) == old
    found = keep_disabled(old, Block(members=(heard, D, yes("e"))))
    assert found.members == (*old.members, yes("e"))
    found = keep_disabled(old, Block(members=(yes("e"), heard)))
    assert found.members == (off(A), yes("e"), inner) or found.members == (yes("e"), off(A), inner)


def test_what_is_off_in_a_block_that_changes_stays_in_it():
    old = Block(members=(A, Block(Join.OR, (B, off(C), D))))
    new = Block(members=(A, Block(Join.OR, (B, yes("e")))))
    assert keep_disabled(old, new).members[1] == Block(Join.OR, (B, off(C), yes("e")))


def test_what_is_off_in_a_block_that_goes_is_not_lost():
    old = Block(members=(A, Block(Join.OR, (B, off(C), D))))
    found = keep_disabled(old, Block(members=(A,)))
    assert found.members == (A, Block(Join.OR, (off(C),), enabled=False))


switched = st.recursive(
    st.builds(
        Condition, st.sampled_from(["flagged", "recording"]), st.just(Op.YES), enabled=st.booleans()
    ),
    lambda inner: st.builds(
        Block, st.sampled_from(Join), st.lists(inner, max_size=3).map(tuple), enabled=st.booleans()
    ),
    max_leaves=8,
)


@given(st.lists(switched, max_size=4), st.lists(switched, max_size=4))
def test_typing_says_what_the_line_says_and_loses_nothing_that_is_off(old, new):
    old = Block(members=tuple(old))
    line = print_line(Block(members=tuple(new)), "en")
    tree = parse_line(line)
    found = keep_disabled(old, tree)
    assert print_line(found, "en") == print_line(tree, "en")
