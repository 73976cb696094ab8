"""The tables of the catalogue, for SQLite and PostgreSQL. Imported inside `storage` only.

Rules: an instant is BIGINT microseconds UTC and a duration BIGINT microseconds; an enumeration
is a SMALLINT of `codes`; a flag is 0 or 1; a text is never NULL, "" meaning none. What is
searched has a twin folded by `reviewer.models.folding` (`_fold`), and where "ends with" is asked
for one read backwards (`_rev`). The indexes of words and of parts of words are in `fulltext`.

One module a subject; all tables are had from here.
"""

from __future__ import annotations

from typing import Final

from reviewer.storage.catalogue.schema.audit import audit, audit_head
from reviewer.storage.catalogue.schema.erasing import (
    cut_pieces,
    erasing,
    erasing_left,
    holds,
    lifted_holds,
    request_items,
    requests,
    retention_rules,
)
from reviewer.storage.catalogue.schema.evaluations import (
    categories,
    evaluation_scores,
    evaluations,
)
from reviewer.storage.catalogue.schema.interactions import (
    PARTS,
    RARE,
    interactions,
)
from reviewer.storage.catalogue.schema.names import (
    agents,
    custom_fields,
    dispositions,
    services,
    teams,
)
from reviewer.storage.catalogue.schema.parts import (
    interaction_custom,
    interaction_labels,
    known_as,
    messages,
    notes,
    recordings,
    segments,
    spans,
    steps,
    stretches,
    tellings,
    tombstones,
    unheard,
)
from reviewer.storage.catalogue.schema.people import (
    accounts,
    login_failures,
    remembered,
    role_privileges,
    roles,
    sign_ins,
    user_roles,
    user_services,
    user_teams,
    users,
)
from reviewer.storage.catalogue.schema.remarks import (
    comments,
    disposition_changes,
    listening_positions,
    service_dispositions,
)
from reviewer.storage.catalogue.schema.sets import (
    criteria_set_watchers,
    criteria_sets,
)
from reviewer.storage.catalogue.schema.store import (
    meta,
    pending_unlink,
    settings,
)

VERSION: Final = 15
"""Version of the format that this code reads and writes."""

__all__ = [
    "PARTS",
    "RARE",
    "VERSION",
    "accounts",
    "agents",
    "audit",
    "audit_head",
    "categories",
    "comments",
    "criteria_set_watchers",
    "criteria_sets",
    "custom_fields",
    "cut_pieces",
    "disposition_changes",
    "dispositions",
    "erasing",
    "erasing_left",
    "evaluation_scores",
    "evaluations",
    "holds",
    "interaction_custom",
    "interaction_labels",
    "interactions",
    "known_as",
    "lifted_holds",
    "listening_positions",
    "login_failures",
    "messages",
    "meta",
    "notes",
    "pending_unlink",
    "recordings",
    "remembered",
    "request_items",
    "requests",
    "retention_rules",
    "role_privileges",
    "roles",
    "segments",
    "service_dispositions",
    "services",
    "settings",
    "sign_ins",
    "spans",
    "steps",
    "stretches",
    "teams",
    "tellings",
    "tombstones",
    "unheard",
    "user_roles",
    "user_services",
    "user_teams",
    "users",
]
