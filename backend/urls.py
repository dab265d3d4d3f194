"""All addresses: the pages, the admin, and the health report."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from backend.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
if find_spec("frontend.urls"):
    urlpatterns += [path("", include("frontend.urls"))]
