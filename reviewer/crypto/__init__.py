"""Sealing content, wrapping keys, passphrases, passwords and signatures.

The only package that imports `cryptography`. It knows no files, no SQL and no Qt: bytes come in
and go out.
"""

from __future__ import annotations
