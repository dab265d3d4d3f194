"""The stamp survives what happens to databases between tests and in repairs."""

import pytest
from django.core.management import call_command

from routing import rulebook
from routing.models import Parameter, Stamp


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_is_noticed_too():
    Parameter.objects.create(key="x", value=1)
    before = rulebook.current()
    assert before.parameter("x") == 1

    call_command("flush", interactive=False, verbosity=0)

    assert rulebook.current().parameter("x") is None
    assert Stamp.objects.get().value != before.stamp
