from typing import Any

import pytest

from tests.factories.accounts import SecondStep, UserFactory


@pytest.fixture
def comms(home: Any) -> Any:
    """Somebody of the comms team, with an app for the second step at ``comms.second``."""
    user = UserFactory(email="comms@village.example", group="Comms")
    user.second = SecondStep(user)
    return user
