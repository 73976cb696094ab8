"""Which pages there are, in which section of the rail, and what one must be allowed to see them.

A new page is one entry here; the composition root builds whatever is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.models.access import Privilege
from reviewer.ui.rail import Section

if TYPE_CHECKING:
    from reviewer.models.access import User

_P = Privilege


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page: its name, its section of the rail, and the module whose `make_page` builds it.

    Attributes:
        later: Imported in the background once the window is up, so that it is up sooner, and made
            in turns, so that the window answers meanwhile.
        any_of: Who has none of these privileges does not get the page; empty: everybody does.
        title: As a message id; pages with one are listed beside each other, in the navigation of
            their section, under the heading `group`, another message id.
    """

    name: str
    section: str
    module: str
    later: bool = True
    any_of: frozenset[Privilege] = frozenset()
    title: str = ""
    icon: str = ""
    group: str = ""

    def is_for(self, user: User) -> bool:
        """Return whether a user gets the page."""
        return not self.any_of or user.may(*self.any_of)


SECTIONS: Final = (
    Section("recordings", "headphones", N_("Recordings")),
    Section("work", "inbox", N_("My work")),
    Section("reports", "chart-column", N_("Reports")),
    Section("exports", "folder-output", N_("Exports")),
    Section("administration", "settings", N_("Administration"), low=True, short=N_("Admin")),
)


def _admin(
    name: str, module: str, any_of: set[Privilege], title: str, icon: str, group: str
) -> PageEntry:
    return PageEntry(
        name,
        "administration",
        f"reviewer.ui.admin.{module}",
        any_of=frozenset(any_of),
        title=title,
        icon=icon,
        group=group,
    )


PEOPLE: Final = N_("Users and roles")
CENTRE: Final = N_("Contact centre")
SECURITY: Final = N_("Security")
DELETION: Final = N_("Deleting content")

# In the order of the crumbs and of the navigation; the first one of a section is where its rail
# item leads.
PAGES: Final = (
    PageEntry("search", "recordings", "reviewer.ui.search.page", later=False),
    PageEntry("results", "recordings", "reviewer.ui.results.page"),
    PageEntry("review", "recordings", "reviewer.ui.review.making"),
    PageEntry("trace", "recordings", "reviewer.ui.trace.page"),
    _admin("users", "users_page", {_P.ADMIN_USERS}, N_("Users"), "users", PEOPLE),
    _admin("roles", "roles_page", {_P.ADMIN_USERS}, N_("Roles"), "user", PEOPLE),
    _admin(
        "sign_ins",
        "sign_ins_page",
        {_P.ADMIN_USERS},
        N_("Signed-in places"),
        "monitor",
        PEOPLE,
    ),
    _admin(
        "settings",
        "settings_page",
        {_P.ADMIN_SETTINGS},
        N_("Settings of the centre"),
        "settings",
        CENTRE,
    ),
    _admin(
        "services",
        "services_page",
        {_P.ADMIN_SETTINGS},
        N_("Services and dispositions"),
        "layers",
        CENTRE,
    ),
    _admin(
        "categories",
        "page",
        {_P.ADMIN_SETTINGS},
        N_("Evaluation categories"),
        "clipboard-check",
        CENTRE,
    ),
    _admin("audit", "audit_page", {_P.AUDIT_VIEW}, N_("Audit log"), "history", SECURITY),
    _admin(
        "encryption",
        "encryption_page",
        {_P.ADMIN_ENCRYPTION},
        N_("Encryption"),
        "lock",
        SECURITY,
    ),
    _admin(
        "copies",
        "copies_page",
        {_P.ADMIN_SETTINGS},
        N_("Backing up and moving"),
        "database",
        SECURITY,
    ),
    _admin("bulk", "bulk_page", {_P.RECORDS_ERASE}, N_("Bulk deletion"), "trash-2", DELETION),
    _admin(
        "retention",
        "retention_page",
        {_P.RECORDS_RETENTION},
        N_("Retention rules"),
        "clock",
        DELETION,
    ),
    _admin("holds", "holds_page", {_P.RECORDS_HOLD}, N_("Legal holds"), "shield", DELETION),
)
