"""What of the demo is under a legal hold, and what its administrator deleted and let expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.tree import Block
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.ids import InteractionId
from reviewer.models.interaction import Channel
from reviewer.models.letters import letters_of
from reviewer.models.search import Search, SortKey

if TYPE_CHECKING:
    from reviewer.storage.store import Session

_WORDS: Final = {
    "ru": ("Запрос суда, дело 2026/114", "Запрос клиента на удаление персональных данных, № 8841"),
    "en": ("Court order, case 2026/114", "Customer's request to erase personal data, no. 8841"),
}
_HELD: Final = 3
_DELETED: Final = 2
_KEPT_DAYS: Final = 1_095


def keep_and_delete(session: Session, language: str) -> None:
    """Hold some interactions, delete the content of others, and set rules of retention.

    Raises:
        StoreError: They could not be written.
    """
    why_held, why_deleted = _WORDS[language]
    whole = Search(parse_line("deleted:no transferred:no"), Channel.VOICE, (SortKey("started"),))
    found = session.interactions.search(whole, limit=_HELD + _DELETED)
    ids = [row.id for row in found]
    session.keeping.hold(ids[:_HELD], why_held)
    session.erasure.erase(
        ids[_HELD:], (What.VOICE, What.TRANSCRIPT), why_deleted, shared=Shared.CUT
    )
    _delete_letter(session, why_deleted)
    session.keeping.set_rules(
        [RetentionRule("", What.SCREEN, _KEPT_DAYS), RetentionRule("", What.VOICE, _KEPT_DAYS)]
    )


def _delete_letter(session: Session, why: str) -> None:
    """Delete the customer's letter of an email that was answered; the answer stays."""
    for number in session.interactions.ids(Search(Block(), Channel.EMAIL, (SortKey("started"),))):
        letters = letters_of(session.interactions.get_by_id(InteractionId(number)))
        if len(letters) > 1:
            session.erasure.erase([number], [What.EMAIL], why, shared=Shared.CUT, letter=letters[0])
            return
