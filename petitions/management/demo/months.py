"""The demo's last two months are grouped into topics, so that their pages have something to say."""

from datetime import datetime

from petitions.errors import NoCasesInMonth
from petitions.insight.topics import running
from petitions.insight.topics.gathering import shifted
from petitions.services.clock import local


def grouped(now: datetime) -> None:
    for back in (-1, 0):
        try:
            running.run(shifted(local(now).date(), back), now=now)
        except NoCasesInMonth:  # the demo's stories may all have begun this month
            continue
