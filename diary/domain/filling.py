"""The diary's own names, put into the lead's texts for their `{placeholders}`."""

import re
from collections.abc import Mapping

from diary.domain.settings import RANGES
from diary.queries.site import Site


def facts(found: Site) -> dict[str, str]:
    """What stands for each placeholder."""
    licence, phone = found.licence, found.contact_phone
    return {
        "title": found.title,
        "contact_name": ", ".join(filter(None, (found.contact_name, found.contact_role))),
        "contact_phone": phone and f"[{phone}](tel:{re.sub('[ -]', '', phone)})",
        "contact_email": found.contact_email,
        "partners": ", ".join(found.partners),
        "controller": found.controller,
        "protection_officer": found.protection_officer,
        "funder": found.funder,
        "answer_days": str(found.answer_days),
        **{name: str(getattr(found, name)) for name in RANGES if name.startswith("keep_")},
        "licence": f"[{licence}]({found.licence_url})" if found.licence_url else licence,
    }


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_HEADING = re.compile("(?m)^(?=#+ )")


def fill(body: str, facts: Mapping[str, str]) -> str:
    """Put facts for `{placeholders}`; lines without their fact go, and headings left alone."""
    sections = (_fill_section(section, facts) for section in _HEADING.split(body))
    return "\n\n".join(filter(None, sections))


def _fill_section(section: str, facts: Mapping[str, str]) -> str:
    lines = section.splitlines()
    kept = [line for line in lines if all(facts.get(n, n) for n in _PLACEHOLDER.findall(line))]
    alone = len(kept) < len(lines) and not any(line.strip() for line in kept[1:])
    if alone and kept and kept[0].startswith("#"):
        return ""
    text = "\n".join(kept).strip()
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)
