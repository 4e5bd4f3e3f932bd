"""`create_app(services)`: every door of the product on one domain core."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version

from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI

from api.access_log import AccessLogMiddleware, Write
from api.doors import Doors
from api.evals import evals_of
from api.housekeeping import beat_on, end_beats, keep_house, watch_calls
from api.inline import runner
from api.metrics import Metrics
from api.openapi import describe
from api.problems import handle_problems
from api.reading.copies import Copies
from api.retention import retention_of
from api.routes.answers import answers_router
from api.routes.calls import calls_router
from api.routes.desk import desk_routers
from api.routes.documents import documents_router
from api.routes.drafts import drafts_router
from api.routes.faq_files import faq_files_router, synonym_files_router
from api.routes.faqs import faqs_router
from api.routes.feedback import feedback_router
from api.routes.health import health_router
from api.routes.index import index_router
from api.routes.interpreting import interpreting_router
from api.routes.language_model import language_model_router
from api.routes.search import search_router
from api.routes.synonyms import synonyms_router
from api.routes.voice import voice_router
from api.security.accounts import open_accounts
from api.security.admin_routes import keys_router, users_router
from api.security.auth_routes import auth_router
from api.security.declare import declare_path, public
from api.security.permissions import Role
from api.security.protect import protect
from api.together import together
from api.voice.phone import Phone
from api.web.site import add_public_site
from api.web.staff import staff_routers
from api.web.staff.calls import call_routers
from api.web.staff.desk.assist import assist_routers
from api.web.staff.desk.routers import desk_page_routers
from api.web.staff.pages import pages_of
from api.web.staff.route import error_page_in
from api.web.voice.pages import voice_page_router
from knowledge.bootstrap import Services
from knowledge.text.late_pattern import compile_waiting

_DESCRIPTION = "マイナンバーカードの問い合わせに、承認された回答だけで答えるサービスです。"


def create_app(
    services: Services,
    write_log: Write | None = None,
    hasher: PasswordHasher | None = None,
    copies: Copies | None = None,
) -> FastAPI:
    """The application; the caller closes `services` after it. `write_log`: where access log lines go, None: nowhere.
    `hasher`: cheaper argon2 parameters for tests. `copies` are begun and ended with it."""
    accounts = open_accounts(services, hasher)
    metrics = Metrics()
    phone = Phone(services, metrics)
    doors = Doors(
        services, accounts, metrics, phone, evals_of(services), retention_of(services, phone.settings), copies
    )
    app = FastAPI(
        title="窓口",
        version=_version(),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=_lifespan(doors),
    )
    app.state.doors = doors
    declare_path(app, "/openapi.json", public())
    _add_routes(app, doors)
    add_public_site(app, doors)
    describe(app)
    handle_problems(app, error_page_in(pages_of(services)))
    protect(app, accounts, services.settings.server, services.settings.public)
    app.add_middleware(AccessLogMiddleware, metrics=doors.metrics, write=write_log)
    return app


def _add_routes(app: FastAPI, doors: Doors) -> None:
    run = runner(doors.services.settings)
    searched = together(doors.services.settings, doors.services.retriever, copies=doors.copies is not None)
    routers = [
        search_router(doors, run),
        answers_router(doors, run, searched),
        feedback_router(doors),
        faq_files_router(doors),
        faqs_router(doors),
        documents_router(doors),
        synonym_files_router(doors),
        synonyms_router(doors),
        index_router(doors),
        interpreting_router(doors.services),
        language_model_router(doors.services),
        health_router(doors),
        voice_router(doors.phone),
        calls_router(doors.phone),
        voice_page_router(doors),
        auth_router(doors.accounts),
        users_router(doors.accounts),
        keys_router(doors.accounts),
        *_provider_routers(doors),
    ]
    retriever = doors.services.retriever
    staff = [
        *staff_routers(doors),
        *call_routers(doors),
        *assist_routers(doors, retriever.entry),
        *desk_page_routers(doors),
    ]
    desk = desk_routers(doors.phone.desk, retriever.entry)
    drafts = drafts_router(doors.services, doors.phone.desk, retriever.entry)
    for router in (*routers, *desk, drafts, *staff):
        app.include_router(router)


def _provider_routers(doors: Doors) -> list[APIRouter]:
    """Imported only where a provider is set up: its libraries take a seventh of a second."""
    security = doors.services.settings.security
    if not security.oidc_issuer:
        return []
    from api.security.oidc import OidcClient, OidcConfig
    from api.security.oidc_claims import RoleRule
    from api.security.oidc_routes import oidc_router

    provider = OidcConfig.of(security, RoleRule(Role(security.oidc_default_role)))
    return [oidc_router(doors.accounts, OidcClient(provider, doors.services.clock))] if provider else []


def _lifespan(doors: Doors) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if doors.copies is not None:
            doors.services.retriever.warm_up()  # copies share what is there now
            await doors.copies.start()  # before most threads begin
        doors.services.learning.start()
        await doors.phone.start()
        tasks = [asyncio.create_task(one(doors)) for one in (keep_house, beat_on, watch_calls)]
        warming = asyncio.create_task(asyncio.to_thread(_warm_up, doors))
        try:
            yield
        finally:
            if doors.copies is not None:
                await doors.copies.close()
            await doors.phone.close()
            await warming
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.to_thread(end_beats, doors)

    return lifespan


def _warm_up(doors: Doors) -> None:
    """What the first to need it would wait for, but nobody else: beside the first requests."""
    doors.services.retriever.warm_up()
    compile_waiting()
    doors.services.language.warm_up()


def _version() -> str:
    try:
        return version("madoguchi")
    except PackageNotFoundError:
        return "0"
