"""The data sheet of the authored seed corpus: how much, how balanced, how long, how many near-copies.

    python bench/corpus_sheet.py

The table in nlp/corpus/README.md is this output.
"""

import statistics
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nlp.core import copies, corpus  # noqa: E402


def main() -> None:
    samples = corpus.seed_samples()
    per_leaf = Counter(sample.label for sample in samples)
    groups = Counter(copies.groups([sample.text for sample in samples]))
    copied = sum(size - 1 for size in groups.values())
    lengths = sorted(len(sample.text) for sample in samples)
    print(f"texts {len(samples)}, leaves {len(per_leaf)}, per leaf {min(per_leaf.values())}–{max(per_leaf.values())}")
    print(f"near-copies (MinHash) {copied} = {copied / len(samples):.2%}")
    tenths = statistics.quantiles(lengths, n=10)
    median, short, long = lengths[len(lengths) // 2], tenths[0], tenths[-1]
    print(f"length in characters: median {median}, 10 % under {short:.0f}, 10 % over {long:.0f}")
    print(f"characters in all {sum(lengths):,}\n")
    names = {leaf.code: leaf.names[0] for leaf in corpus.leaves()}
    branches = Counter((sample.label[:2], names[sample.label]) for sample in samples)
    for (code, name), count in sorted(branches.items()):
        leaves = len({label for label in per_leaf if label.startswith(code)})
        print(f"| {code} {name} | {leaves} | {count} |")
    print()
    for kind, count in Counter(sample.request_type for sample in samples).most_common():
        print(f"| {kind} | {count} | {count / len(samples):.1%} |")


if __name__ == "__main__":
    main()
