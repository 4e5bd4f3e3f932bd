"""No test reaches beyond this machine, and no setting of the developer's shell reaches a test."""

import os

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

for _name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
    del os.environ[_name]

# A console of rich reads its width once, when it is made, and what imports it first differs from run to run.
os.environ["COLUMNS"] = "200"

# How long an example takes says something about the machine, not about the code.
settings.register_profile("madoguchi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("madoguchi")


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
