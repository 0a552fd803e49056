"""The files of one programme, as bytes and as models."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from shared.programmes.cases import CasesFile
from shared.programmes.certifications import CertificationsFile
from shared.programmes.document import Document
from shared.programmes.education import EducationFile
from shared.programmes.exams import ExamsFile
from shared.programmes.faults import Fault, ProgrammeError
from shared.programmes.feeds import FeedsFile
from shared.programmes.help import HelpFile
from shared.programmes.item import Item
from shared.programmes.kits import KitsFile
from shared.programmes.my_data import DataFile
from shared.programmes.organisation import ProgrammeFile
from shared.programmes.profile import ProfileFile
from shared.programmes.reading import read
from shared.programmes.sign_in import SignInFile

FILES: dict[str, type[Item]] = {
    "programme.yaml": ProgrammeFile,
    "exams.yaml": ExamsFile,
    "education.yaml": EducationFile,
    "certifications.yaml": CertificationsFile,
    "kits.yaml": KitsFile,
    "feeds.yaml": FeedsFile,
    "sign_in.yaml": SignInFile,
    "profile.yaml": ProfileFile,
    "help.yaml": HelpFile,
    "cases.yaml": CasesFile,
    "data.yaml": DataFile,
}
OPTIONAL = frozenset(
    {
        "education.yaml",
        "feeds.yaml",
        "sign_in.yaml",
        "profile.yaml",
        "help.yaml",
        "cases.yaml",
        "data.yaml",
    }
)
# Files that no rule is in: what a programme says to people does not make it another programme.
WORDS = frozenset({"sign_in.yaml", "profile.yaml", "help.yaml", "cases.yaml", "data.yaml"})
Model = TypeVar("Model", bound=Item)


@dataclass(frozen=True, slots=True)
class Files:
    """Every file of a programme, each well formed by itself."""

    programme: ProgrammeFile
    exams: ExamsFile
    education: EducationFile
    certifications: CertificationsFile
    kits: KitsFile
    feeds: FeedsFile
    sign_in: SignInFile
    profile: ProfileFile
    help: HelpFile
    cases: CasesFile
    data: DataFile


def read_folder(folder: Path) -> dict[str, bytes]:
    """The contents of a programme's files by name; a file that is not there is left out.

    Raises ProgrammeError when one cannot be read.
    """
    contents: dict[str, bytes] = {}
    faults: list[Fault] = []
    for name in FILES:
        try:
            contents[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            faults.append(Fault(folder / name, 1, "", f"cannot be read: {error.strerror}"))
    if faults:
        raise ProgrammeError(faults)
    return contents


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of a programme's files by name; raises ProgrammeError when one is no text."""
    texts: dict[str, str] = {}
    for name, content in read_folder(folder).items():
        try:
            texts[name] = content.decode()
        except UnicodeDecodeError as error:
            fault = Fault(folder / name, 1, "", f"cannot be read as UTF-8 text: {error}")
            raise ProgrammeError([fault]) from error
    return texts


def fingerprint(contents: Mapping[str, bytes]) -> str:
    """The SHA-256 of the files with rules, as hexadecimal text: another rule, another print."""
    digest = sha256()
    for name in FILES:
        if name in contents and name not in WORDS:
            # With names and lengths, so that no text can move from one file to another unseen.
            digest.update(f"{name} {len(contents[name])}\n".encode())
            digest.update(contents[name])
    return digest.hexdigest()


def read_files(folder: Path, contents: Mapping[str, bytes]) -> tuple[dict[str, Document], Files]:
    """The documents and models of a programme; raises ProgrammeError with every mistake."""
    faults = [
        Fault(
            folder / name, 1, "", f"is no file of a programme; expected one of {', '.join(FILES)}"
        )
        for name in contents
        if name not in FILES
    ]
    documents: dict[str, Document] = {}
    models: dict[str, Item] = {}
    for name, model in FILES.items():
        content = contents.get(name)
        if content is None and name not in OPTIONAL:
            needed = ", ".join(one for one in FILES if one not in OPTIONAL)
            faults.append(Fault(folder / name, 1, "", f"this file is missing; expected {needed}"))
            continue
        try:
            documents[name] = Document(folder / name, content or b"")
            models[name] = read(documents[name], model)
        except ProgrammeError as error:
            faults += error.faults
    if faults:
        raise ProgrammeError(faults)
    return documents, Files(
        programme=_model(models["programme.yaml"], ProgrammeFile),
        exams=_model(models["exams.yaml"], ExamsFile),
        education=_model(models["education.yaml"], EducationFile),
        certifications=_model(models["certifications.yaml"], CertificationsFile),
        kits=_model(models["kits.yaml"], KitsFile),
        feeds=_model(models["feeds.yaml"], FeedsFile),
        sign_in=_model(models["sign_in.yaml"], SignInFile),
        profile=_model(models["profile.yaml"], ProfileFile),
        help=_model(models["help.yaml"], HelpFile),
        cases=_model(models["cases.yaml"], CasesFile),
        data=_model(models["data.yaml"], DataFile),
    )


def _model(item: Item, kind: type[Model]) -> Model:
    assert isinstance(item, kind)
    return item
