"""The words a case is described with: states, channels, outcomes. Pure vocabulary, no behaviour.

States follow `docs/lifecycle.md` (drawn from the code); English values are stored, Chinese labels are shown.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CaseState(TextChoices):
    DRAFT = "draft", _("草稿")
    AWAITING_INFO = "awaiting_info", _("待补充")
    ANSWERED = "answered", _("已直接答复")
    PENDING_REVIEW = "pending_review", _("待审核")
    PENDING_DISPATCH = "pending_dispatch", _("待派单")
    IN_PROGRESS = "in_progress", _("办理中")
    IN_CONFERENCE = "in_conference", _("会商中")
    REPLY_REVIEW = "reply_review", _("待核准答复")
    PENDING_CALLBACK = "pending_callback", _("待回访")
    REHANDLING = "rehandling", _("重新办理")
    LONG_TERM = "long_term", _("挂账")
    CLOSED = "closed", _("已结案")
    ARCHIVED = "archived", _("已归档")
    WITHDRAWN = "withdrawn", _("已撤单")
    INVALID = "invalid", _("无效")
    MERGED = "merged", _("已并案")
    REFERRED = "referred", _("已告知其他渠道")


# Somebody (citizen, hotline or unit) owes the next step, so a clock runs: `due_at` is set exactly in these states.
OWING = (
    CaseState.AWAITING_INFO,
    CaseState.PENDING_REVIEW,
    CaseState.PENDING_DISPATCH,
    CaseState.IN_PROGRESS,
    CaseState.IN_CONFERENCE,
    CaseState.REPLY_REVIEW,
    CaseState.PENDING_CALLBACK,
    CaseState.REHANDLING,
    CaseState.LONG_TERM,
)
# A unit holds the case: exactly one active main assignment in these states.
WITH_UNIT = (
    CaseState.IN_PROGRESS,
    CaseState.IN_CONFERENCE,
    CaseState.REPLY_REVIEW,
    CaseState.PENDING_CALLBACK,
    CaseState.REHANDLING,
    CaseState.LONG_TERM,
)
# The case is over and says how it ended.
ENDED = (
    CaseState.ANSWERED,
    CaseState.CLOSED,
    CaseState.ARCHIVED,
    CaseState.WITHDRAWN,
    CaseState.INVALID,
    CaseState.MERGED,
    CaseState.REFERRED,
)
OPEN = (CaseState.DRAFT, *OWING)


class AssignmentState(TextChoices):
    PENDING_SIGN = "pending_sign", _("待签收")
    SIGNED = "signed", _("办理中")
    INTERNAL_REVIEW = "internal_review", _("待内部审核")
    ANSWERED = "answered", _("已答复")
    FINISHED = "finished", _("完结")
    RETURN_REQUESTED = "return_requested", _("退单申请中")
    EXTENSION_REQUESTED = "extension_requested", _("延期申请中")
    EXITED = "exited", _("已退出")
    RECALLED = "recalled", _("已撤回")
    WHISTLING = "whistling", _("吹哨协同中")
    SUB_DISPATCHED = "sub_dispatched", _("已下派")


GONE = (AssignmentState.FINISHED, AssignmentState.EXITED, AssignmentState.RECALLED)
ACTIVE = tuple(s for s in AssignmentState if s not in GONE)
# The unit owes an answer, so its own clock runs.
UNIT_OWES = tuple(s for s in ACTIVE if s != AssignmentState.ANSWERED)


class SupervisionState(TextChoices):
    RAISED = "raised", _("已提交")
    ISSUED = "issued", _("已下发")
    RETURN_REQUESTED = "return_requested", _("申请退回")
    UNDER_REVIEW = "under_review", _("待审核")
    DONE = "done", _("办理完成")
    CLOSED = "closed", _("督办办结")


class RequestState(TextChoices):
    FILED = "filed", _("已申请")
    UNIT_APPROVED = "unit_approved", _("承办单位已同意")
    DEPARTMENT_APPROVED = "department_approved", _("主管部门已同意")
    GRANTED = "granted", _("已批准")
    REFUSED = "refused", _("未批准")
    CANCELLED = "cancelled", _("已撤回")


class Channel(TextChoices):
    PHONE = "phone", _("电话")
    WEB = "web", _("网站")
    WECHAT = "wechat", _("微信")
    APP = "app", _("App")
    MAILBOX = "mailbox", _("电子信箱")
    MESSAGE_BOARD = "message_board", _("领导留言板")
    TRANSFER_110 = "transfer_110", _("110 转办")
    PROVINCE = "province", _("省平台")
    GRID = "grid", _("网格巡查")
    MEDIA = "media", _("媒体")
    ENTERPRISE = "enterprise", _("企业专席")
    API = "api", _("接口")
    IMPORT = "import", _("批量导入")


class RequestType(TextChoices):
    CONSULT = "consult", _("咨询")
    HELP = "help", _("求助")
    COMPLAINT = "complaint", _("投诉")
    REPORT = "report", _("举报")
    SUGGESTION = "suggestion", _("建议")
    PRAISE = "praise", _("感谢")
    OTHER = "other", _("其他")


class Urgency(TextChoices):
    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("紧急")
    CRITICAL = "critical", _("特急")


class Outcome(TextChoices):
    """How a case ended. Required wherever a case has ended; 'closed' alone never says 'solved'."""

    SOLVED = "solved", _("已解决")
    PARTLY = "partly", _("部分解决")
    UNSOLVED = "unsolved", _("未解决")
    UNREACHED = "unreached", _("未能回访")
    NOT_CALLED = "not_called", _("未抽中回访，也未收到评价")
    ANSWERED = "answered", _("已直接答复")
    REFERRED = "referred", _("已告知其他渠道")
    WITHDRAWN = "withdrawn", _("诉求人撤回")
    INVALID = "invalid", _("无效")
    MERGED = "merged", _("已并案")


class Solved(TextChoices):
    YES = "yes", _("解决了")
    PARTLY = "partly", _("部分解决")
    NO = "no", _("没有解决")


class Satisfaction(TextChoices):
    VERY = "very_satisfied", _("非常满意")
    YES = "satisfied", _("满意")
    BASICALLY = "basically", _("基本满意")
    NO = "unsatisfied", _("不满意")
    NOT_AT_ALL = "very_unsatisfied", _("非常不满意")


class Referral(TextChoices):
    """Where a matter that the hotline cannot take is told to go (typical exclusions, domain.md L-22)."""

    EMERGENCY_110 = "110", _("110 报警")
    FIRE_119 = "119", _("119 火警")
    MEDICAL_120 = "120", _("120 急救")
    TRAFFIC_122 = "122", _("122 交通事故")
    COURT = "court", _("诉讼、仲裁或行政复议")
    LETTERS = "letters", _("信访渠道")
    DISCIPLINE = "discipline", _("纪检监察")
    OTHER_CITY = "other_city", _("外地 12345")
    MARKET = "market", _("市场或社会渠道")
