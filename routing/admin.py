"""The rules as tables that a superuser can look at and mend; everybody else has the pages under /manage/."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from routing import audit
from routing.models import (
    Area,
    CatalogueEntry,
    CatalogueVersion,
    Category,
    DeadlineRule,
    Department,
    Holiday,
    HolidayYear,
    Parameter,
    Season,
    Staff,
    UnitKind,
)


class Audited(admin.ModelAdmin):
    """What a superuser mends here stands in the same audit log as what the pages of administration change."""

    audit_kind: str

    def log_addition(self, request, obj, message):
        self._note(request, obj, f"新增 {obj}")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._note(request, obj, f"修改 {obj}")
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._note(request, obj, f"删除 {obj}")
        return super().log_deletions(request, queryset)

    def _note(self, request, obj, words):
        subject = f"{obj._meta.model_name}:{obj.pk}"
        address = request.META.get("REMOTE_ADDR")
        audit.note(self.audit_kind, actor=request.user, subject=subject, words=f"/admin/ {words}", address=address)


class FixedPlaceAdmin(admin.ModelAdmin):
    """Code and parent make the path of everything below: moves go through the loaders, which mend the paths."""

    def get_readonly_fields(self, request, obj=None):
        return ("code", "parent", "full_name") if obj else ("full_name",)


@admin.register(Area)
class AreaAdmin(Audited, FixedPlaceAdmin):
    audit_kind = audit.Kind.AREA
    list_display = ["code", "full_name", "level"]
    list_filter = ["level"]
    search_fields = ["code", "name", "full_name"]
    autocomplete_fields = ["parent"]


@admin.register(UnitKind)
class UnitKindAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "level"]
    list_filter = ["level"]


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "area", "phone", "is_active"]
    list_filter = ["is_active", "kind"]
    list_select_related = ["kind", "area"]
    search_fields = ["code", "name", "short_name"]
    autocomplete_fields = ["area", "parent"]


@admin.register(Staff)
class StaffAdmin(Audited, UserAdmin):
    audit_kind = audit.Kind.RIGHTS
    list_display = ["username", "name", "department", "roles", "is_active"]
    list_filter = ["is_active", "is_superuser"]
    list_select_related = ["department"]
    search_fields = ["username", "name"]
    autocomplete_fields = ["department"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("工作"), {"fields": ("name", "roles", "department", "phone", "email")}),
        (_("权限"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("日期"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "name", "roles", "department", "password1", "password2")}),)


@admin.register(Category)
class CategoryAdmin(FixedPlaceAdmin):
    list_display = ["code", "full_name", "tier", "is_active"]
    list_filter = ["level", "tier", "is_active"]
    search_fields = ["code", "full_name"]
    autocomplete_fields = ["parent"]
    exclude = ["level"]


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(admin.ModelAdmin):
    """Publishing checks the edition and ends the one before it, so it is not a field to type in."""

    list_display = ["number", "name", "effective_from", "effective_to", "published_at"]
    readonly_fields = ["published_at", "created_by"]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.published_at)

    def get_readonly_fields(self, request, obj=None):
        if obj and obj.published_at:
            return ["number", "effective_from", "effective_to", *self.readonly_fields]
        return self.readonly_fields


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(admin.ModelAdmin):
    """Entries of a published edition are history: a change needs a new edition."""

    list_display = ["version", "category", "area", "conditions", "main_kind", "main_department", "tier"]
    list_filter = ["version", "tier", "assessment", "main_kind"]
    list_select_related = ["version", "category", "area", "main_kind", "main_department"]
    search_fields = ["category__code", "category__full_name"]
    autocomplete_fields = ["category", "area", "main_department"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.version.published_at)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.version.published_at)


class HolidayInline(admin.TabularInline):
    model = Holiday
    extra = 0


@admin.register(HolidayYear)
class HolidayYearAdmin(Audited):
    audit_kind = audit.Kind.CALENDAR
    list_display = ["year", "announced", "source"]
    inlines = [HolidayInline]


@admin.register(Season)
class SeasonAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "starts_on", "ends_on", "note"]
    list_filter = ["code"]


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(Audited):
    audit_kind = audit.Kind.DEADLINE
    list_display = ["stage", "tier", "amount", "unit", "mode", "effective_from", "note"]
    list_filter = ["stage", "tier", "mode"]


@admin.register(Parameter)
class ParameterAdmin(Audited):
    audit_kind = audit.Kind.PARAMETER
    list_display = ["key", "value", "description"]
    search_fields = ["key", "description"]
