"""Authored messages about a few concrete problems, and the weights that a night of ordinary messages leaves."""

from functools import cache

from nlp.core.issues import Weights
from petitions.insight.issues import ordinary, telling
from petitions.insight.models import HotIssue, IssueMember
from petitions.states import CaseState
from tests import make

NOISE = [
    "柳林街道和顺家园二期工地每天夜里十一点还在打桩，整栋楼都睡不着，请管一管。",
    "和顺家园二期工地半夜打桩噪音很大，孩子没法睡觉，希望停止夜间施工。",
    "柳林街道和顺家园二期旁边的工地夜间打桩扰民，已经连续一个星期，请尽快处理。",
    "和顺家园二期工地夜间打桩施工噪音扰民，打了好几次电话还在施工。",
]
WATER = [
    "青石桥小区三号楼水压太低，六楼以上早晚都没有水用，请自来水公司来看看。",
    "青石桥小区水压低，高层早晚没有水用，希望自来水公司加压。",
    "青石桥小区三号楼早晚水压太低，家里没有水做饭，请尽快解决。",
]


def learn() -> None:
    """As if a night had passed over ordinary messages."""
    telling.keep(weights(), messages=0, now=make.NOW)


@cache
def weights() -> Weights:
    return Weights.of(ordinary.beside(0))


def a_call(text: str, number: int = 0, **more):
    """A message of citizen `number`."""
    return make.a_case(**{"state": CaseState.PENDING_REVIEW, "text": text, "phone": f"1380000{number:04d}"} | more)


def issue_of(case) -> HotIssue:
    return IssueMember.objects.select_related("issue").get(petition=case).issue
