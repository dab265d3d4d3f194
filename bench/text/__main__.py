"""What the text engine does on real messages, against other ways to do it.

    python -m bench.text --data DIR [folds raw cold unit places cut speed] [--no-peers] [--pseudo] [--json FILE]
    python -m bench.text names hostile

DIR holds the files that `bench/text/sources.py` names; names and hostile bring their own texts.
Prints tables; everything is in the JSON too.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.text import cold, cut, hostile, located, names, seven, speed, unit
from bench.text.sources import SEED, Sources, shipped
from nlp.core import artefact, modelfile, topic

PARTS = ("folds", "raw", "cold", "unit", "places", "cut", "speed")
WITHOUT_DATA = ("names", "hostile")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", choices=[*PARTS, *WITHOUT_DATA, []], default=[])
    options.add_argument("--data", type=Path)
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--pseudo", action="store_true", help="cold start: one round of pseudo-labels as well")
    options.add_argument("--json", type=Path, default=Path("var/bench/text.json"))
    chosen = options.parse_args()
    if chosen.data is None and not set(chosen.parts or PARTS) <= set(WITHOUT_DATA):
        options.error("--data is needed for everything but " + ", ".join(WITHOUT_DATA))
    sources = Sources(chosen.data or Path())
    found: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    }
    for part in chosen.parts or PARTS:
        started = time.monotonic()
        found[part] = PARTS_BY_NAME[part](sources, chosen)
        say(part, found[part], time.monotonic() - started)
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _speed(sources: Sources, chosen: argparse.Namespace) -> dict[str, Any]:
    truth = [line["label"] for line in sources.segmented]
    groups = [line["dup_group"] for line in sources.segmented]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.model"
        model, _ = topic.fit(sources.segmented_documents, truth, groups, known=shipped().linear, seed=SEED)
        modelfile.write(path, artefact.topic_to_bytes(model))
        return speed.measure(sources, path)


PARTS_BY_NAME = {
    "folds": lambda sources, chosen: seven.folds(sources, peers=not chosen.no_peers),
    "raw": lambda sources, chosen: seven.raw(sources),
    "cold": lambda sources, chosen: cold.measure(sources, pseudo=chosen.pseudo),
    "unit": lambda sources, chosen: unit.measure(sources),
    "places": lambda sources, chosen: located.measure(sources),
    "cut": lambda sources, chosen: cut.measure(sources),
    "speed": _speed,
    "names": lambda sources, chosen: names.measure(),
    "hostile": lambda sources, chosen: hostile.measure(),
}


def say(part: str, found: dict[str, Any], seconds: float) -> None:
    print(f"\n== {part} ({seconds:.0f} s)")
    for name, figures in found.items():
        if not isinstance(figures, dict):
            print(f"  {name:34} {figures:.3f}" if isinstance(figures, float) else f"  {name:34} {figures}")
        elif "macro_f1" in figures:
            print(f"  {name:34} {line(figures)}")
        else:
            print(f"  {name:34} " + "  ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    if part == "cold":
        for name, figures in found.items():
            print(f"  {name}: " + ", ".join(f"{label} {row['f1']:.2f}" for label, row in figures["per_label"].items()))


def line(figures: dict[str, Any]) -> str:
    coverage = " ".join(f"{floor}:{figures['coverage'][floor]:.2f}" for floor in ("0.95", "0.98", "0.99"))
    return (
        f"n {figures['texts']:5}  macro-F1 {figures['macro_f1']:.4f} "
        f"[{figures['macro_f1_low']:.3f}–{figures['macro_f1_high']:.3f}]  accuracy {figures['accuracy']:.4f}  "
        f"ECE {figures['calibration_error']:.3f}  answered at {coverage}"
    )


if __name__ == "__main__":
    main()
