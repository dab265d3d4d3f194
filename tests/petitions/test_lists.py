"""Every list shows what its rule allows, at the same number of statements for one row and for three."""

from itertools import product

import pytest

from petitions import errors, rules
from petitions.models import Assignment, Petition
from petitions.queries import callbacks, caller_card, casefile, desk, keyset, listing, progress, queues, unit
from petitions.services import callback, dispatch
from petitions.states import CaseState
from routing.models.staff import Role
from tests import make


def everything(staff, now=make.NOW):
    return tuple(listing.page(staff, listing.Filters(), after="", now=now).rows)


# ── list and rule agree ──
def test_a_list_shows_exactly_the_cases_that_the_rule_lets_a_person_see(city):
    units = [make.a_unit(), make.a_unit()]
    people = [make.a_person(role, of=of) for role, of in product(Role.values, [None, *units])]
    people += [make.a_person(of=units[0]), make.a_person("handler", "analyst"), make.a_person("handler", "admin")]
    cases = [make.a_case(state=CaseState.PENDING_REVIEW), make.a_case(unit=units[0])]
    cases += [make.a_case(unit=units[0], assisting=(units[1],)), make.a_case(unit=units[1], state=CaseState.CLOSED)]

    for person, case in product(people, cases):
        shown = case in Petition.objects.visible_to(person)
        assert rules.may_see(case, person) == shown, (person.roles, person.department, case)


def test_a_unit_that_gave_a_case_back_still_sees_what_it_did(city):
    old = make.a_unit()
    case = make.a_case(unit=old)
    dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason="派错", now=make.NOW)

    assert everything(make.a_handler(of=old)) == (case,)


def test_a_case_page_is_as_closed_as_the_list(city):
    case = make.a_case(unit=make.a_unit())

    with pytest.raises(errors.Unknown):
        casefile.of(case.no, make.a_handler(of=make.a_unit()))
    with pytest.raises(errors.Unknown):
        casefile.of("LJ00000000000000", make.an_operator())


def test_a_unit_reads_the_citizens_answers_only_when_the_case_is_over(city):
    unit_ = make.a_unit()
    case = make.a_case(unit=unit_, state=CaseState.PENDING_CALLBACK)
    callback.record(case.pk, actor=make.a_caller_back(), result="no_answer", now=make.NOW)
    handler = make.a_handler(of=unit_)

    seen = casefile.of(case.no, handler)
    assert (seen.shown_callbacks, [e.action for e in seen.shown_events if e.action == "call"]) == ([], [])
    assert len(casefile.of(case.no, make.a_caller_back()).shown_callbacks) == 1
    callback.record(case.pk, actor=make.a_caller_back(), result="reached", said=make.SATISFIED, now=make.later(1))

    assert len(casefile.of(case.no, handler).shown_callbacks) == 2


# ── one or three ──
def case_page(case, staff):
    """What the template touches, so that a forgotten prefetch shows."""
    seen = casefile.of(case.no, staff)
    for part in seen.assignments.all():
        assert part.department.name
    for event in seen.shown_events:
        assert event.actor.name, event.department and event.department.name
    for reply in seen.replies.all():
        assert reply.author.name and reply.approved_by.name
    for contact in seen.contacts.all():
        assert contact.by.name
    return seen


LISTS = {
    "case list": (1, lambda world: list_of_cases(world)),
    "dispatch desk": (
        2,
        lambda world: [c.proposed_department for c in desk.of(world["dispatcher"], which="return").rows],
    ),
    "deadline queue": (2, lambda world: [c.main_department for c in queues_of(world)]),
    "call-back desk": (1, lambda world: [c.caller for c in callbacks.waiting(world["callback"], now=make.NOW)]),
    "unit desk": (1, lambda world: [p.petition.category for p in unit.queue(world["handler"], "doing").rows]),
    "unit counts": (1, lambda world: unit.counts(world["handler"], now=make.NOW)),
    "case page": (10, lambda world: case_page(world["case"], world["dispatcher"])),
    "caller's card": (5, lambda world: [c.category for c in caller_card.by_phone(make.PHONE, now=make.NOW).recent]),
    "progress page": (2, lambda world: [e.department for e in progress.of(world["case"].no).events.all()]),
}


def list_of_cases(world) -> list:
    rows = everything(world["dispatcher"])
    return [(row.category.full_name, row.main_department.name, row.area) for row in rows]


def queues_of(world) -> tuple:
    return queues.of(world["dispatcher"], which="over", now=make.later(days=9)).rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("which", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_three(city, which, rows, django_assert_num_queries):
    unit_ = make.a_unit()
    for _ in range(rows):
        case, _ = make.a_signed_case(unit=unit_)
        make.a_case(unit=unit_, state=CaseState.PENDING_CALLBACK)
    world = {"case": case, "handler": make.a_handler(of=unit_)}
    world |= {"dispatcher": make.a_dispatcher(), "callback": make.a_caller_back()}
    for _ in range(rows - 1):
        make.replied_part(make.a_case(unit=unit_).assignments.get())
    statements, look = LISTS[which]

    with django_assert_num_queries(statements):
        look(world)


# ── pages by key ──
def test_pages_follow_each_other_without_gap_or_repeat(city):
    handler_unit = make.a_unit()
    for _ in range(7):
        make.a_case(unit=handler_unit)
    rows = Assignment.objects.of_unit(handler_unit.pk)

    for pages in (keyset.by_id, keyset.by_due):
        seen, after = [], ""
        while True:
            page = pages(rows, after, size=3)
            seen += [row.pk for row in page.rows]
            after = page.next
            if not after:
                break
        assert sorted(seen) == sorted(rows.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "after", ["x", "~", "~5", "abc~1", "2026-13-45~1", "2026-11-20~x", "\x00", "9" * 40, "１２", "-1"]
)
def test_a_cursor_that_makes_no_sense_starts_from_the_top(city, after):
    handler_unit = make.a_unit()
    make.a_case(unit=handler_unit)
    rows = Assignment.objects.of_unit(handler_unit.pk)

    assert len(keyset.by_due(rows, after).rows) == 1
    assert len(keyset.by_id(rows, after).rows) == (1 if after != "１２" else len(keyset.by_id(rows, "12").rows))


# ── filters ──
def test_the_list_narrows_by_what_is_asked(city):
    unit_ = make.a_unit()
    mine, other = make.a_case(unit=unit_), make.a_case(state=CaseState.CLOSED, category_code="02.01.01")
    analyst = make.a_person("analyst")
    expected = {
        "state": (listing.Filters(state="in_progress"), [mine]),
        "open": (listing.Filters(state="open"), [mine]),
        "branch": (listing.Filters(category="02"), [other]),
        "leaf": (listing.Filters(category="02.01.01"), [other]),
        "unit": (listing.Filters(unit=str(unit_.pk)), [mine]),
        "channel": (listing.Filters(channel="web"), []),
        "since": (listing.Filters(since=make.later(days=1).date()), []),
        "until": (listing.Filters(until=make.NOW.date()), [other, mine]),
        "over": (listing.Filters(lamp="over"), []),
        "caller": (listing.Filters(caller=mine.caller_id), [other, mine]),
        "outcome": (listing.Filters(outcome="solved"), [other]),
        "oldest first": (listing.Filters(sort="old"), [mine, other]),
        "by clock": (listing.Filters(sort="due"), [mine]),
        "mine": (listing.Filters(mine=True), []),
        "tag": (listing.Filters(tag="没有的标签"), []),
    }

    for name, (filters, cases) in expected.items():
        found = listing.page(analyst, filters, after="", now=make.NOW).rows
        assert list(found) == cases, name
