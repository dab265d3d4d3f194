"""The keys of the telephone beside a call: 接听, 静音, 保持, 转接, 挂断, as far as they fit and somebody listens."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import telephony
from petitions.errors import NoAdapter
from petitions.models import Call
from petitions.services import calls


@dataclass(frozen=True)
class Key:
    """`place` stays when what the key does changes: 保持 becomes 继续通话 under the finger that pressed it."""

    what: str
    place: str
    icon: str
    word: Any
    shortcut: str = ""
    is_on: bool | None = None  # for a key that stays down


KEYS = {
    key.what: key
    for key in (
        Key(calls.ANSWER, "answer", "phone", gettext_lazy("接听")),
        Key(calls.MUTE, "mute", "mic-off", gettext_lazy("静音"), "Q", is_on=False),
        Key(calls.UNMUTE, "mute", "mic-off", gettext_lazy("静音"), "Q", is_on=True),
        Key(calls.HOLD, "hold", "pause", gettext_lazy("保持")),
        Key(calls.RESUME, "hold", "play", gettext_lazy("继续通话")),
        Key(calls.TRANSFER, "transfer", "phone-forwarded", gettext_lazy("转接"), "T"),
        Key(calls.HANG_UP, "hangup", "phone-off", gettext_lazy("挂断")),
    )
}


def keys_for(call: Call | None, person: Any) -> list[Key]:
    """Nothing where no telephone system would hear it."""
    offered = calls.commands_for(call, person) if call and telephony.is_connected() else ()
    return [KEYS[what] for what in offered]


def press(request: HttpRequest, call_id: int) -> None:
    """Ask the telephone system for `what`. Raises NoAdapter and whatever petitions.services.calls.command raises."""
    if not telephony.is_connected():
        raise NoAdapter(_("话务系统现在没有连接，请在话机上操作。"))
    said = request.POST
    calls.command(call_id, what=said.get("what", ""), to=said.get("to", ""), actor=request.user)
