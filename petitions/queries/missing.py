"""问得到、答不了: what was asked lately and no item answers, the commonest first.

Questions from online and consultations that were not answered at once. What the base answers by now, because an item
was written or mended since, is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nlp.core import asked
from nlp.core.answers import Answers, Item
from petitions.models import Ask, KnowledgeItem, Petition
from petitions.queries import answers
from petitions.row_keys import row_key
from petitions.states import CaseState, RequestType
from routing.rulebook import Rulebook

DAYS = 30
# The newest of each kind that are looked at: more would say the same, and each costs a comparison with every item.
LOOKED_AT = 200
LENGTH = 300
EXAMPLES, SHOWN = 3, 30


@dataclass(frozen=True)
class Missing:
    """A thing that was asked `times` times; `keys` name its questions, `drafted` an unpublished item about it."""

    leaf: str
    leaf_name: str
    examples: tuple[str, ...]
    keys: tuple[str, ...]
    drafted: KnowledgeItem | None = None

    @property
    def times(self) -> int:
        return len(self.keys)


def listing(*, rules: Rulebook, now: datetime, today: date) -> list[Missing]:
    """Four statements: questions, consultations, the base's stamp, the drafts."""
    since = now - timedelta(days=float(rules.parameter("knowledge.rate_days", DAYS)))
    open_questions = [*_asks(Ask.objects.filter(asked_at__gte=since)), *_cases(_consultations(since))]
    at_least = float(rules.parameter("knowledge.threshold", answers.AT_LEAST))
    base = answers.current(today).everybody
    left = [q for q in open_questions if not base.find(q.text, likely=_sure(q.leaf), at_least=at_least, most=1)]
    drafts = {item.pk: item for item in KnowledgeItem.objects.filter(is_published=False).select_related("category")}
    drafted = Answers(
        Item(pk, f"{i.title}\n{i.question}", "", i.category.code if i.category else "") for pk, i in drafts.items()
    )
    found = []
    for group in asked.groups(left)[:SHOWN]:
        matches = drafted.find(group.example.text, likely=_sure(group.example.leaf), at_least=at_least, most=1)
        found.append(_missing(group, rules, drafts[matches[0].key] if matches else None))
    return found


def chosen(keys: Iterable[str]) -> list[asked.Question]:
    """The questions with these keys ('ask:1', 'case:2'); what makes no sense is left out. Two statements."""
    wanted: dict[str, list[int]] = {"ask": [], "case": []}
    for key in keys:
        kind, _, number = key.partition(":")
        row = row_key(number)
        if kind in wanted and row is not None:
            wanted[kind].append(row)
    asks = Ask.objects.filter(pk__in=wanted["ask"])
    cases = Petition.objects.filter(pk__in=wanted["case"], request_type=RequestType.CONSULT)
    return [*_asks(asks), *_cases(cases)]


def _consultations(since: datetime):
    cases = Petition.objects.filter(received_at__gte=since, request_type=RequestType.CONSULT, is_probe=False)
    gone = (CaseState.ANSWERED, CaseState.DRAFT, CaseState.INVALID, CaseState.WITHDRAWN, CaseState.REFERRED)
    # One that came of a question online stands there already.
    return cases.exclude(state__in=gone).filter(asked=None)


def _asks(rows) -> list[asked.Question]:
    rows = rows.filter(version=None).order_by("-id").values_list("pk", "text", "category__code")[:LOOKED_AT]
    return [asked.Question(f"ask:{pk}", text[:LENGTH], code or "") for pk, text, code in rows]


def _cases(rows) -> list[asked.Question]:
    rows = rows.order_by("-id").values_list("pk", "redacted_text", "category__code")[:LOOKED_AT]
    return [asked.Question(f"case:{pk}", text[:LENGTH], code or "") for pk, text, code in rows]


def _sure(leaf: str) -> dict[str, float]:
    return {leaf: 1.0} if leaf else {}


def _missing(group: asked.Group, rules: Rulebook, drafted: KnowledgeItem | None) -> Missing:
    questions: Sequence[asked.Question] = group.questions
    code = group.example.leaf
    leaf = rules.leaves.get(code)
    keys = tuple(str(question.key) for question in questions)
    return Missing(code, leaf.full_name if leaf else "", tuple(q.text for q in questions[:EXAMPLES]), keys, drafted)
