"""工单列表: filters in the address, columns, saved views, and files that hold exactly what the list shows."""

import csv
import io
from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from frontend.case_filters import query_of
from frontend.forms.listing import FilterForm
from petitions.models import Job, Lookup, Petition, SavedView
from petitions.queries.listing import DUE, OLDEST, Filters
from petitions.services import exporting
from petitions.states import CaseState, Channel, Outcome
from routing.models import Area, Department, Parameter
from tests import make
from tests.frontend.logging_in import client_of


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def supervisor(city):
    return make.a_supervisor()


@pytest.fixture
def client(supervisor) -> Client:
    return client_of(supervisor)


def shown(client: Client, address: str) -> list[str]:
    """The numbers of the cases on a page of the list."""
    return [case.no for case in client.get(address, follow=True).context["rows"]]


# ── filters in the address ──
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    said=st.fixed_dictionaries(
        {
            "q": WORDS,
            "state": st.sampled_from(["", "open", *CaseState.values]),
            "lamp": st.sampled_from(["", "soon", "over"]),
            "category": st.sampled_from(["", "01", "01.01", "01.01.01"]),
            "area": st.sampled_from(["", "grid"]),
            "unit": st.sampled_from(["", "unit"]),
            "channel": st.sampled_from(["", *Channel.values]),
            "outcome": st.sampled_from(["", *Outcome.values]),
            "tag": WORDS,
            "since": DAYS,
            "until": DAYS,
            "mine": st.booleans(),
            "sort": st.sampled_from(["", OLDEST, DUE]),
        }
    )
)
@example(said={"q": "a&b=c#d?e +%", "tag": "=1+1"})
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filters_become_an_address_and_the_same_filters_again(city, said):
    if said.get("since") and said.get("until") and said["until"] < said["since"]:
        said["since"], said["until"] = said["until"], said["since"]
    if said.get("area"):
        said["area"] = Area.objects.filter(level=Area.Level.GRID).first().path
    if said.get("unit"):
        said["unit"] = str(Department.objects.first().pk)
    filters = Filters(**said)

    assert FilterForm(QueryDict(query_of(filters))).filters() == filters


def test_each_chip_takes_one_filter_away_and_leaves_the_others(client):
    page = client.get("/cases/?state=open&channel=phone&mine=1&sort=old")

    assert [(str(chip.word), chip.without) for chip in page.context["chips"]] == [
        ("状态", "?channel=phone&mine=1&sort=old"),
        ("渠道", "?state=open&mine=1&sort=old"),
        ("只看我登记的", "?state=open&channel=phone&sort=old"),
    ]


def test_what_a_form_sends_becomes_the_shortest_address(client):
    sent = client.get("/cases/", {"q": " 路灯 ", "state": "", "lamp": "", "until": ""})

    assert (sent.status_code, sent["Location"]) == (302, "/cases/?q=%E8%B7%AF%E7%81%AF")


@pytest.mark.parametrize(
    "nonsense",
    ["state=x", "unit=abc", "unit=99999999999999999999", "since=2026-02-31", "since=2026-03-02&until=2026-03-01"]
    + ["area=%00", "q=%00", "after=x", "after=%00", "sort=x", "category=%27%3B--", "tag=" + "长" * 40, "caller=1"],
)
def test_nonsense_in_the_address_is_named_and_breaks_nothing(client, nonsense):
    case = make.a_case()
    page = client.get(f"/cases/?{nonsense}")

    assert page.status_code == 200
    assert [row.no for row in page.context["rows"]] == [case.no]
    assert bool(page.context["unread"]) is not nonsense.startswith(("after", "caller"))


def test_a_phone_number_does_not_stay_in_the_address(client):
    page = client.get("/cases/?q=138-0000-1111", follow=True)

    assert page.redirect_chain == [("/cases/?view=all", 302)]
    assert "上方的搜索框" in page.content.decode()


def test_pages_follow_each_other_in_every_order(client, monkeypatch):
    monkeypatch.setattr("petitions.queries.listing.PAGE", 2)
    newest = [make.a_case(now=make.later(hours=n)).no for n in range(5)][::-1]
    for query, expected in (("view=all", newest), ("sort=old", newest[::-1]), ("sort=due", newest[::-1])):
        first = client.get(f"/cases/?{query}")
        second = client.get("/cases/" + first.context["next"])
        third = client.get("/cases/" + second.context["next"])
        assert [row.no for page in (first, second, third) for row in page.context["rows"]] == expected, query
        assert third.context["next"] == ""


def test_a_unit_finds_only_its_own_cases(city):
    mine, other = make.a_unit(), make.a_unit()
    case, _ = make.a_case(unit=mine), make.a_case(unit=other)

    assert shown(client_of(make.a_handler(of=mine)), f"/cases/?unit={other.pk}") == []
    assert shown(client_of(make.a_handler(of=mine)), "/cases/?view=all") == [case.no]


def test_the_list_costs_the_same_with_one_case_and_with_four(client, django_assert_num_queries):
    make.a_case()
    client.get("/cases/?view=all")
    with django_assert_num_queries(10):
        client.get("/cases/?view=all")
    for _ in range(3):
        make.a_case()
    with django_assert_num_queries(10):
        client.get("/cases/?view=all")


# ── how somebody wants it ──
def test_columns_are_kept_for_the_person_and_unknown_ones_are_dropped(client, supervisor):
    make.a_case()
    client.post("/cases/columns/", {"column": ["tags", "channel", "x' OR 1=1"], "list": "state=open"})

    assert client_of(supervisor).get("/cases/?view=all").context["shown"] == {"channel", "tags"}
    assert client_of(make.a_supervisor()).get("/cases/?view=all").context["shown"] != {"channel", "tags"}


def test_a_view_is_kept_under_a_name_and_opens_the_list(client, supervisor):
    client.post("/cases/views/keep/", {"name": "超期电话", "list": "channel=phone&lamp=over&caller=1"})
    view = SavedView.objects.get()
    client.post("/cases/views/open/", {"view": view.pk})

    assert view.query == "lamp=over&channel=phone"
    assert client.get("/cases/")["Location"] == "/cases/?lamp=over&channel=phone"
    assert client.get("/cases/?view=all").status_code == 200
    client.post("/cases/views/open/")
    assert client.get("/cases/").status_code == 200


def test_a_name_is_given_once_and_the_filters_are_not_lost(client):
    client.post("/cases/views/keep/", {"name": "我的", "list": "state=open"})
    again = client.post("/cases/views/keep/", {"name": "我的", "list": "channel=web"})

    assert again.status_code == 409
    assert "请换一个名称" in again.content.decode()
    assert 'name="list" value="channel=web"' in again.content.decode()


def test_the_longest_address_is_kept_whole(client):
    filters = Filters(q="路" * 200, tag="灯" * 30, since=date(2026, 1, 1), until=date(2026, 2, 1), channel="phone")
    client.post("/cases/views/keep/", {"name": "长", "list": query_of(filters)})

    assert FilterForm(QueryDict(SavedView.objects.get().query)).filters() == filters


def test_a_deleted_view_comes_back_with_one_click(client):
    client.post("/cases/views/keep/", {"name": "甲", "list": "state=open"})
    view = SavedView.objects.get()
    page = client.post(f"/cases/views/{view.pk}/remove/", follow=True)
    assert "视图“甲”已删除" in page.content.decode()
    assert "甲" not in [each.name for each in client.get("/cases/?view=all").context["views"].all]

    client.post(f"/cases/views/{view.pk}/restore/")
    assert [each.name for each in client.get("/cases/?view=all").context["views"].own] == ["甲"]


def test_views_are_put_in_order(client):
    for name in "甲乙丙":
        client.post("/cases/views/keep/", {"name": name, "list": "state=open"})
    client.post(f"/cases/views/{SavedView.objects.get(name='丙').pk}/up/")

    assert [each.name for each in client.get("/cases/?view=all").context["views"].own] == ["甲", "丙", "乙"]


def test_a_shared_view_is_seen_by_its_unit_and_changed_by_its_owner_only(city):
    unit = make.a_unit()
    head, handler, stranger = make.a_head(of=unit), make.a_handler(of=unit), make.a_handler(of=make.a_unit())
    client_of(head).post("/cases/views/keep/", {"name": "本街道", "shared": "unit", "list": "state=open"})
    view = SavedView.objects.get()

    assert [v.name for v in client_of(handler).get("/cases/?view=all").context["views"].shared] == ["本街道"]
    assert client_of(stranger).get("/cases/?view=all").context["views"].shared == ()
    assert client_of(handler).post(f"/cases/views/{view.pk}/", {"name": "改"}).status_code in (404, 422)
    assert client_of(handler).post(f"/cases/views/{view.pk}/remove/").status_code == 404
    view.refresh_from_db()
    assert (view.name, view.removed_at) == ("本街道", None)


# ── taking it away ──
def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("query", ["view=all", "state=in_progress", "sort=due", "q=路灯&sort=old"])
def test_a_file_holds_what_the_list_shows_in_its_order(client, query):
    make.a_case()
    make.a_case(state=CaseState.CLOSED, text="井盖松动,行人差点绊倒。")
    make.a_case()

    listed = shown(client, f"/cases/?{query}")
    written = rows_of(client.post("/cases/export/", {"form": "csv", "list": query}))

    assert [row[0] for row in written[1:]] == listed
    kept = Lookup.objects.get()
    assert (kept.what, kept.found, kept.said["form"]) == ("export", len(listed), "csv")


def test_no_cell_is_a_formula_and_no_number_is_whole(client):
    case = make.a_case(title='=HYPERLINK("http://x")', text="@SUM(1) 电话 13800001111", now=make.NOW)

    written = client.post("/cases/export/", {"form": "xlsx", "list": ""})
    sheet = load_workbook(io.BytesIO(written.content)).active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}

    assert cells["标题"].value.startswith("'=HYPERLINK")
    assert "f" not in {cell.data_type for cell in sheet[2]}
    assert cells["工单号"].value == case.no
    assert (cells["诉求人"].value, cells["电话"].value) == ("王**", "138****1111")
    assert "13800001111" not in "".join(str(cell.value) for cell in sheet[2])


def test_a_confidential_caller_is_not_in_a_units_file(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    Petition.objects.filter(pk=case.pk).update(confidential=True)

    written = rows_of(client_of(make.a_head(of=unit)).post("/cases/export/", {"form": "csv", "list": ""}))

    assert written[1][-2:] == ["保密", "保密"]


def test_an_empty_list_makes_no_file(client):
    page = client.post("/cases/export/", {"form": "csv", "list": "q=没有这样的事"}, follow=True)

    assert "没有生成文件" in page.content.decode()
    assert not Lookup.objects.exists()


def test_a_long_list_becomes_a_job_whose_file_only_its_owner_gets(client):
    Parameter.objects.update_or_create(key="export.at_once", defaults={"value": 1})
    cases = [make.a_case().no for _ in range(3)]
    page = client.post("/cases/export/", {"form": "csv", "list": "sort=old"}, follow=True)
    assert "共 3 件" in page.content.decode()
    exporting.run_waiting()
    job = Job.objects.get()

    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert [row[0] for row in rows_of(client.get(f"/jobs/{job.pk}/file/"))[1:]] == cases
    assert client_of(make.a_supervisor()).get(f"/jobs/{job.pk}/file/").status_code == 404
    assert list(Lookup.objects.order_by("pk").values_list("said__form", "said__job", "found")) == [
        ("csv", None, 3),
        (None, job.pk, 3),
    ]


def test_urging_from_the_list_says_what_became_of_each(client):
    case = make.a_case(now=make.NOW)
    part = make.main(case)
    page = client.post("/cases/urge/", {"pick": part.pk, "reason": "请立即办理", "list": "state=open"}, follow=True)
    assert "已催办 1 家" in page.content.decode()
    assert page.redirect_chain[-1][0] == "/cases/?state=open"

    refused = client.post("/cases/urge/", {"pick": part.pk, "reason": "", "list": "state=open"})
    assert refused.status_code == 422
    assert [row.is_picked for row in refused.context["rows"]] == [True]


def test_only_supervisors_urge(city):
    assert client_of(make.an_operator()).post("/cases/urge/", {"pick": 1, "reason": "x"}).status_code == 403
