"""Names that many interactions share: from name to id, entering those that are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from reviewer.models.folding import fold
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from reviewer.models.interaction import Agent


class Names:
    """Ids of shared names within one transaction; ask the catalogue once a name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}
        self._agents: dict[str, Agent] = {}

    def service(self, name: str) -> int | None:
        """Return the id of a service, None for no name."""
        return self._of(schema.services, name)

    def disposition(self, name: str) -> int | None:
        """Return the id of a disposition, None for no name."""
        return self._of(schema.dispositions, name)

    def team(self, name: str) -> int | None:
        """Return the id of a team, None for no name."""
        return self._of(schema.teams, name)

    def custom_field(self, name: str) -> int:
        """Return the id of a custom field; names that differ in letter case are one field."""
        key = ("custom_fields", fold(name))
        if key not in self._known:
            table = schema.custom_fields
            found = self._connection.execute(
                select(table.c.id).where(table.c.name_fold == key[1])
            ).scalar()
            self._known[key] = found or self._insert(table, name=name, name_fold=key[1])
        return self._known[key]

    def agent(self, agent: Agent | None) -> int | None:
        """Return the id of an agent; what is newly known of one is kept, nothing is forgotten."""
        if agent is None:
            return None
        key = fold(agent.login)
        if self._agents.get(key) == agent:
            return self._known["agents", key]
        table = schema.agents
        found = self._connection.execute(select(table).where(table.c.login_fold == key)).first()
        told: dict[str, object] = {}
        if agent.first_name:
            told |= {"first_name": agent.first_name, "first_fold": fold(agent.first_name)}
        if agent.last_name:
            told |= {"last_name": agent.last_name, "last_fold": fold(agent.last_name)}
        if agent.team:
            told["team_id"] = self.team(agent.team)
        if agent.extension:
            told["extension"] = agent.extension
        if found is None:
            number = self._insert(table, login=agent.login, login_fold=key, **told)
        else:
            number = int(found.id)
            if any(found._mapping[name] != value for name, value in told.items()):  # noqa: SLF001 (SQLAlchemy's public name)
                self._connection.execute(table.update().where(table.c.id == number).values(**told))
        self._known["agents", key] = number
        self._agents[key] = agent
        return number

    def _of(self, table: Table, name: str) -> int | None:
        if not name:
            return None
        key = (table.name, name)
        if key not in self._known:
            found = self._connection.execute(
                select(table.c.id).where(table.c.name == name)
            ).scalar()
            self._known[key] = found or self._insert(table, name=name, name_fold=fold(name))
        return self._known[key]

    def _insert(self, table: Table, **values: object) -> int:
        result = self._connection.execute(table.insert().values(**values))
        key = result.inserted_primary_key
        return int(key[0]) if key is not None else 0
