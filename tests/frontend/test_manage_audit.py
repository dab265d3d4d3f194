"""审计 and 健康: nothing is lost between pages, what is taken away is noted, and what stands still is named."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions.models import Beat, Disclosure, Lookup
from petitions.services import beats
from petitions.states import CaseState
from routing.models import AuditEntry
from tests import make


# ── audit ──
def test_everything_that_is_traced_stands_in_one_list_and_nothing_is_lost_between_pages(desk, administrator):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    for number in range(60):
        at = make.NOW + timedelta(minutes=number // 3)
        Disclosure.objects.create(petition=case, staff=administrator, what="caller", reason=f"核实{number}", at=at)
        Lookup.objects.create(staff=administrator, what="phone", found=1, at=at)
        AuditEntry.objects.create(actor=administrator, kind="parameter", at=at)
    wanted = 180 + AuditEntry.objects.filter(kind="login").count()

    seen, following = [], reverse("manage-audit")
    while following:
        answer = desk.get(following)
        seen += [(line.at, line.kind, line.reason) for line in answer.context["lines"]]
        following = answer.context["next"]

    assert len(seen) == wanted
    assert [at for at, *_ in seen] == sorted((at for at, *_ in seen), reverse=True)
    assert len({reason for _, _, reason in seen if reason}) == 60


def test_the_list_narrows_by_kind_person_and_day(desk, administrator):
    other = make.a_person("admin")
    AuditEntry.objects.create(actor=other, kind="parameter", at=make.NOW, words="甲")
    AuditEntry.objects.create(actor=None, kind="login_failed", at=make.NOW, subject=f"staff:{other.pk}")
    here = reverse("manage-audit")

    def kinds(query: str) -> list[str]:
        return [line.kind for line in desk.get(f"{here}?{query}").context["lines"]]

    assert kinds("kind=parameter") == ["参数"]
    assert sorted(kinds(f"who={other.username}")) == ["参数", "登录失败"]
    assert kinds("since=2026-11-21&kind=parameter") == []
    assert kinds("until=2026-11-20&since=2026-11-20&kind=parameter") == ["参数"]
    assert desk.get("/manage/parameters/%00/").status_code == 404
    assert desk.get(reverse("manage-areas") + "?q=%00").status_code == 200
    assert desk.get(f"{here}?since=0001-01-01&until=9999-12-31").status_code == 200
    assert desk.get(f"{here}?kind=zzz&since=gestern&after=zzz~~&subject=%00").status_code == 200


def test_what_is_taken_away_is_in_the_list_too(desk, administrator):
    answer = desk.get(reverse("manage-audit-file") + "?kind=login")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(kind="export")
    assert (entry.actor, entry.subject) == (administrator, "page:manage-audit-file")
    assert "kind=login" in entry.words
    assert Client().get(reverse("citizen")).status_code == 200
    assert AuditEntry.objects.filter(kind="export").count() == 1


# ── health ──
def test_the_health_page_names_what_stands_still_and_what_to_do(desk):
    Beat.objects.create(name="petitions.deliver_outbox", rung_at=timezone.now() - timedelta(hours=1))
    Beat.objects.create(name="petitions.seal_yesterday", failed_at=timezone.now(), problem="OSError")

    words = desk.get(reverse("manage-health")).content.decode()

    assert "迟了" in words and "OSError" in words and "make worker" in words


def test_a_bell_is_written_down_now_and_then(city, monkeypatch):
    monkeypatch.setattr(beats, "_written", {})
    for number in range(3):
        beats.rang("x", now=make.NOW + timedelta(seconds=number))
    beats.failed("x", OSError("with a secret"), now=make.NOW)
    beat = Beat.objects.get(name="x")
    assert (beat.rung_at, beat.failed_at, beat.problem) == (make.NOW, make.NOW, "OSError")
