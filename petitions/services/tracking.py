"""A citizen opens their own case: by its number and query code, or by the rating link."""

import hmac

from petitions import errors
from petitions.models import Petition
from petitions.services.intake import query_code


def by_code(no: str, code: str) -> Petition:
    """The case behind a number and its code. Raises WrongQueryCode without saying which of the two is wrong."""
    right = hmac.compare_digest(query_code(no).encode(), code.encode())
    case = Petition.objects.filter(no=no).first() if right else None
    if case is None:
        raise errors.WrongQueryCode
    return case
