"""Every setting of the domain core, with its reason. Built once by the process entry; nothing is read at import.

Sources, strongest first: constructor arguments (CLI), environment `MADOGUCHI_SECTION__NAME`,
`<data_dir>/madoguchi.toml`.
Unknown keys are refused, so that a typing error in a setting is seen at start.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

MachineTranslation = Literal["nobody", "operators", "citizens"]
DraftsBegin = Literal["need", "asked"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(Section):
    url: str = ""
    """SQLAlchemy URL; empty means SQLite (WAL) inside the data folder."""
    busy_timeout_secs: float = 10.0
    """How long a write waits for a locked database before it fails; a call must survive 5 s."""
    search_log_days: int = 365
    """Retention of the (redacted) search log; older rows are deleted daily."""
    least_free_gb: float = Field(default=2.0, ge=0)
    """Below it `doctor` says that the disk of the data folder is too full: a new index is built beside the old one."""


class BackupSettings(Section):
    """Copies a running server takes by itself (SQLite only; with PostgreSQL use pg_dump or WAL archiving)."""

    dir: Path | None = None
    """Where to, best on another disk or a mounted share; empty: no copies are taken."""
    every_minutes: int = Field(default=15, ge=5)
    """At most so much work is lost when the disk of the data folder dies."""
    keep: int = Field(default=96, ge=1)
    """So many of the newest copies stay: 96 of them are a day."""
    keep_days: int = Field(default=14, ge=0)
    """Besides, the last copy of each of so many days."""


class IndexSettings(Section):
    kind: Literal["edge", "server"] = "edge"
    url: str = ""
    """Qdrant server address for kind=server; ":memory:" uses qdrant-client's local mode (tests only)."""
    api_key: SecretStr = SecretStr("")
    collection: str = "madoguchi_faq"
    candidates: int = 100
    """FAQ taken from each leg of the vector index, and from the legs known for every FAQ, before exact rescoring."""


class TrainingSettings(Section):
    epochs: int = 30
    seeds: int = 2
    """Two tables are averaged ("soup"): as good as three runs in fusion, one table at query time."""
    temperature: float = 0.15
    batch: int = 256
    dropout: float = 0.3
    learning_rate: float = 1e-3
    weight_learning_rate: float = 3e-3
    max_steps: int = 2200
    """Upper bound over all epochs, though never fewer than three of them: 3,000 FAQ with wordings need 2,130 for all
    `epochs`, more FAQ are gone through less often. On 10,000 FAQ more steps found no more (docs/ARCHITECTURE.md)."""
    processes: int = 2
    """Processes that train at the same time, one seed each; more than `seeds` is of no use."""
    background: bool = True
    """Whether a running server trains again by itself after the FAQ changed (own process, lowest priority)."""
    quiet_secs: float = 20.0
    """How long the FAQ must stay unchanged before that starts, so that editing does not train again and again."""


class SearchSettings(Section):
    embedder: Literal["static", "sentence-transformers"] = "static"
    model_dir: Path | None = None
    """Local folder of a sentence-transformers model; never downloaded."""
    reranker_dir: Path | None = None
    """Local folder of a cross-encoder; empty means no reranking."""
    rerank_top: int = 20
    training: TrainingSettings = TrainingSettings()


class FaqSettings(Section):
    terms_on_import: Literal["warn", "hold"] = "warn"
    """What becomes of rows whose words block publication by hand when a file import publishes: published and listed as
    words to change, or held as drafts. Each import can decide otherwise."""
    offline_dir: Path | None = None
    """Where a running server keeps the FAQ as one page for the hours in which it is down, best a share that the
    operators' machines reach; empty: `offline` in the data folder."""


class AnswerSettings(Section):
    """Decision thresholds; `knowledge/answering/calibration.json` says on what they were fitted."""

    answer_at: float | None = None
    """Answer at or above this confidence; empty takes the shipped, fitted value."""
    clarify_at: float | None = None


class PublishingSettings(Section):
    check: Literal["off", "warn", "block"] = "warn"
    """Test questions before an FAQ is published, rolled back or retired. `warn`: what breaks is shown and has to be
    confirmed; `block`: only who may overrule, with a reason, can go on."""
    patience_secs: float = 0.8
    """How long a page waits for the check before it shows the progress instead."""
    run_after_import: bool = True
    """Whether all test questions run in the background after a file was imported and published."""


class PrivacySettings(Section):
    ginza_names: bool = False
    """Whether GiNZA looks for personal names after the rules did: finds more, costs about 10 ms a question."""


class PublicSettings(Section):
    enabled: bool = True
    """Whether `/`, `/v1/answers` and `/v1/search` answer without credentials (public FAQ only)."""
    rate_per_minute: int = 0
    """Requests a minute and client address on the public endpoints; 0 is unlimited (behind a proxy that limits)."""


class ServerSettings(Section):
    host: str = "127.0.0.1"
    port: int = 8000
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    allowed_networks: tuple[str, ...] = ()
    """CIDR blocks that may reach the staff pages; empty means no restriction."""
    max_body_bytes: int = 32 * 1024 * 1024
    reading_processes: int = Field(default_factory=lambda: min(3, max(0, (os.cpu_count() or 1) - 1)), ge=0, le=32)
    """Copies of the server process that read questions beside it (redaction, search, kind of utterance); 0 has the server
    do all of it. One for every core but one, where nothing is said; each three quarters of a server's throughput."""


class SecuritySettings(Section):
    idle_timeout_secs: int = 30 * 60
    absolute_timeout_secs: int = 12 * 3600
    second_factor_roles: tuple[str, ...] = ("admin", "approver", "auditor")
    """Roles that must log in with a second factor."""
    lockout_after: int = 5
    lockout_base_secs: int = 30
    """Doubles with every further failure, up to an hour."""
    min_password_length: int = 12
    self_approval: bool = False
    """Whether the drafter may approve their own draft."""
    secret_key: SecretStr = SecretStr("")
    """Key (32 bytes, base64) under which the authenticators' keys are stored; empty: the data folder's own
    secret.key. Set it where several machines share one PostgreSQL, or where a key store provides it."""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_default_role: str = "viewer"


class AlertSettings(Section):
    """When the program calls a supervisor by itself (責任者への知らせ). 0 switches a rule off; rules made of words are in
    alerts.toml. The numbers are proposals: a centre sets them from its own calls."""

    long_call_secs: int = Field(default=1200, ge=0)
    """A call with this desk lasts four to six minutes; one of twenty is stuck."""
    long_hold_secs: int = Field(default=120, ge=0)
    """Callers are told to wait a moment; after two minutes many give up."""
    silence_secs: int = Field(default=60, ge=0)
    """Nobody was heard for so long in a call that is neither on hold nor over. Only where a recogniser listens."""
    waiting_secs: int = Field(default=60, ge=0)
    """Somebody has been waiting in the queue for so long."""
    low_confidence_percent: int = Field(default=40, ge=0, le=100)
    """An answer was used that the search gave less than this; the screen shows such ones as 低."""
    complaint_percent: int = Field(default=50, ge=0, le=100)
    """What a citizen says meets no rule made of words, but is a complaint for the model of intents with so much. At 50 it found
    half of the complaints in words nobody had foreseen (11 of 22), with 2 false alarms in 765 other utterances."""
    rearm_secs: int = Field(default=600, ge=30)
    """A call is not told for the same rule again sooner."""
    snooze_minutes: int = Field(default=5, ge=1, le=120)
    """So long 「あとで」 puts an alert aside."""


class RetentionSettings(Section):
    """Days after which words people said or wrote are deleted, by kind (knowledge/retention); figures and times stay. The
    search log has `store.search_log_days`, calls of the voicebot `voice.retain_days` and `voice.recording.retain_days`. The
    numbers are proposals: a city sets what its own rules on documents say. Nothing is kept without an end."""

    transcripts_days: int = Field(default=365, ge=1, le=36_500)
    """What was heard in a call with an operator, but for calls whose complaint is still being dealt with."""
    alerts_days: int = Field(default=365, ge=1, le=36_500)
    """What called a supervisor, with what was done and noted."""
    quality_days: int = Field(default=365, ge=31, le=36_500)
    """The evaluation sheets of calls. Not shorter than the time in which a call may still be marked."""
    records_days: int = Field(default=1_825, ge=1, le=36_500)
    """The words of records, complaints and call-back tickets and the history of records. Class, times, FAQ used and outcome
    stay: all figures are computed from them. What is not finished stays whole."""
    event_notes_days: int = Field(default=1_825, ge=1, le=36_500)
    """What was put right or refused of the events of an exchange. As long as the words of the records of its calls; the events
    stay, and a report that was issued does not change."""
    incidents_days: int = Field(default=1_825, ge=1, le=36_500)
    """Incidents that are closed, with their timeline."""
    requests_days: int = Field(default=1_825, ge=1, le=36_500)
    """The words of closed requests to update an FAQ."""
    summaries_days: int = Field(default=1_825, ge=1, le=36_500)
    """Call summaries and inquiries of closed records that help to find an FAQ."""
    messages_days: int = Field(default=30, ge=1, le=36_500)
    """Messages to other systems that were delivered or given up."""


class LlmFeatures(Section):
    """What the language model may be used for, once one is configured."""

    draft: bool = True
    polish: bool = True
    summary: bool = True
    faq_draft: bool = True
    follow_up: bool = True
    paraphrase: bool = True
    translation: bool = True
    easy_japanese: bool = True
    interpreting: bool = True


class LlmSettings(Section):
    """The optional language model; without `model` the product works as if this section did not exist."""

    model: str = ""
    """litellm's notation: openai/NAME (any OpenAI-compatible server), azure/DEPLOYMENT, bedrock/MODEL. Empty: none."""
    api_base: str = ""
    """Address of the endpoint, with http(s)://; required except for Bedrock with a region."""
    api_version: str = ""
    """Azure only."""
    region: str = ""
    """Bedrock only: the endpoint is then bedrock-runtime.REGION.amazonaws.com."""
    api_key: SecretStr = SecretStr("")
    api_key_file: Path | None = None
    """A file holding only the key; stronger than api_key."""
    allowed_endpoints: tuple[str, ...] = ()
    """host:port that may be spoken to. This machine itself (loopback) needs no entry."""
    plain_http_hosts: tuple[str, ...] = ()
    """Hosts inside the closed network that may be spoken to without TLS; everything else but loopback needs TLS."""
    ca_file: Path | None = None
    """Certificate authorities (PEM) for an endpoint with a certificate of the city's own."""
    timeout_secs: float = 20.0
    """For one request including its retries; for streams, until the first piece and between two pieces."""
    retries: int = 2
    max_concurrent: int = 4
    breaker_failures: int = 5
    """Failures in a row after which the endpoint is left alone for `breaker_rest_secs`."""
    breaker_rest_secs: float = 30.0
    temperature: float = 0.0
    tokens_per_day: int = 0
    """Budgets; 0 is no limit. When one is reached the product goes on without the model until the next day or month."""
    tokens_per_month: int = 0
    yen_per_day: float = 0.0
    yen_per_month: float = 0.0
    yen_per_1000_input_tokens: float = 0.0
    yen_per_1000_output_tokens: float = 0.0
    cache_entries: int = 2_000
    """Answers kept in memory by prompt and input; 0 keeps none."""
    citizen_categories: tuple[str, ...] = ()
    """大分類 whose answers citizens may also get in generated wording; empty (default): operators only."""
    citizen_faqs: tuple[str, ...] = ()
    """The same by FAQ番号."""
    drafts_begin: DraftsBegin = "need"
    """When an operator's draft is begun: by itself when the citizen asks something an approved answer may serve, or only
    when the operator asks for it. Each draft costs tokens."""
    machine_translation: MachineTranslation = "operators"
    """Who may get a checked machine translation where an FAQ has no approved one: nobody, operators, citizens."""
    features: LlmFeatures = LlmFeatures()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MADOGUCHI_", env_nested_delimiter="__", extra="forbid", frozen=True)

    data_dir: Path = Path("data")
    city: str = "mihon"
    """A shipped profile (mihon, nishitokyo, eniwa, zama, matsusaka, kurume) or the path of a profile TOML."""
    store: StoreSettings = StoreSettings()
    backup: BackupSettings = BackupSettings()
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    faq: FaqSettings = FaqSettings()
    answer: AnswerSettings = AnswerSettings()
    publishing: PublishingSettings = PublishingSettings()
    privacy: PrivacySettings = PrivacySettings()
    public: PublicSettings = PublicSettings()
    server: ServerSettings = ServerSettings()
    security: SecuritySettings = SecuritySettings()
    alerts: AlertSettings = AlertSettings()
    retention: RetentionSettings = RetentionSettings()
    llm: LlmSettings = LlmSettings()
    voice: dict[str, Any] = Field(default_factory=dict, repr=False)
    """The section [voice], carried for the voicebot, which knows and checks its keys (voicebot.configuration)."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, _toml_path(init_settings)),
        )


def _toml_path(init_settings: PydanticBaseSettingsSource) -> Path:
    import os

    given = init_settings().get("data_dir") or os.environ.get("MADOGUCHI_DATA_DIR") or "data"
    return Path(str(given)) / "madoguchi.toml"


def load_settings(**given: Any) -> Settings:
    """Settings from arguments, environment and the data folder's TOML file. Raises ConfigurationError."""
    from pydantic import ValidationError

    from knowledge.errors import ConfigurationError

    try:
        return Settings(**given)
    except ValidationError as exc:
        places = "、".join(".".join(str(part) for part in err["loc"]) for err in exc.errors())
        raise ConfigurationError(f"設定を読み込めません。次の項目を確認してください：{places}") from exc
