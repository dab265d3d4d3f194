"""How telling words are: learned by the nightly run from its cases, used all day by joining."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from math import exp

from django.db import transaction

from nlp import serve
from nlp.core.issues import Read, Weights
from nlp.core.issues.weights import SHARES
from petitions.insight.models import IssueWeights

_known: tuple[int, Weights] | None = None


def keep(weights: Weights, *, messages: int, now: datetime) -> None:
    """In place of those of the night before."""
    content = zlib.compress(json.dumps(asdict(weights), ensure_ascii=False).encode(), level=3)
    with transaction.atomic():
        IssueWeights.objects.all().delete()
        IssueWeights.objects.create(made_at=now, messages=messages, content=content)


def weights(near: Callable[[], Sequence[Read]]) -> Weights:
    """Those of the last nightly run. Before the first one those that the category model learned, and without a model
    those of the messages near by. One statement, two after a nightly run."""
    global _known
    newest = IssueWeights.objects.values_list("pk", flat=True).last()
    if newest and (_known is None or _known[0] != newest):
        content = IssueWeights.objects.filter(pk=newest).values_list("content", flat=True).first()
        found = _restored(content) if content else None
        _known = (newest, found) if found else None
    if newest and _known:
        return _known[1]
    return _of_the_model() or Weights.of(near())


def _of_the_model() -> Weights | None:
    learned = serve.term_weights()
    if not learned:
        return None
    return Weights(texts=round(exp(max(learned.values()) - 1)), rarities=dict.fromkeys(SHARES, learned))


def _restored(content: bytes) -> Weights | None:
    """None when an earlier version of the software kept something else."""
    said = json.loads(zlib.decompress(content))
    return Weights(**said) if said.keys() == {field.name for field in fields(Weights)} else None
