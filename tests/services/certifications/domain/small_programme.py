"""A programme made for a test: four files from a few lines."""

from pathlib import Path

from shared.programmes import Programme

HEAD = """
id: small
name: Small
candidate_prefix: SML
timezone: Europe/Zurich
support_email: help@example.com
branding: {accent: "#000000", accent_ink: "#ffffff", ink: "#000000", logo_text: Small}
levels: [{id: first, name: First}, {id: second, name: Second}]
tracks: [{id: land, name: Land}, {id: sea, name: Sea}]
statuses: {active: Active, expired: Expired, not_earned: Not earned}
"""
EXAMS = """
pass_validity: 3 years
classes: [{id: paper, name: paper}, {id: field, name: field day}]
exams:
  - {code: A, name: Aim, class: paper}
  - {code: B, name: Bow, class: paper}
  - {code: C, name: Cut, class: field, pass_validity: 6 months}
  - {code: D, name: Dig, class: field, pass_validity: lifetime}
"""


def small_programme(
    folder: Path, certifications: str, *, head: str = "", exams: str = "", education: str = ""
) -> Programme:
    """`head` and `exams` are added to programme.yaml and exams.yaml; education may be left out."""
    home = folder / "small"
    home.mkdir(parents=True)
    files = {
        "programme.yaml": HEAD + head,
        "exams.yaml": EXAMS + exams,
        "certifications.yaml": certifications,
        "kits.yaml": "kits: []\n",
    }
    if education:
        files["education.yaml"] = education
    for name, text in files.items():
        (home / name).write_text(text, "utf-8")
    return Programme.load(home)
