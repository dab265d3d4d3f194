"""The row of figures on top of a board: what came in, the three rates, what is open, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.board_links import Links
from frontend.charts import Bullet, Hill, bullet, hill
from petitions.insight.board.reading import Board
from petitions.insight.rates import Rate

TARGETS = {"response": 0.99, "solved": 0.95, "satisfied": 0.97, "closed_in_time": 0.95}
RATES = {
    "response": (gettext_lazy("响应率"), "not_contacted"),
    "solved": (gettext_lazy("解决率"), "unsolved"),
    "satisfied": (gettext_lazy("满意率"), "dissatisfied"),
}
BACK = 24  # hours of the small curves of a day


@dataclass(frozen=True)
class Figure:
    """One tile. `tone` colours the change ('up', 'bad' or ''), `lamp` names the tag in place of a word."""

    code: str
    word: Any
    number: str
    unit: str = ""
    href: str = ""
    note: Any = ""
    change: str = ""
    tone: str = ""
    lamp: str = ""
    hill: Hill | None = None
    bullet: Bullet | None = None
    says: str = ""


def figures(board: Board, links: Links, targets: dict[str, float], path: str) -> list[Figure]:
    """`path`: of the area, as the case list filters by it."""
    rates = [_rate(board, links, name, targets.get(name, TARGETS[name])) for name in RATES]
    return [_received(board, links), *rates, _open(board, links), *_late(board, links, path)]


def _received(board: Board, links: Links) -> Figure:
    scope, flow = board.scope, board.flow
    found = sum(flow.ways.values())
    now, before, note = _compared(board)
    word = _("今日受理") if scope.name == "day" else _("受理")
    return Figure(
        "received",
        word,
        f"{found:,}",
        _("件"),
        links.cases(),
        note,
        signed(100 * (now - before) / before, "%") if before else "",
        hill=hill(_curve(board)),
        says=_("含并案、转告，不含无效件"),
    )


def _compared(board: Board) -> tuple[int, int, str]:
    """(now, before, what that is): full hours against yesterday's, full days against as many before, if at hand."""
    scope, flow = board.scope, board.flow
    if scope.name == "day":
        hours, yesterday = range(_clock(board)), scope.today - timedelta(days=1)
        now, before = (sum(flow.hour(day, hour).received for hour in hours) for day in (scope.today, yesterday))
        return now, before, _("较昨日同时")
    days = (min(scope.last, scope.today - timedelta(days=1)) - scope.first).days + 1
    if scope.first - timedelta(days=days) < scope.earliest:
        return 0, 0, ""
    now, before = (
        sum(flow.day(start + timedelta(days=step)).received for step in range(days))
        for start in (scope.first, scope.first - timedelta(days=days))
    )
    return now, before, _("较前一时段")


def _curve(board: Board) -> list[float]:
    scope, flow = board.scope, board.flow
    if scope.name == "day":
        return [flow.hour(scope.today, hour).received for hour in range(_clock(board) + 1)]
    return [flow.day(scope.first + timedelta(days=step)).received for step in range(scope.days)]


def _clock(board: Board) -> int:
    return timezone.localtime(board.now).hour


def _rate(board: Board, links: Links, name: str, target: float) -> Figure:
    word, behind = RATES[name]
    rate: Rate = getattr(board.pooled, name)
    said = {"target": f"{100 * target:g}"}
    if rate.value is None or rate.interval is None:
        return Figure(name, word, "—", note=_("目标 %(target)s") % said, says=_("还没有回访结果"))
    low, high = (f"{100 * end:.1f}" for end in rate.interval)
    return Figure(
        name,
        word,
        f"{100 * rate.value:.1f}",
        "%",
        links.scores(behind),
        _("目标 %(target)s") % said,
        signed(100 * (rate.value - target)),
        "up" if rate.value >= target else "bad",
        bullet=bullet(rate.value, rate.interval, target),
        says=_("95%% 区间 %(low)s–%(high)s，n=%(n)s") % {"low": low, "high": high, "n": rate.n},
    )


def _open(board: Board, links: Links) -> Figure:
    """The curve is worked out backwards from what is open now."""
    today = board.flow.day(board.scope.today)
    stock, curve = board.open, [float(board.open)]
    local = _last_hours(board)
    for day, hour in reversed(local[1:]):
        moved = board.flow.hour(day, hour)
        stock -= moved.received - moved.closed
        curve.append(stock)
    return Figure(
        "open",
        _("在办"),
        f"{board.open:,}",
        href=links.cases(first="", last="", result=["open", "sent_back"]),
        note=_("今日增减"),
        change=signed(today.received - today.closed),
        hill=hill(curve[::-1]),
    )


def _late(board: Board, links: Links, path: str) -> list[Figure]:
    broke = [board.flow.hour(day, hour).overdue for day, hour in _last_hours(board)]
    ahead = board.dues.ahead
    return [
        Figure(
            "soon",
            _("临期"),
            f"{board.dues.soon:,}",
            href=links.clocks("soon", path),
            note=_("24 小时内到期"),
            change=f"{sum(ahead):,}",
            lamp="soon",
            hill=hill(ahead),
        ),
        Figure(
            "over",
            _("超期"),
            f"{board.dues.over:,}",
            href=links.clocks("over", path),
            note=_("24 小时内新超期"),
            change=f"{sum(broke):,}",
            lamp="over",
            hill=hill(broke),
        ),
    ]


def _last_hours(board: Board) -> list[tuple[Any, int]]:
    now = timezone.localtime(board.now)
    moments = [now - timedelta(hours=ago) for ago in reversed(range(BACK))]
    return [(moment.date(), moment.hour) for moment in moments]


def signed(number: float, unit: str = "") -> str:
    """+1.2 or −1.2 with a real minus; whole numbers without a point; nothing before a zero."""
    if not number:
        return f"0{unit}"
    text = f"{number:+,.1f}" if isinstance(number, float) else f"{number:+,}"
    return text.replace("-", "−") + unit
