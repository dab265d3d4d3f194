"""What templates need on every page: icons, state tags, clocks, the rail."""

import re
from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_vite.core.asset_loader import DjangoViteAssetLoader

from frontend import presence
from frontend.deadlines import time_left
from frontend.looks import WORDS, look_of
from frontend.notices import acts_for
from frontend.places import bar, places_for
from frontend.uploads import ACCEPT
from petitions.models import Supervision
from petitions.queries import jobs

register = template.Library()
# What fits a window 900 px high, and a phone 320 px wide.
RAIL, TABS = 12, 5
DASHES = "---------"  # what Django offers for "nothing chosen yet"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def sprite() -> str:
    """The address of the icon sprite; its name carries a hash (frontend/scripts/icons.mjs)."""
    built = sorted(settings.FRONTEND_DIST.glob("icons.*.svg"))
    return static(built[-1].name if built else "icons.svg")


@register.simple_tag
def icon(name: str, classes: str = "ic"):
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, sprite(), name)


@register.simple_tag
def sheet(name: str):
    """A style sheet of frontend/src/styles, by name."""
    address = DjangoViteAssetLoader.instance().generate_vite_asset_url(f"src/styles/{name}.css")
    return format_html('<link rel="stylesheet" href="{}">', address)


@register.inclusion_tag("parts/state.html")
def state(value: str, word: str = ""):
    return {"look": look_of(value), "word": word or WORDS.get(value, value)}


@register.inclusion_tag("parts/state.html")
def lamp(look: str, word: str):
    """A tag that does not come from a state: 临期, 超期."""
    return {"look": look, "word": word}


@register.inclusion_tag("parts/state.html")
def level(value: str):
    """A supervision's level: a word and a glyph, never the colour of a card alone."""
    looks = {Supervision.Level.NOTICE: "doing", Supervision.Level.YELLOW: "soon", Supervision.Level.RED: "over"}
    return {"look": looks[value], "word": Supervision.Level(value).label}


@register.inclusion_tag("parts/clock.html", takes_context=True)
def clock(context, due, start=None):
    return {"left": time_left(due, start=start, now=context.get("now") or timezone.now()) if due else None}


@register.inclusion_tag("parts/here.html", takes_context=True)
def here(context, case: int):
    """Who else is at this case; a list brings `present` for all its rows, looked up at once."""
    present = context.get("present")
    if present is None:
        present = presence.beside(context["request"].user, [case])
    return {"people": present.get(case, ())}


@register.simple_tag(takes_context=True)
def notices(context) -> str:
    """The acts that ring at this person's pages."""
    return " ".join(acts_for(context["request"].user))


@register.inclusion_tag("parts/ring.html", takes_context=True)
def ring(context, due, start=None):
    return {"left": time_left(due, start=start, now=context.get("now") or timezone.now()) if due else None}


@register.inclusion_tag("parts/field.html")
def field(bound, kbd="", aid="", shortcut="", shortcut_name=""):
    """A labelled field with its error; the same wording stands in the summary at the top."""
    described = bound.auto_id + "-error" if bound.errors else None
    attrs = {"aria-describedby": described, "aria-invalid": "true"} if bound.errors else {}
    if getattr(bound.field, "empty_label", None) == DASHES:
        bound.field.empty_label = _("请选择")
    if _lists_chinese(bound):
        attrs["lang"] = "zh-CN"
    if shortcut:
        attrs |= {"data-key": shortcut, "data-key-name": shortcut_name or bound.label}
    return {"bound": bound, "control": bound.as_widget(attrs=attrs), "kbd": kbd, "aid": aid or bound.help_text}


def _lists_chinese(bound) -> bool:
    """On a page in another language: does this field offer names that nobody translates, such as units?"""
    choices = () if html_lang() == "zh-CN" else getattr(bound.field, "choices", ())
    return any(is_content(label) for _value, label in choices)


@register.inclusion_tag("parts/errors.html")
def errors(*forms):
    """The error summary: takes the focus and links to each field."""
    listed = []
    for form in filter(None, forms):
        for name, messages in form.errors.items():
            place = "" if name == "__all__" else form[name].id_for_label or form[name].auto_id
            listed += [(place, message) for message in messages]
    return {"listed": listed}


@register.simple_tag(takes_context=True)
def places(context):
    """The pages of this person in the order of their day: as the rail has them, and as a phone's bar does."""
    pages = places_for(context["request"].user, context["request"].path)
    return {"rail": bar(pages, RAIL), "tabs": bar(pages, TABS)}


@register.inclusion_tag("parts/jobs_now.html", takes_context=True)
def jobs_now(context):
    """How many long works of this person are going on, for the bar of every page."""
    person = context["request"].user
    return {"running": jobs.running(person) if person.is_authenticated else 0}


@register.simple_tag
def accept() -> str:
    """What a file chooser offers."""
    return ACCEPT


@register.simple_tag
def html_lang() -> str:
    """Without zh-CN Chromium draws Chinese with Japanese glyphs."""
    return "en" if (get_language() or "").startswith("en") else "zh-CN"


@register.simple_tag
def server_now() -> int:
    """Milliseconds; clocks count from the server's time, not from the PC's."""
    return round(timezone.now().timestamp() * 1000)


@register.simple_tag(takes_context=True)
def theme(context) -> str:
    """`light`, `dark`, or `auto`: as the system has it."""
    kept = context["request"].COOKIES.get("theme")
    return kept if kept in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def scale(context) -> str:
    """大字版 by cookie, or by ?care=1 on posters; see frontend/views/citizen.py."""
    return "care" if getattr(context["request"], "care", False) else "citizen"


@register.filter
def percent(share: float) -> int:
    return round(100 * (share or 0))


@register.filter
def is_content(word) -> bool:
    """On a page in another language: is this a name or a city's own word, which nobody translates?"""
    return html_lang() != "zh-CN" and bool(CHINESE.search(str(word)))


@register.filter
def as_percent(share: float) -> str:
    """A share in words: nothing that was offered is worth 0 %."""
    return f"{percent(share)}%" if percent(share) else "<1%"


@register.filter
def whole_number(text: str) -> str:
    """A case number in groups that can be read out: JS20261120000417 → JS 2026 1120 0004 17."""
    head = text[:2]
    return " ".join([head, *(text[i : i + 4] for i in range(2, len(text), 4))])
