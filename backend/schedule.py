"""What rings by itself, and how often: read by Celery's beat and by the embedded worker alike.

A ring only says "look at the rows": two beats, a late beat or a lost ring can neither miss nor double anything.
"""

from celery.schedules import crontab

SOON = {"expires": 30}  # seconds; while no worker is up, rings must not pile up: the next one says the same

BEAT_SCHEDULE = {
    "outbox": {"task": "petitions.deliver_outbox", "schedule": 1.0, "options": SOON},
    "deadlines": {"task": "petitions.sweep_deadlines", "schedule": 5.0, "options": SOON},
    "statistics": {"task": "insight.refresh", "schedule": 1.0, "options": SOON},
    "reports": {"task": "insight.reports", "schedule": 2.0, "options": SOON},
    "catalogue previews": {"task": "petitions.preview_catalogue", "schedule": 2.0, "options": SOON},
    "unusual figures": {"task": "insight.detect", "schedule": crontab(hour=3, minute=20)},
    "daily seal": {"task": "petitions.seal_yesterday", "schedule": crontab(hour=0, minute=10)},
}
