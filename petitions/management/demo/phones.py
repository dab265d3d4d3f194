"""Telephones of the demo: every desk has an extension, one caller waits in the queue, two got through to nobody."""

from datetime import datetime, timedelta

from petitions.call_course import ABANDONED, MISSED, RINGING
from petitions.models import Extension
from petitions.services import telephony
from routing.models import Staff

DEMO = "demo"  # the strip says 演示来电 of this telephone system's calls
FIRST_EXTENSION = 8001
# Minutes before the demo begins, and what became of it.
CALLS = ((55, MISSED, "10000009001"), (20, ABANDONED, "10000009002"), (1, RINGING, "10000009003"))


def connected(now: datetime) -> None:
    people = Staff.objects.active().with_role("operator", "web_agent", "callback").filter(extension=None)
    desks = enumerate(people.order_by("username"), start=FIRST_EXTENSION)
    Extension.objects.bulk_create([Extension(number=str(number), staff=person) for number, person in desks])
    for minutes, what, number in CALLS:
        rang = now - timedelta(minutes=minutes)
        _tell(number, RINGING, rang, now)
        if what != RINGING:
            _tell(number, what, rang + timedelta(seconds=40), now)


def _tell(number: str, what: str, at: datetime, now: datetime) -> None:
    call = f"demo-{number}"
    said = {"v": 1, "id": f"{call}-{what}", "call": call, "type": what, "at": at.isoformat()}
    telephony.take({**said, "number": number, "line": "12345", "queue": "综合"}, provider=DEMO, now=now)
