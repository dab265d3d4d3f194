"""How many statements things cost, on a really committed database: the numbers are promises."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nlp import serve
from petitions.models import Petition
from petitions.services import intake
from routing.models import Area, CatalogueEntry, Parameter
from tests import make

pytestmark = pytest.mark.usefixtures("committed_city")
MANAGEMENT = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


def cost(act: Callable) -> Counter:
    """Statements by kind. The first call of a process reads the rules of the city; the second shows the usual cost."""
    act()
    serve.in_use()  # every few seconds it looks for a newer model: not just now
    with CaptureQueriesContext(connection) as captured:
        act()
    kinds = Counter()
    for query in captured.captured_queries:
        sql = query["sql"]
        kind = next((word for word in MANAGEMENT if sql.startswith(word)), "statement")
        kinds[kind] += 1
    return kinds


def calls() -> Callable:
    """Each from a number that nobody called from before."""
    operator, number = make.an_operator(), iter(range(100))
    return lambda: make.a_call(by=operator, key=f"key {next(number)}", phone=f"1380000{next(number):04}")


def submissions() -> Callable:
    number = iter(range(100))
    return lambda: intake.submit(make.a_matter(), make.a_contact(), key=f"web {next(number)}", now=make.NOW)


def automatic_dispatches() -> Callable:
    """From new numbers, at a place and about a matter for which the catalogue names assisting units."""
    Parameter.objects.filter(key="auto_dispatch.enabled").update(value=True)
    area = Area.objects.filter(level="grid").first()
    entry = CatalogueEntry.objects.exclude(assisting_kinds=[]).select_related("category").first()
    matter, number = make.a_matter(area_id=area.pk, category_code=entry.category.code), iter(range(100))

    def act() -> Petition:
        contact = make.a_contact(phone=f"1390000{next(number):04}")
        return intake.submit(matter, contact, key=f"auto {next(number)}", now=make.NOW)

    assert len(make.parts(act())) >= 2
    return act


@pytest.mark.parametrize(("kind", "statements"), [(calls, 10), (submissions, 9), (automatic_dispatches, 11)])
def test_a_new_case_costs_at_most_twelve_statements_and_one_commit(kind, statements):
    kinds = cost(kind())

    assert kinds["statement"] == statements
    assert (kinds["BEGIN"], kinds["COMMIT"], kinds["ROLLBACK"]) == (1, 1, 0)
