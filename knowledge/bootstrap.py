"""The only place where adapters are chosen: settings in, every service of the domain core out."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.answering.ahead import Ahead
from knowledge.answering.answerer import Answerer, AnswererParts
from knowledge.answering.checking import Checker, directory_of
from knowledge.answering.drafts import Drafter
from knowledge.answering.followup import FollowUps
from knowledge.answering.handover import Handovers
from knowledge.answering.matters import MainMatters
from knowledge.answering.other_city import OtherCities
from knowledge.answering.other_thing import OtherThings
from knowledge.answering.unsaid import Unsaid
from knowledge.answering.wording import CitizenWording
from knowledge.answering.writing import Writer
from knowledge.clock import SystemClock
from knowledge.data_folder import DataFolder, owning, prepare
from knowledge.errors import ConfigurationError
from knowledge.faq.generated_wordings import GeneratedWordings
from knowledge.faq.past_wordings import WithPastWordings
from knowledge.faq.publication_days import publication_days
from knowledge.faq.records import FaqRules, Key
from knowledge.faq.service import FaqService
from knowledge.faq.synonym_service import SynonymService
from knowledge.faq.terms import load_rules
from knowledge.faq.usage import UsageService
from knowledge.faq.usage_log import UsageLog
from knowledge.language.easy_japanese import EasyJapanese
from knowledge.language.foreign import ByWayOfJapanese
from knowledge.language.glossary import load_glossary
from knowledge.language.interpreting import Interpreter
from knowledge.language.openings import CitizenOpenings, Opened
from knowledge.language.paraphrasing import Paraphraser
from knowledge.language.rewriting import Rewriter
from knowledge.language.service import LanguageParts, LanguageService
from knowledge.language.switch import MasterSwitch
from knowledge.language.translating import Translator
from knowledge.language.usage import UsageMeter
from knowledge.language.wire import Wire
from knowledge.learning.background import BackgroundLearning
from knowledge.learning.tasks import EncoderLearning, IntentLearning, Learnable
from knowledge.manuals.finding import ManualSearch, ManualTexts
from knowledge.manuals.service import Manuals
from knowledge.ports import Clock, PublishedFaqs, Redactor, VectorIndex
from knowledge.privacy.gazetteer import places
from knowledge.privacy.officials import officials
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import CityProfile, load_profile
from knowledge.search.encoder import TextEncoder
from knowledge.search.rerank import Reranker
from knowledge.search.retriever import Parts, Retriever
from knowledge.search.train_processes import ProcessTrainer
from knowledge.search.word_vectors import WordVectors, load_word_vectors
from knowledge.settings import Settings
from knowledge.store.database import Database, open_database
from knowledge.text.features import words
from knowledge.text.tokens import Tokenizer

SHIPPED_POLICY = Path(__file__).resolve().parents[1] / "samples" / "policy.jsonl"
"""What must go to a person, as callers say it; a city's own file policy.jsonl in the data folder replaces it."""


@dataclass(frozen=True, slots=True)
class Services:
    """The domain core of one data folder, ready to answer. `close` it at the end."""

    settings: Settings
    folder: DataFolder
    clock: Clock
    db: Database
    profile: CityProfile
    redactor: Redactor
    tokenizer: Tokenizer
    faqs: FaqService
    synonyms: SynonymService
    retriever: Retriever
    answerer: Answerer
    ahead: Ahead
    language: LanguageService
    """The optional language model; says by itself that none is there."""
    drafter: Drafter
    openings: CitizenOpenings
    """Where citizens may get generated wording."""
    writer: Writer
    translator: Translator
    interpreter: Interpreter
    easy_japanese: EasyJapanese
    paraphraser: Paraphraser
    generated: GeneratedWordings
    usage_log: UsageLog
    usage: UsageService
    manuals: Manuals
    manual_search: ManualSearch
    learnables: tuple[Learnable, ...]
    """What is learnt from the FAQ: by a command in the foreground, by `learning` aside."""
    learning: BackgroundLearning
    resources: ExitStack
    """What `close` closes, newest first."""

    def close(self) -> None:
        """Stop the threads, write what is buffered, let go of the folder."""
        self.resources.close()


def build(settings: Settings, clock: Clock | None = None) -> Services:
    """Open the data folder, own it, and bring the search index in line with the database.

    Raises DataFolderInUse, ConfigurationError, Unavailable.
    """
    with ExitStack() as resources:
        folder = prepare(settings.data_dir)
        resources.enter_context(owning(folder))
        db = open_database(folder.root, settings.store)
        resources.callback(db.close)
        return _assemble(settings, folder, clock or SystemClock(), db, resources)


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """`build` for the time of a block."""
    services = build(settings)
    try:
        yield services
    finally:
        services.close()


@dataclass(frozen=True, slots=True)
class Store:
    """The database alone, without a search index: for commands that read, count or manage accounts."""

    settings: Settings
    folder: DataFolder
    clock: Clock
    db: Database
    faqs: FaqService
    synonyms: SynonymService


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The database for the time of a block; the folder is owned meanwhile. Raises DataFolderInUse."""
    folder = prepare(settings.data_dir)
    with owning(folder):
        db = open_database(folder.root, settings.store)
        try:
            clock = SystemClock()
            faqs = faq_service(settings, db, clock, load_profile(settings.city))
            yield Store(settings, folder, clock, db, faqs, SynonymService(db, faqs))
        finally:
            db.close()


def make_redactor(settings: Settings, profile: CityProfile) -> RuleRedactor:
    """Rules with the city's own public numbers and places; GiNZA names when the setting asks for them."""
    own = [profile.centre.phone, profile.centre.fax]
    own += [venue.phone for venue in profile.venues] + [department.phone for department in profile.departments]
    own += [contact.phone for contact in profile.escalation] + [line.phone for line in profile.emergency]
    places = [profile.centre.name] + [text for venue in profile.venues for text in (venue.name, venue.place)]
    places += [department.name for department in profile.departments]
    known = officials(tuple(number for number in own if number), tuple(places))
    if not settings.privacy.ginza_names:
        return RuleRedactor(known)
    from knowledge.privacy.ginza_names import GinzaNames

    return RuleRedactor(known, GinzaNames())


def faq_service(settings: Settings, db: Database, clock: Clock, profile: CityProfile) -> FaqService:
    """The FAQ of this city, without a search index: enough to export, to look and to count."""
    rules = FaqRules(
        self_approval=settings.security.self_approval, hold_terms_on_import=settings.faq.terms_on_import == "hold"
    )
    own = DataFolder(settings.data_dir).terms_file
    return FaqService(db, clock, rules, profile.variables, load_rules(own if own.is_file() else None))


def _assemble(settings: Settings, folder: DataFolder, clock: Clock, db: Database, resources: ExitStack) -> Services:
    profile = load_profile(settings.city)
    faqs = faq_service(settings, db, clock, profile)
    tokenizer = Tokenizer()
    vectors_of_words = load_word_vectors(folder.assets)
    generated = GeneratedWordings(db, clock)
    published = WithPastWordings(faqs, db, generated)
    retriever = _retriever(settings, folder, clock, published, tokenizer, vectors_of_words, resources)
    redactor = make_redactor(settings, profile)
    usage_log = UsageLog(db, clock)
    resources.callback(usage_log.close)
    manuals = Manuals(db, clock, redactor)
    manual_search = _manual_search(settings, folder, manuals, retriever, published)
    resources.callback(manual_search.close)
    checker = Checker(tokenizer, directory_of(profile), retriever.synonym_groups, profile.city)
    language = _language(settings, db, clock, resources)
    worded = _worded(settings, language, folder, db, clock, redactor, checker)
    answerer = _answerer(settings, profile, clock, faqs, retriever, tokenizer, vectors_of_words, redactor, worded)
    learnables, learning = _learning(settings, folder, retriever, answerer, tokenizer, vectors_of_words)
    resources.callback(learning.close)
    synonyms = SynonymService(db, faqs)
    _follow_changes(faqs, synonyms, retriever, learning)
    generated.on_changed = lambda faq_ids: faqs.on_published([(faq_id, "ja") for faq_id in faq_ids])
    return Services(
        settings=settings,
        folder=folder,
        clock=clock,
        db=db,
        profile=profile,
        redactor=redactor,
        tokenizer=tokenizer,
        faqs=faqs,
        synonyms=synonyms,
        retriever=retriever,
        answerer=answerer,
        ahead=Ahead(redactor, retriever, answerer),
        language=language,
        drafter=worded.drafter,
        openings=worded.openings,
        writer=worded.writer,
        translator=worded.translator,
        interpreter=worded.interpreter,
        easy_japanese=worded.easy_japanese,
        paraphraser=worded.paraphraser,
        generated=generated,
        usage_log=usage_log,
        usage=UsageService(db, clock, usage_log, lambda text: words(tokenizer.query_morphs(text), light=False)),
        manuals=manuals,
        manual_search=manual_search,
        learnables=learnables,
        learning=learning,
        resources=resources.pop_all(),
    )


@dataclass(frozen=True, slots=True)
class _Worded:
    """Everything that puts something into words with the optional language model."""

    language: LanguageService
    drafter: Drafter
    openings: CitizenOpenings
    writer: Writer
    translator: Translator
    interpreter: Interpreter
    easy_japanese: EasyJapanese
    paraphraser: Paraphraser


def _worded(
    settings: Settings,
    language: LanguageService,
    folder: DataFolder,
    db: Database,
    clock: Clock,
    redactor: Redactor,
    checker: Checker,
) -> _Worded:
    glossary = load_glossary(folder.root)
    fixed = Opened(frozenset(settings.llm.citizen_categories), frozenset(settings.llm.citizen_faqs))
    return _Worded(
        language,
        Drafter(language, checker, lambda text: redactor.redact(text).text),
        CitizenOpenings(db, clock, fixed),
        Writer(language, checker, lambda text: redactor.redact(text).text),
        Translator(language, glossary, redactor),
        Interpreter(language, glossary, redactor),
        EasyJapanese(language, glossary, redactor),
        Paraphraser(language, redactor),
    )


def _answerer(
    settings: Settings,
    profile: CityProfile,
    clock: Clock,
    faqs: FaqService,
    retriever: Retriever,
    tokenizer: Tokenizer,
    vectors_of_words: WordVectors,
    redactor: Redactor,
    worded: _Worded,
) -> Answerer:
    return Answerer(
        AnswererParts(
            retriever,
            Handovers(profile, clock.today),
            clock,
            settings.answer,
            OtherCities(places().municipalities | set(profile.other_cities), profile.city),
            OtherThings(tokenizer, vectors_of_words),
            MainMatters(retriever.japanese),
            Rewriter(FollowUps(tokenizer, redactor), worded.language, redactor),
            ByWayOfJapanese(worded.translator, settings.llm.machine_translation),
            CitizenWording(worded.drafter, worded.openings) if settings.llm.model else None,
            publication_days(faqs),
            Unsaid(tokenizer),
            retriever.learnt,
        )
    )


def _retriever(
    settings: Settings,
    folder: DataFolder,
    clock: Clock,
    faqs: PublishedFaqs,
    tokenizer: Tokenizer,
    vectors_of_words: WordVectors,
    resources: ExitStack,
) -> Retriever:
    encoder = _ready_encoder(settings, folder)
    parts = Parts(
        faqs=faqs,
        vectors=_vector_index(settings, folder.index, encoder.dim if encoder else vectors_of_words.dim),
        tokenizer=tokenizer,
        words=vectors_of_words,
        clock=clock,
        folder=folder.index,
        settings=settings.search,
        candidates=settings.index.candidates,
        trainer=ProcessTrainer(vectors_of_words, folder.assets, settings.search.training),
        encoder=encoder,
        reranker=_reranker(settings),
    )
    retriever = Retriever(parts)
    resources.callback(retriever.close)
    retriever.open()
    return retriever


def _manual_search(
    settings: Settings, folder: DataFolder, manuals: Manuals, retriever: Retriever, published: PublishedFaqs
) -> ManualSearch:
    def opens(texts: PublishedFaqs) -> Retriever:
        place = folder.index / "manuals"
        place.mkdir(exist_ok=True)
        made = retriever.over(texts, _vector_index(settings, place, retriever.dim(), "_manuals"), place)
        made.open()
        return made

    return ManualSearch(manuals, retriever, ManualTexts(manuals, published), opens)


def _ready_encoder(settings: Settings, folder: DataFolder) -> TextEncoder | None:
    """The neural encoder the settings ask for; None for the static one that is trained here."""
    chosen = settings.search
    if chosen.embedder == "static":
        return None
    if chosen.model_dir is None:
        raise ConfigurationError("search.model_dir にモデルのフォルダーを書いてください。")
    from knowledge.search.kept_vectors import KeptVectors
    from knowledge.search.sentence_transformer import SentenceTransformerEncoder

    return KeptVectors(SentenceTransformerEncoder(chosen.model_dir), folder.index / "vectors.bin")


def _reranker(settings: Settings) -> Reranker | None:
    chosen = settings.search
    if chosen.reranker_dir is None:
        return None
    from knowledge.search.rerank import CrossEncoderReranker

    return CrossEncoderReranker(chosen.reranker_dir, chosen.rerank_top)


def _vector_index(settings: Settings, folder: Path, dim: int, mark: str = "") -> VectorIndex:
    """`mark` tells a second collection on the same server from the FAQ's."""
    if settings.index.kind == "server":
        from knowledge.search.server_index import ServerIndex

        chosen = settings.index
        return ServerIndex(chosen.url, chosen.collection + mark, dim, chosen.api_key.get_secret_value())
    from knowledge.search.edge_index import EdgeIndex

    return EdgeIndex(folder / "edge", dim)


def _language(settings: Settings, db: Database, clock: Clock, resources: ExitStack) -> LanguageService:
    chosen = settings.llm
    wire: Wire | None = None
    endpoint = ""
    if chosen.model:
        from knowledge.language.litellm_wire import LiteLlmWire, endpoint_of

        endpoint = endpoint_of(chosen).name
        wire = LiteLlmWire(chosen)
        resources.callback(wire.close)
    meter, switch = UsageMeter(db, clock, chosen), MasterSwitch(db, clock)
    return LanguageService(LanguageParts(chosen, wire, meter, switch, clock, endpoint))


def _learning(
    settings: Settings,
    folder: DataFolder,
    retriever: Retriever,
    answerer: Answerer,
    tokenizer: Tokenizer,
    vectors_of_words: WordVectors,
) -> tuple[tuple[Learnable, ...], BackgroundLearning]:
    """What is learnt from the FAQ; the encoder first, because an intent model beside an encoder that has not been trained
    yet makes answers bold (wrong answers in 1,146 cases of the sample city: 12 with neither, 81 with intents alone, 24 with
    the encoder alone, 34 with both)."""
    chosen = settings.search.training
    own = folder.policy_file
    policy_file = own if own.is_file() else SHIPPED_POLICY
    intents = IntentLearning(retriever, answerer, tokenizer, vectors_of_words, folder.index, folder.assets, policy_file)
    if settings.search.embedder != "static":  # a ready encoder learns nothing from the FAQ
        return (intents,), BackgroundLearning((intents,), chosen.quiet_secs, chosen.background)
    trainers = [ProcessTrainer(vectors_of_words, folder.assets, chosen, aside) for aside in (False, True)]
    learnables = (EncoderLearning(retriever, *trainers), intents)
    return learnables, BackgroundLearning(learnables, chosen.quiet_secs, chosen.background)


def _follow_changes(
    faqs: FaqService, synonyms: SynonymService, retriever: Retriever, learning: BackgroundLearning
) -> None:
    """Every published change is in the index before the call that made it returns."""

    def published(keys: Sequence[Key]) -> None:
        retriever.refresh(keys)
        learning.wake()

    faqs.on_published = published
    faqs.on_publishing = retriever.expect
    synonyms.on_changed = retriever.refresh
