"""The text of a key file: what opens a store where nobody is there to type a passphrase.

reviewer-key-1 0123...ef: 64 hexadecimal digits
"""

from __future__ import annotations

from typing import Final

from reviewer.crypto.secret import KEY_BYTES, Secret
from reviewer.errors import N_, UsageError

_MARK: Final = "reviewer-key-1 "


def key_file_text(key: Secret) -> str:
    """Return the text of a key file."""
    return f"{_MARK}{key.data.hex()}\n"


def read_key_file(text: str) -> Secret | None:
    """Return the secret of a key file, None where the text is no key file.

    Raises:
        UsageError: It is one, but cut or changed.
    """
    if not text.startswith(_MARK):
        return None
    try:
        data = bytes.fromhex(text.removeprefix(_MARK).strip())
    except ValueError:
        data = b""
    if len(data) != KEY_BYTES:
        raise UsageError(reason=N_("the key file is cut or changed"))
    return Secret(data)
