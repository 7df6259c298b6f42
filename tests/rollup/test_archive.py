"""The archive of a year: packed with everything that belongs to it, the same each time, and every change in it is named."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pikepdf
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.dispatch.authority import Authority, make_authority, save_pem, save_pkcs12
from tests.dispatch.offices import COUNTY, OTHER_TOWN, TOWN, YEAR, Desk, corrected, county_desk, pdf_of, sample
from tests.dispatch.unconfined import examine_here
from toolkit.cli import app
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.intake.reading_back import Trust
from toolkit.dispatch.intake.store import ReportPlace, open_intake, received_record
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.settings import Secret, Signature, Trusted
from toolkit.dispatch.signatures.checking import SignatureVerdict
from toolkit.dispatch.signatures.signing import open_signer, sign_pdf
from toolkit.report import Report, report_to_yaml
from toolkit.report.embedded import digest_of
from toolkit.rollup.archive.bag import MANIFEST, TAG_MANIFEST, NoBag, check_bag, open_bag, write_bag
from toolkit.rollup.archive.gathering import gather_area, gather_organ, pack
from toolkit.rollup.archive.verifying import ArchiveCheck, Receipt, SignatureCheck, check_signatures, verify_archive
from toolkit.rollup.members import read_members
from toolkit.rollup.reviewing import accept_report, make_opinion, open_review, return_report

TODAY, NOW = date(2025, 2, 1), datetime.fromisoformat("2025-02-01T09:00:00+08:00")


def receive(desk: Desk, report: Report, day: int, pdf: bytes = b"") -> None:
    """A report as the intake leaves it."""
    intake = open_intake(desk.params, desk.post)
    (place,) = intake.places(YEAR, report.organ.name)
    at = datetime(2025, 1, day, 9).astimezone()
    text, data = report_to_yaml(report), pdf or pdf_of(report)
    version = intake.store(ReportPlace(YEAR, COUNTY, place.member), at, data, text)
    about = {
        "received_at": at.isoformat(),
        "pdf_sha256": hashlib.sha256(data).hexdigest(),
        "raw_sha256": f"{report.organ.name}{day}",
    }
    intake.record(received_record(place, at, **about, version=version, digest=digest_of(text), signature="unsigned"))


def area_of(desk: Desk) -> Path:
    return desk.params / str(YEAR) / COUNTY


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A county in which one report was corrected and accepted, one was changed after acceptance, and the rest are missing."""
    desk = county_desk(tmp_path_factory.mktemp("county"))
    receive(desk, sample(), 10)
    ledger = Ledger(desk.post / "received.jsonl")
    sheet = open_review(area_of(desk) / f"{TOWN}.yaml", ledger, TODAY)
    return_report(sheet, make_opinion(sheet, ["=1+1 请核对"], "王某", TODAY), ledger, NOW)
    receive(desk, corrected(sample()), 18)
    receive(desk, sample(OTHER_TOWN), 12)
    ledger = Ledger(desk.post / "received.jsonl")
    for name in (TOWN, OTHER_TOWN):
        review = open_review(area_of(desk) / f"{name}.yaml", ledger, TODAY)
        found = replace(review, verdict=replace(review.verdict, findings=()))
        (area_of(desk) / f".{name}.yaml.review").unlink(missing_ok=True)
        assert accept_report(found, ledger, "王某", NOW)
    (area_of(desk) / f"{OTHER_TOWN}.yaml").write_bytes(report_to_yaml(corrected(sample(OTHER_TOWN))).encode())
    sent = Ledger(desk.post / "sent.jsonl")
    sent.append({"event": "prepared", "message_id": "<1@x>", "year": YEAR, "organ": "云溪县人民政府"})
    sent.append({"event": "sent", "message_id": "<1@x>", "at": NOW.isoformat()})
    sent.append({"event": "prepared", "message_id": "<2@x>", "year": YEAR - 1, "organ": "云溪县人民政府"})
    registers = desk.root / "registers" / COUNTY
    registers.mkdir(parents=True)
    (registers / f"{TOWN}.sqlite").write_bytes(b"Zhang San 13800000000")
    return desk


def packed(desk: Desk, folder: Path) -> tuple[Path, str]:
    return pack(gather_area(read_members(area_of(desk)), desk.post, desk.outputs), folder)


@pytest.fixture(scope="module")
def archive(finished: Desk, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return packed(finished, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    with Confined(workers=1) as running:
        yield running


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {entry.filename.partition("/")[2]: package.read(entry) for entry in package.infolist()}


def with_contents(path: Path, files: dict[str, bytes], *more: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, data in files.items():
            package.writestr(f"档案/{name}", data)
        for named, data in more:
            package.writestr(named, data)
    return path


def test_archive_holds_what_was_accepted_what_came_and_what_was_decided(archive: tuple[Path, str]) -> None:
    files = contents(archive[0])
    assert archive[0].name == "云溪县2024年政府信息公开工作年度报告档案.zip"
    accepted = files[f"data/年报/{TOWN}/填报数据.yaml"].decode()
    assert accepted == report_to_yaml(corrected(sample()))
    assert files[f"data/年报/{TOWN}/年报.pdf"] == pdf_of(corrected(sample()))
    assert sum(name.startswith(f"data/来件/{TOWN}/") for name in files) == 4
    # the version that was accepted, and the one that is there now
    assert files[f"data/年报/{OTHER_TOWN}/填报数据.yaml"].decode() == report_to_yaml(sample(OTHER_TOWN))
    assert files[f"data/年报/{OTHER_TOWN}/现行填报数据.yaml"].decode() == report_to_yaml(corrected(sample(OTHER_TOWN)))
    assert "data/名单/_jurisdiction.yaml" in files
    steps = files["data/台账/办理过程.csv"].decode("utf-8-sig")
    assert [line.split(",")[2] for line in steps.splitlines()[1:] if "松石镇" in line] == ["已收", "退回", "已收", "通过"]
    assert "请核对" in files["data/台账/收件和审核.jsonl"].decode()
    assert files["data/台账/发件.jsonl"].count(b"\n") == 2
    assert not any(b"13800000000" in data or "sqlite" in name for name, data in files.items())
    with pikepdf.open(io.BytesIO(files["data/说明.pdf"])) as page:
        assert str(page.open_metadata()["pdfaid:part"]) == "3"


def test_archive_is_the_same_each_time(finished: Desk, archive: tuple[Path, str], tmp_path: Path) -> None:
    again, digest = packed(finished, tmp_path)
    assert (again.read_bytes(), digest) == (archive[0].read_bytes(), archive[1])


def test_an_untouched_archive_is_whole_packed_and_unpacked(archive: tuple[Path, str], confined: Confined, tmp_path: Path) -> None:
    found = verify_archive(archive[0], confined, LIMITS)
    assert (found.is_whole, found.reports, found.bag.digest) == (True, 2, archive[1])
    shutil.unpack_archive(archive[0], tmp_path)
    assert verify_archive(tmp_path, confined, LIMITS).is_whole
    # and without this program
    root = next(tmp_path.iterdir())
    for line in (root / MANIFEST).read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest


Change = Callable[[dict[str, bytes]], object]
PARAMS, PDF, TABLE = f"data/年报/{TOWN}/填报数据.yaml", f"data/年报/{TOWN}/年报.pdf", "data/台账/办理过程.csv"
CHANGES: list[tuple[str, Change, tuple[str, str]]] = [
    ("a figure", lambda files: files.update({PARAMS: b"year: 2024"}), ("changed", PARAMS)),
    ("one byte of a PDF", lambda files: files.update({PDF: files[PDF] + b"\n"}), ("changed", PDF)),
    ("a file is gone", lambda files: files.pop(TABLE), ("missing", TABLE)),
    ("a file was added", lambda files: files.update({"data/年报/新.yaml": b"x"}), ("additional", "data/年报/新.yaml")),
    ("a file beside the payload", lambda files: files.update({"读我.txt": b"x"}), ("additional", "读我.txt")),
    ("the list of hashes", lambda files: files.update({MANIFEST: files[MANIFEST].replace(b"a", b"b")}), ("changed", MANIFEST)),
    ("the description", lambda files: files.update({"bag-info.txt": b"x: y\n"}), ("changed", "bag-info.txt")),
]


@pytest.mark.parametrize(("change", "where"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_what_was_changed_is_named(archive: tuple[Path, str], tmp_path: Path, change: Change, where: tuple[str, str]) -> None:
    files = contents(archive[0])
    change(files)
    with open_bag(with_contents(tmp_path / "a.zip", files)) as opened:
        found = check_bag(opened)
    assert not found.is_whole
    assert where[1] in getattr(found, where[0])


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Path, bytes]:
    """An authority, its root certificate, and a report that its organ signed."""
    folder, authority = tmp_path_factory.mktemp("signer"), make_authority()
    key = save_pkcs12(folder / "organ.p12", authority.for_organ(sample().organ.name), "pw")
    with open_signer(Signature(pkcs12=key), Secret("pw")) as opened:
        signed = sign_pdf(pdf_of(sample()), opened, sample().organ.name)
    return authority, save_pem(folder / "root.pem", authority), signed


def signed_archive(folder: Path, pdf: bytes, recorded: bytes) -> Path:
    """An archive that holds one report, and the record of what came in."""
    record = {"event": "received", "received_at": NOW.isoformat(), "pdf_sha256": hashlib.sha256(recorded).hexdigest()}
    files: dict[str, bytes | Path] = {
        f"年报/{TOWN}/年报.pdf": pdf, f"年报/{TOWN}/填报数据.yaml": report_to_yaml(sample()).encode(),
        f"来件/{TOWN}/1.pdf": pdf, "台账/收件和审核.jsonl": json.dumps(record | {"signature": "valid"}).encode(),
    }  # fmt: skip
    write_bag(folder / "signed.zip", files, {})
    return folder / "signed.zip"


def damaged(pdf: bytes) -> bytes:
    """The PDF with something added behind its signature."""
    return pdf + b"\n% more\n"


@pytest.mark.parametrize(
    ("trusts", "change", "record_of_signed", "signed", "why"),
    [
        ("root", False, True, (2, 0), ""),
        ("nobody", False, True, (2, 2), ""),
        ("other", False, True, (0, 0), "签名证书不在信任名单中"),
        ("root", True, True, (0, 0), "在签名以后被改动过"),
        ("root", None, False, (0, 0), "收到时有签名，这一份没有签名"),
    ],
)
def test_signatures_are_judged_again_and_those_that_fail_are_named(
    signer: tuple[Authority, Path, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusts: str, change: bool | None,
    record_of_signed: bool, signed: tuple[int, int], why: str,
) -> None:  # fmt: skip
    if trusts != "root" or change is not False:  # one of them is judged in a child
        examine_here(monkeypatch)
    _, root, pdf = signer
    inside = pdf_of(sample()) if change is None else damaged(pdf) if change else pdf
    path = signed_archive(tmp_path, inside, pdf if record_of_signed else inside)
    trusted = {"root": (Trusted(authority=root),), "nobody": (), "other": (Trusted(fingerprint="ab" * 32),)}[trusts]
    with Confined(LIMITS, Trust(trusted), workers=1) as confined:
        found = verify_archive(path, confined, LIMITS)
    assert (found.signatures.signed, found.signatures.not_checked) == signed
    assert found.bag.is_whole
    assert found.is_whole == (not why)
    names = [f"data/年报/{TOWN}/年报.pdf", f"data/来件/{TOWN}/1.pdf"] if why else []
    assert [text.partition("：")[0] for text in found.signatures.failing] == names
    assert all(why in text for text in found.signatures.failing)


def test_a_signature_that_cannot_be_checked_here_is_not_called_sound() -> None:
    verdict = SignatureVerdict("unverified", "有签名，没有核对")
    found = check_signatures([("1.pdf", Receipt(signature="unverified"), verdict)])
    assert found == SignatureCheck(failing=("1.pdf：有签名，没有核对",))


def test_a_list_that_was_forged_with_the_file_gives_another_digest_and_a_pdf_that_differs(
    archive: tuple[Path, str], confined: Confined, tmp_path: Path
) -> None:
    files = {name.removeprefix("data/"): data for name, data in contents(archive[0]).items() if name.startswith("data/")}
    files[f"年报/{TOWN}/填报数据.yaml"] = report_to_yaml(sample()).encode()
    digest = write_bag(tmp_path / "forged.zip", files, {})
    found = verify_archive(tmp_path / "forged.zip", confined, LIMITS)
    assert found.bag.is_whole
    assert (digest != archive[1], found.is_whole) == (True, False)
    assert found.differing == (f"data/年报/{TOWN}/年报.pdf：随附的数据与 填报数据.yaml 不同",)


def _link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


NAMES: list[tuple[str, list[tuple[zipfile.ZipInfo | str, bytes]]]] = [
    ("upwards", [("档案/data/../../evil.sh", b"x")]),
    ("from the root", [("/etc/evil", b"x")]),
    ("of a drive", [("C:/evil.bat", b"x")]),
    ("a link", [(_link("档案/data/link"), b"/etc/passwd")]),
    ("twice", [("档案/data/说明.PDF", b"x")]),
    ("a device", [("档案/data/a:b", b"x")]),
]


@pytest.mark.parametrize("more", [row[1] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names_that_lead_elsewhere_are_named_and_never_opened(
    archive: tuple[Path, str], tmp_path: Path, more: list[tuple[zipfile.ZipInfo | str, bytes]]
) -> None:
    path = with_contents(tmp_path / "a.zip", contents(archive[0]), *more)
    with open_bag(path) as opened:
        found = check_bag(opened)
    assert (len(found.unsafe), found.changed, found.missing) == (1, (), ())
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.zip"]


def test_a_list_that_names_files_elsewhere_reads_none_of_them(archive: tuple[Path, str], tmp_path: Path) -> None:
    shutil.unpack_archive(archive[0], tmp_path / "档案")
    root = next((tmp_path / "档案").iterdir())
    secret = tmp_path / "secret"
    secret.write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    (root / TAG_MANIFEST).write_text(f"{digest}  ../../secret\n" + (root / TAG_MANIFEST).read_text(), encoding="utf-8")
    with open_bag(root) as opened:
        found = check_bag(opened)
    assert ("../../secret" in found.unsafe, "../../secret" in found.missing) == (True, True)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04" * 9, b"%PDF-1.7"])
def test_what_is_no_archive_is_reported(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(NoBag), open_bag(tmp_path / "a.zip") as opened:
        check_bag(opened)
    with pytest.raises(NoBag), open_bag(tmp_path) as opened:
        check_bag(opened)


def test_an_organ_packs_its_own_year(tmp_path: Path, confined: Confined) -> None:
    desk = Desk(tmp_path / "office")
    params = desk.finish(sample())
    path, _ = pack(gather_organ(params, desk.post, desk.outputs), tmp_path)
    assert f"data/年报/{TOWN}/年报.pdf" in contents(path)
    found: ArchiveCheck = verify_archive(path, confined, LIMITS)
    assert (found.is_whole, found.reports) == (True, 1)


def test_kept_pages_are_packed_and_none_from_elsewhere(tmp_path: Path) -> None:
    desk = county_desk(tmp_path / "county")
    receive(desk, sample(), 10)
    (desk.post / "published").mkdir()
    (desk.post / "published" / "松石镇.html").write_bytes(b"<html>")
    (desk.root / "secret").write_bytes(b"x")
    ledger = Ledger(desk.post / "received.jsonl")
    key = {"event": "published", "at": NOW.isoformat(), "year": YEAR, "place": COUNTY, "file": TOWN, "organ": "x", "digest": ""}
    for page in ("published/松石镇.html", "../secret"):
        ledger.append(
            key | {"address": "https://yunxi.gov.example/a", "published_on": "2025-01-24", "differences": 2, "page": page}
        )
    gathered = gather_area(read_members(area_of(desk)), desk.post, desk.outputs)
    assert [name for name in gathered.files if name.startswith("公开/")] == [f"公开/{TOWN}/松石镇.html"]
    town = next(item for item in gathered.organs if item.folder == f"年报/{TOWN}")
    assert town.published == "2025-01-24 https://yunxi.gov.example/a 与通过的不一致 2 处"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["archive", *words])


def test_command_packs_verifies_and_says_what_is_wrong(finished: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.root)
    done = run(f"params/{YEAR}/{COUNTY}")
    assert done.exit_code == 0, done.output
    assert "还没有通过、公开的 14 个" in done.output
    total = done.output.partition("档案校验值 ")[2][:64]
    path = finished.outputs / str(YEAR) / COUNTY / "云溪县2024年政府信息公开工作年度报告档案.zip"
    examine_here(monkeypatch)  # packing has started a child
    done = run(str(path), "--verify", "--digest", total)
    assert (done.exit_code, "完好" in done.output) == (0, True)
    assert run(str(path), "--verify", "--digest", "0" * 64).exit_code == 1
    files = contents(path)
    files["data/台账/发件.jsonl"] += b"{}"
    done = run(str(with_contents(path.with_name("b.zip"), files)), "--verify")
    assert (done.exit_code, "改动过：data/台账/发件.jsonl" in done.output) == (1, True)
