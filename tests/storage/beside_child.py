"""What one of several programs at one encrypted store does; run as a script, and be killed.

    beside_child.py WHAT ADDRESS KEY FIRST COUNT: WHAT is roll, reencrypt or import; ADDRESS is
    the store's folder or its place on a server; KEY is the secret of the key file in hexadecimal;
    FIRST is the number of the first interaction.

It opens the store anew for each of COUNT steps, and says the number of each that was done.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.crypto.secret import Secret  # noqa: E402 (needs the path above)
from reviewer.errors import StoreBusyError  # noqa: E402
from reviewer.storage.address import open_address  # noqa: E402
from tests.helpers.stores import ADMIN  # noqa: E402
from tests.storage.child import rich, say  # noqa: E402


def step(what: str, address: str, key: Secret, number: int) -> None:
    """Do one thing as a program does that is started for it."""
    with open_address(address, opener=key) as store:
        session = store.session(ADMIN)
        if what == "import":
            session.intake.put([rich(number)])
        elif what == "roll":
            session.keys.roll()
        else:
            session.keys.create()
            session.keys.reencrypt(afresh=True)


def work(what: str, address: str, key: Secret, first: int, count: int) -> None:
    """Do the steps; one that others are in the way of is done again."""
    number = first
    while number < first + count:
        try:
            step(what, address, key, number)
        except StoreBusyError:
            continue
        say(str(number))
        number += 1
    say("done")


if __name__ == "__main__":
    work(
        sys.argv[1],
        sys.argv[2],
        Secret(bytes.fromhex(sys.argv[3])),
        int(sys.argv[4]),
        int(sys.argv[5]),
    )
