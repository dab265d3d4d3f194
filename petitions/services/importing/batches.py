"""Drafts become cases, a batch per transaction. The steps are those of intake and dispatch, one after the other.

What an import does not do: it messages no citizen (most of the messages are old, and nobody expects an SMS about
them), and it looks for no similar cases (the topic search does that over all cases at once).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from nlp.core.redact import redact
from nlp.serve import Reading
from petitions.models import Petition, Suggestion
from petitions.services import dispatch, intake, notify, suggest
from petitions.services.contact import callers_for
from petitions.services.copying import copied
from petitions.services.door import system
from petitions.services.importing.drafts import Draft, Problem
from petitions.services.many import Batch, NewCase, next_ids, opened_many
from petitions.services.suggest import Preview
from petitions.states import Channel, Urgency
from routing.rulebook import Rulebook

# Thousands of imported messages would all be late after the half hour that a citizen's call has.
REVIEW_DAYS = 7
# Calibrated confidence from which the model's category is good enough for a person to answer for a whole heap.
DISPATCH_FLOOR = 0.8
# Begins to read and returns a function that waits for the readings.
Read = Callable[[Sequence[Draft]], Callable[[], Sequence[Reading]]]


@dataclass(frozen=True)
class Orders:
    """Where the rows come from, who is responsible, and whether units are to get them at once."""

    source: str
    person: Any = None
    dispatch: bool = False


@dataclass(frozen=True)
class Written:
    """What became of one batch. `steps` and `lacking` are the ladder's answer for each new case."""

    cases: tuple[Petition, ...] = ()
    steps: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    dispatched: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Prepared:
    """A batch whose known rows are sorted out and whose reading has begun."""

    given: Sequence[Draft | Problem]
    new: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    readings: Callable[[], Sequence[Reading]]

    @property
    def rows(self) -> int:
        return len(self.given)

    @property
    def there_already(self) -> int:
        return self.rows - len(self.new) - len(self.problems)


def prepare_batch(rows: Sequence[Draft | Problem], orders: Orders, *, read: Read) -> Prepared:
    """Look which rows are new and begin to read them; nothing is saved."""
    drafts = [row for row in rows if isinstance(row, Draft)]
    new, altered = _sorted_out(drafts, orders.source)
    problems = [*(row for row in rows if isinstance(row, Problem)), *altered]
    return Prepared(rows, tuple(new), tuple(sorted(problems, key=lambda p: p.row)), read(new))


def write_batch(
    batch: Prepared, orders: Orders, *, rules: Rulebook, now: datetime, also: Callable[[], Any] = lambda: None
) -> Written:
    """Save one batch in one transaction; `also` is saved with it (the job's progress). Reading comes before it."""
    read = zip(batch.new, batch.readings(), strict=True)
    proposals = [_proposal(draft, reading, rules, now) for draft, reading in read]
    with transaction.atomic():
        with opened_many(rules=rules, now=now) as many:
            courses = _open_all(many, batch.new, proposals, orders)
        also()
    return Written(
        cases=tuple(case.petition for case in many.cases),
        steps=tuple(seen.decision.ladder_step for seen in proposals),
        lacking=tuple(_lacking(seen) for seen in proposals),
        dispatched=courses.count(_dispatched),
        answered=courses.count(_answered),
    )


def _sorted_out(drafts: Sequence[Draft], source: str) -> tuple[list[Draft], list[Problem]]:
    """The drafts that are new. One that was imported before is passed over, unless it says something else now."""
    known = Petition.objects.filter(source=source, external_id__in=[draft.external_id for draft in drafts])
    texts = dict(known.values_list("external_id", "text"))
    new = [draft for draft in drafts if draft.external_id not in texts]
    altered = [d for d in drafts if d.external_id in texts and texts[d.external_id] != d.matter.text]
    return new, [Problem(d.row, f"编号 {d.external_id} 已导入过，但内容不同；原工单未改动", d.cells) for d in altered]


def _proposal(draft: Draft, reading: Reading, rules: Rulebook, now: datetime) -> Preview:
    return suggest.proposal(
        reading,
        rules=rules,
        title=draft.matter.title,
        address=draft.matter.address,
        category_code=draft.matter.category_code or None,
        area_id=draft.matter.area_id,
        tags=draft.matter.tags,
        said_at=draft.received_at,
        now=now,
        with_similar=False,
    )


def _lacking(seen: Preview) -> str:
    """What the ladder missed first, where it left the case to a person."""
    return seen.decision.missing[-1] if seen.decision.missing else ""


def _open_all(batch: Batch, drafts: Sequence[Draft], proposals: Sequence[Preview], orders: Orders) -> list[Callable]:
    callers = callers_for([draft.contact for draft in drafts])
    ids = next_ids(Petition, len(drafts))
    suggestions: list[Suggestion] = []
    courses = []
    for draft, seen, caller, pk in zip(drafts, proposals, callers, ids, strict=True):
        petition = _petition(draft, seen, orders, pk)
        petition.caller = caller
        case = batch.open(petition, data=_provenance(draft, orders))
        course = _course(draft, seen, orders)
        course(case, draft, seen, orders)
        case.outbox = [row for row in case.outbox if row.topic not in notify.TO_CITIZEN]
        suggestions += intake.suggestions(petition, draft.matter, seen, batch.now)
        courses.append(course)
    copied(suggestions)
    return courses


def _petition(draft: Draft, seen: Preview, orders: Orders, pk: int) -> Petition:
    petition = Petition(
        id=pk,
        no=intake.case_number(pk, draft.received_at),
        idempotency_key=key_of(orders.source, draft.external_id),
        source=orders.source,
        external_id=draft.external_id,
        channel=Channel.IMPORT,
        received_at=draft.received_at,
        registered_by=system(),
    )
    intake.fill(petition, draft.matter, seen)
    return petition


def key_of(source: str, external_id: str) -> str:
    return "import:" + hashlib.sha256(f"{source}\x1f{external_id}".encode()).hexdigest()[:48]


def _provenance(draft: Draft, orders: Orders) -> dict:
    """Where the case came from: kept in its first event, with the columns that nobody claimed and any old reply."""
    facts: dict[str, Any] = {"source": orders.source, "row": draft.row}
    if orders.person:
        facts["by"] = orders.person.username
    if draft.extra:
        facts["extra"] = dict(draft.extra)
    if draft.reply:
        facts["reply"] = redact(draft.reply).text
        facts["replied_at"] = draft.replied_at.isoformat() if draft.replied_at else ""
    return facts


# ── what happens to a new case ──
def _course(draft: Draft, seen: Preview, orders: Orders) -> Callable:
    person = orders.person
    if draft.reply and person and person.has_role("operator", "web_agent"):
        return _answered
    if orders.dispatch and seen.decision.main_department_id and _may_go_unseen(draft, seen):
        return _dispatched
    return _to_review


def _may_go_unseen(draft: Draft, seen: Preview) -> bool:
    """Danger is never dispatched in a heap, nor what the model is not sure of: somebody looks at it first."""
    floor = float(seen.rules.parameter("import.dispatch_floor", DISPATCH_FLOOR))
    sure = bool(draft.matter.category_code) or (seen.best is not None and seen.best.confidence >= floor)
    return sure and seen.reading.urgency.level == Urgency.NORMAL.label


def _answered(case: NewCase, draft: Draft, seen: Preview, orders: Orders) -> None:
    """The old system answered: the reply stays with the case, which is over."""
    basis = f"来源系统 {orders.source} 的答复" + (f"({draft.replied_at:%Y-%m-%d})" if draft.replied_at else "")
    case.petition.answer = redact(draft.reply).text
    with case.acting(orders.person):
        case.move(
            case.petition,
            Petition.answer_directly,
            answer=case.petition.answer,
            basis=basis,
            at=case.now,
            note=basis,
        )


def _to_review(case: NewCase, draft: Draft, seen: Preview, orders: Orders) -> None:
    days = float(case.rules.parameter("import.review_days", REVIEW_DAYS))
    case.move(case.petition, Petition.submit, at=case.now, review_by=case.now + timedelta(days=days))


def _dispatched(case: NewCase, draft: Draft, seen: Preview, orders: Orders) -> None:
    """The rules propose, the person who ordered the import answers for it; limits run from now, not from the past."""
    _to_review(case, draft, seen, orders)
    note = f"批量导入，由{orders.person}决定随批派单"
    case.move(case.petition, Petition.pass_review, dispatch_by=case.due("dispatch"), note=note)
    decision = seen.decision
    with case.acting(orders.person):
        dispatch.send(
            case,
            dispatch.Order(
                main_id=decision.main_department_id,
                assisting_ids=tuple(decision.assisting_department_ids),
                tier=decision.tier,
                assessment=decision.assessment,
                opinion="批量导入，按派单目录派单：" + "".join(decision.reasons)[:400],
                entry_id=decision.entry_id,
            ),
        )


def in_batches(rows: Iterable[Draft | Problem], size: int) -> Iterable[list[Draft | Problem]]:
    batch: list[Draft | Problem] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
