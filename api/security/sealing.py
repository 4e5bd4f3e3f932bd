"""Secrets the server must be able to read again are stored sealed (AES-256-GCM), under a key outside the database."""

import base64
import binascii
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from knowledge.data_folder import DataFolder
from knowledge.errors import ConfigurationError
from knowledge.settings import SecuritySettings

KEY_BYTES = 32
_NONCE_BYTES = 12
_MARK = "v1:"


class Unsealable(Exception):
    """Sealed under another key, or for another account."""


class Sealer:
    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, owner: int) -> str:
        """`owner` is bound to it: a sealed value copied into another account's row does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _bound(owner))
        return _MARK + base64.b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, owner: int) -> str:
        """Raises Unsealable."""
        try:
            raw = base64.b64decode(sealed.removeprefix(_MARK), validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(owner)).decode()
        except (InvalidTag, ValueError) as exc:
            raise Unsealable from exc


def is_sealed(text: str) -> bool:
    return text.startswith(_MARK)


def sealer_for(settings: SecuritySettings, folder: DataFolder) -> Sealer:
    """With the key of the settings, else of the data folder's key file, which is made at first. The caller owns the
    folder. Raises ConfigurationError for a key that is none."""
    given = settings.secret_key.get_secret_value()
    if given:
        return Sealer(_decoded(given, "設定 security.secret_key"))
    path = folder.secret_key_file
    try:
        return Sealer(_decoded(path.read_text(encoding="ascii"), str(path)))
    except FileNotFoundError:
        return Sealer(_made(path))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"鍵ファイル {path} を読めません。場所と権限を確認してください。") from exc


def _made(path: Path) -> bytes:
    key = os.urandom(KEY_BYTES)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(base64.b64encode(key) + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as exc:
        raise ConfigurationError(f"鍵ファイル {path} を作れません。場所と権限を確認してください。") from exc
    return key


def _decoded(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{place} が正しくありません。{KEY_BYTES}バイトの鍵を base64 で書いてください。")
    return key


def _bound(owner: int) -> bytes:
    return f"totp:{owner}".encode()
