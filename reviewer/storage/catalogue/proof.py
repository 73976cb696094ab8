"""What the tables say of content that was destroyed. Imported inside `storage` only."""

from __future__ import annotations

import json
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from reviewer.models.audit import Act
from reviewer.models.certificate import Destroyed
from reviewer.models.ids import Giid, WallUs
from reviewer.models.recording import RecordingKind
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.erasing import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, Row

_I: Final = schema.interactions
_T: Final = schema.tombstones
_A: Final = schema.audit
_EMAIL: Final = RecordingKind.EMAIL.value
_EMAIL_CODE: Final = codes.RECORDING_KINDS.code(RecordingKind.EMAIL)
_ACTS: Final = (Act.DELETED.value, Act.EXPIRED.value, Act.REDACTED.value)


def destroyed(connection: Connection, ids: Sequence[int]) -> tuple[Destroyed, ...]:
    """Return what was destroyed of interactions, each with the entry of the log that says so.

    What was deleted before there was a log, or came in as deleted, has no entry and is left out.
    """
    found: list[Destroyed] = []
    for part in chunks(ids):
        entries: dict[int, list[Row[Any]]] = defaultdict(list)
        told = select(_A).where(_A.c.interaction_id.in_(part), _A.c.act.in_(_ACTS))
        for entry in connection.execute(told.order_by(_A.c.number)):
            entries[entry.interaction_id].append(entry)
        stones = (
            select(_T, _I.c.giid)
            .join_from(_T, _I, _I.c.id == _T.c.interaction_id)
            .where(_T.c.interaction_id.in_(part))
            .order_by(_T.c.interaction_id, _T.c.at_us, _T.c.id)
        )
        for stone in connection.execute(stones):
            kind = codes.RECORDING_KINDS.member(stone.kind).value
            said = [
                _destroyed(stone, kind, entry)
                for entry in entries[stone.interaction_id]
                if kind in _kinds(entry) and _near(entry, stone) and _is_of(entry, stone)
            ]
            found += said[:1]
    return tuple(found)


def _destroyed(stone: Row[Any], kind: str, entry: Row[Any]) -> Destroyed:
    return Destroyed(
        Giid(stone.giid),
        kind,
        WallUs(stone.at_us),
        stone.by,
        stone.reason,
        bool(stone.by_retention),
        stone.recordings,
        stone.bytes,
        entry.number,
        bytes(entry.hash).hex(),
        stone.approved_by,
        _message(entry) if _is_alone(stone) else None,
    )


def lingers(item: Destroyed, since: Collection[int]) -> bool:
    """Return whether bytes that went with it may still be there; `since`: see `since_due`.

    Objects are noted to go at the instant of their tombstones.
    """
    return item.at_us in since or 0 in since


def holds(connection: Connection, item: Destroyed) -> bool:
    """Return whether the log has the entry that a line of a certificate names, and says so."""
    entry = connection.execute(select(_A).where(_A.c.number == item.entry)).first()
    return (
        entry is not None
        and bytes(entry.hash).hex() == item.hash
        and entry.giid == item.giid
        and _persons_hold(entry, item)
        and entry.act in _ACTS
        and item.kind in _kinds(entry)
        and item.message == (_message(entry) if item.kind == _EMAIL else None)
        and item.by_retention == (entry.act == Act.EXPIRED.value)
        and _near(entry, item)
        and _detail(entry).get("reason_sha256") == sha256(item.reason.encode()).hexdigest()
    )


def _persons_hold(entry: Row[Any], item: Destroyed) -> bool:
    """Return whether an entry names who deleted, or who asked for it and who agreed."""
    detail = _detail(entry)
    named = (detail.get("asked_by", ""), detail.get("approved_by", ""))
    if not item.approved_by:
        return bool(entry.login == item.by) and named == ("", "")
    return named == (item.by, item.approved_by) and item.by != item.approved_by


def amounts_hold(connection: Connection, items: Sequence[Destroyed]) -> bool:
    """Return whether lines of a certificate that name one entry tell as much as that does.

    The log tells numbers and bytes of all kinds together.
    """
    entry = connection.execute(select(_A).where(_A.c.number == items[0].entry)).first()
    if entry is None:
        return False
    detail = _detail(entry)
    told = (sum(item.recordings for item in items), sum(item.bytes for item in items))
    kinds = [item.kind for item in items]
    known = (detail.get("recordings"), detail.get("bytes"))
    return sorted(kinds) == sorted(_kinds(entry)) and told == known


def _detail(entry: Row[Any]) -> dict[str, Any]:
    try:
        detail = json.loads(entry.detail)
    except (ValueError, TypeError):
        return {}
    return detail if isinstance(detail, dict) else {}


def _kinds(entry: Row[Any]) -> list[str]:
    kinds = _detail(entry).get("kinds")
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else []


def _message(entry: Row[Any]) -> int | None:
    """Return which message of an email an entry says is gone by itself, from 1."""
    message = _detail(entry).get("message")
    return message if isinstance(message, int) else None


def _is_alone(stone: Row[Any]) -> bool:
    return stone.message is not None or stone.recording is not None


def _is_of(entry: Row[Any], stone: Row[Any]) -> bool:
    """Return whether an entry may be of the message that a tombstone names."""
    message = _message(entry)
    if not _is_alone(stone):
        return message is None or stone.kind != _EMAIL_CODE
    return message is not None and stone.message in {None, message - 1}


def _near(entry: Row[Any], stone: Row[Any] | Destroyed) -> bool:
    """Return whether an entry was written with a tombstone: just after its instant."""
    return bool(stone.at_us <= entry.at_us <= stone.at_us + 60_000_000)
