"""Effects after commit: outbox rows become notices, notices become deliveries, each at least once and visible.

`words.py` lists the kinds of notice, `wording.py` and `facts.py` make the text, `planning.py` turns the outbox into
notices and deliveries, `courier.py` carries the deliveries, `adapters.py` are the ways: SMS, e-mail, webhook.
"""

from datetime import datetime

from .adapters import Letter, Refused, no_gateway
from .courier import carry_ready, resend, retry_now
from .planning import plan_again, plan_ready
from .words import CITIZEN, TOPICS

TO_CITIZEN = frozenset(code for code, topic in TOPICS.items() if topic.audience == CITIZEN)

__all__ = [
    "TOPICS",
    "TO_CITIZEN",
    "Letter",
    "Refused",
    "carry_ready",
    "deliver_ready",
    "no_gateway",
    "plan_again",
    "plan_ready",
    "resend",
    "retry_now",
]


def deliver_ready(*, now: datetime, batch: int = 100) -> int:
    """Work what is due; returns how many rows were handled (0: nothing waits). Several workers share the rows."""
    return plan_ready(now=now, size=batch) + carry_ready(now=now, most=batch)
