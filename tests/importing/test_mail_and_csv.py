"""A report in a mail or in a CSV file: among the attachments, in the body, forwarded, several at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import olefile
import pytest

from tests.importing.compound_files import compound_file
from tests.importing.shapes import OTHER as OTHER_TEXT
from tests.importing.shapes import OVERVIEW, PROBLEMS, assert_as, figures, html_body, html_table, noticed, report, zip_of
from tests.importing.sheet_shapes import rows_of_report
from tests.importing.word_shapes import paragraph, run, word_body, word_file, word_table
from toolkit.commands.import_batch import import_files
from toolkit.entry.start.import_card import ACCEPTED
from toolkit.importing import CannotImport, Imported, read_published
from toolkit.importing.readers.formats import SUFFIXES
from toolkit.report import Report


def read(raw: bytes, folder: Path, name: str) -> Imported:
    (folder / name).write_bytes(raw)
    return read_published(folder / name)


# ---------------------------------------------------------------- CSV


def lines(of: Report) -> Iterator[list[str]]:
    """The rows of the sheet as Excel saves them: merged cells taken apart, all rows of one width."""
    for text, cells in rows_of_report(of):
        row = [text] + [""] * 15
        for cell, shown in cells:
            row[cell.column] = shown
        yield row


def csv_of(of: Report, delimiter: str = ",", **settings: int) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", **settings).writerows(lines(of))
    return out.getvalue()


@pytest.mark.parametrize("name", ["报表.xls", "报表.xlsx", "报表.XLSM", "报表.et"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_that_is_called_a_workbook(delimiter: str, name: str, tmp_path: Path) -> None:
    of = report()
    assert_as(read(csv_of(of, delimiter).encode("gb18030"), tmp_path, name), of)


def test_csv_that_is_called_a_text_and_has_paragraphs_between_its_tables(tmp_path: Path) -> None:
    of = report()
    text = "\n".join(line.rstrip(",") if line.strip(",").count(",") < 2 else line for line in csv_of(of).splitlines())
    assert_as(read(text.encode(), tmp_path, "年报.txt"), of)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_in_utf_16_without_a_mark(delimiter: str, encoding: str, tmp_path: Path) -> None:
    of = report()
    assert_as(read(csv_of(of, delimiter).encode(encoding), tmp_path, "报表.csv"), of)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["报表.csv", "报表.txt"])
def test_text_in_utf_16_without_a_mark_that_begins_with_pages_of_chinese(name: str, encoding: str, tmp_path: Path) -> None:
    of = report()
    story = "为进一步做好政府信息公开工作，现公布本机关的年度报告。" * 100
    mark = "," if name.endswith("csv") else "\t"
    assert_as(read(f"{story}\r\n{csv_of(of, mark)}".encode(encoding), tmp_path, name), of)


@pytest.mark.parametrize("end", [b"", "的\r\n".encode("gbk")], ids=["plain", "with bytes that are a common word in GBK"])
def test_csv_in_big5(end: bytes, tmp_path: Path) -> None:
    of = report()
    pairs = (
        "總总體体況况動动開开處处復复議议訴诉訟讼題题問问進进報报項项規规範范數数許许罰罚強强費费業业構构會会組组織织機机關关結结辦办"
        "類类務务權权與与當当應应單单條条這这國国為为實实補补獲获號号糾纠廢废繳缴納纳穩稳縣县鎮镇雲云製制現现發发內内請请確确認认他他"
        "來来經经屬属過过質质萬万個个維维審审長长詢询檢检財财產产採采購购額额轉转繼继續续無无沒没執执理理計计"
    )
    full = str.maketrans(dict(zip(pairs[1::2], pairs[::2], strict=True)))
    raw = csv_of(of).translate(full).encode("big5", "replace") + end
    got = read(raw, tmp_path, "报表.csv")
    assert {str(at): cell.raw for at, cell in got.cells.items() if cell.value != of.figures[at]} == {}
    assert any("繁体" in note for note in got.notes)


def test_sheet_that_excel_saved_as_unicode_text(tmp_path: Path) -> None:
    of = report()
    assert_as(read(csv_of(of, "\t").encode("utf-16"), tmp_path, "报表.txt"), of)


def test_blank_before_quotes_and_words_for_blanks(tmp_path: Path) -> None:
    """As programs write tables: ``, "0"``, and NaN where a cell is blank."""
    of = report().with_value(next(iter(report().form.cells)), None)
    rows = "\r\n".join(", ".join(f'"{cell}"' if cell else "NaN" for cell in row) for row in lines(of))
    assert_as(read(rows.encode(), tmp_path, "报表.csv"), of)


def thousands(of: Report, *, cut: bool) -> str:
    """Figures with commas between thousands and no quotes: a figure becomes two cells."""
    rows = (",".join(f"{int(cell):,}" if cell.isdigit() else cell for cell in row) for row in lines(of))
    return "\r\n".join(row.rstrip(",") if cut else row for row in rows)


@pytest.mark.parametrize("cut", [False, True])
def test_figures_that_commas_cut_in_two_are_unclear(cut: bool, tmp_path: Path) -> None:
    of = report()
    cells = [at for at in of.form.cells if at.table == "applications" and at not in of.form.sums]
    for number, at in enumerate(cells):
        of = of.with_value(at, (4_609, 12_345, 7, None, 0)[number % 5])
    got = read(thousands(of, cut=cut).encode(), tmp_path, "报表.csv")
    assert {str(at): cell.raw for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}
    assert {str(at) for at, cell in got.cells.items() if cell.state == "blank" and of.figures[at] is not None} == set()


@pytest.mark.parametrize("line", [10, 30])
def test_quote_that_is_not_closed_is_named_with_its_line(line: int, tmp_path: Path) -> None:
    rows = csv_of(report()).split("\r\n")
    rows[line - 1] = rows[line - 1].replace(",", ',"', 1)
    with pytest.raises(CannotImport, match=f"第 {line} 行.*引号没有成对"):
        read("\r\n".join(rows).encode(), tmp_path, "报表.csv")


@pytest.mark.parametrize(
    ("delimiter", "encoding", "name"),
    [
        (",", "utf-8-sig", "报表.csv"), (",", "gb18030", "报表.csv"), (",", "utf-8", "报表.CSV"), (";", "utf-8", "报表.csv"),
        ("\t", "utf-16", "报表.csv"), ("\t", "gb18030", "报表.tsv"), ("\t", "utf-8", "报表.tsv"),
    ],
)  # fmt: skip
def test_csv_as_excel_and_wps_save_it(delimiter: str, encoding: str, name: str, tmp_path: Path) -> None:
    of = report()
    got = read(csv_of(of, delimiter).encode(encoding), tmp_path, name)
    assert_as(got, of)
    assert got.report is not None
    assert got.report.narrative.overview == of.narrative.overview
    assert got.title == of.title


def test_csv_whose_rows_end_at_their_last_cell(tmp_path: Path) -> None:
    """The row of part four is longer than the rows of part three, and as long as its heads."""
    of = report()
    rows = "\n".join(row.rstrip(",") for row in csv_of(of).splitlines())
    assert_as(read(rows.encode(), tmp_path, "报表.csv"), of)


@pytest.mark.parametrize("year", [2020, 2023])
def test_csv_with_every_cell_quoted(year: int, tmp_path: Path) -> None:
    of = report(year)
    assert_as(read(("sep=,\r\n" + csv_of(of, quoting=csv.QUOTE_ALL)).encode("utf-8-sig"), tmp_path, "报表.csv"), of)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"=""5"""', 5), ('"5"', 5), (" 5 ", 5), ('"1,386"', 1386), ("5件", 5), ("", None), ("=1+4", "unclear"),
        ('"275\n190"', "unclear"), ('"275 190"', "unclear"), ('"1386,275"', "unclear"), ("#DIV/0!", "unclear"),
        ("5.5", "unclear"), ("1.2E+05", "unclear"), ("########", "unclear"),
    ],
)  # fmt: skip
def test_cell_of_a_csv_file(cell: str, value: object, tmp_path: Path) -> None:
    of = report()
    of = of.with_value(next(address for address in of.form.cells if str(address) == "applications.granted.business"), 777_777)
    got = read(csv_of(of).replace("777777", cell).encode("utf-8"), tmp_path, "报表.csv")
    (reading,) = (item for address, item in got.cells.items() if str(address) == "applications.granted.business")
    assert (reading.value, reading.state == "unclear") == ((None, True) if value == "unclear" else (value, False))


# ---------------------------------------------------------------- mails


def letter(*files: tuple[str, bytes], text: str = "见附件", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@clerk.example", "b@county.example", "报送年报"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, raw in files:
        message.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    return message


OF = report()
WORD = word_file(word_body(OF))
PAGE = f"<html><body>{html_body(OF)}</body></html>"


@pytest.mark.parametrize(
    "files",
    [
        [("年报.docx", WORD)],
        [("通知.txt", "请查收".encode()), ("年报.docx", WORD)],
        [("盖章页.png", b"\x89PNG\r\n\x1a\n123"), ("年报.html", PAGE.encode())],
        [("年报.csv", csv_of(OF).encode("gb18030"))],
        [("附件一", WORD)],  # no suffix
    ],
)
def test_report_among_the_attachments(files: list[tuple[str, bytes]], tmp_path: Path) -> None:
    assert_as(read(letter(*files).as_bytes(), tmp_path, "来信.eml"), OF)


def test_report_in_the_body(tmp_path: Path) -> None:
    assert_as(read(letter(html=PAGE).as_bytes(), tmp_path, "来信.eml"), OF)
    assert_as(read(letter(text="\n".join("\t".join(row) for row in lines(OF))).as_bytes(), tmp_path, "正文.eml"), OF)


LAST, OTHER = report(2022), replace(OF, figures=figures(OF.form, lambda at: at % 5))
EXCHANGED = replace(OF, figures=figures(OF.form, lambda at: (at ^ 1 if at < 2 else at) % 7))


@pytest.mark.parametrize(
    ("body", "attached", "left"),
    [
        (OF, LAST, "年报.docx"),
        (LAST, OF, "正文"),
        (report(2020), report(2021), "正文"),  # the older form has one table more
        (OTHER, OF, "正文"),
        (EXCHANGED, OF, "正文"),
        (OF, OF, ""),  # the body repeats what is attached
    ],
    ids=[
        "last year's is attached",
        "last year's is the body",
        "of two forms",
        "two of one year",
        "two figures exchanged",
        "the same twice",
    ],
)
def test_report_in_the_body_and_another_among_the_attachments(body: Report, attached: Report, left: str, tmp_path: Path) -> None:
    """That of the newest year is read, and the other one named."""
    raw = letter(("年报.docx", word_file(word_body(attached))), html=html_body(body)).as_bytes()
    got = read(raw, tmp_path, "来信.eml")
    assert_as(got, max(attached, body, key=lambda of: of.year) if body.year != attached.year else attached)
    others = [finding.message for finding in noticed(got) if finding.code == "several-reports"]
    assert [left in message for message in others] == [True] * bool(left)


def tables_alone(of: Report, *parts: str) -> bytes:
    return word_file(
        "".join(paragraph(run(form.heading)) + word_table(of, form.key) for form in of.form.parts if form.key in parts)
    )


@pytest.mark.parametrize(
    "tables",
    [[("disclosure", "applications", "disputes")], [("disclosure",), ("applications",), ("disputes",)]],
    ids=["one", "three"],
)
@pytest.mark.parametrize("in_body", [False, True], ids=["attached", "in the body"])
def test_report_whose_text_and_tables_are_files_of_one_mail(tables: list[tuple[str, ...]], in_body: bool, tmp_path: Path) -> None:
    text = html_body(OF, lambda part: "<p>（见附表）</p>")
    attached = [(f"附表{number}.docx", tables_alone(OF, *parts)) for number, parts in enumerate(tables, 1)]
    mail = letter(*attached, html=text) if in_body else letter(*attached, ("年报正文.html", text.encode()))
    got = read(mail.as_bytes(), tmp_path, "来信.eml")
    assert_as(got, OF)
    assert got.report is not None
    assert [getattr(got.report.narrative, part) for part in ("overview", "problems", "other")] == [OVERVIEW, PROBLEMS, OTHER_TEXT]


def test_text_that_is_there_twice_beside_last_years_report_is_put_together_with_its_tables(tmp_path: Path) -> None:
    text = html_body(OF, lambda part: "").encode()
    tables = tables_alone(OF, "disclosure", "applications", "disputes")
    files = ("去年.docx", word_file(word_body(LAST))), ("附表.docx", tables), ("正文.html", text), ("正文（报送）.html", text)
    got = read(letter(*files).as_bytes(), tmp_path, "来信.eml")
    assert_as(got, OF)
    assert got.report is not None
    assert got.report.narrative.overview == OVERVIEW
    assert ["去年.docx" in finding.message for finding in noticed(got)] == [True]
    assert any("正文（报送）.html（只有文字，没有表格）" in note for note in got.notes)


def test_text_and_tables_of_two_years_in_one_mail_are_not_put_together(tmp_path: Path) -> None:
    title = paragraph(run(LAST.title))
    tables = word_file(title + "".join(word_table(LAST, part) for part in ("disclosure", "applications", "disputes")))
    got = read(letter(("附表.docx", tables), html=html_body(OF, lambda part: "")).as_bytes(), tmp_path, "来信.eml")
    assert got.year == LAST.year
    assert any("正文（只有文字，没有表格）" in note for note in got.notes)


@pytest.mark.parametrize("mark", ["> ", ">", "> > ", ">> "])
def test_report_in_the_lines_that_a_reply_quotes(mark: str, tmp_path: Path) -> None:
    body = "\n".join(mark + "\t".join(row) for row in lines(OF))
    assert_as(read(letter(text=f"已收到，请核对。\n\n甲 写道：\n{body}").as_bytes(), tmp_path, "回复.eml"), OF)


def test_corrected_table_above_the_mail_that_it_answers(tmp_path: Path) -> None:
    """The table of the reply and the quoted one differ: nothing tells a program which of them counts."""
    last = report(2023)
    for at in last.form.cells:
        last = last.with_value(at, 900) if at.table == "applications" and at not in last.form.sums else last
    page = f"<p>第三部分更正如下：</p>{html_table(last, 'applications')}<blockquote>{html_body(OF)}</blockquote>"
    got = read(letter(html=page).as_bytes(), tmp_path, "回复.eml")
    states = {
        at: cell.state for at, cell in got.cells.items() if at.table == "applications" and OF.figures[at] != last.figures[at]
    }
    assert set(states.values()) == {"unclear"}
    assert "table-twice" in {finding.code for finding in noticed(got)}


def test_forwarded_mail(tmp_path: Path) -> None:
    inner = letter(("年报.docx", WORD))
    outer = letter()
    outer.add_attachment(inner)
    assert_as(read(outer.as_bytes(), tmp_path, "转发.eml"), OF)
    assert_as(read(letter(("转发.eml", inner.as_bytes())).as_bytes(), tmp_path, "转发附件.eml"), OF)


@pytest.mark.parametrize(
    "label", ["Content-Transfer-Encoding: base64 ", 'Content-Transfer-Encoding: "BASE-64"', "X-Lost: base64"]
)
def test_transfer_encoding_that_is_written_badly_or_missing(label: str, tmp_path: Path) -> None:
    raw = letter(("年报.docx", WORD)).as_bytes().replace(b"Content-Transfer-Encoding: base64", label.encode())
    assert_as(read(raw, tmp_path, "来信.eml"), OF)


def test_mail_without_a_report_names_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="没有附件"):
        read(letter().as_bytes(), tmp_path, "空.eml")
    with pytest.raises(CannotImport, match=r"年报\.rar"):
        read(letter(("年报.rar", b"Rar!\x1a\x07\0")).as_bytes(), tmp_path, "包.eml")
    raw = letter(("smime.p7m", b"0")).as_bytes().replace(b"application/octet-stream", b"application/pkcs7-mime")
    with pytest.raises(CannotImport, match="签名或加密"):
        read(raw, tmp_path, "签名.eml")


def several(folder: Path) -> Path:
    other = report(2022)
    file = folder / "多份.eml"
    file.write_bytes(letter(("2023.docx", WORD), ("2022.docx", word_file(word_body(other)))).as_bytes())
    return file


def test_several_reports_of_one_mail(tmp_path: Path) -> None:
    """Read one by one they are all taken; asked for one, the others are named."""
    file = several(tmp_path)
    got = read_published(file)
    assert any(remark.code == "several-reports" and "2022.docx" in remark.message for remark in noticed(got))
    asked = read_published(file, year=2022)
    assert asked.title == report(2022).title
    assert any(remark.code == "several-reports" and "2023.docx" in remark.message for remark in noticed(asked))
    untitled = [(f"{of.year}.html", html_body(of).replace(of.title, "").encode()) for of in (report(2022), report(2023))]
    (tmp_path / "无题.eml").write_bytes(letter(*untitled).as_bytes())
    assert not any(remark.code == "period-wrong" for remark in noticed(read_published(tmp_path / "无题.eml", year=2023)))
    results = list(import_files([file], tmp_path / "params"))
    assert [result.state for result in results] == ["finished", "failed"]  # both years of one organ in one folder
    assert {result.imported.year for result in results if result.imported} == {2022, 2023}
    assert [result.source.name for result in results] == ["多份.eml 的 2023.docx", "多份.eml 的 2022.docx"]


def outlook(*files: tuple[str, bytes], html: bytes = b"") -> bytes:
    """A mail as Outlook saves it: properties as streams, a storage for each attachment."""
    streams: dict[str, bytes] = {"__properties_version1.0": b"\0" * 32, "__substg1.0_0037001F": "报送年报".encode("utf-16-le")}
    if html:
        streams["__substg1.0_10130102"] = html
    for number, (name, raw) in enumerate(files):
        folder = f"__attach_version1.0_#{number:08X}"
        streams |= {f"{folder}/__substg1.0_37010102": raw, f"{folder}/__substg1.0_3707001F": name.encode("utf-16-le")}
    return compound_file(streams)


def test_mail_saved_by_outlook(tmp_path: Path) -> None:
    raw = outlook(("年报.docx", WORD))
    assert olefile.isOleFile(raw)
    assert_as(read(raw, tmp_path, "来信.msg"), OF)
    assert_as(read(outlook(html=PAGE.encode()), tmp_path, "正文.msg"), OF)
    with pytest.raises(CannotImport, match="没有附件"):
        read(outlook(), tmp_path, "空.msg")


def test_mail_of_outlook_in_rich_text_says_how_to_save_it(tmp_path: Path) -> None:
    properties = {"__properties_version1.0": b"\0" * 32, "__substg1.0_10090102": b"\0" * 40}
    with pytest.raises(CannotImport, match=r"正文是 RTF 格式.*另存为 HTML"):
        read(compound_file(properties), tmp_path, "来信.msg")


def test_damaged_outlook_mail(tmp_path: Path) -> None:
    raw = outlook(("年报.docx", WORD))
    with pytest.raises(CannotImport):
        read(raw[:2048] + b"\xff" * 2048, tmp_path, "坏.msg")


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize("name", ["报表.xlsx", "年报.docx"])
def test_document_with_a_password(name: str, tmp_path: Path) -> None:
    raw = compound_file({"EncryptionInfo": b"\x04\0\x04\0", "EncryptedPackage": b"\0" * 5000})
    with pytest.raises(CannotImport, match="加了密码"):
        read(raw, tmp_path, name)


def test_old_document_with_a_password(tmp_path: Path) -> None:
    head = bytes.fromhex("eca5c1000000000000000001") + b"\0" * 4200  # fEncrypted of the FIB
    with pytest.raises(CannotImport, match="加了密码"):
        read(compound_file({"WordDocument": head}), tmp_path, "年报.doc")
    book = bytes.fromhex("0908100000060500000000000000000000000000") + bytes.fromhex("2f000200ffff") + b"\0" * 4200
    with pytest.raises(CannotImport, match="加了密码"):
        read(compound_file({"Workbook": book}), tmp_path, "报表.xls")


def test_presentation_is_named(tmp_path: Path) -> None:
    relation = b'<Relationships><Relationship Id="a" Type="x/officeDocument" Target="ppt/presentation.xml"/></Relationships>'
    raw = zip_of({"_rels/.rels": relation, "ppt/presentation.xml": b"<p:presentation xmlns:p='x'/>"})
    with pytest.raises(CannotImport, match="演示文稿"):
        read(raw, tmp_path, "年报.pptx")


def test_the_form_offers_only_what_can_be_read() -> None:
    assert set(ACCEPTED.split(",")) <= set(SUFFIXES)


def test_mail_with_a_line_of_a_mailbox_before_its_head(tmp_path: Path) -> None:
    raw = b"From a@clerk.example Mon Jan  6 09:00:00 2025\n" + letter(("年报.docx", WORD)).as_bytes()
    assert_as(read(raw, tmp_path, "来信.eml"), OF)


def test_mail_with_very_many_attachments_is_not_opened_to_its_end(tmp_path: Path) -> None:
    got = read(letter(("年报.docx", WORD), *[(f"{at}.txt", b"x") for at in range(60)]).as_bytes(), tmp_path, "来信.eml")
    assert_as(got, OF)
    assert any("附件太多" in note for note in got.notes)
