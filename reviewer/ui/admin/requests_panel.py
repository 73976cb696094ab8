"""What waits for a second person, on the page that it concerns: agreed to, refused, taken back."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.messages import explain, format_instant, ntr, tr, translated
from reviewer.models.erasure import TITLES
from reviewer.models.ids import WallUs
from reviewer.models.requests import TITLES as ACTS
from reviewer.models.requests import Guarded
from reviewer.services.retention_words import rule_words
from reviewer.ui.admin.form_page import line
from reviewer.ui.dialogs import ConfirmDialog, Dialog
from reviewer.ui.erasing.choosing import loss_words
from reviewer.ui.erasing.running import EraseRun, approving
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.states import ErrorPanel
from reviewer.ui.widgets.table import Column, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.requests import Request
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session
    from reviewer.ui.admin.form_page import FormPage
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_LISTED: Final = 1_000
_HEIGHT_PX: Final = 360


class RequestsPanel(QWidget):
    """Offers the requests of some kinds; nothing is seen where there are none. Thread: main.

    Attributes:
        offers: The requests shown, each with its buttons by name: approve, show, refuse.
    """

    # Something was decided, and done if it was agreed to.
    decided = Signal()

    def __init__(self, page: FormPage, *kinds: Guarded, before: Callable[[], QWidget]) -> None:
        """Make it; `before` returns what comes next for the Tab key."""
        super().__init__()
        self._before = before
        self._focus = LentFocus(page, before)
        shell = self._shell = page.shell
        self._session = page.session
        self._kinds = frozenset(kinds)
        self.offers: list[tuple[Request, dict[str, Button]]] = []
        self.dialog: Dialog | None = None
        self._error = ErrorPanel()
        self._error.hide()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._error)
        column.addLayout(self._cards)
        shell.bus.changes_applied.connect(self._on_bus_changes_applied)
        page.withdrawn.connect(self.put_away)
        self.hide()

    def refresh(self) -> None:
        """Read anew what waits."""
        self._shell.runner.read(
            partial(_pending, self._session, self._kinds),
            then=self.show_requests,
            failed=self._on_failed,
            parent=self,
            generation="requests",
        )

    def show_requests(self, requests: Sequence[Request]) -> None:
        """Show these."""
        with self._focus.lending():
            while self._cards.count():
                item = self._cards.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        self.offers.clear()
        for request in requests:
            self._cards.addWidget(self._card(request))
        self.setVisible(bool(requests) or not self._error.isHidden())
        self._order_tabs()
        self._focus.take_back()

    def _order_tabs(self) -> None:
        """Have Tab go through the buttons where they are seen, before what is below them."""
        buttons: list[QWidget] = [b for _, offered in self.offers for b in offered.values()]
        if not buttons:
            return
        following = self._before()
        leading = _before(following)
        while leading in buttons or not leading.focusPolicy() & Qt.FocusPolicy.TabFocus:
            leading = _before(leading)
        for one, next_one in pairwise((leading, *buttons, following)):
            QWidget.setTabOrder(one, next_one)

    @Slot()
    def put_away(self) -> None:
        """Show nothing any more, nor what was opened from here."""
        self._error.hide()
        self.show_requests(())
        if self.dialog is not None:
            self.dialog.close()

    def retranslate(self) -> None:
        """Say it in the language in force."""
        self.show_requests([request for request, _ in self.offers])

    def _card(self, request: Request) -> QWidget:
        card = Card("accent_soft", "accent")
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        title = tr("Waits for a second person")
        column.addWidget(Label(title, "strong"))
        words = request_words(request, self._session)
        column.addWidget(Label(words, "body", wraps=True))
        buttons: dict[str, Button] = {}
        if not request.mine:
            buttons["approve"] = Button(tr("Approve"), "check", panel=True)
            buttons["approve"].clicked.connect(partial(self.ask_approve, request))
        if request.total:
            buttons["show"] = Button(tr("Show the interactions"), "eye", "ghost", panel=True)
            buttons["show"].clicked.connect(partial(self.show_items, request))
        no = tr("Take it back") if request.mine else tr("Refuse")
        buttons["refuse"] = Button(no, "x", "ghost", panel=True)
        buttons["refuse"].clicked.connect(partial(self.refuse, request))
        for button in buttons.values():
            # Which of several it is about is heard as well.
            button.setAccessibleDescription(words)
        column.addWidget(line(*buttons.values()))
        self.offers.append((request, buttons))
        return card

    # --- deciding

    def ask_approve(self, request: Request) -> None:
        """Ask once more, for it is done at once."""
        act = {
            Guarded.BULK_DELETION: tr("Approve and delete"),
            Guarded.LIFTING_HOLD: tr("Approve and lift"),
            Guarded.KEY_DESTRUCTION: tr("Approve and destroy"),
            Guarded.FEWER_GUARDS: tr("Approve"),
            Guarded.SHORTER_RETENTION: tr("Approve and save the rules"),
            Guarded.DECRYPTION: tr("Approve and decrypt"),
            Guarded.FRESH_KEYS: tr("Approve and re-encrypt"),
        }[request.kind]
        said = request_words(request, self._session)
        lasting = request.kind not in (
            Guarded.LIFTING_HOLD,
            Guarded.FEWER_GUARDS,
            Guarded.SHORTER_RETENTION,
        )
        told = f"{said}\n\n{tr('This cannot be undone.')}" if lasting else said
        dialog = ConfirmDialog(tr("Approve this, and have it done now?"), told, act, self.window())
        dialog.confirmed.connect(partial(self.approve, request))
        self._open(dialog)

    def approve(self, request: Request) -> None:
        """Agree, and have it done in the background."""
        self._error.hide()
        with self._focus.lending():
            self.setEnabled(False)
        if request.kind is Guarded.BULK_DELETION:
            run = EraseRun(self._shell, approving(self._session, request.number))
            run.ended.connect(self._on_done)
            run.start()
            return
        self._shell.runner.write(
            partial(_approve, self._session, request.number),
            then=self._on_done,
            failed=self._on_failed,
            stopped=self._on_failed,
            parent=self,
            title=tr("Doing what was approved"),
        )

    def refuse(self, request: Request) -> None:
        """Refuse it, or take it back."""
        self._error.hide()
        self._shell.runner.write(
            partial(_refuse, self._session, request.number),
            then=self._on_done,
            failed=self._on_failed,
            parent=self,
        )

    @Slot(object)
    def _on_done(self, _result: object) -> None:
        self.setEnabled(True)
        self.refresh()
        self.decided.emit()

    def _on_failed(self, error: ReviewerError | None) -> None:
        self.setEnabled(True)
        if error is not None:
            self._error.show_error(tr("That was not done"), explain(error))
            self._error.show()
        self.refresh()

    # --- what it is about

    def show_items(self, request: Request) -> None:
        """List the interactions that it is about."""
        self._shell.runner.read(
            partial(_items, self._session, request.number),
            then=self._on_items,
            failed=self._on_failed,
            parent=self,
            generation="items",
        )

    def _on_items(self, found: tuple[int, tuple[InteractionRow, ...]]) -> None:
        dialog = ItemsDialog(self._shell, self._session, *found, self.window())
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(partial(self._on_dialog_finished, dialog))
        dialog.open()

    def _on_dialog_finished(self, dialog: Dialog, _result: int) -> None:
        if self.dialog is dialog:
            self.dialog = None

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        parent = self.parentWidget()
        if changes.settings and parent is not None and parent.isVisible():
            self.refresh()


class ItemsDialog(Dialog):
    """Lists interactions; one leads to its review. Thread: main."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        count: int,
        rows: Sequence[InteractionRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Interactions of the request"), icon="eye", parent=parent)
        self._shell = shell
        self.table = Table()
        self.table.setAccessibleName(tr("Interactions of the request"))
        self.table.set_high(theme().px(_HEIGHT_PX))
        self.table.show_columns(
            (Column(tr("Began"), 188, whole=True), Column(tr("From"), 190), Column("GIID", 300))
        )
        zone = session.settings.zone
        self.table.show_rows(
            [
                TableRow(
                    (
                        format_instant(row.started_us, zone),
                        row.from_name or row.from_address,
                        str(row.giid),
                    ),
                    row,
                )
                for row in rows
            ]
        )
        told = ntr("{n} interaction", "{n} interactions", count)
        if count > len(rows):
            told = tr("{all}; the first {n} are listed", all=told, n=len(rows))
        self.body.addWidget(self.table)
        self.body.addWidget(Label(told, "body", "muted"))
        self.setMinimumWidth(theme().px(Size.DIALOG_WIZARD))
        self.table.opened.connect(self._on_table_opened)
        self.add_button(tr("Close"), self.close, focused=True)

    @Slot(object)
    def _on_table_opened(self, row: InteractionRow) -> None:
        self.close()
        self._shell.navigator.go("review", ReviewRequest(row.id))


def request_words(request: Request, session: Session) -> str:
    """Return who asks for what, why, and how long it waits."""
    zone = session.settings.zone
    when = format_instant(request.at_us, zone)
    until = format_instant(WallUs(request.lapses_us), zone)
    count = ntr("{n} interaction", "{n} interactions", request.total)
    asked = {
        Guarded.BULK_DELETION: tr("Deletion of content: {count}.", count=count),
        Guarded.LIFTING_HOLD: ntr(
            "Lifting {n} legal hold.", "Lifting {n} legal holds.", request.total
        ),
        Guarded.KEY_DESTRUCTION: tr("Destroying all earlier keys."),
        Guarded.FEWER_GUARDS: tr(
            "Doing this without a second person: {acts}.",
            acts=", ".join(translated(ACTS[kind]) for kind in request.fewer),
        ),
        Guarded.SHORTER_RETENTION: tr(
            "Keeping content for a shorter time. The rules are to be: {rules}.",
            rules="; ".join(rule_words(rule) for rule in request.rules) or tr("none"),
        ),
        Guarded.DECRYPTION: tr("Putting the store into the clear, and destroying its keys."),
        Guarded.FRESH_KEYS: tr("Writing all content anew with fresh keys."),
    }[request.kind]
    lost = [
        f"{translated(TITLES[what])}: {loss_words(request.losses, [what], alone=False)}"
        for what in request.losses
    ]
    parts = [
        asked,
        "; ".join(lost),
        tr("Asked for by {who}, {when}.", who=request.by, when=when),
        tr("Reason: {reason}.", reason=request.reason.rstrip(".")),
        tr("It waits until {until}.", until=until),
    ]
    if request.mine:
        parts.append(tr("Another user decides."))
    lines = (parts[0], parts[1][:1].upper() + parts[1][1:], " ".join(parts[2:]))
    return "\n".join(line for line in lines if line)


def _before(widget: QWidget) -> QWidget:
    """Return what comes before a widget for the Tab key; all are in a ring."""
    return cast("QWidget", widget.previousInFocusChain())


# --- in the pool


def _pending(
    session: Session, kinds: frozenset[Guarded], _progress: TaskProgress
) -> tuple[Request, ...]:
    return tuple(one for one in session.requests.pending() if one.kind in kinds)


def _items(
    session: Session, number: int, _progress: TaskProgress
) -> tuple[int, tuple[InteractionRow, ...]]:
    ids = session.requests.items(number)
    return len(ids), tuple(session.interactions.rows(ids[:_LISTED]))


def _approve(session: Session, number: int, progress: TaskProgress) -> Changes:
    return session.requests.approve(number, progress=progress)[1]


def _refuse(session: Session, number: int, _progress: TaskProgress) -> Changes:
    return session.requests.refuse(number)
