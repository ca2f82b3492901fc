"""OpenSSL, which is another's idea of the same standard."""

import pytest

from tests.foundation.cms.people import OpenSsl


@pytest.fixture
def openssl(tmp_path):
    return OpenSsl(tmp_path)
