"""The catalogue of privileges and the ready-made roles."""

from __future__ import annotations

from reviewer.messages import speaking, translated
from reviewer.models.access import CATALOGUE, READY_MADE_ROLES, Privilege, User
from reviewer.models.ids import UserId
from reviewer.models.operations import OPERATIONS


def user(*privileges):
    return User(UserId(1), "u", "U", (), frozenset(privileges))


def role(key):
    return next(role for role in READY_MADE_ROLES if role.key == key)


def test_every_privilege_has_one_entry():
    assert set(CATALOGUE) == set(Privilege)
    assert all(entry.key is key and entry.title for key, entry in CATALOGUE.items())


def test_administrator_has_all_and_the_evaluator_what_the_page_says():
    assert role("administrator").privileges == frozenset(Privilege)
    assert role("qm_evaluator").privileges == {
        Privilege.LISTEN_TEAMS,
        Privilege.COMMENT,
        Privilege.QM_EVALUATE,
        Privilege.CLIP,
        Privilege.OFFLINE,
    }
    assert Privilege.QM_SELF not in role("qm_manager").privileges
    assert Privilege.QM_CALIBRATE in role("qm_manager").privileges


def test_restricted_criteria_are_withheld_from_assigned_services_alone():
    assert not user(Privilege.LISTEN_SERVICES).sees_restricted_criteria
    assert not user(Privilege.LISTEN_SERVICES, Privilege.DOWNLOAD).sees_restricted_criteria
    assert user(Privilege.LISTEN_SERVICES, Privilege.LISTEN_TEAMS).sees_restricted_criteria
    assert user(Privilege.LISTEN_ALL).sees_restricted_criteria


def test_may_asks_for_any_of_those_named():
    assert user(Privilege.CLIP).may(Privilege.DOWNLOAD, Privilege.CLIP)
    assert not user().may(Privilege.CLIP)


def test_ready_made_roles_and_privileges_are_called_and_made_as_the_specification_says():
    with speaking("ru"):
        told = {translated(one.title): one for one in READY_MADE_ROLES}
        called = {key.value: translated(entry.title) for key, entry in CATALOGUE.items()}
    teams = {"listen.teams", "comment", "clip"}
    evaluator = teams | {"qm.evaluate", "offline"}
    agents = {"qm.own", "qm.dispute", "qm.self"}
    every = {key.value for key in Privilege}
    managed = {key for key in every if key.startswith("qm.")} - agents
    made = {
        "Оператор": ("Agent", agents | {"listen.own"}),
        "QM Оценщик": ("QM Evaluator", evaluator),
        "QM Руководитель": (
            "QM Manager",
            evaluator | managed | {"listen.all", "disposition.change", "download", "sets.share"},
        ),
        "Супервизор": (
            "Supervisor",
            {"listen.teams", "comment", "disposition.change", "download"}
            | {"qm.view_all", "qm.reports"},
        ),
        "Тренер": ("Trainer", teams | {"download", "export.manual"}),
        "Заказчик": ("Customer", {"listen.services"}),
        "Менеджер": (
            "Manager",
            {"listen.all", "qm.reports", "qm.reports_export", "export.manual"},
        ),
        "API": ("API", {"import", "export.scheduled"}),
        "Администратор": ("Administrator", every),
    }
    found = {name: (one.title, {key.value for key in one.privileges}) for name, one in told.items()}
    assert found == made
    texts = {
        "listen.all": "Доступ к записям всех разговоров и чатов",
        "listen.teams": "Прослушивание записей разговоров и просмотр записей чатов",
        "listen.own": "Доступ к записям собственных разговоров и чатов",
        "disposition.change": "Изменять окончательный статус обращения",
        "records.erase": "Редактировать и удалять записи обращений",
        "records.erase_email_bulk": "Групповое удаление запросов email",
        "records.redact": "Скрывать фрагменты записей",
        "records.hold": "Запрет удаления",
        "records.retention": "Правила хранения",
        "download": "Выгружать записи",
        "clip": "Создавать фрагменты",
        "comment": "Комментировать",
        "sets.share": "Публиковать наборы критериев",
        "offline": "Брать обращения в автономную работу",
        "qm.evaluate": "Оценивать",
        "audit.view": "Журнал действий",
        "import": "Загружать записи",
    }
    assert {key: called[key] for key in texts} == texts


def test_every_privilege_is_asked_for_or_known_to_come_later():
    asked = {key for need in OPERATIONS.values() for key in need.any_of}
    # By what is read or changed, within operations that take others or none.
    within = {
        *(Privilege.LISTEN_TEAMS, Privilege.LISTEN_SERVICES, Privilege.LISTEN_OWN),
        *(Privilege.DOWNLOAD, Privilege.EXPORT_MANUAL, Privilege.CLIP, Privilege.SETS_SHARE),
        *(Privilege.RECORDS_ERASE_EMAIL_BULK, Privilege.QM_OWN, Privilege.QM_VIEW_ALL),
    }
    later = {
        *(Privilege.EXPORT_SCHEDULED, Privilege.OFFLINE, Privilege.RECORDS_REDACT),
        *(Privilege.QM_ASSIGN, Privilege.QM_CALIBRATE, Privilege.QM_FORMS, Privilege.QM_REPORTS),
        *(Privilege.QM_REPORTS_EXPORT, Privilege.QM_DISPUTE, Privilege.QM_SELF),
        *(Privilege.ADMIN_RULES, Privilege.ADMIN_SERVER),
    }
    assert asked | within | later == set(Privilege)
    assert not later & (asked | within)
