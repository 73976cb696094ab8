"""Listening to the calls of a local store."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    ContentDamagedError,
    ContentError,
    ContentMissingError,
    ReviewerError,
)
from reviewer.models.access import Privilege
from reviewer.models.changes import Changes
from reviewer.models.derived import DerivedKind
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingState
from reviewer.models.shares import shares_of, to_hear
from reviewer.models.timeline import lay_out
from reviewer.storage.catalogue import heard
from reviewer.storage.catalogue.reader import load
from reviewer.storage.local.derived import keep_derived
from reviewer.storage.local.noticing import NoticingSource, note_damaged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.access import User
    from reviewer.models.activity import Activity
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId, RecordingId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.models.shares import Shares
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.facets.hearing import Hearer
    from reviewer.storage.local.core import Core

_log = logging.getLogger(__name__)
_BATCH: Final = 20
"""Calls entered in one transaction: a second or two of listening."""


class LocalHearing:
    """The `Hearing` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility

    def unheard(self, *, old: bool = False) -> tuple[InteractionId, ...]:
        """Return the calls that wait; see `Hearing.unheard`."""
        self._require()
        with self._core.database.read() as connection:
            waiting = heard.waiting(connection, old=old)
            seen = self._visibility.seen(connection, waiting)
        return tuple(number for number in waiting if number in seen)

    def hear(
        self,
        ids: Iterable[InteractionId] | None,
        hearer: Hearer,
        *,
        old: bool = False,
        progress: Progress | None = None,
    ) -> tuple[int, Changes]:
        """Listen to calls and enter what was found; see `Hearing.hear`."""
        self._require()
        run = _Run(self._core, self._visibility, hearer, progress or NoProgress())
        if ids is None:
            with self._core.database.read() as connection:
                ids = heard.waiting(connection, old=old)
        done = run.hear(list(ids)).interactions
        with self._core.database.read() as connection:
            seen = self._visibility.seen(connection, done)
        return len(done), Changes(interactions=done & seen)

    def awaits(self, interaction_id: InteractionId) -> bool:
        """Return whether a call waits; see `Hearing.awaits`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            return heard.is_waiting(connection, interaction_id)

    def keep(self, interaction: Interaction, shares: Shares) -> Changes:
        """Enter what was found of a call; see `Hearing.keep`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction.id)
            waits = heard.is_waiting(connection, interaction.id)
        return _entered(self._core, [(interaction, shares)]) if waits else Changes()

    def _require(self) -> None:
        if not self._user.may(Privilege.ADMIN_SETTINGS):
            self._user.require(Privilege.IMPORT)


class _Run:
    """One call of `hear`."""

    def __init__(
        self, core: Core, visibility: Visibility, hearer: Hearer, progress: Progress
    ) -> None:
        self._core = core
        self._visibility = visibility
        self._hearer = hearer
        self._progress = progress

    def hear(self, ids: list[InteractionId]) -> Changes:
        changes = Changes()
        found: list[tuple[Interaction, Shares]] = []
        try:
            for number, interaction_id in enumerate(ids):
                self._progress.raise_if_cancelled()
                with self._core.database.read() as connection:
                    waits = heard.is_waiting(connection, interaction_id)
                    interaction = load(connection, interaction_id) if waits else None
                    # Who may import need not see what others brought in.
                    is_seen = self._visibility.sees(connection, interaction_id)
                what = interaction.giid if interaction is not None and is_seen else ""
                self._progress.report(number, len(ids), what)
                shares = None if interaction is None else self._shares(interaction)
                if interaction is not None and shares is not None:
                    found.append((interaction, shares))
                if len(found) >= _BATCH:
                    entering, found = found, []
                    changes |= _entered(self._core, entering)
        finally:
            # What was heard before it was stopped is not heard again.
            changes |= _entered(self._core, found)
        return changes

    def _shares(self, interaction: Interaction) -> Shares | None:
        """Return what is found of a call; None: its file is not there, and may come again."""
        timeline = lay_out(interaction)
        known: dict[RecordingId, Activity] = {}
        for recording in to_hear(timeline):
            try:
                known[recording.id] = self._activity(interaction.id, recording)
            except ContentMissingError:
                return None
            except ContentDamagedError as error:
                if recording.object_id is not None:
                    note_damaged(self._core, recording.object_id)
                _log.info("a recording cannot be listened to: %s", error.code)
            except ContentError as error:
                _log.info("a recording cannot be listened to: %s", error.code)
        return shares_of(timeline, known)

    def _activity(self, interaction_id: InteractionId, recording: Recording) -> Activity:
        core, object_id, kind = self._core, recording.object_id, DerivedKind.ACTIVITY
        name = recording.source_name or recording.kind.value
        if object_id is None:
            raise ContentMissingError(name=name)
        source: ByteSource = core.vault.open(object_id, name)
        if recording.state is RecordingState.AVAILABLE:
            source = NoticingSource(source, core, object_id, recording.sha256)
        with closing(source):
            kept = core.derived.load(object_id, kind)
            found = self._hearer(recording, source, kept)
        if found.data != kept:
            try:
                keep_derived(core, interaction_id, recording, kind, found.data)
            except ReviewerError as error:
                # It was heard all the same, and is computed again when it is opened.
                _log.info("what was computed of a recording is not kept: %s", error.code)
        return found.activity


def _entered(core: Core, found: list[tuple[Interaction, Shares]]) -> Changes:
    """Enter what was heard of calls whose sound is still what it was."""
    if not found:
        return Changes()
    with core.database.write() as connection:
        same = [
            (interaction.id, shares)
            for interaction, shares in found
            if heard.sound_now(connection, interaction.id) == heard.sound_of(interaction)
        ]
        heard.enter(connection, same)
    return Changes(interactions=frozenset(number for number, _ in same))
