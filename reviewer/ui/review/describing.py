"""Ties disposition, tags and notes of an interaction to the keys and to the facts of the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.models.access import Privilege
from reviewer.ui.actions import ActionSpec
from reviewer.ui.keys import shortcut_text
from reviewer.ui.review.describe_dialogs import DispositionDialog, NoteDialog, TagsDialog
from reviewer.ui.review.details_panel import Part
from reviewer.ui.review.draft_keeper import DraftKeeper
from reviewer.ui.review.drafts import NOTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from reviewer.models.ids import Giid
    from reviewer.storage.store import Session
    from reviewer.ui.entry_dialog import EntryDialog
    from reviewer.ui.page import Shell
    from reviewer.ui.review.details_panel import DetailsPanel
    from reviewer.ui.review.loading import Opened

_GROUP: Final = N_("Review")
_SPECS: Final = {
    Part.DISPOSITION: ActionSpec(
        "review.disposition", N_("Change the disposition"), _GROUP, ("D",), "pencil"
    ),
    Part.TAGS: ActionSpec("review.tags", N_("Tags"), _GROUP, ("T",), "pencil"),
    Part.NOTES: ActionSpec("review.note", N_("Add a note"), _GROUP, ("Shift+M",), "sticky-note"),
}
_NEEDED: Final = {
    Part.DISPOSITION: Privilege.DISPOSITION_CHANGE,
    Part.TAGS: Privilege.COMMENT,
    Part.NOTES: Privilege.COMMENT,
}


class Describing(QObject):
    """Offers to those who may what changes the facts. Thread: main.

    Attributes:
        dialog: What was opened last, while it is open.
    """

    def __init__(
        self,
        shell: Shell,
        session: Session,
        details: DetailsPanel,
        page: QWidget,
        *,
        segment: Callable[[], int],
    ) -> None:
        """Register what may be done; `segment` tells the number of the part that is chosen."""
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._page = page
        self._segment = segment
        self._opened: Opened | None = None
        self._drafts = DraftKeeper(NOTES, shell.runner, session.memory, self)
        self.dialog: EntryDialog | None = None
        self._actions: dict[Part, QAction] = {}
        acts = {
            Part.DISPOSITION: self.ask_disposition,
            Part.TAGS: self.ask_tags,
            Part.NOTES: self.ask_note,
        }
        me = session.people.me
        for part, spec in _SPECS.items():
            if me.may(_NEEDED[part]):
                self._actions[part] = shell.actions.add(spec, page, acts[part])
        details.offer(frozenset(self._actions), self._bind)
        self.take_up(None)

    def _bind(self, button: QAbstractButton, part: Part) -> None:
        self._shell.actions.bind(button, _SPECS[part].name, self._page)

    def take_up(self, opened: Opened | None) -> None:
        """Offer what is possible with an interaction; None: with nothing."""
        self._opened = opened
        self._drafts.recall()
        reason = tr("Nothing is open") if opened is None else ""
        for action in self._actions.values():
            self._shell.actions.forbid(action, reason)

    @Slot()
    def ask_disposition(self) -> None:
        """Ask which disposition the chosen part is to have."""
        opened, number = self._opened, self._segment()
        segment = opened.interaction.segment(number) if opened is not None else None
        if opened is None or segment is None:
            return
        self._open(
            DispositionDialog(
                self._shell,
                self._session,
                opened.interaction.id,
                number,
                segment.disposition,
                opened.disposition_changes,
                opened.zone,
                self._page.window(),
            )
        )

    @Slot()
    def ask_tags(self) -> None:
        """Ask which tags the interaction is to have."""
        opened = self._opened
        if opened is not None:
            one = opened.interaction
            window = self._page.window()
            self._open(TagsDialog(self._shell, self._session, one.id, one.tags, window))

    @Slot()
    def ask_note(self) -> None:
        """Ask for a note on the chosen part."""
        opened = self._opened
        if opened is None:
            return
        number, one = self._segment(), opened.interaction
        begun = self._drafts.get(one.giid, number) or ""
        window = self._page.window()
        dialog = NoteDialog(self._shell, self._session, one.id, number or None, begun, window)
        keep = partial(self._keep, one.giid, number)
        dialog.edited.connect(keep)
        dialog.accepted.connect(partial(keep, ""))
        dialog.rejected.connect(partial(self._tell_kept, one.giid, number))
        self._open(dialog)

    def _keep(self, giid: Giid, number: int, text: str) -> None:
        self._drafts.put(giid, number, text if text.strip() else None)

    def _tell_kept(self, giid: Giid, number: int) -> None:
        if self._drafts.get(giid, number) is not None:
            key = shortcut_text(_SPECS[Part.NOTES].shortcuts[0])
            said = tr("The note is kept as a draft; {key} goes on with it", key=key)
            self._shell.notifier.notify(said, icon="pencil")

    def close(self) -> None:
        """Have the notes that were begun kept: the page ends."""
        self._drafts.close()

    def _open(self, dialog: EntryDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None
