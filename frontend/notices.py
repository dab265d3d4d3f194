"""Which steps of a case ring at whose page: an act of the event log, its sentence, and the roles that hear it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.rules import UNIT

NOTICES = {
    "assign": (_("新派来的工单"), UNIT),
    "urge": (_("市民来电催办"), UNIT),
    "issue": (_("收到督办"), UNIT),
    "send_back": (_("答复退回修改"), UNIT),
    "instruct": (_("有领导批示"), UNIT),
}


def acts_for(person: Any) -> list[str]:
    return [act for act, (_word, roles) in NOTICES.items() if person.is_authenticated and person.has_role(*roles)]
