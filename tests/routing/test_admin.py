"""The administrator's tables open, and published editions stay as they are."""

import pytest
from django.apps import apps

from routing.models import AuditEntry, CatalogueEntry, CatalogueVersion, Parameter, Staff

TABLES = [
    "area",
    "unitkind",
    "department",
    "staff",
    "category",
    "catalogueversion",
    "catalogueentry",
    "holidayyear",
    "season",
    "deadlinerule",
    "parameter",
]


@pytest.fixture
def admin(city, client):
    client.force_login(Staff.objects.get(username="admin"))
    return client


def test_every_table_and_its_first_row_open(admin):
    models = {model._meta.model_name: model for model in apps.get_app_config("routing").get_models()}

    for table in TABLES:
        row = models[table].objects.first()
        for page in ("", "add/", f"{row.pk}/change/"):
            assert admin.get(f"/admin/routing/{table}/{page}").status_code == 200, (table, page)


def test_an_entry_of_a_published_edition_cannot_be_changed(admin):
    entry = CatalogueEntry.objects.first()

    answers = [
        admin.post(f"/admin/routing/catalogueentry/{entry.pk}/change/", {"tier": "E"}),
        admin.post(f"/admin/routing/catalogueentry/{entry.pk}/delete/", {"post": "yes"}),
        admin.post(f"/admin/routing/catalogueversion/{entry.version_id}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert CatalogueVersion.objects.count() == 1


def test_an_operator_has_no_business_there(city, client):
    client.force_login(Staff.objects.get(username="operator1"))

    assert client.get("/admin/routing/area/").status_code == 302


def test_what_is_mended_here_stands_in_the_audit_log(admin):
    parameter = Parameter.objects.get(key="callback.max_attempts")
    here = f"/admin/routing/parameter/{parameter.pk}/"

    admin.post(f"{here}change/", {"key": parameter.key, "value": "4", "description": "x"})
    admin.post(f"{here}delete/", {"post": "yes"})

    entries = AuditEntry.objects.filter(kind="parameter").order_by("id")
    assert [(entry.actor.username, entry.words.split()[1]) for entry in entries] == [
        ("admin", "修改"),
        ("admin", "删除"),
    ]
