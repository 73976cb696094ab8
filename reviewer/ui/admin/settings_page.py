"""The centre's settings: its name, time zone, features, and when windows lock themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from typing_extensions import override

from reviewer.errors import N_, SecondPersonError
from reviewer.messages import explain, tr, translated
from reviewer.models.access import Privilege
from reviewer.models.requests import Guarded
from reviewer.models.settings import Feature, SettingsChange
from reviewer.services.accounts import listed
from reviewer.ui.admin.ask_roll import AskDialog
from reviewer.ui.admin.form_page import FormPage, line, section
from reviewer.ui.admin.requests_panel import RequestsPanel
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.choice_list import Choice, ChoiceList
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.search_edit import Edit
from reviewer.ui.widgets.time_zones import complete_zones

if TYPE_CHECKING:
    from collections.abc import Generator

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.facets.centre import Centre
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_LOCK: Final = N_("Windows lock themselves after so many minutes without use; 0: never")
_SECOND: Final = N_("What needs a second person: one asks, another user agrees")
_SERVICES: Final = N_("Services whose interactions are sensitive, with commas between them")
_TAGS: Final = N_("Tags that make an interaction sensitive, with commas between them")
_GUARDED: Final = {
    Guarded.BULK_DELETION: N_("Bulk deletion"),
    Guarded.LIFTING_HOLD: N_("Lifting a legal hold"),
    Guarded.KEY_DESTRUCTION: N_("Destroying earlier keys"),
}
_FEATURES: Final = {
    Feature.MULTICHANNEL: N_("Multichannel recording"),
    Feature.SCREEN: N_("Screen recording"),
    Feature.CPA: N_("Call progress (CPA)"),
    Feature.EXTENDED_QM: N_("Extended quality management"),
    Feature.TRANSCRIPTS: N_("Transcripts"),
    Feature.SENTIMENT: N_("Sentiment"),
}


class SettingsPage(FormPage):
    """Edits what holds for everybody who opens the store. Thread: main."""

    name = "settings"
    title_id = N_("Settings of the centre")
    hint_id = N_(
        "They hold for everybody who opens this store. What is switched off is absent everywhere: "
        "criteria, columns, pages. Open windows take them when they are opened again."
    )

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self._shown: StoreSettings | None = None
        self.dialog: AskDialog | None = None
        self.centre_name, self.zone, self.minutes = Edit(), Edit(), Edit()
        yield
        self.features = ChoiceList(len(_FEATURES))
        self.second = ChoiceList(len(_GUARDED))
        self.services, self.tags = Edit(), Edit()
        yield
        self.save_button = Button("", "save", "primary")
        self._told = Label("", "small", "fail", wraps=True)
        self._told.hide()
        complete_zones(self.zone)
        self._focus = LentFocus(self, lambda: self.tags)
        self.requests = RequestsPanel(self, Guarded.FEWER_GUARDS, before=lambda: self.centre_name)
        self.requests.decided.connect(self._refresh)
        self.body.addWidget(self.requests)
        yield
        for title, widget in (
            (N_("Name of the centre"), self.centre_name),
            (N_("Time zone in which all times are shown"), self.zone),
            (_LOCK, self.minutes),
            (N_("Features"), self.features),
            (_SECOND, self.second),
            (_SERVICES, self.services),
            (_TAGS, self.tags),
        ):
            label = Label("", "small", "text2")
            self.word(label.setText, title)
            self.word(widget.setAccessibleName, title)
            part = section(label, widget)
            # Only administrators say what nobody may do alone.
            granted = (self.second, self.services, self.tags)
            if widget in granted and not self.session.people.me.may(Privilege.ADMIN_GRANT):
                part.hide()
            self.body.addWidget(part)
        yield
        self.body.addWidget(self._told)
        self.body.addWidget(line(self.save_button))
        self.word(self.save_button.setText, N_("Save"))
        self.offer(self.save_button, "save", N_("Save"), ("Ctrl+S",))
        for edit in (self.centre_name, self.zone, self.minutes, self.services, self.tags):
            edit.textEdited.connect(self._say_whether)
            edit.returnPressed.connect(self.save)
        self.features.ticked.connect(self._say_whether)
        self.second.ticked.connect(self._say_whether)
        self.save_button.clicked.connect(self.save)
        self.shell.bus.changes_applied.connect(self._on_bus_changes_applied)
        yield
        self.retranslate()

    # --- what is shown

    def show_settings(self, settings: StoreSettings) -> None:
        """Show settings as the store has them."""
        self._shown = settings
        self.error.hide()
        self.centre_name.setText(settings.name)
        self.zone.setText(settings.time_zone)
        self.minutes.setText(str(settings.lock_minutes))
        self._show_features(settings.features)
        self._show_guarded(settings.second_person)
        self.services.setText(", ".join(settings.sensitive_services))
        self.tags.setText(", ".join(settings.sensitive_tags))
        self._tell("")
        self._say_whether()

    def _show_features(self, chosen: frozenset[Feature]) -> None:
        choices = [Choice(feature.value, translated(title)) for feature, title in _FEATURES.items()]
        self.features.show_choices(choices, [feature.value for feature in chosen])

    def _show_guarded(self, chosen: frozenset[Guarded]) -> None:
        choices = [Choice(kind.value, translated(title)) for kind, title in _GUARDED.items()]
        self.second.show_choices(choices, [kind.value for kind in chosen])

    @property
    def change(self) -> SettingsChange:
        """What is to change."""
        shown = self._shown
        if shown is None:
            return SettingsChange()
        name, zone = self.centre_name.text(), self.zone.text().strip()
        minutes = self.minutes.text().strip()
        features = frozenset(Feature(key) for key in self.features.chosen)
        second = frozenset(Guarded(key) for key in self.second.chosen)
        services, tags = listed(self.services.text()), listed(self.tags.text())
        return SettingsChange(
            name=name if name != shown.name else None,
            time_zone=zone if zone != shown.time_zone else None,
            # What is no number is refused by the store, as one that is too large.
            lock_minutes=_minutes(minutes) if minutes != str(shown.lock_minutes) else None,
            features=features if features != shown.features - {Feature.ENCRYPTION} else None,
            second_person=second if second != shown.second_person else None,
            sensitive_services=services if services != shown.sensitive_services else None,
            sensitive_tags=tags if tags != shown.sensitive_tags else None,
        )

    @property
    @override
    def unfinished(self) -> bool:
        return bool(self.change.changed())

    @Slot()
    def _say_whether(self) -> None:
        self._tell("")
        changed = bool(self.change.changed())
        with self._focus.lending():
            self.save_button.setEnabled(changed)
        self._focus.take_back()
        self.save_button.setToolTip("" if changed else tr("Nothing was changed"))

    @Slot()
    def save(self) -> None:
        """Write what was changed."""
        change = self.change
        if change.changed():
            self.shell.runner.write(
                partial(_change, self.session.centre, change),
                then=self._on_saved,
                failed=self._on_refused,
                parent=self,
            )

    def _on_saved(self, done: tuple[StoreSettings, Changes]) -> None:
        self.show_settings(done[0])
        self.shell.notifier.notify(tr("The settings were saved"))

    def _on_refused(self, error: ReviewerError) -> None:
        if isinstance(error, SecondPersonError):
            self._ask_fewer()
        else:
            self._tell(explain(error))

    def _ask_fewer(self) -> None:
        """Ask for what was unticked; other changes wait on the page until that is settled."""
        fewer = frozenset(_GUARDED) - {Guarded(key) for key in self.second.chosen}
        self.dialog = AskDialog(
            tr("Ask for less to need a second person"),
            "",
            partial(self.session.requests.ask_fewer, fewer),
            self.shell,
            icon="shield",
            parent=self.window(),
        )
        self.dialog.open()

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
        if sentence:
            self.reveal(self._told)

    def _refresh(self) -> None:
        self.shell.runner.read(
            partial(_read, self.session.centre),
            then=self.show_settings,
            failed=self._on_failed,
            parent=self,
            generation="settings",
        )

    def _on_failed(self, error: ReviewerError) -> None:
        self.show_error(tr("The settings cannot be read"), error)

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, initiator: QObject | None) -> None:
        if changes.settings and initiator is not self and self.isVisible():
            self._refresh()

    @override
    def entered(self) -> None:
        self._refresh()
        self.requests.refresh()
        self.centre_name.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        chosen = frozenset(Feature(key) for key in self.features.chosen)
        self._show_features(chosen)
        self._show_guarded(frozenset(Guarded(key) for key in self.second.chosen))
        self.requests.retranslate()
        self._say_whether()


def _minutes(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _read(centre: Centre, _progress: TaskProgress) -> StoreSettings:
    return centre.settings()


def _change(
    centre: Centre, change: SettingsChange, _progress: TaskProgress
) -> tuple[StoreSettings, Changes]:
    return centre.change(change)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> SettingsPage:
    """Return the page of the centre's settings."""
    return SettingsPage(shell, session, in_turns=in_turns)
