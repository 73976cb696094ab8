"""What is kept of an interaction: deleting its content, legal holds, who had access to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Slot

from reviewer.errors import N_
from reviewer.messages import format_instant, tr
from reviewer.models.access import Privilege
from reviewer.models.letters import can_go_alone, kept_messages, letters_of
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.explain_dialog import ExplainDialog
from reviewer.ui.erasing.certificates import ask_certificate
from reviewer.ui.erasing.dialog import EraseDialog
from reviewer.ui.erasing.hold_dialog import HoldDialog
from reviewer.ui.erasing.request import EraseRequest
from reviewer.ui.erasing.running import EraseRun, erasing
from reviewer.ui.review.access_history import AccessHistory
from reviewer.ui.review.interaction_header import source_words
from reviewer.ui.widgets.act_menu import ActMenu
from reviewer.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QDialog, QWidget

    from reviewer.models.interaction import Interaction
    from reviewer.models.letters import Letter
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseOrder
    from reviewer.ui.page import Shell
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened

_GROUP: Final = N_("Review")
_DELETE: Final = ActionSpec(
    "review.delete", N_("Delete the recordings"), _GROUP, ("Ctrl+Shift+Del",), "trash-2"
)
_HOLD: Final = ActionSpec(
    "review.hold", N_("Set or lift a legal hold"), _GROUP, ("Ctrl+Shift+H",), "lock"
)
_EXPLAIN: Final = ActionSpec(
    "review.explain", N_("Who sees it, and why"), _GROUP, ("Ctrl+Shift+Y",), "eye"
)
_HISTORY: Final = ActionSpec("review.history", N_("Access history"), _GROUP, ("Ctrl+H",), "history")


class Custody(QObject):
    """Offers what the user's privileges allow, and does it. Thread: main.

    Attributes:
        dialog: What was opened last, while it is open.
    """

    def __init__(self, shell: Shell, session: Session, parts: ReviewLayout, page: QWidget) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._parts = parts
        self._page = page
        self._opened: Opened | None = None
        self.dialog: QDialog | None = None
        me = session.people.me
        self._delete = self._offer(_DELETE, self.ask_delete, me.may(Privilege.RECORDS_ERASE))
        self._hold = self._offer(_HOLD, self.ask_hold, me.may(Privilege.RECORDS_HOLD))
        self._history = self._offer(_HISTORY, self.show_history, me.may(Privilege.AUDIT_VIEW))
        self._explain = self._offer(_EXPLAIN, self.show_who_sees, me.may(Privilege.ADMIN_USERS))
        if self._delete is not None:
            parts.transcript.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            parts.transcript.customContextMenuRequested.connect(self._on_transcript_menu_requested)
        parts.hold_line.acted.connect(self.ask_hold)
        parts.gone.history_asked.connect(self.show_history)
        parts.gone.certificate_asked.connect(self.ask_certificate)
        self.take_up(None)

    def _offer(self, spec: ActionSpec, act: Callable[[], object], allowed: bool) -> QAction | None:
        """Offer an act by key, palette and button to those who may."""
        if not allowed:
            return None
        action = self._shell.actions.add(spec, self._page, act)
        button = IconButton(spec.icon)
        self._parts.details.add_act(button)
        self._shell.actions.bind(button, spec.name, self._page)
        return action

    def take_up(self, opened: Opened | None) -> None:
        """Offer what is possible with an interaction; None: with nothing."""
        self._opened = opened
        forbid = self._shell.actions.forbid
        nothing = tr("Nothing is open") if opened is None else ""
        if self._delete is not None:
            forbid(self._delete, nothing or _reason_against(opened))
        for action in (self._hold, self._history, self._explain):
            if action is not None:
                forbid(action, nothing)
        self._show_hold()
        deleted = opened is not None and bool(opened.interaction.tombstones)
        proves = self._history is not None or self._delete is not None
        self._parts.gone.offer(history=self._history is not None, certificate=deleted and proves)

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.take_up(self._opened)

    def _show_hold(self) -> None:
        line = self._parts.hold_line
        hold = self._opened.hold if self._opened is not None else None
        if hold is None or self._opened is None:
            line.hide()
            return
        when = format_instant(hold.at_us, self._opened.zone)
        said = tr(
            "Under a legal hold: {reason}. Set by {who}, {when}.",
            reason=hold.reason.rstrip("."),
            who=hold.by,
            when=when,
        )
        line.show_condition(said, tr("Lift the hold") if self._hold is not None else "")

    # --- acts

    @Slot()
    def ask_delete(self) -> None:
        """Ask what of it is to be deleted; of an email that is files alone, first which of them."""
        opened = self._opened
        if opened is None:
            return
        letters = letters_of(opened.interaction)
        if len(letters) > 1 and all(letter.message is None for letter in letters):
            self._ask_which(opened.interaction, letters)
        else:
            self._ask_delete(self._letter(opened.interaction))

    def _ask_which(self, interaction: Interaction, letters: Sequence[Letter]) -> None:
        menu = ActMenu(self._page)
        for letter in letters:
            name = _file_name(interaction, letter)
            act = partial(self._ask_delete, letter)
            menu.add(name, act, icon="mail", reason=_reason_against_letter(letter))
        details = self._parts.details
        menu.popup(details.mapToGlobal(details.rect().bottomLeft()))

    def _ask_delete(self, letter: Letter | None) -> None:
        opened = self._opened
        if opened is None:
            return
        name, interaction = _name(opened), opened.interaction
        if letter is not None and not can_go_alone(interaction, letter):
            name = tr(
                "{interaction}: all its messages. It is not known which file belongs to which, so "
                "none can go by itself.",
                interaction=name,
            )
            letter = None
        elif letter is not None and letter.message is not None and letter.at_us is not None:
            when = format_instant(letter.at_us, opened.zone)
            author = interaction.messages[letter.message].author
            name = tr("{interaction}: message of {when}, {author}",
                      interaction=name, when=when, author=author)  # fmt: skip
        elif letter is not None:
            file = _file_name(interaction, letter)
            name = tr("{interaction}: message in the file {name}", interaction=name, name=file)
        request = EraseRequest(
            (interaction.id,), name, evaluations=len(opened.evaluations), letter=letter
        )
        dialog = EraseDialog(self._shell, self._session, request, self._page.window())
        dialog.ordered.connect(self._on_dialog_ordered)
        self._open(dialog)

    def _letter(self, interaction: Interaction) -> Letter | None:
        """Return the message of an email that is meant: the chosen one, else the first left."""
        letters = letters_of(interaction)
        chosen = self._parts.transcript.chosen_message
        meant = [letter for letter in letters if letter.message == chosen is not None]
        left = [letter for letter in letters if letter.gone is None]
        return next(iter((*meant, *left, *letters)), None)

    @Slot(QPoint)
    def _on_transcript_menu_requested(self, place: QPoint) -> None:
        opened, transcript = self._opened, self._parts.transcript
        if opened is None or not letters_of(opened.interaction):
            return
        transcript.setCurrentIndex(transcript.indexAt(place))
        letter = self._letter(opened.interaction)
        against = _reason_against(opened)
        if letter is not None:
            against = _reason_against_letter(letter) or against
            if not can_go_alone(opened.interaction, letter):
                against = tr("It is not known which file belongs to it")
        menu = ActMenu(transcript)
        menu.add(tr("Delete this message"), self.ask_delete, icon="trash-2", reason=against)
        menu.popup(transcript.viewport().mapToGlobal(place))

    @Slot(object)
    def _on_dialog_ordered(self, order: EraseOrder) -> None:
        EraseRun(self._shell, erasing(self._session, order)).start()

    @Slot()
    def ask_hold(self) -> None:
        """Ask why a hold is to be set, or lifted where there is one."""
        opened = self._opened
        if opened is None:
            return
        hold = opened.hold
        dialog = HoldDialog(
            self._shell,
            self._session,
            (opened.interaction.id,),
            _name(opened),
            lift=hold is not None,
            reason=hold.reason if hold is not None else "",
            parent=self._page.window(),
        )
        self._open(dialog)

    @Slot()
    def show_history(self) -> None:
        """Show who had access to it."""
        opened = self._opened
        if opened is not None:
            self._open(
                AccessHistory(
                    self._shell, self._session, opened.interaction, opened.zone, self._page.window()
                )
            )

    @Slot()
    def show_who_sees(self) -> None:
        """Say of each user whether they see it, and why."""
        opened = self._opened
        if opened is not None:
            giid = opened.interaction.giid
            people, runner = self._session.people, self._shell.runner
            self._open(ExplainDialog(people, None, runner, self._page.window(), giid=giid))

    @Slot()
    def ask_certificate(self) -> None:
        """Ask where a certificate of what was deleted is to be written."""
        opened = self._opened
        if opened is not None:
            ask_certificate(self._shell, self._session, (opened.interaction.id,), self._page)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(partial(self._on_dialog_finished, dialog))
        dialog.open()

    def _on_dialog_finished(self, dialog: QDialog, _result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None


def _name(opened: Opened) -> str:
    """Return what dialogs call an interaction."""
    interaction = opened.interaction
    when = format_instant(interaction.started_us, opened.zone)
    return tr("Interaction {when}, {source}", when=when, source=source_words(interaction))


def _file_name(interaction: Interaction, letter: Letter) -> str:
    """Return what the file of a message is called, else its number in the chain."""
    place = letter.recording
    name = "" if place is None else interaction.recordings[place].source_name
    return name or tr("no. {n}", n=letter.number + 1)


def _reason_against_letter(letter: Letter) -> str:
    return "" if letter.gone is None else tr("It is deleted already")


def _reason_against(opened: Opened | None) -> str:
    """Return why nothing can be deleted; "": something can."""
    if opened is None:
        return ""
    if opened.hold is not None:
        return tr("It is under a legal hold: {reason}", reason=opened.hold.reason)
    return "" if has_content(opened.interaction) else tr("Nothing of it is left to delete")


def has_content(interaction: Interaction) -> bool:
    """Whether anything of an interaction can still be deleted."""
    kept = any(r.is_there for r in interaction.recordings)
    return kept or bool(kept_messages(interaction))
