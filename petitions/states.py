"""The words a case is described with: states, channels, outcomes. Pure vocabulary, no behaviour.

States follow `docs/lifecycle.md` (drawn from the code); English values are stored, Chinese labels are shown.
"""

from django.db.models import TextChoices


class CaseState(TextChoices):
    DRAFT = "draft", "草稿"
    AWAITING_INFO = "awaiting_info", "待补充"
    ANSWERED = "answered", "已直接答复"
    PENDING_REVIEW = "pending_review", "待审核"
    PENDING_DISPATCH = "pending_dispatch", "待派单"
    IN_PROGRESS = "in_progress", "办理中"
    IN_CONFERENCE = "in_conference", "会商中"
    REPLY_REVIEW = "reply_review", "待核准答复"
    PENDING_CALLBACK = "pending_callback", "待回访"
    REHANDLING = "rehandling", "重新办理"
    LONG_TERM = "long_term", "挂账"
    CLOSED = "closed", "已结案"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤单"
    INVALID = "invalid", "无效"
    MERGED = "merged", "已并案"
    REFERRED = "referred", "已告知其他渠道"


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
    PENDING_SIGN = "pending_sign", "待签收"
    SIGNED = "signed", "办理中"
    INTERNAL_REVIEW = "internal_review", "待内部审核"
    ANSWERED = "answered", "已答复"
    FINISHED = "finished", "完结"
    RETURN_REQUESTED = "return_requested", "退单申请中"
    EXTENSION_REQUESTED = "extension_requested", "延期申请中"
    EXITED = "exited", "已退出"
    RECALLED = "recalled", "已撤回"
    WHISTLING = "whistling", "吹哨协同中"
    SUB_DISPATCHED = "sub_dispatched", "已下派"


GONE = (AssignmentState.FINISHED, AssignmentState.EXITED, AssignmentState.RECALLED)
ACTIVE = tuple(s for s in AssignmentState if s not in GONE)
# The unit owes an answer, so its own clock runs.
UNIT_OWES = tuple(s for s in ACTIVE if s != AssignmentState.ANSWERED)


class SupervisionState(TextChoices):
    RAISED = "raised", "已提交"
    ISSUED = "issued", "已下发"
    RETURN_REQUESTED = "return_requested", "申请退回"
    UNDER_REVIEW = "under_review", "待审核"
    DONE = "done", "办理完成"
    CLOSED = "closed", "督办办结"


class RequestState(TextChoices):
    FILED = "filed", "已申请"
    UNIT_APPROVED = "unit_approved", "承办单位已同意"
    DEPARTMENT_APPROVED = "department_approved", "主管部门已同意"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"
    CANCELLED = "cancelled", "已撤回"


class Channel(TextChoices):
    PHONE = "phone", "电话"
    WEB = "web", "网站"
    WECHAT = "wechat", "微信"
    APP = "app", "App"
    MAILBOX = "mailbox", "电子信箱"
    MESSAGE_BOARD = "message_board", "领导留言板"
    TRANSFER_110 = "transfer_110", "110 转办"
    PROVINCE = "province", "省平台"
    GRID = "grid", "网格巡查"
    MEDIA = "media", "媒体"
    ENTERPRISE = "enterprise", "企业专席"
    API = "api", "接口"
    IMPORT = "import", "批量导入"


class RequestType(TextChoices):
    CONSULT = "consult", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "感谢"
    OTHER = "other", "其他"


class Urgency(TextChoices):
    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"


class Outcome(TextChoices):
    """How a case ended. Required wherever a case has ended; 'closed' alone never says 'solved'."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    UNSOLVED = "unsolved", "未解决"
    UNREACHED = "unreached", "未能回访"
    ANSWERED = "answered", "已直接答复"
    REFERRED = "referred", "已告知其他渠道"
    WITHDRAWN = "withdrawn", "诉求人撤回"
    INVALID = "invalid", "无效"
    MERGED = "merged", "已并案"


class Solved(TextChoices):
    YES = "yes", "解决了"
    PARTLY = "partly", "部分解决"
    NO = "no", "没有解决"


class Satisfaction(TextChoices):
    VERY = "very_satisfied", "非常满意"
    YES = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    NO = "unsatisfied", "不满意"
    NOT_AT_ALL = "very_unsatisfied", "非常不满意"


class Referral(TextChoices):
    """Where a matter that the hotline cannot take is told to go (typical exclusions, domain.md L-22)."""

    EMERGENCY_110 = "110", "110 报警"
    FIRE_119 = "119", "119 火警"
    MEDICAL_120 = "120", "120 急救"
    TRAFFIC_122 = "122", "122 交通事故"
    COURT = "court", "诉讼、仲裁或行政复议"
    LETTERS = "letters", "信访渠道"
    DISCIPLINE = "discipline", "纪检监察"
    OTHER_CITY = "other_city", "外地 12345"
    MARKET = "market", "市场或社会渠道"
