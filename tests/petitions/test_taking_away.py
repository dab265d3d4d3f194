"""Files of cases and saved views: what the services refuse, and that nothing is left behind when they do."""

import pytest

from petitions import errors
from petitions.models import Job, Lookup, SavedView
from petitions.queries.listing import Filters
from petitions.services import exporting, job_files, saved_views
from routing.models import Parameter
from tests import make


def taken(filters: Filters, actor):
    return exporting.export(filters, "csv", actor=actor, address=None, now=make.NOW)


def test_a_list_that_is_empty_or_too_long_becomes_no_file(city):
    analyst = make.a_person("analyst")
    with pytest.raises(errors.ExportEmpty):
        taken(Filters(), analyst)
    Parameter.objects.update_or_create(key="export.most", defaults={"value": 1})
    make.a_call()
    make.a_call()
    with pytest.raises(errors.ExportTooLarge):
        taken(Filters(), analyst)

    assert (Lookup.objects.count(), Job.objects.count()) == (0, 0)


def test_a_job_without_a_file_has_none_to_take(city):
    owner = make.an_operator()
    job = Job.objects.create(kind=exporting.KIND, owner=owner)

    with pytest.raises(errors.FileGone):
        job_files.take(job.pk, actor=owner, now=make.NOW)
    assert not Lookup.objects.exists()


def test_filters_outlive_their_job_unchanged():
    filters = Filters(q="路灯", since=make.NOW.date(), mine=True, caller=7, sort="due")

    assert exporting.from_json(exporting.as_json(filters)) == filters


def test_a_name_is_given_once_to_each_person_and_comes_back_only_where_it_is_free(city):
    owner, other = make.an_operator(), make.an_operator()
    first = saved_views.keep("我的", "state=open", owner=owner)
    saved_views.keep("我的", "", owner=other)
    with pytest.raises(errors.ViewNameTaken):
        saved_views.keep("我的", "channel=web", owner=owner)

    saved_views.remove(first.pk, owner=owner)
    saved_views.keep("我的", "channel=web", owner=owner)
    with pytest.raises(errors.ViewNameTaken):
        saved_views.restore(first.pk, owner=owner)


def test_views_are_not_collected_without_end(city, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    owner = make.an_operator()
    saved_views.keep("甲", "", owner=owner)

    with pytest.raises(errors.TooManyViews):
        saved_views.keep("乙", "", owner=owner)
    assert SavedView.objects.count() == 1
