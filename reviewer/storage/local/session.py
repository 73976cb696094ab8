"""A user's view of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.local.audit import LocalAudit
from reviewer.storage.local.centre import LocalCentre
from reviewer.storage.local.comments import LocalComments
from reviewer.storage.local.content import LocalContent
from reviewer.storage.local.derived import LocalDerived
from reviewer.storage.local.erasure import LocalErasure
from reviewer.storage.local.evaluations import LocalEvaluations
from reviewer.storage.local.intake import LocalIntake
from reviewer.storage.local.interactions import LocalInteractions
from reviewer.storage.local.keeping import LocalKeeping
from reviewer.storage.local.keys import LocalKeys
from reviewer.storage.local.listening import LocalListening
from reviewer.storage.local.login import still_user
from reviewer.storage.local.memory import LocalMemory
from reviewer.storage.local.people import LocalPeople
from reviewer.storage.local.records import LocalRecords
from reviewer.storage.local.sets import LocalCriteriaSets

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.store import Store


_T = TypeVar("_T")


class _Live:
    """Stands for a facet: each call is one of the facet made for what the user may do now."""

    def __init__(self, session: LocalSession, name: str) -> None:
        self._session = session
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._session.facet(self._name), name)
        if not callable(found):
            return found

        def call(*values: object, **named: object) -> Any:
            self._session.refresh()
            return getattr(self._session.facet(self._name), name)(*values, **named)

        return call


class _Facets:
    """What a user may do, made for what they may do now."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        visibility = Visibility(user)
        self.version: Final = user.access_version
        self.interactions: Final = LocalInteractions(core, visibility, pen)
        self.content: Final = LocalContent(core, visibility, pen)
        self.derived: Final = LocalDerived(core, visibility)
        self.evaluations: Final = LocalEvaluations(core, user, visibility, pen)
        self.comments: Final = LocalComments(core, user, visibility, pen)
        self.records: Final = LocalRecords(core, user, visibility, pen)
        self.listening: Final = LocalListening(core, user, visibility)
        self.intake: Final = LocalIntake(core, user, pen)
        self.people: Final = LocalPeople(core, user, visibility, pen)
        self.centre: Final = LocalCentre(core, user, pen)
        self.keys: Final = LocalKeys(core, user, pen)
        self.memory: Final = LocalMemory(core, user)
        self.sets: Final = LocalCriteriaSets(core, user, pen)
        self.audit: Final = LocalAudit(core, user, visibility, pen)
        self.erasure: Final = LocalErasure(core, user, visibility, pen)
        self.keeping: Final = LocalKeeping(core, user, visibility, pen)


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
        self._interactions = self._live(LocalInteractions, "interactions")
        self._content = self._live(LocalContent, "content")
        self._derived = self._live(LocalDerived, "derived")
        self._evaluations = self._live(LocalEvaluations, "evaluations")
        self._comments = self._live(LocalComments, "comments")
        self._records = self._live(LocalRecords, "records")
        self._listening = self._live(LocalListening, "listening")
        self._intake = self._live(LocalIntake, "intake")
        self._people = self._live(LocalPeople, "people")
        self._centre = self._live(LocalCentre, "centre")
        self._keys = self._live(LocalKeys, "keys")
        self._memory = self._live(LocalMemory, "memory")
        self._sets = self._live(LocalCriteriaSets, "sets")
        self._audit = self._live(LocalAudit, "audit")
        self._erasure = self._live(LocalErasure, "erasure")
        self._keeping = self._live(LocalKeeping, "keeping")

    def _live(self, kind: type[_T], name: str) -> _T:
        """Return what stands for a facet, whoever may do what by then."""
        return cast("_T", _Live(self, name))

    def facet(self, name: str) -> object:
        """Return a facet as it was last made."""
        return getattr(self._facets, name)

    def refresh(self) -> None:
        """Make the facets anew where what users may do was changed.

        Raises:
            AccessWithdrawnError: The user is disabled or gone.
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
    def audit(self) -> LocalAudit:
        """The audit log."""
        return self._audit

    @property
    def settings(self) -> StoreSettings:
        """The centre's settings."""
        return self._core.settings

    @property
    def store(self) -> Store:
        """The store it belongs to."""
        return self._store
