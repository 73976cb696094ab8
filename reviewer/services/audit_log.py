"""Taking the audit log out of a store: entries and anchors as JSON, and anchors back in.

An anchor kept elsewhere is what catches a log made anew as a whole. Thread: any.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import N_, FileUnusableError, Reason, UsageError, reason_of
from reviewer.messages import translated
from reviewer.models.audit import FAULTS, TITLES, Act, Anchor
from reviewer.models.criteria.moments import parse_moment, stretch
from reviewer.models.ids import WallUs
from reviewer.services.facts import iso_instant
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from reviewer.models.audit import AuditEntry, Fault
    from reviewer.models.progress import Progress
    from reviewer.storage.store import Session

ANCHOR_FORM: Final = "reviewer-audit-anchor/1"
MAX_ANCHOR_BYTES: Final = 10_000


def entry_facts(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as plain JSON values."""
    return {
        "number": entry.number,
        "at": iso_instant(entry.at_us),
        "login": entry.login,
        "act": entry.act,
        "giid": entry.giid or None,
        "hidden": entry.hidden,
        "detail": dict(entry.detail),
        "from": entry.origin,
        "hash": entry.hash.hex(),
    }


def act_title(act: str) -> str:
    """Return what an act is called, in the language in force; one of a newer program as it is."""
    try:
        return translated(TITLES[Act(act)])
    except ValueError:
        return act


def fault_text(fault: Fault) -> str:
    """Return what is wrong with a log, as a sentence."""
    return translated(FAULTS[fault.kind]).format(number=fault.number)


def anchor_text(anchor: Anchor) -> str:
    """Return an anchor as one line of JSON."""
    return json.dumps(
        {
            "form": ANCHOR_FORM,
            "store": anchor.store_id,
            "entry": anchor.number,
            "at": iso_instant(anchor.at_us),
            "at_us": anchor.at_us,
            "hash": anchor.hash.hex(),
            "public": anchor.public.hex(),
            "signature": anchor.signature.hex(),
        }
    )


def read_anchor(data: bytes, name: str) -> Anchor:
    """Return the anchor in a file's bytes.

    Args:
        data: The bytes; more than `MAX_ANCHOR_BYTES` are none.
        name: What an error calls the file.

    Raises:
        FileUnusableError: It is no anchor.
    """
    try:
        told = json.loads(data) if len(data) <= MAX_ANCHOR_BYTES else {}
        anchor = Anchor(
            str(told["store"]),
            int(told["entry"]),
            WallUs(int(told["at_us"])),
            bytes.fromhex(told["hash"]),
            bytes.fromhex(told["public"]),
            bytes.fromhex(told["signature"]),
        )
        known = told["form"] == ANCHOR_FORM
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        raise FileUnusableError(name=name, reason=N_("it is no anchor of an audit log"))
    return anchor


def load_anchor(path: Path) -> Anchor:
    """Return the anchor in a file.

    Raises:
        FileUnusableError: It cannot be read, or is no anchor.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ANCHOR_BYTES + 1)
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error
    return read_anchor(data, str(path))


def save_anchor(session: Session, path: Path) -> None:
    """Write the log's signed end to a file, whole or not at all.

    Raises:
        FileUnusableError: It cannot be written; RefusedError.
    """
    text = anchor_text(session.audit.anchor())
    try:
        with replacing(path) as file:
            file.write((text + "\n").encode())
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error


def export_log(session: Session, path: Path, *, progress: Progress | None = None) -> int:
    """Write the whole log to a file, an entry a line as JSON, whole or not at all.

    Args:
        session: Whose.
        path: Of the file.
        progress: Told how far it is.

    Returns:
        How many entries it has.

    Raises:
        FileUnusableError: It cannot be written; RefusedError; CancelledError.
    """
    entries = session.audit.export(progress=progress)
    count = 0
    try:
        with replacing(path) as file:
            for entry in entries:
                told = json.dumps(entry_facts(entry), ensure_ascii=False)
                file.write((told + "\n").encode())
                count += 1
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error
    return count


def instant_bound(text: str, zone: ZoneInfo, now_us: int, *, end: bool) -> WallUs:
    """Return the instant that a date begins at, or ends before, in the centre time zone.

    Raises:
        UsageError: It is no date.
    """
    moment = parse_moment(text)
    if moment is None:
        raise UsageError(reason=Reason(N_("{text} is not a date"), text=text))
    return WallUs(stretch(moment, zone, now_us)[1 if end else 0])
