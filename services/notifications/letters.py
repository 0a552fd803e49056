"""Letters: an e-mail put into words, as text and as HTML in the programme's colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifications.models import Contact, Email
from shared.programmes import Kit, Programme

SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail ready to be sent."""

    email_id: UUID
    programme: str
    message_id: str
    sender_name: str
    to_name: str
    to_address: str
    reply_to: str
    subject: str
    text: str
    html: str


class Letters:
    """Writes letters from the templates.

    public_url: the outside address of the portal, which the letters link to.
    """

    def __init__(self, programmes: Mapping[str, Programme], public_url: str) -> None:
        self._programmes = programmes
        self._public_url = public_url
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            # They are part of the program; looking whether one has changed is a look for each part.
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["day"] = _day
        self._templates.filters["moment"] = _moment
        # Mail readers drop style sheets in the head; media queries can live nowhere else.
        self._inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def write(self, email: Email, contact: Contact | None) -> Letter:
        """Put an e-mail into words.

        The address is the e-mail's own where it has one (a sign-in link goes to nobody else),
        otherwise the contact's. Raises KeyError or ValueError if one of them is missing.
        """
        programme = self._programmes[email.programme]
        to_address = email.to_address or (contact.email if contact else None)
        if not to_address:
            raise ValueError("there is no address to send it to")
        names = contact or _Names(
            email.data.get("given_name", ""), email.data.get("family_name", "")
        )
        words = self._words(programme, email, names.given_name)
        subject, text = self._text(email.template, words)
        html = self._templates.get_template(f"{email.template}.html").render(words, subject=subject)
        return Letter(
            email_id=email.id,
            programme=programme.id,
            message_id=email.message_id,
            sender_name=programme.name,
            to_name=_one_line(f"{names.given_name} {names.family_name}"),
            to_address=to_address,
            reply_to=programme.support_email,
            subject=subject,
            text=text,
            html=self._inliner.inline(html),
        )

    def subject(self, email: Email) -> str:
        """Return the subject that an e-mail has, or will have."""
        if email.subject is not None or email.programme not in self._programmes:
            return email.subject or ""
        words = self._words(self._programmes[email.programme], email, "")
        return self._text(email.template, words)[0]

    def _text(self, template: str, words: Mapping[str, Any]) -> tuple[str, str]:
        rendered = self._templates.get_template(f"{template}.txt").render(words)
        subject, _, text = rendered.partition("\n\n")
        return _one_line(subject.removeprefix(SUBJECT)), text.strip() + "\n"

    def _words(self, programme: Programme, email: Email, given_name: str) -> dict[str, Any]:
        data = dict(email.data)
        if level := programme.levels.get(data.get("level", "")):
            data["level"] = level.name
        if (days_left := data.get("days_left")) is not None:
            data["left"] = "1 day" if days_left == 1 else f"{days_left} days"
        if successor := data.get("successor"):
            known = programme.certifications.get(successor)
            data["successor_name"] = known.name if known else successor
        if exam_code := data.get("exam_code"):
            exam = programme.exams.get(exam_code)
            data["exam_name"] = exam.name if exam else exam_code
        if expires_at := data.get("expires_at"):
            moment = datetime.fromisoformat(expires_at)
            data["expires_at"] = moment.astimezone(ZoneInfo(programme.timezone))
        if at := data.get("at"):
            data["at"] = datetime.fromisoformat(at).astimezone(ZoneInfo(programme.timezone))
        return {
            "programme": programme,
            "branding": programme.branding,
            "candidate_id": email.candidate_id,
            "given_name": _one_line(given_name),
            "data": data,
            "kit": _free_kit(programme, data.get("certification")),
            "links": self._links(programme, data, email.secret),
        }

    def _links(
        self, programme: Programme, data: Mapping[str, Any], secret: str | None
    ) -> dict[str, Any]:
        home = f"{self._public_url}/{programme.id}"
        own = f"{home}/staff" if data.get("staff") else f"{home}/personal-info"
        certification = f"{home}/certifications/{data.get('certification', '')}"
        return {
            "home": f"{home}/",
            "sign_in_link": f"{home}/link/{secret or ''}",
            "proof_link": f"{home}/{data.get('path', 'address')}/{secret or ''}",
            "staff_link": f"{home}/staff/link/{secret or ''}",
            "certification": certification,
            "certifications": f"{home}/certifications",
            "certificate": f"{certification}/certificate.pdf",
            "kits": f"{home}/certificates-and-plaques",
            "transcripts": f"{home}/transcripts",
            "history": f"{home}/testing-history",
            "completion": _completion(home, data.get("completion_id")),
            "case": f"{home}/support/cases/{data.get('number', '')}",
            "staff_case": f"{home}/staff/cases/{data.get('number', '')}",
            "pages": {
                "security": f"{own}/security",
                "sessions": f"{own}/sessions",
                "emails": f"{own}/emails",
                "connected": f"{own}/connected",
                "my_data": f"{own}/my-data",
                "name": f"{own}/name",
                "merge": f"{own}/merge",
                "first_login": f"{home}/staff/" if data.get("staff") else f"{home}/never-logged-in",
                "home": f"{home}/staff/" if data.get("staff") else f"{home}/",
            },
            "staff_candidate": f"{home}/staff/candidates/{data.get('candidate_id', '')}",
        }


def _completion(home: str, completion_id: str | None) -> str:
    # A mail that waited while this was installed does not know which one it is about.
    completions = f"{home}/testing-history/course-completions"
    return f"{completions}/{completion_id}" if completion_id else completions


@dataclass(frozen=True, slots=True)
class _Names:
    given_name: str
    family_name: str


def _free_kit(programme: Programme, certification: str | None) -> Kit | None:
    if certification is None or certification not in programme.certifications:
        return None
    kit = programme.initial_kit(certification)
    return kit if kit is not None and kit.initial_price.amount == 0 else None


def _one_line(text: str) -> str:
    # A line break in a name must not become a header of its own.
    return " ".join(text.split())


def _day(value: str | date) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return f"{day.day} {day:%B %Y}"


def _moment(value: datetime) -> str:
    return f"{value.day} {value:%B %Y, %H:%M} ({value.tzinfo})"
