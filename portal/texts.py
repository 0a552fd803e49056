"""Collects the texts to translate: python -m portal.texts writes locales/messages.pot."""

import re
import sys
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from portal.rendering import HERE, LOCALES

TEMPLATE = LOCALES / "messages.pot"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}
DATES = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By).*\n', re.MULTILINE)


def collect() -> bytes:
    """Return the template of translations, the same bytes for the same texts."""
    catalog = Catalog(project="Certtrack portal", charset="utf-8", fuzzy=False)
    found = extract_from_dir(HERE, METHODS, OPTIONS, comment_tags=("Translators:",))
    for file, line, message, comments, context in sorted(found, key=lambda one: one[:2]):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, catalog, omit_header=False, include_lineno=False, sort_by_file=True)
    return DATES.sub(b"", written.getvalue())


if __name__ == "__main__":
    LOCALES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(collect())
    sys.stdout.write(f"{TEMPLATE}\n")
