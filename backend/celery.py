"""The Celery application. Tasks are doorbells (petitions/tasks.py); the work itself is rows in the database."""

from typing import Any

from celery import Celery
from celery.signals import task_failure, task_success

from backend import env

env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
app = Celery("jiesu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# Shown on the health page. A listener that fails is logged by Celery; the bell has done its work all the same.
@task_success.connect
def note_success(sender: Any, **_: Any) -> None:
    from petitions.services import beats  # needs the applications, which are loaded by the time a task runs

    beats.rang(sender.name)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, **_: Any) -> None:
    from petitions.services import beats

    beats.failed(sender.name, exception)
