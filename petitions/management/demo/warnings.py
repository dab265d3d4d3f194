"""The alerts of the demo city: what the hourly and the minutely look make of its last hours."""

from datetime import datetime

from petitions.insight.alerts import expecting, hourly, listening


def raised(now: datetime) -> None:
    expecting.renew_usual(now=now)
    hourly.look_at_bursts(now=now)
    listening.listen(now=now)
