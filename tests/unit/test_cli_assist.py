"""Calls played into the service."""

from api.cli.assist import new_call_id
from knowledge.privacy.redactor import RuleRedactor


def test_no_number_of_a_played_call_looks_like_personal_data() -> None:
    redactor, ids = RuleRedactor(), {new_call_id() for _ in range(500)}
    assert len(ids) == 500
    assert not any(any(ch.isdigit() for ch in one) or redactor.redact(one).kinds for one in ids)
