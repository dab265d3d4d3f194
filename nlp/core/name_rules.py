"""Where rules see a private person named: after 我叫 and the like, and before 先生 and the like.

A name is a surname and one or two characters; that alone also fits thousands of words, so a cue is needed, and
what jieba's dictionary knows as a common word is not a name. `nlp.core.names` weighs what is proposed here.
"""

import re
from collections.abc import Iterator

from nlp.core.segment import frequency, words

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪"
    "庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲"
    "滕屈饶解牟艾尤阳时穆司卓古吉缪简项连芦麦褚娄窦戚岑景宫费卜冷晏席卫米柏瞿桂全佟应臧闵苟邬边卞姬和仇栾隋刁"
    "沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀郁胥南储原栗燕楚鄢劳谌奚粟冼蔺盘满闻位厉伊仝"
    "习亓商奉宓宦宿帅扈揭昝晁朴权杭洛狄盖禹糜羊芮荀逄遇钮铁阎阚隆雍鱼鹿党容宗花幸"
)
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|申屠|独孤"
_SURNAME = f"(?:{_COMPOUND}|[{SURNAMES}])"
_GIVEN = r"[\u4e00-\u9fff]{1,2}"

_STRONG = re.compile(
    r"(?:我叫|姓名|名叫|叫做|真名|本名|全名|联系人|户主|收件人|收货人|户名|开户名|申请人|投诉人|举报人|被投诉人"
    r"|法人代表|法定代表人"
    r"|名字叫|名字是|家长叫|孩子叫|儿子叫|女儿叫|老公叫|老婆叫|学生叫|我是(?=[^,。,]{2,4}[,。]\s*(?:男|女|身份证"
    r"|电话|今年|联系)))"
    rf"(?:是|为|:)?\s*[(“\"]?({_SURNAME}{_GIVEN})"
    r"(?=$|[^\u4e00-\u9fff]|的|是|住|在|电话|联系|手机|身份证|今年|男|女|我|于|和|现|系)"
)
_ROLES = (
    "本人|当事人|业主代表|业主|住户|患者家属|患者|病人|家属|房东|房主|租客|租户|中介|小哥|司机|店主|店长|车主|老板"
    "|老板娘|包工头|工头|法人|负责人|经办人"
    "|承办人|投诉人|举报人|受害人|原告|被告|嫌疑人|村民|居民|市民|网友|网民|邻居|楼上|楼下|隔壁|同事|同学|学生家长"
    "|家长|学生|工人|员工|职工|军人|保安|保洁"
    "|合伙人|证人|担保人|承包人|承包商|摊主|会计|出纳|导游|骑手|外卖员|快递员|护工|店员|收银员|业务员|推销员|网格员|监理"
    "|二房东|室友|外甥|外甥女|侄子|侄女|表弟|表哥|表妹|表姐|堂弟|堂哥|姐夫|妹夫|嫂子"
    "|客服|工作人员|班主任|村支书|支书|村主任|组长|队长|医生|护士|教练|伤者|死者|逝者|老人|孩子|小孩|签名|署名"
    "|此致敬礼|敬上|——|朋友|老乡|战友"
    "|我(?:的)?(?:父亲|母亲|爱人|丈夫|妻子|老公|老婆|儿子|女儿|爸爸|妈妈|爸|妈|弟弟|哥哥|姐姐|妹妹|弟|哥|姐|妹|爷爷"
    "|奶奶|外公|外婆|岳父|岳母|公公|婆婆|孙子|孙女)"
)
_WEAK = re.compile(rf"(?:{_ROLES})(?:名?叫|是|:)?\s*[(]?(?={_SURNAME})(?=([\u4e00-\u9fff]{{2,8}}))")
# Names of other peoples have no surname from the list; after the plainest cues any short run is a name.
_ANY = re.compile(
    r"(?:我叫|姓名(?:是|为|叫|:|：| )|名字(?:叫|是)"
    r"|(?<![站店路地书校楼司])名叫)\s*((?![了他她它来去过不做我你没什])[\u4e00-\u9fff]{2,8}(?:[·•][\u4e00-\u9fff]{1,8}){1,3}"
    r"|(?![了他她它来去过不做我你没什])[\u4e00-\u9fff]{2,4}(?=$|[,，。;；\s]))"
)
# 叫贺建国，; 按手印的是贺建国，: a clause that ends with a name. Behind 是 a word is likelier than behind 叫.
_NAMED = re.compile(
    rf"(?:(叫|自称|名为)|(?:[写签判转留登]的?|[记字续办名上手])是)({_SURNAME}{_GIVEN})(?=$|[,，。;；、)）\s])"
)
# 贺建国欠我两万: what one person does to another.
_ACTS = re.compile(
    rf"(?<![\u4e00-\u9fff])({_SURNAME}{_GIVEN}(?<![和跟与]))"
    r"(?=把我|[借欠骗打收拿骂]了?我|答应我|威胁我|自称|承包[的了]|[和跟与]?[他她][爸妈爹娘弟妹])"
)
# 贺建国和赵玉兰都在场: two names beside each other.
_PAIR = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:[^,，。]{{0,4}}(?:证人|会计|邻居|同学))?({_SURNAME}{_GIVEN})[、和与]"
    rf"({_SURNAME}{_GIVEN})(?=$|[,，。;；、两俩都互])"
)
# 王芳(139…), 李明，男，: what follows says that a person was named.
_FOLLOWED = re.compile(
    rf"(?<![\u4e00-\u9fff])({_SURNAME}{_GIVEN})(?=\s?[(:,，]?\s?(?:(?:联系)?电话|手机|身份证|卡号|[男女][,，]"
    rf"|\(?\+?\d{{3}}[ -]?\d{{4}}[ -]?\d{{4}}))"
    rf"|(?:户名|户主|姓名)({_SURNAME}{_GIVEN})(?=卡号|账号|身份证|电话)"
)
_FAMILIAR = re.compile(rf"(?<![\u4e00-\u9fff])[老小]({_SURNAME})(?=家|说|哥|姐|客服|$|[,，。])")
# A surname that is not listed is one only where the clause ends with it, or where it is a person's.
_SURNAMED = re.compile(
    rf"(?<!百)姓({_SURNAME})(?!名|氏|甚|什|意)|(?<=[我他她人官师长板理]姓)([\u4e00-\u9fff])(?=$|[,，。;；、])"
)
_TITLES = (
    "先生|女士|小姐|太太|老师|医生|大夫|护士|师傅|经理|主任|科长|所长|队长|院长|校长|园长|警官|法官|律师|教练|阿姨"
    "|大爷|大妈|大娘|大叔|大伯|大婶|大嫂|姑娘|师父|师母|村医|会计|[站组店厂]长(?![期年时久途达满])"
    "|副(?:主任|所长|院长|校长|园长|科长|队长|站长|经理)"
    "|奶奶|爷爷|婆婆|叔叔|伯伯|大哥|大姐|老板|同志|老汉"
)
_TITLE_WORDS = frozenset(
    (*re.findall("[\u4e00-\u9fff]{2,}", _TITLES), "家属", "家人", "家里", "家长", "号", "业主", "朋友", "同学")
)
_TITLED = re.compile(rf"({_SURNAME}{_GIVEN})(?=(?:{_TITLES}|书记|局长))")
# A bare surname with a public office (胡书记) names the office, not a private person.
_SHORT_TITLED = re.compile(rf"({_SURNAME})(?=(?:{_TITLES}))")
_BRANDS = re.compile("康师傅(?=方便面|饮料|红烧|绿茶|冰红茶|牛肉面|矿泉水)|安保|全科|专科|向女士")
# Characters that may stand before a titled name without being part of a longer word.
_OPENERS = frozenset("的是找告姓叫给跟和与被位名由向把让请问对为有了说到")
# After these a common surname is rather the end of a word: 任何老师, 对方老板, 经常师傅.
_WORDLIKE = frozenset("于向和任何方时常应全成单连明安路车文华关南原商官位农劳党宗师包查管解游项盘满费楼白石金江高黄")
# A dictionary word at least this frequent in jieba's counts is a word, not a name.
COMMON = 100
RARE = 20
# 向老师反映 begins a clause with "to the teacher"; 请向老师接电话 does not.
_PREPOSITIONS = "向和于"
_NOT_PEOPLE = ("班主任", "任课")
_COMMON_GIVEN = frozenset(
    (
        *(
            "今年",
            "昨天",
            "昨日",
            "昨晚",
            "今天",
            "上午",
            "下午",
            "晚上",
            "年前",
            "月份",
            "学生",
            "家长",
            "业主",
            "居民",
            "村民",
        ),
        *(
            "市民",
            "老师",
            "医生",
            "女士",
            "先生",
            "小姐",
            "师傅",
            "经理",
            "主任",
            "公司",
            "小区",
            "医院",
            "学校",
            "社区",
        ),
        *"副课级校主说在的是来去了有和与把被对向让",
    )
)


def _after_plain_cues(text: str) -> Iterator[tuple[int, int]]:
    for match in _STRONG.finditer(text):
        if _given(match[1]) not in _COMMON_GIVEN and not _runs_on(match, text):
            yield match.span(1)
    for match in _ANY.finditer(text):
        if frequency(match[1]) < COMMON:
            yield match.span(1)


def _before_a_number(text: str) -> Iterator[tuple[int, int]]:
    for match in _FOLLOWED.finditer(text):
        name = match[1] or match[2]
        if match[2] or (name[-1] != "号" and _may_be_a_name(name)):
            yield match.span(match.lastindex or 0)


def _ending_a_clause(text: str) -> Iterator[tuple[int, int]]:
    for match in _NAMED.finditer(text):
        name = match[2]
        named = bool(match[1])
        a_word = frequency(name) >= (COMMON if named else RARE) or (
            not named and len(name) == 2 and name[0] in _WORDLIKE
        )
        if not a_word and _given(name) not in _COMMON_GIVEN and not _NEVER_GIVEN.search(name, 1):
            yield match.span(2)


def _acting(text: str) -> Iterator[tuple[int, int]]:
    for match in _ACTS.finditer(text):
        if _may_be_a_name(match[1]):
            yield match.span(1)


def _in_pairs(text: str) -> Iterator[tuple[int, int]]:
    for match in _PAIR.finditer(text):
        if _may_be_a_name(match[1]) and _may_be_a_name(match[2]):
            yield from (match.span(1), match.span(2))


def _after_roles(text: str) -> Iterator[tuple[int, int]]:
    for match in _WEAK.finditer(text):
        length = _length_of_name(match[1])
        if length and not _NEVER_GIVEN.search(match[1], 1, length) and not _particle(text, match.start(1), length):
            yield match.start(1), match.start(1) + length


def _familiar(text: str) -> Iterator[tuple[int, int]]:
    """老胡家, and 姓胡."""
    for match in _FAMILIAR.finditer(text):
        if frequency(text[match.start() : match.end()]) < COMMON:
            yield match.span(1)
    for match in _SURNAMED.finditer(text):
        yield match.span(match.lastindex or 0)


def _runs_on(match: re.Match[str], text: str) -> bool:
    """姓名和联系方式: without a mark before it, a particle is no surname."""
    before = text[match.start(1) - 1]
    return match[1][0] in _PARTICLES and before != "叫" and "\u4e00" <= before <= "\u9fff"


def _particle(text: str, start: int, length: int) -> bool:
    """业主和物业的矛盾, 居民曾多次要求: a surname that is also a particle begins a name only when a mark ends it."""
    return text[start] in _PARTICLES and "\u4e00" <= text[start + length : start + length + 1] <= "\u9fff"


_PARTICLES = frozenset("和向于与曾全路解任时应常明连成后车方易安满石别")
_NEVER_GIVEN = re.compile("[已了的不在没被这那就都还也太很把及]")


def _length_of_name(run: str) -> int:
    """How much of a run that begins with a surname is the name, as jieba cuts it; 0 when it begins another word."""
    cut = words(run)
    first, second = cut[0], cut[1] if len(cut) > 1 else ""
    surname = re.match(_SURNAME, run)
    if surname is None:
        return 0
    if len(first) == surname.end():
        # 蒋|小军, but not 向|老师 nor 于|2018.
        given = second if 0 < len(second) <= 2 and second not in _COMMON_GIVEN | _TITLE_WORDS else ""
        whole = first + given
        return len(whole) if given and frequency(given) < GIVEN_COMMON and len(whole) <= 4 else 0
    if first.endswith("家") and len(first) > surname.end() + 1:
        first = first[:-1]
    rest = first[surname.end() :]
    if rest in _TITLE_WORDS:
        return 0
    if len(rest) == 1 and len(second) == 1 and frequency(second) < COMMON:
        first += second
    return len(first) if len(first) <= surname.end() + 2 and _may_be_a_name(first) else 0


# From this count in jieba's dictionary on, a word is no given name.
GIVEN_COMMON = 1_200


def _titled(text: str) -> Iterator[tuple[int, int]]:
    """王先生, 张建国老师. The longest name that can be one wins; a bare surname must not end another word."""
    for match in _TITLED.finditer(text):
        if not _BRANDS.match(text, match.start()) and _opens(text, match.start()) and _may_be_a_name(match[1]):
            yield match.span(1)
    for match in _SHORT_TITLED.finditer(text):
        if not _BRANDS.match(text, match.start()) and _stands_alone(text, match.start()):
            yield match.span(1)


def _may_be_a_name(name: str) -> bool:
    starts_as_a_word = len(_given(name)) == 2 and not re.match(_COMPOUND, name) and frequency(name[:2]) >= COMMON
    if _NEVER_GIVEN.search(name, 1):
        return False
    return _given(name) not in _COMMON_GIVEN and frequency(name) < COMMON and not starts_as_a_word


def _given(name: str) -> str:
    return name[2:] if re.match(_COMPOUND, name) else name[1:]


def _opens(text: str, start: int) -> bool:
    """A name may begin here: nothing before it, or nothing that makes a word with its first character."""
    if start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff":
        return True
    return text[start - 1] in _OPENERS and frequency(text[start - 1 : start + 1]) < COMMON


def _stands_alone(text: str, start: int) -> bool:
    if _opens(text, start):
        spoken_to = start > 0 and text[start - 1] in _OPENERS
        return not text.startswith(_NOT_PEOPLE, start) and (spoken_to or text[start] not in _PREPOSITIONS)
    return text[start] not in _WORDLIKE and frequency(text[start - 1 : start + 1]) < COMMON


def proposals(text: str) -> dict[tuple[int, int], str]:
    """What the rules take for names in a folded text, [start, end) → the rule; the surest where several agree."""
    return {span: rule for rule, reader in reversed(_RULES.items()) for span in reader(text)}


def refuses(text: str, start: int) -> bool:
    """Whether a rule decides about a bare surname here, because one of its own titles follows: it knows 对于老师 and
    城管队长."""
    return bool(_SHORT_TITLED.match(text, start))


_RULES = {
    "cue": _after_plain_cues,
    "number": _before_a_number,
    "clause": _ending_a_clause,
    "act": _acting,
    "pair": _in_pairs,
    "role": _after_roles,
    "familiar": _familiar,
    "title": _titled,
}
