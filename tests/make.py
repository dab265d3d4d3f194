"""Rows for tests: plain functions, keywords only. What a test does not name gets a sensible value.

Cases are made by the services that make them in real life, so a made case has its events, clocks and parts.
They need the fixture `city` (tests/petitions/conftest.py): the fictional city of routing/data.
"""

from datetime import UTC, datetime, timedelta
from itertools import count

from petitions.models import Assignment, Petition, Rating, Request
from petitions.services import callback, dispatch, handling, intake, review
from petitions.services.callback import Said
from petitions.services.contact import Contact
from petitions.services.handling import Answer
from petitions.services.intake import Handling, Matter
from petitions.states import AssignmentState, CaseState
from routing.models import Department, Staff

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in Shanghai
WORDS = "小区北门外的路灯坏了三天,晚上漆黑一片,老人出门很不方便。"
LEAF = "01.01.01"  # of tier N: 7 natural days
PHONE = "13800001111"
SATISFIED = Said(contacted=True, solved="yes", satisfaction="satisfied", attitude="satisfied")
UNSATISFIED = Said(contacted=False, solved="no", satisfaction="unsatisfied", reason="没有人来过")

_numbers = count(1)


# ── people and units ──
def a_person(*roles: str, of: Department | None = None, name: str = "") -> Staff:
    number = next(_numbers)
    return Staff.objects.create(
        username=f"person{number}", name=name or f"甲{number}", roles=list(roles), department=of, password="!"
    )


def a_unit(*, name: str = "", kind: str = "street.office", active: bool = True) -> Department:
    number = next(_numbers)
    return Department.objects.create(
        code=f"TEST-{number}", name=name or f"第{number}街道办事处", kind_id=kind, is_active=active
    )


def an_operator() -> Staff:
    return a_person("operator")


def a_reviewer() -> Staff:
    return a_person("reviewer")


def a_dispatcher() -> Staff:
    return a_person("dispatcher")


def a_center() -> Staff:
    return a_person("center")


def a_caller_back() -> Staff:
    return a_person("callback")


def a_supervisor() -> Staff:
    return a_person("supervisor")


def a_handler(*, of: Department) -> Staff:
    return a_person("handler", of=of)


def a_head(*, of: Department) -> Staff:
    return a_person("unit_head", of=of)


# ── what is said ──
def a_matter(**said) -> Matter:
    return Matter(**{"text": WORDS, "category_code": LEAF} | said)


def a_contact(**said) -> Contact:
    return Contact(**{"name": "王小明", "phone": PHONE} | said)


def a_call(*, by: Staff | None = None, key: str = "", now: datetime = NOW, phone: str = PHONE, **said) -> Petition:
    """A contact taken by an operator, as far as intake takes it."""
    how = said.pop("handling", None)
    return intake.take_call(
        a_matter(**said),
        a_contact(phone=phone),
        actor=by or an_operator(),
        key=key or f"key-{next(_numbers)}",
        handling=how,
        now=now,
    )


def an_answer(**said) -> Answer:
    return Answer(**{"measures": "现场查看并更换灯头。", "public_answer": "路灯已修好,请您放心出行。"} | said)


# ── cases on their way ──
def a_case(
    *,
    state: str = CaseState.IN_PROGRESS,
    unit: Department | None = None,
    assisting: tuple[Department, ...] = (),
    now: datetime = NOW,
    **said,
) -> Petition:
    """A case that has come as far as `state` on the usual road, every step taken at `now`."""
    if state == CaseState.DRAFT:
        return a_call(handling=Handling(way="draft"), now=now, **said)
    case = a_call(now=now, **said)
    for reached, step in ROAD:
        if case.state == state:
            return case
        assert state in reached, f"the road does not lead to {state}"
        case = step(case, unit or a_unit(), assisting, now) if step is _dispatched else step(case, now)
    return case


def _reviewed(case: Petition, now: datetime) -> Petition:
    return dispatch.pass_review(case.pk, actor=a_reviewer(), now=now)


def _dispatched(case: Petition, unit: Department, assisting: tuple[Department, ...], now: datetime) -> Petition:
    order = dispatch.Order(main_id=unit.pk, assisting_ids=tuple(a.pk for a in assisting))
    return dispatch.dispatch(case.pk, order, actor=a_dispatcher(), now=now)


def _replied(case: Petition, now: datetime) -> Petition:
    for part in parts(case):
        replied_part(part, now=now)
    return fresh(case)


def _accepted(case: Petition, now: datetime) -> Petition:
    return review.accept_reply(case.pk, actor=a_reviewer(), now=now)


def _called(case: Petition, now: datetime) -> Petition:
    return callback.record(case.pk, actor=a_caller_back(), result="reached", said=SATISFIED, now=now)


AFTER_DISPATCH = {CaseState.IN_PROGRESS, CaseState.REPLY_REVIEW, CaseState.PENDING_CALLBACK, CaseState.CLOSED}
ROAD = [
    (AFTER_DISPATCH | {CaseState.PENDING_DISPATCH}, _reviewed),
    (AFTER_DISPATCH, _dispatched),
    (AFTER_DISPATCH, _replied),
    (AFTER_DISPATCH, _accepted),
    (AFTER_DISPATCH, _called),
]


def a_signed_case(*, unit: Department, now: datetime = NOW, **said) -> tuple[Petition, Assignment]:
    """A case whose main unit has signed, and that unit's part."""
    case = a_case(unit=unit, now=now, **said)
    return case, signed_part(main(case), now=now)


def signed_part(part: Assignment, *, now: datetime = NOW) -> Assignment:
    return handling.sign(part.pk, actor=a_handler(of=part.department), now=now)


def replied_part(part: Assignment, *, now: datetime = NOW) -> Petition:
    """The unit signs, reaches the citizen, writes its reply, and its head agrees."""
    author = a_handler(of=part.department)
    if part.state == AssignmentState.PENDING_SIGN:
        handling.sign(part.pk, actor=author, now=now)
    handling.log_contact(part.pk, actor=author, how="phone", reached=True, now=now)
    handling.submit_reply(part.pk, an_answer(), actor=author, now=now)
    return handling.approve_reply(part.pk, actor=a_head(of=part.department), now=now)


# ── looking ──
def fresh(case: Petition) -> Petition:
    return Petition.objects.get(pk=case.pk)


def parts(case: Petition) -> list[Assignment]:
    return list(Assignment.objects.active().filter(petition=case).select_related("department").order_by("id"))


def main(case: Petition) -> Assignment:
    return Assignment.objects.active().select_related("department").get(petition=case, part="main")


def part_of(case: Petition, unit: Department) -> Assignment:
    return Assignment.objects.active().select_related("department").get(petition=case, department=unit)


def history(case: Petition) -> list[str]:
    """The case's own moves in order, as 'action: before → after'; the parts' moves and notes are left out."""
    moves = case.events.filter(subject="case").exclude(after="").order_by("seq")
    return [f"{e.action}: {e.before or '∅'} → {e.after}" for e in moves]


def actions(case: Petition) -> list[str]:
    return list(case.events.order_by("seq").values_list("action", flat=True))


def open_request(case: Petition, kind: str) -> Request:
    return case.requests.get(kind=kind, state="filed")


def invitation_of(case: Petition) -> Rating:
    return case.ratings.order_by("-round").first()


def later(days: float = 0, hours: float = 0, *, than: datetime = NOW) -> datetime:
    return than + timedelta(days=days, hours=hours)
