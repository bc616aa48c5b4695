import pytest
from rescue_test_case import RescueTestCase


@pytest.fixture(scope="session", autouse=True)
def stop_deployment():
    """Stops the last deployment, which checks its API calls and logs."""
    yield
    RescueTestCase.stop_deployment()
