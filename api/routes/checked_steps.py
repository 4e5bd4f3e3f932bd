"""The steps of /v1/faqs that citizens notice, behind the same check as on the staff pages."""

from api.doors import Doors
from api.publication import Decision, decide, record
from api.routes.faq_shapes import PublicStepBody
from api.security.principal import Principal
from eval.publication import Check, Wish
from knowledge.errors import Conflict, Forbidden, Problem
from knowledge.faq.lifecycle import steps_from
from knowledge.text.normalise import clean

_PATIENCE_SECS = 120.0
_SHOWN = 50


class Breaks(Conflict):
    title = "テスト質問が正しく答えられなくなります"


def run_check(doors: Doors, wish: Wish) -> Check | None:
    """None where the check is off or the step cannot be taken anyway (the step itself then says why)."""
    if doors.services.settings.publishing.check == "off":
        return None
    found = doors.services.faqs.get(*wish.key)
    if found.revision != wish.revision or not _possible(doors, wish, found.entry.status):
        return None
    return doors.evals.checks.begin(wish, _PATIENCE_SECS)


def allowed(doors: Doors, wish: Wish, body: PublicStepBody, by: Principal) -> Check | None:
    """The check of a step that may go on. Raises Breaks naming the questions, Forbidden."""
    check = run_check(doors, wish)
    if check is None:
        return None
    reason = doors.services.redactor.redact(clean(body.override_reason)).text
    # Moved facts alone are what an approved edit is for: they are reported, not asked about.
    confirmed = body.confirm or not check.breaks
    decision = decide(doors.services.settings.publishing.check, check, confirmed, reason, by)
    if decision is Decision.REFUSE:
        raise Forbidden("公開を止める設定のため、この権限では公開できません。テスト質問への影響を確かめてください。")
    if decision is not Decision.GO:
        raise Breaks(_explained(decision, check), _problems(check))
    record(doors.services, check, reason)
    return check


def _possible(doors: Doors, wish: Wish, status: str) -> bool:
    if wish.step == "rollback":
        return any(v.entry.version == wish.version for v in doors.services.faqs.versions(*wish.key))
    return wish.step in steps_from(status)  # type: ignore[arg-type]


def _explained(decision: Decision, check: Check) -> str:
    told = "".join(check.found.sentences) if check.found else ""
    way = {
        Decision.CONFIRM: "影響を確かめ、承知のうえで公開するときは confirm を true にしてください。",
        Decision.REASON: "公開を止める設定です。理由を override_reason に書くと公開できます。",
    }[decision]
    return f"{told}{way}"


def _problems(check: Check) -> list[Problem]:
    moved = check.found.moved if check.found else ()
    return [
        Problem(f"{one.kind}：「{one.question}」（{one.before_faq or one.before} → {one.after_faq or one.after}）")
        for one in moved[:_SHOWN]
    ]
