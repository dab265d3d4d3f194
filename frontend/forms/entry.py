from django.contrib.auth.forms import AuthenticationForm
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("工号或密码不对，请再试一次。"),
        "inactive": _("这个账号已停用，请联系管理员。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("工号")
        self.fields["password"].label = _("密码")
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"

    def refuse(self, message: str) -> None:
        """Show one sentence without looking at the password."""
        self.cleaned_data = {}
        self._errors = ErrorDict({"__all__": self.error_class([message])})
