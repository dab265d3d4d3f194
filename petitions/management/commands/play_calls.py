import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string

from petitions.management.phone import plan
from petitions.management.phone.ways import NotTaken, Socket, Webhook
from petitions.models import Extension
from petitions.services import clock


class Command(BaseCommand):
    help = "按话务接口播放虚构的来电（含重复、乱序、放弃和未接的消息），对着正在运行的系统。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--calls", type=int, default=10, help="几通电话（默认 10）")
        parser.add_argument("--rate", type=float, default=0.5, help="平均每秒几通（默认 0.5）")
        parser.add_argument("--talk", type=float, default=20, help="平均通话几秒（默认 20）")
        parser.add_argument("--seed", type=int, default=1, help="同一个数给出同样的通话")
        parser.add_argument("--url", default=settings.SITE_URL, help="系统地址")
        parser.add_argument("--ws", action="store_true", help="走 WebSocket；默认走 webhook")
        parser.add_argument("--extensions", default="", help="响哪些分机，逗号分开；默认所有登记过的")
        parser.add_argument("--at-once", action="store_true", help="不等待：所有通话都刚刚发生过")
        parser.add_argument("--stay", type=float, default=0, help="播完后再连着几秒，执行外呼和话机指令（只用于 --ws）")

    def handle(self, *, calls: int, rate: float, talk: float, seed: int, at_once: bool, **options: Any) -> None:
        if rate <= 0 or talk <= 0 or calls < 0:
            raise CommandError("--rate 和 --talk 要大于 0，--calls 不能小于 0。")
        extensions = _listed(options["extensions"]) or list(Extension.objects.values_list("number", flat=True))
        options["extensions"] = extensions
        name = f"play-{get_random_string(6)}"
        steps = plan.play(calls, rate=rate, talk=talk, extensions=extensions, seed=seed, name=name)
        try:
            way = self.way(options, seed)
            results = Counter(send(way, steps, at_once=at_once))
            dialled = way.stay(options["stay"])
            way.close()
        except NotTaken as refusal:
            raise CommandError(f"消息没有收下：{refusal}") from refusal
        told = "，".join(f"{word} {count}" for word, count in sorted(results.items()))
        self.stdout.write(f"{calls} 通电话，{len(steps)} 条消息：{told}；执行 {dialled} 个指令。")

    def way(self, options: dict[str, Any], seed: int) -> Webhook | Socket:
        secret = next((key.partition(":")[2] for key in settings.TELEPHONY_KEYS), "")
        if not secret:
            raise CommandError("没有配置 TELEPHONY_KEYS，见 docs/howto/telephony.md。")
        if options["ws"]:
            return Socket(options["url"], secret, now=clock.now, seed=seed, desks=options["extensions"])
        return Webhook(options["url"], secret)


def send(way: Webhook | Socket, steps: list[plan.Step], *, at_once: bool) -> list[str]:
    """Send each message when its time has come. Returns what became of each."""
    length = max((step.happens for step in steps), default=0)
    start = clock.now() - timedelta(seconds=length if at_once else 0)
    results = []
    for step in steps:
        if not at_once:
            time.sleep(max(0, (_moment(start, step.sent) - clock.now()).total_seconds()))
        message = step.message(_moment(start, step.happens).isoformat())
        results += [result["status"] for result in way.send([message])]
    return results


def _moment(start: datetime, seconds: float) -> datetime:
    return start + timedelta(seconds=seconds)


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
