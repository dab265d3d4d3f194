"""What a telephone system tells in tests, and who sits at its telephones."""

from datetime import timedelta

from petitions.models import Call, Dial, Extension
from petitions.services import dialling, telephony
from tests import make

NUMBER = "13800001111"


def message(kind: str, *, call: str = "c1", after: float = 0, **said) -> dict:
    at = make.NOW + timedelta(seconds=after)
    said = {"number": NUMBER} | said
    return {"v": 1, "id": said.pop("id", f"{call}-{kind}"), "call": call, "type": kind, "at": at.isoformat(), **said}


def tell(*messages: dict, provider: str = "pbx") -> list[telephony.Taken]:
    return [telephony.take(said, provider=provider, now=make.NOW + timedelta(hours=1)) for said in messages]


def an_agent(number: str = "8001"):
    person = make.an_operator()
    Extension.objects.create(number=number, staff=person)
    return person


def a_spoken_call(agent, *, call: str = "c1", ended: bool = True, **said) -> Call:
    number = agent.extension.number
    tell(message("ringing", call=call, **said), message("answered", call=call, after=10, extension=number, **said))
    if ended:
        tell(message("ended", call=call, after=100, recording="rec-7", **said))
    return Call.objects.get(provider_id=call)


def a_caller_back(number: str = "8101"):
    person = make.a_caller_back()
    Extension.objects.create(number=number, staff=person)
    return person


def a_dial(case, person) -> Dial:
    return dialling.call_citizen(case, actor=person, now=make.NOW)


def outbound(kind: str, dial: Dial, **said) -> dict:
    return message(kind, call=f"out-{dial.pk}", direction="out", dial=dial.pk, **said)
