"""A contact comes in: by phone, web, import or API. Everything is taken in; nothing is entered twice.

`take_call` is the operator's door, `submit` the citizen's. Both read the text, store what the machine proposes, and
open the case; the same idempotency key always gives the same case, however often a button is pressed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models
from django.db.models import Func, Value

from nlp.core.clean import plain
from nlp.core.redact import DOOR
from nlp.core.search import index_terms, is_long_number
from petitions import errors, rules
from petitions.models import TEXT_LIMIT, Assignment, Petition, Suggestion
from petitions.services import clock, dispatch, joining, knowledge, known_events, members, merging, suggest
from petitions.services.contact import Contact, caller_for, known_caller_id
from petitions.services.door import OpenCase, new_case_ids, opened, opened_new, system
from petitions.states import Channel, RequestType, Urgency
from petitions.storable import storable
from routing.rulebook import Rulebook

TYPES = {kind.label: kind.value for kind in RequestType}
URGENCIES = {level.label: level.value for level in Urgency}
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TITLE_LIMIT = 200
KEY_LIMIT = 80


@dataclass(frozen=True)
class Matter:
    """What was said and where. A category or area given here was chosen by a person and is never overwritten."""

    text: str
    title: str = ""
    request_type: str = ""
    category_code: str = ""
    area_id: int | None = None
    address: str = ""
    confidential: bool = False
    public_ok: bool = False
    tags: tuple[str, ...] = ()
    event_id: int | None = None  # a known event that the case is about


@dataclass(frozen=True)
class Handling:
    """What the operator decides at once (办理方式); `review` sends the case on to be checked and dispatched."""

    way: str = "review"  # review | answer | refer | merge | join | wait | draft
    answer: str = ""
    basis: str = ""
    knowledge_id: int | None = None
    referral: str = ""
    lead_id: int | None = None
    missing: tuple[str, ...] = field(default=())


def take_call(
    matter: Matter,
    contact: Contact,
    *,
    actor: Any,
    key: str,
    handling: Handling | None = None,
    channel: str = Channel.PHONE,
    now: datetime | None = None,
    rules: Rulebook | None = None,
) -> Petition:
    """An operator registers a contact. Raises the named refusals of errors.py; nothing is saved then.

    `rules` is the rulebook that the page was made with, so that one request asks for it once.
    """
    now = now or clock.now()
    case = _once(
        key,
        lambda: _register(
            matter, contact, handling or Handling(), actor, channel, key, now, received_at=now, rules=rules
        ),
    )
    if case.text != storable(matter.text).strip():  # the form was changed after it had been taken once
        raise errors.AlreadyEntered(f"这份登记已经提交为 {case.no}，您后来改的内容还在；如是另一件事，请再提交一次。")
    return case


def submit(
    matter: Matter,
    contact: Contact,
    *,
    key: str,
    same_as: int | None = None,
    channel: str = Channel.WEB,
    received_at: datetime | None = None,
    source: str = "",
    external_id: str = "",
    now: datetime | None = None,
) -> Petition:
    """A citizen (or another system) files a matter without an operator: the system is the actor.

    `same_as` is the open case that they were shown and called the same.
    """
    now = now or clock.now()
    received_at = received_at or now
    if not EARLIEST <= received_at <= now:
        raise errors.BadTime
    return _once(
        key,
        lambda: _register(
            matter,
            contact,
            Handling(way="join", lead_id=same_as) if same_as else Handling(),
            system(),
            channel,
            key,
            now,
            received_at=received_at,
            source=source,
            external_id=external_id,
        ),
        same=models.Q(source=source, external_id=external_id) if external_id else None,
    )


def complete_info(petition_id: int, *, addition: str, actor: Any, now: datetime | None = None) -> Petition:
    """The citizen (or the operator for them) supplies what was missing; the addition is added, never replaced."""
    now = now or clock.now()
    if not addition.strip():
        raise errors.NoText
    with opened(petition_id, actor=actor, now=now) as case:
        review_by = case.due("review")
        case.move(case.petition, Petition.complete_info, at=now, review_by=review_by, data={"addition": addition})
    return case.petition


def withdraw(petition_id: int, *, verified_by: str, actor: Any, now: datetime | None = None) -> Petition:
    """撤单: the citizen's own wish, confirmed at the number left; the units are told to stop."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        for assignment in case.active:
            case.move(assignment, Assignment.recall, at=now)
            case.tell("case-withdrawn", once=f"withdrawn-{assignment.pk}", department=assignment.department_id)
        case.move(case.petition, Petition.withdraw, verified_by=verified_by, at=now, note=f"核实方式：{verified_by}")
        members.go_their_own_way(case, "牵头工单的诉求人已撤单")
    return case.petition


# ── inside ──
def _once(key: str, make: Callable[[], Petition], *, same: models.Q | None = None) -> Petition:
    """One case per key (or per number of the other system). Two at once: one gets through, the other finds it."""
    if not key or len(key) > KEY_LIMIT:
        raise errors.NoKey
    same = models.Q(idempotency_key=key) | same if same else models.Q(idempotency_key=key)
    try:
        return make()
    except IntegrityError:
        # The key is taken: nearly every contact is a new one, so the unique index is asked instead of a query.
        known = Petition.objects.filter(same).first()
    # Else the caller's row was made a moment ago by another line: this time it is found.
    return known or make()


def _register(
    matter: Matter,
    contact: Contact,
    handling: Handling,
    actor: Any,
    channel: str,
    key: str,
    now: datetime,
    *,
    received_at: datetime,
    source: str = "",
    external_id: str = "",
    rules: Rulebook | None = None,
) -> Petition:
    matter, way = checked(matter), HANDLINGS.get(handling.way)
    if way is None:
        raise errors.UnknownWay
    seen = suggest.preview(
        matter.text,
        title=matter.title,
        address=matter.address,
        category_code=matter.category_code or None,
        area_id=matter.area_id,
        caller_id=known_caller_id(contact),
        tags=matter.tags,
        said_at=received_at,
        now=now,
        rules=rules,
    )
    petition_id, part_ids = new_case_ids(parts=dispatch.parts_by_rule(seen))
    petition = Petition(
        id=petition_id,
        idempotency_key=key,
        source=source,
        external_id=external_id,
        channel=channel,
        received_at=received_at,
        registered_by=actor,
    )
    petition.no = case_number(petition.pk, received_at)
    fill(petition, matter, seen)
    with opened_new(petition, actor=actor, now=now, part_ids=part_ids) as case:
        case.rules = seen.rules  # what the case is read with is also what its limits are reckoned with
        petition.caller = caller_for(contact)
        way(case, handling, seen)
        area = seen.rules.area(seen.area_id)
        known_events.link(case, matter.event_id, area_path=area.path if area else "", code=seen.category_code)
        # `petition` is inserted when the block ends; the foreign key is checked at commit.
        Suggestion.objects.bulk_create(suggestions(petition, matter, seen, now))
    return petition


def checked(matter: Matter) -> Matter:
    """The matter as it can be stored. Raises NoText or TextTooLong."""
    text, title = storable(matter.text).strip(), storable(matter.title).strip()
    if not text:
        raise errors.NoText
    if len(text) > TEXT_LIMIT:
        raise errors.TextTooLong(f"内容有 {len(text)} 字，超过 {TEXT_LIMIT} 字；请精简，详细材料可作为附件上传。")
    return replace(
        matter,
        text=text,
        title=title,
        address=storable(matter.address).strip()[:200],
        request_type=matter.request_type if matter.request_type in RequestType.values else "",
        tags=tuple(storable(tag).strip()[:30] for tag in matter.tags),
    )


def fill(petition: Petition, matter: Matter, seen: suggest.Preview) -> None:
    """Write what was said, and what was read in it, into a new case row."""
    reading, decision = seen.reading, seen.decision
    leaf = seen.rules.leaves.get(seen.category_code or "")
    petition.title = (reading.redacted_title or _headline(reading.redacted_text))[:TITLE_LIMIT]
    petition.text, petition.redacted_text = matter.text, reading.redacted_text
    petition.request_type = matter.request_type or (
        TYPES.get(reading.request_type.label, "") if reading.request_type else ""
    )
    petition.category_id = leaf.id if leaf else None
    petition.tier = decision.tier or (leaf.tier if leaf else "")
    petition.assessment = decision.assessment
    petition.urgency = URGENCIES[reading.urgency.level]
    petition.risk_words = [hit.word[:30] for hit in reading.urgency.hits][:20]
    petition.area_id, petition.address = seen.area_id, matter.address
    petition.confidential, petition.public_ok, petition.tags = matter.confidential, matter.public_ok, list(matter.tags)
    petition.proposed_department_id = decision.main_department_id
    petition.route_reasons = [reason[:200] for reason in decision.reasons]
    petition.catalogue_version_id = seen.rules.version_id(decision.version)
    petition.search = search_vector([*public_terms(reading, matter), *index_terms(matter.address)])


def public_terms(reading: Any, matter: Matter) -> list[str]:
    """The terms that may be searched for: none that spells a name, a number or another personal fact."""
    hidden = [plain(matter.text[f.start : f.end]).lower() for f in reading.redactions if f.kind != DOOR]
    return (
        [term for term in reading.tokens if not any(term in secret for secret in hidden)] if hidden else reading.tokens
    )


class SearchVector(Func):
    """A tsvector of plain lexemes: no dictionary of the server takes part, so every installation finds the same."""

    function = "array_to_tsvector"

    def __init__(self, terms: list[str]):
        self.terms = terms
        super().__init__(Value(terms, output_field=ArrayField(models.TextField())))


def search_vector(tokens: list[str]) -> SearchVector:
    """Long numbers (phones, identity and bank cards) stay out of the index."""
    return SearchVector([term for term in dict.fromkeys(tokens) if not is_long_number(term)])


def _headline(text: str) -> str:
    """A title from the first sentence, when nobody wrote one."""
    first = text.strip().splitlines()[0]
    for stop in "。!?!?;;":
        first = first.split(stop)[0]
    return first if len(first) <= 40 else f"{first[:39]}…"


def case_number(petition_id: int, at: datetime) -> str:
    """'LJ20261120000417': unique as long as fewer than a million cases come in between two with equal endings."""
    return f"{settings.CASE_PREFIX}{clock.local(at):%Y%m%d}{petition_id % 1_000_000:06d}"


def suggestions(petition: Petition, matter: Matter, seen: suggest.Preview, now: datetime) -> list[Suggestion]:
    """What was proposed, kept for ever: accepted or not is known at once where a person chose, else later."""
    best, chosen = seen.best, matter.category_code
    common = {"petition_id": petition.pk, "made_at": now, "model_version": seen.reading.model_version or ""}
    category = Suggestion(
        kind=Suggestion.Kind.CATEGORY,
        label=best.code if best else "",
        confidence=best.confidence if best else None,
        alternatives=[[g.code, round(g.confidence, 4)] for g in seen.guesses[1:]],
        evidence=list(best.evidence) if best else [],
        accepted=(chosen == best.code) if chosen and best else None,
        chosen=chosen,
        **common,
    )
    route = Suggestion(
        kind=Suggestion.Kind.ROUTE,
        label=str(seen.decision.main_department_id or ""),
        alternatives=[str(pk) for pk in seen.decision.assisting_department_ids],
        evidence=list(seen.decision.reasons),
        **common,
    )
    similar = Suggestion(
        kind=Suggestion.Kind.SIMILAR,
        label=str(seen.similar[0].petition_id) if seen.similar else "",
        confidence=seen.similar[0].score if seen.similar else None,
        alternatives=[[s.petition_id, round(s.score, 3), list(s.reasons)] for s in seen.similar],
        **common,
    )
    return [category, route, *([similar] if seen.similar else [])]


# ── the ways an operator can handle a contact ──
def _to_review(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    case.move(case.petition, Petition.submit, at=case.now, review_by=case.due("review"))
    case.tell("case-received")
    dispatch.by_rule_if_allowed(case, seen)


def _answered(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    basis = handling.basis
    if handling.knowledge_id:
        basis = f"知识库：{knowledge.cite(case, handling.knowledge_id).title}"
    case.petition.answer = handling.answer
    case.move(case.petition, Petition.answer_directly, answer=handling.answer, basis=basis, at=case.now, note=basis)


def _referred(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    case.move(case.petition, Petition.refer_elsewhere, referral=handling.referral, at=case.now)


def _waits(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    until = case.due("awaiting_info")
    missing = list(handling.missing)
    case.move(case.petition, Petition.ask_for_info, missing=missing, until=until, data={"missing": missing})
    case.tell("info-wanted", missing=missing)


def _merged(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    # The lead is locked before it is looked at: it may be closing at this very moment.
    with opened(handling.lead_id, actor=case.actor, now=case.now) as opened_lead:
        merging.take_in(opened_lead, case, unlike=merging.differences(case.petition, opened_lead.petition))


def _joined(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    if joining.join(case, handling.lead_id, seen):
        case.tell("case-received")
    else:
        _to_review(case, handling, seen)


def _draft(case: OpenCase, handling: Handling, seen: suggest.Preview) -> None:
    """Kept as it is: the operator comes back to it."""
    if not rules.may_register(case.petition, case.actor):
        raise errors.NotYours


HANDLINGS: dict[str, Callable[[OpenCase, Handling, suggest.Preview], None]] = {
    "review": _to_review,
    "answer": _answered,
    "refer": _referred,
    "wait": _waits,
    "merge": _merged,
    "join": _joined,
    "draft": _draft,
}
