"""Certificates of deletion: what was destroyed, by whom, when, why, and where the log says so.

A certificate is signed by the store and names the entries of the audit log that it rests on, each
with its hash: so it verifies against the log, and against an anchor of the log kept elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import N_, FileUnusableError
from reviewer.models.ids import Giid, WallUs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORM: Final = "reviewer-deletion-certificate/1"
MAX_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Content of one kind of one interaction that was destroyed.

    Attributes:
        kind: Stored value of the kind of content.
        recordings: How many; bytes: their size.
        entry: Number of the log's entry that says so; hash: of that entry, hexadecimal digits.
        approved_by: Who agreed, "" where nobody had to; then `by` is who asked for it.
        message: Number of the one message of an email that was, from 1; None: all of the kind.
    """

    giid: Giid | str
    kind: str
    at_us: WallUs
    by: str
    reason: str
    by_retention: bool
    recordings: int
    bytes: int
    entry: int
    hash: str
    approved_by: str = ""
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signed list of what was destroyed.

    Attributes:
        store_id, store_name: Of which store.
        made_by, made_us: Who had it made, and when.
        public: The key that signed, 32 bytes; signature: of `message`, 64 bytes.
        lingering: What was deleted and is not certainly destroyed yet: bytes that went with it
            may still be there.
    """

    store_id: str
    store_name: str
    made_by: str
    made_us: WallUs
    items: tuple[Destroyed, ...]
    public: bytes = b""
    signature: bytes = b""
    lingering: tuple[Destroyed, ...] = ()

    def message(self) -> bytes:
        """Return what is signed."""
        return b"reviewer deletion certificate 1\0" + _canonical(_told(self)).encode()


def certificate_text(certificate: Certificate) -> str:
    """Return a certificate as JSON, to be read by people too."""
    told = _told(certificate)
    told["public"] = certificate.public.hex()
    told["signature"] = certificate.signature.hex()
    return json.dumps(told, ensure_ascii=False, indent=1)


def read_certificate(data: bytes, name: str) -> Certificate:
    """Return the certificate in a file's bytes.

    Raises:
        FileUnusableError: It is none.
    """
    try:
        told = json.loads(data)
        certificate = Certificate(
            str(told["store"]),
            str(told["store_name"]),
            str(told["made_by"]),
            WallUs(int(told["made_us"])),
            _read_items(told["items"]),
            bytes.fromhex(told["public"]),
            bytes.fromhex(told["signature"]),
            _read_items(told.get("lingering", ())),
        )
        known = told["form"] == FORM
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        raise FileUnusableError(name=name, reason=N_("it is no certificate of deletion"))
    return certificate


def _read_items(told: Iterable[Mapping[str, Any]]) -> tuple[Destroyed, ...]:
    return tuple(Destroyed(**{**item, "at_us": WallUs(int(item["at_us"]))}) for item in told)


def _told(certificate: Certificate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "form": FORM,
        "store": certificate.store_id,
        "store_name": certificate.store_name,
        "made_by": certificate.made_by,
        "made_us": certificate.made_us,
        "items": [_item(item) for item in certificate.items],
    }
    if certificate.lingering:
        # Only then: what was signed before there was such a list still verifies.
        told["lingering"] = [_item(item) for item in certificate.lingering]
    return told


def _item(item: Destroyed) -> dict[str, Any]:
    told = asdict(item)
    if not item.approved_by:
        # As it was before there was a second person: what was signed then still verifies.
        del told["approved_by"]
    if item.message is None:
        # So as well for single messages.
        del told["message"]
    return told


def _canonical(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
