"""A million past cases in minutes: authored texts, taken apart and put together again at invented addresses, by COPY.

Clauses are cut into terms once, so a row costs microseconds. A third of the rows are repeats of one problem at one
address (hot issues of very different sizes), as they are in a city.
"""

import io
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection

from nlp.core import corpus
from nlp.core.search import index_terms
from petitions.models import Petition
from petitions.queries.telling import quoted
from routing.models import Area, Category

Clause = tuple[str, tuple[str, ...]]  # its words and index terms
CLAUSE = re.compile(r"[^。！？；，,!?;\n]+[。！？；，,!?;\n]*")
KEPT, BORROWED, REPEATED = 0.8, 0.3, 0.33
FIRST = "锦翠金兰和宁康嘉瑞盛华星月云枫柳桂松竹梅荷"
SECOND = "苑湖江河山泉岸庭景园城府台里湾谷溪桥林庄"
ENDS = ("小区", "家园", "花园", "新村", "公寓", "广场")
SHEETS = 20_000
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Spot:
    """An address: the area it lies in and its words."""

    area_id: int
    path: str
    words: str
    terms: tuple[str, ...]


class City:
    """Draws cases; the same seed draws the same ones."""

    def __init__(self, seed: int, *, addresses: int = 3_000, names: tuple[str, str] = (FIRST, SECOND)):
        self.names = names
        self.rng = random.Random(seed)
        self.clauses = {sample: _clauses(sample.text) for sample in corpus.seed_samples()}
        self.samples = list(self.clauses)
        self.of_leaf: dict[str, list[corpus.Sample]] = defaultdict(list)
        for sample in self.samples:
            self.of_leaf[sample.label].append(sample)
        self.leaf_ids = dict(Category.objects.leaves().values_list("code", "pk"))
        self.spots = list(self._spots(addresses))
        self.issues = [(self.rng.choice(self.samples), self.rng.choice(self.spots)) for _ in range(4_000)]

    def _spots(self, count: int) -> Iterator[Spot]:
        areas = list(Area.objects.filter(level=Area.Level.COMMUNITY).values_list("pk", "path", "name"))
        for _ in range(count):
            pk, path, name = self.rng.choice(areas)
            block = self.rng.choice(self.names[0]) + self.rng.choice(self.names[1]) + self.rng.choice(ENDS)
            words = f"{name}{block}"
            yield Spot(pk, path, words, tuple(index_terms(words)))

    def case(self) -> tuple[corpus.Sample, Spot, str, list[str]]:
        """What it is about, where, its text and its index terms."""
        rng = self.rng
        if rng.random() < REPEATED:
            # Few issues have thousands of cases, most have a handful.
            sample, spot = self.issues[int(len(self.issues) * rng.random() ** 4)]
        else:
            sample, spot = rng.choice(self.samples), rng.choice(self.spots)
        said = self.said(sample)
        number = str(rng.randrange(1, 60))
        terms = dict.fromkeys((*spot.terms, number, *(term for _, found in said for term in found)))
        text = f"{spot.words}{number}号楼，" + "".join(words for words, _ in said)
        return sample, spot, text, list(terms)

    def said(self, sample: corpus.Sample) -> list[Clause]:
        """The sample as another person might tell it: some clauses left out, sometimes one of a like sample added."""
        rng = self.rng
        said = [clause for clause in self.clauses[sample] if rng.random() < KEPT] or self.clauses[sample]
        if rng.random() < BORROWED:
            said = [*said, rng.choice(self.clauses[rng.choice(self.of_leaf[sample.label])])]
        return said


def _clauses(text: str) -> list[Clause]:
    return [(clause, tuple(index_terms(clause))) for clause in CLAUSE.findall(text)] or [(text, ())]


def fill(city: City, count: int) -> None:
    """Put this many invented past cases into the empty table."""
    _copy(row_and_query(city, pk)[0] for pk in range(1, count + 1))


def fill_with(texts: Sequence[tuple[str, list[str]]]) -> None:
    """Put these cases (title, index terms) into the empty table, numbered from 1."""
    _copy(
        {"id": pk, "no": f"B{pk:015}", "title": title, "text": title, "search": lexemes(terms)}
        for pk, (title, terms) in enumerate(texts, start=1)
    )


def _copy(rows: Iterator[dict[str, Any]]) -> None:
    """Triggers and foreign keys are not asked; the index is built afterwards."""
    usual = usual_row()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        cursor.execute("DROP INDEX IF EXISTS petition_search")
        put(cursor, "petitions_petition", (usual | row for row in rows))
        cursor.execute("CREATE INDEX petition_search ON petitions_petition USING gin (search)")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE petitions_petition")


def put(cursor: Any, table: str, rows: Iterator[dict[str, Any]]) -> None:
    """Rows with the same columns into a table, by COPY."""
    while some := list(islice(rows, SHEETS)):
        columns, sheet = list(some[0]), io.StringIO()
        sheet.writelines(_line(columns, row) for row in some)
        sheet.seek(0)
        cursor.copy_expert(f"COPY {table} ({','.join(columns)}) FROM STDIN", sheet)


def usual_row() -> dict[str, Any]:
    """Every column of a case as a new one has it, ended long ago."""
    empty = Petition(state="archived", outcome="solved")
    row = {field.column: getattr(empty, field.attname) for field in Petition._meta.concrete_fields}
    return row | {"channel": "phone", "received_at": LONG_AGO, "closed_at": LONG_AGO}


def row_and_query(city: City, pk: int) -> tuple[dict[str, Any], tuple[str, list[str], str, str]]:
    """A case's row, and how a search asks for the like of it: title, terms, place, category."""
    sample, spot, text, terms = city.case()
    title = (spot.words + text.split("，", 2)[1])[:40]
    row = {
        "id": pk,
        "no": f"B{pk:015}",
        "title": title,
        "text": text,
        "redacted_text": text,
        "category_id": city.leaf_ids.get(sample.label),
        "area_id": spot.area_id,
        "search": lexemes(terms),
    }
    return row, (title, terms, spot.path, sample.label)


def lexemes(terms: Iterable[str]) -> str:
    return " ".join(quoted(term) for term in terms)


def _line(columns: list[str], row: dict[str, Any]) -> str:
    return "\t".join(cell(row[column]) for column in columns) + "\n"


def cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{}"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")
