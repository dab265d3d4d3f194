"""What the pages of administration share: their tabs, and who changes what on whose behalf."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontend.forms.manage import ReasonForm
from frontend.refusals import refuse, valid
from frontend.tracing import address_of
from petitions import rules
from petitions.errors import PetitionError
from petitions.row_keys import row_key
from petitions.services.manage.acting import By


@dataclass(frozen=True)
class Tab:
    name: str
    word: str
    roles: tuple[str, ...]


EVERYBODY_HERE = tuple(dict.fromkeys((*rules.SEE_RULES, *rules.SEE_PEOPLE)))
TABS = (
    Tab("manage", _("总览"), EVERYBODY_HERE),
    Tab("manage-people", _("用户"), rules.SEE_PEOPLE),
    Tab("manage-units", _("单位"), rules.SEE_RULES),
    Tab("manage-areas", _("地区与网格"), rules.SEE_RULES),
    Tab("manage-calendar", _("日历"), rules.SEE_RULES),
    Tab("manage-limits", _("时限"), rules.SEE_RULES),
    Tab("manage-parameters", _("参数"), rules.SEE_RULES),
    Tab("manage-texts", _("模板"), rules.MANAGE),
    Tab("manage-audit", _("审计"), rules.MANAGE),
    Tab("manage-health", _("健康"), rules.MANAGE),
)


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """The tabs that this person has, and whether they may change what they see."""
    return {
        "tabs": [
            {"word": tab.word, "url": reverse(tab.name), "is_here": tab.name == here}
            for tab in TABS
            if request.user.has_role(*tab.roles)
        ],
        "may_manage": rules.may_manage(None, request.user),
    }


def by(request: HttpRequest, *, reason: str = "", seen: str | int | None = None) -> By:
    """The person who is logged in, from where they are; `seen` as the form carries it."""
    known = None if seen is None else row_key(str(seen))
    return By(request.user, reason=reason, address=address_of(request), seen=known)


def with_reason(
    request: HttpRequest,
    found: Any,
    service: Callable,
    *,
    shown: Callable[..., HttpResponse],
    done: Callable[[Any], HttpResponse],
) -> HttpResponse:
    """An act on a row that asks for nothing but its reason: `done` with what the service gave, or the page `shown`
    again with what is wrong."""
    form = ReasonForm(request.POST, auto_id="act_%s")
    if not valid(request, form):
        return shown(request, found, act_form=form, status=422)
    try:
        given = service(found.pk, by=by(request, **form.cleaned_data))
    except PetitionError as refusal:
        return shown(request, found, act_form=form, status=refuse(request, form, refusal))
    return done(given)
