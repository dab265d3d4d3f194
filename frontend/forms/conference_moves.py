"""会商: asking for it, speaking in it, ruling."""

from django.utils.translation import gettext_lazy as _

from frontend.forms.desk_moves import OrderMove
from frontend.forms.moves import WHY, Move, UnitField, UnitsField, text_field
from petitions import rules
from petitions.models import Petition
from petitions.services import conference
from petitions.states import CaseState


class Confer(Move):
    code, word, icon, done = "confer", _("提请会商"), "users", _("已提请会商。")
    step = Petition.confer
    units = UnitsField(label=_("有争议的单位"), required=False)
    reason = text_field(_("争议是什么"), rows=2, missing=WHY)

    def carry_out(self):
        said = self.cleaned_data
        ids = [unit.pk for unit in said["units"]]
        return conference.confer(self.case.pk, actor=self.person, units=ids, reason=said["reason"])


class Position(Move):
    code, word, icon, done = "position", _("陈述意见"), "message-square-text", _("意见已记入会商。")
    unit = UnitField(
        label=_("哪家单位的意见"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择是哪家单位的意见。")},
    )
    text = text_field(_("意见"), missing=_("请写明意见。"))
    evidence = text_field(_("依据"), required=False, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.person.has_role(*rules.UNIT):
            del self.fields["unit"]  # a unit speaks for itself

    @classmethod
    def is_open_to(cls, case, row, person) -> bool:
        if case.state != CaseState.IN_CONFERENCE:
            return False
        return rules.may_confer(case, person) or (
            person.has_role(*rules.UNIT) and case.ever_held_by(person.department_id)
        )

    def carry_out(self):
        said = self.cleaned_data
        unit = said["unit"].pk if "unit" in said else None
        details = {"text": said["text"], "evidence": said["evidence"], "unit_id": unit}
        return conference.state_position(self.case.pk, actor=self.person, **details)


class Rule(OrderMove):
    code, word, icon, done = "rule", _("会商裁定"), "shield-check", _("已裁定，承办单位不得再退。")
    step, is_main = Petition.rule, True
    ruling = text_field(_("裁定意见"), rows=2, missing=WHY)

    def carry_out(self):
        return conference.rule(self.case.pk, self.order(), actor=self.person, ruling=self.cleaned_data["ruling"])


CONFERENCE_MOVES = (Rule, Position, Confer)
