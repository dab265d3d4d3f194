"""What a reviewer should look at in an answer before the citizen gets it: findings with their place, never a score.

Each finding says what may be missing or wrong and shows the words it rests on; a person decides. The checks are
plain rules, so that an officer who disagrees can see why.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from nlp.core import facts, points, redact, times
from nlp.core.clean import clean
from nlp.core.facts import Facts
from nlp.core.wordlist import WordList, shipped

REPLY, COMPLAINT = "reply", "complaint"
TOO_SHORT, EMPTY, POINT_MISSED, NO_UNIT, NO_CONTACT = (
    "too_short",
    "empty_phrases",
    "point_missed",
    "no_unit",
    "no_contact",
)
NO_DATE, NO_BASIS, IMPOLITE, PERSONAL, COPIED = "no_date", "no_basis", "impolite", "personal_data", "copied"
PROMISE = "promise_without_date"
LEAST_CHARACTERS = 25
# Six characters in a row are rarely the same by chance; from this share of them on the answer is another case's.
SHINGLE, COPIED_FROM = 6, 0.6


@dataclass(frozen=True)
class Finding:
    """One thing to look at: its code, the sentence shown, and [start, end) in the cleaned reply or complaint.

    An empty span (start == end) says that something is missing from the whole.
    """

    code: str
    sentence: str
    where: str = REPLY
    start: int = 0
    end: int = 0
    evidence: str = ""


@dataclass(frozen=True)
class Earlier:
    """An answer given before: the number of its case and its text."""

    number: str
    text: str


def check(complaint: str, reply: str, *, title: str = "", earlier: Iterable[Earlier] = ()) -> tuple[Finding, ...]:
    """The findings for an answer, gravest first. Texts are given raw; offsets are those of the cleaned texts."""
    asked = clean(f"{title}\n{complaint}".strip()).text
    answer = clean(reply).text
    empty = tuple(_empty(answer))
    found = [
        *empty,
        *_personal(answer),
        *_impolite(answer),
        *_copied(answer, earlier),
        *(() if any(each.code == EMPTY for each in empty) else _points(facts.read(asked), answer, asked)),
        *_promises(answer),
        *_missing(answer, asked),
    ]
    return tuple(found)


_SENTENCE = re.compile(r"[^。！？!?\n；;]+[。！？!?\n；;]?")
_GREETING = re.compile(
    r"(?:尊敬的)?(?:网友|市民|来信人|先生|女士|居民)[^:：,，。]{0,20}[:：,，]?\s*(?:您好|你好)?[!！:：,，。]?|(?:您"
    r"|你)好[!！:：,，。]?|感谢[^。！!]{0,40}(?:支持|监督|理解|关心|关注)[^。！!,，]{0,12}[。！!]?"
    r"|特此(?:回复|答复)[。!！]?|(?:19|20)\d\d年\d{1,2}月\d{1,2}日$"
)


def _empty(answer: str) -> Iterator[Finding]:
    """Nothing but courtesy and passing on; or too short to say anything."""
    core = [match for match in _SENTENCE.finditer(answer) if _says_something(match.group())]
    passed_on = [word for word in _of("转办").find(answer)]
    if not core:
        evidence = passed_on[0] if passed_on else None
        at = (evidence.start, evidence.end, evidence.text) if evidence else (0, len(answer), answer[:20])
        yield Finding(EMPTY, "答复只有套话或“已转办”,没有说明办理情况。", REPLY, *at)
    elif len(_GREETING.sub("", answer)) < LEAST_CHARACTERS:
        yield Finding(TOO_SHORT, "答复过短,可能没有把事情说清楚。", REPLY, 0, len(answer), answer[:20])


def _says_something(sentence: str) -> bool:
    """Whether anything is left of a sentence without greetings, set phrases and passing on."""
    bare = _GREETING.sub("", sentence)
    if any(_of("转办").find(bare)) and not _RESULT.search(bare):
        return False
    for word in reversed(list(_of("套话").find(bare))):
        bare = bare[: word.start] + bare[word.end :]
    return (
        len(re.sub(r"[\W_]|问题|情况|有关|相关|部门|我们|您|的|已|对|工作|单位|平台|现将?|将|予以|关于", "", bare)) >= 5
    )


_RESULT = re.compile(
    r"经(?:查|核|调查|现场|协调|了解)|已(?:完成|修复|整改|清理|处罚|立案|安装|退还|更换|恢复|解决)|规定|属实|不属实"
)


def _personal(answer: str) -> Iterator[Finding]:
    """Personal data that a public answer must not show, each once; the office's own numbers and people are none."""
    shown: set[str] = set()
    for found in redact.find(answer):
        words = answer[found.start : found.end]
        if words not in shown and _private(words, found, answer):
            shown.add(words)
            yield Finding(PERSONAL, f"公开答复中出现个人信息({found.kind})。", REPLY, found.start, found.end, words)


_MOBILE = re.compile(r"^(?:0{0,2}86)?1[3-9]\d{9}$")
_OFFICE = re.compile(
    r"(?:联系人|联系电话|咨询电话|服务电话|监督电话|热线|办公电话|值班电话|举报电话|投诉电话|邮箱)[^。；;]{0,12}$"
)
_OFFICIAL = re.compile(
    r"\s?(?:同志|局长|主任|科长|所长|队长|书记|镇长|站长|处长|股长|副|经理|校长|律师|警官|法官|老师|医生)"
    r"|[^。]{0,6}(?:电话|负责)"
)


def _private(words: str, found: redact.Finding, answer: str) -> bool:
    """Landlines and what is called the office's are public, and so are people named with their office."""
    if found.kind in _PUBLIC_WHEN_CALLED and _OFFICE.search(answer[max(0, found.start - 16) : found.start]):
        return False
    if found.kind == redact.PHONE:
        return bool(_MOBILE.search(re.sub(r"\D", "", words)))
    if found.kind == redact.DOOR:
        return bool(re.search(r"\d{3}|室|单元.*\d", words)) and len(words) >= 6
    if found.kind == redact.NAME:
        return len(words) > 1 and not re.search("[某*]", words) and not _OFFICIAL.match(answer, found.end)
    return True


_PUBLIC_WHEN_CALLED = (redact.PHONE, redact.NAME, redact.DOOR, redact.MAIL)


def _impolite(answer: str) -> Iterator[Finding]:
    for word in _of("不礼貌").find(answer):
        yield Finding(IMPOLITE, f"用语不当:“{word.text}”。", REPLY, word.start, word.end, word.text)


def _copied(answer: str, earlier: Iterable[Earlier]) -> Iterator[Finding]:
    """Most of the answer stands in an earlier one; set phrases alone are not enough of it."""
    own = _shingles(answer)
    if len(own) < 20:
        return
    for other in earlier:
        shared = own & _shingles(clean(other.text).text)
        if len(shared) >= COPIED_FROM * len(own):
            # Shingles have no marks: one that a mark interrupts does not stand in the answer as it is.
            at = min((found for shingle in shared if (found := answer.find(shingle)) >= 0), default=0)
            sentence = f"与 {other.number} 的答复有 {len(shared) * 100 // len(own)}% 相同,请核对是否针对本件。"
            yield Finding(COPIED, sentence, REPLY, at, min(len(answer), at + 30), answer[at : at + 30])


def _shingles(text: str) -> set[str]:
    text = re.sub(r"[\W_]+", "", _GREETING.sub("", text))
    return {text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)}


def _points(said: Facts, answer: str, asked: str) -> Iterator[Finding]:
    """Points of the complaint that no sentence of the answer takes up."""
    for point in points.find(asked, said.demands, answer):
        if not point.is_met:
            sentence = f"诉求“{_short(point.text)}”在答复中没有提到。"
            yield Finding(POINT_MISSED, sentence, COMPLAINT, point.start, point.end, point.text)


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= 20 else phrase[:19] + "…"


def _promises(answer: str) -> Iterator[Finding]:
    """Sentences about what will be done without saying when."""
    for sentence in _SENTENCE.finditer(answer):
        words = sentence.group()
        promise = _PROMISE.search(words)
        # 11月10日经核实 dates the visit; the promise needs its own date.
        said = words[words.rfind("，", 0, promise.start() + 1) + 1 :] if promise else ""
        if promise and "如有" not in words and not _says_when(said) and not _WHEN.search(said):
            start = sentence.start() + promise.start()
            end = sentence.end()
            yield Finding(PROMISE, "承诺没有写明完成时间。", REPLY, start, end, answer[start:end])
            return


def _says_when(words: str) -> bool:
    return any(each.text not in ("近期", "近日", "最近", "近来", "长期") for each in times.find(words))


_PROMISE = re.compile(
    r"(?:我[局镇街县市区办所司院校委]|我们|我单位|街道|社区|物业|后续|下一步|下阶段|届时)?[^,，。]{0,10}?(?:(?:将"
    r"|会)(?:尽快|及时|加快|抓紧|立即|逐步|适时|积极|安排)|尽快|近期|争取|适时)[^,，。]{0,12}"
    r"(?:安装|修复|维修|改造|增设|建设|解决|整改|拆除|清理|建设|施工|办理|完成|处理|开通|增设|发放|退还|更换|铺设"
    r"|启动|实施|拨付|支付|回复|反馈|到位)"
)
_WHEN = re.compile(
    r"\d{1,3}个?(?:工作日|小时|天|日|周|月)|[一二三四五六七八九十两]{1,3}个?(?:工作日|小时|天|日|周|月)内|年底|月底"
    r"|本周|下周|季度|假期|春节|[前后]完成"
)


def _missing(answer: str, asked: str) -> Iterator[Finding]:
    """Unit, contact, date and basis are looked for in the whole answer."""
    if not _UNIT.search(answer):
        yield Finding(NO_UNIT, "答复没有写明承办单位。")
    if not _CONTACT.search(answer):
        yield Finding(NO_CONTACT, "答复没有留联系电话或联系方式。")
    dated = _CONSULTS.search(asked) and not _WANTS_DONE.search(asked)
    dated = dated or any(each.kind in (times.DAY, times.MOMENT, times.PERIOD) for each in times.find(answer))
    if not dated:
        yield Finding(NO_DATE, "答复没有写明任何日期(何时核实、何时办结)。")
    if not (any(_of("依据").find(answer)) or _REASON.search(answer)):
        yield Finding(NO_BASIS, "答复没有说明依据(政策规定或核实情况)。")


_UNIT = re.compile(
    r"(?:^|[,，。：:！!\s])(?:街道|社区|物业|公司|学校)"
    r"|我[局镇乡街县市区办所司院校委台队中处行]|[\u4e00-\u9fff](?:局|街道|街道办|办事处|镇|乡|政府|管委会|委员会"
    r"|公司|中心|大队|支队|派出所|卫健委|住建委|教委|教育厅|社区|居委会|村委会|法院|医院|学校|教育部门|交警|城管"
    r"|(?<=[网宣督信组综政街河创征委我])办|处(?![理置罚于在])|总站|服务站|管理处|管理所|集团|银行|部门)"
)
# A question about rules needs no date in its answer.
_CONSULTS = re.compile(r"请问|咨询|怎么办理|如何办理|什么条件|什么材料")
_WANTS_DONE = re.compile(r"投诉|举报|要求|请求|希望|恳请|请(?!问)")
_REASON = re.compile(
    r"经[^,，。]{1,16}(?:核|查|调|勘|研究|批复|协调)|由于|原因|系|因[^此]|检查|检测|巡查|核查|批复|调解|约谈"
)
_CONTACT = re.compile(
    r"电话|热线|致电|拨打|联系方式|联系人|咨询[^。]{0,8}\d{5}|\d{3,4}-?\d{7,8}|0{4}-0{8}|12345|邮箱|微信公众号|官网"
)


@cache
def _of(kind: str) -> WordList:
    labels = shipped("reply_words.txt").labels
    return WordList({word: label for word, label in labels.items() if label == kind})
