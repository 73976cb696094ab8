"""The channels as the window names them. May be imported by `reviewer.ui`."""

from __future__ import annotations

from typing import Final

from reviewer.messages import N_
from reviewer.models.interaction import Channel

# Channel: (icon, message id of its name). In the order of Ctrl+1, 2, 3.
CHANNELS: Final[dict[Channel | None, tuple[str, str]]] = {
    Channel.VOICE: ("phone", N_("Phone")),
    Channel.CHAT: ("message-square", N_("Chat")),
    Channel.EMAIL: ("mail", N_("Email")),
    None: ("layers", N_("All channels")),
}
CHOICES: Final = (Channel.VOICE, Channel.CHAT, Channel.EMAIL)
