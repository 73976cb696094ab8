"""What tests let another process do that mends or brings in; run as a script, and be killed.

    mending_child.py WHAT FOLDER KEY: WHAT is recut, repair or migrate; KEY is the secret of the key
    file in hexadecimal, "" for a store in the clear.

It says `begun` before the first step, and `done` at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.crypto.secret import Secret  # noqa: E402 (needs the path above)
from reviewer.storage.local import intake, open_store  # noqa: E402
from tests.helpers.stores import ADMIN  # noqa: E402
from tests.storage.child import say  # noqa: E402
from tests.storage.erase_child import COUNT, covered, cut  # noqa: E402


def work(what: str, folder: Path, key: str) -> None:
    """Do what is asked, in small steps: many moments to be killed at."""
    intake.BATCH = 3
    opener = Secret(bytes.fromhex(key)) if key else None
    if what == "migrate":
        say("begun")
    with open_store(folder, opener=opener) as store:
        if what == "recut":
            say("begun")
            items = (covered(number) for number in range(COUNT))
            store.session(ADMIN).intake.put(items, cutter=cut)
        elif what == "repair":
            say("begun")
            store.examine(repair=True)
    say("done")


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
