"""Addresses of the pages. Each view carries a guard (guards.py)."""

from django.urls import include, path

from frontend.views import (
    callback,
    case,
    cases,
    citizen,
    citizen_rate,
    citizen_submit,
    dispatch,
    entry,
    intake,
    queue,
    styleguide,
    unit,
)

urlpatterns = [
    path("", entry.home, name="home"),
    path("login/", entry.login, name="login"),
    path("logout/", entry.logout, name="logout"),
    path("theme/", entry.theme, name="theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("intake/", intake.desk, name="intake"),
    path("intake/suggestions/", intake.suggestions, name="intake-suggestions"),
    path("intake/caller/", intake.caller, name="intake-caller"),
    path("queue/", queue.rows, name="queue"),
    path("dispatch/", dispatch.desk, name="dispatch"),
    path("dispatch/rows/", dispatch.rows, name="dispatch-rows"),
    path("unit/", unit.desk, name="unit"),
    path("callback/", callback.desk, name="callback"),
    path("callback/rows/", callback.rows, name="callback-rows"),
    path("search/", cases.search, name="search"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<str:no>/", case.case, name="case"),
    path("cases/<str:no>/live/", case.live_parts, name="case-live"),
    path("cases/<str:no>/reveal/", case.reveal, name="case-reveal"),
    path("cases/<str:no>/do/<str:code>/", case.move, name="case-move"),
    path("c/", citizen.home, name="citizen"),
    path("c/submit/", citizen_submit.submit, name="citizen-submit"),
    path("c/done/", citizen_submit.done, name="citizen-done"),
    path("c/track/", citizen.track, name="citizen-track"),
    path("c/care/", citizen.care, name="care"),
    path("c/case/<str:no>/", citizen.case, name="citizen-case"),
    path("c/rate/<str:token>/", citizen_rate.rate, name="citizen-rate"),
    path("styleguide/", styleguide.gallery, name="styleguide"),
]
