"""An analyst corrects a leaf: kept as a label for the next training, and as the verdict on the suggestion."""

import random
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.models import Label, Petition, Suggestion
from petitions.queries import labels
from petitions.services import clock
from routing import rulebook

SECOND_SHARE = 0.2


def give(
    petition_id: int,
    *,
    category_code: str,
    actor: Any,
    now: datetime | None = None,
    rng: random.Random | None = None,
) -> Label:
    """Label a case, or correct one's own label. A random share of first labels is drawn for a second person.

    Raises NotYours, Unknown (also for 体验件, from which nothing is learnt) and NoCategory.
    """
    if not rules.may_label(None, actor):
        raise errors.NotYours
    case = Petition.objects.filter(pk=petition_id, is_probe=False).defer("text", "search").first()
    if case is None:
        raise errors.Unknown
    rulebook_now = rulebook.current()
    leaf = rulebook_now.leaves.get(category_code)
    if leaf is None:
        raise errors.NoCategory("请选择一个现行的末级分类。")
    share = float(rulebook_now.parameter("label.second_share", SECOND_SHARE))
    with transaction.atomic():
        return _keep(case, leaf.id, category_code, actor, now or clock.now(), (rng or random.SystemRandom()), share)


def _keep(
    case: Petition, leaf_id: int, code: str, actor: Any, now: datetime, rng: random.Random, share: float
) -> Label:
    kind = labels.kind_for(case, actor)
    drawn = kind != Label.Kind.SECOND and rng.random() < share
    label, is_new = Label.objects.get_or_create(
        petition=case,
        staff=actor,
        defaults={"category_id": leaf_id, "kind": kind, "second_wanted": drawn, "made_at": now},
    )
    if not is_new:
        label.category_id, label.made_at = leaf_id, now
        label.save(update_fields=["category", "made_at"])
    if label.kind != Label.Kind.SECOND:
        _correct(case, code, actor)
    return label


def _correct(case: Petition, code: str, actor: Any) -> None:
    """The suggestion learns its verdict, unless somebody at the desk decided before: theirs stays."""
    open_or_mine = Suggestion.objects.filter(petition=case, kind=Suggestion.Kind.CATEGORY)
    for suggestion in open_or_mine:
        if suggestion.accepted is None or suggestion.decided_by_id == actor.pk:
            suggestion.chosen, suggestion.decided_by, suggestion.accepted = code, actor, suggestion.label == code
            suggestion.save(update_fields=["chosen", "decided_by", "accepted"])
