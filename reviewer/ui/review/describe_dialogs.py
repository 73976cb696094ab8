"""Changing the disposition of a part, the tags of an interaction, and writing a note."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QWidget
from typing_extensions import override

from reviewer.errors import RemarkInvalidError
from reviewer.messages import explain, format_instant, ptr, tr
from reviewer.models.remarks import MAX_REASON, MAX_TEXT, check_tags
from reviewer.ui.entry_dialog import EntryDialog
from reviewer.ui.review.note_edit import NoteBox, NoteEdit
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.fields import TokenField
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.suggestions import Suggestion, Suggestions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Note
    from reviewer.models.remarks import DispositionChange
    from reviewer.models.search import Completion
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_LIST_PX: Final = 208
_ROOM_PX: Final = 232
"""Under the field of the tags, for what is offered while typing."""
_NOTE_PX: Final = 120
_SHOWN_CHANGES: Final = 5
_OFFERED: Final = 20


class DispositionDialog(EntryDialog):
    """Offers the dispositions of the part's service; why it is changed may be said.

    Args:
        shell: What the program hands to every page.
        session: Whose.
        interaction_id: Of which interaction.
        number: Of which part.
        now: What it has, "" for none.
        changes: Its former ones, the latest first.
        zone: For their times.
    """

    def __init__(
        self,
        shell: Shell,
        session: Session,
        interaction_id: InteractionId,
        number: int,
        now: str,
        changes: Sequence[DispositionChange],
        zone: ZoneInfo,
        parent: QWidget | None = None,
    ) -> None:
        act = ptr("button", "Change")
        super().__init__(shell, tr("Change the disposition"), "pencil", act, parent)
        self._session = session
        self._interaction_id, self._number, self._now = interaction_id, number, now
        self._none = Label(tr("Its service has no other dispositions."), "body", "muted")
        self._none.hide()
        self.choices = QListWidget()
        self.choices.setAccessibleName(tr("Disposition"))
        self.choices.setFixedHeight(theme().px(_LIST_PX))
        self.choices.currentRowChanged.connect(self._on_choices_changed)
        self.choices.itemDoubleClicked.connect(self._on_choices_taken)
        self.reason = Edit(tr("Why, if you like"))
        self.reason.setMaxLength(MAX_REASON)
        self.reason.setAccessibleName(tr("Reason for the change"))
        label = Label(tr("Reason for the change"), "strong")
        label.setBuddy(self.reason)
        for part in (self.choices, self._none, label, self.reason):
            self.body.addWidget(part)
        own = [change for change in changes if change.segment_number == number]
        if own:
            self.body.addSpacing(Space.XS)
            self.body.addWidget(Label(tr("Former ones"), "strong"))
        for change in own[:_SHOWN_CHANGES]:
            self.body.addWidget(Label(change_words(change, zone), "small", "text2", wraps=True))
        self.say_whether()
        self.choices.setFocus()
        shell.runner.read(
            partial(_dispositions, session, interaction_id, number),
            then=self._on_read,
            failed=self._on_failed,
            parent=self,
        )

    def _on_read(self, names: tuple[str, ...]) -> None:
        self.choices.addItems(list(names))
        there = self._now in names
        self.choices.setCurrentRow(names.index(self._now) if there else 0 if names else -1)
        if not set(names) - {self._now}:
            self._none.show()
        self.say_whether()

    @property
    def chosen(self) -> str:
        """The disposition chosen, "" for none."""
        row = self.choices.currentRow()
        return self.choices.item(row).text() if row >= 0 else ""

    @property
    @override
    def unfinished(self) -> bool:
        return super().unfinished or self.chosen not in ("", self._now)

    @override
    def reason_against(self) -> str:
        if not self.chosen:
            return tr("Choose a disposition")
        return tr("It has this one already") if self.chosen == self._now else ""

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(
            _change_disposition,
            self._session,
            self._interaction_id,
            self._number,
            self.chosen,
            self.reason.text(),
        )

    @Slot(int)
    def _on_choices_changed(self, _row: int) -> None:
        self.say_whether()

    @Slot(object)
    def _on_choices_taken(self, _item: object) -> None:
        self.go()


class TagsDialog(EntryDialog):
    """Tags as chips; what others are called is offered while one types."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        interaction_id: InteractionId,
        tags: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(shell, tr("Tags"), "pencil", ptr("button", "Save"), parent)
        self._session = session
        self._interaction_id = interaction_id
        self._suggestions = Suggestions(self)
        self.field = TokenField(self._suggestions)
        self.field.edit.setAccessibleName(tr("Tags"))
        self.field.setPlaceholderText(tr("Words, each with Enter or a comma"))
        self._before = tuple(tags)
        for tag in tags:
            self.field.add(tag, tag)
        self.body.addWidget(self.field)
        hint = tr("Everybody who sees this interaction sees its tags, and can search for them.")
        self.body.addWidget(Label(hint, "small", "muted", wraps=True))
        self.body.addSpacing(theme().px(_ROOM_PX))
        self.field.typed.connect(self._on_field_typed)
        self.field.entered.connect(self._on_field_entered)
        self.field.given_up.connect(self.reject)
        self.field.changed.connect(self._on_field_changed)
        self.say_whether()
        self.field.edit.setFocus()

    @property
    def tags(self) -> tuple[str, ...]:
        """What is to be kept: the chips, and what is being typed."""
        return (*map(str, self.field.values()), *_words(self.field.text()))

    @property
    @override
    def unfinished(self) -> bool:
        return self.tags != self._before

    @override
    def reason_against(self) -> str:
        try:
            check_tags(self.tags)
        except RemarkInvalidError as error:
            return explain(error)
        return ""

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_set_tags, self._session, self._interaction_id, self.tags)

    @Slot(str)
    def _on_field_typed(self, text: str) -> None:
        *whole, begun = text.split(",")
        if whole:
            for word in _words(",".join(whole)):
                self.field.add(word, word)
            self.field.edit.setText(begun.lstrip())
        self._on_field_changed()
        self.shell.runner.read(
            partial(_complete, self._session, self.field.text()),
            then=self._on_completed,
            parent=self,
            generation="tags",
        )

    def _on_completed(self, found: tuple[str, tuple[Completion, ...]]) -> None:
        typed, completions = found
        if typed != self.field.text() or not typed.strip() or not self.field.edit.hasFocus():
            self._suggestions.hide()
            return
        have = {tag.casefold() for tag in self.tags} - {typed.strip().casefold()}
        lines = [
            Suggestion(c.value, c.value) for c in completions if c.value.casefold() not in have
        ]
        self._suggestions.offer(self.field, lines, typed, freely=True)

    @Slot()
    def _on_field_entered(self) -> None:
        words = _words(self.field.text())
        for word in words:
            self.field.add(word, word)
        if not words:
            self.go()

    @Slot()
    def _on_field_changed(self) -> None:
        reason = self.reason_against()
        self.field.set_error(reason)
        self.say_whether()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in the field takes a word; only with nothing typed it saves.
        if self.field.edit.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)


class NoteDialog(EntryDialog):
    """Takes a reviewer's note, from `begun` on; the sound goes on meanwhile."""

    # (text: str) It is this as far as it was typed.
    edited = Signal(str)

    def __init__(
        self,
        shell: Shell,
        session: Session,
        interaction_id: InteractionId,
        number: int | None,
        begun: str,
        parent: QWidget | None = None,
    ) -> None:
        act = ptr("button", "Save")
        super().__init__(shell, tr("Add a note"), "sticky-note", act, parent)
        self._session = session
        self._interaction_id, self._number = interaction_id, number
        self.text = NoteEdit()
        self.text.setAccessibleName(tr("Note"))
        self.text.setPlaceholderText(tr("What others should know about it"))
        self.text.setTabChangesFocus(True)
        box = NoteBox(self.text)
        box.setFixedHeight(theme().px(_NOTE_PX))
        self.body.addWidget(box)
        hint = tr("Shift+Enter begins a new line.")
        self.body.addWidget(Label(hint, "small", "muted"))
        self.text.setPlainText(begun)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.text.installEventFilter(self)
        self.text.escaped.connect(self.reject)
        self.say_whether()
        self.text.textChanged.connect(self._on_text_changed)
        self.text.setFocus()

    @property
    @override
    def unfinished(self) -> bool:
        # Its draft is kept while it is typed.
        return False

    @override
    def reason_against(self) -> str:
        words = self.text.toPlainText().strip()
        if len(words) > MAX_TEXT:
            return tr("These are more than 20 000 characters.")
        return "" if words else tr("Write something first")

    @Slot()
    def _on_text_changed(self) -> None:
        self.say_whether()
        self.edited.emit(self.text.toPlainText())

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        words = self.text.toPlainText()
        return partial(_add_note, self._session, self._interaction_id, words, self._number)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.text
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.go()
            return True
        return super().eventFilter(watched, event)


def change_words(change: DispositionChange, zone: ZoneInfo) -> str:
    """Return one change of a disposition: what it was, by whom, when and why."""
    former = change.former or tr("none")
    told = tr(
        "{former} until {when}, changed by {who}",
        former=former,
        when=format_instant(change.at_us, zone),
        who=change.by,
    )
    return f"{told}: {change.reason}" if change.reason else told


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _dispositions(
    session: Session, interaction_id: InteractionId, number: int, _progress: TaskProgress
) -> tuple[str, ...]:
    return session.records.dispositions(interaction_id, number)


def _change_disposition(
    session: Session,
    interaction_id: InteractionId,
    number: int,
    name: str,
    reason: str,
    _progress: TaskProgress,
) -> Changes:
    return session.records.change_disposition(interaction_id, number, name, reason)


def _set_tags(
    session: Session, interaction_id: InteractionId, tags: Sequence[str], _progress: TaskProgress
) -> Changes:
    return session.records.set_tags(interaction_id, tags)


def _add_note(
    session: Session,
    interaction_id: InteractionId,
    text: str,
    number: int | None,
    _progress: TaskProgress,
) -> tuple[Note, Changes]:
    return session.records.add_note(interaction_id, text, number)


def _complete(
    session: Session, text: str, _progress: TaskProgress
) -> tuple[str, tuple[Completion, ...]]:
    return text, session.interactions.complete("tag", text.strip(), limit=_OFFERED)
