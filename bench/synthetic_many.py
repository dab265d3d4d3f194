"""Ten million past cases in minutes: what was said is drafted once, PostgreSQL puts it together with addresses.

`synthetic_cases.fill` makes every case in Python (ten million take an hour and their indexes as long again). Here
Python makes 200,000 drafts (clauses of an authored text, left out and borrowed as there) and some thousand addresses; a
case is a draft at an address with a house number, drawn by a hash of its id, so an id always gives the same case.
Indexes are dropped before and built afterwards; the term statistics that the search reads are made by ANALYZE.

Like a city: a third of the cases repeat one problem at one address; from three million cases on an address has a
thousand of them, and most have a name of their own, so names stay telling; few callers have much of it; ids follow ten
years of dates; two words of each case are had by only a dozen others, which is what makes an index of real texts large.

Unlike a city: no draft is new (at ten million each is used fifty times, at other addresses), so ordinary words are
fewer and commoner than in real letters, and copies tie; the rare words are never asked for; there are as few areas as
in the fictional city; callers are numbers without rows; all cases are archived; nothing hangs on a case but its row.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

import psycopg2
from django.db import connection
from synthetic_cases import REPEATED, City, cell, lexemes, put, usual_row

DRAFTS, PIECE, CONNECTIONS = 200_000, 100_000, 2
CASES_AT_ADDRESS, FEWEST_ADDRESSES = 1_000, 3_000
YEARS, CASES_OF_CALLER = 10, 3
NAMES = (
    "锦翠金兰和宁康嘉瑞盛华星月云枫柳桂松竹梅荷紫碧青蓝银玉珠珑琴棋墨雅逸颐恒泰鼎鸿鹏凤龙麒麟鹤鹭燕莺雁澜澄沁润泓淳汇润沐霖"
    "霞曦晨暮晴朗旭昌隆祥福禄寿喜吉庆丰裕富贵荣耀辉煌景悦馨怡臻尚御首领冠皇帝王君府第卿",
    "苑湖江河山泉岸庭景园城府台里湾谷溪桥林庄轩阁榭楼坊郡邸墅峰岭岗坡原野畔洲汀渚浦港渡津塘池渠潭瀑涧峡海洋滨澜波涛浪潮汐"
    "堡寨营屯集市街巷弄道径门坛寺塔亭廊院宅舍居家村",
)

PARTS = """
CREATE UNLOGGED TABLE bench_said (id int, category_id bigint, opening text, text text, terms tsvector);
CREATE UNLOGGED TABLE bench_spot (id int, area_id bigint, words text, terms tsvector);
CREATE UNLOGGED TABLE bench_issue (id int, sample int, spot int);
CREATE FUNCTION bench_share(id bigint, what int) RETURNS float IMMUTABLE LANGUAGE sql RETURN
    (hashint8extended(id, what) & 2147483647) / 2147483648.0;
CREATE FUNCTION bench_rare(id bigint, what int) RETURNS text IMMUTABLE LANGUAGE sql RETURN
    chr(20000 + floor(bench_share(id, what) * 1250)::int) || chr(25000 + floor(bench_share(id, what + 1) * 1250)::int);
"""
GONE = "DROP TABLE bench_said, bench_spot, bench_issue; DROP FUNCTION bench_rare, bench_share;"
# Few issues have thousands of cases, most have a handful; the same with callers (fourth power).
CASES = """
INSERT INTO petitions_petition ({columns})
SELECT {values}
FROM (SELECT n, bench_share(n, 1) < {repeated} AS repeats, floor(bench_share(n, 2) * 59)::int + 1 AS number,
             floor(bench_share(n, 3) ^ 4 * {issues})::int AS issue, floor(bench_share(n, 4) * {spots})::int AS spot,
             floor(bench_share(n, 5) * {each})::int AS one, floor(bench_share(n, 6) * {samples} * {each})::int AS said
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) drawn
LEFT JOIN bench_issue issue ON repeats AND issue.id = drawn.issue
JOIN bench_spot spot ON spot.id = COALESCE(issue.spot, drawn.spot)
JOIN bench_said said ON said.id = COALESCE(issue.sample * {each} + one, drawn.said)
"""
MADE = {
    "id": "n",
    "no": "'B' || lpad(n::text, 15, '0')",
    "title": "left(spot.words || said.opening, 40)",
    "text": "spot.words || number || '号楼，' || said.text",
    "redacted_text": "spot.words || number || '号楼，' || said.text",
    "search": "spot.terms || said.terms || array_to_tsvector(ARRAY[number::text, bench_rare(n, 7), bench_rare(n, 9)])",
    "category_id": "said.category_id",
    "area_id": "spot.area_id",
    "caller_id": "1 + floor(bench_share(n, 11) ^ 4 * {callers})::bigint",
    "received_at": "timestamptz '2016-01-01Z' + n * interval '{years} years' / {count}",
    "closed_at": "timestamptz '2016-01-06Z' + n * interval '{years} years' / {count}",
}
# Those of constraints stay: what they hold comes in order or is missing. The largest is built first.
INDEXES = """
SELECT indexdef, format('DROP INDEX %I', indexname) FROM pg_indexes WHERE schemaname = current_schema
AND tablename = 'petitions_petition' AND indexname NOT IN (SELECT conname FROM pg_constraint)
ORDER BY indexname = 'petition_search' DESC, indexname
"""
SETTINGS = """
SET session_replication_role = replica; SET work_mem = '512MB'; SET maintenance_work_mem = '2GB';
SET synchronous_commit = off; SET max_parallel_maintenance_workers = 0
"""


def city(count: int) -> City:
    """The city of so many cases; the same count gives the same one."""
    return City(1, addresses=max(FEWEST_ADDRESSES, count // CASES_AT_ADDRESS), names=NAMES)


def fill(city: City, count: int) -> None:
    """Put this many invented past cases into the empty table."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS)
        each = DRAFTS // len(city.samples)
        put(cursor, "bench_said", _drafts(city, each))
        put(cursor, "bench_spot", _spots(city))
        put(cursor, "bench_issue", _issues(city))
        cursor.execute("ANALYZE bench_said, bench_spot, bench_issue")
        cursor.execute(INDEXES)
        builds, drops = zip(*cursor.fetchall(), strict=True)
        cursor.execute(";".join(drops))
    _at_once([(_cases(city, each, count), piece) for piece in _pieces(count)])
    _at_once([(build, None) for build in builds])
    with connection.cursor() as cursor:
        cursor.execute(GONE)
        cursor.execute("VACUUM ANALYZE petitions_petition")


def caller(share: float, count: int) -> int:
    """Who is on the line, by a number from 0 to 1: few callers have a great part of so many cases."""
    return 1 + int(share**4 * (count // CASES_OF_CALLER))


def _drafts(city: City, each: int) -> Iterator[dict[str, Any]]:
    for at, sample in enumerate(city.samples):
        for one in range(each):
            said = city.said(sample)
            terms = dict.fromkeys(term for _, found in said for term in found)
            yield {
                "id": at * each + one,
                "category_id": city.leaf_ids.get(sample.label),
                "opening": said[0][0].rstrip("，,。！？；"),
                "text": "".join(words for words, _ in said),
                "terms": lexemes(terms),
            }


def _spots(city: City) -> Iterator[dict[str, Any]]:
    for at, spot in enumerate(city.spots):
        yield {"id": at, "area_id": spot.area_id, "words": spot.words, "terms": lexemes(spot.terms)}


def _issues(city: City) -> Iterator[dict[str, Any]]:
    samples = {id(sample): at for at, sample in enumerate(city.samples)}
    spots = {id(spot): at for at, spot in enumerate(city.spots)}
    for at, (sample, spot) in enumerate(city.issues):
        yield {"id": at, "sample": samples[id(sample)], "spot": spots[id(spot)]}


def _cases(city: City, each: int, count: int) -> str:
    sizes = {"repeated": REPEATED, "issues": len(city.issues), "spots": len(city.spots), "samples": len(city.samples)}
    values = {column: "NULL" if value is None else f"'{cell(value)}'" for column, value in usual_row().items()}
    values |= {
        name: sql.format(callers=count // CASES_OF_CALLER, years=YEARS, count=count) for name, sql in MADE.items()
    }
    return CASES.format(columns=", ".join(values), values=", ".join(values.values()), each=each, **sizes)


def _pieces(count: int) -> list[dict[str, int]]:
    return [{"first": at, "last": min(at + PIECE - 1, count)} for at in range(1, count + 1, PIECE)]


def _at_once(statements: Sequence[tuple[str, dict[str, int] | None]]) -> None:
    """Run the statements over several connections, each on the next one as soon as it is free."""
    left: SimpleQueue[tuple[str, dict[str, int] | None]] = SimpleQueue()
    for each in statements:
        left.put(each)

    def work() -> None:
        own = psycopg2.connect(**connection.get_connection_params())
        own.autocommit = True
        with own.cursor() as cursor:
            cursor.execute(SETTINGS)
            while not left.empty():
                try:
                    cursor.execute(*left.get_nowait())
                except Empty:
                    break
        own.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(work) for _ in range(CONNECTIONS)]:
            done.result()
