"""What tests of the local store let another process do; run as a script.

`import FOLDER N`: bring N interactions in, saying `begun` first.
`refused FOLDER make|open|put|erase|roll|encrypt|decrypt`: try that without the rights of the
superuser; print the error's code and what it says.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.errors import ReviewerError  # noqa: E402 (needs the path above)
from reviewer.models.search import Search  # noqa: E402
from reviewer.storage.local import create, open_store  # noqa: E402
from tests.helpers.stores import ADMIN, SETTINGS, make_incoming  # noqa: E402

NOBODY = 65534
KEY = b"k" * 32
"""What opens the encrypted stores of these tests."""
CONTENTS = 3
"""Recordings of every interaction that is brought in."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def rich(number: int):
    """Return an interaction with several contents, so that it can be half done."""
    from tests.helpers.stores import STARTED_US, make_recording, make_wav

    start = STARTED_US + number * 3600_000_000
    recordings = tuple(
        make_recording(start, 0.05, source_name=f"{number}-{part}.wav") for part in range(CONTENTS)
    )
    content = {part: make_wav(0.05, seed=number * 10 + part) for part in range(CONTENTS)}
    return make_incoming(number, recordings=recordings, content=content)


def bring_in(folder: Path, count: int) -> None:
    """Bring interactions in, a few in a batch, so that there are many moments to be killed at."""
    from reviewer.storage.local import intake

    intake.BATCH = 7
    with open_store(folder) as store:
        say("begun")
        store.session(ADMIN).intake.put(rich(n) for n in range(count))
    say("done")


def give_up_rights(folder: Path) -> None:
    """Load everything that is needed, then stop being the superuser."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        with create(Path(scratch) / "s", settings=SETTINGS, admin_login=ADMIN) as store:
            session = store.session(ADMIN)
            session.intake.put([make_incoming(1)])
            session.interactions.search(Search())
        open_store(Path(scratch) / "s").close()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def change(store, what: str) -> None:
    """Change an open store in one of the ways that write to its folder."""
    from reviewer.crypto.secret import Secret
    from reviewer.models.encryption import ALL_SEALED
    from reviewer.models.erasure import Shared, What
    from reviewer.models.progress import NoProgress
    from reviewer.storage.local import Encryption, encryption

    session = store.session(ADMIN)
    if what == "put":
        session.intake.put([make_incoming(2)])
    elif what == "erase":
        ids = list(session.interactions.ids(Search()))
        session.erasure.erase(ids, [What.VOICE], "asked", shared=Shared.CUT)
    elif what == "roll":
        session.keys.roll()
    elif what == "decrypt":
        session.keys.decrypt()
    elif what == "encrypt":
        how = Encryption(None, ALL_SEALED, key_file=Secret(KEY))
        encryption.encrypt(store._core, how, NoProgress())


def try_without_rights(folder: Path, what: str) -> None:
    """Try something that is to be refused, and say with which words."""
    from reviewer.crypto.secret import Secret

    opened = open_store(folder, opener=Secret(KEY)) if what not in ("make", "open") else None
    give_up_rights(folder)
    try:
        if opened is not None:
            change(opened, what)
        elif what == "make":
            create(folder, settings=SETTINGS, admin_login=ADMIN)
        else:
            open_store(folder)
    except ReviewerError as error:
        say(error.code)
        say(str(error))
    else:
        say("nothing was refused")


if __name__ == "__main__":
    if sys.argv[1] == "import":
        bring_in(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        try_without_rights(Path(sys.argv[2]), sys.argv[3])
