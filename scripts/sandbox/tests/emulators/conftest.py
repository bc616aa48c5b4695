import codebuild_test_case
import pytest


@pytest.fixture(scope="session")
def codebuild_servers():
    yield from codebuild_test_case.run_servers()
