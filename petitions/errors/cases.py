"""Refusals in the life of one case."""

from petitions.errors.base import PetitionError


class WrongState(PetitionError):
    """工单当前状态不允许这一步，请刷新页面看最新进展。"""


class NotYours(PetitionError):
    """这一步不归您办理；您可以查看，但不能操作。"""


class Conflict(PetitionError):
    """您打开之后，别人已经更新了这件工单。您填的内容还在，请核对最新情况后再提交。"""


class Unknown(PetitionError):
    """没有找到这件工单，请核对编号。"""


# ── intake ──
class NoText(PetitionError):
    """请写明要反映的事情。"""


class TextTooLong(PetitionError):
    """内容太长，请精简；详细材料可作为附件上传。您写的内容没有丢。"""


class NoContact(PetitionError):
    """请留下联系方式，否则无法告诉您办理结果。"""


class BadPhone(PetitionError):
    """电话号码不对，请写手机号或带区号的座机号。"""


class NoCategory(PetitionError):
    """还没有选诉求分类，不能审核通过。"""


class BadTime(PetitionError):
    """时间不对：不能晚于现在，也不能早于 1990 年。"""


class NoAnswer(PetitionError):
    """直接答复需要写明答复内容。"""


class NoReason(PetitionError):
    """请写明理由。"""


class MissingNotNamed(PetitionError):
    """请写明还缺什么，好让诉求人补充。"""


class CannotMergeIntoItself(PetitionError):
    """不能把工单并入它自己。"""


class LeadNotOpen(PetitionError):
    """要并入的工单已经办结，请改为新工单并关联。"""


class UnknownWay(PetitionError):
    """请选择处理方式。"""


class NoKey(PetitionError):
    """缺少防重复提交的标识，请刷新页面后重试；您填的内容还在。"""


class LeadIsYounger(PetitionError):
    """请并入更早登记的那一件。"""


class SecondPersonNeeded(PetitionError):
    """判定无效要由另一个人复核，不能由登记人自己确认。"""


# ── dispatch ──
class NoMainUnit(PetitionError):
    """请选择主办单位。"""


class UndoTooLate(PetitionError):
    """可以撤销的时间已经过了，承办单位已收到通知；确实派错了请用“撤回派单”并写明理由。"""


class AlreadySigned(PetitionError):
    """承办单位已经签收，不能撤销；确实派错了请用“撤回派单”并写明理由。"""


class MixedKinds(PetitionError):
    """批量审核只能选同一种申请，请按类型筛选后再勾选。"""


class MixedLeaves(PetitionError):
    """批量派单只能选同一分类的工单，请重新勾选。"""


class UnitInactive(PetitionError):
    """该单位已停用，请改派其他单位。"""


class SameUnitTwice(PetitionError):
    """主办单位不能同时是协办单位。"""


class UnitAlreadyReturned(PetitionError):
    """该单位已经退过这件工单，不能再派给它；有争议请走会商。"""


class NeedsDispute(PetitionError):
    """会商要有两家以上单位有争议，或已经退过两次。"""


class InConference(PetitionError):
    """这件工单正在会商，以会商裁定为准，不再单独裁定退单。"""


class NoticeConfirmed(PetitionError):
    """这家单位不需要电话通知，或已经通知过了。"""


class NobodyNotified(PetitionError):
    """请写明电话里是谁接的。"""


# ── several cases as one ──
class NotTheSame(PetitionError):
    """这两件看起来不是同一件事，请核对；确认是同一件的，请勾选确认并写明理由。"""


class SplitTooLate(PetitionError):
    """已超过可以拆分的期限，请登记为新工单并关联。"""


class NothingChosen(PetitionError):
    """请至少选一件。"""


# ── handling ──
class ReturnNotAllowed(PetitionError):
    """这件工单不能再退：已经退过一次、裁定不准退或会商已有结论。"""


class ReturnTooLate(PetitionError):
    """已过退单时限，请继续办理或申请会商。"""


class NoProposedUnit(PetitionError):
    """退单要写明建议由哪家单位办理。"""


class NoEvidence(PetitionError):
    """请附上依据(文件、照片或通话记录)。"""


class ExtensionNotAllowed(PetitionError):
    """延期只能申请一次，并且要在到期之前。"""


class ExtensionTooLong(PetitionError):
    """延期不能超过原时限，总时长不能超过规定上限。"""


class NotContacted(PetitionError):
    """还没有联系诉求人：请先联系，或写明没有联系的原因。"""


class NoPublicAnswer(PetitionError):
    """请填写给市民看的答复。"""


class AssistsOpen(PetitionError):
    """还有协办单位没有答复，请等待，或写明理由免除。"""


class ReplyWithoutEvidence(PetitionError):
    """这类诉求的答复要附办理凭据（照片、文件或通话录音），请退回补充。"""


class OwnReply(PetitionError):
    """答复要由另一位负责人审核，不能自己审自己写的。"""


class ChildLimitTooLong(PetitionError):
    """下派的时限必须早于本单位的时限。"""


class AlreadyAsked(PetitionError):
    """同样的申请还在审批中，不用再提一次。"""


class WrongKind(PetitionError):
    """这项申请不是这样审批的，请在对应的页签里处理。"""


class NotCalled(PetitionError):
    """只有被吹哨呼叫、还没有报到的单位可以报到。"""


class NoPersonAndPost(PetitionError):
    """提级和批示都要写明是谁、什么职务。"""


class UnknownSubtype(PetitionError):
    """请从列表中选择申请的类型。"""


class AppealTooLate(PetitionError):
    """已过申诉期限：结案之后的申诉、剔除等申请，要在规定的工作日内提出。"""


class NoMeasure(PetitionError):
    """请写明办理情况。"""


# ── call-back and closing ──
class NoOutcome(PetitionError):
    """结案要有回访结果：接通后的三项回答，或达到回访次数仍未接通。"""


class AttemptTooSoon(PetitionError):
    """刚刚打过，请换个时段再拨。"""


class SecondListener(PetitionError):
    """录音要由另一个人倾听，不能听自己的回访。"""


class AlreadyHeard(PetitionError):
    """这次回访的录音已经有人倾听并写下意见。"""


class RehandledTooOften(PetitionError):
    """已经重办过规定的次数，请提请督办或挂账。"""


class SupervisorNeeded(PetitionError):
    """第二次重办要由督办员决定。"""


class LedgerIncomplete(PetitionError):
    """挂账要有类型、计划和销账日期，并已告知诉求人。"""


class NotVerified(PetitionError):
    """撤单要先回拨诉求人本人确认。"""


class ReopenTooLate(PetitionError):
    """结案已超过可以重开的期限，请登记为新工单并关联本单。"""


class AlreadyWished(PetitionError):
    """您的重开请求已经收到，正在由督办人员研究，结果会告诉您。"""


class NotPublished(PetitionError):
    """考核期公布满规定天数后才能归档。"""


class AlreadySupervised(PetitionError):
    """该单位已有同级别的督办没有办结，请在原督办上跟进或提高级别。"""


# ── files ──
class FileRefused(PetitionError):
    """这个文件没有收下。"""


class TooManyFiles(PetitionError):
    """这件工单的附件已满，新的没有收下；请先隐藏用不着的。"""


class RevealNeedsReason(PetitionError):
    """查看完整联系方式要写明原因，系统会留下记录。"""
