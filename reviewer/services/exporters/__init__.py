"""What can be exported of interactions, one module a kind; each registers itself."""

from __future__ import annotations
