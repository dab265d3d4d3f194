"""The kind of unit that would handle a message, against weak labels from the replies.

A reply's opening (its first 200 characters after the greeting) mostly names who answers or whom the matter was given
to. A unit named with a verb of acting (转…, 经…, …调查) is the label, or else the first unit named; towns and streets
count only with such a verb, being mostly addresses otherwise. Openings that name no unit are left out.
"""

import re
from collections import Counter
from typing import Any

import numpy as np

from bench.text.sources import Sources, read
from nlp.core import category, corpus, evaluate, labels, topic, unit_kind
from nlp.core.linear import Scores
from nlp.core.unit_kind import Duty

SEED = 20240601
OPENING = 200
FEWEST = 15

PATTERNS = {
    "street": r"[A-Z]?\d*[\u4e00-\u9fff]{1,6}(?<!城)(?:街道|镇|乡)(?:办事处|党委|人民政府|政府|党工委)?"
    r"|街道办|我镇|我乡|我街道|社区居委会|村委会|村支两委",
    "education": r"教育局|教育部门|教体局|我校|学校领导",
    "traffic": r"交警|交通警察|车管所",
    "police": r"公安|派出所",
    "transport": r"交通运输局|交通局|运管处|公路局|公路管理|交通委|海事局",
    "bus": r"公交(?:公司|集团)|巴士公司|轨道(?:交通)?集团|轨道公司|地铁公司",
    "housing": r"住建局|住房和城乡建设|住房保障|房产局|房管局|物业科|物管办|房屋征收|征收办|棚改|城建局|建设局|住建委",
    "urban": r"城管|行政执法局|城市管理|城市综合执法|市容|环卫",
    "planning": r"国土|规划局|自然资源|不动产",
    "environment": r"环保局|环境保护局|生态环境局",
    "health": r"卫计|卫生局|卫健|卫生计生|疾控|医院",
    "hr": r"人社|人力资源|社保局|医保局|劳动保障|劳动监察|公积金",
    "market": r"市场监管|市场监督|工商|食药|食品药品|物价局|质监|发改",
    "water": r"水务|水利|自来水|供水|供电|电力公司|燃气|能源",
    "agri": r"农业|林业|畜牧|扶贫|农委|农村工作",
    "civil": r"(?<!人)民政局|残联|老龄",
    "culture": r"文旅|旅游局|文化局|体育局|文体广新|广电",
}
# Kinds of the catalogue → the kinds above.
THEIRS = {
    "street": "street.office street.community", "education": "district.education",
    "traffic": "district.traffic", "police": "district.police", "transport": "city.transport",
    "bus": "company.bus company.metro", "housing": "district.housing", "urban": "district.urban district.parks",
    "planning": "city.planning", "environment": "district.environment", "health": "district.health",
    "hr": "district.hr city.medical city.provident", "market": "district.market district.commerce",
    "water": "district.water company.water company.power company.gas company.heating", "agri": "district.agri",
    "civil": "district.civil", "culture": "district.culture",
}  # fmt: skip


def weak_label(reply: str) -> str:
    """The kind of unit that the opening of a reply says has acted or is to act; else the first one named; else ""."""
    opening = _GREETING.sub("", reply.strip(), count=1)[:OPENING]
    acting = _first(
        opening, r"(?:经|由|转交?至?|交由?|交办|责成|联系|咨询|向|请|我市|我县|我区)[^，。；,;]{0,8}?(?:%s)"
    ) or _first(
        opening, r"(?:%s)[^，。；,;]{0,6}?(?:回复|答复|调查|核实|核查|核处|办理|处理|负责|高度重视|收悉|介绍|反馈)"
    )
    return acting or _first(opening, "(?:%s)", leave_out="street")


_GREETING = re.compile(r"^.{0,60}?您?好[!！,，。:：]*")


def _first(opening: str, frame: str, leave_out: str = "") -> str:
    found = {
        kind: match.end()
        for kind, pattern in PATTERNS.items()
        if kind != leave_out and (match := re.search(frame % pattern, opening))
    }
    return min(found, key=lambda kind: found[kind]) if found else ""


def measure(sources: Sources) -> dict[str, Any]:
    """Top-1 and top-3 in grouped folds: words alone, the catalogue alone, and both pooled."""
    rows = [(line, weak_label(line["reply"])) for line in sources.answered]
    often = {kind for kind, count in Counter(kind for _, kind in rows).items() if kind and count >= FEWEST}
    rows = [(line, kind) for line, kind in rows if kind in often]
    truth = [kind for _, kind in rows]
    documents = read(line for line, _ in rows)
    groups = evaluate.copies_together([line["body"] for line, _ in rows])
    held = topic.held_out(documents, truth, groups, seed=SEED)
    words = topic.cross_calibrated(held, groups, seed=SEED)
    model, _ = category.fit(corpus.seed_samples(), corpus.leaves(), seed=SEED)
    leaf_chances = model.linear.chances_of_all(documents)
    catalogue = unit_kind.by_catalogue(leaf_chances, model.linear.labels, duties(), held.labels)
    pooled = np.zeros_like(words)
    for seen, out in evaluate.folds(truth, groups, count=topic.FOLDS, seed=SEED):
        share = unit_kind.best_share(words[seen], catalogue[seen], held.answers[seen].tolist())
        pooled[out] = unit_kind.pool(words[out], catalogue[out], share)
    opinions = {"words": words, "catalogue": catalogue, "pooled": pooled}
    return {
        "rows": len(rows),
        "kinds": len(held.labels),
        **{name: top(chances, held.answers) for name, chances in opinions.items()},
        "without street (place decides)": without(pooled, held, "street"),
    }


def duties() -> dict[str, Duty]:
    """Leaf → kinds of the shipped catalogue, in the words of `PATTERNS`."""
    ours = {kind: name for name, kinds in THEIRS.items() for kind in kinds.split()}
    lines = labels.rows(corpus.CORPUS.parent.parent / "routing" / "data" / "catalogue.csv", needed=("main_kind",))
    found: dict[str, Duty] = {}
    for line in lines:
        assisting = tuple(ours.get(kind, "") for kind in re.split(r"[;, ]+", line["assisting_kinds"]))
        found.setdefault(line["category"], Duty(ours.get(line["main_kind"], ""), assisting))
    return found


def top(chances: Scores, answers: Any) -> dict[str, float]:
    order = np.argsort(-chances, axis=1, kind="stable")
    first, third = (order[:, :1] == answers[:, None]).any(1), (order[:, :3] == answers[:, None]).any(1)
    return {
        "top_1": float(first.mean()),
        "top_1_low": evaluate.lower_bound(int(first.sum()), len(first)),
        "top_3": float(third.mean()),
    }


def without(chances: Scores, held: topic.HeldOut, kind: str) -> dict[str, float]:
    column = held.labels.index(kind)
    rows = held.answers != column
    left = chances[rows].copy()
    left[:, column] = 0
    return top(left, held.answers[rows])
