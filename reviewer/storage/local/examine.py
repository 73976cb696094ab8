"""Looking a local store over: what is missing, left over, damaged or out of step."""

from __future__ import annotations

import json
import platform
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentDamagedError,
    ContentError,
    ContentKeyGoneError,
    ContentKeyUnknownError,
    StoreDamagedError,
)
from reviewer.models.recording import RecordingState
from reviewer.models.unfinished import PREFIX, UnfinishedExport
from reviewer.storage.catalogue import landing, remembered, upkeep
from reviewer.storage.local import moving
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US
from reviewer.storage.state import Finding
from reviewer.storage.vault.derived import KEY_KIND
from reviewer.storage.vault.folder import digest_of
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.sealed import CONTENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.ids import ObjectId
    from reviewer.models.progress import Progress
    from reviewer.storage.catalogue.upkeep import KeptObject
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.vault.contract import Kept

_CHUNK: Final = 200
_WHOLE: Final = RecordingState.AVAILABLE
_MISSING: Final = RecordingState.MISSING


def examine(
    core: Core, progress: Progress, *, repair: bool, seen_by: Visibility | None = None
) -> tuple[Finding, ...]:
    """Return what the store suffers from; see `Centre.examine`.

    Reads every byte of the catalogue and of the content, so it takes its time.

    Args:
        core: The store.
        progress: Told how far it is.
        repair: Whether to mend what can be.
        seen_by: What may be named; None: everything, to who owns the files.
    """
    try:
        findings = core.database.examine(repair=repair)
        findings += _rows(core, progress, seen_by, repair=repair)
        with core.database.read() as connection:
            findings += list(upkeep.stray_marks(connection, seen_by))
            findings += list(upkeep.doubled(connection, seen_by))
        findings += upkeep.examine_texts(core.database, repair=repair)
        core.sweep()
        second = moving.second_of(core)
        if second is not None:
            detail = N_("the same store is there as well, or a part: moving it was interrupted")
            findings.append(Finding("second_store", str(second), detail))
        findings += _exports(core)
        ahead = core.content_note.is_ahead()
        if ahead:
            detail = N_("it is older than the content: what it does not know of is not removed")
            findings.append(Finding("older_catalogue", core.database.name, detail))
        findings += _objects(core, progress, seen_by, repair=repair, tidies=repair and not ahead)
        findings += _derived(core, progress, repair=repair and not ahead)
        findings += _keys(core, repair=repair and not ahead)
    except StoreDamagedError as error:
        detail = str(error.fields.get("reason", ""))
        return (Finding("catalogue", core.database.name, detail),)
    if ahead:
        findings = [
            replace(one, repairable=False) if one.code.startswith("orphan_") else one
            for one in findings
        ]
    return tuple(findings)


def _exports(core: Core) -> Iterator[Finding]:
    """Tell of exports that were cut and never gone on with: what they wrote is there still.

    On another machine it cannot be looked at.
    """
    with core.database.read() as connection:
        kept = remembered.of_all(connection, PREFIX)
    here = platform.node()
    for export in map(UnfinishedExport.of_plain, map(json.loads, kept)):
        if export is None or (export.machine == here and not Path(export.record).exists()):
            continue
        name = export.folder if export.machine == here else f"{export.folder} ({export.machine})"
        detail = N_("an export was cut there, and what it had written by then is there still")
        yield Finding("unfinished_export", name, detail)


def _rows(
    core: Core, progress: Progress, seen_by: Visibility | None, *, repair: bool
) -> Iterator[Finding]:
    with core.database.read() as connection:
        numbers = upkeep.interaction_ids(connection)
    for first in range(0, len(numbers), _CHUNK):
        progress.raise_if_cancelled()
        progress.report(first, len(numbers))
        # Short transactions: others may write meanwhile.
        with core.database.write() if repair else core.database.read() as connection:
            for number in numbers[first : first + _CHUNK]:
                finding = upkeep.examine_row(connection, number, repair=repair, seen_by=seen_by)
                if finding is not None:
                    yield finding


def _objects(
    core: Core, progress: Progress, seen_by: Visibility | None, *, repair: bool, tidies: bool
) -> Iterator[Finding]:
    """Look over the content; `tidies`: what belongs to nothing is removed."""
    # The vault first: what is brought in meanwhile is then known, not missing.
    found = {(kept.object_id, kept.whole): kept for kept in core.vault.list()}
    # A folder with nothing in it is one whose disk is not there, and nothing of it is lost.
    empty = not found
    with core.database.read() as connection:
        wanted = list(upkeep.kept_objects(connection, seen_by))
    for number, kept in enumerate(wanted):
        progress.raise_if_cancelled()
        progress.report(number, len(wanted), kept.name)
        there = found.pop((kept.object_id, True), None)
        # It may have come since the vault was listed.
        if there is None and not core.vault.exists(kept.object_id):
            finding = _missing(core, kept, repair=repair, alone=not empty)
        elif (finding := _object(core, kept, repair=repair)) is None and kept.state is not _WHOLE:
            finding = _found(core, kept, repair=repair)
        if finding is not None:
            yield finding
    yield from _left_over(core, found, repair=tidies)


def _missing(core: Core, wanted: KeptObject, *, repair: bool, alone: bool) -> Finding | None:
    """Tell of an object whose file is not there; on repair let its recordings say so."""
    if wanted.is_lost:
        detail = N_("it is lost: its file is missing from the store")
        return Finding("lost_object", wanted.name, detail, repaired=True)
    if not alone:
        detail = N_("its file is missing from the store, as all others are: is their disk there?")
        return Finding("missing_object", wanted.name, detail)
    if repair:
        with core.database.write() as connection:
            upkeep.note_state(connection, wanted.object_id, _MISSING, now_us())
    detail = N_("its file is missing from the store")
    return Finding("missing_object", wanted.name, detail, repairable=True, repaired=repair)


def _found(core: Core, wanted: KeptObject, *, repair: bool) -> Finding:
    """Tell of an object that was lost or damaged, and whose file is there again, whole."""
    if repair:
        with core.database.write() as connection:
            upkeep.note_state(connection, wanted.object_id, _WHOLE, now_us())
    detail = (
        N_("it was lost, and its file is in the store again")
        if wanted.is_lost
        else N_("it was damaged, and its file is whole again")
    )
    return Finding("found_object", wanted.name, detail, repairable=True, repaired=repair)


def _object(core: Core, wanted: KeptObject, *, repair: bool) -> Finding | None:
    try:
        source = core.vault.open(wanted.object_id, wanted.name)
    except ContentKeyUnknownError:
        # It is not lost: the newest ring opens it.
        detail = N_("the key ring is an older copy, without its key")
        return Finding("damaged_object", wanted.name, detail)
    except ContentKeyGoneError:
        return _unreadable(core, wanted, N_("its key is gone"), repair=repair)
    except ContentDamagedError as error:
        return _unreadable(core, wanted, str(error.fields.get("reason", "")), repair=repair)
    except ContentError as error:
        return Finding("damaged_object", wanted.name, str(error.fields.get("reason", "")))
    try:
        with closing(source):
            sha256, size = digest_of(source)
    except ContentDamagedError as error:
        return _damaged(core, wanted, str(error.fields.get("reason", "")), repair=repair)
    except ContentError as error:
        return Finding("damaged_object", wanted.name, str(error.fields.get("reason", "")))
    if size != wanted.bytes:
        return _unreadable(core, wanted, N_("its size is not what was stored"), repair=repair)
    if sha256 != wanted.sha256:
        return _damaged(core, wanted, N_("its bytes are not what was stored"), repair=repair)
    return None


def _damaged(core: Core, wanted: KeptObject, detail: str, *, repair: bool) -> Finding:
    """Tell of an object that can be opened and is damaged; on repair let its recordings say so."""
    if wanted.state is RecordingState.DAMAGED:
        return Finding("damaged_object", wanted.name, detail, repaired=True)
    if repair:
        with core.database.write() as connection:
            upkeep.note_state(connection, wanted.object_id, RecordingState.DAMAGED, now_us())
    return Finding("damaged_object", wanted.name, detail, repairable=True, repaired=repair)


def _unreadable(core: Core, wanted: KeptObject, detail: str, *, repair: bool) -> Finding:
    """Tell of an object of which nothing can be read; on repair let its recordings say so."""
    if wanted.is_lost:
        return Finding("lost_object", wanted.name, detail, repaired=True)
    if repair:
        with core.database.write() as connection:
            upkeep.note_state(connection, wanted.object_id, _MISSING, now_us())
    return Finding("damaged_object", wanted.name, detail, repairable=True, repaired=repair)


def _left_over(
    core: Core, found: dict[tuple[ObjectId, bool], Kept], *, repair: bool
) -> Iterator[Finding]:
    with core.database.read() as connection:
        due = set(landing.due_pending(connection, now_us()))
    old: list[Kept] = []
    for kept in found.values():
        if kept.object_id in due:
            detail = N_("it was deleted, and its file cannot be removed yet")
            yield Finding("undestroyed_object", kept.object_id, detail)
        elif kept.written_us < now_us() - GRACE_US:
            old.append(kept)
    whole = {kept.object_id for kept in old if kept.whole}
    if repair and old:
        with core.database.write() as connection:
            # Whoever writes one since that long finds it condemned, and does not refer to it.
            used = landing.condemn_these(connection, whole)
    else:
        with core.database.read() as connection:
            used = landing.objects_in_use(connection, whole)
    gone: set[ObjectId] = core.vault.delete_all(whole - used) if repair else set()
    for kept in old:
        if kept.whole and kept.object_id in used:
            continue
        if repair and not kept.whole:
            core.vault.delete_part(kept.object_id)
        yield Finding(
            "orphan_object",
            kept.object_id,
            N_("it belongs to no interaction"),
            repairable=True,
            repaired=repair and (kept.object_id in gone or not kept.whole),
        )


def _derived(core: Core, progress: Progress, *, repair: bool) -> Iterator[Finding]:
    """Look over what was computed of recordings; what goes is computed again when it is wanted."""
    found = list(core.derived.list())
    with core.database.read() as connection:
        used = landing.objects_in_use(connection, {object_id for _, object_id, _ in found})
    for kind, object_id, kept in found:
        progress.raise_if_cancelled()
        if object_id not in used or not kept.whole:
            if kept.written_us > now_us() - GRACE_US:
                continue
            code, detail = "orphan_derived", N_("it was computed of a recording that is gone")
        elif core.derived.load(object_id, kind) is None:
            code, detail = "damaged_derived", N_("what was computed of a recording is damaged")
        else:
            continue
        if repair:
            core.derived.forget([object_id])
        name = f"{kind.value} {object_id}"
        yield Finding(code, name, detail, repairable=True, repaired=repair)


def _keys(core: Core, *, repair: bool) -> Iterator[Finding]:
    """Look over the keys of an encrypted store; what they open was looked at with the objects."""
    if core.keeper is None:
        return
    if core.keeper.keys.complaints():
        yield Finding("keys", KEYS, N_("a part of it cannot be read"))
    ids = [each for each in core.keeper.keys.ids(CONTENT) if not core.vault.exists(each)]
    derived = {kept.object_id for _, _, kept in core.derived.list()}
    ids += [each for each in core.keeper.keys.ids(KEY_KIND) if each not in derived]
    with core.database.read() as connection:
        used = landing.objects_in_use(connection, ids)
    orphans = [each for each in ids if each not in used]
    if repair:
        core.vault.destroy_keys(orphans)
    for each in orphans:
        detail = N_("it is the key of nothing")
        yield Finding("orphan_key", each, detail, repairable=True, repaired=repair)
