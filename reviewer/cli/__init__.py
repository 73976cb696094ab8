"""The command line: one module a command, listed in `reviewer.cli.main`."""

from __future__ import annotations
