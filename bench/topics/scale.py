"""How long and how much memory grouping takes, on texts of the shipped corpus that were taken apart and put together.

An issue is a corpus text at an invented place; each of its messages keeps about half of the text's words and takes
others from texts of the same leaf. The words are ready: reading is measured by itself in bench/text/speed.py.
"""

import os
import random
import time
from collections import defaultdict
from typing import Any

from bench.topics import memory
from nlp.core import corpus
from nlp.core.issue_scores import KeyIssue, issue_scores
from nlp.core.issues import Message, Read, Reader, group

SEED = 11
KEPT, FOREIGN = 0.55, 0.25
ENDINGS = ("小区", "花园", "大道", "村", "市场", "学校", "公园", "广场")
SYLLABLES = (
    "安宝昌德东方飞高光海和红华嘉江金锦景康蓝乐丽林龙绿梅明南宁平青清荣瑞山盛水松泰天望祥新星兴雅阳银永玉源云泽中竹紫"
)


def measure(messages: int) -> dict[str, Any]:
    reads, issue_of = _city(messages)
    held = memory.used_mb()
    before = _cpu()
    started = time.perf_counter()
    with memory.watched() as peak:
        issues = group(reads, seed=SEED)
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "cpu_seconds": _cpu() - before,
        "words_mb": held,
        "peak_mb": peak.mb,
        "load average": os.getloadavg()[0],
        "issues of two and more": sum(len(issue.members) > 1 for issue in issues),
        "f1 on the invented issues": _f1(reads, issues, issue_of),
    }


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _city(messages: int) -> tuple[list[Read], list[int]]:
    """Messages and the number of each one's issue."""
    rng = random.Random(SEED)
    by_leaf: dict[str, list[Read]] = defaultdict(list)
    for at, sample in enumerate(corpus.seed_samples()):
        by_leaf[sample.label].append(Reader().read(Message(str(at), sample.title, sample.text)))
    leaves = sorted(by_leaf)
    reads: list[Read] = []
    issue_of: list[int] = []
    issue = 0
    while len(reads) < messages:
        texts = by_leaf[rng.choice(leaves)]
        text, place = rng.choice(texts), (_place(rng), rng.choice(ENDINGS))
        for _ in range(min(messages - len(reads), _size(rng))):
            reads.append(_message(str(len(reads)), text, rng.choice(texts), place, rng))
            issue_of.append(issue)
        issue += 1
    return reads, issue_of


def _size(rng: random.Random) -> int:
    return max(1, min(500, int(rng.paretovariate(1.25))))


def _place(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(2))


def _message(name: str, text: Read, other: Read, place: tuple[str, str], rng: random.Random) -> Read:
    def mixed(these: tuple[str, ...], those: tuple[str, ...]) -> list[str]:
        return [word for word in these if rng.random() < KEPT] + [word for word in those if rng.random() < FOREIGN]

    title = [*place, *mixed(text.title_words, other.title_words)]
    body = [*place, *mixed(text.body_words, other.body_words)]
    return Read(name, "".join(title), None, "", tuple(title), tuple(body), name_words=place, names=("".join(place),))


def _f1(reads: list[Read], issues: tuple[Any, ...], issue_of: list[int]) -> float:
    """On the first thousand issues: the score looks every issue up in every group."""
    members: dict[int, set[str]] = defaultdict(set)
    for each, number in zip(reads, issue_of, strict=True):
        if number < 1_000:
            members[number].add(each.id)
    key = tuple(KeyIssue(str(number), frozenset(ids)) for number, ids in members.items())
    known = frozenset().union(*members.values())
    groups = [[reads[at].id for at in issue.members] for issue in issues]
    return issue_scores([group for group in groups if not known.isdisjoint(group)], key).f1
