"""What tests of several answers read of the demo network."""

from typing import Any

import pytest

from tests.resolvers.covering import Known, known_of


@pytest.fixture
def known(ask: Any) -> Known:
    return known_of(ask)
