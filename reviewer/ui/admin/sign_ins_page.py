"""Where users are signed in now, and signing them out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import format_instant, ntr, tr
from reviewer.models.access import SignIn
from reviewer.ui.admin.list_page import ListPage
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.widgets.table import Column, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from reviewer.models.changes import Changes
    from reviewer.storage.facets.people import People
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class SignInsPage(ListPage):
    """Lists where users are signed in; the chosen one is signed out. Thread: main."""

    name = "sign_ins"
    title_id = N_("Signed-in places")
    hint_id = N_(
        "Programs in which somebody is logged in now. Who is signed out has to log in there again."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._there: tuple[SignIn, ...] = ()
        self.dialog: ConfirmDialog | None = None
        yield
        self.add_act("sign_out", N_("Sign out"), "lock", ("Delete",), self.ask)
        yield
        self.retranslate()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_read, self.session.people)

    @override
    def take(self, found: object) -> None:
        self._there = found  # type: ignore[assignment]  # what `work` read

    @override
    def columns(self) -> Sequence[Column]:
        return (
            Column(tr("Login"), 160),
            Column(tr("From where"), 240),
            Column(tr("Since"), 200, whole=True),
            Column(tr("Last used"), whole=True),
        )

    @override
    def rows(self) -> Sequence[TableRow]:
        zone = self.session.settings.zone
        return [
            TableRow(
                (
                    one.login,
                    tr("{place} (here)", place=one.origin) if one.is_here else one.origin,
                    format_instant(one.began_us, zone),
                    format_instant(one.seen_us, zone),
                ),
                one,
            )
            for one in self._there
        ]

    @override
    def counted(self, n: int) -> str:
        return ntr("{n} place", "{n} places", n)

    @override
    def reason(self, name: str, value: object) -> str:
        if not isinstance(value, SignIn):
            return tr("Nothing is chosen")
        return tr("This is where you are now") if value.is_here else ""

    def ask(self) -> None:
        """Ask whether the chosen one is to be signed out."""
        place = self.chosen
        if isinstance(place, SignIn):
            question = tr("Sign {login} out?", login=place.login)
            loss = tr("They have to log in there again: {place}.", place=place.origin)
            self.dialog = ConfirmDialog(question, loss, tr("Sign out"), self.window())
            self.dialog.confirmed.connect(
                partial(self.write, partial(_sign_out, self.session.people, place.number))
            )
            self.dialog.open()


def _read(people: People, _progress: TaskProgress) -> tuple[SignIn, ...]:
    return people.sign_ins()


def _sign_out(people: People, number: int, _progress: TaskProgress) -> Changes:
    return people.sign_out(number)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> SignInsPage:
    """Return the page of signed-in places."""
    return SignInsPage(shell, session, in_turns=in_turns)
