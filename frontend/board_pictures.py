"""The pictures that a script draws on a board: the river of kinds, ways from channel to result, hours of the week."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.board_links import Links
from frontend.board_tables import Cell, Picture
from petitions.insight.board.reading import Board
from petitions.insight.models import Result
from petitions.states import Channel

MOST_KINDS = 7  # as many colours as can be told apart; the rest is one band
OTHER = ""
WEEKDAYS = [gettext_lazy(word) for word in ("周一", "周二", "周三", "周四", "周五", "周六", "周日")]


def kinds(board: Board) -> dict[str, str]:
    """code → name of the first levels with most cases in the last days, OTHER last; one order for all pictures."""
    count: Counter[tuple[str, str]] = Counter()
    for (_day, leaf), received in board.flow.kinds.items():
        count[_root(board, leaf)] += received
    biggest = [root for root, n in count.most_common() if root[0] and n > 0][:MOST_KINDS]
    return dict(biggest) | {OTHER: _("其他")}


def river(board: Board, links: Links, known: dict[str, str]) -> Picture:
    days = board.scope.river_days
    count: Counter[tuple[str, Any]] = Counter()
    for (day, leaf), received in board.flow.kinds.items():
        count[_kind(board, leaf, known), day] += received
    shown = [code for code in known if any(count[code, day] for day in days)]
    sums = {code: sum(count[code, day] for day in days) for code in shown}
    top = max(shown, key=lambda code: sums[code], default=None)
    said = {"name": known[top], "n": f"{sums[top]:,}"} if top is not None else {}
    return Picture(
        "river",
        _("近 30 日各大类的受理量，%(name)s最多，共 %(n)s 件") % said if said else _("近 30 日没有受理"),
        [_("日期"), *(known[code] for code in shown)],
        [
            [
                Cell(f"{day:%m-%d}"),
                *(
                    Cell(count[code, day], links.cases(first=day, last=day, category=code) if code else "")
                    for code in shown
                ),
            ]
            for day in reversed(days)
        ],
        links.sheet("river"),
        note=_("近 30 日，到昨天"),
        data={
            "days": [day.isoformat() for day in days],
            "bands": [{"name": known[code], "values": [count[code, day] for day in days]} for code in shown],
        },
    )


def ways(board: Board, links: Links, known: dict[str, str]) -> Picture:
    count: Counter[tuple[str, str, str]] = Counter()
    for (channel, leaf, result), received in board.flow.ways.items():
        count[channel, _kind(board, leaf, known), result] += received
    lines = [(way, n) for way, n in count.most_common() if n > 0]
    total = sum(n for _way, n in lines)
    ended = sum(n for (_c, _k, result), n in lines if result not in (Result.OPEN, Result.SENT_BACK))
    return Picture(
        "ways",
        _("渠道到类别到结果：共 %(n)s 件，已有结果 %(ended)s 件") % {"n": f"{total:,}", "ended": f"{ended:,}"},
        [_("渠道"), _("类别"), _("结果"), _("件数")],
        [
            [
                Cell(_channel(channel)),
                Cell(known[kind]),
                Cell(result_word(result)),
                Cell(n, links.cases(channel=channel, category=kind, result=[result]) if kind else ""),
            ]
            for (channel, kind, result), n in lines
        ],
        links.sheet("ways"),
        note=_("渠道 → 类别 → 结果"),
        data=_nodes(lines, known, links),
    )


def _nodes(lines: list, known: dict[str, str], links: Links) -> dict[str, Any]:
    """Names must be unique over all three columns, so each carries the letter of its column."""
    left: Counter[str] = Counter()
    middle: Counter[str] = Counter()
    right: Counter[str] = Counter()
    joints: Counter[tuple[str, str]] = Counter()
    for (channel, kind, result), n in lines:
        left[channel] += n
        middle[kind] += n
        right[result] += n
        joints[f"c:{channel}", f"k:{kind}"] += n
        joints[f"k:{kind}", f"r:{result}"] += n
    nodes = [
        {"name": f"c:{code}", "word": _channel(code), "href": links.cases(channel=code)}
        for code, _n in left.most_common()
    ]
    nodes += [
        {"name": f"k:{code}", "word": word, "href": links.cases(category=code) if code else ""}
        for code, word in known.items()
        if middle[code]
    ]
    nodes += [
        {"name": f"r:{code}", "word": result_word(code), "href": links.cases(result=[code])}
        for code in Result.values
        if right[code]
    ]
    return {
        "nodes": nodes,
        "links": [{"source": one, "target": other, "value": n} for (one, other), n in joints.items()],
        "kinds": [f"k:{code}" for code in known],
    }


def week(board: Board, links: Links) -> Picture:
    """Whole days only, so that every weekday is there equally often."""
    first, last = board.scope.heat_since, board.scope.today - timedelta(days=1)
    count: Counter[tuple[int, int]] = Counter()
    for (day, clock), hour in board.flow.hours.items():
        if first <= day <= last:
            count[day.isoweekday(), clock] += hour.received
    busiest, n = count.most_common(1)[0] if count else ((1, 0), 0)
    said = {"day": WEEKDAYS[busiest[0] - 1], "hour": busiest[1], "n": n}
    links_of = {
        (day, clock): links.cases(first=first, last=last, weekday=day, clock=clock) for day, clock in count if count
    }
    return Picture(
        "week",
        _("近 4 周各小时的受理量，%(day)s %(hour)s 时最忙，共 %(n)s 件") % said if n else _("近 4 周没有受理"),
        [_("时段"), *WEEKDAYS],
        [
            [
                Cell(f"{clock:02}:00"),
                *(Cell(count[day, clock], links_of.get((day, clock), "")) for day in range(1, 8)),
            ]
            for clock in range(24)
        ],
        links.sheet("week"),
        note=_("近 4 周 · 最忙%(day)s %(hour)s 时") % said if n else _("近 4 周"),
        data={
            "days": [str(word) for word in WEEKDAYS],
            "cells": [[clock, day - 1, count[day, clock]] for day in range(1, 8) for clock in range(24)],
            "href": links.cases(first=first, last=last) + "&weekday={day}&clock={clock}",
        },
    )


def result_word(code: str) -> str:
    return _(Result(code).label)


def _root(board: Board, leaf: int | None) -> tuple[str, str]:
    return board.roots.get(leaf, (OTHER, "")) if leaf else (OTHER, "")


def _kind(board: Board, leaf: int | None, known: dict[str, str]) -> str:
    code = _root(board, leaf)[0]
    return code if code in known else OTHER


def _channel(code: str) -> str:
    return str(Channel(code).label) if code in Channel.values else code
