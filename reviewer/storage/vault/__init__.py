"""Vault."""

from __future__ import annotations
