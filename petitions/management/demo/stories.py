"""What can happen to a case, as stories. Each leaves its case in another state, so every desk has work."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from petitions.management.demo.crowds import hot, hot_and_unsolved, outage
from petitions.management.demo.play import HALF_HAPPY, HAPPY, UNHAPPY, Play
from petitions.models import Petition, Supervision
from petitions.services import (
    asking,
    calling_in,
    conference,
    dispatch,
    intake,
    reopening,
    requests,
    review,
    supervision,
)
from petitions.services.intake import Handling
from petitions.states import CaseState, Referral

EMERGENCIES = ["17.02.01", "17.02.02", "17.03.01"]
UNSOLVABLE = ["03.04.01", "04.04.01", "05.02.03"]
NOT_OURS = ["09.03.01", "20.01.03"]


@dataclass(frozen=True)
class Story:
    """How often it is told among those of a usual demo, and how many hours ago it begins."""

    tell: Callable[[Play], object]
    times: int
    hours_ago: tuple[float, float]

    @property
    def name(self) -> str:
        return self.tell.__name__


def draft(play: Play) -> None:
    play.comes_in(way=Handling(way="draft"))


def answered(play: Play) -> None:
    code = play.setting.rng.choice(sorted(play.setting.knowledge))
    item = play.setting.knowledge[code]
    play.comes_in([code], way=Handling(way="answer", answer=item.answer, knowledge_id=item.pk))


def referred(play: Play) -> None:
    play.comes_in(NOT_OURS, way=Handling(way="refer", referral=play.setting.rng.choice([Referral.OTHER_CITY, "110"])))


def awaiting_info(play: Play) -> None:
    play.comes_in(way=Handling(way="wait", missing=("具体地点", "发生时间")))


def completed_info(play: Play) -> None:
    awaiting_info(play)
    operator = play.setting.somebody("operator")
    addition = "补充：就在小区东门旁边，每天晚上八点以后。"
    play.case = intake.complete_info(play.case.pk, addition=addition, actor=operator, now=play.later(60, 600))


def pending_review(play: Play) -> None:
    play.comes_in()


def invalid(play: Play) -> None:
    play.comes_in()
    reviewer = play.setting.somebody("reviewer")
    review.mark_invalid(play.case.pk, reason="重复拨打且无实际诉求，经核实", actor=reviewer, now=play.later(5, 40))


def withdrawn(play: Play) -> None:
    play.reaches_unit(play.setting.unhurried)
    operator = play.setting.somebody("operator")
    intake.withdraw(play.case.pk, verified_by="回拨登记号码核实", actor=operator, now=play.later(60, 400))


def merged(play: Play) -> None:
    """Another citizen calls about the newest case that a unit is handling: it becomes an urging."""
    handled = Petition.objects.filter(state=CaseState.IN_PROGRESS).exclude(events__at__gt=play.at)
    lead = handled.order_by("-id").first()
    if lead is None:
        return pending_review(play)
    play.comes_in([lead.category.code], way=Handling(way="merge", lead_id=lead.pk))
    return None


def pending_dispatch(play: Play) -> None:
    play.comes_in()
    play.is_reviewed()


def unsigned(play: Play) -> None:
    play.reaches_unit(play.setting.unhurried, assisting=False)


def signed(play: Play, codes: list[str] | None = None) -> None:
    play.reaches_unit(codes or play.setting.unhurried)
    for part in play.parts():
        play.is_signed(part)


def contacted(play: Play, codes: list[str] | None = None) -> None:
    signed(play, codes)
    play.is_contacted()


def internal_review(play: Play) -> None:
    contacted(play)
    play.is_drafted()


def urged(play: Play) -> None:
    contacted(play)
    again = replace(play, key=f"{play.key}-again", case=None)
    again.later(200, 900)
    again.comes_in([play.sample.label], way=Handling(way="merge", lead_id=play.case.pk))
    play.at = again.at


def whistling(play: Play) -> None:
    contacted(play)
    other = play.other_unit(but=play.unit_of(play.main))
    calling_in.whistle(
        play.main.pk,
        actor=play.unit_of(play.main).handler,
        department_ids=[other.department.pk],
        reason="需要执法部门到场共同核查。",
        now=play.later(30, 120),
    )


def sub_dispatched(play: Play) -> None:
    contacted(play)
    main, community = play.main, play.department("street.community")
    limit = play.at + (main.limit_at - play.at) / 2
    calling_in.delegate(
        main.pk,
        actor=play.unit_of(main).handler,
        to_id=community.pk,
        limit_at=limit,
        opinion="请社区上门核实情况。",
        now=play.later(20, 60),
    )


def return_requested(play: Play):
    play.reaches_unit(play.setting.unhurried, assisting=False)
    main, other = play.main, play.other_unit(but=play.unit_of(play.main))
    return asking.request_return(
        main.pk,
        actor=play.unit_of(main).head,
        reason="经核实该处管护权属不在本单位。",
        proposed_id=other.department.pk,
        evidence="权属资料复印件（已上传）",
        now=play.within(main.assigned_at, main.return_by, 0.1, 0.6),
    )


def returned(play: Play) -> None:
    request = return_requested(play)
    dispatcher = play.setting.somebody("dispatcher")
    asking.rule_on_return(request.pk, actor=dispatcher, granted=True, note="权属清楚，准予退单", now=play.later(20, 90))


def return_refused(play: Play) -> None:
    request = return_requested(play)
    dispatcher = play.setting.somebody("dispatcher")
    note = "按派单目录属首接单位牵头，不予退单"
    asking.rule_on_return(request.pk, actor=dispatcher, granted=False, note=note, now=play.later(20, 90))


def extension_requested(play: Play):
    contacted(play, play.setting.of_tier("N"))
    main = play.main
    return asking.request_extension(
        main.pk,
        actor=play.unit_of(main).handler,
        reason="需要采购配件，预计三天到货。",
        until=main.limit_at + (main.limit_at - main.assigned_at) / 2,
        now=play.within(main.assigned_at, main.limit_at, 0.3, 0.6),
    )


def extended(play: Play) -> None:
    request = extension_requested(play)
    reviewer = play.setting.somebody("reviewer")
    asking.rule_on_extension(request.pk, actor=reviewer, granted=True, note="同意延期", now=play.later(20, 90))


def in_conference(play: Play) -> None:
    play.reaches_unit(play.setting.unhurried, assisting=False)
    main = play.main
    other = play.other_unit(but=play.unit_of(main))
    conference.confer(
        play.case.pk,
        actor=play.setting.somebody("dispatcher"),
        units=[main.department_id, other.department.pk],
        reason="两家单位对管理边界有争议。",
        now=play.later(20, 100),
    )
    conference.state_position(
        play.case.pk,
        actor=play.unit_of(main).handler,
        text="现场核实，该处设施由另一家单位建设，至今没有移交给本单位。",
        evidence="设施移交清单（未列入该处）",
        now=play.later(10, 60),
    )
    conference.state_position(
        play.case.pk,
        actor=play.setting.somebody("dispatcher"),
        text="该处日常保洁和巡查一直由属地负责，本单位只负责大修。",
        unit_id=other.department.pk,
        now=play.later(10, 60),
    )


def ruled(play: Play) -> None:
    in_conference(play)
    order = dispatch.Order(main_id=play.main.department_id, opinion="按裁定办理")
    center = play.setting.somebody("center")
    conference.rule(play.case.pk, order, actor=center, ruling="由首接单位牵头办理。", now=play.later(300, 900))


def supervised(play: Play) -> None:
    contacted(play)
    main, supervisor = play.main, play.setting.somebody("supervisor")
    notice = supervision.raise_and_issue(
        play.case.pk,
        actor=supervisor,
        level=Supervision.Level.NOTICE,
        reason="同一地点多次反映，请尽快办理。",
        now=play.later(60, 300),
    )
    supervision.acknowledge(notice.pk, actor=play.unit_of(main).head, now=play.later(20, 120))


def overdue(play: Play) -> None:
    """Signed and forgotten: the sweep sends it to call-back when its time is up."""
    play.reaches_unit(play.setting.of_tier("N"), assisting=False)
    play.is_signed()


def reply_review(play: Play) -> None:
    play.reaches_unit(play.setting.unhurried)
    play.is_answered()


def reply_rejected(play: Play) -> None:
    reply_review(play)
    reviewer, reason = play.setting.somebody("reviewer"), "答复没有回应诉求人提出的第二个问题，请补充。"
    review.reject_reply(play.case.pk, reason=reason, actor=reviewer, now=play.later(20, 120))


def pending_callback(play: Play) -> None:
    play.reaches_callback()


def called_in_vain(play: Play) -> None:
    play.reaches_callback()
    play.nobody_answers()


def rehandling(play: Play) -> None:
    play.reaches_callback()
    play.is_called(UNHAPPY, rehandle=True)


def redispatched(play: Play) -> None:
    rehandling(play)
    play.is_dispatched(to=play.setting.units[play.case.main_department_id], assisting=False)


def long_term(play: Play) -> None:
    play.reaches_unit(UNSOLVABLE, assisting=False)
    play.is_signed()
    play.is_contacted()
    main = play.main
    unit, until = play.unit_of(main), play.until + timedelta(days=90)
    request = requests.file(
        main.pk,
        kind="ledger",
        actor=unit.handler,
        reason="受规划条件限制，近期不具备实施条件。",
        evidence="规划部门意见",
        subtype="受规划限制",
        plan="列入明年改造计划，每季度向诉求人通报进展。",
        until=until,
        now=play.later(300, 900),
    )
    for approver in (unit.head, play.setting.somebody("reviewer"), play.setting.somebody("center")):
        requests.approve(request.pk, actor=approver, note="同意", citizen_told=True, now=play.later(60, 300))


def solved(play: Play) -> None:
    play.reaches_callback()
    play.is_called(HAPPY)


def solved_by_link(play: Play) -> None:
    play.reaches_callback()
    play.is_rated(HAPPY)


def partly_solved(play: Play) -> None:
    play.reaches_callback()
    play.is_called(HALF_HAPPY)


def unsolved(play: Play) -> None:
    play.reaches_callback()
    play.is_called(replace(UNHAPPY, reason="问题没有彻底解决", verbatim="来看过一次，过两天又那样了。"))


def unreached(play: Play) -> None:
    play.reaches_callback()
    for _ in range(3):
        play.nobody_answers()


def reopened(play: Play) -> None:
    play.reaches_callback()
    play.is_called(HAPPY)
    order = dispatch.Order(main_id=play.case.main_department_id, opinion="问题复发，请重新核实")
    supervisor = play.setting.somebody("supervisor")
    reopening.reopen(
        play.case.pk, order, actor=supervisor, reason="诉求人反映问题复发并提供照片", now=play.later(600, 1500)
    )


def emergency(play: Play) -> None:
    """Two hours from call to answer."""
    play.reaches_callback(EMERGENCIES)
    play.is_called(HAPPY)


def emergency_now(play: Play) -> None:
    play.reaches_unit(EMERGENCIES, assisting=False)


DAY = 24
STORIES = (
    Story(solved, 30, (5 * DAY, 14 * DAY)),
    Story(solved_by_link, 9, (5 * DAY, 14 * DAY)),
    Story(partly_solved, 6, (5 * DAY, 14 * DAY)),
    Story(unsolved, 4, (6 * DAY, 14 * DAY)),
    Story(unreached, 2, (8 * DAY, 14 * DAY)),
    Story(reopened, 1, (8 * DAY, 10 * DAY)),
    Story(emergency, 3, (1 * DAY, 12 * DAY)),
    Story(hot_and_unsolved, 5, (5 * DAY, 12 * DAY)),
    Story(hot, 18, (0.1 * DAY, 4 * DAY)),
    Story(answered, 16, (1, 14 * DAY)),
    Story(referred, 4, (1, 14 * DAY)),
    Story(invalid, 2, (1 * DAY, 12 * DAY)),
    Story(withdrawn, 2, (2 * DAY, 12 * DAY)),
    Story(overdue, 5, (8 * DAY, 9 * DAY)),
    Story(long_term, 2, (6 * DAY, 12 * DAY)),
    Story(rehandling, 2, (2 * DAY, 2.6 * DAY)),
    Story(redispatched, 3, (2 * DAY, 2.6 * DAY)),
    Story(pending_callback, 8, (1 * DAY, 2 * DAY)),
    Story(called_in_vain, 2, (1.2 * DAY, 2 * DAY)),
    Story(reply_review, 5, (1 * DAY, 2.5 * DAY)),
    Story(reply_rejected, 1, (2 * DAY, 3 * DAY)),
    Story(internal_review, 4, (1 * DAY, 3 * DAY)),
    Story(extended, 2, (2 * DAY, 5 * DAY)),
    Story(extension_requested, 2, (2 * DAY, 4 * DAY)),
    Story(supervised, 3, (1.5 * DAY, 5 * DAY)),
    Story(urged, 2, (1.5 * DAY, 4 * DAY)),
    Story(sub_dispatched, 2, (1 * DAY, 3 * DAY)),
    Story(whistling, 2, (0.5 * DAY, 1 * DAY)),
    Story(contacted, 8, (0.5 * DAY, 3 * DAY)),
    Story(signed, 5, (0.2 * DAY, 1 * DAY)),
    Story(ruled, 1, (1.5 * DAY, 3 * DAY)),
    Story(in_conference, 2, (0.4 * DAY, 1 * DAY)),
    Story(return_refused, 1, (0.6 * DAY, 2 * DAY)),
    Story(returned, 1, (0.5 * DAY, 0.6 * DAY)),
    Story(return_requested, 2, (0.2 * DAY, 0.4 * DAY)),
    Story(completed_info, 1, (0.4 * DAY, 0.5 * DAY)),
    Story(awaiting_info, 3, (0.1 * DAY, 2 * DAY)),
    Story(merged, 3, (0.2 * DAY, 1 * DAY)),
    Story(outage, 13, (1.1, 3.5)),
    Story(unsigned, 6, (0.4, 1.8)),
    Story(emergency_now, 1, (0.1, 0.3)),
    Story(pending_dispatch, 6, (0.2, 1.2)),
    Story(pending_review, 8, (0.05, 0.9)),
    Story(draft, 2, (0.05, 0.5)),
)
