"""The contract of the centre itself: its settings, and the names it works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reviewer.models.centre import CentreNames, NameUse
    from reviewer.models.changes import Changes
    from reviewer.models.copies import Unknown
    from reviewer.models.progress import Progress
    from reviewer.models.settings import SettingsChange, StoreSettings
    from reviewer.storage.state import Finding, StoreStats


class Centre(Protocol):
    """What holds for everybody who opens the store."""

    def settings(self) -> StoreSettings:
        """Return the settings as the store has them now, whoever changed them.

        What is sensitive is told to who has `admin.settings`: it names services and tags.
        """
        ...

    def change(self, change: SettingsChange) -> tuple[StoreSettings, Changes]:
        """Change settings; what is `sealed` and the feature of encryption are for `keys`.

        Raises:
            RefusedError: Lacks `admin.settings`; UsageError: a value cannot be used.
            SecondPersonError: Less is to need a second person: see `Requests.ask_fewer`.
        """
        ...

    def stats(self) -> StoreStats:
        """Return sizes and counts of everything in the store.

        Raises:
            RefusedError: Lacks both `listen.all` and `admin.settings`.
        """
        ...

    def examine(
        self, *, repair: bool = False, progress: Progress | None = None
    ) -> tuple[Finding, ...]:
        """Look for missing, orphaned and damaged objects and a damaged catalogue.

        What is found names interactions and files whoever may see them.

        Args:
            repair: Whether to mend what can be mended.
            progress: Told how far it is, and stops it.

        Raises:
            RefusedError: Lacks `admin.settings`.
        """
        ...

    def unknown_content(self) -> Unknown | None:
        """Return what a catalogue that is older than the content does not know of; None: it is not.

        Raises:
            RefusedError: Lacks `admin.settings`.
        """
        ...

    def accept_catalogue(self) -> Unknown | None:
        """Take a catalogue as it is that is older than the content, and return what that means.

        What it does not know of is left over from here on: `examine` with `repair` removes it.
        None: it is not older, and nothing was done.

        Raises:
            RefusedError: Lacks `admin.settings`; StoreNotWritableError, StoreFullError.
        """
        ...

    def names(self) -> CentreNames:
        """Return the names of teams and services.

        Raises:
            RefusedError: Lacks both `admin.users` and `admin.settings`.
        """
        ...

    def services(self) -> tuple[NameUse, ...]:
        """Return all services by name. Raises RefusedError without `admin.settings`."""
        ...

    def dispositions(self) -> tuple[NameUse, ...]:
        """Return all dispositions by name. Raises RefusedError without `admin.settings`."""
        ...
