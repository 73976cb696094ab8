"""What users do, one module a use. No Qt, no SQL."""

from __future__ import annotations
