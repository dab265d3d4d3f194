"""运行态势: what it counts, where its numbers lead, who may look at what."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from frontend.charts import bullet, deviations, hill
from petitions.insight import rollup
from petitions.insight.board import flow as flows
from petitions.states import CaseState
from routing.models import Area
from tests import make
from tests.frontend.logging_in import client_of

MOST_STATEMENTS = 15


@pytest.fixture(autouse=True)
def nothing_kept():
    """The days before today are kept for a minute, which outlives a test."""
    cache.clear()


@pytest.fixture
def supervisor(city) -> Client:
    return client_of(make.a_supervisor())


def cases(*states: str, area: str = "", **more) -> None:
    for state in states:
        case = make.a_case(state=state, now=timezone.now(), **more)
        if area:
            case.area = Area.objects.get(code=area)
            case.save(update_fields=["area"])
    rollup.refresh_all()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def board(client: Client, query: str = "") -> dict:
    answer = client.get(f"/board/?{query}")
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.context


def listed(client: Client, address: str) -> int:
    return read(client, address).count("table-title")


def test_every_number_leads_to_exactly_the_cases_it_counts(supervisor):
    cases(CaseState.IN_PROGRESS, CaseState.CLOSED, CaseState.CLOSED, area="LJ0101")
    shown = board(supervisor)

    received, *_rates, still_open, _soon, _over = shown["figures"]
    assert (received.number, still_open.number) == ("3", "1")
    assert (listed(supervisor, received.href), listed(supervisor, still_open.href)) == (3, 1)
    linked = [
        cell for picture in shown["pictures"] for row in picture.rows for cell in row if "/board/list/" in cell.href
    ]
    counts = [(cell.text, listed(supervisor, cell.href)) for cell in linked if cell.text]
    assert counts and [said for said, found in counts if said != found] == []


def test_a_street_is_counted_in_its_tile_and_on_its_own_board(supervisor):
    cases(CaseState.IN_PROGRESS, area="LJ01010101")
    cases(CaseState.IN_PROGRESS, area="LJ0203")

    tiles = {tile.name: tile.number for tile in board(supervisor)["map"].tiles}
    assert (tiles["望河街道"], tiles["柳塘街道"], tiles["石桥镇"]) == ("1", "1", "0")
    assert [board(supervisor, f"area={code}")["figures"][0].number for code in ("LJ01", "LJ0203", "LJ0105")] == [
        "1",
        "1",
        "0",
    ]


def test_rates_name_their_target_interval_and_n(supervisor):
    cases(CaseState.CLOSED, CaseState.CLOSED)

    words = read(supervisor, "/board/")
    assert "95% 区间 34.2–100.0，n=2" in words  # Wilson's interval of 2 out of 2
    assert "目标 97" in words


def test_a_unit_sees_its_own_board_and_its_own_lists(city):
    unit, other = make.a_unit(name="柳河街道"), make.a_unit()
    cases(CaseState.CLOSED, unit=unit)
    cases(CaseState.CLOSED, CaseState.CLOSED, unit=other)
    client = client_of(make.a_head(of=unit))

    shown = board(client, f"unit={other.pk}")
    assert (shown["figures"][0].number, shown["whereabouts"], shown["alerts"]) == ("1", "柳河街道", ())
    assert listed(client, f"/board/list/?unit={other.pk}") == 1


@pytest.mark.parametrize(
    ("role", "page", "list_of_cases"),
    [
        ("supervisor", 200, 200),
        ("leader", 200, 200),
        ("admin", 200, 403),
        ("operator", 403, 403),
        ("callback", 403, 403),
    ],
)
def test_who_opens_the_board(city, role, page, list_of_cases):
    client = client_of(make.a_person(role))
    assert [client.get(to).status_code for to in ("/board/", "/board/list/")] == [page, list_of_cases]


def test_the_board_costs_the_same_whatever_the_number_of_cases(supervisor):
    """The first look at a minute reads the days before today; every further one only today."""
    cases(CaseState.CLOSED)
    board(supervisor)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            board(supervisor)
        counts.append(len(seen))
        cases(CaseState.CLOSED, CaseState.IN_PROGRESS, area="LJ0101")

    assert counts[0] == counts[1] <= MOST_STATEMENTS


@pytest.mark.parametrize(
    "query",
    [
        "range=nonsense&metric=x&area=XX&unit=999999&first=2026-99-99&last=x",
        "first=1800-01-01&last=2999-01-01",
        "first=2026-05-01&last=2024-01-01",
        "unit=99999999999999999999",
        "wall=1&range=month&metric=content",
        "range=custom",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_usual_board(supervisor, query):
    assert "今日受理" in read(supervisor, f"/board/?{query}") or "受理" in read(supervisor, f"/board/?{query}")


@pytest.mark.parametrize("query", ["column=x&category='&channel=?&result=x&weekday=9&clock=99&after=x", "first=x"])
def test_a_list_leaves_out_what_makes_no_sense(supervisor, query):
    assert supervisor.get(f"/board/list/?{query}").status_code == 200


def test_each_picture_can_be_had_as_a_table(supervisor):
    cases(CaseState.CLOSED, category_code="01.01.01")

    for picture in board(supervisor)["pictures"]:
        answer = supervisor.get(picture.sheet)
        head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (head, len(rows)) == ([str(word) for word in picture.head], len(picture.rows))
    assert supervisor.get("/board/sheet/nothing.csv").status_code == 404


def test_two_stretches_add_up_to_the_whole(supervisor):
    cases(CaseState.CLOSED, CaseState.IN_PROGRESS)
    scope = board(supervisor)["board"].scope

    whole = flows.between(scope, scope.earliest, scope.today.replace(year=2100))
    assert flows.read(scope, now=timezone.now()) == whole
    assert sum(whole.ways.values()) == sum(whole.places.values()) == 2


def test_small_pictures_stay_in_their_boxes():
    assert hill([1]) is None
    assert hill([0, 5]).line == "M0.0 20.0L100.0 2.0"
    shown = bullet(0.9, (0.85, 0.95), 0.97)
    assert (shown.bottom, shown.low < shown.at < shown.high < shown.target < 100) == (0.8, True)
    reached, short = deviations([1.0, 0.85], 0.95)
    assert (reached.is_short, short.is_short, reached.x, short.x) == (False, True, reached.middle, 0.0)
    assert round(reached.x + reached.width) == 100


def test_a_wall_keeps_its_session_and_a_desk_does_not(supervisor):
    longest, soon = settings.SESSION_COOKIE_AGE, timezone.now() + timedelta(hours=1)

    def left_after(address: str) -> int:
        session = supervisor.session
        session.set_expiry(soon)
        session.save()
        read(supervisor, address)
        return supervisor.session.get_expiry_age()

    assert left_after("/board/") <= 3600
    assert longest - 60 < left_after("/board/?wall=1") <= longest


# ── the map and its residents ──
def square(code: str, west: float) -> dict:
    ring = [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]
    return {
        "type": "Feature",
        "properties": {"adcode": code, "name": "随便"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def map_file(settings, tmp_path):
    """Writes the city's map file: two districts and one that the city does not have, unless told otherwise."""
    settings.BOARD_MAP = tmp_path / "map.geojson"

    def write(**said):
        usual = {
            "type": "FeatureCollection",
            "caption": "审图号：临S(2026)001号",
            "features": [square("LJ0101", 120), square("LJ0102", 121), square("330100", 122)],
        }
        settings.BOARD_MAP.write_text(json.dumps(usual | said), encoding="utf-8")

    return write


def test_a_map_with_its_approval_number_has_a_tab_and_areas_by_code(supervisor, map_file):
    assert board(supervisor, "view=map")["views"] == []  # no file, no tab
    map_file()
    cases(CaseState.IN_PROGRESS, area="LJ0101")

    tiles, drawn = board(supervisor)["map"], board(supervisor, "view=map")["map"]
    page = read(supervisor, "/board/?view=map")

    assert (tiles.caption, drawn.caption) == ("", "审图号：临S(2026)001号")
    assert {(area.name, area.number) for area in drawn.tiles} == {
        (Area.objects.get(code="LJ0101").name, "1"),
        (Area.objects.get(code="LJ0102").name, "0"),
    }
    assert len(drawn.picture.rows) == len(tiles.picture.rows)  # the table has the areas that the map lacks
    assert "审图号：临S(2026)001号" in page and drawn.tiles[0].path in page and "随便" not in page


@pytest.mark.parametrize(
    "said",
    [
        {"caption": ""},
        {"caption": 7},
        {"type": "Topology"},
        {"features": None},
        {"features": [{"properties": {"adcode": "LJ0101"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]},
        {"features": [{"id": "LJ0101", "geometry": {"type": "Polygon", "coordinates": [[["x", 1], [999, 1]]]}}]},
        {"features": [square("330100", 120)]},
    ],
)
def test_a_file_that_cannot_be_shown_leaves_the_tiles(supervisor, map_file, said):
    map_file(**said)
    found = board(supervisor, "view=map")
    assert (found["views"], found["map"].caption, bool(found["map"].tiles)) == ([], "", True)


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null"])
def test_nonsense_in_the_map_file_is_no_error(supervisor, map_file, settings, text):
    settings.BOARD_MAP.write_bytes(text)
    assert board(supervisor, "view=map")["views"] == []


def test_figures_per_resident_say_where_residents_are_not_known(supervisor):
    Area.objects.update(population=None)
    Area.objects.filter(code="LJ0101").update(population=20_000)
    cases(CaseState.IN_PROGRESS, CaseState.IN_PROGRESS, area="LJ0101")

    found = board(supervisor, "metric=residents")
    by_name = {tile.name: (tile.number, tile.small) for tile in found["map"].tiles}

    assert by_name[Area.objects.get(code="LJ0101").name] == ("1.0", "2 件")
    assert by_name[Area.objects.get(code="LJ0102").name] == ("—", "人口未填")
    assert "每万人受理" in found["map"].picture.head
    Area.objects.update(population=None)
    assert "residents" not in {each["code"] for each in board(supervisor)["metrics"]}
