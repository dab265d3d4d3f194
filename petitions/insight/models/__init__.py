from petitions.insight.models.alert import Alert, AlertAct, AlertCase, AlertReceiver
from petitions.insight.models.command import CommandEntry, CommandEvent, CommandUnit
from petitions.insight.models.expectation import Forecast, Look, Rhythm, Usual
from petitions.insight.models.finding import Finding, FindingAnswer, FindingCase
from petitions.insight.models.flow import CountedCase, HourCount, Result
from petitions.insight.models.formula import Formula
from petitions.insight.models.issue import HotIssue, IssueEdit, IssueMember, IssueWeights, Unread
from petitions.insight.models.mark import Mark, Stale, Tally
from petitions.insight.models.monthly import (
    MonthlyCandidate,
    MonthlyDecision,
    MonthlyIssue,
    MonthlyItem,
    MonthlyMeasure,
    MonthlyProgress,
)
from petitions.insight.models.period import Period, Publication, Score
from petitions.insight.models.proactive import ProactiveTask
from petitions.insight.models.report import Report, ReportApproval, ReportVersion
from petitions.insight.models.topic import Topic, TopicEdit, TopicMember, TopicMonth, TopicRun

__all__ = [
    "Alert",
    "AlertAct",
    "AlertCase",
    "AlertReceiver",
    "CommandEntry",
    "CommandEvent",
    "CommandUnit",
    "CountedCase",
    "Finding",
    "FindingAnswer",
    "FindingCase",
    "Forecast",
    "Formula",
    "HotIssue",
    "HourCount",
    "IssueEdit",
    "IssueMember",
    "IssueWeights",
    "Look",
    "Mark",
    "MonthlyCandidate",
    "MonthlyDecision",
    "MonthlyIssue",
    "MonthlyItem",
    "MonthlyMeasure",
    "MonthlyProgress",
    "Period",
    "ProactiveTask",
    "Publication",
    "Report",
    "ReportApproval",
    "ReportVersion",
    "Result",
    "Rhythm",
    "Score",
    "Stale",
    "Tally",
    "Topic",
    "TopicEdit",
    "TopicMember",
    "TopicMonth",
    "TopicRun",
    "Unread",
    "Usual",
]
