"""Tags, notes and dispositions that users give, in a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, DispositionInvalidError, NotFoundError, Reason, RefusedError
from reviewer.models.access import CATALOGUE, Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.folding import fold
from reviewer.models.remarks import check_note, check_reason, check_tags
from reviewer.storage.catalogue import founding
from reviewer.storage.catalogue import records as table
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.sensitive import require_reason_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Note
    from reviewer.models.remarks import DispositionChange
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalRecords:
    """The `Records` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._pen = pen
        self._user = user
        self._visibility = visibility

    def set_tags(self, interaction_id: InteractionId, tags: Sequence[str]) -> Changes:
        """Replace the tags; see `Records.set_tags`."""
        self._user.require(Privilege.COMMENT)
        wanted = check_tags(tags)
        with self._core.database.write() as connection:
            giid = self._visibility.require(connection, interaction_id)
            before = table.load_tags(connection, interaction_id)
            if before == wanted:
                return Changes()
            if self._user.asks_reason:
                _require_sensitive_kept(connection, self._user, before, wanted)
            table.replace_tags(connection, interaction_id, wanted, now_us())
            told: Detail = {"tags": len(wanted)}
            self._pen.write(connection, Act.TAGGED, interaction_id, giid, told)
        return _changes(interaction_id)

    def add_note(
        self, interaction_id: InteractionId, text: str, segment_number: int | None = None
    ) -> tuple[Note, Changes]:
        """Add a reviewer's note; see `Records.add_note`."""
        self._user.require(Privilege.COMMENT)
        words = check_note(text)
        with self._core.database.write() as connection:
            giid = self._visibility.require(connection, interaction_id)
            if segment_number is not None:
                _require_segment(connection, interaction_id, segment_number)
            note = table.insert_note(
                connection, interaction_id, self._user, words, segment_number, now_us()
            )
            told: Detail = {"note": 1}
            self._pen.write(connection, Act.COMMENTED, interaction_id, giid, told)
        return note, _changes(interaction_id)

    def dispositions(self, interaction_id: InteractionId, segment_number: int) -> tuple[str, ...]:
        """Return the list of a part's service; see `Records.dispositions`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            return table.dispositions_of(connection, interaction_id, segment_number)

    def change_disposition(
        self,
        interaction_id: InteractionId,
        segment_number: int,
        disposition: str,
        reason: str = "",
    ) -> Changes:
        """Give a part another disposition; see `Records.change_disposition`."""
        self._user.require(Privilege.DISPOSITION_CHANGE)
        why = check_reason(reason)
        with self._core.database.write() as connection:
            giid = self._visibility.require(connection, interaction_id)
            _require_segment(connection, interaction_id, segment_number)
            known = table.dispositions_of(connection, interaction_id, segment_number)
            if disposition not in known:
                raise DispositionInvalidError(
                    name=disposition, reason=N_("its service does not have it")
                )
            changed = table.change_disposition(
                connection,
                interaction_id,
                segment_number,
                disposition,
                self._user,
                why,
                now_us(),
            )
            if changed:
                told: Detail = {"segment": segment_number}
                act = Act.DISPOSITION_CHANGED
                self._pen.write(connection, act, interaction_id, giid, told)
        return _changes(interaction_id) if changed else Changes()

    def disposition_history(self, interaction_id: InteractionId) -> tuple[DispositionChange, ...]:
        """Return all changes; see `Records.disposition_history`."""
        if not self._user.may(Privilege.DISPOSITION_CHANGE, Privilege.AUDIT_VIEW):
            title = CATALOGUE[Privilege.DISPOSITION_CHANGE].title
            raise RefusedError(privilege=Reason(title))
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            require_reason_for(connection, self._user, self._pen, interaction_id)
            return table.disposition_history(connection, interaction_id)


def _require_segment(connection: Connection, interaction_id: InteractionId, number: int) -> None:
    if not table.has_segment(connection, interaction_id, number):
        raise NotFoundError(name=str(number))


def _require_sensitive_kept(
    connection: Connection, user: User, before: Sequence[str], after: Sequence[str]
) -> None:
    """Refuse whoever is asked why before something opens to make it less sensitive."""
    tags = {fold(tag) for tag in founding.read_settings(connection).sensitive_tags}
    lost = {fold(tag) for tag in before} - {fold(tag) for tag in after}
    if not lost.isdisjoint(tags):
        user.require(Privilege.ADMIN_GRANT)


def _changes(interaction_id: InteractionId) -> Changes:
    return Changes(interactions=frozenset({interaction_id}))
