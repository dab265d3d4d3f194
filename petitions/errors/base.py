"""What every refusal is."""

from django.utils.translation import gettext


class PetitionError(Exception):
    """这一步现在办不了。"""

    def __init__(self, message: str = ""):
        super().__init__(message or gettext((type(self).__doc__ or "").strip()))

    @property
    def message(self) -> str:
        return str(self.args[0])
