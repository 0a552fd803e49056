"""Pages out of templates: Jinja2, gettext in the visitor's language, links to static files."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache, partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import negotiate_locale
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, select_autoescape

from portal import dates

HERE = Path(__file__).parent
LOCALES = HERE / "locales"
STATIC = HERE / "static"
SOURCE_LANGUAGE = "en"

TONES = {
    "active": "good",
    "lifetime": "good",
    "valid": "good",
    "recorded": "good",
    "accepted": "good",
    "sent": "good",
    "finished": "good",
    "done": "good",
    "gained": "good",
    "pass": "good",
    "claimable": "good",
    "approved": "good",
    "booked": "good",
    "sitting": "warn",
    "awaiting": "warn",
    "overdue": "bad",
    "received": "warn",
    "held": "warn",
    "submitted": "warn",
    "returned": "warn",
    "no_show": "bad",
    "expiring": "warn",
    "suspended": "warn",
    "in_grace": "warn",
    "pending": "warn",
    "waiting": "warn",
    "open": "warn",
    "reopened": "warn",
    "waiting_for_staff": "warn",
    "waiting_for_candidate": "quiet",
    "resolved": "good",
    "made": "good",
    "queued": "warn",
    "running": "warn",
    "in_progress": "warn",
    "expired": "quiet",
    "replaced": "quiet",
    "not_earned": "quiet",
    "not_counted": "quiet",
    "used": "quiet",
    "undone": "quiet",
    "inactive": "quiet",
    "disabled": "quiet",
    "cancelled": "quiet",
    "fail": "quiet",
    "revoked": "bad",
    "withdrawn": "bad",
    "lost": "bad",
    "failed": "bad",
    "rejected": "bad",
}


@lru_cache(maxsize=1)
def languages() -> list[str]:
    """Return the languages that the pages can speak."""
    found = {folder.parent.parent.name for folder in LOCALES.glob("*/LC_MESSAGES/*.mo")}
    return sorted(found | {SOURCE_LANGUAGE})


@lru_cache(maxsize=200)
def language_for(accepted: str) -> str:
    """Return the best language for an Accept-Language header."""
    wished = [part.split(";")[0].strip().replace("-", "_") for part in accepted.split(",")]
    return negotiate_locale([wish for wish in wished if wish], languages()) or SOURCE_LANGUAGE


@lru_cache(maxsize=256)
def static_path(name: str) -> str:
    """Return the address of a static file; it changes with the file, so it may be kept for good."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"


def amount(value: object) -> str:
    """Return points as people write them: 10 for 10.00, 2.5 for 2.50, 0 for nothing."""
    return f"{Decimal(str(value or 0)).normalize():f}"


@lru_cache(maxsize=32)
def translations(language: str) -> NullTranslations:
    """Return the texts of one language."""
    return Translations.load(LOCALES, [language])


@lru_cache(maxsize=32)
def environment(language: str) -> Environment:
    """Return the templates in one language."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # the i18n extension adds it
    env.filters |= {
        "day": partial(dates.show_day, locale=language),
        "day_in": partial(dates.show_day_in, locale=language),
        "instant": partial(dates.show_instant, locale=language),
        "amount": amount,
        # What an address of the API asks for beside its path, with its question mark.
        "query": lambda address: "".join(str(address).partition("?")[1:]),
        "tone": lambda status: TONES.get(str(status), "plain"),
    }
    env.globals |= {
        "static": static_path,
        "days_until": dates.days_until,
        "share_gone": dates.share_gone,
        "parse_day": dates.parse_day,
        "language": language,
    }
    return env


def render(template: str, language: str, context: Mapping[str, Any]) -> str:
    """Return a page."""
    return environment(language).get_template(template).render(context)
