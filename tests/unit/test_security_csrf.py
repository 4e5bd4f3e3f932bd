"""Reading the form token and the sender's origin from whatever bytes arrive, and the content policy's host."""

from urllib.parse import urlencode

import httpx
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.security.csrf import csrf_token, is_same_origin, token_in_form
from api.security.headers import content_security_policy

URLENCODED = "application/x-www-form-urlencoded"
hosts = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z]{1,5}){0,2}", fullmatch=True)


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    request = httpx.Request("POST", "http://x/", data=fields, files={"file": ("a.csv", content)})
    return request.read(), request.headers["content-type"]


@given(st.text(max_size=50), st.text(max_size=200))
def test_the_token_is_found_in_a_form_of_either_kind(session: str, text: str) -> None:
    session = session.encode("utf-8", "ignore").decode()
    token = csrf_token(session)
    assert token_in_form(urlencode({"csrf_token": token, "text": text}).encode(), URLENCODED) == token
    body, content_type = multipart({"csrf_token": token, "text": text}, text.encode())
    assert token_in_form(body, content_type) == token


@given(st.binary(max_size=500), st.sampled_from([URLENCODED, "multipart/form-data; boundary=b", "text/plain", ""]))
def test_any_bytes_are_read_without_an_error_and_hold_no_valid_token(body: bytes, content_type: str) -> None:
    assert token_in_form(body, content_type) != csrf_token("somebody's session")


@given(st.text(), st.text())
def test_two_sessions_have_two_tokens(one: str, other: str) -> None:
    one, other = (text.encode("utf-8", "ignore").decode() for text in (one, other))
    assert (csrf_token(one) == csrf_token(other)) == (one == other)


@given(ours=hosts, theirs=hosts)
def test_only_our_own_origin_is_same_origin(ours: str, theirs: str) -> None:
    headers = Headers({"host": ours, "origin": f"https://{theirs}"})
    assert is_same_origin(headers, "https") is (ours == theirs)
    assert is_same_origin(headers, "http") is False


@given(st.text(max_size=60))
def test_whatever_stands_in_origin_is_judged(origin: str) -> None:
    text = origin.encode("latin-1", "ignore").decode("latin-1")
    assert is_same_origin(Headers({"host": "city.example", "origin": text}), "https") in (True, False)


def test_default_ports_and_silence() -> None:
    assert is_same_origin(Headers({"host": "city.example:443", "origin": "https://city.example"}), "wss")
    assert is_same_origin(Headers({"host": "city.example"}), "https") is None
    assert is_same_origin(Headers({"host": "city.example", "sec-fetch-site": "none"}), "https")
    contradiction = Headers({"host": "a", "origin": "http://a", "sec-fetch-site": "cross-site"})
    assert is_same_origin(contradiction, "http") is False


@given(st.text(max_size=80), st.booleans())
def test_no_host_header_can_write_into_the_policy(host: str, secure: bool) -> None:
    plain = content_security_policy("", secure)
    policy = content_security_policy(host, secure)
    socket = f" {'wss' if secure else 'ws'}://{host}"
    assert policy == plain or policy == plain.replace("connect-src 'self'", f"connect-src 'self'{socket}")
    assert policy.count(";") == plain.count(";")
