"""Copies of a local store, for users who may have them made."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from reviewer.errors import OriginalLeftError, ReviewerError
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.progress import NoProgress
from reviewer.storage.catalogue import sign_ins
from reviewer.storage.local import copying, moving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.models.access import User
    from reviewer.models.copies import Copied
    from reviewer.models.progress import Progress
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalCopies:
    """The `Copies` of one user of a local store."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._pen = pen

    def back_up(self, target: Path, *, progress: Progress | None = None) -> Copied:
        """Copy the store; see `Copies.back_up`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        with self._told(Act.BACKED_UP):
            return copying.back_up(self._core, target, progress or NoProgress())

    def accept(self, *, own_ring: bool = False) -> None:
        """Enter that it was restored; see `Copies.accept`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        with self._core.database.write() as connection:
            there = sign_ins.load(connection, None, ())
            here = self._core.signed_in.get(self._user.id)
            sign_ins.remove(connection, [one.number for one in there if one.number != here])
            self._pen.write(connection, Act.RESTORED, detail={"ring": "own"} if own_ring else {})

    def move(self, target: Path, *, progress: Progress | None = None) -> None:
        """Move the store; see `Copies.move`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        with self._told(Act.MOVED):
            moving.move(self._core, target, progress or NoProgress())

    @contextmanager
    def _told(self, act: Act) -> Iterator[None]:
        """Enter an act before it begins, and that it was stopped where it does not come to pass."""
        self._pen.record(act)
        try:
            yield
        except OriginalLeftError:
            # It was moved; its log goes on there.
            raise
        except BaseException:
            # What stopped it is told, whether or not that can be entered.
            with suppress(ReviewerError):
                self._pen.record(act, detail={"stopped": 1})
            raise
