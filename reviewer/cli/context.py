"""What every command is given: where to write, which store, who asks."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TextIO

from typing_extensions import override

from reviewer.cli.passphrases import SECRETS, ask_passphrase, given_opener, given_password
from reviewer.errors import (
    N_,
    PasswordChangeNeededError,
    PasswordNeededError,
    Reason,
    StoreLockedError,
    UsageError,
    WrongPassphraseError,
)
from reviewer.messages import explain, language, tr
from reviewer.models.progress import Progress, Watch
from reviewer.services import places
from reviewer.storage.address import folder_of, is_on_server, is_store, lasting, open_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reviewer.models.interaction import Interaction
    from reviewer.storage.local.unlocking import Opener
    from reviewer.storage.store import Session, Store

_REDRAW_S = 0.1
_ORIGIN = "command line"
# A name or note from outside must not steer the terminal: line breaks and tabs stay.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")


class ProgressShown(Progress, Protocol):
    """A `Progress` that shows something until `end`."""

    def end(self) -> None:
        """Take away what is shown."""
        ...


class Output:
    """Standard output for results, standard error for everything else. Thread: main."""

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.as_json = False
        self.way_in = ""
        """What opens the store, where another process of the program said so."""
        self.ticket = ""
        """What lets us be the user, where another process of the program said so."""

    def line(self, text: str = "") -> None:
        """Write one line of the result."""
        self._stdout.write(_shown(text) + "\n")

    def raw(self, text: str) -> None:
        """Write a whole text as it is, such as a file's content that goes into a pipe."""
        self._stdout.write(text)

    def record(self, value: Mapping[str, object] | int) -> None:
        """Write one JSON value on a line of its own."""
        self._stdout.write(json.dumps(value, ensure_ascii=False) + "\n")

    def say(self, text: str) -> None:
        """Write a message for the person at the keyboard."""
        self._stderr.write(_shown(text) + "\n")
        self._stderr.flush()

    def flush(self) -> None:
        """Write out what is held back, while an error can still be told."""
        self._stdout.flush()

    def fail(self, error: BaseException) -> None:
        """Say what went wrong."""
        self.say(explain(error))

    @property
    def is_read(self) -> bool:
        """Whether somebody reads what is said: it goes to a terminal."""
        return self._stderr.isatty()

    def progress(self, title: str) -> ProgressShown:
        """Return a progress bar; it draws only on a terminal."""
        return Bar(self._stderr, title)


class Bar:
    """A `Progress` that draws one line on a terminal and nothing elsewhere."""

    def __init__(self, stream: TextIO, title: str) -> None:
        self._stream = stream
        self._title = title
        self._shown = stream.isatty()
        self._drawn_at = 0.0

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Draw how far it is, at most ten times a second."""
        if not self._shown or time.monotonic() - self._drawn_at < _REDRAW_S:
            return
        self._drawn_at = time.monotonic()
        share = f"{100 * done // total:3d} %" if total else str(done)
        self._stream.write(f"\r\x1b[K{self._title} {share} {_shown(what[:60])}")
        self._stream.flush()

    def raise_if_cancelled(self) -> None:
        """Ctrl-C arrives as KeyboardInterrupt: nothing to ask here."""

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._drawn_at:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class _Shown(Watch):
    """Shows how far the opening of a store is, where it is of an older format."""

    def __init__(self, bar: ProgressShown) -> None:
        super().__init__()
        self._bar = bar

    @override
    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        self._bar.report(done, total, what)

    @override
    def raise_if_cancelled(self) -> None:
        self._bar.raise_if_cancelled()


def _shown(text: str) -> str:
    return text.translate(_CONTROLS)


def check_segment(interaction: Interaction, number: int) -> None:
    """Check that there is a segment of that number.

    Raises:
        UsageError: There is none.
    """
    if interaction.segment(number) is None:
        raise UsageError(
            reason=Reason(
                N_("the interaction has no segment {number}; the last is {last}"),
                number=number,
                last=len(interaction.segments),
            )
        )


def demo_login(address: str) -> str | None:
    """Return whose eyes a demo store is seen with; None for any other store."""
    from reviewer.services.demo import DEMO_LOGIN, demo_mark

    return DEMO_LOGIN if not is_on_server(address) and demo_mark(folder_of(address)) else None


@dataclass(slots=True)
class Context:
    """What every command is given.

    Attributes:
        store_url: As given by `--store`.
        login: As given by `--user`.
        password_file: As given by `--password-file`.
    """

    output: Output
    store_url: str | None = None
    login: str | None = None
    password_file: str | None = None
    changes_password: bool = False
    """Whether the command is the one that users who must change their password may give."""
    typed_password: str = ""
    """What was typed when it was asked for."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """Where passphrases and passwords may be given."""

    def address(self) -> str:
        """Return the store's address: `--store`, `$REVIEWER_STORE`, last opened, or the demo."""
        return self.named_address() or self._demo()

    def named_address(self) -> str | None:
        """Return the store's address where one is named or remembered."""
        return self.store_url or os.environ.get("REVIEWER_STORE") or places.last_store()

    def window_address(self) -> str:
        """Return the store's address for the window, which opens although the last one is gone."""
        named = self.store_url or os.environ.get("REVIEWER_STORE")
        if named:
            return named
        for address in places.recent_stores():
            if is_store(address):
                return address
            self.output.say(
                tr("The store {store}, opened before, is no longer there.", store=address)
            )
        return self._demo()

    def _demo(self) -> str:
        from reviewer.services.demo import ensure_demo

        self.output.say(tr("No store was named: using the demo store."))
        return str(ensure_demo(language()))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store for the length of a block; ask for its passphrase where it takes one."""
        store = self._opened(self.address())
        try:
            yield store
        finally:
            store.close()

    def opener(self) -> Opener:
        """Return what opens an encrypted store, as far as it was given without being asked for."""
        return self.output.way_in or given_opener(self.password_file, self.environment)

    def given_password(self, store: Store) -> str | None:
        """Return the user's password as far as it was given without being asked for."""
        return given_password(self.password_file, self.environment, encrypted=store.is_encrypted)

    def hide_secrets(self) -> None:
        """Keep passphrases and passwords from whatever this process starts, such as viewers."""
        self.environment = dict(os.environ)
        for name in SECRETS:
            os.environ.pop(name, None)

    def _opened(self, address: str) -> Store:
        bar = self.output.progress(tr("Bringing the store to the present format"))
        try:
            return open_address(address, _Shown(bar), opener=self.opener())
        except WrongPassphraseError:
            raise
        except StoreLockedError:
            asked = ask_passphrase(tr("Passphrase of {store}", store=lasting(address)))
            if asked is None:
                raise
            return open_address(address, _Shown(bar), opener=asked)
        finally:
            bar.end()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the user's view of the store for the length of a block."""
        with self.store() as store:
            session = self.log_in(store)
            if session.people.me.must_change_password and not self.changes_password:
                raise PasswordChangeNeededError
            yield session

    def log_in(self, store: Store) -> Session:
        """Log in, asking for the password where it takes one and none was given."""
        if self.output.ticket:
            return store.session(ticket=self.output.ticket, origin=_ORIGIN)
        login = self.login or demo_login(store.url)
        password = self.given_password(store)
        try:
            return store.session(login, password=password, origin=_ORIGIN)
        except PasswordNeededError as needed:
            who = str(needed.fields["login"])
        asked = ask_passphrase(tr("Password of {login}", login=who))
        if asked is None:
            raise PasswordNeededError(login=who)
        self.typed_password = asked
        return store.session(login, password=asked, origin=_ORIGIN)
