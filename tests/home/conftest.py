import pytest
from wagtail.models import Site

from home.models import HomePage
from tests.factories.home import HomePageFactory


@pytest.fixture
def home(db: None) -> HomePage:
    """The page at ``/``."""
    Site.clear_site_root_paths_cache()
    return HomePageFactory()
