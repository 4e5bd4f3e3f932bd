"""The KPI part of a profile file: targets, classes of inquiry, definitions, past volumes."""

from types import MappingProxyType
from typing import Literal

from knowledge.profile.model import Category, KpiSetup, MonthlyCalls, OutboundRules
from knowledge.profile.toml_table import Table
from knowledge.text.late_pattern import late_pattern

_MONTH = late_pattern(r"\d{4}-(0[1-9]|1[0-2])")


def read_kpi(table: Table) -> KpiSetup:
    groups = table.texts("groups")
    categories = table.tables("categories", lambda inner: Category(inner.text("name"), inner.text("group")))
    for category in categories:
        if category.group not in groups:
            raise table.wrong("categories", f"「{category.name}」の group「{category.group}」が groups にありません。")
    return KpiSetup(
        answer_rate_target_percent=table.percent("answer_rate_target_percent"),
        answer_rate_contractual=table.flag("answer_rate_contractual", False),
        service_level_secs=table.number("service_level_secs", 1, 600),
        service_level_target_percent=table.percent("service_level_target_percent"),
        groups=groups,
        categories=categories,
        reports=table.choices("reports", Literal["daily", "weekly", "monthly", "yearly"]),
        items=table.texts("items"),
        definitions=MappingProxyType(table.mapping("definitions", str)),
        expected_monthly_calls=MappingProxyType(table.mapping("expected_monthly_calls", int)),
        history=table.tables("history", _read_month),
        monthly_report_due_day=table.optional_number("monthly_report_due_day", 1, 31),
        outbound=table.optional_table("outbound", _read_outbound),
        note=table.text("note", ""),
        availability_hours=table.choice("availability_hours", Literal["always", "service"], "always"),
        availability_target_percent=table.percent("availability_target_percent", 99.9),
        by_hand=MappingProxyType(table.mapping("by_hand", str)),
    )


def _read_month(table: Table) -> MonthlyCalls:
    month = table.text("month")
    if not _MONTH.fullmatch(month):
        raise table.wrong("month", "年月を「2025-04」の形で書いてください。")
    return MonthlyCalls(month, MappingProxyType(table.mapping("calls", int)))


def _read_outbound(table: Table) -> OutboundRules:
    return OutboundRules(
        daily_limit=table.number("daily_limit", 0, 10_000),
        start_below_percent=table.number("start_below_percent", 0, 100),
        note=table.text("note", ""),
    )
