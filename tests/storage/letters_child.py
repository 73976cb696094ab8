"""What tests let another process do to emails and requests; run as a script, and be killed.

letters_child.py WHAT FOLDER: WHAT is letters or approve. It says `begun` before the first step,
`N done` whenever N messages are deleted, and `done` at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from reviewer.models.erasure import Shared, What  # noqa: E402 (needs the path above)
from reviewer.models.letters import letters_of  # noqa: E402
from reviewer.storage.local import erasing_run, open_store  # noqa: E402
from tests.helpers.stores import ADMIN, make_giid  # noqa: E402
from tests.storage.child import say  # noqa: E402

EMAILS = 6
CALLS = 24
REASON = "what the customer asked for"


def delete_letters(folder: Path) -> None:
    """Delete every message of every email, one by one."""
    with open_store(folder) as store:
        session = store.session(ADMIN)
        say("begun")
        done = 0
        for number in range(EMAILS):
            for letter in letters_of(session.interactions.get(make_giid(number))):
                if letter.gone is None:
                    email = session.interactions.find(make_giid(number))
                    session.erasure.erase(
                        [email], [What.EMAIL], REASON, shared=Shared.CUT, letter=letter
                    )
                done += 1
                say(f"{done} done")


def approve(folder: Path) -> None:
    """Agree to what was asked for, or go on with it."""
    erasing_run.BATCH = 3
    with open_store(folder) as store:
        session = store.session("boris")
        say("begun")
        for request in session.requests.pending():
            session.requests.approve(request.number)
        for job in session.erasure.unfinished():
            session.erasure.resume(job)


if __name__ == "__main__":
    {"letters": delete_letters, "approve": approve}[sys.argv[1]](Path(sys.argv[2]))
    say("done")
