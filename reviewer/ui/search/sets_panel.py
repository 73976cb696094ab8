"""The panel of saved sets: a field to find one, the list, and taking sets from file to file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.search.sets_model import SetsModel
from reviewer.ui.search.sets_view import ACTS_BY_KEY, SetsView
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.fields import KeyEdit
from reviewer.ui.widgets.frames import HLine, Panel
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import SearchEdit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from reviewer.models.ids import CriteriaSetId


class SetsPanel(Panel):
    """Shows saved sets; decides nothing. Thread: main."""

    # Esc was pressed: back to the criteria.
    left = Signal()
    # A name was given: (set id, or None for a new set; name: str).
    named = Signal(object, str)
    # A name is asked for no more.
    naming_ended = Signal()

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("surface", lines=Qt.Edge.LeftEdge, parent=parent)
        self.model = SetsModel(self)
        self.field = FindEdit()
        self.view = SetsView(self.model, zone)
        self.new = IconButton("plus", size=Size.ICON_BUTTON)
        self.bring_in = Button(icon="upload", kind="ghost", panel=True)
        self.take_out = Button(icon="download", kind="ghost", panel=True)
        self._naming: tuple[CriteriaSetId | None, NameField] | None = None
        self._own = Label(step="small", role="text2", weight=600)
        self._arrange()
        self.field.setObjectName("find_set")
        self.field.textEdited.connect(self._on_find_text_edited)
        self.field.key_pressed.connect(self._on_find_key_pressed)
        self.field.focus_changed.connect(self._on_find_focus_changed)
        self.view.typed.connect(self._on_view_typed)
        self.view.left_upwards.connect(self.focus_field)
        self.model.modelReset.connect(self._on_model_reset)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.M, Space.L, Space.M, 0)
        box.setSpacing(Space.S)
        box.addWidget(self.field)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XS, Space.XS, 0)
        head.addWidget(self._own, 1)
        head.addWidget(self.new)
        box.addLayout(head)
        box.addWidget(self.view, 1)
        box.addWidget(HLine())
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, Space.S)
        foot.setSpacing(Space.XS)
        foot.addStretch(1)
        foot.addWidget(self.bring_in)
        foot.addWidget(self.take_out)
        foot.addStretch(1)
        box.addLayout(foot)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._own.setText(tr("My sets"))
        self.field.setPlaceholderText(tr("Find a set"))
        self.field.setAccessibleName(tr("Find a set"))
        self.view.setAccessibleName(tr("Saved sets of criteria"))
        self.bring_in.setText(tr("Import JSON"))
        self.take_out.setText(tr("Export JSON"))
        self.model.refresh()

    # --- public

    @Slot()
    def focus_field(self) -> None:
        """Go to the field that finds a set; the one being edited is current."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.view.current_entry() is None:
            self.view.choose(self.view.loaded)
        if self.view.current_entry() is None:
            self.view.choose(None)

    def show_loaded(self, set_id: CriteriaSetId | None) -> None:
        """Mark the set that is being edited."""
        self.view.loaded = set_id
        if not self.isActive() and set_id is not None:
            self.view.choose(set_id)
        self.view.viewport().update()

    def isActive(self) -> bool:
        """Whether the focus is in the panel."""
        focus = cast("QWidget | None", self.window().focusWidget())
        return focus is not None and self.isAncestorOf(focus)

    def begin_naming(self, set_id: CriteriaSetId | None, name: str) -> None:
        """Ask for the name of a set (None: a new one), in its place."""
        self.end_naming()
        if set_id is None:
            self._clear_filter()
            self.model.set_naming(True)
        field = NameField(name, tr("Name of the set"))
        field.edit.entered.connect(self._on_field_entered)
        field.edit.given_up.connect(self._on_field_given_up)
        field.height_changed.connect(self.view.relay)
        self._naming = (set_id, field)
        self.view.begin_naming(set_id, field)
        field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        field.edit.selectAll()

    def show_name_error(self, sentence: str) -> None:
        """Say why the name cannot be used, where it is typed."""
        if self._naming is not None:
            self._naming[1].show_error(sentence)

    def end_naming(self) -> None:
        """Ask for no name any more."""
        if self._naming is None:
            return
        set_id, field = self._naming
        self._naming = None
        self.view.end_naming(set_id)
        field.deleteLater()
        self.model.set_naming(False)
        self.naming_ended.emit()

    @property
    def naming(self) -> NameField | None:
        """The field that takes a name now."""
        return self._naming[1] if self._naming is not None else None

    # --- slots

    @Slot(str)
    def _on_find_text_edited(self, text: str) -> None:
        self.model.filter(text)
        self.view.choose(None)

    @Slot(object)
    def _on_find_key_pressed(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.field.text():
                self._clear_filter()
            else:
                self.left.emit()
            event.accept()
        elif self.view.take_key(event):
            event.accept()

    @Slot(bool)
    def _on_find_focus_changed(self, focused: bool) -> None:
        self.view.setProperty("fieldFocused", focused)
        self.view.viewport().update()

    @Slot(str)
    def _on_view_typed(self, text: str) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.setText(text)
        self._on_find_text_edited(text)

    @Slot()
    def _on_field_entered(self) -> None:
        if self._naming is not None:
            self.named.emit(self._naming[0], self._naming[1].edit.text())

    @Slot()
    def _on_field_given_up(self) -> None:
        self.end_naming()
        self.focus_field()

    @Slot()
    def _on_model_reset(self) -> None:
        # The field went with its row.
        if self._naming is not None and self._naming[0] is not None:
            self._naming = None

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedWidth(theme().px(Size.SAVED_SETS))

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        return QSize(theme().px(Size.SAVED_SETS), super().sizeHint().height())

    # --- private

    def _clear_filter(self) -> None:
        self.field.clear()
        self.model.filter("")
        self.view.choose(self.view.loaded)


class FindEdit(SearchEdit):
    """The field above the list; keys that the list understands go there."""

    # A key that may be one for the list, not accepted yet: QKeyEvent.
    key_pressed = Signal(object)
    # The focus came or went: bool.
    focus_changed = Signal(bool)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        for_list = key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape) or key in ACTS_BY_KEY
        # Delete takes a letter as long as there is one before the cursor to take.
        if key == Qt.Key.Key_Delete:
            at_end = self.cursorPosition() == len(self.text())
            for_list = at_end and not self.hasSelectedText()
        if for_list:
            event.ignore()
            self.key_pressed.emit(event)
            if event.isAccepted():
                return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)


class NameField(QWidget):
    """Takes the name of a set, and says why one cannot be used."""

    # It needs another height.
    height_changed = Signal()

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = KeyEdit()
        self.edit.setText(name)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(label)
        self.edit.textEdited.connect(self._on_edit_text_edited)
        self._error = Label(step="small", role="fail", weight=500, wraps=True)
        self._error.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, Space.XS, 0, Space.XS)
        box.setSpacing(Space.XS)
        box.addWidget(self.edit)
        box.addWidget(self._error)

    def show_error(self, sentence: str) -> None:
        """Say why the name cannot be used; "": it can."""
        self.edit.set_error(sentence)
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.updateGeometry()
        self.height_changed.emit()

    @Slot(str)
    def _on_edit_text_edited(self, _text: str) -> None:
        if self._error.text():
            self.show_error("")

    @override
    def sizeHint(self) -> QSize:
        width = theme().px(Size.SAVED_SETS) - 2 * Space.M
        height = self.edit.sizeHint().height() + 2 * Space.XS
        if self._error.text():
            height += Space.XS + self._error.heightForWidth(width)
        return QSize(width, height)
