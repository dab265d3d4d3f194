"""All addresses: the pages, the admin, and the health report."""

from django.contrib import admin
from django.urls import include, path

from backend.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("frontend.urls")),
]
