"""Check and print one report before processes are forked, so that each of them finds everything loaded.

In: nothing. Out: rules imported, forms read, patterns compiled, numpy and the fonts' tables loaded; this saves each process
0.1 s. Nothing of the report is kept.
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


def warm_up() -> None:
    """Run the rules on the catalogue's faultless report and print it."""
    warm_up_paper()
    report = faultless()
    run_case(assemble(report, None))
    copied_share(report.narrative.overview, report.narrative.overview)  # as with last year's text: loads numpy
    try:
        missing_glyphs(RARE, "fangsong")
    except NoFonts:
        return  # the first report that is printed says so


def warm_up_paper() -> None:
    """Print that report: a notebook that gets its findings from the build does no more."""
    report = report_from_parameters(report_to_values(faultless()))
    paper = Paper(report)
    for section in (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing()):
        section._repr_mimebundle_()
