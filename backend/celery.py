"""The Celery application. Tasks are doorbells (petitions/tasks.py); the work itself is rows in the database."""

from celery import Celery

from backend import env

env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
app = Celery("jiesu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
