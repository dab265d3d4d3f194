"""Who may do what to a case: one question each, used by transitions, services and pages alike.

Rules look at the person and the row, never at the clock or the database. `system` is the actor of written rules
(automatic dispatch, expiry) and of verified citizens; it is a real Staff row, so every event names somebody.
"""

from collections.abc import Callable
from typing import Any

DESK = ("operator", "web_agent")
UNIT = ("handler", "unit_head")


def _roles(*roles: str) -> Callable[[Any, Any], bool]:
    """A rule about roles only; the row does not matter."""

    def rule(row: Any, staff: Any) -> bool:
        return staff.has_role(*roles)

    return rule


def _unit_roles(*roles: str) -> Callable[[Any, Any], bool]:
    """A rule for people of the unit that holds the assignment."""

    def rule(assignment: Any, staff: Any) -> bool:
        return staff.has_role(*roles) and works_for(assignment, staff)

    return rule


def works_for(assignment: Any, staff: Any) -> bool:
    return staff.department_id is not None and staff.department_id == assignment.department_id


# ── the case ──
may_answer_directly = _roles(*DESK)
may_register = _roles(*DESK)
may_submit = _roles(*DESK, "system")
may_ask_for_info = _roles(*DESK, "reviewer")
may_complete_info = _roles(*DESK, "system")
may_expire = _roles("system")
may_merge = _roles(*DESK, "reviewer", "dispatcher", "system")
may_split = _roles("reviewer", "dispatcher", "system")
may_refer = _roles(*DESK, "reviewer")
may_mark_invalid = _roles("reviewer", "supervisor")
may_pass_review = _roles("reviewer", "system")
may_dispatch = _roles("dispatcher", "center", "system")
may_take_back = _roles("dispatcher", "center")
may_confer = _roles("dispatcher", "center", "system")
may_rule = _roles("center")
may_submit_reply = _roles("unit_head", "system")
may_review_reply = _roles("reviewer", "center")
may_close = _roles("callback", "system")
may_order_rehandling = _roles("callback", "supervisor", "system")
may_redispatch = _roles("dispatcher", "center", "system")
may_put_on_ledger = _roles("center")
may_settle_ledger = _roles("center")
may_withdraw = _roles(*DESK, "callback", "system")
may_reopen = _roles("supervisor")
may_instruct = _roles("leader", "center", "supervisor", "unit_head")
may_mark_hard = _roles("dispatcher", "center", "supervisor")
may_add_assist = _roles("dispatcher", "center")
may_confirm_notice = _roles("dispatcher", "center", "supervisor")
may_archive = _roles("system")


# ── the assignment ──
may_sign = _unit_roles(*UNIT)
may_request_return = _unit_roles("unit_head")
may_drop_request = _unit_roles(*UNIT)
may_rule_on_return = _roles("dispatcher", "center")
may_request_extension = _unit_roles(*UNIT)
may_rule_on_extension = _roles("reviewer", "center")
may_delegate = _unit_roles(*UNIT)
may_whistle = _unit_roles(*UNIT)
may_hand_in = _unit_roles(*UNIT)
may_approve_reply = _unit_roles("unit_head")
may_finish = _roles("callback", "center", "dispatcher", "reviewer", "supervisor", "unit_head", "system")
may_recall = _roles("dispatcher", "center", "system", *DESK, "callback", "supervisor")


def may_waive(main: Any, staff: Any) -> bool:
    """Let an assisting unit off: those who dispatch, or the main unit that called for its help."""
    return staff.has_role("dispatcher", "center") or (staff.has_role(*UNIT) and works_for(main, staff))


def may_escalate(assignment: Any, staff: Any) -> bool:
    return staff.has_role("supervisor") or (staff.has_role(*UNIT) and works_for(assignment, staff))


# ── side processes ──
may_supervise = _roles("supervisor")
may_issue_supervision = _roles("supervisor", "system")


def may_answer_supervision(supervision: Any, staff: Any) -> bool:
    return staff.has_role(*UNIT) and staff.department_id == supervision.department_id


may_file_request = _unit_roles(*UNIT)


def may_approve_for_unit(request: Any, staff: Any) -> bool:
    return staff.has_role("unit_head") and staff.department_id == request.department_id


may_approve_for_department = _roles("reviewer")
may_approve_for_center = _roles("center")


def may_rule_at_once(request: Any, staff: Any) -> bool:
    """One ruling decides: a return by those who dispatch, an extension by those who review."""
    rule = may_rule_on_extension if request.kind == "extension" else may_rule_on_return
    return rule(request, staff)


def may_refuse_request(request: Any, staff: Any) -> bool:
    """Whoever has to decide next may also refuse."""
    if not request.climbs:
        return may_rule_at_once(request, staff)
    tiers = {
        "filed": may_approve_for_unit,
        "unit_approved": may_approve_for_department,
        "department_approved": may_approve_for_center,
    }
    return request.state in tiers and tiers[request.state](request, staff)


def may_cancel_request(request: Any, staff: Any) -> bool:
    """The unit that asked, or the system when the unit's part has ended and there is nothing left to decide."""
    return staff.has_role("system") or (staff.has_role(*UNIT) and staff.department_id == request.department_id)


# ── files ──
ATTACH = (*DESK, "reviewer", "dispatcher", "center", "callback", "supervisor", "system")


def may_attach(petition: Any, staff: Any) -> bool:
    """The hotline's desks, the people of every unit that works on the case now, and of one that asks for something."""
    if staff.has_role(*ATTACH):
        return True
    if not staff.has_role(*UNIT):
        return False
    if any(works_for(part, staff) for part in petition.active_assignments):
        return True
    return any(request.is_open and works_for(request, staff) for request in petition.requests.all())


def may_hide_attachment(attachment: Any, staff: Any) -> bool:
    """Whoever added it, and those who answer for the hotline's files."""
    return attachment.added_by_id == staff.pk or staff.has_role("reviewer", "center", "supervisor")


# ── the catalogue ──
# Whoever rules on disputes also mends what they came from; those who dispatch by it may look.
EDIT_CATALOGUE = ("center", "admin")
SEE_CATALOGUE = (*EDIT_CATALOGUE, "dispatcher", "reviewer", "supervisor")
may_edit_catalogue = _roles(*EDIT_CATALOGUE)


# ── administration ──
# The centre rules by the calendar and the limits, so it reads them; heads of units see who works for them.
MANAGE = ("admin",)
SEE_RULES = (*MANAGE, "center")
SEE_PEOPLE = (*MANAGE, "unit_head")
may_manage = _roles(*MANAGE)


def may_manage_account(person: Any, staff: Any) -> bool:
    """Nobody is their own administrator, the system is no person, and superusers answer to superusers alone."""
    if not may_manage(person, staff) or person.pk == staff.pk or person.is_system:
        return False
    return staff.is_superuser or not person.is_superuser


# ── notices ──
MANAGE_NOTICES = ("supervisor", "admin")


# ── knowledge ──
# Everybody who answers people looks things up; those who keep the base also see how it serves.
EDIT_KNOWLEDGE = ("knowledge", "admin")
SEE_KNOWLEDGE = (*EDIT_KNOWLEDGE, *DESK, *UNIT, "reviewer", "dispatcher", "center", "callback", "supervisor")
MANAGE_EVENTS = (*EDIT_KNOWLEDGE, "center", "supervisor")
may_edit_knowledge = _roles(*EDIT_KNOWLEDGE)
may_manage_events = _roles(*MANAGE_EVENTS)


def may_confirm_item(item: Any, staff: Any) -> bool:
    """Say that an item still holds: who keeps the base, or the head of the unit that answers for it."""
    if may_edit_knowledge(item, staff):
        return True
    return staff.has_role("unit_head") and staff.department_id is not None and staff.department_id == item.owner_id


# ── long work ──
# One's own jobs are everybody's to see and to stop; these see all of them.
SEE_ALL_JOBS = ("supervisor", "admin")
STOP_ALL_JOBS = ("admin",)


def may_stop_job(job: Any, staff: Any) -> bool:
    return job.owner_id == staff.pk or staff.has_role(*STOP_ALL_JOBS)


# ── learning ──
LABEL = ("analyst", "knowledge", "admin")
WATCH_MODELS = (*LABEL, "supervisor")
may_label = _roles(*LABEL)


# ── statistics ──
# Live figures of every unit; a unit sees its own. What is published, all of them see.
SEE_SCORES = ("supervisor", "center", "analyst", "leader", "admin")
PUBLISH_SCORES = ("supervisor", "admin")
# What looks unusual is for supervision alone: it is no judgement, and a unit must not learn how it is looked for.
SEE_FINDINGS = ("supervisor",)
# Reports show every unit: whoever sees those figures reads them, and these make and rewrite them.
MAKE_REPORTS = ("supervisor", "center", "analyst", "admin")
may_make_reports = _roles(*MAKE_REPORTS)
# A version counts as sent when somebody answers for it with their name; whoever only wrote it cannot.
APPROVE_REPORTS = ("supervisor", "center", "leader")
may_approve_reports = _roles(*APPROVE_REPORTS)


# ── monthly themes ──
CHOOSE_MONTHLY = ("analyst", "supervisor", "center")
SEE_MONTHLY = (*CHOOSE_MONTHLY, "leader")
may_choose_monthly = _roles(*CHOOSE_MONTHLY, "system")


def may_report_monthly_item(item: Any, staff: Any) -> bool:
    """The people of the unit that the line is given to, and those who keep the file."""
    return may_choose_monthly(item, staff) or (staff.has_role(*UNIT) and works_for_unit(item.unit_id, staff))


def may_report_monthly_progress(issue: Any, staff: Any) -> bool:
    """The lead unit, and those who keep the file."""
    return may_choose_monthly(issue, staff) or (staff.has_role(*UNIT) and works_for_unit(issue.lead_id, staff))


def works_for_unit(unit_id: int, staff: Any) -> bool:
    return staff.department_id is not None and staff.department_id == unit_id


# Hot issues quote cases, so whoever sees them sees every case.
SEE_ISSUES = ("supervisor", "center", "analyst", "leader")
EDIT_ISSUES = ("supervisor", "center", "analyst")
SEE_TOPICS, EDIT_TOPICS = SEE_ISSUES, EDIT_ISSUES


# ── alerts ──
# Units see the alerts, tasks and events that they were told of, the hotline sees all.
SEE_ALERTS = ("supervisor", "center", "analyst", "leader")
JUDGE_ALERTS = ("supervisor", "center", "analyst")
COMMAND = ("supervisor", "center", "leader")
may_judge_alerts = _roles(*JUDGE_ALERTS)
may_command = _roles(*COMMAND)


# ── reading ──
SEE_ALL = (
    *DESK,
    "reviewer",
    "dispatcher",
    "center",
    "callback",
    "supervisor",
    "analyst",
    "leader",
    "knowledge",
    "system",
)
SEE_PERSON = (*DESK, "reviewer", "dispatcher", "center", "callback", "supervisor")
# Cases of one person, by their number: those who may ask for it; a unit among its own cases.
FIND_BY_PHONE = (*SEE_PERSON, *UNIT)


def may_see(petition: Any, staff: Any) -> bool:
    """The hotline sees every case, a unit sees the cases it holds or held. Paired with QuerySet.visible_to()."""
    if staff.has_role(*SEE_ALL):
        return True
    return staff.has_role(*UNIT) and petition.ever_held_by(staff.department_id)


def may_reveal_caller(petition: Any, staff: Any) -> bool:
    """Ask for the full phone number. A confidential caller stays hidden from the units handling the case."""
    if staff.has_role(*SEE_PERSON):
        return True
    return staff.has_role(*UNIT) and not petition.confidential and petition.ever_held_by(staff.department_id)
