"""预警: every alert shows its cases, rule and threshold; people act on it; units report; an event runs on its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.insight.alerts import command, expecting, hourly, raising
from petitions.insight.alerts.raising import Signal
from petitions.insight.models import Alert, AlertAct, CommandEntry, Forecast, ProactiveTask
from petitions.models import Petition
from routing.models import Area, Category, Department
from tests import make
from tests.frontend.reading import opened_steps
from tests.insight.alert_history import hour_counts

STREET = "LJ0101"
HOUR = timedelta(hours=1)


@pytest.fixture
def now(city):
    return timezone.now()


@pytest.fixture
def burst(now) -> Alert:
    hour_counts(STREET, make.LEAF, days=28, until=now)
    expecting.renew_usual(now=now)
    begun = now.replace(minute=0, second=0, microsecond=0) - HOUR
    for number in range(14):
        case = make.a_call(phone=f"139000{number:05d}", now=begun)
        Petition.objects.filter(pk=case.pk).update(area=Area.objects.get(code=STREET))
    hourly.look_at_bursts(now=now)
    return Alert.objects.get(kind="burst")


@pytest.fixture
def supervisor(client, city):
    client.force_login(make.a_supervisor())
    return client


def head_of(code: str):
    return make.a_head(of=Department.objects.get(code=code))


def test_the_list_and_the_alert_say_what_where_and_how_unusual(supervisor, burst):
    listed = supervisor.get("/alerts/").content.decode()
    page = supervisor.get(f"/alerts/{burst.pk}/").content.decode()

    assert "异动" in listed
    assert "望河街道" in listed
    assert "14 件" in page
    assert f"达到 {burst.threshold:.1f} 即提示" in page
    assert all(proof.petition.no in page for proof in burst.proofs.select_related("petition"))
    assert "逾期报上一级" in page


def test_filters_live_in_the_address_and_nonsense_is_no_error(supervisor, burst):
    assert "望河街道 ·" in supervisor.get(f"/alerts/?kind=burst&area={burst.area.path}").content.decode()
    assert "望河街道 ·" not in supervisor.get("/alerts/?kind=sensitive").content.decode()
    for query in ("kind=none&list=none", "after=x", "area=' OR 1"):
        assert supervisor.get(f"/alerts/?{query}").status_code == 200
    assert supervisor.get("/alerts/999999/").status_code == 404
    assert supervisor.get("/alerts/events/999999/").status_code == 404


def test_a_unit_sees_what_it_was_told_and_others_do_not(client, burst):
    client.force_login(head_of(f"{STREET}-OFFICE"))
    assert client.get(f"/alerts/{burst.pk}/").status_code == 200

    client.force_login(head_of("LJ0102-OFFICE"))
    assert client.get(f"/alerts/{burst.pk}/").status_code == 404
    assert "望河街道 ·" not in client.get("/alerts/").content.decode()
    assert client.get("/alerts/calendar/").status_code == 403

    client.force_login(make.a_person("operator"))
    assert client.get("/alerts/").status_code == 403


def test_from_acknowledged_to_a_reported_task(client, burst, now):
    page = f"/alerts/{burst.pk}/"
    client.force_login(head_of(f"{STREET}-OFFICE"))
    client.post(page, {"act": "acknowledge"})
    assert Alert.objects.get(pk=burst.pk).state == "acknowledged"
    assert client.post(page, {"act": "false", "reason": "不归单位判"}).status_code == 302
    assert Alert.objects.get(pk=burst.pk).state == "acknowledged"

    client.force_login(make.a_supervisor())
    unit = Department.objects.get(code=f"{STREET}-OFFICE")
    said = {"act": "task", "unit": unit.pk, "kind": "inspect", "words": "沿线排查", "due_on": "2020-01-01"}
    refused = client.post(page, said)
    assert (refused.status_code, "期限不能早于今天" in refused.content.decode()) == (422, True)
    client.post(page, said | {"due_on": (now + timedelta(days=3)).date().isoformat()})
    task = ProactiveTask.objects.get()

    client.force_login(head_of(f"{STREET}-OFFICE"))
    assert "沿线排查" in client.get("/alerts/tasks/").content.decode()
    report = f"/alerts/tasks/{task.pk}/report/"
    assert client.post(report, {"words": ""}).status_code == 422
    client.post(report, {"words": "已排查 12 处"})
    assert client.post(report, {"words": "再写一遍"}).status_code == 409
    assert "已排查 12 处" in client.get("/alerts/tasks/?list=done").content.decode()
    assert "已排查 12 处" in client.get(page).content.decode()


def test_a_false_alarm_is_seen_in_the_threshold_and_can_be_taken_back(supervisor, burst):
    page = f"/alerts/{burst.pk}/"
    assert supervisor.post(page, {"act": "false", "reason": ""}).status_code == 422
    supervisor.post(page, {"act": "false", "reason": "同一人刷单"})
    assert "这条规则在这里现为 1.1 倍" in supervisor.get(page).content.decode()

    act = AlertAct.objects.get(what="false")
    supervisor.post(f"{page}undo/{act.pk}/", {"reason": "核实为真"})
    text = supervisor.get(page).content.decode()
    assert "这条规则在这里现为 1.0 倍" in text
    assert "核实为真" in text
    assert supervisor.post(f"{page}undo/{act.pk}/", {"reason": "再撤"}).status_code == 409


def test_an_event_is_commanded_on_one_page(client, burst):
    chief, head = make.a_supervisor(), head_of(f"{STREET}-OFFICE")
    client.force_login(chief)
    opened = client.post(f"/alerts/{burst.pk}/", {"act": "event", "title": "望河片区停水"})
    page = opened.headers["Location"]
    client.post(page, {"act": "order", "unit": head.department_id, "words": "马上送水"})
    given = CommandEntry.objects.get(kind="order")

    client.force_login(head)
    assert "马上送水" in client.get(page).content.decode()
    client.post(f"{page}orders/{given.pk}/receipt/")
    assert client.post(f"{page}orders/{given.pk}/report/", {"words": ""}).status_code == 422
    client.post(f"{page}orders/{given.pk}/report/", {"words": "两车已到"})
    assert client.post(page, {"act": "order", "unit": head.department_id, "words": "不归单位"}).status_code == 302

    client.force_login(chief)
    client.post(page, {"act": "end", "words": "恢复供水"})
    text = client.get(page).content.decode()
    assert all(word in text for word in ("已签收", "两车已到", "恢复供水", "已结束"))
    assert CommandEntry.objects.filter(kind="order").count() == 1


def test_the_next_sensible_step_stands_open_and_the_others_are_folded(supervisor, burst):
    page = f"/alerts/{burst.pk}/"
    text = supervisor.get(page).content.decode()
    assert (opened_steps(text), text.count('name="act"')) == (["acknowledge"], 5)

    supervisor.post(page, {"act": "acknowledge"})
    assert opened_steps(supervisor.get(page).content.decode()) == ["task"]

    refused = supervisor.post(page, {"act": "false", "reason": ""})
    assert (refused.status_code, opened_steps(refused.content.decode())) == (422, ["false"])

    event = supervisor.post(page, {"act": "event", "title": "望河片区停水"}).headers["Location"]
    assert opened_steps(supervisor.get(event).content.decode()) == ["order"]
    assert opened_steps(supervisor.get(page).content.decode()) == ["task"]
    supervisor.post(event, {"act": "end", "words": "恢复供水"})
    assert opened_steps(supervisor.get(page).content.decode()) == ["close"]


def test_the_calendar_draws_a_forecast_and_does_not_draw_a_mean(supervisor, now):
    city, monday = Area.objects.get(code="LJ"), (now - timedelta(days=now.weekday())).date()
    leaves = Category.objects.filter(code__in=["01.01.01", "01.01.02"])
    for leaf, method in zip(leaves, ("pooled", "mean"), strict=True):
        for week in range(8):
            Forecast.objects.create(
                area=city,
                category=leaf,
                week=monday + timedelta(weeks=week),
                expected=30,
                low=20,
                high=45,
                method=method,
                made_on=monday,
            )

    text = supervisor.get("/alerts/calendar/?area=LJ").content.decode()

    assert "采暖季" in text
    assert (text.count("spark-line is-coming"), "看不出规律" in text) == (1, True)
    assert supervisor.get("/alerts/calendar/?area=nowhere").status_code == 200


def test_a_list_costs_the_same_with_one_alert_and_with_many(supervisor, now, django_assert_num_queries):
    area, leaf = Area.objects.get(code=STREET), Category.objects.get(code=make.LEAF)

    def seen(about: str) -> Signal:
        return Signal("one_caller", area.pk, leaf.pk, now, now, seen=3, figure=3, threshold=3, about=about)

    raising.keep([seen("caller-1")], now=now)
    supervisor.get("/alerts/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        supervisor.get("/alerts/")
    raising.keep([seen(f"caller-{number}") for number in range(2, 12)], now=now)
    with django_assert_num_queries(len(one)):
        supervisor.get("/alerts/")


def test_an_event_needs_its_words(client, burst):
    from petitions import errors

    with pytest.raises(errors.NoWords):
        command.open_event(burst.pk, actor=make.a_supervisor(), title=" ")
