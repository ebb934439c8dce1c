"""A shared tablet, and two residents of the place where it stands."""

import pytest
from sqlalchemy.orm import Session

from diary.models import Account, Lab
from tests.builders import an_account
from tests.conftest import Browser
from tests.web.at_the_tablet import at, settled


@pytest.fixture
def tablet(lab: Lab, as_coordinator: Browser) -> Browser:
    """A browser that the coordinator of Boden has marked as shared."""
    answer = as_coordinator.post("/devices", data={"lab": "boden", "name": "Köket"})
    assert (answer.status_code, answer.location) == (303, "/who")
    return as_coordinator


@pytest.fixture
def amal(db: Session, lab: Lab) -> Account:
    return settled(db, at(lab, an_account(db, "amal")))


@pytest.fixture
def sara(db: Session, lab: Lab) -> Account:
    return settled(db, at(lab, an_account(db, "sara")))
