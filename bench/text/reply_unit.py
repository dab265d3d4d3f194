"""The kind of unit that answered a message, read off its reply: a weak label, with how strong its evidence is.

Units are found by `reply_units.txt` and weighed by what the reply says of them: it signs with the name (8), was given
the matter (转交…, 责成…: 4), speaks of itself (我镇, 我校: 3.5), acts (…调查核实, …高度重视: 3 near the beginning, 1.2
later), is thanked for (感谢您对教育工作的支持: 3), had a part in it (经…, 由…: 2 or .8), is referred to (请咨询…: 1) or
only named (.5). The same said again counts 3/10. Left out are titles of laws, quotations and the matter as the citizen
put it, so that the label comes from the answer and not from the question.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

# What is taken over from a kind: 3 is "says so", 2 "points there", 1 "mentions it and nobody else".
STRONG, FAIR, WEAK = 3, 2, 1
OPENING = 200
AGAIN = 0.3
GIVE_WAY = ("other", "street", "government")
_NEAR = 14

_LEFT_OUT = (
    (re.compile(r"^.{0,40}?[“\"]?UU\d+[”\"]?[^一-龥]{0,6}"), ""),
    (re.compile(r"《[^》]*》"), "《》"),
    (re.compile(r"“[^”“]{5,80}”"), "“”"),
    (
        re.compile(
            r"(?:您|你|网友|群众|业主|贵)[^，。]{0,12}?(?:反映|咨询|提出|投诉|反应|询问|要求|请求|所提|提到)的?"
            r"[^，。“”]{4,45}?(?:问题|情况|一事|建议|诉求|贴文|帖文|帖子|事宜|事项)"
        ),
        "您反映的问题",
    ),
)
_ACTING = (
    "回复|答复|调查|核实|核查|核处|查处|办理|处理|处置|高度重视|十分重视|非常重视|收悉|现将|立即|迅速|第一时间|安排|组织"
    "|派|工作人员|已|将|领导"
)
_GIVEN = re.compile(
    r"(?:转(?!账|供|让|移支|变|型|业|诊|学|入|出|院|运|换|户|正)交?给?|转至|转到|转由|转发|批转|交办给?|交由|交给|责成"
    r"|移交|函告|函转|发函|责令|指派|派出?|转办|呈转|转送|转达|反馈给)[^，。；,;:：（(]{0,8}$"
)
_ACTS = re.compile(rf"[^，。；,;:：]{{0,10}}?(?:{_ACTING}|介绍|反馈|研究|执法人员|进行了|正在|表示|对此)")
_STREET_ACTS = re.compile(rf"[^，。；,;:：村路区组县]{{0,4}}?(?:{_ACTING}|干部)")
_PART = re.compile(
    r"(?:经|由|据|向|联合|会同|组织|协调|安排|要求|通知|咨询|联系|商|督促|委托|协同|与)[^，。；,;:：]{0,8}$"
)
_REFERRED = re.compile(r"(?:建议|请您?|可以?|欢迎|到|拨打|直接|详情|前往|携带)[^，。；,;:：]{0,10}$")
_SOURCE = re.compile(r"[^，。；]{0,10}《|[^，。]{0,6}(?:规定|精神|文件|要求[，,])")
_SOURCE_BEFORE = re.compile(r"(?:根据|依据|依照|按照)[^，。；]{0,10}$")
_PART_OF_IT = re.compile(
    r"(?:[（(][^）)]{0,12}[）)]|[一-龥]{0,6}?(?:大队|支队|中队|科|所|站|股|处|办|部门|局|中心|委))"
)
_DATE = r"(?:20[01]\d ?年?[ .\-/]?\d|二[〇0○零ОO]一)[^，。；]{0,14}(?:日|$|[“”])"
_SIGNED = re.compile(rf"([A-Z0-9一-龥、（）]{{3,26}}?) ?(?={_DATE}|$)")
_NO_SIGNATURE = re.compile(
    r"谢|支持|监督|理解|关心|回复|关注|截[至止]|于$|年|定于|^(?:咨询|投诉|反映|请求|举报|关于|希望|建议|质疑)"
)
_THANKS = re.compile(
    r"(?:感谢|谢谢)您?你?们?能?对(?P<whole>[^，。！；]{1,20}?)(?:工作|事业|建设|发展|管理)?的[关支理监信热配厚建]"
    r"|(?:关心|关注|支持)和?(?:理解|支持)?(?P<part>[^，。！；]{2,8}?)(?:工作|事业|建设)(?=[，。！]|$)"
)
_WORK_OF = {
    "education": "教育|学校", "bus": "公交|地铁", "traffic": "交警|交管|道路交通安全", "police": "公安|户籍",
    "transport": "交通|运输|公路", "planning": "规划|国土|自然资源",
    "housing": "住建|住房|房产|城建|物业|城乡建设|征收|拆迁", "urban": "城管|城市管理|市政|环卫|园林",
    "environment": "环保|环境保护|生态", "health": "卫生|卫计|卫健|计生|医院|健康|医疗(?!保)",
    "hr": "人社|社保|医保|医疗保|劳动|就业|社会保障|公积金|养老", "market": "工商|食品|市场监|物价|价格|发改",
    "water": "水利|水务|供水|供电|电力|燃气", "agri": "农业|扶贫|林业|畜牧|三农",
    "civil": "民政|残联|残疾|低保", "culture": "旅游|文化|文体|体育|广电", "street": "镇|乡(?!规|建|居)|街道|社区|村",
}  # fmt: skip
_SELF = {
    "street": r"我镇|我乡|我街道|我社区|我村|本镇|我街",
    "education": r"我校|我园(?=[^。]{0,80}幼儿)",
    "health": r"我院(?![^。]{0,200}(?:审判|执行|判决|案件|立案))(?=[\s\S]{0,400}(?:患者|病人|医|治疗))",
    "traffic": r"我(?:大|支|中)?队[^。]*?(?:民警|交通违法|交通秩序|违停)",
}
_COURT = re.compile("法院|审判|法官")


@dataclass(frozen=True)
class WeakLabel:
    """A kind ("" when the reply names none) and the strength of what speaks for it, 0 to 3."""

    kind: str = ""
    strength: int = 0


@dataclass
class _Tally:
    points: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    first: dict[str, int] = field(default_factory=dict)
    said: set[tuple[str, str]] = field(default_factory=set)

    def add(self, kind: str, points: float, what: str = "", at: int | None = None) -> None:
        self.points[kind] += points * (AGAIN if what and (kind, what) in self.said else 1.0)
        self.said.add((kind, what))
        if at is not None:
            self.first.setdefault(kind, at)

    def label(self) -> WeakLabel:
        """The kind with most points. Of two that are both clearly in charge the one named first leads (首接负责)."""
        (kind, best), (rival, second) = (*sorted(self.points.items(), key=lambda each: -each[1]), ("", 0.0), ("", 0.0))[
            :2
        ]
        if second >= 3 and best < 1.3 * second:
            return WeakLabel(min((kind, rival), key=lambda each: self.first.get(each, 10**6)), STRONG)
        ahead = best >= 1.3 * second
        if (best >= 3 and ahead) or (best >= 2.4 and best >= 3 * second):
            return WeakLabel(kind, STRONG)
        if best >= 1 and ahead:
            return WeakLabel(kind, FAIR)
        return WeakLabel(kind, WEAK) if best >= 0.5 and best >= 2 * second else WeakLabel()


def weak_label(reply: str) -> WeakLabel:
    """Who answered, as far as the reply says so."""
    text = " ".join(reply.split())
    for pattern, instead in _LEFT_OUT:
        text = pattern.sub(instead, text)
    tally = _Tally()
    for start, end, kind in _named(text):
        _weigh(tally, text, start, end, kind)
    _weigh_signatures(tally, text)
    _weigh_thanks(tally, text)
    for kind, pattern in _SELF.items():
        if re.search(pattern, text):
            tally.add(kind, 3.5)
    return tally.label()


def _weigh_signatures(tally: _Tally, text: str) -> None:
    for match in _SIGNED.finditer(text):
        units = () if _NO_SIGNATURE.search(match[1]) else _named(match[1])
        if units:
            tally.add(units[-1][2], 8)


def _weigh_thanks(tally: _Tally, text: str) -> None:
    for match in _THANKS.finditer(text):
        work = match["whole"] or match["part"] or ""
        kind = next((kind for kind, pattern in _WORK_OF.items() if re.search(pattern, work)), "")
        if kind:
            tally.add(kind, 3 if match["whole"] else 1.5)


def _weigh(tally: _Tally, text: str, start: int, end: int, kind: str) -> None:
    before, after = text[max(0, start - _NEAR) : start], text[end : end + 24]
    if _SOURCE.match(after) or _SOURCE_BEFORE.search(before):
        tally.add(kind, 0.3)
        return
    if text[start:end] == "我院" and _COURT.search(text):
        kind = "other"
    points, what = _said(before, after, kind, early=start < OPENING)
    if what in ("acts", "part") and before.endswith("、") and re.match(r"(?:部门|局)?、[^，。]{2,12}、", after):
        points = min(points, 0.8)  # one of a long list: consulted, not in charge
    if kind == "street":
        points = {"named": 0.15, "part": 0.6 * points, "referred": 0.6}.get(what, points)
    elif kind == "other":
        points = {"named": 0.15, "referred": 0.8}.get(what, points)
    elif kind == "government":
        points = 0.1 if text[end - 1] == "委" else points / 2
    tally.add(kind, points, what, None if what == "named" else start)


def _said(before: str, after: str, kind: str, *, early: bool) -> tuple[float, str]:
    rest = _PART_OF_IT.sub("", after, count=1) if _PART_OF_IT.match(after) else after
    referred = _REFERRED.search(before)
    if _GIVEN.search(before):
        return 4.0, "given"
    if not referred and (_STREET_ACTS if kind == "street" else _ACTS).match(rest):
        return (3.0 if early else 1.2), "acts"
    if not referred and _PART.search(before):
        return (2.0 if early else 0.8), "part"
    return (1.0, "referred") if referred else ((0.5 if early else 0.15), "named")


def _named(text: str) -> list[tuple[int, int, str]]:
    """Units in the text as (start, end, kind): no overlaps, and of a compound (公安局交警大队) its right end."""
    found = [
        (match.start() + (_verbs_before(match[0]) if kind == "street" else 0), match.end(), kind)
        for kind, pattern in _names().items()
        for match in pattern.finditer(text)
    ]
    found.sort(key=lambda unit: (unit[2] in GIVE_WAY, unit[0] - unit[1], unit[0]))
    kept: list[tuple[int, int, str]] = []
    for unit in found:
        if unit[1] - unit[0] >= 2 and all(unit[1] <= other[0] or unit[0] >= other[1] for other in kept):
            kept.append(unit)
    kept.sort()
    compounds = {left for left, right in pairwise(kept) if left[1] == right[0] and right[2] != "other"}
    return [unit for unit in kept if unit not in compounds]


def _verbs_before(name: str) -> int:
    """How much of what looks like a street's name stands before it: 转交红星街道 begins at 红."""
    match = re.match(
        r".*(?:[转给交办了由经于对在入将到向与和为至自请让是从该各及、市县区]|属|根据|收到)(?=.{1,6}$)", name
    )
    return len(match[0]) if match else 0


@cache
def _names() -> dict[str, re.Pattern[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for line in Path(__file__).with_name("reply_units.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, patterns = line.partition(": ")
            names[kind] += patterns.split()
    return {kind: re.compile("|".join(patterns)) for kind, patterns in names.items()}
