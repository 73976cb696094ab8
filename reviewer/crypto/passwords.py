"""Users' passwords: kept only as Argon2id hashes, in the customary text form (PHC).

Also tickets: what lets another process of the program be the same user for a moment, without the
password being kept anywhere.

Source of the parameters: RFC 9106, section 4, second recommendation.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from reviewer.crypto import argon2
from reviewer.crypto.passphrase import normal

MEMORY_KIB: Final = 64 << 10
PASSES: Final = 3
LANES: Final = 4
HASH_BYTES: Final = 32

_TICKET: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9a-f]{64})")
_FORM: Final = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\$[A-Za-z0-9+/]{22,64}"
    r"\$[A-Za-z0-9+/]{43,86}"
)


def hash_password(password: str) -> str:
    """Return the hash to keep, salted anew; takes about a quarter of a second. Thread: any."""
    return argon2.make_hash(normal(password), argon2.Cost(MEMORY_KIB, PASSES, LANES, HASH_BYTES))


def password_matches(password: str, kept: str) -> bool:
    """Return whether a password is the one a hash was made of; a damaged hash matches none.

    Takes as long as `hash_password`, whichever the answer.
    """
    if not _FORM.fullmatch(kept):
        # As long as a wrong password takes, so that nobody learns from the time which it was.
        hash_password(password)
        return False
    return argon2.hash_matches(normal(password), kept)


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's: make it anew at login."""
    found = _FORM.fullmatch(kept)
    return found is None or found.groups() != (str(MEMORY_KIB), str(PASSES), str(LANES))


def make_ticket(kept: str, user_id: int, place: int, until_us: int) -> str:
    """Return a ticket that is good until an instant, or until the password changes.

    Args:
        kept: The hash of the user's password; whoever can read it can read the store anyway.
        user_id: Whose.
        place: Where they are signed in, by its number.
        until_us: Until when, microseconds UTC.
    """
    told = f"{user_id}.{place}.{until_us}"
    return f"{told}.{_seal(kept, told)}"


def ticket_of(ticket: str) -> tuple[int, int] | None:
    """Return whose ticket this claims to be, and of which place; None: it is no ticket."""
    found = _TICKET.fullmatch(ticket)
    return (int(found.group(1)), int(found.group(2))) if found else None


def ticket_holds(ticket: str, kept: str, now_us: int) -> bool:
    """Return whether a ticket was made for this password and is still good."""
    found = _TICKET.fullmatch(ticket)
    if found is None or not kept:
        return False
    told, _, seal = ticket.rpartition(".")
    return hmac.compare_digest(seal, _seal(kept, told)) and now_us < int(found.group(3))


def _seal(kept: str, told: str) -> str:
    message = f"reviewer-ticket-2 {told}"
    return hmac.new(kept.encode(), message.encode(), hashlib.sha256).hexdigest()
