"""Do once, before a process is forked, what every notebook of a report does: rules, tables and charts of one report.

In: nothing. Out: rules imported, forms read, patterns compiled, numpy and the fonts' tables at hand; every process
forked afterwards has them, which saves each 0.1 s. Nothing of the report stays.
"""

from __future__ import annotations

from toolkit.checks import run_case
from toolkit.checks.assembly import assemble
from toolkit.checks.examples import faultless
from toolkit.checks.narrative.likeness import copied_share
from toolkit.core.fonts import NoFonts, missing_glyphs
from toolkit.report.reading import report_from_parameters
from toolkit.report.writing import report_to_values
from toolkit.sections.paper import Paper

RARE = "㙍"  # beyond GB 2312, as in names of places: the rules look such a character up in the fonts


def rehearse() -> None:
    """Run the rules on the catalogue's faultless report and put it on paper."""
    rehearse_paper()
    report = faultless()
    run_case(assemble(report, None))
    copied_share(report.narrative.overview, report.narrative.overview)  # as with last year's text: loads numpy
    try:
        missing_glyphs(RARE, "fangsong")
    except NoFonts:
        return  # said when something is printed


def rehearse_paper() -> None:
    """Put that report on paper: all that is left to a notebook which is handed its findings."""
    report = report_from_parameters(report_to_values(faultless()))
    paper = Paper(report)
    for section in (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing()):
        section._repr_mimebundle_()
