from __future__ import annotations

import pytest

from reviewer.models.ids import Giid
from reviewer.models.links import giid_of, link_of

GIID = Giid("F0A5E40B-8FFC-541A-9B1D-2F6C3E7D8A90")


def test_a_link_names_its_interaction_and_comes_back():
    assert link_of(GIID) == f"reviewer://{GIID}"
    assert giid_of(link_of(GIID)) == GIID


@pytest.mark.parametrize(
    "text", [GIID, GIID.lower(), f"  reviewer://{GIID}\n", f"REVIEWER://{GIID.lower()}/"]
)
def test_it_is_read_however_a_system_writes_it(text):
    assert giid_of(text) == GIID


@pytest.mark.parametrize(
    "text", ["", "reviewer://", "reviewer://x", f"http://{GIID}", f"reviewer://{GIID}/x"]
)
def test_anything_else_is_no_link(text):
    with pytest.raises(ValueError, match="UUID"):
        giid_of(text)
