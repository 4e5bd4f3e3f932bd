"""/v1/faqs, /v1/synonyms and /v1/index: editing, files, and what the next question sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.permissions import Role
from tests.fakes.open_city import FAQ_CSV, City, open_city
from tests.fakes.route_walk import walk_routes

NEW = {"faq_id": "B001", "question": "犬の登録はどこでできますか。", "answer": "生活環境課の窓口でできます。"}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with open_city(tmp_path) as opened:
        yield opened


async def test_lifecycle_over_http_reaches_the_next_question(city: City) -> None:
    async with city.client(Role.EDITOR) as editor, city.client(Role.APPROVER) as approver, city.client() as anybody:
        made = await editor.post("/v1/faqs", json=NEW)
        assert made.status_code == 201
        assert made.json()["status"] == "draft"
        revision = made.json()["revision"]
        change = {"revision": revision, "changes": {"answer": "生活環境課の窓口か、郵送でできます。"}}
        saved = (await editor.patch("/v1/faqs/B001", json=change)).json()
        assert saved["question"] == NEW["question"]
        stale = await editor.patch("/v1/faqs/B001", json=change)
        assert stale.status_code == 409
        asked = (await editor.post("/v1/faqs/B001/submit", json={"revision": saved["revision"]})).json()
        refused = await editor.post("/v1/faqs/B001/approve", json={"revision": asked["revision"]})
        assert refused.status_code == 403
        approved = (await approver.post("/v1/faqs/B001/approve", json={"revision": asked["revision"]})).json()
        live = await approver.post("/v1/faqs/B001/publish", json={"revision": approved["revision"]})
        assert live.json()["live_version"] == 1
        hits = (await anybody.post("/v1/search", json={"query": "犬の登録"})).json()["hits"]
        assert hits[0]["faq_id"] == "B001"
        retired = await approver.post("/v1/faqs/B001/retire", json={"revision": live.json()["revision"]})
        assert retired.json()["status"] == "retired"
        hits = (await anybody.post("/v1/search", json={"query": "犬の登録"})).json()["hits"]
        assert "B001" not in {hit["faq_id"] for hit in hits}
        versions = (await editor.get("/v1/faqs/B001/versions")).json()
        assert [version["version"] for version in versions] == [1]


async def test_forms_and_the_number_to_ring_reach_the_citizen(city: City) -> None:
    more = {"forms": ["登録申請書 https://www.example.lg.jp/dog.pdf"], "contact_phone": "0123-45-6789"}
    async with city.client(Role.ADMIN) as admin, city.client() as anybody:
        bad = await admin.post("/v1/faqs", json={**NEW, "forms": ["開く javascript:alert(1)"]})
        assert (bad.status_code, bad.json()["problems"][0]["column"]) == (422, "forms")
        row = {**NEW, **more}
        columns = ["faq_id", "question", "answer", "forms", "contact_phone"]
        cells = [str(row[c]) if isinstance(row[c], str) else "｜".join(row[c]) for c in columns]
        text = ",".join(columns) + "\n" + ",".join(cells)
        done = await admin.post("/v1/faqs/import", files={"file": ("faq.csv", text.encode())}, data={"publish": "true"})
        assert done.status_code == 200, done.text
        page = (await anybody.get("/faq/B001", headers={"accept": "text/html"})).text
    assert 'href="https://www.example.lg.jp/dog.pdf"' in page
    assert 'href="tel:0123456789"' in page


async def test_reading(city: City) -> None:
    async with city.client(Role.VIEWER) as viewer:
        page = (await viewer.get("/v1/faqs", params={"category": "紛失", "lang": "ja"})).json()
        assert (page["total"], page["items"][0]["faq_id"]) == (1, "A001")
        assert (await viewer.get("/v1/faqs/A001", params={"lang": "en"})).json()["lang"] == "en"
        assert (await viewer.get("/v1/faqs/none")).status_code == 404
        assert (await viewer.get("/v1/faqs", params={"limit": 0})).status_code == 422
        assert (await viewer.get("/v1/faqs/A001/diff", params={"old": 1})).json() == []
        related = (await viewer.get("/v1/faqs/A001/related")).json()
        assert all(one["faq_id"] != "A001" for one in related)
        assert {one["category"] for one in (await viewer.get("/v1/faqs/categories")).json()} >= {"紛失", "申請"}


async def test_import_previews_then_writes_all_or_nothing(city: City) -> None:
    good = "question,answer\n水道の開始届はどこへ出しますか。,水道課へお出しください。\n".encode("cp932")
    bad = "question,answer\n一つめの質問です。,回答です。\n,回答だけです。\n".encode()
    async with city.client(Role.APPROVER) as client:
        seen = await client.post("/v1/faqs/import", files={"file": ("a.csv", good)}, data={"preview": "true"})
        assert (seen.json()["new"], seen.json()["encoding"]) == (1, "cp932")
        total = (await client.get("/v1/faqs")).json()["total"]
        refused = await client.post("/v1/faqs/import", files={"file": ("a.csv", bad)})
        assert refused.status_code == 422
        assert (refused.json()["problems"][0]["row"], refused.json()["problems"][0]["column"]) == (3, "question")
        assert (await client.get("/v1/faqs")).json()["total"] == total
        done = await client.post("/v1/faqs/import", files={"file": ("a.csv", good)}, data={"publish": "true"})
        assert (done.json()["published"], done.status_code) == (1, 200)
        hits = (await client.post("/v1/search", json={"query": "水道の開始届"})).json()["hits"]
        assert hits[0]["question"].startswith("水道の開始届")


@pytest.mark.parametrize("hold", [None, "false", "true"])
async def test_words_that_block_publication_follow_the_setting_or_the_field(city: City, hold: str | None) -> None:
    data = f"faq_id,question,answer\nZ{hold},{hold}には何が要りますか。,個人番号カードです。\n".encode()
    files = {"file": ("a.csv", data)}
    fields = {"publish": "true"} if hold is None else {"publish": "true", "hold_terms": hold}
    async with city.client(Role.APPROVER) as client:
        report = (await client.post("/v1/faqs/import", files=files, data=fields)).json()
    assert (report["published"], report["held"], report["wording_rows"]) == (
        (0, 1, [2]) if hold == "true" else (1, 0, [2])
    )


async def test_import_with_publication_needs_the_right(city: City) -> None:
    async with city.client(Role.EDITOR) as editor:
        files = {"file": ("a.csv", FAQ_CSV.encode())}
        refused = await editor.post("/v1/faqs/import", files=files, data={"publish": "true"})
        assert refused.status_code == 403
        assert (await editor.post("/v1/faqs/import", files=files)).json()["unchanged"] == 8


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\n1,2\n", "質問\n".encode("utf-16")])
async def test_files_that_are_no_faq(city: City, data: bytes) -> None:
    async with city.client(Role.EDITOR) as editor:
        reply = await editor.post("/v1/faqs/import", files={"file": ("a.csv", data)})
        assert reply.status_code == 422
        assert reply.json()["detail"]


async def test_export_imports_as_no_change(city: City) -> None:
    async with city.client(Role.APPROVER) as client:
        exported = await client.get("/v1/faqs/export", params={"encoding": "cp932", "header": "label"})
        assert exported.headers["content-type"].startswith("text/csv")
        again = await client.post("/v1/faqs/import", files={"file": ("a.csv", exported.content)})
        assert (again.json()["unchanged"], again.json()["changed"], again.json()["new"]) == (8, 0, 0)


async def test_synonyms_change_the_next_search(city: City) -> None:
    async with city.client(Role.EDITOR) as editor:
        made = await editor.post("/v1/synonyms", json={"preferred": "暗証番号", "terms": ["ピンコ"]})
        assert made.status_code == 201
        clash = await editor.post("/v1/synonyms", json={"preferred": "別の語", "terms": ["ピンコ"]})
        assert clash.status_code == 409
        hits = (await editor.post("/v1/search", json={"query": "ピンコを忘れた"})).json()["hits"]
        assert hits[0]["faq_id"] == "A002"
        group = (await editor.get("/v1/synonyms")).json()[0]
        change = {"preferred": "暗証番号", "terms": ["ピンポン"], "revision": group["revision"]}
        assert (await editor.patch(f"/v1/synonyms/{group['group_id']}", json=change)).status_code == 200
        exported = (await editor.get("/v1/synonyms/export")).content
        done = await editor.post("/v1/synonyms/import", files={"file": ("s.csv", exported)})
        assert done.json() == {"added": 0, "changed": 0, "unchanged": 1, "removed": 0}
        assert (await editor.delete(f"/v1/synonyms/{group['group_id']}")).status_code == 204
        assert (await editor.delete(f"/v1/synonyms/{group['group_id']}")).status_code == 404


async def test_index_status_and_training_on_request(city: City) -> None:
    async with city.client(Role.EDITOR) as editor:
        status = (await editor.get("/v1/index")).json()
        assert (status["japanese_faqs"], status["training"]["current"]) == (7, False)
        assert (await editor.post("/v1/index/train")).status_code == 202


async def test_every_route_keeps_to_the_permission_table(city: City) -> None:
    assert await walk_routes(city.app, city.doors.accounts) == []
