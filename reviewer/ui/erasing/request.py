"""What is to be deleted: what one is asked about, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.models.access import Privilege
from reviewer.models.erasure import What

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.access import User
    from reviewer.models.erasure import Shared
    from reviewer.models.letters import Letter


@dataclass(frozen=True, slots=True)
class Choice:
    """A line to tick: kinds of content that are deleted together.

    Attributes:
        what: They; title: message id; icon: of the line.
    """

    what: tuple[What, ...]
    title: str
    icon: str


_EMAIL: Final = Choice((What.EMAIL,), N_("Email message"), "mail")
_EMAILS: Final = Choice((What.EMAIL,), N_("Email messages"), "mail")
_ALONE: Final = (
    Choice((What.VOICE, What.TRANSCRIPT), N_("Voice recording and transcript"), "audio-lines"),
    Choice((What.CHAT,), N_("Chat"), "message-square-text"),
    _EMAIL,
    Choice((What.SCREEN,), N_("Screen recording"), "monitor"),
)
_MANY: Final = (
    Choice((What.VOICE,), N_("Voice recordings"), "audio-lines"),
    Choice((What.TRANSCRIPT,), N_("Transcripts of calls"), "message-square-text"),
    Choice((What.CHAT,), N_("Chats"), "message-square"),
    _EMAILS,
    Choice((What.SCREEN,), N_("Screen recordings"), "monitor"),
)


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """Of which interactions something is to be deleted.

    Attributes:
        ids: They; at least one.
        name: What the dialogs call it, translated.
        evaluations: How many evaluations stay, of one interaction.
        letter: The one message of an email that is meant, None: all content.
    """

    ids: Sequence[int] = field(repr=False)
    name: str = field(repr=False)
    evaluations: int = 0
    letter: Letter | None = None

    @property
    def alone(self) -> bool:
        """Whether it is one interaction."""
        return len(self.ids) == 1

    def choices(self, me: User) -> tuple[Choice, ...]:
        """Return what can be ticked by a user."""
        if self.alone:
            emails = _EMAIL if self.letter is not None else _EMAILS
            return tuple(emails if one is _EMAIL else one for one in _ALONE)
        bulk_email = me.may(Privilege.RECORDS_ERASE_EMAIL_BULK)
        return tuple(one for one in _MANY if bulk_email or What.EMAIL not in one.what)


@dataclass(frozen=True, slots=True)
class EraseOrder:
    """What was decided to be deleted.

    Attributes:
        ids: Of which interactions; what: which content; reason: why.
        shared: What becomes of screen video that others need.
        expected: How many interactions have content of each kind, as was told before; `total`: in
            all.
        letter: The one message of an email that goes.
    """

    ids: Sequence[int] = field(repr=False)
    what: tuple[What, ...]
    reason: str = field(repr=False)
    shared: Shared
    expected: Mapping[What, int]
    total: int = 0
    letter: Letter | None = None
