"""What is known of calls by listening to them, and which calls wait for it, in the tables.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, insert, select

from reviewer.models.ids import InteractionId
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among
from reviewer.storage.catalogue.engine import DATABASE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from reviewer.models.interaction import Interaction
    from reviewer.models.shares import Shares

COLUMNS: Final = frozenset({"silence_share", "talkover_share"})
"""What of an interaction's row says what was heard."""
_I: Final = schema.interactions
_R: Final = schema.recordings
_U: Final = schema.unheard
_SOUND: Final = [codes.RECORDING_KINDS.code(kind) for kind in sorted(SOUND_KINDS)]


def is_sounding(interaction: Interaction) -> bool:
    """Return whether there is something to listen to."""
    return any(
        recording.state is RecordingState.AVAILABLE
        and recording.kind is not RecordingKind.CPA
        and recording.duration_us > 0
        for recording in interaction.recordings
        if recording.is_sound
    )


def columns(shares: Shares | None) -> dict[str, int | None]:
    """Return the columns of an interaction's row; None: it was not listened to."""
    if shares is None:
        return dict.fromkeys(COLUMNS)
    return {"silence_share": shares.silence, "talkover_share": shares.talkover}


def waiting(connection: Connection, *, old: bool) -> list[InteractionId]:
    """Return the calls that wait, newest first; `old`: also those of former formats."""
    asked = select(_U.c.interaction_id).order_by(_U.c.interaction_id.desc())
    found = connection.execute(asked if old else asked.where(_U.c.is_old == 0)).scalars()
    return [InteractionId(number) for number in found]


def is_waiting(connection: Connection, interaction_id: InteractionId) -> bool:
    """Return whether a call waits."""
    asked = select(_U.c.interaction_id).where(_U.c.interaction_id == interaction_id)
    return connection.execute(asked).first() is not None


def await_(connection: Connection, ids: Sequence[int]) -> None:
    """Let calls wait from now on, with nothing known of them; those that wait do so already."""
    forget(connection, ids)
    if ids:
        connection.execute(insert(_U), [{"interaction_id": number} for number in ids])


def forget(connection: Connection, ids: Collection[int]) -> None:
    """Let calls not wait any more."""
    # Mostly nobody waits: that is seen at once, and would be looked up for each of very many.
    if len(ids) > 1 and connection.execute(select(_U.c.interaction_id).limit(1)).first() is None:
        return
    if ids:
        connection.execute(_U.delete().where(among(connection, _U.c.interaction_id, ids)))


def enter(connection: Connection, found: Sequence[tuple[InteractionId, Shares]]) -> None:
    """Enter what was heard; the transaction changes nothing else of interactions before it."""
    if not found:
        return
    connection.info[DATABASE].announce(connection, COLUMNS)
    row = _I.update().where(_I.c.id == bindparam("number"))
    connection.execute(row, [{"number": number, **columns(shares)} for number, shares in found])
    forget(connection, [number for number, _ in found])


def sound_of(interaction: Interaction) -> frozenset[tuple[int, str, str | None]]:
    """Return what tells one state of an interaction's sound from another; see `sound_now`."""
    return frozenset(
        (recording.id, recording.state.value, recording.object_id)
        for recording in interaction.recordings
        if recording.is_sound
    )


def sound_now(
    connection: Connection, interaction_id: InteractionId
) -> frozenset[tuple[int, str, str | None]]:
    """Return the state of an interaction's sound as the tables have it."""
    asked = select(_R.c.id, _R.c.state, _R.c.object_id).where(
        _R.c.interaction_id == interaction_id, _R.c.kind.in_(_SOUND)
    )
    state = codes.RECORDING_STATES.to_member
    return frozenset(
        (row.id, state[row.state].value, row.object_id) for row in connection.execute(asked)
    )
