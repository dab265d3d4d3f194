from petitions.insight.models.finding import Finding, FindingAnswer, FindingCase
from petitions.insight.models.formula import Formula
from petitions.insight.models.mark import Mark, Stale, Tally
from petitions.insight.models.period import Period, Publication, Score
from petitions.insight.models.report import Report, ReportVersion

__all__ = [
    "Finding",
    "FindingAnswer",
    "FindingCase",
    "Formula",
    "Mark",
    "Period",
    "Publication",
    "Report",
    "ReportVersion",
    "Score",
    "Stale",
    "Tally",
]
