"""Files for import tests: a row that is fine, and ways to write it down."""

import csv
from pathlib import Path

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
ROW = ("1001", "U01", "路灯不亮", "2019/2/28 11:25:05", "江北区望河街道柳堤路的路灯坏了三天，晚上一片漆黑。")


def a_csv(path: Path, *rows, headings=HEADINGS, encoding="utf-8", delimiter=",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([headings, *rows])
    return path


def a_row(number: int = 1001, **cells) -> tuple:
    names = ("id", "user", "title", "time", "body")
    return tuple(cells.get(name, value) for name, value in zip(names, (str(number), *ROW[1:]), strict=True))


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def lines_of(path: Path) -> list[list[str]]:
    """The rows of a problems file, without its heading; none when there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file))[1:]
