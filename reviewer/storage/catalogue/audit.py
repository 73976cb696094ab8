"""The audit log in the tables: appending in the transaction of what is told, reading, verifying.

Imported inside `storage` only. The chain itself is in `reviewer.models.audit`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import func, select

from reviewer.models.audit import (
    NOTHING_BEFORE,
    Act,
    Anchor,
    AuditEntry,
    Event,
    Fault,
    FaultKind,
    Verification,
    chained,
    chained_series,
    detail_text,
    head_message,
)
from reviewer.models.ids import WallUs
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Select

    from reviewer.models.audit import AuditQuery, Detail, Series
    from reviewer.models.progress import Progress

_T: Final = schema.audit
_H: Final = schema.audit_head
_HEAD: Final = 1
_COLUMNS: Final = tuple(column.name for column in _T.columns)
_BATCH: Final = 5_000

PUBLIC: Final = "public"
"""Key of the first entry's detail: the public key that signs, in hexadecimal digits."""


def append(
    connection: Connection,
    store_id: str,
    events: Sequence[Event],
    sign: Callable[[bytes], bytes],
) -> range:
    """Enter events at the end of the log and sign its new end, all in the caller's transaction.

    Args:
        connection: One that writes: whoever appends has the store's only writing turn.
        store_id: The store's.
        events: In their order.
        sign: Returns the signature of a message.

    Returns:
        The numbers of their entries.
    """
    last, before = end_of(connection, to_append=True)
    entered = range(last + 1, last + 1 + len(events))

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal before
        for number, event in zip(entered, events, strict=True):
            detail, act = detail_text(event.detail), event.act.value
            before = chained(before, number, event, detail, act)
            told = (act, int(event.interaction_id), event.giid, detail, event.origin)
            yield (number, event.at_us, event.login, *told, before)

    if events:
        insert_rows(connection, _T, _COLUMNS, rows())
        _set_end(connection, entered[-1], events[-1].at_us, before, sign, store_id)
    return entered


def append_series(
    connection: Connection, store_id: str, series: Series, sign: Callable[[bytes], bytes]
) -> range:
    """Enter a series at the end of the log; as `append`."""
    last, before = end_of(connection, to_append=True)
    entered = range(last + 1, last + 1 + len(series.items))

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal before
        hashes = chained_series(before, last + 1, series)
        for number, item, hash_ in zip(entered, series.items, hashes, strict=True):
            before = hash_
            yield (number, *item, hash_)

    if entered:
        alike = {
            "at_us": series.at_us,
            "login": series.login,
            "act": series.act.value,
            "origin": series.origin,
        }
        columns = ("number", "interaction_id", "giid", "detail", "hash")
        insert_rows(connection, _T, columns, rows(), alike)
        _set_end(connection, entered[-1], series.at_us, before, sign, store_id)
    return entered


def end_of(connection: Connection, *, to_append: bool = False) -> tuple[int, bytes]:
    """Return number and hash of the last entry; `to_append`: nobody else appends meanwhile."""
    statement = select(_H.c.number, _H.c.hash).where(_H.c.id == _HEAD)
    head = connection.execute(statement.with_for_update() if to_append else statement).first()
    return (0, NOTHING_BEFORE) if head is None else (head.number, bytes(head.hash))


def hash_at(connection: Connection, number: int) -> bytes | None:
    """Return the hash of an entry, None where there is none of that number."""
    found = connection.execute(select(_T.c.hash).where(_T.c.number == number)).scalar()
    return None if found is None else bytes(found)


def _set_end(
    connection: Connection,
    number: int,
    at_us: WallUs,
    hash_: bytes,
    sign: Callable[[bytes], bytes],
    store_id: str,
) -> None:
    """Sign the new end of the log."""
    signature = sign(head_message(store_id, number, hash_))
    values = {"number": number, "at_us": at_us, "hash": hash_, "signature": signature}
    if connection.execute(_H.update().where(_H.c.id == _HEAD).values(**values)).rowcount == 0:
        connection.execute(_H.insert().values(id=_HEAD, **values))


def begin(
    connection: Connection,
    store_id: str,
    login: str,
    at_us: int,
    public: bytes,
    sign: Callable[[bytes], bytes],
) -> None:
    """Enter the first entry of a log, which names the key that signs it."""
    event = Event(WallUs(at_us), login, Act.LOG_BEGUN, detail={PUBLIC: public.hex()})
    append(connection, store_id, [event], sign)


def read(connection: Connection, query: AuditQuery, limit: int) -> tuple[AuditEntry, ...]:
    """Return the newest entries asked for."""
    statement = _asked(select(_T), query).order_by(_T.c.number.desc()).limit(limit)
    return tuple(_entry(row) for row in connection.execute(statement))


def count(connection: Connection, query: AuditQuery) -> int:
    """Return how many entries are asked for."""
    statement = _asked(select(func.count()).select_from(_T), query)
    return int(connection.execute(statement).scalar_one())


def walk(connection: Connection, after: int, limit: int) -> tuple[AuditEntry, ...]:
    """Return entries of a higher number in their order, for exporting all of them."""
    statement = select(_T).where(_T.c.number > after).order_by(_T.c.number).limit(limit)
    return tuple(_entry(row) for row in connection.execute(statement))


def anchor(connection: Connection, store_id: str, public: bytes) -> Anchor | None:
    """Return the signed end of the log, None where nothing was written yet."""
    head = connection.execute(select(_H).where(_H.c.id == _HEAD)).first()
    if head is None:
        return None
    return Anchor(
        store_id,
        head.number,
        WallUs(head.at_us),
        bytes(head.hash),
        public,
        bytes(head.signature),
    )


def verify(
    connection: Connection,
    store_id: str,
    is_signed: Callable[[bytes, bytes], bool],
    against: Anchor | None,
    progress: Progress,
) -> Verification:
    """Read the whole log and return what is wrong with it.

    Args:
        connection: One that sees one unchanging state.
        store_id: The store's.
        is_signed: Whether the store's key signed a message: (message, signature).
        against: An anchor kept outside; its own signature is the caller's to check.
        progress: Told the number of entries read.
    """
    head = connection.execute(select(_H).where(_H.c.id == _HEAD)).first()
    total = 0 if head is None else int(head.number)
    faults: list[Fault] = []
    number, before, anchored = 0, NOTHING_BEFORE, False
    for row in _all(connection):
        if row.number % _BATCH == 0:
            progress.raise_if_cancelled()
            progress.report(row.number, total)
        kept = bytes(row.hash)
        if row.number != number + 1:
            faults.append(Fault(FaultKind.MISSING, row.number))
        elif _hash(before, row) != kept:
            faults.append(Fault(FaultKind.CHANGED, row.number))
        if against is not None and row.number == against.number:
            anchored = kept == against.hash
        number, before = row.number, kept
    faults += _at_the_end(head, store_id, number, before, is_signed)
    if against is not None and not (anchored and against.store_id == store_id):
        faults.append(Fault(FaultKind.ANCHOR, against.number))
    return Verification(number if head is None else max(number, 0), tuple(faults))


def _at_the_end(
    head: Row[Any] | None,
    store_id: str,
    number: int,
    last: bytes,
    is_signed: Callable[[bytes, bytes], bool],
) -> Iterator[Fault]:
    if head is None:
        # A log begins with the store: without its end, its entries were written by nobody.
        yield Fault(FaultKind.CUT if number == 0 else FaultKind.UNSIGNED, max(number, 1))
        return
    kept = bytes(head.hash)
    if not is_signed(head_message(store_id, head.number, kept), bytes(head.signature)):
        yield Fault(FaultKind.UNSIGNED, head.number)
    if head.number > number:
        yield Fault(FaultKind.CUT, head.number)
    elif head.number < number or kept != last:
        yield Fault(FaultKind.NOT_FOLLOWING, number)


def _hash(before: bytes, row: Row[Any]) -> bytes:
    event = Event(
        row.at_us, row.login, Act.LOG_BEGUN, row.interaction_id, row.giid, origin=row.origin
    )
    return chained(before, row.number, event, row.detail, row.act)


def _all(connection: Connection) -> Iterator[Row[Any]]:
    after = 0
    while True:
        rows = connection.execute(
            select(_T).where(_T.c.number > after).order_by(_T.c.number).limit(_BATCH)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].number


def _asked(statement: Select[Any], query: AuditQuery) -> Select[Any]:
    if query.since_us is not None:
        statement = statement.where(_T.c.at_us >= query.since_us)
    if query.until_us is not None:
        statement = statement.where(_T.c.at_us < query.until_us)
    if query.logins:
        statement = statement.where(_T.c.login.in_(query.logins))
    if query.acts:
        statement = statement.where(_T.c.act.in_(query.acts))
    if query.interaction_id is not None:
        statement = statement.where(_T.c.interaction_id == int(query.interaction_id))
    if query.before is not None:
        statement = statement.where(_T.c.number < query.before)
    return statement


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        row.number,
        WallUs(row.at_us),
        row.login,
        row.act,
        row.interaction_id,
        row.giid,
        _detail(row.detail),
        row.origin,
        bytes(row.hash),
    )


def _detail(text: str) -> Detail:
    try:
        found = json.loads(text)
    except ValueError:
        # Changed by somebody: verifying says so, and reading goes on.
        return {}
    return cast("Detail", found) if isinstance(found, dict) else {}
