"""The real application on a small real city: a dozen FAQ in a data folder of the test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_app
from api.doors import Doors
from api.security.permissions import Role
from knowledge.bootstrap import Services, build
from knowledge.clock import FixedClock
from knowledge.settings import load_settings

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FAQ_CSV = """faq_id,question,answer,alt_questions,category,department,evidence,url,visibility,lang
A001,マイナンバーカードをなくしたときはどうすればよいですか。,すぐに 0120-95-0178 へ電話して、カードの機能を止めてください。,カードをなくしました｜カードを落とした｜財布ごとカードを盗まれた,紛失,市民課,総合サイト,https://example.lg.jp/lost,public,ja
A001,I lost my My Number Card. What should I do?,Call 0120-95-0178 at once to stop the card.,lost my card｜my card was stolen,紛失,市民課,総合サイト,https://example.lg.jp/lost,public,en
A002,暗証番号を忘れたときはどうすればよいですか。,カードと本人確認書類を持って、窓口へお越しください。,パスワードを忘れた｜暗証番号がわからない,暗証番号,市民課,法令,,public,ja
A003,電子証明書の有効期間は何年ですか。,発行の日から5回目の誕生日までです。,電子証明書はいつまで使えますか,電子証明書,市民課,法令,,public,ja
A004,引っ越しをしたときの手続きを教えてください。,14日以内に、カードを持って届け出てください。,転入したらカードはどうする｜住所が変わった,記載変更,市民課,法令,,public,ja
A005,カードの受け取りに必要なものは何ですか。,交付通知書と本人確認書類をお持ちください。,受け取りの持ち物,交付・受取,市民課,法令,,public,ja
A006,顔写真の大きさを教えてください。,縦4.5センチ、横3.5センチです。,写真のサイズ,申請,市民課,総合サイト,,public,ja
A007,職員用の確認手順を教えてください。,内線で係長に確認します。,オペレーターの手順,内部,市民課,手引き,,operator,ja
"""


@dataclass(frozen=True)
class City:
    """`client(role)` is a caller with a key of that role, or nobody in particular."""

    app: FastAPI
    services: Services
    doors: Doors

    def client(self, role: Role | None = None, **headers: str) -> httpx.AsyncClient:
        if role is not None:
            key, _ = self.doors.accounts.keys.create("test", f"test {role}", role)
            headers["authorization"] = f"Bearer {key}"
        # Faults of the application must come out as answers, as they do behind a real server.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


@contextmanager
def open_city(folder: Path, csv: str = FAQ_CSV, **settings: Any) -> Iterator[City]:
    """Answers at low confidence, because nothing is trained."""
    given = {"search": {"training": {"background": False}}, "answer": {"answer_at": 0.3, "clarify_at": 0.2}, **settings}
    services = build(load_settings(data_dir=folder, **given), FixedClock(NOW))
    try:
        services.faqs.import_file(csv.encode(), True, "test")
        app = create_app(services, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield City(app, services, app.state.doors)
    finally:
        services.close()
