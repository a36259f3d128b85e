"""Pages under AppTest, at the speed of the pages."""

from collections.abc import Iterator

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager


@pytest.fixture(autouse=True, scope="package")
def no_search_for_installed_components() -> Iterator[None]:
    """Keep each AppTest run from reading the metadata of all installed packages, 0.2 s a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
        )
        yield
