from django.contrib.auth.forms import PasswordChangeForm
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _


class OwnPasswordForm(PasswordChangeForm):
    error_messages = {
        "password_mismatch": _("两次填的新密码不一样。"),
        "password_incorrect": _("现在的密码不对。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {"old_password": _("现在的密码"), "new_password1": _("新密码"), "new_password2": _("再填一次新密码")}
        for name, word in words.items():
            self.fields[name].label = word
            self.fields[name].widget.attrs["class"] = "in"
            self.fields[name].widget.attrs.pop("autofocus", None)
            self.fields[name].error_messages["required"] = _("这一项要填。")
            self.fields[name].help_text = ""

    def refuse(self, message: str) -> None:
        """Show one sentence without looking at the passwords."""
        self.cleaned_data = {}
        self._errors = ErrorDict({"__all__": self.error_class([message])})
