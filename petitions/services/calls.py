"""What an operator does with a call: answers and ends it, makes a case of it, or says in one key why there is none."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.models import Call, Petition
from petitions.services import announce, intake
from petitions.services.contact import Contact
from petitions.services.intake import Handling, Matter
from routing.rulebook import Rulebook

ANSWER, HOLD, RESUME, HANG_UP = "answer", "hold", "resume", "hangup"
# What may be asked for in each state of a call; a call that is over takes no orders.
COMMANDS = {
    Call.State.RINGING: (ANSWER, HANG_UP),
    Call.State.ANSWERED: (HOLD, HANG_UP),
    Call.State.HELD: (RESUME, HANG_UP),
}


def may_take_calls(staff: Any) -> bool:
    return staff.has_role(*rules.DESK)


@transaction.atomic
def register(
    call_id: int,
    matter: Matter,
    contact: Contact,
    *,
    actor: Any,
    key: str,
    handling: Handling | None = None,
    now: datetime | None = None,
    rulebook: Rulebook | None = None,
) -> Petition:
    """A case out of a call: the caller is whoever called, unless another number was left. Raises as take_call does.

    A second matter of the same call is a case of its own; the call keeps pointing at the first.
    """
    call = _own(call_id, actor)
    phone = contact.phone or call.number
    if not phone:
        raise errors.NoContact("这通来电没有显示号码，请向市民问一个联系电话填上；您写的内容没有丢。")
    contact = replace(contact, phone=phone)
    case = intake.take_call(matter, contact, actor=actor, key=key, handling=handling, now=now, rules=rulebook)
    if call.petition_id is None:
        call.petition, call.wrap_up = case, ""
        call.save(update_fields=["petition", "wrap_up"])
    return case


@transaction.atomic
def wrap_up(call_id: int, *, reason: str, actor: Any) -> Call:
    """Why a call that is over made no case. Raises CallNotOver, CallDone, NotYourCall."""
    if reason not in Call.WrapUp.values:
        raise errors.NoReason("请选择这通电话为什么没有建单。")
    call = _own(call_id, actor)
    if call.petition_id or call.wrap_up:
        raise errors.CallDone
    if not call.is_over:
        raise errors.CallNotOver
    call.wrap_up = reason
    call.save(update_fields=["wrap_up"])
    return call


@transaction.atomic
def command(call_id: int, *, what: str, actor: Any) -> Call:
    """Ask the telephone system to answer, hold, resume or hang up. Raises Unknown, NotYourCall, WrongState.

    Nothing is written: what became of it is a message of the telephone system, as if it had been done at the handset.
    """
    call = _own(call_id, actor)
    if what not in COMMANDS.get(call.state, ()):
        raise errors.WrongState("电话的状态刚变了，请看最新的再按。")
    said = {"call": call.provider_id, "extension": call.extension, "command": what}
    transaction.on_commit(lambda: announce.call_wanted(call.provider, **said))
    return call


def _own(call_id: int, actor: Any) -> Call:
    call = Call.objects.select_for_update().filter(pk=call_id, direction=Call.Direction.INBOUND).first()
    if call is None:
        raise errors.Unknown("没有找到这通电话，请刷新页面；您写的内容没有丢。")
    if call.agent_id != actor.pk or not may_take_calls(actor):
        raise errors.NotYourCall
    return call
