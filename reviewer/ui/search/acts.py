"""The actions of the search page: names and keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from reviewer.messages import N_
from reviewer.models.interaction import Channel
from reviewer.ui.actions import ActionSpec
from reviewer.ui.search.row_menu import ROW_ACTS

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.search.page import SearchPage

_SEARCH: Final = N_("Search")
_SETS: Final = N_("Saved sets")
_CRITERIA: Final = N_("Criteria")

_CURRENT_ACTS: Final = (
    ("edit", N_("Edit; in a block: switch between AND and OR"), "Return"),
    ("toggle", N_("Switch on or off"), "Space"),
)
_CHANNEL_KEYS: Final = (
    (Channel.VOICE, N_("Search phone calls"), "Ctrl+1"),
    (Channel.CHAT, N_("Search chats"), "Ctrl+2"),
    (Channel.EMAIL, N_("Search emails"), "Ctrl+3"),
)
# What is done with the saved set that is current in the list: (act, title, keys).
_SET_ACTS: Final = (
    ("news", N_("Show what is new in the set"), "Ctrl+N"),
    ("watch", N_("Watch the set, or no more"), "Ctrl+Shift+W"),
    ("share", N_("Share the set, or no more"), "Ctrl+Shift+H"),
)


def add_acts(page: SearchPage, actions: ActionRegistry) -> dict[str, QAction]:
    """Register what the page can do; return the actions that it switches on and off."""
    add = actions.add
    run = ActionSpec(
        "search.run", _SEARCH, group=_SEARCH, shortcuts=("Ctrl+Return",), icon="search"
    )
    add(run, page, page.search)
    enter = ActionSpec("search.enter", _SEARCH, shortcuts=("Return",), hidden=True)
    add(enter, page, page.search)
    line = ActionSpec(
        "search.line", N_("Go to the search line"), group=_SEARCH, shortcuts=("Ctrl+L",)
    )
    add(line, page, page.focus_line)
    for channel, title, keys in _CHANNEL_KEYS:
        spec = ActionSpec(f"search.{channel.value}", title, group=_SEARCH, shortcuts=(keys,))
        add(spec, page, partial(page.choose_channel, channel))
    undo = ActionSpec(
        "criteria.undo", N_("Undo"), group=_CRITERIA, shortcuts=("Ctrl+Z",), icon="undo-2"
    )
    redo = ActionSpec(
        "criteria.redo", N_("Redo"), group=_CRITERIA, shortcuts=("Ctrl+Shift+Z", "Ctrl+Y")
    )
    for act, title, keys in _CURRENT_ACTS:
        spec = ActionSpec(f"criteria.{act}", title, group=_CRITERIA, shortcuts=(keys,))
        add(spec, page.panel.tree, partial(page.rows.act_on, act, None))
    for act, title, keys, icon in ROW_ACTS:
        spec = ActionSpec(f"criteria.{act}", title, group=_CRITERIA, shortcuts=(keys,), icon=icon)
        owner = page if act.startswith("add_") else page.panel.tree
        add(spec, owner, partial(page.rows.act_on, act, None))
    add_set_acts(page, actions)
    return {"undo": add(undo, page, page.undo), "redo": add(redo, page, page.redo)}


def add_set_acts(page: SearchPage, actions: ActionRegistry) -> None:
    """Register what can be done with saved sets."""
    view = page.panel.sets.view
    for name, title, keys, icon, do in (
        ("sets.load", N_("Load a saved set"), "Ctrl+O", "folder-open", page.choose_set),
        ("sets.save", N_("Save the criteria"), "Ctrl+S", "save", page.save),
        ("sets.save_as", N_("Save as a new set"), "Ctrl+Shift+S", "plus", page.save_as),
    ):
        add_spec = ActionSpec(name, title, group=_SETS, shortcuts=(keys,), icon=icon)
        actions.add(add_spec, page, do)
    for act, title, keys in _SET_ACTS:
        spec = ActionSpec(f"sets.{act}", title, group=_SETS, shortcuts=(keys,))
        actions.add(spec, view, partial(page.sets.act_on_current, act))
    for name, title, icon, start in (
        ("sets.import", N_("Import sets from JSON"), "upload", page.sets.choose_file_to_read),
        ("sets.export", N_("Export own sets as JSON"), "download", page.sets.choose_file_to_write),
    ):
        actions.add(ActionSpec(name, title, group=_SETS, icon=icon), page, start)
