"""Where text may be sent, and where not."""

import pytest

from knowledge.errors import ConfigurationError
from knowledge.language.endpoint import EndpointRules, check_endpoint

RULES = EndpointRules(
    ("llm.city.lg.jp:443", "10.1.2.3:8000", "gpu.local:8000", "93.184.216.34:80"),
    ("10.1.2.3", "gpu.local", "93.184.216.34"),
)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:11434/v1",
        "http://localhost:8000",
        "http://[::1]:8000/v1",
        "https://llm.city.lg.jp/v1",
        "https://LLM.City.lg.jp:443/v1",
        "http://10.1.2.3:8000/v1",
        "http://gpu.local:8000",
    ],
)
def test_allowed(url: str) -> None:
    assert check_endpoint(url, RULES).host


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://api.example.com/v1", "api.example.com:443 は許可されていません"),
        ("https://llm.city.lg.jp:8443/v1", "許可されていません"),
        ("https://llm.city.lg.jp.evil.example/v1", "許可されていません"),
        ("https://llm.city.lg.jp@evil.example/v1", "の形で"),
        ("http://llm.city.lg.jp:443/v1", "暗号化されていません"),
        ("http://93.184.216.34/v1", "暗号化されていません"),
        ("ftp://127.0.0.1/x", "の形で"),
        ("http://127.0.0.1:99999/", "読み取れません"),
        ("", "の形で"),
        ("http://127.0.0.1.evil.example:80/", "許可されていません"),
    ],
)
def test_refused_with_what_to_do(url: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_endpoint(url, RULES)
    assert says in caught.value.message
