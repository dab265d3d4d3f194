"""What every refusal is."""


class PetitionError(Exception):
    """这一步现在办不了。"""

    def __init__(self, message: str = ""):
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        return str(self.args[0])
