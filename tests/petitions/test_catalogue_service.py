"""Who may change the catalogue, and what its editor is told when it cannot be."""

from datetime import timedelta

import pytest

from petitions import errors
from petitions.services import catalogue, clock
from routing import drafts
from routing.drafts import Wording
from routing.models import CatalogueVersion
from tests import make


def refusal(act) -> str:
    with pytest.raises(errors.CatalogueRefused) as refused:
        act()
    return refused.value.message


@pytest.mark.parametrize("role", ["dispatcher", "reviewer", "handler", "operator", "leader"])
def test_only_those_who_rule_may_change_it(city, role):
    stranger = make.a_person(role)
    version = CatalogueVersion.objects.get()
    entry = version.entries.first()
    day = clock.local(make.NOW).date() + timedelta(days=1)

    for act in (
        lambda: catalogue.start(actor=stranger),
        lambda: catalogue.keep(version.pk, Wording.of(entry), actor=stranger),
        lambda: catalogue.retire(version.pk, entry.pk, actor=stranger),
        lambda: catalogue.publish(version.pk, actor=stranger, name="", effective_from=day, reason="改"),
        lambda: catalogue.withdraw(version.pk, actor=stranger),
    ):
        with pytest.raises(errors.NotYours):
            act()


def test_routings_refusals_arrive_as_sentences(city, tmp_path):
    center, version = make.a_center(), CatalogueVersion.objects.get()
    entry, day = version.entries.first(), clock.local(make.NOW).date()

    assert "已经发布" in refusal(lambda: catalogue.keep(version.pk, Wording.of(entry), actor=center))
    assert "没有草案" in refusal(lambda: catalogue.take_sheet(tmp_path / "none.csv", actor=center))
    assert "没有这一版" in refusal(lambda: catalogue.withdraw(0, actor=center))
    catalogue.start(actor=center, now=make.NOW)
    assert "已经有一份草案" in refusal(lambda: catalogue.start(actor=center, now=make.NOW))
    draft = drafts.the_draft()
    past = day - timedelta(days=1)
    assert "生效日期不能早于今天" in refusal(
        lambda: catalogue.publish(draft.pk, actor=center, name="甲", effective_from=past, reason="改", now=make.NOW)
    )
    draft.refresh_from_db()
    assert (draft.published_at, draft.effective_from) == (None, day + timedelta(days=1))


def test_a_case_keeps_the_edition_that_routed_it(city):
    center = make.a_center()
    before = make.a_call()
    draft = catalogue.start(actor=center, now=make.NOW)
    day = clock.local(make.NOW).date() + timedelta(days=1)

    catalogue.publish(draft.pk, actor=center, name="新版", effective_from=day, reason="调整", now=make.NOW)

    same_day, next_day = make.a_call(), make.a_call(now=make.later(days=1))
    editions = [make.fresh(case).catalogue_version.number for case in (before, same_day, next_day)]
    assert editions == [1, 1, 2]
