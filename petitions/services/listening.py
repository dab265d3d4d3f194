"""录音已倾听: somebody else hears the recording of a call-back and says whether the answers are what was said."""

from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Callback
from petitions.services import clock
from petitions.services.door import opened

MAY_HEAR = ("callback", "supervisor")


def note(callback_id: int, *, actor: Any, agrees: bool, note: str = "", now: datetime | None = None) -> Callback:
    """Keep who listened and what they found. The answers themselves are never changed here.

    Raises SecondListener for one's own call, AlreadyHeard, NoReason where it does not agree and nothing is said.
    """
    now = now or clock.now()
    if not actor.has_role(*MAY_HEAR):
        raise errors.NotYours
    if not agrees and not note.strip():
        raise errors.NoReason("与录音不一致的，请写明哪里不一致。")
    petition_id = Callback.objects.filter(pk=callback_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown("没有找到这次回访。")
    with opened(petition_id, actor=actor, now=now) as case:
        call = Callback.objects.get(pk=callback_id)
        if call.by_id == actor.pk:
            raise errors.SecondListener
        if call.heard_at:
            raise errors.AlreadyHeard
        if not call.is_valid:
            raise errors.WrongState("没有接通的回访没有录音可听。")
        call.heard_by, call.heard_at, call.heard_agrees, call.heard_note = actor, now, agrees, note.strip()[:500]
        call.save(update_fields=["heard_by", "heard_at", "heard_agrees", "heard_note"])
        case.record(
            "heard", note=call.heard_note, data={"attempt": call.attempt, "round": call.round, "agrees": agrees}
        )
    return call
