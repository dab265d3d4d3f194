"""What a rendered page asks of a person: its visible controls, with what they hold already."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT_TYPES = {"text", "tel", "search", "email", "number", "date", "datetime-local", "url", "password", ""}
NEVER_SHOWN = {"hidden", "submit", "button"}
VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "circle", "rect", "line", "polygon", "polyline"}


def opened_steps(page: str) -> list[str]:
    """The acts whose forms stand open in the list of what comes next (parts/steps.html)."""
    return re.findall(r'<details class="action[^>]* open>.*?name="act" value="(\w+)"', page)


@dataclass
class Control:
    """One thing to fill in; the buttons of a radio group are one. `value` is what stands there before anybody types."""

    name: str
    kind: str  # text | textarea | select | radio | checkbox | file
    value: str = ""
    shown: bool = True

    @property
    def is_typed(self) -> bool:
        return self.kind in ("text", "textarea")

    @property
    def is_asked(self) -> bool:
        """Whether the person has to do something: empty, and not an optional file."""
        return self.shown and not self.value and self.kind != "file"


@dataclass
class Form:
    action: str
    ident: str = ""
    controls: dict[str, Control] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)  # what a browser sends along

    def shown(self) -> list[Control]:
        return [control for control in self.controls.values() if control.shown]


class PageReader(HTMLParser):
    """Collects forms; what lies in a hidden element or in a closed <details> is not shown."""

    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []
        self._hidden: list[bool] = []
        self._form: Form | None = None
        self._text: Control | None = None
        self._select: Control | None = None

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "form":
            self._form = Form(known.get("action") or "", known.get("id") or "")
            self.forms.append(self._form)
        if self._form is not None and "name" in known and known.get("type") == "hidden":
            self._form.hidden[known["name"]] = known.get("value") or ""
        elif self._form is not None and "name" in known:
            self._control(tag, known)
        if tag == "option" and self._select is not None and "selected" in known:
            self._select.value = known.get("value") or ""
        if tag not in VOID:
            closed = tag == "details" and "open" not in known
            self._hidden.append(any(self._hidden[-1:]) or "hidden" in known or closed)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self._hidden:
            self._hidden.pop()
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._text = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._text is not None:
            self._text.value += data.strip("\n")

    def _control(self, tag, known):
        kind = {"textarea": "textarea", "select": "select"}.get(tag) or self._kind_of(known)
        if tag not in ("input", "textarea", "select") or kind is None:
            return
        shown = not any(self._hidden[-1:]) and "hidden" not in known
        control = self._form.controls.setdefault(known["name"], Control(known["name"], kind, shown=shown))
        control.shown = control.shown or shown
        if kind in ("radio", "checkbox"):
            control.value = control.value or (known.get("value", "on") if "checked" in known else "")
        elif tag == "input":
            control.value = known.get("value") or ""
        self._text = control if tag == "textarea" else None
        self._select = control if tag == "select" else None

    @staticmethod
    def _kind_of(known):
        kind = known.get("type", "text")
        if kind in NEVER_SHOWN:
            return None
        return "text" if kind in TEXT_TYPES else kind


def forms_of(page: str) -> list[Form]:
    reader = PageReader()
    reader.feed(page)
    return reader.forms


def form_at(page: str, where: str) -> Form:
    """The first form that is sent to this address, or that has this #id."""
    return next(form for form in forms_of(page) if where in (form.action, f"#{form.ident}"))


def controls_of(page: str) -> dict[str, Control]:
    """All controls of a page by name; the first form that has the name wins."""
    found: dict[str, Control] = {}
    for form in forms_of(page):
        for name, control in form.controls.items():
            found.setdefault(name, control)
    return found
