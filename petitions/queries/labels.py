"""标注台: cases whose category is unsure or disputed, and what two labellers made of the same case.

Only redacted texts are shown, and never what somebody else chose for a case that is to be judged again.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from nlp.core.agreement import Agreement, kappa
from petitions.models import Label, Petition, Request, Suggestion
from petitions.queries import keyset
from petitions.states import CaseState

PARTS = (Label.Kind.UNSURE, Label.Kind.DISPUTED, Label.Kind.SECOND)
UNSURE_BELOW, CLOSE_BELOW = 0.5, 0.1
MOST_COUNTED = 100
MOST_PAIRS = 5_000


@dataclass(frozen=True)
class Waiting:
    which: str
    counts: dict[str, int]  # at most MOST_COUNTED each
    page: keyset.Page


def queue(staff: Any, which: str, *, after: str = "") -> Waiting:
    """One part of the queue, newest first: four statements, whatever the number of cases."""
    which = which if which in PARTS else Label.Kind.UNSURE
    counts = {part: waiting(staff, part)[:MOST_COUNTED].count() for part in PARTS}
    return Waiting(which, counts, keyset.by_id(_with_guess(waiting(staff, which)), after))


def waiting(staff: Any, part: str) -> QuerySet:
    cases = Petition.objects.filter(is_probe=False).exclude(state__in=[CaseState.DRAFT, CaseState.INVALID])
    labels = Label.objects.filter(petition=OuterRef("pk"))
    if part == Label.Kind.SECOND:
        wanted = labels.filter(second_wanted=True).exclude(staff=staff)
        done = labels.filter(Q(kind=Label.Kind.SECOND) | Q(staff=staff))
        return cases.filter(Exists(wanted), ~Exists(done))
    return cases.filter(CONDITIONS[part](), ~Exists(labels))


def _unsure() -> Exists:
    """Not confident, or two leaves nearly as likely."""
    guesses = Suggestion.objects.filter(petition=OuterRef("pk"), kind=Suggestion.Kind.CATEGORY)
    close = guesses.annotate(second=Cast(F("alternatives__0__1"), FloatField()))
    return Exists(close.filter(Q(confidence__lt=UNSURE_BELOW) | Q(confidence__lt=F("second") + CLOSE_BELOW)))


def _disputed() -> Q:
    """Somebody chose another leaf than the machine, or a unit gave the case back."""
    overridden = Suggestion.objects.filter(petition=OuterRef("pk"), kind=Suggestion.Kind.CATEGORY, accepted=False)
    returned = Request.objects.filter(petition=OuterRef("pk"), kind=Request.Kind.RETURN)
    return Q(Exists(overridden)) | Q(Exists(returned))


CONDITIONS = {Label.Kind.UNSURE: _unsure, Label.Kind.DISPUTED: _disputed}


def _with_guess(cases: QuerySet) -> QuerySet:
    guess = Suggestion.objects.filter(petition=OuterRef("pk"), kind=Suggestion.Kind.CATEGORY).order_by("pk")
    return cases.only("no", "title", "received_at", "state").annotate(
        guess_code=Subquery(guess.values("label")[:1]), guess_confidence=Subquery(guess.values("confidence")[:1])
    )


def case(no: str) -> tuple[Petition, Suggestion | None] | None:
    """One case with the machine's suggestion: two statements. None when there is no such case."""
    found = Petition.objects.filter(no=no.upper(), is_probe=False).defer("text", "search").first()
    if found is None:
        return None
    return found, found.suggestions.filter(kind=Suggestion.Kind.CATEGORY).order_by("pk").first()


def kind_for(petition: Petition, staff: Any) -> str:
    """Why this person's label of the case counts."""
    if Label.objects.filter(petition=petition).exclude(staff=staff).exists():
        return Label.Kind.SECOND
    parts = (Label.Kind.DISPUTED, Label.Kind.UNSURE)
    return next((part for part in parts if waiting(staff, part).filter(pk=petition.pk).exists()), Label.Kind.OTHER)


@dataclass(frozen=True)
class Agreements:
    leaf: Agreement
    branch: Agreement


def agreement() -> Agreements:
    """Of the newest cases that two people labelled: one statement."""
    first = Label.objects.filter(petition=OuterRef("petition")).exclude(pk=OuterRef("pk")).order_by("pk")
    rows = Label.objects.filter(kind=Label.Kind.SECOND).annotate(first=Subquery(first.values("category__code")[:1]))
    pairs = list(rows.order_by("-pk").values_list("first", "category__code")[:MOST_PAIRS])
    pairs = [(one, other) for one, other in pairs if one]
    return Agreements(kappa(pairs), kappa([(one[:2], other[:2]) for one, other in pairs]))
