"""The back office, read-only for what the lifecycle owns: a case is changed through its services or not at all."""

from django import forms
from django.contrib import admin

from petitions import models


class ReadOnly(admin.ModelAdmin):
    """Rows can be looked at, never added, changed or deleted here."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Petition)
class PetitionAdmin(ReadOnly):
    list_display = ("no", "title", "state", "category", "main_department", "due_at", "outcome")
    list_filter = ("state", "channel", "tier", "assessment")
    search_fields = ("no",)
    list_select_related = ("category", "main_department")
    # The caller's words and data have pages of their own, with masks and an audit trail.
    exclude = ("text", "search", "caller", "idempotency_key")


@admin.register(models.Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ("petition", "department", "part", "state", "due_at", "signed_late")
    list_filter = ("state", "part")
    list_select_related = ("petition", "department")


@admin.register(models.Event)
class EventAdmin(ReadOnly):
    list_display = ("petition", "seq", "at", "actor", "subject", "action", "before", "after")
    list_filter = ("subject", "action")
    list_select_related = ("petition", "actor")


@admin.register(models.Outbox)
class OutboxAdmin(ReadOnly):
    list_display = ("topic", "petition", "state", "attempts", "next_try_at", "done_at", "error")
    list_filter = ("state", "topic")
    list_select_related = ("petition",)
    exclude = ("payload",)
    actions = ("resend",)

    @admin.action(description="重新发送失败的通知")
    def resend(self, request, queryset):
        from petitions.services import clock, notify  # admin is loaded with the models, services after them

        failed = list(queryset.filter(state=models.Outbox.State.FAILED).values_list("pk", flat=True))
        for pk in failed:
            notify.plan_again(pk, now=clock.now())
        self.message_user(request, f"已重新排队 {len(failed)} 条。")


@admin.register(models.Disclosure)
class DisclosureAdmin(ReadOnly):
    list_display = ("at", "staff", "petition", "what", "reason", "address")
    list_select_related = ("staff", "petition")


@admin.register(models.Lookup)
class LookupAdmin(ReadOnly):
    list_display = ("at", "staff", "what", "found", "address")
    list_filter = ("what",)
    list_select_related = ("staff",)
    exclude = ("caller",)


@admin.register(models.Suggestion)
class SuggestionAdmin(ReadOnly):
    list_display = ("petition", "kind", "label", "confidence", "accepted", "chosen", "model_version")
    list_filter = ("kind", "accepted", "model_version")
    list_select_related = ("petition",)


@admin.register(models.Job)
class JobAdmin(ReadOnly):
    list_display = ("kind", "owner", "state", "done", "total", "message", "started_at", "ended_at")
    list_filter = ("state", "kind")


@admin.register(models.KnowledgeItem)
class KnowledgeItemAdmin(ReadOnly):
    """Items are edited on their own page, where each edit is kept as a version."""

    list_display = ("title", "owner", "category", "review_by", "is_published", "version")
    list_filter = ("is_published",)
    search_fields = ("title", "question", "answer")


for model in (models.ContactLog, models.Reply, models.Callback, models.Rating, models.Supervision, models.Request):
    admin.site.register(model, ReadOnly)
for model in (models.Link, models.DaySeal, models.Message, models.Label, models.Escalation):
    admin.site.register(model, ReadOnly)


@admin.register(models.Extension)
class ExtensionAdmin(admin.ModelAdmin):
    list_display = ("number", "staff")
    list_select_related = ("staff",)
    search_fields = ("number", "staff__username", "staff__name")
    autocomplete_fields = ("staff",)


@admin.register(models.Call)
class CallAdmin(ReadOnly):
    list_display = ("started_at", "direction", "state", "agent", "queue", "petition", "wrap_up")
    list_filter = ("direction", "state", "wrap_up")
    list_select_related = ("agent", "petition")
    exclude = ("number",)


@admin.register(models.Dial)
class DialAdmin(ReadOnly):
    list_display = ("asked_at", "by", "extension", "state", "petition", "note")
    list_filter = ("state",)
    list_select_related = ("by", "petition")
    exclude = ("number",)


class WebhookForm(forms.ModelForm):
    """The secret is never shown again; left empty, the old one stays."""

    url = forms.URLField(label="地址", max_length=500, assume_scheme="https")
    secret = forms.CharField(label="签名密钥", required=False, widget=forms.PasswordInput, help_text="留空则不改")

    class Meta:
        model = models.Webhook
        fields = ("name", "url", "secret", "topics", "is_on")

    def clean_secret(self) -> str:
        said = self.cleaned_data["secret"] or self.instance.secret
        if not said:
            raise forms.ValidationError("请填写签名密钥。")
        return said


@admin.register(models.Webhook)
class WebhookAdmin(admin.ModelAdmin):
    form = WebhookForm
    list_display = ("name", "url", "is_on")
