"""The update request that a wrong answer opens, on the phone or on the public page."""

from dataclasses import dataclass

from api.voice.review.verdicts import FOR_EDITORS, MAX_COMMENT_CHARS, VERDICT_LABELS, Verdict
from knowledge.bootstrap import Services
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.edit import Edit
from knowledge.faq.requests import add_request
from knowledge.faq.web_outcomes import WebTurn
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import clean
from voicebot.domain import Turn
from voicebot.ports import CallDetail

_NOBODY = "所管課未定"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer judged: all texts are masked already. `link` leads to it."""

    where: str
    asked: str
    speaker: str
    said: str
    faq_id: str
    link: str


def finding_of_turn(detail: CallDetail, turn: Turn) -> Finding:
    asked = next((t.text for t in reversed(detail.turns[: turn.index + 1]) if t.who == "caller" and t.text), "")
    said = next((t.text for t in detail.turns[turn.index :] if t.who == "bot"), "")
    link = f"通話：/staff/calls/{detail.call.call_id}#turn-{turn.index}"
    return Finding("自動音声の通話", asked, "自動音声", said, turn.faq_id, link)


def finding_of_call(detail: CallDetail) -> Finding | None:
    """The call's weakest answer; None where nothing was answered."""
    answered = [t for t in detail.turns if t.who == "caller" and t.decision]
    if not answered:
        return None
    turn = min(answered, key=lambda t: (t.decision != "answer", t.confidence if t.confidence is not None else 1.0))
    return finding_of_turn(detail, turn)


def finding_of_talk(turns: list[WebTurn], answer: str) -> Finding:
    """`answer`: the approved text the last question of the conversation was answered with, if it was."""
    last = turns[-1]
    link = f"質問：/staff/web-answers/{last.log_id}"
    return Finding("公開ページの回答", last.text, "公開ページ", answer, last.faq_id, link)


def ask_editors(services: Services, finding: Finding | None, verdict: Verdict, comment: str, who: str) -> str:
    """The id of the request, "" where only a change of the FAQ would not help. Raises InvalidInput."""
    if verdict not in FOR_EDITORS or finding is None:
        return ""
    note = redacted_comment(services, comment)
    with services.faqs.editing(who) as edit:
        return add_to(edit, services, finding, verdict, note)


def add_to(edit: Edit, services: Services, finding: Finding, verdict: Verdict, note: RedactedText) -> str:
    """The same within a transaction of the caller."""
    text = _text(services, finding, verdict, note)
    return add_request(edit, _department(services, finding.faq_id), text, finding.faq_id, None).request_id


def redacted_comment(services: Services, comment: str) -> RedactedText:
    """Raises InvalidInput when it is too long."""
    if len(comment) > MAX_COMMENT_CHARS:
        text = f"コメントは{MAX_COMMENT_CHARS:,}文字以内で入力してください。"
        raise InvalidInput(text, [Problem(text, column="comment")])
    return services.redactor.redact(clean(comment).strip()).text


def _text(services: Services, finding: Finding, verdict: Verdict, note: RedactedText) -> RedactedText:
    """All parts are masked already; joined, they pass the redactor once more. Our own link is added after that."""
    lines = [f"{finding.where}の確認で「{VERDICT_LABELS[verdict]}」と判定されました。", f"質問：{finding.asked}"]
    lines += [f"{finding.speaker}：{finding.said}"] if finding.said else []
    lines += [f"コメント：{note}"] if note else []
    text = services.redactor.redact("\n".join(lines)).text
    return RedactedText(f"{text}\n{finding.link}")


def _department(services: Services, faq_id: str) -> str:
    found = services.faqs.languages(faq_id) if faq_id else ()
    return (found[0].entry.department if found else "") or _NOBODY
