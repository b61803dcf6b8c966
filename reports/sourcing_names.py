"""Say the names that sourcing makes of people, phases and offers in the language of the page.

Names of people, offers, trainings and providers are the user's own and stay as they are.
"""

from __future__ import annotations

import re

from reports.labels import Texts

HIRED, ROLE = "hired: ", ": role "
_PHASES = re.compile(r"\[([^\[\]]+)\]")


def said_name(name: str, texts: Texts) -> str:
    """Return a name such as "ann, ben [meeting + closing]" or "hired: hunter" in the language."""
    who, role, phases = name.rpartition(ROLE)
    if role:
        return texts("sourced.role", name=said_name(who, texts), phases=said_phases(phases, texts))
    if name.startswith(HIRED):
        return texts("sourced.hired", name=said_name(name.removeprefix(HIRED), texts))
    return _PHASES.sub(lambda found: f"[{said_phases(found[1], texts)}]", name)


def said_phases(phases: str, texts: Texts) -> str:
    """Return phases held together, "meeting + closing", in the language."""
    return " + ".join(texts.name("phase", phase) for phase in phases.split(" + "))


def said_place(subject: str, texts: Texts) -> str:
    """Return the subject of a shortfall, "segment" or "segment, phase", in the language."""
    segment, comma, phase = subject.rpartition(", ")
    return f"{segment}{comma}{texts.name('phase', phase) if comma else phase}"
