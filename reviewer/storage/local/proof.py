"""Certificates of what was deleted from a local store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.crypto.signing import is_signed
from reviewer.errors import N_
from reviewer.messages import tr, translated
from reviewer.models.audit import FAULTS
from reviewer.models.certificate import Certificate
from reviewer.models.ids import Giid, WallUs
from reviewer.models.progress import NoProgress
from reviewer.storage.catalogue import audit, landing, proof
from reviewer.storage.local.clock import now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.access import User
    from reviewer.models.certificate import Destroyed
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core

_FOREIGN = N_("it is of another store")
_UNSIGNED = N_("its signature is not this store's: something in it was changed")


def make_certificate(core: Core, user: User, ids: Sequence[int]) -> Certificate:
    """Return a signed certificate of what was destroyed of interactions.

    What is not certainly destroyed yet, because bytes that went with it may still be there, is
    told apart.
    """
    with core.database.read() as connection:
        left = landing.since_due(connection, now_us())
        found = proof.destroyed(connection, ids)
    lingering = tuple(item for item in found if proof.lingers(item, left))
    made = Certificate(
        core.journal.store_id,
        core.settings.name,
        user.login,
        WallUs(now_us()),
        tuple(item for item in found if not proof.lingers(item, left)),
        core.journal.public,
        lingering=lingering,
    )
    return replace(made, signature=core.journal.sign(made.message()))


def wrong_with(core: Core, certificate: Certificate, visibility: Visibility) -> tuple[str, ...]:
    """Return what is wrong with a certificate, as sentences.

    Whether the log says what one that somebody made up says is told of what they may see alone:
    else anybody would ask the log so.
    """
    journal = core.journal
    if certificate.store_id != journal.store_id:
        return (translated(_FOREIGN),)
    wrong: list[str] = []
    signed = is_signed(certificate.message(), certificate.signature, journal.public)
    ours = signed and certificate.public == journal.public
    if not ours:
        wrong.append(translated(_UNSIGNED))
    with core.database.read() as connection:

        def is_hidden(item: Destroyed) -> bool:
            return not ours and visibility.find(connection, Giid(item.giid)) is None

        found = audit.verify(connection, journal.store_id, journal.signed, None, NoProgress())
        wrong += [
            tr("the log does not say so of {giid}", giid=item.giid)
            for item in (*certificate.items, *certificate.lingering)
            if is_hidden(item) or not proof.holds(connection, item)
        ]
        left = landing.since_due(connection, now_us())
        wrong += [
            tr("what was deleted of {giid} is not destroyed yet", giid=item.giid)
            for item in certificate.items
            if proof.lingers(item, left) and not is_hidden(item)
        ]
        by_entry: dict[int, list[Destroyed]] = defaultdict(list)
        for item in (*certificate.items, *certificate.lingering):
            by_entry[item.entry].append(item)
        wrong += [
            tr("the log does not say so of {giid}", giid=items[0].giid)
            for items in by_entry.values()
            if any(map(is_hidden, items)) or not proof.amounts_hold(connection, items)
        ]
    wrong += [translated(FAULTS[fault.kind]).format(number=fault.number) for fault in found.faults]
    return tuple(dict.fromkeys(wrong))
