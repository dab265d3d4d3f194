"""The pages' tests use the same city as the services' (see there)."""

from tests.petitions.conftest import _city_of_the_module, city, forgetful  # noqa: F401
