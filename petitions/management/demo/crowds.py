"""Stories of many people about one thing: what hot issues and alerts are made of."""

from dataclasses import replace

from nlp.core.corpus import Sample
from petitions.management.demo.play import UNHAPPY, Play
from routing.models import Area

OUTAGE, OUTAGE_AREA = "02.02.01", "LJ010401"
OUTAGE_WORDS = (
    "槐树里小区从今天上午起停水，没有任何通知，什么时候能来水？",
    "家里突然没水了，问了邻居，整个槐荫里小区都停水了，请尽快抢修。",
    "双槐巷一带全都没有自来水，家里还有吃奶的孩子，急等用水。",
    "槐安路旁边有水管爆裂，水流了一地，楼上已经停水，请派人来修。",
    "我们这栋楼没水，听说是管道破了，想知道有没有送水车。",
    "槐树里小区停水，老人做饭都没办法，物业说不清楚原因。",
    "一上午水压越来越小，现在完全没水了，麻烦催一下供水公司。",
)


def hot(play: Play) -> None:
    """One of many about the same thing: a unit works on it."""
    play.comes_in_hot()
    play.is_reviewed()
    play.is_dispatched(assisting=False)
    play.is_signed()


def hot_and_unsolved(play: Play) -> None:
    play.comes_in_hot()
    play.is_reviewed()
    play.is_dispatched(assisting=False)
    play.is_answered()
    play.is_accepted()
    play.is_called(replace(UNHAPPY, reason="问题没有解决", verbatim="没过几天又是老样子。"))


def outage(play: Play) -> None:
    """One of the many calls of the last hours from streets without water."""
    words = play.setting.rng.choice(OUTAGE_WORDS)
    play.comes_in_as(Sample(words, OUTAGE, "求助"), Area.objects.get(code=OUTAGE_AREA))
    play.is_reviewed()
    play.is_dispatched(assisting=False)
