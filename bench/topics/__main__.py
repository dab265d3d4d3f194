"""Hot issues and monthly topics on real messages, against other ways to find them.

    python -m bench.topics hot --data DIR [--key FILE]
    python -m bench.topics learn --data DIR [--key FILE]        (writes nlp/corpus/issue_pairs.csv)
    python -m bench.topics months --data DIR
    python -m bench.topics scale --messages 50000 200000

DIR holds the files that bench/topics/sources.py names; scale brings its own texts. BERTopic is measured where it is
installed: `pip install --no-deps bertopic==0.17.4 && pip install pandas plotly tqdm` (without a language model).
Prints tables; everything is in the JSON too.
"""

import argparse
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.topics import hot, learn, monthly, scale
from bench.topics.sources import Sources

Named = tuple[str, dict[str, Any]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", choices=PARTS)
    options.add_argument("--data", type=Path, help="folder of the real messages (not for scale)")
    options.add_argument("--key", type=Path, action="append", default=[], help="a further key of hot issues")
    options.add_argument("--messages", type=int, nargs="+", default=[50_000])
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    if chosen.data is None and chosen.part != "scale":
        options.error("--data is needed")
    found: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    }
    path = chosen.json or Path("var/bench") / f"topics_{chosen.part}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, figures in PARTS[chosen.part](chosen):
        print(f"{name:26} {_line(figures)}", flush=True)
        found[name] = figures
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _learn(chosen: argparse.Namespace) -> Iterator[Named]:
    judged = learn.Judged(Sources(chosen.data, tuple(chosen.key)))
    learn.write(judged.fit())
    yield "judged pairs", {"all": len(judged.same), "the same": int(judged.same.sum())}


PARTS = {
    "hot": lambda chosen: hot.measure(Sources(chosen.data, tuple(chosen.key))),
    "learn": _learn,
    "months": lambda chosen: monthly.measure(Sources(chosen.data)),
    "scale": lambda chosen: ((f"{messages} messages", scale.measure(messages)) for messages in chosen.messages),
}


def _line(figures: dict[str, Any]) -> str:
    return "  ".join(
        f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()
    )


if __name__ == "__main__":
    main()
