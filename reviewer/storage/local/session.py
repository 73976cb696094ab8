"""A user's view of a local store."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from reviewer.models.operations import OPERATIONS
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.local.login import still_user

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.models.access import User
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.local.audit import LocalAudit
    from reviewer.storage.local.centre import LocalCentre
    from reviewer.storage.local.comments import LocalComments
    from reviewer.storage.local.content import LocalContent
    from reviewer.storage.local.copies import LocalCopies
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.derived import LocalDerived
    from reviewer.storage.local.erasure import LocalErasure
    from reviewer.storage.local.evaluations import LocalEvaluations
    from reviewer.storage.local.hearing import LocalHearing
    from reviewer.storage.local.intake import LocalIntake
    from reviewer.storage.local.interactions import LocalInteractions
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.local.keeping import LocalKeeping
    from reviewer.storage.local.keys import LocalKeys
    from reviewer.storage.local.listening import LocalListening
    from reviewer.storage.local.memory import LocalMemory
    from reviewer.storage.local.people import LocalPeople
    from reviewer.storage.local.records import LocalRecords
    from reviewer.storage.local.requests import LocalRequests
    from reviewer.storage.local.sets import LocalCriteriaSets
    from reviewer.storage.store import Store


_FACETS: Final[Mapping[str, tuple[str, str]]] = {
    "interactions": ("LocalInteractions", "core user visibility pen"),
    "content": ("LocalContent", "core user visibility pen"),
    "derived": ("LocalDerived", "core user visibility pen"),
    "hearing": ("LocalHearing", "core user visibility"),
    "evaluations": ("LocalEvaluations", "core user visibility pen"),
    "comments": ("LocalComments", "core user visibility pen"),
    "records": ("LocalRecords", "core user visibility pen"),
    "listening": ("LocalListening", "core user visibility"),
    "intake": ("LocalIntake", "core user pen"),
    "copies": ("LocalCopies", "core user pen"),
    "people": ("LocalPeople", "core user visibility pen"),
    "centre": ("LocalCentre", "core user visibility pen"),
    "keys": ("LocalKeys", "core user visibility pen"),
    "memory": ("LocalMemory", "core user"),
    "sets": ("LocalCriteriaSets", "core user pen"),
    "audit": ("LocalAudit", "core user visibility pen"),
    "erasure": ("LocalErasure", "core user visibility pen"),
    "keeping": ("LocalKeeping", "core user visibility pen"),
    "requests": ("LocalRequests", "core user visibility pen"),
}
"""Facet, named as its module is, which is imported when the facet is first asked for: its class,
and what it is made of."""


class _Live:
    """Stands for a facet: each call is one of the facet made for what the user may do now.

    It has what the facet's contract has, and nothing else: what facets offer one another, such as
    the work that a second person let begin, asks for nothing by itself.
    """

    def __init__(self, session: LocalSession, name: str) -> None:
        self._session = session
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if f"{self._name}.{name}" not in OPERATIONS:
            raise AttributeError(name)
        found = getattr(self._session.facet(self._name), name)
        if not callable(found):
            return found

        def call(*values: object, **named: object) -> Any:
            self._session.refresh()
            return getattr(self._session.facet(self._name), name)(*values, **named)

        return call


class _Facets:
    """What a user may do, made for what they may do now: each facet where it is first asked for."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        self.version: Final = user.access_version
        self.user: Final = user
        seen = Visibility(user)
        self._parts: Final = {"core": core, "user": user, "visibility": seen, "pen": pen}
        self._made: dict[str, object] = {}

    def get(self, name: str) -> object:
        """Return a facet. Thread: any; of two that ask at once both get the same."""
        found = self._made.get(name)
        if found is None:
            needs = _FACETS[name][1].split()
            made = _kind(name)(*(self._parts[part] for part in needs))
            found = self._made.setdefault(name, made)
        return found


def _kind(name: str) -> Callable[..., object]:
    module = import_module(f"reviewer.storage.local.{name}")
    return cast("Callable[..., object]", getattr(module, _FACETS[name][0]))


def import_facets() -> None:
    """Import what facets need, and what answers searches, before it is asked for. Thread: any."""
    for name in _FACETS:
        _kind(name)
    import_module("reviewer.storage.catalogue.sqlite.columns.answers")


class LocalSession:
    """The `Session` of one user of a local store.

    Before each call it sees whether what the user may do was changed since, here or by another
    program; from then on they may do what they may now, and nothing where they are disabled.
    """

    def __init__(self, store: Store, core: Core, user: User, pen: Pen) -> None:
        self._store = store
        self._core = core
        self._pen = pen
        self._user_id = user.id
        self._login = user.login
        self._facets = _Facets(core, user, pen)
        self._interactions: LocalInteractions = self._live("interactions")
        self._content: LocalContent = self._live("content")
        self._derived: LocalDerived = self._live("derived")
        self._hearing: LocalHearing = self._live("hearing")
        self._evaluations: LocalEvaluations = self._live("evaluations")
        self._comments: LocalComments = self._live("comments")
        self._records: LocalRecords = self._live("records")
        self._listening: LocalListening = self._live("listening")
        self._intake: LocalIntake = self._live("intake")
        self._copies: LocalCopies = self._live("copies")
        self._people: LocalPeople = self._live("people")
        self._centre: LocalCentre = self._live("centre")
        self._keys: LocalKeys = self._live("keys")
        self._memory: LocalMemory = self._live("memory")
        self._sets: LocalCriteriaSets = self._live("sets")
        self._audit: LocalAudit = self._live("audit")
        self._erasure: LocalErasure = self._live("erasure")
        self._keeping: LocalKeeping = self._live("keeping")
        self._requests: LocalRequests = self._live("requests")

    def _live(self, name: str) -> Any:
        """Return what stands for a facet, whoever may do what by then."""
        return _Live(self, name)

    def facet(self, name: str) -> object:
        """Return a facet as it was last made."""
        return self._facets.get(name)

    def refresh(self) -> None:
        """Make the facets anew where what users may do was changed.

        Raises:
            AccessWithdrawnError: The user is disabled or gone; SignedOutError: signed out here.
        """
        user = still_user(self._core, self._user_id, self._login, self._facets.version)
        if user is not None:
            # One step: of two threads that do so the earlier may win, and is told so next time.
            self._facets = _Facets(self._core, user, self._pen)

    @property
    def interactions(self) -> LocalInteractions:
        """Finding and reading interactions."""
        return self._interactions

    @property
    def content(self) -> LocalContent:
        """The recorded bytes."""
        return self._content

    @property
    def derived(self) -> LocalDerived:
        """What is computed of recordings and kept."""
        return self._derived

    @property
    def hearing(self) -> LocalHearing:
        """What is known of calls by listening to them."""
        return self._hearing

    @property
    def evaluations(self) -> LocalEvaluations:
        """Scores and their history."""
        return self._evaluations

    @property
    def comments(self) -> LocalComments:
        """Comments and bookmarks."""
        return self._comments

    @property
    def records(self) -> LocalRecords:
        """Tags, notes and dispositions that users give."""
        return self._records

    @property
    def listening(self) -> LocalListening:
        """Where the user stopped listening."""
        return self._listening

    @property
    def intake(self) -> LocalIntake:
        """Bringing interactions in."""
        return self._intake

    @property
    def centre(self) -> LocalCentre:
        """The centre's settings, and the names it works with."""
        return self._centre

    @property
    def copies(self) -> LocalCopies:
        """Copies of the whole store."""
        return self._copies

    @property
    def people(self) -> LocalPeople:
        """Users and agents."""
        return self._people

    @property
    def keys(self) -> LocalKeys:
        """Encryption and its keys."""
        return self._keys

    @property
    def memory(self) -> LocalMemory:
        """What the user's window keeps between runs."""
        return self._memory

    @property
    def sets(self) -> LocalCriteriaSets:
        """Saved criteria sets."""
        return self._sets

    @property
    def erasure(self) -> LocalErasure:
        """Deleting content for good."""
        return self._erasure

    @property
    def keeping(self) -> LocalKeeping:
        """Legal holds and retention rules."""
        return self._keeping

    @property
    def requests(self) -> LocalRequests:
        """What waits for a second person."""
        return self._requests

    @property
    def audit(self) -> LocalAudit:
        """The audit log."""
        return self._audit

    @property
    def settings(self) -> StoreSettings:
        """The centre's settings, as far as the user is told."""
        return self._core.settings.told_to(self._facets.user)

    @property
    def store(self) -> Store:
        """The store it belongs to."""
        return self._store
