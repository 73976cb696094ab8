"""What tests of encrypted stores let another process do; run as a script, and be killed.

    crypt_child.py WHAT FOLDER KEY: WHAT is import, encrypt, decrypt, roll or reencrypt; KEY is
    the secret of the key file in hexadecimal.

It says `begun` before the first step, and `done` at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.crypto.secret import Secret  # noqa: E402 (needs the path above)
from reviewer.models.encryption import ALL_SEALED  # noqa: E402
from reviewer.models.progress import NoProgress  # noqa: E402
from reviewer.storage.local import Encryption, LocalStore, encryption, intake, open_store, resealing  # noqa: E402  # noqa: E402
from reviewer.storage.vault import keeper  # noqa: E402
from tests.helpers.stores import ADMIN  # noqa: E402
from tests.storage.child import rich, say  # noqa: E402

COUNT = 14
"""Interactions in a store that is worked on."""


def opened(folder: Path, key: Secret) -> LocalStore:
    """Open the store, encrypted or in the clear."""
    return open_store(folder, opener=key)


def work(what: str, folder: Path, key: Secret) -> None:
    """Do what is asked, in small steps: many moments to be killed at."""
    intake.BATCH = 7
    resealing._BATCH = 5
    keeper._BATCH = 6
    with opened(folder, key) as store:
        core = store._core
        session = store.session(ADMIN)
        say("begun")
        if what == "import":
            session.intake.put(rich(n) for n in range(COUNT))
        elif what == "encrypt":
            if core.keeper is None:
                how = Encryption(None, ALL_SEALED, key_file=key)
                encryption.encrypt(core, how, NoProgress())
            else:
                session.keys.reencrypt()
        elif what == "decrypt":
            if core.keeper is not None:
                session.keys.decrypt()
        elif what == "roll":
            session.keys.roll()
        elif what == "reencrypt":
            session.keys.create()
            session.keys.reencrypt(afresh=True)
    say("done")


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), Secret(bytes.fromhex(sys.argv[3])))
