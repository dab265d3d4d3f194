"""The pages' tests use the same city as the services' (see there)."""

from tests.frontend.catalogue_desk import center, draft  # noqa: F401
from tests.frontend.managing import administrator, desk  # noqa: F401
from tests.frontend.telephone import at_desk, telephone_keys  # noqa: F401
from tests.petitions.conftest import _city_of_the_module, city, forgetful  # noqa: F401
