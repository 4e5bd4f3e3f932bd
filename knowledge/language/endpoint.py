"""Where text may be sent: one allow-list, TLS unless the address is this machine or a named host inside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from knowledge.errors import ConfigurationError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        """host:port as it stands in the allow-list."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        address = _address(self.host)
        return self.host == "localhost" or (address is not None and address.is_loopback)


@dataclass(frozen=True, slots=True)
class EndpointRules:
    allowed: Sequence[str] = ()
    plain_http_hosts: Sequence[str] = ()


def parse_endpoint(url: str) -> Endpoint:
    """Scheme, host and port of an address. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as exc:
        raise ConfigurationError("言語モデルのアドレス（llm.api_base）を読み取れません。") from exc
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise ConfigurationError(
            "言語モデルのアドレス（llm.api_base）は https://ホスト名:ポート/… の形で指定してください。"
        )
    return Endpoint(parts.scheme, parts.hostname.lower().rstrip("."), port)


def check_endpoint(url: str, rules: EndpointRules) -> Endpoint:
    """The endpoint, if text may be sent there. Raises ConfigurationError that says what to change."""
    found = parse_endpoint(url)
    if found.loopback:
        return found
    if found.name not in {entry.strip().lower() for entry in rules.allowed}:
        raise ConfigurationError(
            f"言語モデルの送信先 {found.name} は許可されていません。送ってよい相手なら、"
            "設定 llm.allowed_endpoints に加えてください。"
        )
    if found.scheme == "http" and not _plain_allowed(found.host, rules.plain_http_hosts):
        raise ConfigurationError(
            f"言語モデルの送信先 {found.name} は暗号化されていません。https:// のアドレスを使うか、"
            "閉じたネットワークの中のホストなら llm.plain_http_hosts に加えてください。"
        )
    return found


def _plain_allowed(host: str, listed: Sequence[str]) -> bool:
    """A named host inside; an address of the internet is refused even when it is listed."""
    address = _address(host)
    return host in {entry.strip().lower() for entry in listed} and (address is None or address.is_private)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
