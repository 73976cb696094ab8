"""What is done with the rows of the criteria, by their keys, icons and menu, or by dragging."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from reviewer.models.criteria.tree import Block, Join
from reviewer.ui.search.editor import ROOT
from reviewer.ui.search.row_menu import row_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Condition, Path
    from reviewer.ui.search.editing import RowEditing
    from reviewer.ui.search.editor import CriteriaEditor
    from reviewer.ui.search.panel import CriteriaPanel


class RowActs(QObject):
    """Changes the draft as the rows ask for. Thread: main."""

    # The draft was changed: the row that it was about (path, () for none in particular).
    acted = Signal(object)

    def __init__(
        self,
        editor: CriteriaEditor,
        editing: RowEditing,
        panel: CriteriaPanel,
        offered: Callable[[], Sequence[Criterion]],
        parent: QObject,
    ) -> None:
        """Make it; `offered` returns the criteria to choose from."""
        super().__init__(parent)
        self._editor = editor
        self._editing = editing
        self._tree = panel.tree
        self._offered = offered
        self._tree.act_asked.connect(self.act_on)
        self._tree.join_asked.connect(self._on_tree_join_asked)
        self._tree.menu_asked.connect(self._on_tree_menu_asked)
        self._tree.moved.connect(self._on_tree_moved)
        panel.root_join.value_changed.connect(self._on_root_join_value_changed)
        panel.add_condition.clicked.connect(self._on_add_condition_clicked)
        panel.add_block.clicked.connect(self._on_add_block_clicked)
        editing.taken.connect(self._on_editing_taken)

    @Slot(str, object)
    def act_on(self, act: str, path: Path | None) -> None:
        """Do something with a row; `path` None: with the current one."""
        place = self._tree.current_path() if path is None else path
        if act in ("add_condition", "add_block"):
            self._editing.stop()
            near = ROOT if place is None else place
            if act == "add_block":
                self.acted.emit(self._editor.add(Block(Join.OR), near))
            else:
                self._editing.begin(self._editor.place_near(near), None, self._offered())
            return
        if place is None or self._editing.active:
            return
        if act == "edit":
            self._edit(place)
            return
        moves: dict[str, Callable[[Path], Path]] = {
            "toggle": self._editor.toggle,
            "negate": self._editor.negate,
            "duplicate": self._editor.duplicate,
            "remove": self._editor.remove,
            "move_up": partial(self._editor.move, by=-1),
            "move_down": partial(self._editor.move, by=1),
            "move_out": self._editor.move_out,
            "move_in": self._editor.move_in,
        }
        self.acted.emit(moves[act](place))

    def _edit(self, path: Path) -> None:
        node = self._editor.at(path)
        if isinstance(node, Block):
            join = Join.OR if node.join is Join.AND else Join.AND
            self.acted.emit(self._editor.set_join(path, join))
            return
        self._editing.begin(path, node, self._offered())

    # --- slots

    @Slot(object, object)
    def _on_tree_join_asked(self, path: Path, join: Join) -> None:
        self._editing.stop()
        self.acted.emit(self._editor.set_join(path, join))

    @Slot(object)
    def _on_root_join_value_changed(self, join: Join) -> None:
        self._editing.drop()
        self._editor.set_join(ROOT, join)
        self.acted.emit(ROOT)

    @Slot(object, object)
    def _on_tree_moved(self, path: Path, place: Path) -> None:
        self.acted.emit(self._editor.relocate(path, place))

    @Slot(object, object)
    def _on_tree_menu_asked(self, path: Path, at: QPoint) -> None:
        if not self._editing.active:
            is_block = isinstance(self._editor.at(path), Block)
            row_menu(self.act_on, self._tree, is_block=is_block).popup(at)

    @Slot()
    def _on_add_condition_clicked(self) -> None:
        self.act_on("add_condition", ROOT)

    @Slot()
    def _on_add_block_clicked(self) -> None:
        self.act_on("add_block", ROOT)

    @Slot(object, object, bool)
    def _on_editing_taken(self, path: Path, condition: Condition, new: bool) -> None:
        if new:
            self._editor.insert_at(path, condition)
        else:
            self._editor.set_node(path, condition)
        self.acted.emit(path)
