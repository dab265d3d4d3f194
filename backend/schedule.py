"""What rings by itself, and how often: read by Celery's beat and by the embedded worker alike.

A ring only says "look at the rows": two beats, a late beat or a lost ring can neither miss nor double anything.
"""

from celery.schedules import crontab

SOON = {"expires": 30}  # seconds; while no worker is up, rings must not pile up: the next one says the same

BEAT_SCHEDULE = {
    "outbox": {"task": "petitions.deliver_outbox", "schedule": 1.0, "options": SOON},
    "deadlines": {"task": "petitions.sweep_deadlines", "schedule": 5.0, "options": SOON},
    "statistics": {"task": "insight.refresh", "schedule": 1.0, "options": SOON},
    "hot issues": {"task": "insight.join_issues", "schedule": 2.0, "options": SOON},
    "reports that are due": {"task": "insight.reports", "schedule": 60.0, "options": SOON},
    "reports and checks": {"task": "insight.jobs", "schedule": 2.0, "options": SOON},
    "months grouped anew": {"task": "insight.topic_jobs", "schedule": 5.0, "options": SOON},
    "effects of themes": {"task": "insight.measure_themes", "schedule": crontab(hour=4, minute=40)},
    "catalogue previews": {"task": "petitions.preview_catalogue", "schedule": 2.0, "options": SOON},
    "exports": {"task": "petitions.write_exports", "schedule": 2.0, "options": SOON},
    "hot issues anew": {"task": "insight.regroup_issues", "schedule": crontab(hour=2, minute=40)},
    "unusual figures": {"task": "insight.detect", "schedule": crontab(hour=3, minute=20)},
    "old drafts": {"task": "petitions.forget_old_drafts", "schedule": crontab(hour=1, minute=15)},
    "old files of jobs": {"task": "petitions.forget_old_files", "schedule": crontab(hour=1, minute=20)},
    "monthly topics": {"task": "insight.cluster_month", "schedule": crontab(hour=3, minute=40, day_of_month="1,20")},
    "monthly candidates": {"task": "insight.monthly_candidates", "schedule": crontab(hour=4, minute=10)},
    "reviews of ready answers": {"task": "petitions.remind_of_reviews", "schedule": crontab(hour=8, minute=30)},
    "alerts of the minute": {"task": "insight.listen", "schedule": 60.0, "options": SOON},
    "alerts of the hour": {"task": "insight.watch", "schedule": crontab(minute=2)},
    "what is usual": {"task": "insight.expect", "schedule": crontab(hour=1, minute=40)},
    "daily seal": {"task": "petitions.seal_yesterday", "schedule": crontab(hour=0, minute=10)},
}
