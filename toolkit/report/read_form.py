"""The form as an importer read it from a document, as facts; the checks judge them.

Importers fill it in. Out: ``ReadForm``, which a case of the checks carries beside the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.forms import Address


@dataclass(frozen=True, slots=True)
class Observation:
    """Content of a document that went into no cell and no text, or went there on an assumption.

    ``code`` is the rule of the catalogue that reports it; ``place`` is where it is in the document, in words; ``where`` is
    the path in the report that it concerns, "" for none.
    """

    code: str
    message: str
    place: str = ""
    where: str = ""
    expected: str = ""
    found: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class ReadForm:
    """The form as an importer found it in a published report.

    Attributes:
        headings: the first-level headings in order.
        labels: by part (``disclosure`` …) every caption, head and row label in the order of print; a part whose table was
            not found is left out.
        pictures: parts whose table was pasted as a picture.
        absent: keys of the tables that were not found, of parts that are there.
        editions: by table the edition whose labels it has; tables whose labels fit every edition are left out.
        unread: by cell why it has no figure although the document may have one: unclear, or its row is missing.
        observations: everything else that a person should know.
        printed: false for the workbook to fill in, which has no title and no headings of a printed report.
    """

    headings: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    editions: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[Address, str] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    printed: bool = True
