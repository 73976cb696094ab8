"""A user's view of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


class LocalSession:
    """The `Session` of one user of a local store."""

    def __init__(self, store: Store, core: Core, user: User, pen: Pen) -> None:
        visibility = Visibility(user)
        self._store = store
        self._core = core
        self._interactions = LocalInteractions(core, visibility, pen)
        self._content = LocalContent(core, visibility, pen)
        self._derived = LocalDerived(core, visibility)
        self._evaluations = LocalEvaluations(core, user, visibility, pen)
        self._comments = LocalComments(core, user, visibility, pen)
        self._records = LocalRecords(core, user, visibility, pen)
        self._listening = LocalListening(core, user, visibility)
        self._intake = LocalIntake(core, user, pen)
        self._people = LocalPeople(core, user, visibility, pen)
        self._centre = LocalCentre(core, user, pen)
        self._keys = LocalKeys(core, user, pen)
        self._memory = LocalMemory(core, user)
        self._sets = LocalCriteriaSets(core, user, pen)
        self._audit = LocalAudit(core, user, visibility, pen)
        self._erasure = LocalErasure(core, user, visibility, pen)
        self._keeping = LocalKeeping(core, user, visibility, pen)

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
