"""A citizen opens their own case: by its number and query code, or by the rating link."""

from petitions import access, errors
from petitions.models import Petition


def by_code(no: str, code: str) -> Petition:
    """The case behind a number and its code. Raises WrongQueryCode without saying which of the two is wrong."""
    right = access.opens(no, code)
    case = Petition.objects.filter(no=no).first() if right else None
    if case is None:
        raise errors.WrongQueryCode
    return case
