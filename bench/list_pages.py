"""Whether a list costs the same with 20, 200 and 2,000 cases: statements, CPU and time of each page.

    python bench/list_pages.py [--sizes 20 200 2000] [--times 10]

Pages are asked for through Django's test client: middleware, view, template, PostgreSQL; no socket, no ASGI server.
"""

import argparse
from datetime import timedelta

import scratch  # sets Django up, so it comes first
from django.test import Client

from petitions.models import Petition
from petitions.services import deadlines, dispatch
from petitions.services.clock import now
from routing.models import Department, Staff

PAGES = [
    ("工单列表", "analyst", "/cases/"),
    ("search 物业", "analyst", "/cases/?q=物业"),
    ("派单台, review", "reviewer", "/dispatch/?part=review"),
    ("派单台, dispatch", "dispatcher", "/dispatch/?part=dispatch"),
    ("时限队列, waiting", "operator", "/queue/?queue=wait"),
    ("回访台", "callback", "/callback/"),
    ("承办单位", "handler", "/unit/"),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[20, 200, 2000])
    options.add_argument("--times", type=int, default=10)
    chosen = options.parse_args()
    rows = []
    with scratch.city():
        clients, filed = clients_by_role(), 0
        for size in chosen.sizes:
            scratch.file_cases(size - filed, since=filed)
            hand_out(size - filed)
            filed = size
            for label, role, address in PAGES:
                page = visit(clients[role], address)
                rows.append((f"{label}, {size} cases", scratch.cost_of(page, times=chosen.times)))
    scratch.report("list_pages", rows, sizes=chosen.sizes, times=chosen.times)


def clients_by_role() -> dict[str, Client]:
    clients = {}
    for role in {role for _, role, _ in PAGES}:
        person = Staff.objects.with_role(role).order_by("pk").first() or Staff.objects.create(
            username=role, roles=[role]
        )
        clients[role] = Client()
        clients[role].force_login(person)
    return clients


def hand_out(count: int) -> None:
    """A third of the newest cases wait for dispatch, a third are with the unit whose list is measured, some expired."""
    handler = Staff.objects.with_role("handler").order_by("pk").first()
    unit = Department.objects.get(pk=handler.department_id)
    reviewer, dispatcher = (Staff.objects.with_role(role).first() for role in ("reviewer", "dispatcher"))
    for position, pk in enumerate(Petition.objects.order_by("-pk").values_list("pk", flat=True)[:count]):
        if position % 3:
            dispatch.pass_review(pk, actor=reviewer, now=now())
        if position % 3 == 1:
            dispatch.dispatch(pk, dispatch.Order(main_id=unit.pk), actor=dispatcher, now=now())
    deadlines.sweep(now=now() + timedelta(days=16), most=count // 9)


def visit(client: Client, address: str):
    def act() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    return act


if __name__ == "__main__":
    main()
