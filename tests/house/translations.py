"""The French catalogue in step with the words of the pages: `make translations` updates it, `make
check` holds it.

Run as `python -m tests.house.translations [--check]`.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "intake" / "translations" / "fr_CA" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
KEYWORDS = {"_": None, "_l": None, "gettext": None}
NO_BREAK = "\N{NO-BREAK SPACE}"


def collected() -> Catalog:
    """Every message that pages and rules can say."""
    catalog = Catalog()
    places = (
        ("intake", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    )
    for folder, method in places:
        found = extract_from_dir(ROOT / folder, method, keywords=KEYWORDS, options_map={})
        for name, line, message, comments, context in found:
            catalog.add(
                message,
                locations=[(f"{folder}/{name}", line)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def current() -> Catalog:
    """The French catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr_CA")


def faults(catalog: Catalog) -> list[str]:
    """What a reader would stumble over: missing or doubtful French, and punctuation without its
    no-break space.
    """
    found = []
    for message in catalog:
        if not message.id:
            continue
        french = str(message.string)
        if not french or message.fuzzy:
            found.append(f"not translated: {message.id}")
        elif re.search(
            rf"[^{NO_BREAK}\d][:»]|«[^{NO_BREAK}]|\s[;!?]",
            french.replace("%(", "").replace("://", ""),
        ):
            # As the Office québécois de la langue française has it
            found.append(
                "needs a no-break space before : and » and after «, and none before ; ! "
                f"?: {french}"
            )
        elif set(re.findall(r"%\(\w+\)s", str(message.id))) != set(
            re.findall(r"%\(\w+\)s", french)
        ):
            found.append(f"different placeholders: {message.id}")
    return found


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def update() -> None:
    """Write the catalogue with today's messages, and compile it."""
    catalog = current() if PO.exists() else Catalog(locale="fr_CA")
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment, catalog.fuzzy = (
        "# The words of Consult Intake in French (Canada).",
        False,
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(
            file, catalog, width=120, omit_header=False, include_lineno=False, sort_output=True
        )
    MO.write_bytes(compiled(current()))


def check() -> list[str]:
    """What is out of step; empty when all is well."""
    kept = current()
    said, known = {m.id for m in collected() if m.id}, {m.id for m in kept if m.id}
    found = [
        f"not in the catalogue, run make translations: {message}"
        for message in sorted(map(str, said - known))
    ]
    found += [
        f"no longer said, run make translations: {message}"
        for message in sorted(map(str, known - said))
    ]
    if not MO.exists() or MO.read_bytes() != compiled(kept):
        found.append("messages.mo is older than messages.po, run make translations")
    return found + faults(kept)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    problems = check()
    print("\n".join(problems) or f"translations: {len(current())} messages, all in French")
    sys.exit(bool(problems))
