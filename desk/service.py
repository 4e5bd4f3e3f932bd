"""`open_desk`: every service of the contact-centre desk on one database, wired together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from desk.alerts.evidence import EvidenceFiles
from desk.alerts.judge import Odds
from desk.alerts.model import Alert
from desk.alerts.service import AlertParts, Alerts
from desk.assist.handed import HandedCalls, NobodyHands
from desk.assist.service import AssistDesk, AssistParts
from desk.availability.heartbeat import Heartbeat
from desk.availability.measure import AvailabilityMeter
from desk.availability.stops import PlannedStops
from desk.callbacks.service import CallbackService
from desk.callbacks.vault import CONTACTS_FILE, ContactVault
from desk.complaints.model import Complaint
from desk.complaints.notices import Notices
from desk.complaints.service import ComplaintService
from desk.events.log import EventLog
from desk.guides import Guides, load_guides
from desk.incidents.model import Incident
from desk.incidents.service import Incidents, OnIncident
from desk.quality.service import Quality, QualityParts
from desk.records.booking import read_back_items
from desk.records.exporting import RecordExports
from desk.records.following import RecordFollower
from desk.records.model import InteractionRecord
from desk.records.saved import SavedSearches
from desk.records.service import RecordService
from desk.reports.alert import AnswerRateAlert
from desk.reports.kept import KeptReports
from desk.reports.live import LiveBoard
from desk.reports.numbers import Numbers
from desk.reports.service import Reports
from desk.tallies.service import Tallies, TallyParts
from desk.webhooks.service import Webhooks
from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.ports import Answering, Clock, Redactor
from knowledge.profile import CityProfile, is_open, japanese_holidays
from knowledge.settings import AlertSettings
from knowledge.store.database import Database
from knowledge.text.tokens import Tokenizer


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk needs from the domain core."""

    db: Database
    clock: Clock
    redactor: Redactor
    profile: CityProfile
    tokenizer: Tokenizer
    data_dir: Path
    synonyms: Callable[[], Sequence[SynonymGroup]] = lambda: ()
    faq_entry: Callable[[str], FaqEntry | None] = lambda faq_id: None
    """The published FAQ with a number, as operators see it."""
    answering: Answering | None = None
    """Without it the assist offers no suggestions and says so."""
    handed: HandedCalls = field(default_factory=NobodyHands)
    """What the voicebot heard in calls it handed over."""
    alerts: AlertSettings = field(default_factory=AlertSettings)
    complaint: Odds = field(default=lambda text: 0.0)

    def faq_title(self, faq_id: str) -> str:
        """The question of an FAQ, empty when it is no longer published."""
        entry = self.faq_entry(faq_id)
        return entry.question if entry else ""


@dataclass(frozen=True, slots=True)
class Desk:
    parts: DeskParts
    log: EventLog
    records: RecordService
    saved: SavedSearches
    exports: RecordExports
    callbacks: CallbackService
    complaints: ComplaintService
    incidents: Incidents
    notices: Notices
    webhooks: Webhooks
    numbers: Numbers
    reports: Reports
    kept: KeptReports
    tallies: Tallies
    heartbeat: Heartbeat
    stops: PlannedStops
    availability: AvailabilityMeter
    assist: AssistDesk
    guides: Guides
    rate_alert: AnswerRateAlert
    alerts: Alerts
    evidence: EvidenceFiles
    board: LiveBoard
    quality: Quality


def open_desk(parts: DeskParts) -> Desk:
    """Opens nothing that would have to be closed: the database is the caller's. Raises ConfigurationError for a broken
    file of the city's own."""
    guides = load_guides(parts.data_dir, (parts.profile.centre.name, parts.profile.city))
    db, clock, redactor = parts.db, parts.clock, parts.redactor
    log = EventLog(db, clock, redactor, _opening_hours(parts.profile))
    records = _records(parts, log, guides)
    vault = ContactVault(parts.data_dir / CONTACTS_FILE)
    callbacks = CallbackService(db, clock, redactor, vault)
    notices, told = Notices(db, clock), _told(parts.profile)
    complaints = ComplaintService(db, clock, redactor, log, notices, told)
    incidents = Incidents(db, clock, redactor, notices, told)
    webhooks = Webhooks(db, clock)
    _tell(webhooks, records, complaints)
    incidents.on_incident.append(_incident_teller(webhooks))
    numbers = Numbers(db, parts.profile, japanese_holidays())
    stops = PlannedStops(db, clock, redactor)
    meter = AvailabilityMeter(db, clock, parts.profile, japanese_holidays(), stops)
    reports = Reports(db, clock, parts.profile, numbers, complaints, parts.faq_title, meter.tables)
    alerts = Alerts(_alert_parts(parts, guides, webhooks))
    return Desk(
        parts=parts,
        log=log,
        records=records,
        saved=SavedSearches(db, clock, redactor),
        exports=RecordExports(db, clock, records, callbacks, vault),
        callbacks=callbacks,
        complaints=complaints,
        incidents=incidents,
        notices=notices,
        webhooks=webhooks,
        numbers=numbers,
        reports=reports,
        tallies=Tallies(TallyParts(db, clock, log, numbers, parts.profile.kpi.by_hand)),
        heartbeat=Heartbeat(db, clock),
        stops=stops,
        availability=meter,
        kept=KeptReports(db, clock, reports, parts.profile.kpi.reports),
        assist=AssistDesk(_assist_parts(parts, log, records, alerts)),
        guides=guides,
        alerts=alerts,
        evidence=EvidenceFiles(db, clock, records, complaints, alerts, parts.profile.city),
        rate_alert=AnswerRateAlert(db, clock, numbers, notices, webhooks, told),
        board=LiveBoard(db, clock, numbers),
        quality=Quality(QualityParts(db, clock, redactor, guides.sheet, parts.faq_entry)),
    )


def _records(parts: DeskParts, log: EventLog, guides: Guides) -> RecordService:
    """The records, following the log."""
    read_back = read_back_items(parts.profile)
    log.followers.append(RecordFollower(parts.clock, bool(read_back)))
    return RecordService(
        parts.db, parts.clock, parts.redactor, log, parts.tokenizer, _categories(parts.profile), parts.synonyms,
        read_back, guides.tag_rules, parts.faq_title,
    )  # fmt: skip


def _alert_parts(parts: DeskParts, guides: Guides, webhooks: Webhooks) -> AlertParts:
    words, teller = guides.alert_words, _alert_teller(webhooks)
    return AlertParts(parts.db, parts.clock, parts.redactor, words, parts.alerts, parts.complaint, teller)


def _assist_parts(parts: DeskParts, log: EventLog, records: RecordService, alerts: Alerts) -> AssistParts:
    return AssistParts(
        parts.db, parts.clock, parts.redactor, parts.tokenizer, log, records, parts.answering,
        _categories(parts.profile), parts.faq_entry, handed=parts.handed, on_heard=alerts.heard,
    )  # fmt: skip


def _categories(profile: CityProfile) -> frozenset[str]:
    return frozenset(category.name for category in profile.kpi.categories)


def _told(profile: CityProfile) -> list[str]:
    """Departments of the city that hear of complaints and incidents."""
    found = [contact.department for contact in profile.escalation if contact.purpose == "complaint"]
    return found or ["市の担当課"]


def _opening_hours(profile: CityProfile) -> Callable[[datetime], bool]:
    holidays = japanese_holidays()
    return lambda at: is_open(profile, at, holidays)


def _tell(webhooks: Webhooks, records: RecordService, complaints: ComplaintService) -> None:
    def record_changed(conn: Connection, kind: str, record: InteractionRecord) -> None:
        data = {"record_id": record.record_id, "call_id": record.call_id, "status": record.status}
        webhooks.enqueue(conn, kind, data)

    def complaint_changed(conn: Connection, kind: str, complaint: Complaint) -> None:
        data = {"record_id": complaint.record_id, "state": complaint.state, "severity": complaint.content.severity}
        webhooks.enqueue(conn, kind, data)

    records.on_change.append(record_changed)
    complaints.on_complaint.append(complaint_changed)


def _alert_teller(webhooks: Webhooks) -> Callable[[Connection, Alert], None]:
    def raised(conn: Connection, alert: Alert) -> None:
        data = {"alert_id": alert.alert_id, "rule": alert.rule, "call_id": alert.call_id, "record_id": alert.record_id}
        webhooks.enqueue(conn, "alert.raised", data)

    return raised


def _incident_teller(webhooks: Webhooks) -> OnIncident:
    def incident_changed(conn: Connection, kind: str, incident: Incident) -> None:
        data = {"incident_id": incident.incident_id, "kind": incident.content.kind, "state": incident.state}
        webhooks.enqueue(conn, kind, data)

    return incident_changed
