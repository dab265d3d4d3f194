"""Statistics are made of cases in the same city as the tests of the services."""

from tests.petitions.conftest import _city_of_the_module, city, committed_city, forgetful  # noqa: F401
