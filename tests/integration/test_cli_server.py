"""A real server process: the port, the data folder, commands that go through it, and how it ends."""

import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from knowledge.store.database import SQLITE_FILE
from tests.fakes.open_city import FAQ_CSV
from tests.integration.test_cli_commands import ROOT, failed, run

QUIET = {**os.environ, "MADOGUCHI_SEARCH__TRAINING__BACKGROUND": "false"}


@contextmanager
def serving(
    folder: Path, *more: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it answers."""
    command = [sys.executable, "-m", "api.cli", "serve", "--data-dir", str(folder), "--port", "0", *more]
    with subprocess.Popen(
        command, cwd=ROOT, env={**QUIET, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert "起動しました" in line, line
            yield child, line.split("： ")[1].strip().rstrip("/")
        finally:
            child.kill()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text(FAQ_CSV, encoding="utf-8")
    return path


def test_commands_go_through_the_running_server(tmp_path: Path, csv: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder) as (child, address):
        told = folder / "server.json"
        assert told.stat().st_mode & 0o077 == 0
        done = run("faq", "import", csv, "--publish", "--no-train", "--data-dir", folder, "--json")
        assert orjson.loads(done.stdout)["published"] == 8, done.stderr
        # Without a restart, the running server already answers from what was imported.
        asked = {"query": "カードをなくしました"}
        hits = httpx.post(f"{address}/v1/search", json=asked).json()["hits"]
        assert hits[0]["faq_id"] == "A001"
        key = run("apikey", "create", "--role", "viewer", "--data-dir", folder).stdout.strip()
        assert httpx.get(f"{address}/v1/faqs", headers={"authorization": f"Bearer {key}"}).json()["total"] == 8
        assert orjson.loads(run("ask", "カードをなくしました", "--data-dir", folder, "--json").stdout)["candidates"]
        talk = tmp_path / "call.txt"
        talk.write_text("席：お電話ありがとうございます。\n市：カードをなくしました。\n", encoding="utf-8")
        played = run("assist", "play", talk, "--operator", "op1", "--speed", "500", "--data-dir", folder)
        assert played.returncode == 0, played.stderr
        assert "通話 play-" in played.stdout
        boss = run("apikey", "create", "--role", "supervisor", "--data-dir", folder).stdout.strip()
        records = httpx.get(f"{address}/v1/interactions", headers={"authorization": f"Bearer {boss}"}).json()["items"]
        assert [(one["operator"], one["status"]) for one in records] == [("op1", "after_call")]
        said = httpx.get(
            f"{address}/v1/interactions/{records[0]['record_id']}/transcript",
            headers={"authorization": f"Bearer {boss}"},
        ).json()["segments"]
        assert [one["speaker"] for one in said] == ["operator", "citizen"]
        failed(run("assist", "play", "none.txt", "--operator", "op1", "--data-dir", folder), "がありません")
        note = tmp_path / "案内.md"
        note.write_text("# 駐車場はありますか\n二十台分あります。\n", encoding="utf-8")
        assert "下書き 1 件" in run("ingest", note, "--data-dir", folder).stdout
        assert "変わっていません" in run("ingest", note, "--data-dir", folder).stdout
        note.write_text("# 駐車場はありますか\n三十台分あります。\n", encoding="utf-8")
        edition = run("ingest", note, "--data-dir", folder)
        assert "内容が違うFAQ 1 件" in edition.stdout, edition.stderr
        assert "+三十台分あります。" in edition.stdout
        bad = tmp_path / "bad.csv"
        bad.write_text("question,answer\n,x\n", encoding="utf-8")
        refused = run("faq", "import", bad, "--data-dir", folder)
        failed(refused, "取り込めません")
        assert "2行目・question" in refused.stderr
        assert run("faq", "export", "-", "--data-dir", folder).stdout.count("A00") >= 8
        failed(run("serve", "--data-dir", folder, "--port", "0"), "起動中の別の窓口")
        failed(run("restore", csv, "--data-dir", folder), "起動中の別の窓口")
        assert run("backup", tmp_path / "copy.tar.gz", "--data-dir", folder).returncode == 0
        child.send_signal(signal.SIGTERM)
        _, errors = child.communicate(timeout=30)
        assert child.returncode == 0
        assert "カード" not in errors
        assert "Traceback" not in errors
        assert not told.exists()
        assert own_keys(folder) == 0


def test_killed_server_leaves_no_lock_and_no_key(tmp_path: Path, csv: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder) as (child, _address):
        done = run("faq", "import", csv, "--publish", "--no-train", "--data-dir", folder, "--json")
        assert orjson.loads(done.stdout)["published"] == 8, done.stderr
        stolen = orjson.loads((folder / "server.json").read_bytes())["key"]
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    assert (folder / "server.json").exists()
    assert orjson.loads(run("ask", "暗証番号を忘れた", "--data-dir", folder, "--json").stdout)["candidates"]
    with serving(folder) as (_child, address):
        headers = {"authorization": f"Bearer {stolen}"}
        assert httpx.get(f"{address}/v1/faqs", headers=headers).status_code == 401
        hits = httpx.post(f"{address}/v1/search", json={"query": "暗証番号を忘れた"}).json()["hits"]
        assert hits[0]["faq_id"] == "A002"
        assert own_keys(folder) == 1  # not the dead server's too


def own_keys(folder: Path) -> int:
    with closing(sqlite3.connect(folder / SQLITE_FILE)) as conn:
        return int(conn.execute("SELECT count(*) FROM api_keys WHERE created_by = 'system'").fetchone()[0])


def test_port_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        failed(run("serve", "--data-dir", tmp_path, "--port", str(port)), f"ポート {port} は別のプログラムが使用中")


def test_first_start_offers_the_administrator_link(tmp_path: Path) -> None:
    with serving(tmp_path) as (child, address):
        assert child.stdout is not None
        child.stdout.readline()
        link = child.stdout.readline().strip()
        assert link.startswith(f"{address}/setup/")
        token = link.rsplit("/", 1)[1]
        offer = httpx.get(f"{address}/v1/auth/setup/{token}")
        assert (offer.status_code, offer.json()["role"]) == (200, "admin")


def test_only_modern_tls_is_spoken_and_browsers_are_told_to_stay_with_it(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    given = {"MADOGUCHI_SERVER__TLS_CERT": str(certificate), "MADOGUCHI_SERVER__TLS_KEY": str(key)}
    with serving(tmp_path / "data", env=given) as (_child, address):
        assert address.startswith("https://")
        trusting = ssl.create_default_context(cafile=certificate)
        answer = httpx.get(f"{address}/", verify=trusting)
        assert answer.status_code == 200
        assert "max-age=" in answer.headers["strict-transport-security"]
        port = int(address.rsplit(":", 1)[1])
        assert spoken(port, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        assert spoken(port, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
            spoken(port, ssl.TLSVersion.TLSv1_1)


def spoken(port: int, version: ssl.TLSVersion) -> str | None:
    """What is agreed on with a client that speaks this version and no other, however weak its ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, context.wrap_socket(plain) as secured:
        return secured.version()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "madoguchi test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def _family(pid: int) -> list[int]:
    """What the process has started, and what that has; nothing of one that has ended meanwhile."""
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [*children, *(further for child in children for further in _family(child))]


def _waited_for(true: Callable[[], bool]) -> bool:
    for _ in range(600):
        if true():
            return True
        time.sleep(0.05)
    return False


def test_questions_are_read_by_a_copy_and_nothing_outlives_a_killed_server(tmp_path: Path, csv: Path) -> None:
    folder = tmp_path / "data"
    run("faq", "import", csv, "--publish", "--no-train", "--data-dir", folder)
    with (
        serving(folder, env={"MADOGUCHI_SERVER__READING_PROCESSES": "1"}) as (child, address),
        httpx.Client(base_url=address) as client,
    ):
        assert client.get("/readyz").status_code == 200
        for number in range(20):
            body = {"query": f"{number}番の窓口でカードをなくしました", "channel": "web"}
            assert client.post("/v1/answers", json=body).json()["candidates"]
        assert client.post("/v1/answers", json={"query": "番号は123456789012です"}).json()["action"] == "refuse"
        # The copy, and the process that makes speech with its keeper.
        assert _waited_for(lambda: len(_family(child.pid)) >= 3)
        family = _family(child.pid)
        child.kill()
        child.wait()
        assert _waited_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
