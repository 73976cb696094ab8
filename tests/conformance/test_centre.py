"""The centre's settings and names, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import RefusedError, UsageError
from reviewer.models.access import Privilege
from reviewer.models.settings import Feature, SettingsChange
from tests.helpers.people import acts, add
from tests.helpers.stores import ADMIN, make_incoming

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store


def test_looking_a_store_over_is_for_administrators_and_told(admin: Session, store: Store) -> None:
    add(admin, "anna", "manager")
    with pytest.raises(RefusedError):
        store.session("anna").centre.examine()
    assert admin.centre.examine() == ()
    assert admin.centre.examine(repair=True) == ()
    assert acts(admin)[-2:] == ["store.examined", "store.repaired"]
    # One who may do so and sees nothing meets content that is not to be named.
    admin.intake.put([make_incoming(1)])
    role, _ = admin.people.add_role("Machinist", {Privilege.ADMIN_SETTINGS})
    admin.people.add_user("machinist", "", [role.key])
    assert store.session("machinist").centre.examine() == ()


def test_settings_change_for_everybody_and_stay(admin: Session, store: Store) -> None:
    change = SettingsChange(
        name="Центр",
        time_zone="Asia/Omsk",
        features=frozenset({Feature.CPA, Feature.ENCRYPTION}),
        lock_minutes=0,
    )
    settings, changes = admin.centre.change(change)
    assert changes.settings
    assert (settings.name, settings.time_zone, settings.lock_minutes) == ("Центр", "Asia/Omsk", 0)
    # Whether the store is encrypted is no matter of a switch.
    assert settings.features - {Feature.ENCRYPTION} == {Feature.CPA}
    assert (Feature.ENCRYPTION in settings.features) is store.is_encrypted
    assert store.session(ADMIN).centre.settings() == settings == admin.settings
    assert "settings.changed" in acts(admin)
    with pytest.raises(UsageError):
        admin.centre.change(SettingsChange(time_zone="Moon/Base"))
    assert admin.centre.settings() == settings
    add(admin, "looker", "manager")
    for refused in (
        lambda s: s.centre.change(change),
        lambda s: s.centre.names(),
        lambda s: s.centre.services(),
        lambda s: s.centre.dispositions(),
    ):
        with pytest.raises(RefusedError):
            refused(store.session("looker"))


def test_names_of_the_centre_are_told_with_their_use(admin: Session) -> None:
    admin.intake.put([make_incoming(n) for n in (1, 2, 3)])
    add(admin, "client", "customer", services=("Support", "Cards"))
    services = admin.centre.services()
    assert [(one.name, one.segments, one.users) for one in services] == [
        ("Cards", 0, ("client",)),
        ("Support", 3, ("client",)),
    ]
    assert [(one.name, one.segments) for one in admin.centre.dispositions()] == [("Solved", 3)]
    names = admin.centre.names()
    assert (names.teams, names.services) == (("Sales",), ("Cards", "Support"))
