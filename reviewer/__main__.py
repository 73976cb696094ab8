"""`python -m reviewer`: the command line."""

from __future__ import annotations

from reviewer.cli.main import entry

if __name__ == "__main__":
    entry()
