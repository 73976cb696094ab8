"""Editing a set of criteria: a tree, the acts on it, and undoing them. Knows nothing of Qt.

A place in the tree is a path: the indexes of members from the root down; `()` is the root.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from reviewer.models.criteria.line import print_line
from reviewer.models.criteria.tree import EVERYTHING, Block, Join, Node, Path, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Path = ()
# Steps that can be undone; a set has some ten conditions.
_UNDO_STEPS = 200


def node_at(root: Block, path: Path) -> Node:
    """Return what is at `path`.

    Raises:
        LookupError: Nothing is.
    """
    node: Node = root
    for index in path:
        if not isinstance(node, Block) or not 0 <= index < len(node.members):
            raise LookupError(path)
        node = node.members[index]
    return node


def block_at(root: Block, path: Path) -> Block:
    """Return the block at `path`.

    Raises:
        LookupError: There is none.
    """
    node = node_at(root, path)
    if isinstance(node, Block):
        return node
    raise LookupError(path)


def put(root: Block, path: Path, node: Node) -> Block:
    """Return the tree with `node` in place of what is at `path`."""
    if not path:
        if not isinstance(node, Block):
            raise LookupError(path)
        return node
    parent = block_at(root, path[:-1])
    members = list(parent.members)
    members[path[-1]] = node
    return put(root, path[:-1], parent.with_members(*members))


def insert(root: Block, path: Path, node: Node) -> Block:
    """Return the tree with `node` at `path`; what was there and below moves down."""
    parent = block_at(root, path[:-1])
    members = list(parent.members)
    members.insert(path[-1], node)
    return put(root, path[:-1], parent.with_members(*members))


def remove(root: Block, path: Path) -> Block:
    """Return the tree without what is at `path`."""
    parent = block_at(root, path[:-1])
    members = list(parent.members)
    del members[path[-1]]
    return put(root, path[:-1], parent.with_members(*members))


def switched_on(node: Node) -> Node:
    """Return the node as if it were on: its own count stays while it is off."""
    return node if node.enabled else replace(node, enabled=True)


def keep_disabled(old: Block, new: Block) -> Block:
    """Return `new`, read from a line, with what is switched off in `old` and has no place in one.

    Members that say the same in both are taken from `old`, with all that is off inside them;
    what is off stays between the neighbours that it had.
    """
    said_old = [_said(node) for node in old.members]
    heard = [i for i, said in enumerate(said_old) if said]
    said_new = [_said(node) for node in new.members]
    same = SequenceMatcher(None, [said_old[i] for i in heard], said_new, autojunk=False)
    members: list[Node] = []
    done = 0
    for kind, first, last, new_first, new_last in same.get_opcodes():
        upto = heard[last - 1] + 1 if last > first else done
        if kind == "equal":
            members.extend(old.members[done:upto])
            done = upto
            continue
        olds = [old.members[i] for i in heard[first:last]]
        news = new.members[new_first:new_last]
        members.extend(node for node in old.members[done:upto] if not _said(node))
        members.extend(_merged(olds, news))
        done = upto
    members.extend(old.members[done:])
    return new.with_members(*members)


def _merged(olds: Sequence[Node], news: Sequence[Node]) -> Iterator[Node]:
    """Yield new members, what is off inside blocks that they replace kept in these."""
    blocks = [node for node in olds if isinstance(node, Block)]
    for node in news:
        if isinstance(node, Block) and blocks:
            yield keep_disabled(blocks.pop(0), node)
        else:
            yield node
    for block in blocks:
        off = tuple(member for member in block.members if not member.enabled)
        if off:
            yield Block(block.join, off, enabled=False)


def _said(node: Node) -> str:
    """Return what a member says in a line, "" for what is off or empty."""
    return print_line(Block(members=(node,)), "en")


class CriteriaEditor:
    """The tree being edited and how it came to be.

    Each act returns where the thing acted on is afterwards; an act that is not possible changes
    nothing and returns where it was.
    """

    def __init__(self, root: Block = EVERYTHING) -> None:
        self._root = root
        self._undo: list[Block] = []
        self._redo: list[Block] = []
        self._merging = ""

    @property
    def root(self) -> Block:
        """The tree."""
        return self._root

    @property
    def can_undo(self) -> bool:
        """Whether there is an act to undo."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone act."""
        return bool(self._redo)

    def rows(self) -> tuple[tuple[Path, Node], ...]:
        """Return everything below the root from top to bottom."""
        return tuple((path, node) for path, node in walk(self._root) if path)

    def at(self, path: Path) -> Node:
        """Return what is at `path`. Raises LookupError."""
        return node_at(self._root, path)

    # --- acts

    def load(self, root: Block) -> None:
        """Begin with another tree; there is nothing to undo."""
        self._root = root
        self._undo.clear()
        self._redo.clear()
        self._merging = ""

    def replace_all(self, root: Block, *, merging: str = "") -> bool:
        """Take another tree as one act; acts of the same `merging` in a row are one.

        Returns:
            Whether it differs from what was there.
        """
        if root == self._root:
            return False
        if not merging or merging != self._merging:
            self._undo.append(self._root)
            del self._undo[:-_UNDO_STEPS]
        self._redo.clear()
        self._merging = merging
        self._root = root
        return True

    def end_merging(self) -> None:
        """Let the next act be one of its own."""
        self._merging = ""

    def undo(self) -> bool:
        """Take the last act back; whether there was one."""
        if not self._undo:
            return False
        self._redo.append(self._root)
        self._root = self._undo.pop()
        self._merging = ""
        return True

    def redo(self) -> bool:
        """Do again what was undone; whether there was something."""
        if not self._redo:
            return False
        self._undo.append(self._root)
        self._root = self._redo.pop()
        self._merging = ""
        return True

    def set_node(self, path: Path, node: Node) -> Path:
        """Put something else at `path`."""
        self.replace_all(put(self._root, path, node))
        return path

    def set_join(self, path: Path, join: Join) -> Path:
        """Let a block (`()`: the root) join its members otherwise."""
        return self.set_node(path, replace(block_at(self._root, path), join=join))

    def toggle(self, path: Path) -> Path:
        """Switch a condition or block off or on."""
        node = self.at(path)
        return self.set_node(path, replace(node, enabled=not node.enabled))

    def negate(self, path: Path) -> Path:
        """Turn a condition or block into its opposite and back."""
        node = self.at(path)
        return self.set_node(path, replace(node, negated=not node.negated))

    def place_near(self, near: Path = ROOT) -> Path:
        """Return where something new goes: after `near`, or at its end where it is a block."""
        if isinstance(self.at(near), Block):
            return (*near, len(block_at(self._root, near).members))
        return (*near[:-1], near[-1] + 1)

    def add(self, node: Node, near: Path = ROOT) -> Path:
        """Add something after `near`, or at the end inside it where that is a block."""
        return self.insert_at(self.place_near(near), node)

    def insert_at(self, path: Path, node: Node) -> Path:
        """Put something at `path`; what was there moves down."""
        self.replace_all(insert(self._root, path, node))
        return path

    def duplicate(self, path: Path) -> Path:
        """Put a copy after it."""
        if not path:
            return path
        place = (*path[:-1], path[-1] + 1)
        self.replace_all(insert(self._root, place, self.at(path)))
        return place

    def remove(self, path: Path) -> Path:
        """Take it away; return what is there then: the next, the last, or the block around it."""
        if not path:
            return path
        self.replace_all(remove(self._root, path))
        left = len(block_at(self._root, path[:-1]).members)
        if not left:
            return path[:-1]
        return (*path[:-1], min(path[-1], left - 1))

    def move(self, path: Path, by: int) -> Path:
        """Move it up (-1) or down (1) among its neighbours."""
        if not path:
            return path
        target = path[-1] + by
        siblings = block_at(self._root, path[:-1]).members
        if not 0 <= target < len(siblings):
            return path
        node = self.at(path)
        place = (*path[:-1], target)
        self.replace_all(insert(remove(self._root, path), place, node))
        return place

    def move_out(self, path: Path) -> Path:
        """Move it out of its block, to just after it."""
        if len(path) < 2:
            return path
        node = self.at(path)
        place = (*path[:-2], path[-2] + 1)
        self.replace_all(insert(remove(self._root, path), place, node))
        return place

    def move_in(self, path: Path) -> Path:
        """Move it into the block next to it: the one above (at its end), else the one below."""
        if not path:
            return path
        siblings = block_at(self._root, path[:-1]).members
        above, below = path[-1] - 1, path[-1] + 1
        node = self.at(path)
        if above >= 0 and isinstance(siblings[above], Block):
            block = (*path[:-1], above)
            place = (*block, len(block_at(self._root, block).members))
        elif below < len(siblings) and isinstance(siblings[below], Block):
            # The block moves up by one when its neighbour has left.
            place = (*path, 0)
        else:
            return path
        self.replace_all(insert(remove(self._root, path), place, node))
        return place
