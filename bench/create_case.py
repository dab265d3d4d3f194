"""What a new case costs: statements, commits and CPU per HTTP request, and per call of the service behind it.

    python bench/create_case.py [--cases 500] [--times 50]

Requests go through Django's test client: all middleware, the view, the form, the service, PostgreSQL; no socket and no
ASGI server. `--cases` of the seed corpus are in the database before, so that similar cases are found and ranked.
CPU is that of this process; PostgreSQL's own is not in it.
"""

import argparse
from itertools import count

import scratch  # sets Django up, so it comes first
from django.db import connection
from django.test import Client

from petitions.services import intake
from petitions.services.contact import Contact
from petitions.services.intake import Matter
from routing.models import Area, CatalogueEntry, Parameter, Staff

TEXT = "昨天夜里十一点以后,望河花园北门外的工地还在打桩,震得窗户响,孩子睡不好,请尽快管一管。"
LEAF = "01.01.01"
numbers = count(1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=500)
    options.add_argument("--times", type=int, default=50)
    chosen = options.parse_args()
    with scratch.city():
        scratch.file_cases(chosen.cases)
        acts = [
            ("HTTP: operator's form, new caller", http_operator),
            ("HTTP: citizen's last step, new caller", http_citizen),
            ("service: take_call, new caller", service_call),
            ("service: submit, known caller", service_submit),
            # From here on the switch for automatic dispatch is on.
            ("service: submit, known caller, dispatched", service_automatic),
            ("HTTP: operator's form, dispatched", http_operator),
        ]
        rows = [(label, scratch.cost_of(prepared(), times=chosen.times)) for label, prepared in acts]
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        scratch.report("create_case", rows, cases_before=chosen.cases, times=chosen.times, postgresql=version)


def http_operator():
    client = Client()
    client.force_login(Staff.objects.get(username="operator1"))

    def act() -> None:
        number = next(numbers)
        form = {"text": TEXT, "phone": f"137{number:08}", "name": "王小明", "category": LEAF, "picked_by": "hand"}
        posted(client, "/intake/", form | {"way": "review", "key": f"http-{number}"})

    return act


def http_citizen():
    client = Client()

    def act() -> None:
        number = next(numbers)
        form = {"text": TEXT, "address": "望河花园北门", "phone": f"136{number:08}", "step": "check"}
        client.cookies.clear()  # each citizen is a new visitor
        posted(client, "/c/submit/", form | {"key": f"citizen-{number}"})

    return act


def posted(client: Client, address: str, form: dict) -> None:
    answer = client.post(address, form)
    if answer.status_code != 302:
        raise SystemExit(f"{address} answered {answer.status_code}: {answer.content.decode()[:2000]}")


def service_call():
    operator = Staff.objects.get(username="operator1")

    def act() -> None:
        number = next(numbers)
        contact = Contact(phone=f"135{number:08}")
        intake.take_call(Matter(text=TEXT, category_code=LEAF), contact, actor=operator, key=f"call-{number}")

    return act


def service_submit():
    return lambda: intake.submit(Matter(text=TEXT), Contact(phone="13400000000"), key=f"web-{next(numbers)}")


def service_automatic():
    Parameter.objects.filter(key="auto_dispatch.enabled").update(value=True)
    entry = CatalogueEntry.objects.exclude(assisting_kinds=[]).select_related("category").first()
    matter = Matter(text=TEXT, category_code=entry.category.code, area_id=Area.objects.filter(level="grid").first().pk)
    return lambda: intake.submit(matter, Contact(phone="13400000000"), key=f"auto-{next(numbers)}")


if __name__ == "__main__":
    main()
