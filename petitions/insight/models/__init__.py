from petitions.insight.models.formula import Formula
from petitions.insight.models.mark import Mark, Stale, Tally
from petitions.insight.models.period import Period, Publication, Score

__all__ = ["Formula", "Mark", "Period", "Publication", "Score", "Stale", "Tally"]
