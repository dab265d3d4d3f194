"""Refusals of what all cases together say."""

from petitions.errors.base import PetitionError


# ── scores and reports ──
class PeriodStillRuns(PetitionError):
    """这一期还没有结束，结束后才能公布成绩。"""


class ReportRunning(PetitionError):
    """这份通报正在生成，请等它做完再重做或修改。"""


class ReportMovedOn(PetitionError):
    """您打开之后，这份通报已有新的版次。您写的内容还在，请核对最新一版再保存。"""


class ReportNotMade(PetitionError):
    """这一版还没有数字，不能修改文字；请先重新生成。"""


class BadFormula(PetitionError):
    """三项权重之和必须等于 1，折算须在 0 与 1 之间。"""


class ReportApproved(PetitionError):
    """这一版已经审定报送。"""


# ── hot issues ──
class IssueMoved(PetitionError):
    """这个热点刚被合并、拆分或重新归类，请刷新页面看最新情况再改。"""


class IssueEditedSince(PetitionError):
    """这次修改已经撤销，或者后来又改过；请按从后到前的顺序撤销。"""


# ── monthly topics ──
class TopicsRunning(PetitionError):
    """这个月正在归类，请等它做完再试。"""


class NoCasesInMonth(PetitionError):
    """这个月没有可以归类的工单。"""


class TopicEmpty(PetitionError):
    """其中一个主题已经没有工单，不能合并，请刷新页面看最新情况。"""


class TopicEditUndone(PetitionError):
    """这次修改已经撤销过了。"""


# ── alerts ──
class AlertMoved(PetitionError):
    """这条预警刚被别人处理过，请刷新页面看最新情况。"""


class StepUndone(PetitionError):
    """这次门槛调整已经撤销。"""


class TaskReported(PetitionError):
    """这项任务已经反馈，不能再改；有新情况请写在预警的说明里。"""


class BadDay(PetitionError):
    """期限不能早于今天。"""


class EventClosed(PetitionError):
    """这个事件已经结束，时间线不再增加。"""


class UnitCalled(PetitionError):
    """这家单位已经在这个事件里。"""


class UnitNotCalled(PetitionError):
    """这家单位还没有调入这个事件，请先调入再下指令。"""


class NoWords(PetitionError):
    """请写明内容。"""


# ── monthly themes ──
class MonthNotOver(PetitionError):
    """这个月还没有结束，不能统计候选。"""


class MonthlyMoved(PetitionError):
    """这个主题已经到了下一步，请刷新页面。"""


class MonthlyQuestions(PetitionError):
    """请写明一至三个具体问题。"""


class MonthlyMatters(PetitionError):
    """请至少选一个事项；选了实施范围的，要留下至少两个街道（乡镇）作对照。"""


class MonthlyUnitOutside(PetitionError):
    """清单只能落实到主责单位或配合单位。"""


class MonthlyWithoutTasks(PetitionError):
    """开始推进前，任务清单和责任清单都要至少有一条。"""


class MonthlyItemDone(PetitionError):
    """这一条已经填报完成。"""


class MonthlyDateWrong(PetitionError):
    """完成日期不能在今天之后。"""


class MonthlyStartWrong(PetitionError):
    """措施开始日期要在选题月份前后一年之内。"""


class MonthlyNotMeasured(PetitionError):
    """请先测算成效，再决定继续还是退出。"""
