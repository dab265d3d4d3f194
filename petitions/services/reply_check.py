"""Hints for the person who judges an answer: what may be missing or copied. They block nothing and score nothing."""

from typing import Any

from nlp.core import reply as rules
from nlp.core.reply import Earlier, Finding
from petitions.models import Petition
from petitions.queries import replies

MOST_COPIES = 2


def hints(case: Petition, staff: Any) -> tuple[Finding, ...] | None:
    """The findings for the answer that waits for this person; None when none waits. At most one statement."""
    reply = replies.waiting(case, staff)
    if reply is None:
        return None
    unit = next(part.department_id for part in case.assignments.all() if part.pk == reply.assignment_id)
    before = [Earlier(no, text) for no, text in replies.earlier(unit, but=case)]
    # The redacted words: what is shown as evidence must not tell more than the page around it.
    found = rules.check(case.redacted_text or case.text, reply.public_answer, title=case.title, earlier=before)
    copied = [each for each in found if each.code == rules.COPIED]
    return tuple(each for each in found if each not in copied[MOST_COPIES:])
