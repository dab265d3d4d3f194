"""Complaints about three matters at many places: written for the tests, made by combining."""

from nlp.core.themes.reading import Message

PLACES = ("四季花园小区", "柳荫里小区", "泉塘街道", "望河大道", "杨柳新村", "锦绣家园小区", "东湖小区", "滨河路")
MATTERS = {
    "noise": (
        ("{}夜间施工噪音扰民", "{}旁边的工地每天夜间施工到凌晨，打桩机噪音很大，居民无法休息，孩子睡不着。"),
        ("{}工地夜间施工太吵", "{}工地半夜还在施工，渣土车进出噪音扰民，请制止夜间施工。"),
        ("投诉{}施工噪音", "{}附近夜间施工，噪音持续到凌晨三点，严重影响居民休息。"),
    ),
    "water": (
        ("{}经常停水", "{}这个月停水六次，自来水公司没有提前通知，居民生活用水困难，水压也很低。"),
        ("{}停水无人处理", "{}高层水压不足，晚上停水，物业说要找自来水公司，用水没有保障。"),
        ("反映{}居民停水问题", "{}连续三天停水，生活用水只能去超市买，请自来水公司尽快恢复供水。"),
    ),
    "bus": (
        ("{}公交线路太少", "{}只有一趟公交车，早晚高峰等公交车要四十分钟，上班很不方便，希望增加公交线路班次。"),
        ("建议增加{}公交线路", "{}新入住的居民很多，没有公交车到地铁站，出行不方便，请公交公司增加公交线路。"),
        ("{}公交车班次问题", "{}的公交车班次少，末班车太早，下班坐不上公交车，建议公交公司延长运营时间。"),
    ),
}


def messages() -> list[Message]:
    """72 messages; the id begins with the matter."""
    return [
        Message(f"{matter}-{at}-{number}", title.format(place), body.format(place))
        for matter, texts in MATTERS.items()
        for at, (title, body) in enumerate(texts)
        for number, place in enumerate(PLACES)
    ]
