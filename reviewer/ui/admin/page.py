"""The page of administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.ui.admin.categories_page import CategoriesPage

if TYPE_CHECKING:
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> CategoriesPage:
    """Return the page of the evaluation categories."""
    return CategoriesPage(shell, session, in_turns=in_turns)
