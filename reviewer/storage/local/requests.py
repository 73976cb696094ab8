"""Requests for a second person in a local store.

A decision and the beginning of what it lets happen are one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    MoreLostError,
    NotEncryptedError,
    NotFoundError,
    OtherHoldError,
    OtherRulesError,
    OwnRequestError,
    RefusedError,
    UsageError,
)
from reviewer.models.access import CATALOGUE
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.erasure import (
    Erased,
    Shared,
    check_erasing_reason,
    check_rules,
    ends_sooner,
)
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.requests import Guarded, Request, is_more
from reviewer.storage.catalogue import access, erasable, erasing, erasing_jobs, founding
from reviewer.storage.catalogue import requests as table
from reviewer.storage.catalogue.erasing import Made
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.erasure import LocalErasure
from reviewer.storage.local.keeping import told_of_holds, told_of_rules
from reviewer.storage.local.pieces import Pieces
from reviewer.storage.local.second_person import require_apart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.erasure import Loss, RetentionRule, What
    from reviewer.models.progress import Progress
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

_OF_KEYS: Final = frozenset({Guarded.KEY_DESTRUCTION, Guarded.DECRYPTION, Guarded.FRESH_KEYS})
"""What takes long, and is agreed to only once it was done; see also `settling`."""


class LocalRequests:
    """The `Requests` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen
        self._erasure = LocalErasure(core, user, visibility, pen)

    def pending(self) -> tuple[Request, ...]:
        """Return what waits; see `Requests.pending`."""
        with self._core.database.read() as connection:
            return self._theirs(connection)

    def items(self, number: int) -> tuple[InteractionId, ...]:
        """Return what a request is about; see `Requests.items`."""
        with self._core.database.read() as connection:
            self._known(connection, number)
            ids = table.items(connection, number)
            seen = self._visibility.seen(connection, ids)
        return tuple(each for each in ids if each in seen)

    # --- asking

    def ask_erase(
        self, ids: Sequence[int], what: Collection[What], reason: str, *, shared: Shared
    ) -> tuple[Request, Changes]:
        """Ask for a deletion; see `Requests.ask_erase`."""
        self._erasure.require(ids, what)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            losses, others = self._lost(connection, seen, what, shared)
            if not losses:
                raise UsageError(reason=N_("nothing of it is left that could be deleted"))
            asked = self._asked(Guarded.BULK_DELETION, why)
            asked = replace(
                asked, what=tuple(sorted(what)), shared=shared, losses=losses, others=others
            )
            return self._enter(connection, asked, seen)

    def ask_lift(self, ids: Sequence[int], reason: str) -> tuple[Request, Changes]:
        """Ask for holds to be lifted; see `Requests.ask_lift`."""
        self._user.require(Guarded.LIFTING_HOLD.takes)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            holds = erasing_jobs.hold_digests(connection, seen)
            if not holds:
                raise UsageError(reason=N_("none of them is under a legal hold"))
            asked = replace(self._asked(Guarded.LIFTING_HOLD, why), holds=holds)
            return self._enter(connection, asked, sorted(holds))

    def ask_roll(self, reason: str) -> tuple[Request, Changes]:
        """Ask for earlier keys to be destroyed; see `Requests.ask_roll`."""
        return self._ask_of_keys(Guarded.KEY_DESTRUCTION, reason)

    def ask_decrypt(self, reason: str) -> tuple[Request, Changes]:
        """Ask for the store to be put into the clear; see `Requests.ask_decrypt`."""
        return self._ask_of_keys(Guarded.DECRYPTION, reason)

    def ask_fresh(self, reason: str) -> tuple[Request, Changes]:
        """Ask for content under fresh keys; see `Requests.ask_fresh`."""
        return self._ask_of_keys(Guarded.FRESH_KEYS, reason)

    def _ask_of_keys(self, kind: Guarded, reason: str) -> tuple[Request, Changes]:
        self._user.require(kind.takes)
        if self._core.keeper is None:
            raise NotEncryptedError(store=self._core.database.store)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            return self._enter(connection, self._asked(kind, why), ())

    def ask_retention(self, rules: Sequence[RetentionRule], reason: str) -> tuple[Request, Changes]:
        """Ask for rules by which something ends sooner; see `Requests.ask_retention`."""
        self._user.require(Guarded.SHORTER_RETENTION.takes)
        why, ordered = check_erasing_reason(reason), check_rules(rules)
        with self._core.database.write() as connection:
            before = erasing_jobs.load_rules(connection)
            if not ends_sooner(before, ordered):
                raise UsageError(reason=N_("nothing would end sooner by these rules"))
            asked = self._asked(Guarded.SHORTER_RETENTION, why)
            asked = replace(asked, rules=ordered, rules_before=before)
            return self._enter(connection, asked, ())

    def ask_fewer(self, fewer: Collection[Guarded], reason: str) -> tuple[Request, Changes]:
        """Ask for less to need a second person; see `Requests.ask_fewer`."""
        self._user.require(Guarded.FEWER_GUARDS.takes)
        why = check_erasing_reason(reason)
        with self._core.database.write() as connection:
            there = founding.read_settings(connection).second_person.intersection(fewer)
            if not there:
                raise UsageError(reason=N_("none of it needs a second person"))
            asked = replace(self._asked(Guarded.FEWER_GUARDS, why), fewer=tuple(sorted(there)))
            return self._enter(connection, asked, ())

    def _asked(self, kind: Guarded, reason: str) -> Request:
        return Request(0, kind, self._user.login, WallUs(now_us()), reason, mine=True)

    def _enter(
        self, connection: Connection, asked: Request, ids: Sequence[int]
    ) -> tuple[Request, Changes]:
        number = table.enter(connection, asked, ids)
        request = replace(asked, number=number, total=len(ids))
        self._pen.write(connection, Act.REQUEST_MADE, detail=_told(request))
        return request, Changes(settings=True)

    # --- deciding

    def approve(
        self,
        number: int,
        *,
        cutter: Cutter | None = None,
        progress: Progress | None = None,
    ) -> tuple[Erased, Changes]:
        """Agree, and have it done; see `Requests.approve`."""
        with self._core.database.write() as connection:
            request = self._known(connection, number)
            if request.mine:
                raise OwnRequestError
            require_apart(connection, request, self._user)
            ids = table.items(connection, number)
            job = 0
            changed = Changes(settings=True)
            if request.kind not in _OF_KEYS:
                self._agree(connection, request)
            if request.kind is Guarded.BULK_DELETION:
                job = self._begin(connection, request, ids)
            elif request.kind is Guarded.LIFTING_HOLD:
                changed |= self._lift(connection, request, ids)
            elif request.kind is Guarded.FEWER_GUARDS:
                self._guard_less(connection, request)
            elif request.kind is Guarded.SHORTER_RETENTION:
                self._keep_shorter(connection, request)
        if request.kind in _OF_KEYS:
            changed |= self._change_keys(request, progress)
        if not job:
            return Erased(), changed
        erased, gone = self._erasure.run_job(job, cutter=cutter, progress=progress)
        return erased, changed | gone

    def _agree(self, connection: Connection, request: Request) -> None:
        table.decide(connection, request.number, table.APPROVED, self._user.login, now_us())
        self._pen.write(connection, Act.REQUEST_APPROVED, detail=_told(request))

    def _change_keys(self, request: Request, progress: Progress | None) -> Changes:
        """Do what was asked for with the keys; what fails leaves the request waiting."""
        # Imported here: few stores are encrypted.
        from reviewer.storage.local.keys import LocalKeys

        keys = LocalKeys(self._core, self._user, self._visibility, self._pen)
        run = {
            Guarded.KEY_DESTRUCTION: keys.roll_for,
            Guarded.DECRYPTION: keys.decrypt_for,
            Guarded.FRESH_KEYS: keys.reencrypt_for,
        }[request.kind]
        done, changed = run(request, progress=progress)
        if not done.failed:
            with self._core.database.write() as connection:
                self._agree(connection, request)
        return changed

    def refuse(self, number: int, reason: str = "") -> Changes:
        """Refuse it, or take it back; see `Requests.refuse`."""
        with self._core.database.write() as connection:
            request = self._known(connection, number)
            login = self._user.login
            table.decide(connection, number, table.REFUSED, login, now_us(), reason.strip())
            self._pen.write(connection, Act.REQUEST_REFUSED, detail=_told(request))
        return Changes(settings=True)

    def _known(self, connection: Connection, number: int) -> Request:
        """Return a request that the user asked for or may decide.

        Raises:
            RefusedError: Nothing of the kind is theirs to decide.
            NotFoundError: It does not wait, or not all of it may be seen.
        """
        if not any(self._user.may(kind.takes) for kind in Guarded):
            raise RefusedError(privilege=CATALOGUE[Guarded.BULK_DELETION.takes].title)
        theirs = self._theirs(connection)
        found = next((one for one in theirs if one.number == number), None)
        if found is None:
            raise NotFoundError(name=str(number))
        return found

    def _theirs(self, connection: Connection) -> tuple[Request, ...]:
        """Return what waits that the user asked for, or may decide."""
        return tuple(
            request
            for request in self._waiting(connection)
            if request.mine or self._concerns(connection, request)
        )

    def _waiting(self, connection: Connection) -> Iterator[Request]:
        """Give what waits, oldest first, of those who may still ask for it."""
        for request in table.waiting(connection, self._user.login, now_us()):
            asker = access.find_user(connection, request.by)
            if asker is None or not asker.may(request.kind.takes):
                continue
            if request.kind in _OF_KEYS and not self._is_of_these_keys(request):
                continue
            ids = table.items(connection, request.number)
            if len(Visibility(asker).seen(connection, ids)) == len(ids):
                yield request

    def _is_of_these_keys(self, request: Request) -> bool:
        """Return whether the store is encrypted, and was when it was asked for.

        Where all was killed once it was in the clear, nobody noted that it was agreed to.
        """
        keeper = self._core.keeper
        return keeper is not None and keeper.ring.keys[0].made_us <= request.at_us

    def _concerns(self, connection: Connection, request: Request) -> bool:
        """Return whether the user may do what is asked for, and sees all of it."""
        if not self._user.may(request.kind.takes):
            return False
        ids = table.items(connection, request.number)
        return len(self._visibility.seen(connection, ids)) == len(ids)

    def _begin(self, connection: Connection, request: Request, ids: Sequence[int]) -> int:
        """Begin a deletion; return its number.

        Raises:
            MoreLostError: More would go than was asked for. RefusedError.
        """
        self._erasure.require_in(connection, ids, request.what)
        losses, others = self._lost(connection, ids, request.what, request.shared)
        if is_more(losses, request.losses) or others > request.others:
            raise MoreLostError
        made = Made(
            request.by, now_us(), request.reason, by_retention=False, approved_by=self._user.login
        )
        return erasing_jobs.begin(connection, made, request.what, request.shared, ids)

    def _lost(
        self, connection: Connection, ids: Sequence[int], what: Collection[What], shared: Shared
    ) -> tuple[Mapping[What, Loss], int]:
        """Return what would be lost, and how many others would lose video whole."""
        held = erasing.held(connection, ids)
        free = [number for number in ids if number not in held]
        found = erasable.contents(connection, free, what)
        others = Pieces(connection, self._visibility).losing(found, shared)
        return erasable.losses(found.values()), others

    def _lift(self, connection: Connection, request: Request, ids: Sequence[int]) -> Changes:
        holds = erasing_jobs.hold_digests(connection, ids)
        if not holds.items() <= request.holds.items():
            raise OtherHoldError
        held = sorted(holds)
        login = self._user.login
        erasing_jobs.lift_holds(connection, held, request.by, now_us(), request.reason, login)
        persons: Detail = {"asked_by": request.by, "approved_by": login}
        events = told_of_holds(
            connection, self._pen, Act.HOLD_LIFTED, held, request.reason, persons
        )
        self._pen.journal.write(connection, events)
        return Changes(interactions=frozenset(InteractionId(each) for each in held))

    def _guard_less(self, connection: Connection, request: Request) -> None:
        before = founding.read_settings(connection)
        after = replace(before, second_person=before.second_person.difference(request.fewer))
        founding.write_settings(connection, after)
        detail: Detail = {
            "changed": ["second_person"],
            "asked_by": request.by,
            "approved_by": self._user.login,
        }
        self._pen.write(connection, Act.SETTINGS_CHANGED, detail=detail)

    def _keep_shorter(self, connection: Connection, request: Request) -> None:
        if set(erasing_jobs.load_rules(connection)) != set(request.rules_before):
            raise OtherRulesError
        erasing_jobs.replace_rules(connection, request.rules)
        detail: Detail = {
            "rules": told_of_rules(request.rules),
            "asked_by": request.by,
            "approved_by": self._user.login,
        }
        self._pen.write(connection, Act.RETENTION_CHANGED, detail=detail)


def _told(request: Request) -> Detail:
    told: dict[str, str | int | list[str]] = {
        "request": request.number,
        "asked": request.kind.value,
        "asked_by": request.by,
    }
    if request.total:
        told["interactions"] = request.total
    return told
