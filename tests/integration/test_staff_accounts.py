"""Logging in, set-up links, my account, users, API keys and the audit log through the pages."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.security.permissions import Permission, Role
from tests.fakes.staff_site import PASSWORD, Person, Site, opened_site, person

NEW_PASSWORD = "mado-aoi-sora-kumo"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=2) as made:
        made.user("kanri", Role.ADMIN)
        made.user("hanako", Role.EDITOR)
        yield made


def _shown(page: str, name: str) -> str:
    found = re.search(rf'<input id="{name}"[^>]*value="([^"]+)"', page)
    assert found, page
    return html.unescape(found.group(1))


async def _enrolled(someone: Person, site: Site) -> list[str]:
    """Recovery codes of a first login that has to register an authenticator."""
    await someone.submit("/login", name="kanri", password=PASSWORD)
    assert someone.path == "/login/enrolment"
    assert "<svg" in someone.text
    secret = re.search(r'class="secret"><code>([A-Z2-7]+)<', someone.text)
    assert secret
    await someone.submit("/login/enrolment", code="000000")
    assert someone.status == 422
    await someone.submit("/login/enrolment", code=site.code(secret.group(1)))
    return re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", someone.text)


async def test_first_start_ends_with_an_administrator_who_chose_their_own_password(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1) as empty:
        token = empty.accounts.setup.for_first_start()
        async with person(empty) as someone:
            await someone.get(f"/setup/{token}")
            assert "最初の管理者の登録" in someone.text
            fields = {"name": "tanaka", "display_name": "田中", "password": "short", "repeated": "short"}
            await someone.submit(f"/setup/{token}", fields)
            assert "12文字以上" in someone.text
            assert someone.field("name") == "tanaka"
            await someone.submit(f"/setup/{token}", {**fields, "password": NEW_PASSWORD, "repeated": PASSWORD})
            assert "一致しません" in someone.text
            await someone.submit(f"/setup/{token}", {**fields, "password": NEW_PASSWORD, "repeated": NEW_PASSWORD})
            assert "パスワードを設定しました" in someone.text
            await someone.get(f"/setup/{token}")
            assert someone.status == 404
            await someone.submit("/login", name="tanaka", password=NEW_PASSWORD)
            assert someone.path == "/login/enrolment"


async def test_a_recovery_code_opens_the_door_once(site: Site) -> None:
    async with person(site) as first:
        codes = await _enrolled(first, site)
        assert len(codes) == 10
    for status in (200, 401):
        async with person(site) as someone:
            await someone.submit("/login", name="kanri", password=PASSWORD)
            assert someone.path == "/login/code"
            await someone.get("/staff/users")
            assert someone.path == "/login/code", "half a login opens nothing"
            await someone.submit("/login/code", code=codes[0])
            assert someone.status == status
            assert (someone.path == "/staff") == (status == 200)


async def test_a_wrong_password_says_nothing_about_the_account(site: Site) -> None:
    async with person(site) as someone:
        seen = []
        for name in ("hanako", "nobody"):
            await someone.submit("/login", name=name, password="wrong-wrong-wrong")
            assert someone.status == 401
            seen.append(someone.text.replace(name, ""))
        assert seen[0] == seen[1]


async def test_an_expired_login_keeps_what_was_typed_within_reach(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        site.clock.advance(timedelta(hours=13))
        await editor.submit("/staff/faqs/new", question="質問", answer="回答")
        assert editor.status == 401
        assert "前の画面に戻ると残っています" in editor.text


async def test_my_account_changes_the_password_and_ends_other_sessions(site: Site) -> None:
    async with person(site) as here, person(site) as there:
        await here.log_in("hanako")
        await there.log_in("hanako")
        change = {"current": "not-my-password", "password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        await here.submit("/staff/account/password", change)
        assert here.status == 403
        await here.submit("/staff/account/password", {**change, "current": PASSWORD})
        assert "パスワードを変更しました" in here.text
        await there.get("/staff")
        assert there.path == "/login"
        await here.submit("/staff/account/logout-everywhere")
        assert here.path == "/login"
        await here.get("/staff")
        assert here.path == "/login"


async def test_a_new_colleague_gets_a_link_and_nobody_else_their_password(site: Site) -> None:
    async with person(site) as admin, person(site) as colleague:
        await admin.log_in("kanri", site=site)
        await admin.submit("/staff/users/new", name="Ungültig!", role="editor")
        assert admin.status == 422
        assert 'id="name-bad"' in admin.text
        await admin.submit("/staff/users/new", name="jiro", display_name="次郎", role="operator")
        link = _shown(admin.text, "link")
        await admin.get("/staff/users")
        assert link not in admin.text
        await colleague.get(link)
        page = colleague.path
        await colleague.submit(page, password=NEW_PASSWORD, repeated=NEW_PASSWORD)
        await colleague.submit("/login", name="jiro", password=NEW_PASSWORD)
        assert colleague.path == "/staff"
        await admin.submit("/staff/users/jiro", role="operator", display_name="次郎", active="0")
        await colleague.get("/staff")
        assert colleague.path == "/login"
        await admin.submit("/staff/users/kanri", role="viewer", display_name="", active="1")
        assert admin.status == 409
        assert "一人もいなくなる" in admin.text


async def test_a_lost_phone_is_reset_by_the_administrator(site: Site) -> None:
    site.user("ichiro", Role.APPROVER)
    async with person(site) as admin, person(site) as approver:
        await admin.log_in("kanri", site=site)
        await approver.log_in("ichiro", site=site)
        await admin.get("/staff/users/ichiro")
        await admin.submit("/staff/users/ichiro/reset-second-factor")
        assert "登録を解除しました" in admin.text
        await approver.get("/staff")
        assert approver.path == "/login"
        await approver.submit("/login", name="ichiro", password=PASSWORD)
        assert approver.path == "/login/enrolment"


async def test_an_api_key_is_shown_once_and_dies_when_revoked(site: Site) -> None:
    async with person(site) as admin:
        await admin.log_in("kanri", site=site)
        await admin.submit("/staff/apikeys", label="", role="operator", expires_on="きのう")
        assert admin.status == 422
        wanted = {"label": "連携", "role": "operator", "expires_on": "R9.3.31", "scope": [Permission.SEARCH_USE.value]}
        await admin.submit("/staff/apikeys", wanted)
        key = _shown(admin.text, "key")
        principal = site.accounts.keys.verify(key)
        assert principal.permissions == {Permission.SEARCH_USE}
        await admin.get("/staff/apikeys")
        assert key not in admin.text
        await admin.submit(f"/staff/apikeys/{principal.key_id}/revoke")
        assert "失効させました" in admin.text
    assert site.accounts.keys.all()[0].revoked_at is not None


async def test_the_audit_page_finds_and_tells_of_tampering(site: Site) -> None:
    site.user("kansa", Role.AUDITOR)
    async with person(site) as auditor:
        await auditor.log_in("kansa", site=site)
        await auditor.get("/staff/audit?action=login.success")
        assert "kansa" in auditor.text
        assert "FAQの取込み（ファイル）" not in auditor.text.split("<tbody>")[1]
        await auditor.get("/staff/audit?who=nobody")
        assert "該当する記録はありません" in auditor.text
        with site.services.db.begin() as conn:
            for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
                conn.execute(text(f'DROP TRIGGER "{name}"'))
            conn.execute(text("UPDATE audit_log SET who='mallory' WHERE seq=1"))
        await auditor.submit("/staff/audit/verify")
        assert auditor.status == 409
        assert "1番の行" in auditor.text
