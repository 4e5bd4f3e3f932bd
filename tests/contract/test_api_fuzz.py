"""Schemathesis over the whole schema: whatever is sent, never a 5xx, and every refusal in our one shape."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.schemas
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema

from api.security.permissions import Role
from tests.fakes.open_city import open_city
from tests.fakes.served import Served

# Schemathesis loads its parts on first use, and pytest rewrites them then. CPython 3.11 cannot parse in two threads at a
# time ("AST constructor recursion depth mismatch"), so they are loaded before the service's thread starts.
pytestmark = pytest.mark.fuzz
EXAMPLES = 8
"""For each operation: the whole run stays below a minute and a half."""
Operation = APIOperation[Any, Any, Any, Any]
BEYOND_A_REQUEST = ["/v1/index/train"]
"""Starts processes that outlive the request."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    with open_city(tmp_path_factory.mktemp("city")) as city, Served(city.app) as address:
        loaded = schemathesis.openapi.from_url(f"{address}/openapi.json").exclude(path=BEYOND_A_REQUEST)
        key, _ = city.doors.accounts.keys.create("test", "fuzz", Role.ADMIN)
        loaded.config.update(headers={"authorization": f"Bearer {key}"})
        yield loaded


def test_nothing_sent_breaks_the_service(api: BaseSchema) -> None:
    tried = 0
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        _try(found.ok())
        tried += 1
    assert tried > 40


def _try(operation: Operation) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def send(case: Case[Any]) -> None:
        reply = case.call(timeout=30)
        assert reply.status_code < 500 or _is_switched_off(operation, reply), f"{operation.label}: {reply.text}"
        if reply.status_code >= 400:
            assert reply.headers["content-type"][0] == "application/problem+json", operation.label
            assert reply.json()["detail"]

    send()


def _is_switched_off(operation: Operation, reply: Response) -> bool:
    """The telephone or the language model is not set up here and says so."""
    if reply.status_code != 503:
        return False
    return operation.path.startswith(("/v1/voice", "/v1/calls")) or "言語モデルは設定されていません" in reply.text
