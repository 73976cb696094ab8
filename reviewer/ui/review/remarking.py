"""Ties comments and bookmarks to the store, the list, the timeline and the keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.models.access import Privilege
from reviewer.models.remarks import Place, RemarkKind
from reviewer.ui.actions import ActionSpec
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.keys import shortcut_text
from reviewer.ui.review.draft_keeper import DraftKeeper
from reviewer.ui.review.drafts import NEW_REMARK, REMARKS, Words
from reviewer.ui.review.reading_panel import Reading
from reviewer.ui.review.remark_editor import RemarkEditor, Written
from reviewer.ui.review.remark_lines import make_remarks, markers_of, place_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.ids import CommentId, Giid, InteractionId, TimelineUs
    from reviewer.models.remarks import Comment
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened
    from reviewer.ui.review.remark_lines import RemarkLine
    from reviewer.ui.tasks import TaskProgress

    _Work = Callable[[TaskProgress], tuple[Comment, Changes]]

MARKERS: Final = "remarks"
"""Name of their markers on the timeline."""
_PUBLIC: Final = "review/remarks_public"
_SAVE: Final = ActionSpec(
    "remark.save",
    N_("Save the comment"),
    N_("Review"),
    ("Ctrl+Return",),
    over_text=True,
    hidden=True,
)


class Remarking(QObject):
    """Shows, adds, changes and deletes comments and bookmarks.

    Thread: main.
    """

    # (comments: tuple[Comment, ...]) Those of the interaction are others now.
    changed = Signal(object)

    def __init__(
        self,
        shell: Shell,
        session: Session,
        parts: ReviewLayout,
        page: QWidget,
        *,
        place: Callable[[], tuple[TimelineUs, TimelineUs | None]],
        seek: Callable[[TimelineUs], object],
    ) -> None:
        """Tie them together.

        Args:
            shell: What the program hands to every page.
            session: Whose comments these are.
            parts: The page's areas.
            page: The page, over which one is written.
            place: Gives the present moment, or the range that is marked.
            seek: Goes to a position.
        """
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._parts = parts
        self._page = page
        self._place = place
        self._seek = seek
        self._opened: Opened | None = None
        # Which draft is being written: of which interaction, and what of it.
        self._writes: tuple[Giid, str] | None = None
        self._drafts = DraftKeeper(REMARKS, shell.runner, session.memory, self)
        self.editor = RemarkEditor(page)
        self.editor.edited.connect(self._on_editor_edited)
        self.editor.closed.connect(self._on_editor_closed)
        self.editor.submitted.connect(self._on_editor_submitted)
        shell.actions.add(_SAVE, self.editor, self.editor.submit)
        panel = parts.remarks
        panel.add_asked.connect(self.write)
        panel.add.clicked.connect(self.write)
        panel.view.jumped.connect(self._on_view_jumped)
        panel.view.edit_asked.connect(self._on_view_edit_asked)
        panel.view.delete_asked.connect(self._on_view_delete_asked)

    # --- what is shown

    def take_up(self, opened: Opened) -> None:
        """Show the comments of another interaction, or of the same one anew."""
        other = self._opened is None or self._opened.interaction.id != opened.interaction.id
        self._opened = opened
        if other:
            self.editor.put_away()
            self._drafts.recall()
            self._parts.remarks.clear_filter()
        self._show()

    def drop(self) -> None:
        """Let go of the interaction; what is being written is kept."""
        self.editor.put_away()
        self._opened = None

    def flush(self) -> None:
        """Have what was begun written now."""
        self._drafts.flush()

    def close(self) -> None:
        """Have what is being written kept: the page ends."""
        self._drafts.close()

    def retranslate(self) -> None:
        """Word everything again."""
        self.editor.retranslate()
        if self._opened is not None:
            self._show()

    def refresh(self) -> None:
        """Read the comments anew: somebody changed them."""
        if self._opened is not None:
            self._shell.runner.read(
                partial(_load, self._session, self._opened.interaction.id),
                then=self._on_read,
                parent=self,
                generation="comments",
            )

    @property
    def may_write(self) -> bool:
        """Whether the user may comment."""
        return self._session.people.me.may(Privilege.COMMENT)

    def _show(self) -> None:
        opened = self._opened
        if opened is None:
            return
        lines = make_remarks(
            opened.comments, opened.interaction, opened.timeline, opened.zone, opened.me.login
        )
        self._parts.remarks.show_remarks(
            lines,
            may_write=self.may_write,
            may_erase=opened.me.may(Privilege.RECORDS_ERASE),
        )
        self._parts.reading.set_count(Reading.REMARKS, len(lines))
        self._parts.remarks.show_begun(begun=self._begun(NEW_REMARK) is not None)
        self._parts.timeline.set_markers(MARKERS, markers_of(lines))

    def _on_read(self, comments: tuple[Comment, ...]) -> None:
        if self._opened is not None:
            self._opened = replace(self._opened, comments=comments)
            self._show()
            self.changed.emit(comments)

    # --- writing

    @Slot()
    def write(self) -> None:
        """Begin a comment at the present moment or on the marked range, or go on with one."""
        opened = self._opened
        if opened is None or not self.may_write:
            return
        if self.editor.isVisible():
            self.editor.take_focus()
            return
        words = self._begun(NEW_REMARK)
        if words is None or words.place is None:
            start, end = self._place()
            to_wall = opened.timeline.to_wall
            place = Place(to_wall(start), None if end is None else to_wall(end))
            public = bool(self._shell.settings.value(_PUBLIC, default=True))
            words = Words("", public, place)
        self._write_on(opened, words)

    def _write_on(self, opened: Opened, words: Words) -> None:
        """Open the editor with a new one, or with one that was begun."""
        place, timeline = words.place, opened.timeline
        if place is None:
            return
        start = timeline.to_position(place.started_us)
        end = None if place.ended_us is None else timeline.to_position(place.ended_us)
        clock = place_words(opened.interaction, timeline, opened.zone, start, end)
        self._writes = opened.interaction.giid, NEW_REMARK
        self.editor.write(words, clock, self._near(start))

    def _begun(self, part: str) -> Words | None:
        opened = self._opened
        return None if opened is None else self._drafts.get(opened.interaction.giid, part)

    def _keep(self, giid: Giid, part: str, words: Words | None) -> None:
        self._drafts.put(giid, part, words)
        self._parts.remarks.show_begun(begun=self._begun(NEW_REMARK) is not None)

    @Slot(object)
    def _on_editor_edited(self, words: Words | None) -> None:
        if self._writes is not None:
            self._keep(*self._writes, words)

    @Slot(bool)
    def _on_editor_closed(self, given_up: bool) -> None:
        """Say where the words are that were not saved."""
        writes, self._writes = self._writes, None
        words = self._drafts.get(*writes) if writes is not None else None
        if writes is None or words is None:
            return
        if given_up:
            self._keep(*writes, None)
            undo = (tr("Undo"), partial(self._bring_back, *writes, words))
            self._shell.notifier.notify(tr("What was written is gone"), icon="trash-2", action=undo)
            return
        key = shortcut_text("M" if writes[1] == NEW_REMARK else "F2")
        said = tr("The comment is kept as a draft; {key} goes on with it", key=key)
        self._shell.notifier.notify(said, icon="pencil")

    def _bring_back(self, giid: Giid, part: str, words: Words) -> None:
        """Take up again what was given up, where it is still seen."""
        self._keep(giid, part, words)
        opened = self._opened
        if opened is not None and opened.interaction.giid == giid and part == NEW_REMARK:
            self._write_on(opened, words)

    def _near(self, position: TimelineUs) -> QPoint:
        """Return a point of the page above which the editor lies: the playhead's."""
        timeline = self._parts.timeline
        x = max(0, min(round(timeline.x_of(position)), timeline.width()))
        corner = self._parts.transport.mapTo(self._page, QPoint(0, 0))
        return QPoint(timeline.mapTo(self._page, QPoint(x, 0)).x(), corner.y())

    @Slot(object)
    def _on_editor_submitted(self, written: Written) -> None:
        opened, writes = self._opened, self._writes
        if opened is None or writes is None:
            return
        words = self._drafts.get(*writes)
        self._writes = None
        self._keep(*writes, None)
        if written.before is None:
            self._shell.settings.set_value(_PUBLIC, written.public)
            work = partial(_add, self._session, opened.interaction.id, written)
        else:
            work = partial(_edit, self._session, written.before.id, written)
        self._write(work, failed=partial(self._on_not_saved, work, *writes, words))

    def _on_not_saved(
        self, work: _Work, giid: Giid, part: str, words: Words | None, error: ReviewerError
    ) -> None:
        """Keep what was not saved as the draft it was, unless another was begun meanwhile."""
        if words is not None and self._drafts.get(giid, part) is None:
            self._keep(giid, part, words)
        self._on_write_failed(work, error)

    def _write(
        self, work: _Work, *, failed: Callable[[ReviewerError], object] | None = None
    ) -> None:
        self._shell.runner.write(
            work,
            then=self._on_written,
            failed=failed or partial(self._on_write_failed, work),
            parent=self,
            initiator=self._page,
        )

    def _on_written(self, made: tuple[Comment, Changes]) -> None:
        comment, _ = made
        opened = self._opened
        if opened is None or comment.interaction_id != opened.interaction.id:
            return
        others = [c for c in opened.comments if c.id != comment.id]
        self._take([*others, comment])

    def _on_write_failed(self, work: _Work, error: ReviewerError) -> None:
        """Say why it was not saved, and offer it again: no words are lost."""
        self._shell.presenter.present(error, parent=self, retry=partial(self._write, work))

    def _take(self, comments: list[Comment]) -> None:
        if self._opened is None:
            return
        kept = tuple(sorted(comments, key=lambda c: (c.place.started_us, c.written_us, c.id)))
        self._opened = replace(self._opened, comments=kept)
        self._show()
        self.changed.emit(kept)

    # --- the list

    @Slot(object)
    def _on_view_jumped(self, line: RemarkLine) -> None:
        self._seek(line.start_us)

    @Slot(object)
    def _on_view_edit_asked(self, line: RemarkLine) -> None:
        if self._parts.remarks.may_change(line):
            comment, part = line.comment, str(line.comment.id)
            words = self._begun(part) or Words(comment.text, comment.public)
            self._writes = None if self._opened is None else (self._opened.interaction.giid, part)
            self.editor.change(comment, words, line.clock, self._near(line.start_us))

    @Slot(object)
    def _on_view_delete_asked(self, line: RemarkLine) -> None:
        if self._opened is None or not self._parts.remarks.may_delete(line):
            return
        if line.own:
            self._delete(line)
            return
        dialog = ConfirmDialog(
            tr("Delete what {author} wrote?", author=line.comment.author_name),
            tr("It cannot be brought back: only its author could write it again."),
            tr("Delete"),
            self._page,
        )
        dialog.confirmed.connect(partial(self._delete, line))
        dialog.open()

    def _delete(self, line: RemarkLine) -> None:
        self._shell.runner.write(
            partial(_delete, self._session, line.comment.id),
            then=partial(self._on_deleted, line),
            parent=self,
            initiator=self._page,
        )

    def _on_deleted(self, line: RemarkLine, _changes: Changes) -> None:
        opened, comment = self._opened, line.comment
        if opened is not None and comment.interaction_id == opened.interaction.id:
            self._take([c for c in opened.comments if c.id != comment.id])
        word = tr("Bookmark deleted")
        if comment.kind is RemarkKind.COMMENT:
            word = tr("Comment deleted")
        undo = (tr("Undo"), partial(self._undo, comment)) if line.own else None
        self._shell.notifier.notify(word, icon="trash-2", action=undo)

    def _undo(self, comment: Comment) -> None:
        """Write a deleted one again, for the interaction it was of."""
        written = Written(comment.kind, comment.place, comment.text, comment.public)
        self._write(partial(_add, self._session, comment.interaction_id, written))


def _load(
    session: Session, interaction_id: InteractionId, _progress: TaskProgress
) -> tuple[Comment, ...]:
    return session.comments.of(interaction_id)


def _add(
    session: Session, interaction_id: InteractionId, written: Written, _progress: TaskProgress
) -> tuple[Comment, Changes]:
    return session.comments.add(
        interaction_id, written.kind, written.place, written.text, public=written.public
    )


def _edit(
    session: Session, comment_id: CommentId, written: Written, _progress: TaskProgress
) -> tuple[Comment, Changes]:
    return session.comments.edit(comment_id, written.text, public=written.public)


def _delete(session: Session, comment_id: CommentId, _progress: TaskProgress) -> Changes:
    return session.comments.delete(comment_id)
