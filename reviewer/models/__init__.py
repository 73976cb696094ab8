"""Values and rules of the product: no Qt, no SQL, no I/O."""

from __future__ import annotations
