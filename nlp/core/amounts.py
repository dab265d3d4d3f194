"""Amounts in a complaint: money, people, households, distances, areas, hours … with their value in one unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.core.numerals import HAN, NUMBER, SEVERAL, number

MONEY, PEOPLE, HOUSEHOLDS, DISTANCE, AREA, HOURS, NOISE, HEAT, SHARE = (
    "金额",
    "人数",
    "户数",
    "距离",
    "面积",
    "时长",
    "分贝",
    "温度",
    "比例",
)
READ_CHARACTERS = 4_000


@dataclass(frozen=True, order=True)
class Amount:
    """A quantity at [start, end): its value in `unit`; `about` when the text says 多 or 几; `per` what for."""

    start: int
    end: int
    kind: str
    text: str
    value: float
    unit: str
    about: bool = False
    per: str = ""


# Word in the text → kind, unit of the value, factor.
_UNITS: dict[str, tuple[str, str, float]] = {
    **dict.fromkeys(("元", "块钱", "块", "圆", "元钱", "人民币"), (MONEY, "元", 1)),
    "角": (MONEY, "元", 0.1),
    "毛钱": (MONEY, "元", 0.1),
    **dict.fromkeys(("人次", "人", "名", "位", "个人", "口人"), (PEOPLE, "人", 1)),
    **dict.fromkeys(("户", "户人家", "家住户", "户人", "家庭"), (HOUSEHOLDS, "户", 1)),
    **dict.fromkeys(("公里", "千米", "km", "KM", "Km"), (DISTANCE, "米", 1000)),
    "里路": (DISTANCE, "米", 500),
    **dict.fromkeys(("米", "m"), (DISTANCE, "米", 1)),
    **dict.fromkeys(("厘米", "公分", "cm", "CM"), (DISTANCE, "米", 0.01)),
    **dict.fromkeys(("平方米", "平方", "平米", "㎡", "平"), (AREA, "平方米", 1)),
    "亩": (AREA, "平方米", 666.67),
    "公顷": (AREA, "平方米", 10_000),
    "平方公里": (AREA, "平方米", 1_000_000),
    **dict.fromkeys(("个小时", "小时", "个钟头", "个钟"), (HOURS, "小时", 1)),
    "分钟": (HOURS, "小时", 1 / 60),
    **dict.fromkeys(("分贝", "dB", "db"), (NOISE, "分贝", 1)),
    **dict.fromkeys(("摄氏度", "℃", "°C", "度"), (HEAT, "度", 1)),
    **dict.fromkeys(("%", "％"), (SHARE, "%", 1)),
}
# 5名学生, 20多位业主, 三百个家庭: a counter alone is not enough when it also counts things.
_COUNTED_PEOPLE = (
    "业主|居民|村民|群众|学生|员工|职工|工人|农民工|家长|老人|孩子|小孩|乘客|市民|租户|商户|消费者|会员|学员|受害者?|受害人|老师|司机|教师"
    "|患者|病人|老百姓|住户|投资人|购房者|保安|城管|人员|工作人员|男子|女子|邻居|同事|民工|残疾人|儿童|车主|用户|顾客|客户|孕妇"
)
_BY_LENGTH = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=lambda unit: (-len(unit), unit)))
_PER_WORDS = (
    r"平方米|平米|平方|㎡|平|吨|度|方|立方米?|个?月|年|天|小时|次|户|人|块|个|斤|公斤|车|套|科|课时|晚|栋|位|辆"
)
_AMOUNT = re.compile(
    rf"(?:(?P<per>每(?:一)?(?:{_PER_WORDS})|一(?:个月|年|天|次))(?:收费?|要|交|是|就|才|只|需要?|涨到|涨了?|为|钱){{0,2}})?"
    rf"(?:(?P<about>约|大约|近|将近|超过|至少|接近|差不多|上下|不到|不足|共|总共|合计|共计)\s?)?"
    rf"(?<![\d.第高初{HAN}])(?P<number>{SEVERAL}|{NUMBER}|半(?=米|个|公里|吨|小时))(?P<more>多|余|几|来)?(?P<big>[万亿])?(?P<more2>多|余)?\s?"
    rf"(?:个)?(?:(?P<unit>{_BY_LENGTH}|(?:个|名|位)?(?={_COUNTED_PEOPLE}))(?P<half>(?<=块)[一二三四五六七八九半](?:(?![\d{HAN}月年日号个天块])|(?=一[斤个平度吨月天])))?)"
    rf"(?P<less>左右|上下|以上)?(?:[/每一](?:每)?(?P<each>{_PER_WORDS})(?!个))?"
)
_FOLLOWED = {
    "元": re.compile("旦|月|宵|素|件"),
    "块": re.compile("地(?!方)|砖|石|牌|土|板|玻璃|田|空地|草坪|绿化|路|瓦|区域|屏|宣传|广告"),
    "人": re.compile("民|员|行|大|次|才|家|事|工(?!作)|为|命|身|防|车|均|间|社|造|流量|一梯"),
    "名": re.compile("称|字|单|额|副|企|城|苑|义|人"),
    "位": re.compile("置|于|子|领导|书记|局长|市长|同志|数"),
    "户": re.compile("口|籍|型|外|主|均"),
    "米": re.compile("饭|粉|线|兰|其"),
    "m": re.compile("[a-zA-Z]"),
    "平": re.compile("安|台|时|常|方|均|价|房|和|等|衡"),
    "度": re.compile("假|过|量|春|日|夏|春节|电|水"),
    "个人": re.compile("所得|信息|认为|账户|名义|隐私|缴|感觉|医保|原因"),
    "家庭": re.compile("条件|农场|医生|作业|困难"),
    "分钟": re.compile("$^"),
}
_BARE = re.compile(
    rf"(?:¥|￥|人民币|RMB)\s?(?P<a>{NUMBER})(?P<wan>万)?"
    rf"|(?:交|花|赔|付|借|欠|还|罚|收|扣|骗|退|要|补|涨到|降到|价|费|款|钱|工资|租金|押金|首付|定金|订金|月薪)(?:了|给|我|他|我们|是|为|共|约|近|掉|去|走|出)?"
    rf"(?P<b>(?:\d+(?:\.\d+)?|[{HAN}]{{1,6}})[万千](?:\d|[一二两三四五六七八九])?(?:[千百][一二三四五六七八九])?|\d+(?:\.\d+)?[wW])(?:多|余)?(?![元块{HAN}\d人户平米吨亩个名位年公])"
)


def find(text: str) -> tuple[Amount, ...]:
    """The amounts of a cleaned text in order, without overlaps."""
    text = text[:READ_CHARACTERS]
    found = sorted((*_with_units(text), *_bare_money(text)), key=lambda each: (each.start, -each.end))
    kept: list[Amount] = []
    for amount in found:
        if not kept or amount.start >= kept[-1].end:
            kept.append(amount)
    return tuple(kept)


def _with_units(text: str) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        unit = match["unit"]
        value = 0.5 if match["number"] == "半" else number(match["number"])
        if value is None or (unit in _FOLLOWED and _FOLLOWED[unit].match(text, match.end("unit"))):
            continue
        kind, name, factor = _UNITS.get(unit) or (PEOPLE, "人", 1)
        # 一个人, 一名业主 and 一户 are articles rather than counts.
        if match.group().endswith(("一个人", "一个", "一名", "一位", "一户")):
            continue
        if unit in ("位", "名") and not re.match(_COUNTED_PEOPLE, text[match.end("unit") :]) and value < 3:
            continue
        yield _amount(match, kind, name, value * factor)


def _amount(match: re.Match[str], kind: str, unit: str, value: float) -> Amount:
    about = (
        any(match[name] for name in ("more", "more2", "less"))
        or match["about"] in _ABOUT
        or match["number"][0] in "几数上近成好"
    )
    if match["big"]:
        value *= 10_000 if match["big"] == "万" else 100_000_000
    if match["half"] and kind == MONEY:
        value += 0.5 if match["half"] == "半" else (number(match["half"]) or 0) / 10
    end = match.end("half") if match["half"] and kind == MONEY else match.end("unit")
    per = (match["each"] or "") or (match["per"] or "").lstrip("每一").removeprefix("个")
    start = match.start("per") if match["per"] else match.start("number")
    end = match.end("each") if match["each"] else match.end("less") if match["less"] else end
    return Amount(start, end, kind, match.string[start:end], round(value, 4), unit, about, per)


_ABOUT = ("约", "大约", "近", "将近", "超过", "至少", "接近", "差不多", "不到", "不足")


def _bare_money(text: str) -> Iterator[Amount]:
    """交了三万五 names no unit; after a word of paying it is money."""
    for match in _BARE.finditer(text):
        group = "a" if match["a"] else "b"
        value = number(match[group])
        if value is not None:
            if match["wan"]:
                value *= 10_000
            start = match.start() if group == "a" else match.start("b")
            end = match.end("wan") if match["wan"] else match.end(group)
            yield Amount(start, end, MONEY, text[start:end], value, "元")
