"""What an operator does with a call: answers, hands on and ends it, makes a case of it, or says why there is none."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.models import Call, Petition
from petitions.queries import extensions
from petitions.services import announce, intake
from petitions.services.contact import Contact
from petitions.services.intake import Handling, Matter
from routing.rulebook import Rulebook

ANSWER, HANG_UP, TRANSFER = "answer", "hangup", "transfer"
HOLD, RESUME, MUTE, UNMUTE = "hold", "resume", "mute", "unmute"
LONGEST_EXTENSION = 20


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


def commands_for(call: Call, staff: Any) -> tuple[str, ...]:
    """What this person may ask for now. A call that is over takes no orders."""
    if call.agent_id != staff.pk:
        return (ANSWER,) if call.offered_to_id == staff.pk else ()
    is_inbound = call.direction == Call.Direction.INBOUND
    if call.state == Call.State.RINGING:
        return (ANSWER, HANG_UP) if is_inbound else (HANG_UP,)
    if call.is_over:
        return ()
    is_away = call.state == Call.State.HELD or bool(call.passing_to)
    hand_on = (TRANSFER,) if is_inbound and not call.passing_to else ()
    return (UNMUTE if call.is_muted else MUTE, RESUME if is_away else HOLD, *hand_on, HANG_UP)


@transaction.atomic
def command(call_id: int, *, what: str, actor: Any, to: str = "") -> Call:
    """Ask the telephone system for one of `commands_for`; `to` is the extension or group of a transfer.

    Raises Unknown, NotYourCall, WrongState, NoSuchExtension. Nothing is written: what became of it is a message of the
    telephone system, as if it had been done at the handset.
    """
    call = _found(call_id)
    if actor.pk not in (call.agent_id, call.offered_to_id):
        raise errors.NotYourCall
    if what not in commands_for(call, actor):
        raise errors.WrongState("电话的状态刚变了，请看最新的再按。")
    where = call.extension if call.agent_id == actor.pk else call.passing_to
    said = {"call": call.provider_id, "extension": where, "command": what}
    if what == TRANSFER:
        said["to"] = _destination(to, call)
    transaction.on_commit(lambda: announce.call_wanted(call.provider, **said))
    return call


def _destination(typed: str, call: Call) -> str:
    """An extension or a group that is known; wide digits of a Chinese keyboard are digits too."""
    number = unicodedata.normalize("NFKC", typed).strip()
    if not number:
        raise errors.NoSuchExtension("请填要转到的分机号，或在名单里选一位同事。")
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST_EXTENSION}}}", number):
        raise errors.NoSuchExtension(f"分机号只有数字，最多 {LONGEST_EXTENSION} 位；找同事请在名单里选。")
    if number == call.extension:
        raise errors.NoSuchExtension("这通电话就在这个分机上，请选别的分机。")
    if not extensions.is_known(number):
        raise errors.NoSuchExtension
    return number


def _own(call_id: int, actor: Any) -> Call:
    call = _found(call_id, direction=Call.Direction.INBOUND)
    if call.agent_id != actor.pk or not may_take_calls(actor):
        raise errors.NotYourCall
    return call


def _found(call_id: int, **which: Any) -> Call:
    call = Call.objects.select_for_update().filter(pk=call_id, **which).first()
    if call is None:
        raise errors.Unknown("没有找到这通电话，请刷新页面；您写的内容没有丢。")
    return call
