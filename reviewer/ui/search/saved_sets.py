"""What is done with saved sets in the window: loading, saving, naming, sharing, watching."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from reviewer.errors import (
    CriteriaSetForeignError,
    CriteriaSetInvalidError,
    CriteriaSetTakenError,
    ReviewerError,
)
from reviewer.messages import explain, format_count, tr
from reviewer.models.access import Privilege
from reviewer.models.criteria.sets import CriteriaSet
from reviewer.models.folding import fold
from reviewer.services.criteria_sets import news_of, search_of
from reviewer.ui.search import sets_work as work
from reviewer.ui.search.sets_files import RejectedSets, ask_for_file
from reviewer.ui.search.sets_menu import set_menu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.changes import Changes
    from reviewer.models.criteria.sets import SetEntry
    from reviewer.models.ids import CriteriaSetId
    from reviewer.models.search import Search
    from reviewer.services.criteria_sets import ImportedSets
    from reviewer.storage.facets.sets import CriteriaSets
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.search.editor import Draft
    from reviewer.ui.search.sets_panel import SetsPanel
    from reviewer.ui.tasks import Task


class SavedSets(QObject):
    """Does what the panel of saved sets and the page ask for. Thread: main."""

    # A set is to be edited: CriteriaSet.
    loaded = Signal(object)
    # What drafts are linked to has changed: (CriteriaSet or None, id of the set before or None).
    linked = Signal(object, object)
    # Back to the criteria.
    left = Signal()

    def __init__(
        self,
        shell: Shell,
        session: Session,
        panel: SetsPanel,
        draft: Callable[[], Draft],
        parent: QObject,
    ) -> None:
        """Make it.

        Args:
            shell: What the window hands to every page.
            session: Whose sets.
            panel: Shows them.
            draft: Returns what is being edited now.
            parent: The page.
        """
        super().__init__(parent)
        self._shell = shell
        self._sets: CriteriaSets = session.sets
        self._interactions = session.interactions
        me = session.people.me
        self.may_share = me.may(Privilege.SETS_SHARE)
        self._panel = panel
        self._draft = draft
        self._awaiting = False
        self._taken = ""
        self._counting: Task | None = None
        panel.view.act_asked.connect(self.act)
        panel.view.menu_asked.connect(self._on_menu_asked)
        panel.named.connect(self._on_named)
        panel.naming_ended.connect(self._on_naming_ended)
        panel.left.connect(self.left)
        shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- the list

    @Slot()
    def refresh(self) -> None:
        """Read the list anew; not while a name is being typed in it."""
        if self._panel.naming is not None:
            self._awaiting = True
            return
        self._awaiting = False
        task = partial(work.read_all, self._sets)
        self._shell.runner.read(task, then=self._on_read, parent=self, generation="sets")

    @Slot()
    def _on_naming_ended(self) -> None:
        if self._awaiting:
            self.refresh()

    def stop(self) -> None:
        """Count no more: the page is not seen."""
        self._shell.runner.read(work.nothing, parent=self, generation="counts")

    def _on_read(self, entries: tuple[SetEntry, ...]) -> None:
        self._panel.model.show(entries)
        saved = self._draft().saved
        if saved is not None:
            now = next((entry for entry in entries if entry.id == saved.entry.id), None)
            if now is None:
                self.linked.emit(None, saved.entry.id)
            elif now != saved.entry and now.changed_us == saved.entry.changed_us:
                self.linked.emit(CriteriaSet(now, saved.criteria), now.id)
        self._panel.show_loaded(saved.entry.id if saved is not None else None)
        self._count([entry for entry in entries if entry.refusal is None])

    @property
    def settled(self) -> bool:
        """Whether what the sets find is counted."""
        return self._counting not in self._shell.runner.tasks

    def _count(self, entries: Sequence[SetEntry]) -> None:
        if not entries or not self._panel.isVisible():
            return
        # Nobody waits for it, and it is large where the store is.
        self._counting = self._shell.runner.read(
            partial(work.count, self._sets, self._interactions, tuple(entries)),
            then=self._on_counted,
            parent=self,
            generation="counts",
            spare=True,
        )

    def _on_counted(self, answer: work.Counted) -> None:
        self._panel.model.take_counts(answer.counts, answer.problems)
        self._count(answer.rest)

    def relink(self, set_id: CriteriaSetId) -> None:
        """Say which saved set the draft of the last run came from, if it is still there."""
        task = partial(work.load, self._sets, set_id)
        self._shell.runner.read(task, then=self._on_relinked, parent=self, failed=_forget)

    def _on_relinked(self, found: CriteriaSet) -> None:
        self.linked.emit(found, None)

    # --- acts

    @Slot(str, object)
    def act(self, act: str, entry: SetEntry) -> None:
        """Do something with a set; `act` is one of the menu's."""
        acts: dict[str, Callable[[SetEntry], None]] = {
            "load": self._load,
            "search": partial(self._go, search_of),
            "news": partial(self._go, news_of),
            "rename": self._rename,
            "overwrite": self._overwrite,
            "share": partial(self._switch, self._sets_share),
            "watch": partial(self._switch, self._sets_watch),
            "export": self._export,
            "remove": self._remove,
        }
        acts[act](entry)

    def act_on_current(self, act: str) -> None:
        """Do something with the set that is current in the list."""
        entry = self._panel.view.current_entry()
        if entry is not None:
            self.act(act, entry)

    @Slot()
    def save(self) -> None:
        """Save the draft: over the own set that it came from, else under a new name."""
        saved = self._draft().saved
        if saved is not None and saved.entry.own:
            self._overwrite(saved.entry)
        else:
            self.save_as()

    @Slot()
    def save_as(self) -> None:
        """Ask for the name of a new set."""
        saved = self._draft().saved
        self._taken = ""
        self._panel.show()
        self._panel.begin_naming(None, saved.entry.name if saved is not None else "")

    def _load(self, entry: SetEntry) -> None:
        task = partial(work.load, self._sets, entry.id)
        self._shell.runner.read(task, then=self.loaded.emit, parent=self, generation="load")

    def _go(self, search: Callable[[CriteriaSet], Search], entry: SetEntry) -> None:
        task = partial(work.load, self._sets, entry.id)
        then = partial(self._on_to_search, search)
        self._shell.runner.read(task, then=then, parent=self, generation="load")

    def _on_to_search(self, search: Callable[[CriteriaSet], Search], found: CriteriaSet) -> None:
        self._shell.navigator.go("results", search(found))

    def _rename(self, entry: SetEntry) -> None:
        if self._must_be_own(entry):
            self._panel.begin_naming(entry.id, entry.name)

    def _overwrite(self, entry: SetEntry) -> None:
        if self._must_be_own(entry):
            task = partial(work.overwrite, self._sets, entry.id, self._draft())
            self._shell.runner.write(task, then=self._on_overwritten, parent=self)

    def _on_overwritten(self, answer: tuple[CriteriaSet, CriteriaSet, Changes]) -> None:
        before, now, _changes = answer
        saved = self._draft().saved
        self.linked.emit(now, None if saved is None else saved.entry.id)
        self._panel.end_naming()
        if (before.entry.channel, before.criteria) == (now.entry.channel, now.criteria):
            self._shell.notifier.notify(tr("Saved: {name}", name=now.entry.name))
            return
        undo = (tr("Undo"), partial(self._put_back, before))
        self._shell.notifier.notify(tr("Saved: {name}", name=now.entry.name), action=undo)

    def _put_back(self, before: CriteriaSet) -> None:
        task = partial(work.put_back, self._sets, before)
        self._shell.runner.write(task, then=self._on_put_back, parent=self)

    def _on_put_back(self, answer: tuple[CriteriaSet, Changes]) -> None:
        now = answer[0]
        self.linked.emit(now, now.entry.id)

    def _sets_share(self, entry: SetEntry) -> tuple[SetEntry, Changes]:
        return self._sets.share(entry.id, shared=not entry.shared)

    def _sets_watch(self, entry: SetEntry) -> tuple[SetEntry, Changes]:
        return self._sets.watch(entry.id, watched=not entry.watched)

    def _switch(
        self, change: Callable[[SetEntry], tuple[SetEntry, Changes]], entry: SetEntry
    ) -> None:
        self._shell.runner.write(partial(work.switch, change, entry), parent=self)

    def _remove(self, entry: SetEntry) -> None:
        if self._must_be_own(entry):
            task = partial(work.remove, self._sets, entry)
            self._shell.runner.write(task, then=self._on_removed, parent=self)

    def _on_removed(self, answer: tuple[SetEntry, Changes]) -> None:
        entry = answer[0]
        undo = (tr("Undo"), partial(self._restore, entry))
        said = tr("The set {name} was removed", name=entry.name)
        self._shell.notifier.notify(said, icon="trash-2", action=undo)

    def _restore(self, entry: SetEntry) -> None:
        task = partial(work.restore, self._sets, entry.id)
        self._shell.runner.write(task, parent=self)

    def _must_be_own(self, entry: SetEntry) -> bool:
        if not entry.own:
            error = CriteriaSetForeignError(name=entry.name, owner=entry.owner_name)
            self._shell.notifier.notify(explain(error), icon="lock")
        return entry.own

    # --- names

    @Slot(object, str)
    def _on_named(self, set_id: CriteriaSetId | None, name: str) -> None:
        write = self._shell.runner.write
        failed = partial(self._on_name_refused, name, is_new=set_id is None)
        if set_id is not None:
            task = partial(work.rename, self._sets, set_id, name)
            write(task, then=self._on_renamed, parent=self, failed=failed)
            return
        entry = self._entry_of(name) if fold(name.strip()) == self._taken else None
        if entry is not None:
            # Enter once more on a name that is taken: the set of that name is replaced.
            self._overwrite(entry)
            return
        new = partial(work.add, self._sets, name, self._draft())
        write(new, then=self._on_added, parent=self, failed=failed)

    def _entry_of(self, name: str) -> SetEntry | None:
        wanted = fold(name.strip())
        own = (entry for entry in self._panel.model.entries if entry.own)
        return next((entry for entry in own if fold(entry.name) == wanted), None)

    def _on_added(self, answer: tuple[CriteriaSet, Changes]) -> None:
        saved = self._draft().saved
        now = answer[0]
        self.linked.emit(now, None if saved is None else saved.entry.id)
        self._panel.end_naming()
        self._shell.notifier.notify(tr("Saved: {name}", name=now.entry.name))
        self.left.emit()

    def _on_renamed(self, answer: tuple[SetEntry, Changes]) -> None:
        entry, saved = answer[0], self._draft().saved
        if saved is not None and saved.entry.id == entry.id:
            self.linked.emit(CriteriaSet(entry, saved.criteria), entry.id)
        self._panel.end_naming()
        self._panel.focus_field()
        self.refresh()

    def _on_name_refused(self, name: str, error: ReviewerError, *, is_new: bool) -> None:
        sentence = explain(error)
        if is_new and isinstance(error, CriteriaSetTakenError):
            self._taken = fold(name.strip())
            sentence += " " + tr("Enter once more replaces it.")
        if self._panel.naming is None or not isinstance(error, CriteriaSetInvalidError):
            self._shell.presenter.present(error, parent=self)
            return
        self._panel.show_name_error(sentence)

    # --- files

    @Slot()
    def choose_file_to_read(self) -> None:
        """Ask for a file to bring sets in from."""
        ask_for_file(self._panel, self._shell.settings, self._on_file_to_read, name=None)

    @Slot()
    def choose_file_to_write(self) -> None:
        """Ask for a file to write all own sets to."""
        then = partial(self._on_file_to_write, None)
        ask_for_file(self._panel, self._shell.settings, then, name=tr("criteria sets"))

    def _export(self, entry: SetEntry) -> None:
        then = partial(self._on_file_to_write, entry.id)
        ask_for_file(self._panel, self._shell.settings, then, name=entry.name)

    def _on_file_to_read(self, path: str) -> None:
        task = partial(work.bring_in, self._sets, path)
        self._shell.runner.write(task, then=self._on_brought_in, parent=self)

    def _on_brought_in(self, result: ImportedSets) -> None:
        said = tr(
            "Added: {added}. Unchanged: {unchanged}. Rejected: {rejected}.",
            added=format_count(len(result.added)),
            unchanged=format_count(len(result.unchanged)),
            rejected=format_count(len(result.rejected)),
        )
        if result.rejected:
            RejectedSets(said, result.rejected, self._panel.window()).show()
        else:
            self._shell.notifier.notify(said)

    def _on_file_to_write(self, set_id: CriteriaSetId | None, path: str) -> None:
        task = partial(work.take_out, self._sets, set_id, path)
        self._shell.runner.read(task, then=self._on_taken_out, parent=self)

    def _on_taken_out(self, name: str) -> None:
        self._shell.notifier.notify(tr("Written: {name}", name=name))

    # --- slots

    @Slot(object, object)
    def _on_menu_asked(self, entry: SetEntry, at: QPoint) -> None:
        set_menu(self, entry, self._panel).popup(at)

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        counted = changes.interactions or changes.recordings_of or changes.evaluations_of
        if changes.criteria_sets or (counted and self._panel.isVisible()):
            self.refresh()


def _forget(_error: ReviewerError) -> None:
    """Leave the draft without a set: the one it came from is gone, or not for this user."""
