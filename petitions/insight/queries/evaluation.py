"""What the product can say about itself for an evaluation of digital government: counts over a window, nothing else.

The six dimensions are those of domain.md §1 (基础准备, 环境支撑, 服务成熟, 协同治理, 公众参与,
技术使用). What the product does not measure has no figure here; the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from petitions.insight import scorecard
from petitions.insight.models import Mark
from petitions.insight.rates import Counts, Rate
from petitions.insight.windows import Window
from petitions.models import Suggestion
from routing.models import Category, Department


@dataclass(frozen=True)
class Evaluation:
    """All cases of the window, all units together, calibre A."""

    total: Counts
    units: int
    leaves: int
    verdicts: int
    by_link: int
    suggested: int

    @property
    def asked_back(self) -> Rate:
        """Of what was closed, how much has a valid answer of the citizen."""
        return Rate(min(self.total.valid, self.total.closed), self.total.closed)

    @property
    def own_rating(self) -> Rate:
        """Of the valid answers, how many citizens gave themselves, by link."""
        return Rate(self.by_link, self.verdicts)

    @property
    def read_by_machine(self) -> Rate:
        return Rate(min(self.suggested, self.total.received), self.total.received)


def evaluation(window: Window) -> Evaluation:
    """Five statements."""
    lines = scorecard.from_tally(window)["A"]
    between = Q(kind="verdict", half__gte=window.first, half__lt=window.end)
    verdicts = Mark.objects.filter(between).aggregate(n=Count("pk"), link=Count("pk", filter=Q(via="link")))
    made = Suggestion.objects.filter(
        kind=Suggestion.Kind.CATEGORY, made_at__gte=window.begins, made_at__lt=window.ends, petition__is_probe=False
    )
    return Evaluation(
        total=Counts.sum(lines.values()),
        units=Department.objects.active().count(),
        leaves=Category.objects.active().leaves().count(),
        verdicts=verdicts["n"],
        by_link=verdicts["link"],
        suggested=made.order_by().values("petition").distinct().count(),
    )
