"""Every kind of notice: for whom, which facts it may name, and its words where the city wrote none of its own."""

from dataclasses import dataclass, field

from petitions.models.delivery import Way

CITIZEN, UNIT, HOTLINE = "citizen", "unit", "hotline"
EVERYWHERE = ("工单号", "标题", "承办单位", "办理时限", "网址")
OPEN_IT = "\n\n查看工单：{网址}/cases/{工单号}/"
OPEN_BASE = "\n\n查看知识库：{网址}/kb/"


@dataclass(frozen=True)
class Topic:
    """`texts` by way: (subject, text). What is not in there is not sent by that way unless somebody writes words."""

    label: str
    audience: str
    text: str
    facts: tuple[str, ...] = ()
    by_mail: bool = False
    about_case: bool = True
    texts: dict[str, tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        first = Way.SMS if self.audience == CITIZEN else Way.DESK
        texts = {first: ("", self.text)}
        if self.by_mail:
            about, link = (" {工单号}", OPEN_IT) if self.about_case else ("", OPEN_BASE)
            texts[Way.EMAIL] = (f"【12345】{self.label}{about}", self.text + link)
        object.__setattr__(self, "texts", texts)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders that its words may use."""
        return (*(EVERYWHERE if self.about_case else ("网址",)), *self.facts)

    @property
    def ways(self) -> tuple[str, ...]:
        """By which ways it can be sent at all."""
        return (
            (Way.SMS,) if self.audience == CITIZEN else (Way.DESK, Way.EMAIL) if self.audience == UNIT else (Way.DESK,)
        )


TOPICS: dict[str, Topic] = {
    # ── to the citizen ──
    "case-received": Topic(
        "登记回执",
        CITIZEN,
        "您的诉求已登记，工单号 {工单号}，查询码 {查询码}。查进度：{网址}/c/",
        ("查询码",),
    ),
    "case-dispatched": Topic(
        "已派单", CITIZEN, "工单 {工单号} 已交 {承办单位} 办理[，最迟 {办理时限} 前答复您]。", ("查询码",)
    ),
    "case-ruled": Topic(
        "会商已定", CITIZEN, "工单 {工单号} 已交 {承办单位} 办理[，最迟 {办理时限} 前答复您]。", ("查询码",)
    ),
    "info-wanted": Topic(
        "请补充", CITIZEN, "工单 {工单号} 还缺：{缺少}。请拨打 12345 或在线补充。", ("缺少", "查询码")
    ),
    "case-replied": Topic("已有答复", CITIZEN, "工单 {工单号} 已有答复：{答复}", ("答复", "查询码")),
    "rating-invited": Topic(
        "邀请评价", CITIZEN, "问题解决了吗？请为工单 {工单号} 作个评价（链接只能用一次）：{评价链接}", ("评价链接",)
    ),
    "case-closed": Topic(
        "已结案", CITIZEN, "工单 {工单号} 已结案，结果：{结果}。如有变化，请拨打 12345。", ("结果", "查询码")
    ),
    "case-referred": Topic(
        "告知其他渠道", CITIZEN, "工单 {工单号} 反映的事项请通过“{渠道}”办理，详情可拨打 12345 询问。", ("渠道",)
    ),
    "case-extended": Topic("办理延期", CITIZEN, "工单 {工单号} 办理需要更多时间，延至 {延至}。", ("延至", "查询码")),
    "case-rehandled": Topic("重新办理", CITIZEN, "工单 {工单号} 已按您的意见安排重新办理。", ("查询码",)),
    "case-reopened": Topic("同意重开", CITIZEN, "工单 {工单号} 已按您的请求重新打开[：{说明}]", ("说明", "查询码")),
    "reopen-refused": Topic("不予重开", CITIZEN, "工单 {工单号} 这次没有重开，原因：{说明}", ("说明", "查询码")),
    # ── to the unit ──
    "unit-assigned": Topic("新工单", UNIT, "新工单 {工单号}：{标题}", by_mail=True),
    "case-urged": Topic("催办", UNIT, "催办：工单 {工单号} 的诉求人再次来电（第 {次数} 次）", ("次数",)),
    "case-instructed": Topic("批示", UNIT, "工单 {工单号} 有新的批示，请查看", by_mail=True),
    "reply-rejected": Topic("答复被退回", UNIT, "工单 {工单号} 的答复被退回[：{理由}]", ("理由",)),
    "return-ruled": Topic("退单裁定", UNIT, "工单 {工单号} 的退单申请{结论}", ("结论",)),
    "case-withdrawn": Topic("撤单", UNIT, "工单 {工单号} 已由诉求人撤回，请停止办理"),
    "conference-called": Topic("会商", UNIT, "工单 {工单号} 提请会商，请准备意见"),
    "request-granted": Topic("申请已批准", UNIT, "工单 {工单号} 的申请已批准"),
    "request-refused": Topic("申请未批准", UNIT, "工单 {工单号} 的申请未批准"),
    "supervision-issued": Topic("督办", UNIT, "督办：工单 {工单号}，请签收并反馈", by_mail=True),
    # ── 未诉先办: about many cases, so about none in particular ──
    "alert-raised": Topic("预警", UNIT, "预警：{预警}，请在 {时限} 前确认", ("预警", "时限"), about_case=False),
    "task-ordered": Topic(
        "未诉先办任务", UNIT, "未诉先办任务：{预警}，请在 {时限} 前反馈", ("预警", "时限"), about_case=False
    ),
    "command-order": Topic("指挥指令", UNIT, "“{预警}”指挥指令，请马上签收", ("预警",), about_case=False),
    # ── limits ──
    "signed-late": Topic("未按时签收", UNIT, "工单 {工单号} 未按时签收，已自动签收"),
    "contact-late": Topic("未按时联系", UNIT, "工单 {工单号} 已过首次联系时限，请马上联系诉求人"),
    "due-soon": Topic("临近时限", UNIT, "工单 {工单号} 将于 {时限} 到期", ("时限",)),
    "part-overdue": Topic("超过时限", UNIT, "工单 {工单号} 的{角色}部分已超过时限", ("角色",), by_mail=True),
    "case-overdue": Topic("超期转回访", UNIT, "工单 {工单号} 已超期，转入回访", by_mail=True),
    "supervision-late": Topic("督办逾期", UNIT, "工单 {工单号} 的督办已过反馈时限", by_mail=True),
    "ledger-reminder": Topic("挂账到期提醒", UNIT, "工单 {工单号} 的挂账将于 {时限} 到期", ("时限",)),
    # ── about the knowledge base, not about a case ──
    "knowledge-review": Topic(
        "口径复核",
        UNIT,
        "口径“{口径}”的复核日期是 {复核日期}，请核对是否仍然有效",
        ("口径", "复核日期"),
        by_mail=True,
        about_case=False,
    ),
    # ── to the hotline ──
    "notice-late": Topic("电话通知逾期", HOTLINE, "紧急工单 {工单号} 还没有电话通知 {承办单位}"),
    "reopen-wanted": Topic("市民请求重开", HOTLINE, "市民请求重开工单 {工单号}，请督办员答复"),
    "ruling-late": Topic("裁定逾期", HOTLINE, "工单 {工单号} 的{申请}申请已过裁定时限", ("申请",)),
    "stage-late": Topic("环节超时", HOTLINE, "工单 {工单号} 的“{环节}”已超时", ("环节",)),
}
