"""Templates: `{工单号}` is a fact of the case, `[ … {办理时限} … ]` is left out where its fact is unknown. Pure."""

import re
from collections.abc import Callable, Collection, Iterator

NAME = re.compile(r"\{([^{}\[\]]*)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with its facts. `value` gives the fact for a name, '' where there is none."""

    def part(found: re.Match) -> str:
        inside = found[1]
        return inside if all(value(name) for name in NAME.findall(inside)) else ""

    return NAME.sub(lambda found: value(found[1]), OPTIONAL.sub(part, text))


def names(text: str) -> list[str]:
    """The placeholders of a text in their order."""
    return NAME.findall(text)


def problems(text: str, known: Collection[str]) -> Iterator[str]:
    """What is wrong with a template, each as a sentence."""
    for name in dict.fromkeys(names(text)):
        if name not in known:
            yield f"没有“{{{name}}}”这个占位符，可以用：{'、'.join(f'{{{each}}}' for each in known)}。"
    rest = OPTIONAL.sub(r"\1", NAME.sub("", text))
    if "{" in rest or "}" in rest:
        yield "花括号没有成对：占位符写成“{工单号}”这样。"
    if "[" in OPTIONAL.sub("", NAME.sub("", text)) or "]" in OPTIONAL.sub("", NAME.sub("", text)):
        yield "方括号没有成对，或者套了两层：“[……]”里的内容在缺少信息时整段省略。"
