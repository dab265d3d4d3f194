"""Read the authored texts: the seed corpus and what each leaf of the category tree is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
SEED, LEAVES = CORPUS / "seed", CORPUS / "lexicon" / "leaves.txt"
REQUEST_TYPES = ("咨询", "求助", "投诉", "举报", "建议", "感谢")
BAR = "｜"


class BadCorpus(ValueError):
    """语料文件格式不对。"""


@dataclass(frozen=True)
class Sample:
    """One labelled text; samples of one `group` (copies of one text) stay on one side of a split."""

    text: str
    label: str
    request_type: str = ""
    title: str = ""
    group: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Leaf:
    """A leaf of the category tree with the words that citizens use for it."""

    code: str
    names: tuple[str, ...]
    keywords: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return " › ".join(self.names)


def seed_samples(folder: Path = SEED) -> list[Sample]:
    """All texts of the seed corpus, in the order of the files."""
    return [sample for path in sorted(folder.glob("*.txt")) for sample in read_seed(path)]


def read_seed(path: Path) -> Iterator[Sample]:
    """The texts of one file: `## code name` opens a leaf, `type｜text` is a text, `#` a comment."""
    code = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            code = line.split()[1]
        elif line.strip() and not line.startswith("#"):
            kind, bar, text = line.partition(BAR)
            if not (code and bar and text.strip() and kind.strip() in REQUEST_TYPES):
                raise BadCorpus(f"{path.name} 第 {number} 行:应为“类型｜文本”,且写在某个“## 编码 名称”之下。")
            yield Sample(text.strip(), code, request_type=kind.strip())


def leaves(path: Path = LEAVES) -> list[Leaf]:
    """The leaves that the project ships, with their words."""
    return list(_leaves(path.read_text(encoding="utf-8").splitlines(), path.name))


def _leaves(lines: Iterable[str], name: str) -> Iterator[Leaf]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            cells = line.split(BAR)
            if len(cells) != 5:
                raise BadCorpus(f"{name} 第 {number} 行:应有编码、三级名称和词语五栏。")
            yield Leaf(cells[0], tuple(cells[1:4]), tuple(cells[4].split()))
