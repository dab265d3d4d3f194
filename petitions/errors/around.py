"""Refusals around cases: notices, links, drafts, the catalogue, knowledge."""

from petitions.errors.base import PetitionError


# ── notices ──
class BadTemplate(PetitionError):
    """模板里有发送时无法替换的内容，请检查花括号里的词。"""


class NoticeMoved(PetitionError):
    """这条通知正在发送，或者别人已经处理过，请刷新页面看最新情况。"""


# ── citizens' links ──
class LinkUnknown(PetitionError):
    """这个链接不对，请检查是否复制完整，或拨打 12345。"""


class LinkUsed(PetitionError):
    """您已经评价过了，谢谢。如果有变化，请拨打 12345。"""


class LinkExpired(PetitionError):
    """这个链接已经过期，请拨打 12345,我们会重新联系您。"""


class AnswersMissing(PetitionError):
    """请回答每一个问题。"""


class StaffMayNotRate(PetitionError):
    """评价要由诉求人本人在自己的手机或电脑上填写；您现在以工作人员身份登录，不能代填。"""


class TooManyTries(PetitionError):
    """链接试错的次数太多，请过 15 分钟再试，或拨打 12345。"""


class TooManyLookups(PetitionError):
    """按电话查找的次数到了上限，请过一会儿再查，或按工单号、内容查找；确有需要请联系管理员。"""


class WrongQueryCode(PetitionError):
    """工单号和查询码对不上，请核对短信或回执。"""


# ── drafts ──
class AlreadyEntered(PetitionError):
    """这份登记已经提交过，您后来改的内容还在；如是另一件事，请再提交一次。"""


class DraftMoved(PetitionError):
    """这份草稿在另一处又写过，两边的内容都在，请核对后选择。"""


class DraftGone(PetitionError):
    """这份草稿已经提交，或由同事接手；您这里写的内容还在。"""


class DraftInUse(PetitionError):
    """起草人还在写这份草稿，过一会儿才能接手。"""


# ── the catalogue ──
class CatalogueRefused(PetitionError):
    """派单目录现在不能这样改。"""


class ProposalDecided(PetitionError):
    """这些改动建议已经有人处理过了，请刷新页面。"""


class PreviewRunning(PetitionError):
    """影响预览正在计算，请等它结束。"""


# ── knowledge and known events ──
class ItemIncomplete(PetitionError):
    """发布前请写明答复口径和责任单位。"""


class ItemNotInForce(PetitionError):
    """这条口径已过复核日期或已撤下，不能再用来答复。"""


class ItemMovedOn(PetitionError):
    """您打开之后，这条口径已有新的版次。您写的内容还在，请核对最新一版再保存。"""


class TitleTaken(PetitionError):
    """已有同名的条目，请换一个标题，或者去改那一条。"""


class ReviewDatePast(PetitionError):
    """复核日期要在今天之后。"""


class EventTooWide(PetitionError):
    """请至少写明区域或分类，不能对所有诉求都提示。"""


class EventEndsTooEarly(PetitionError):
    """预计结束的时间要在开始之后，并且还没有过去。"""


# ── lists ──
class ViewNameTaken(PetitionError):
    """您已有同名的视图，请换一个名称；筛选条件没有丢。"""


class TooManyViews(PetitionError):
    """常用视图太多了，请先删去不用的。"""


class ExportEmpty(PetitionError):
    """没有符合条件的工单，没有生成文件。"""


class ExportTooLarge(PetitionError):
    """符合条件的工单太多，一个文件放不下，没有生成文件。请缩小筛选范围，分几次导出。"""


class FileGone(PetitionError):
    """这个文件已过保存期，已经删除。"""
