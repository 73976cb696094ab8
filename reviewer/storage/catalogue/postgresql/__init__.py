"""The catalogue as a database of a PostgreSQL server."""

from __future__ import annotations
