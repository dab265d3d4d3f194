"""A small month of the city: cases about three matters at many places, from many citizens."""

from collections.abc import Sequence
from datetime import date, datetime

from petitions.insight.models import Topic, TopicMember
from petitions.models import Petition
from petitions.states import CaseState
from tests import make
from tests.nlp.theme_texts import messages

MONTH, NEXT = date(2026, 11, 1), date(2026, 12, 1)


def a_city_month(*, now: datetime = make.NOW, first: int = 0) -> list[Petition]:
    """36 cases of as many citizens; the title of each says what it is about."""
    return [
        make.a_case(
            state=CaseState.PENDING_REVIEW,
            title=message.title,
            text=message.body,
            phone=f"1380000{first + number:04d}",
            now=now,
        )
        for number, message in enumerate(messages()[::2])
    ]


def of_matter(cases: Sequence[Petition], matter: str) -> list[Petition]:
    told = [message.id for message in messages()[::2]]
    return [case for case, name in zip(cases, told, strict=True) if name.startswith(matter)]


def topic_of(case: Petition) -> Topic:
    return TopicMember.objects.select_related("topic").get(petition=case).topic
