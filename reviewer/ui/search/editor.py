"""Editing a set of criteria: a tree, the acts on it, and undoing them. Knows nothing of Qt.

A place in the tree is a path: the indexes of members from the root down; `()` is the root.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from reviewer.models.criteria.line import print_line
from reviewer.models.criteria.tree import EVERYTHING, Block, Join, Node, Path, walk
from reviewer.models.interaction import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.models.criteria.sets import CriteriaSet
    from reviewer.models.ids import CriteriaSetId

ROOT: Path = ()
# Steps that can be undone; a set has some ten conditions.
_UNDO_STEPS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is being edited.

    Attributes:
        root: The criteria.
        channel: The channel searched.
        saved: The saved set that they were loaded from or saved as; None: none.
    """

    root: Block = EVERYTHING
    channel: Channel = Channel.VOICE
    saved: CriteriaSet | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it says anything else than the saved set does."""
        if self.saved is None:
            return False
        channel = self.saved.entry.channel
        return self.root != self.saved.criteria or channel not in (None, self.channel)


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


def after_removal(path: Path, place: Path) -> Path:
    """Return where `place` is once what is at `path` has gone."""
    last = len(path) - 1
    if len(place) > last and place[:last] == path[:last] and place[last] > path[last]:
        return (*place[:last], place[last] - 1, *place[last + 1 :])
    return place


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
    """The draft being edited and how it came to be.

    Each act returns where the thing acted on is afterwards; an act that is not possible changes
    nothing and returns where it was.
    """

    def __init__(self, root: Block = EVERYTHING) -> None:
        self._draft = Draft(root)
        self._undo: list[Draft] = []
        self._redo: list[Draft] = []
        self._merging = ""

    @property
    def draft(self) -> Draft:
        """All that is being edited."""
        return self._draft

    @property
    def root(self) -> Block:
        """The tree."""
        return self._draft.root

    @property
    def channel(self) -> Channel:
        """The channel searched."""
        return self._draft.channel

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
        return tuple((path, node) for path, node in walk(self.root) if path)

    def at(self, path: Path) -> Node:
        """Return what is at `path`. Raises LookupError."""
        return node_at(self.root, path)

    # --- acts

    def begin(self, draft: Draft) -> None:
        """Begin with another draft; there is nothing to undo."""
        self._draft = draft
        self._undo.clear()
        self._redo.clear()
        self._merging = ""

    def take(self, draft: Draft, *, merging: str = "") -> bool:
        """Take another draft as one act; acts of the same `merging` in a row are one.

        Returns:
            Whether it differs from what was there.
        """
        if draft == self._draft:
            return False
        if not merging or merging != self._merging:
            self._undo.append(self._draft)
            del self._undo[:-_UNDO_STEPS]
        elif self._undo[-1] == draft:
            # It is as it was before: there is nothing to undo.
            self._undo.pop()
            merging = ""
        self._redo.clear()
        self._merging = merging
        self._draft = draft
        return True

    def replace_all(self, root: Block, *, merging: str = "") -> bool:
        """Take another tree as one act; see `take`."""
        return self.take(replace(self._draft, root=root), merging=merging)

    def set_channel(self, channel: Channel) -> bool:
        """Search another channel; whether it is another."""
        return self.take(replace(self._draft, channel=channel))

    def link(self, saved: CriteriaSet | None, *, instead: CriteriaSetId | None) -> None:
        """Say which saved set this is now: it was saved, changed elsewhere, or removed.

        No act of the user's on the criteria: it cannot be undone, and holds for every state that
        can be gone back to.

        Args:
            saved: The set as it is now.
            instead: The set that drafts were linked to before; None: those without one.
        """

        def linked(draft: Draft) -> Draft:
            before = None if draft.saved is None else draft.saved.entry.id
            return replace(draft, saved=saved) if before == instead else draft

        self._draft = linked(self._draft)
        self._undo = [linked(draft) for draft in self._undo]
        self._redo = [linked(draft) for draft in self._redo]

    def end_merging(self) -> None:
        """Let the next act be one of its own."""
        self._merging = ""

    def undo(self) -> bool:
        """Take the last act back; whether there was one."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        """Do again what was undone; whether there was something."""
        return self._step(self._redo, self._undo)

    def _step(self, source: list[Draft], target: list[Draft]) -> bool:
        if not source:
            return False
        target.append(self._draft)
        self._draft = source.pop()
        self._merging = ""
        return True

    def set_node(self, path: Path, node: Node) -> Path:
        """Put something else at `path`."""
        self.replace_all(put(self.root, path, node))
        return path

    def set_join(self, path: Path, join: Join) -> Path:
        """Let a block (`()`: the root) join its members otherwise."""
        return self.set_node(path, replace(block_at(self.root, path), join=join))

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
            return (*near, len(block_at(self.root, near).members))
        return (*near[:-1], near[-1] + 1)

    def add(self, node: Node, near: Path = ROOT) -> Path:
        """Add something after `near`, or at the end inside it where that is a block."""
        return self.insert_at(self.place_near(near), node)

    def insert_at(self, path: Path, node: Node) -> Path:
        """Put something at `path`; what was there moves down."""
        self.replace_all(insert(self.root, path, node))
        return path

    def duplicate(self, path: Path) -> Path:
        """Put a copy after it."""
        if not path:
            return path
        place = (*path[:-1], path[-1] + 1)
        self.replace_all(insert(self.root, place, self.at(path)))
        return place

    def remove(self, path: Path) -> Path:
        """Take it away; return what is there then: the next, the last, or the block around it."""
        if not path:
            return path
        self.replace_all(remove(self.root, path))
        left = len(block_at(self.root, path[:-1]).members)
        if not left:
            return path[:-1]
        return (*path[:-1], min(path[-1], left - 1))

    def relocate(self, path: Path, place: Path) -> Path:
        """Move it to `place`, as the tree is before; not into itself."""
        if not path or not place or (place[: len(path)] == path and place != path):
            return path
        node = self.at(path)
        target = after_removal(path, place)
        if target != path:
            self.replace_all(insert(remove(self.root, path), target, node))
        return target

    def move(self, path: Path, by: int) -> Path:
        """Move it up (-1) or down (1) among its neighbours; at an end of its block, out of it."""
        if not path:
            return path
        target = path[-1] + by
        siblings = block_at(self.root, path[:-1]).members
        if 0 <= target < len(siblings):
            return self.relocate(path, (*path[:-1], target + (by > 0)))
        if len(path) < 2:
            return path
        return self.relocate(path, (*path[:-2], path[-2] + (by > 0)))

    def move_out(self, path: Path) -> Path:
        """Move it out of its block, to just after it."""
        if len(path) < 2:
            return path
        return self.relocate(path, (*path[:-2], path[-2] + 1))

    def move_in(self, path: Path) -> Path:
        """Move it into the block next to it: the one above (at its end), else the one below."""
        if not path:
            return path
        siblings = block_at(self.root, path[:-1]).members
        above, below = path[-1] - 1, path[-1] + 1
        if above >= 0 and isinstance(block := siblings[above], Block):
            return self.relocate(path, (*path[:-1], above, len(block.members)))
        if below < len(siblings) and isinstance(siblings[below], Block):
            return self.relocate(path, (*path[:-1], below, 0))
        return path
