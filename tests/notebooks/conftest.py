"""The environment with Colab's versions, made once and kept while the versions stay."""

import pytest
from bookbuild import colab


@pytest.fixture(scope="session")
def environment(request):
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        return colab.ensure(say=lambda line: print(f"\n  {line}", flush=True))
