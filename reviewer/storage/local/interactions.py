"""Finding and reading the interactions of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import NotFoundError, RestrictedCriterionError
from reviewer.models.audit import Act, Purpose, check_opening_reason
from reviewer.models.criteria.catalogue import CUSTOM, criterion
from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.criteria.tree import conditions
from reviewer.models.ids import Giid, InteractionId, RecordingId, normalise_giid
from reviewer.storage.catalogue.by_day import count_by_day
from reviewer.storage.catalogue.completion import complete, custom_fields
from reviewer.storage.catalogue.contents import (
    buried_after,
    content_states,
    recordings_kept,
)
from reviewer.storage.catalogue.erasing import giids
from reviewer.storage.catalogue.finder import Finder
from reviewer.storage.catalogue.reader import load
from reviewer.storage.catalogue.rows import load_rows
from reviewer.storage.catalogue.said import snippets
from reviewer.storage.facets.interactions import COUNT_CAP
from reviewer.storage.local.sensitive import opened_freely, require_reason

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Mapping, Sequence

    from reviewer.models.access import User
    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.criteria.tree import Block
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Cancellation
    from reviewer.models.recording import RecordingKind, RecordingState
    from reviewer.models.search import Completion, Count, DayCounts, InteractionRow, Search
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalInteractions:
    """The `Interactions` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._pen = pen
        self._visibility = visibility
        self._last_stone: int | None = None

    def search(
        self, search: Search, *, limit: int = 100, cancel: Cancellation | None = None
    ) -> tuple[InteractionRow, ...]:
        """Return the first rows; see `Interactions.search`."""
        with self._core.database.read(cancel) as connection:
            ids = self._finder().page(connection, search, limit)
            rows = load_rows(connection, ids, self._visibility)
        self._searched(search)
        return rows

    def ids(self, search: Search, *, cancel: Cancellation | None = None) -> array[int]:
        """Return the ids of all matches in order."""
        with self._core.database.read(cancel) as connection:
            ids = self._finder().ids(connection, search)
        self._searched(search)
        return ids

    def rows(self, ids: Sequence[int]) -> tuple[InteractionRow, ...]:
        """Return the rows of these ids, in their order."""
        if not ids:
            return ()
        with self._core.database.read() as connection:
            return load_rows(connection, ids, self._visibility)

    def count(
        self,
        search: Search,
        *,
        cap: int | None = COUNT_CAP,
        cancel: Cancellation | None = None,
    ) -> Count:
        """Return the number of matches, up to `cap`."""
        with self._core.database.read(cancel) as connection:
            found = self._finder().count(connection, search, cap)
        if cap is None:
            # Asked for itself, not shown beside criteria while they are typed.
            self._searched(search)
        return found

    def by_day(
        self, search: Search, *, days: int = 30, cancel: Cancellation | None = None
    ) -> DayCounts | None:
        """Return how many began on each day; see `Interactions.by_day`."""
        zone = self._core.settings.zone
        with self._core.database.read(cancel) as connection:
            return count_by_day(connection, self._finder(), search, days, zone)

    def get(self, giid: Giid | str, *, purpose: Purpose = Purpose.VIEW) -> Interaction:
        """Return one interaction; see `Interactions.get`."""
        try:
            wanted = normalise_giid(giid)
        except ValueError:
            raise NotFoundError(name=giid) from None
        with self._core.database.read() as connection:
            number = self._visibility.find(connection, wanted)
            interaction = None if number is None else load(connection, number)
            if interaction is None:
                raise NotFoundError(name=giid)
            require_reason(connection, self._user, self._pen, interaction)
        self._visibility.require_privilege(purpose.takes)
        self._pen.read(purpose, interaction.id, interaction.giid)
        return interaction

    def get_by_id(
        self, interaction_id: InteractionId, *, purpose: Purpose = Purpose.VIEW
    ) -> Interaction:
        """Return one interaction by its id."""
        with self._core.database.read() as connection:
            interaction = None
            if self._visibility.sees(connection, interaction_id):
                interaction = load(connection, interaction_id)
            if interaction is None:
                raise NotFoundError(name=str(interaction_id))
            require_reason(connection, self._user, self._pen, interaction)
        self._visibility.require_privilege(purpose.takes)
        self._pen.read(purpose, interaction.id, interaction.giid)
        return interaction

    def find(self, giid: Giid | str) -> InteractionId:
        """Return the id of an interaction without reading it; see `Interactions.find`."""
        try:
            wanted = normalise_giid(giid)
        except ValueError:
            raise NotFoundError(name=giid) from None
        with self._core.database.read() as connection:
            number = self._visibility.find(connection, wanted)
        if number is None:
            raise NotFoundError(name=giid)
        return number

    def give_reason(self, interaction_id: InteractionId, reason: str) -> None:
        """Enter why something sensitive is opened; see `Interactions.give_reason`."""
        why = check_opening_reason(reason)
        with self._core.database.read() as connection:
            giid = self._visibility.require(connection, interaction_id)
        self._pen.record(Act.REASON_GIVEN, interaction_id, giid, {"reason": why})
        self._pen.reasons.add(interaction_id)

    def asking_reason(self, ids: Sequence[int]) -> tuple[InteractionId, ...]:
        """Return those that ask why; see `Interactions.asking_reason`."""
        with self._core.database.read() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            free = set(opened_freely(connection, self._user, self._pen, seen))
        return tuple(InteractionId(number) for number in seen if number not in free)

    def give_reasons(self, ids: Sequence[int], reason: str) -> None:
        """Enter why many are opened; see `Interactions.give_reasons`."""
        why = check_opening_reason(reason)
        with self._core.database.write() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            events = [
                self._pen.event(Act.REASON_GIVEN, number, giid, {"reason": why})
                for number, giid in zip(seen, giids(connection, seen), strict=True)
            ]
            self._pen.journal.write(connection, events)
        self._pen.reasons.update(seen)

    def complete(self, key: str, text: str, *, limit: int = 20) -> tuple[Completion, ...]:
        """Return values of a criterion; see `Interactions.complete`."""
        try:
            entry = criterion(key)
        except KeyError:
            return ()
        if entry.restricted and not self._visibility.restricted_ok:
            raise RestrictedCriterionError(position=0, criterion=entry.name())
        with self._core.database.read() as connection:
            return complete(connection, self._visibility, key, text, limit)

    def snippets(
        self, ids: Sequence[int], criteria: Block, *, cancel: Cancellation | None = None
    ) -> Mapping[int, Snippet]:
        """Return lines around what was found; see `Interactions.snippets`."""
        wanted = wanted_by(criteria)
        if not wanted or not ids:
            return {}
        if not self._visibility.restricted_ok:
            raise RestrictedCriterionError(position=0, criterion=criterion("text").name())
        with self._core.database.read(cancel) as connection:
            asked: Collection[int] = ids
            if self._user.asks_reason:
                # Of what may not be seen nothing is read, as of what is not there.
                asked = self._visibility.seen(connection, ids)
            free = opened_freely(connection, self._user, self._pen, asked)
            return snippets(connection, self._visibility, free, wanted)

    def custom_fields(self) -> tuple[str, ...]:
        """Return the names of custom fields; see `Interactions.custom_fields`."""
        with self._core.database.read() as connection:
            return custom_fields(connection, self._visibility)

    def content_states(
        self, ids: Sequence[int], kinds: Collection[RecordingKind]
    ) -> dict[int, RecordingState]:
        """Return the best state of content by id; see `Interactions.content_states`."""
        with self._core.database.read() as connection:
            return content_states(connection, self._visibility, ids, kinds)

    def recordings_kept(self, ids: Sequence[int]) -> frozenset[RecordingId]:
        """Return which were not taken away; see `Interactions.recordings_kept`."""
        with self._core.database.read() as connection:
            return recordings_kept(connection, self._visibility, ids)

    def newly_deleted(self) -> frozenset[InteractionId]:
        """Return of what content was deleted; see `Interactions.newly_deleted`."""
        with self._core.database.read() as connection:
            self._last_stone, ids = buried_after(connection, self._visibility, self._last_stone)
        return ids

    def _searched(self, search: Search) -> None:
        """Enter that a search was made, and by which criteria; never what was asked of them."""
        keys = {condition.key for condition in conditions(search.criteria)}
        # The name of a field is a text that somebody typed, and the log never forgets.
        keys = {"custom" if key.startswith(CUSTOM) else key for key in keys}
        told: dict[str, str | int | list[str]] = {"criteria": sorted(keys)}
        if search.channel is not None:
            told["channel"] = search.channel.value
        self._pen.record_once(Act.SEARCHED, detail=told, same=hash(search.criteria))

    def _finder(self) -> Finder:
        settings, dialect = self._core.settings, self._core.database.dialect
        return Finder(self._visibility, settings.zone, dialect, settings.features)
