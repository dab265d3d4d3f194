"""How a model trained only on the shipped corpus does on other people's messages: seven first-level labels.

    python bench/cold_start.py --data DIR

DIR holds `labelled_raw_sample.csv` (title, body, label: the figure to report) and, optionally,
`labelled_segmented.csv` (tokens, label: the larger set to develop on). Our leaves are read as their labels by
`seven_labels.csv`, which follows the names of the official tree; leaves of fields outside the seven are left out.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nlp.core import category, corpus, evaluate, labels
from nlp.core.corpus import Sample

SEED = 20240601  # as nlp/training.py, which needs Django
HERE = Path(__file__).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--json", type=Path, default=Path("var/bench/cold_start.json"))
    chosen = options.parse_args()
    mapping = labels.LabelMap.read(HERE / "seven_labels.csv")
    started = time.perf_counter()
    samples = corpus.seed_samples()
    model, _ = category.fit(samples, corpus.leaves(), seed=SEED)
    took = time.perf_counter() - started
    print(f"trained on {len(samples)} authored texts, {len(model.linear.labels)} leaves, {took:.1f} s")
    reports = {name: report(model, texts, mapping) for name, texts in sources(chosen.data)}
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(reports, ensure_ascii=False, indent=1), encoding="utf-8")


def sources(folder: Path) -> list[tuple[str, list[Sample]]]:
    found = [("labelled_raw_sample.csv", labels.labelled_file(folder / "labelled_raw_sample.csv"))]
    segmented = folder / "labelled_segmented.csv"
    if segmented.exists():
        texts = [
            Sample(row["tokens"].replace(" ", ""), row["label"])
            for row in labels.rows(segmented, needed=("tokens", "label"))
        ]
        found.append(("labelled_segmented.csv (tokens joined)", texts))
    return found


def report(model: category.CategoryModel, samples: list[Sample], mapping: labels.LabelMap) -> dict[str, object]:
    truth = [sample.label for sample in samples]
    found = evaluate.measure(labels.mapped_chances(model, samples, mapping), mapping.labels, truth)
    low = evaluate.lower_bound(round(found.accuracy * found.texts), found.texts)
    print(f"\n{name_line(found)}  (accuracy 95 % from {low:.3f})")
    for label, row in found.per_label.items():
        print(f"  {label:　<8} n={row['texts']:<5} P {row['precision']:.3f}  R {row['recall']:.3f}  F1 {row['f1']:.3f}")
    return found.as_dict()


def name_line(found: evaluate.Report) -> str:
    return (
        f"n={found.texts}: accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}, "
        f"top-3 {found.top_3:.3f}, ECE {found.calibration_error:.3f}"
    )


if __name__ == "__main__":
    main()
