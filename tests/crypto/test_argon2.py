"""Several at once: passwords are hashed and checked, and passphrases taken, in turns."""

from __future__ import annotations

import subprocess
import sys

SEVERAL = """
import threading
from reviewer.crypto.passphrase import Derivation
from reviewer.crypto.passwords import hash_password, password_matches

kept = hash_password("correct horse")
told = []
work = [
    lambda: told.append(password_matches("correct horse", kept)),
    lambda: told.append(not password_matches("wrong", kept)),
    lambda: told.append(password_matches("other", hash_password("other"))),
    lambda: told.append(len(Derivation.fresh().derive("passphrase")) == 32),
] * 2
threads = [threading.Thread(target=each) for each in work]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert told == [True] * len(work), told
"""


def test_several_at_once_come_to_their_ends() -> None:
    # In a process of its own: threads that wait for ever would outlive the test.
    subprocess.run([sys.executable, "-c", SEVERAL], check=True, timeout=60)
