"""A city profile from its TOML file: `load_profile("mihon")` or `load_profile("/etc/madoguchi/our-city.toml")`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from knowledge.domain import LANGUAGES
from knowledge.errors import ConfigurationError
from knowledge.profile.model import (
    Booking,
    BookingRules,
    BusySeason,
    Centre,
    CityProfile,
    Contact,
    Department,
    EmergencyContact,
    ForbiddenTerm,
    Keeper,
    LineKind,
    Venue,
)
from knowledge.profile.read_hours import read_hours
from knowledge.profile.read_kpi import read_kpi
from knowledge.profile.toml_table import Table

PROFILES = Path(__file__).resolve().parents[2] / "samples" / "profiles"
COMMON = "common"
"""Shared base that a profile names in `extends`: national contacts, definitions, terms."""

ANNOUNCEMENTS = ("opening", "out_of_hours", "year_end", "overflow", "emergency", "recording", "closing")
"""Announcement texts every city must have; a city may add more."""


def profile_names() -> tuple[str, ...]:
    """Names of the shipped profiles."""
    return tuple(sorted(path.stem for path in PROFILES.glob("*.toml") if path.stem != COMMON))


def load_profile(name_or_path: str | Path) -> CityProfile:
    """Read and check a profile. Raises ConfigurationError that names the file and the key."""
    path = _find(name_or_path)
    values = _parse(path)
    base = values.pop("extends", "")
    if base:
        values = _merge(_parse(_find(base)), values)
    table = Table(values, path.name)
    profile = _read_profile(table, path.stem)
    table.close()
    return profile


def _find(name_or_path: str | Path) -> Path:
    given = str(name_or_path)
    path = Path(given) if given.endswith(".toml") else PROFILES / f"{given}.toml"
    if not path.is_file():
        names = "、".join(profile_names())
        raise ConfigurationError(
            f"市の設定「{given}」が見つかりません。ファイルのパスか、次の名前を使ってください：{names}"
        )
    return path


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"{path.name} をTOML（UTF-8）として読めません：{exc}") from exc
    except OSError as exc:
        raise ConfigurationError(f"{path.name} を開けません：{exc.strerror}") from exc


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `base`: tables merge key by key, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _read_profile(table: Table, code: str) -> CityProfile:
    derived: dict[str, str] = {}
    centre = table.table("centre", _read_centre)
    booking = table.table("booking", _read_booking)
    city = table.text("city")
    derived |= {"city_name": city, "center_name": centre.name, "center_phone": centre.phone}
    derived |= {"center_hours": centre.hours.text, "center_fax": centre.fax}
    derived |= {"booking_url": booking.url, "booking_change_deadline": booking.change_deadline}
    departments = _read_departments(table, derived)
    return CityProfile(
        code=code,
        city=city,
        short_name=table.text("short_name"),
        prefecture=table.text("prefecture"),
        source=table.text("source"),
        centre=centre,
        venues=table.tables("venues", _read_venue),
        departments=departments,
        booking=booking,
        languages=_read_languages(table),
        escalation=table.tables("escalation", _read_contact),
        announcements=_read_announcements(table),
        kpi=table.table("kpi", read_kpi),
        forbidden_terms=table.tables("forbidden_terms", _read_term),
        other_cities=_read_other_cities(table, city),
        emergency=table.tables("emergency", _read_emergency),
        variables=_read_variables(table, derived),
        notes=table.texts("notes"),
    )


def _read_centre(table: Table) -> Centre:
    return Centre(
        name=table.text("name"),
        phone=table.phone("phone"),
        hours=table.table("hours", read_hours),
        line_kind=table.choice("line_kind", LineKind, "unknown"),
        lines=table.optional_number("lines", 1, 1000),
        fax=table.phone("fax"),
        busy_seasons=table.tables(
            "busy_seasons", lambda inner: BusySeason(inner.text("text"), inner.numbers("months", 1, 12))
        ),
        note=table.text("note", ""),
    )


def _read_venue(table: Table) -> Venue:
    return Venue(
        name=table.text("name"),
        place=table.text("place", ""),
        hours=table.optional_table("hours", read_hours),
        booking=table.choice("booking", Booking, "unknown"),
        services=table.texts("services"),
        phone=table.phone("phone"),
        note=table.text("note", ""),
    )


def _read_booking(table: Table) -> BookingRules:
    return BookingRules(
        matters=table.texts("matters"),
        actions=table.texts("actions"),
        url=table.text("url", ""),
        change_deadline=table.text("change_deadline", ""),
        read_back=table.texts("read_back"),
        note=table.text("note", ""),
    )


def _read_departments(table: Table, derived: dict[str, str]) -> tuple[Department, ...]:
    """The city's departments, then the national lines; phones with a `variable` become template variables."""

    def read(inner: Table) -> Department:
        phone, variable = inner.phone("phone"), inner.text("variable", "")
        if variable in derived:
            raise inner.wrong("variable", f"「{variable}」はほかの項目でも使われています。")
        if variable:
            derived[variable] = phone
        return Department(
            name=inner.text("name"),
            topics=inner.texts("topics"),
            phone=phone,
            keeper=inner.choice("keeper", Keeper, "city"),
            note=inner.text("note", ""),
            valid_to=inner.optional_day("valid_to"),
        )

    found = table.tables("departments", read) + table.tables("national", read)
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise table.wrong("departments", f"「{name}」が2回書かれています。")
    return found


def _read_contact(table: Table) -> Contact:
    purpose = table.choice("purpose", Literal["complaint", "individual_case", "incident", "opinion"])
    valid_to = table.optional_day("valid_to")
    return Contact(purpose, table.text("department"), table.phone("phone"), table.text("note", ""), valid_to)


def _read_emergency(table: Table) -> EmergencyContact:
    kind = table.choice("kind", Literal["emergency", "distress"])
    return EmergencyContact(kind, table.text("name"), table.phone("phone"), table.text("when", ""))


def _read_term(table: Table) -> ForbiddenTerm:
    term, allowed_in = table.text("term"), table.texts("allowed_in")
    if any(term not in name for name in allowed_in):
        raise table.wrong("allowed_in", f"「{term}」を含む名称を書いてください。")
    return ForbiddenTerm(term, table.text("use"), table.flag("blocking", False), allowed_in, table.text("note", ""))


def _read_languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages")
    unknown = [code for code in languages if code not in LANGUAGES]
    if unknown or "ja" not in languages:
        raise table.wrong("languages", f"ja を含め、{'、'.join(LANGUAGES)} から選んでください。")
    return languages


def _read_announcements(table: Table) -> Mapping[str, str]:
    texts = table.mapping("announcements", str)
    for key in ANNOUNCEMENTS:
        if key not in texts:
            raise table.wrong(f"announcements.{key}", "この案内文が必要です。")
    return MappingProxyType(texts)


def _read_other_cities(table: Table, city: str) -> tuple[str, ...]:
    names = table.texts("other_cities")
    if city in names:
        raise table.wrong("other_cities", f"自分の市（{city}）が入っています。")
    return names


def _read_variables(table: Table, derived: Mapping[str, str]) -> Mapping[str, str]:
    given = table.mapping("variables", str)
    for name in given:
        if name in derived:
            raise table.wrong(f"variables.{name}", "ほかの項目から決まる値です。ここでは書かないでください。")
    return MappingProxyType({name: value for name, value in {**derived, **given}.items() if value})
