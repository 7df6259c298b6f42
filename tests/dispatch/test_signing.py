"""Signed PDFs keep what makes them archive files; signatures are told apart by what is wrong with them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from tests.dispatch.authority import START, Issued, make_authority, save_pkcs12, save_revoked
from tests.dispatch.conftest import Certificates
from tests.dispatch.offices import FOLDER, OTHER_TOWN, pdf_of, sample, without_text
from tests.terminal import Ended, type_command
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.reading_back import read_back
from toolkit.dispatch.settings import SIGNATURE_PASSWORD, Secret, Signature, Trusted
from toolkit.dispatch.signatures.checking import GOOD, check_signature, check_trust_list
from toolkit.dispatch.signatures.signing import SigningFailed, open_signer, sign_pdf

PROJECT = Path(__file__).resolve().parents[2]
ORGAN, OTHER = sample().organ.name, sample(OTHER_TOWN).organ.name
NOW = datetime(2025, 1, 20, tzinfo=UTC)
Sign = Callable[[Issued], bytes]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return pdf_of(without_text(sample()))


@pytest.fixture
def sign(tmp_path: Path, pdf: bytes) -> Sign:
    def signed(issued: Issued) -> bytes:
        path = save_pkcs12(tmp_path / "organ.p12", issued, "pw")
        with open_signer(Signature(pkcs12=path), Secret("pw")) as signer:
            return sign_pdf(pdf, signer, ORGAN)

    return signed


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _sm2(folder: Path) -> None:
    openssl(folder, "ecparam", "-name", "SM2", "-genkey", "-noout", "-out", "k.pem")
    openssl(folder, "req", "-x509", "-key", "k.pem", "-sm3", "-out", "c.pem", "-subj", "/CN=x", "-days", "9")
    openssl(folder, "pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem", "-out", "a.p12", "-passout", "pass:x")


def _rsa(folder: Path, *options: str) -> None:
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x")
    openssl(folder, "pkcs12", "-export", *options, "-out", "a.p12", "-passout", "pass:x")


def _without_key(folder: Path) -> None:
    _rsa(folder, "-nokeys", "-in", "c.pem")


def _without_certificate(folder: Path) -> None:
    _rsa(folder, "-nocerts", "-inkey", "k.pem")


def _whole(folder: Path) -> None:
    _rsa(folder, "-inkey", "k.pem", "-in", "c.pem")


def _text(folder: Path) -> None:
    (folder / "a.p12").write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")


NO_SIGNER = [
    (_sm2, "x", "国密（SM2）证书不支持；请向发证机构要一张 RSA 证书", "SM2"),
    (_sm2, "y", "中的密码不对", "SM2 with a wrong password"),
    (_without_key, "x", "里面没有私钥", "no key"),
    (_without_certificate, "x", "里面没有证书", "no certificate"),
    (_whole, "y", "中的密码不对", "a wrong password"),
    (_whole, "", "里没有密码", "no password"),
    (_text, "x", "文件不是 PKCS#12", "another kind of file"),
]


@pytest.mark.needs_openssl
@pytest.mark.parametrize(("make", "password", "reason", "why"), NO_SIGNER, ids=[why for *_, why in NO_SIGNER])
def test_a_file_that_gives_no_signer_says_why(
    tmp_path: Path, make: Callable[[Path], None], password: str, reason: str, why: str
) -> None:
    make(tmp_path)
    settings = Signature(pkcs12=tmp_path / "a.p12")
    with pytest.raises(UsageError, match="打不开签名证书 a") as caught, open_signer(settings, Secret(password)):
        pass
    assert reason in str(caught.value)


def test_a_signature_only_adds_behind_the_file(sign: Sign, certificates: Certificates, pdf: bytes) -> None:
    signed = sign(certificates.authority.for_organ(ORGAN))
    assert signed.startswith(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert after.pdf_version == before.pdf_version == "1.7"
        assert after.trailer.Info.unparse(resolved=True) == before.trailer.Info.unparse(resolved=True)
        assert dict(after.Root.MarkInfo) == dict(before.Root.MarkInfo)
        assert len(after.pages) == len(before.pages)
        for key in ("/StructTreeRoot", "/OutputIntents", "/AF", "/Lang", "/ViewerPreferences", "/Names"):
            assert after.Root[key].unparse(resolved=True) == before.Root[key].unparse(resolved=True), key


def test_the_field_is_what_the_standards_ask_of_an_unseen_one(sign: Sign, certificates: Certificates) -> None:
    with pikepdf.open(io.BytesIO(sign(certificates.authority.for_organ(ORGAN)))) as opened:
        (field,) = opened.Root.AcroForm.Fields
        flags = int(field.F)
        assert (flags & 4, flags & 0b100011) == (4, 0)  # PDF/A-3, 6.3.2: printed, not hidden, not unseen, not out of view
        left, bottom, right, top = (float(edge) for edge in field.Rect)
        assert (left, bottom) == (right, top)  # PDF/A-3, 6.3.3: no appearance needed without a size
        assert right < 0  # PDF/UA-1, 7.18.1: off the page, so without a tag
        assert str(field.TU) == "机关电子签名"
        assert opened.pages[0].Tabs == "/S"
        assert (str(field.V.SubFilter), str(field.V.Name)) == ("/ETSI.CAdES.detached", ORGAN)
        assert "/NeedAppearances" not in opened.Root.AcroForm


def test_a_signed_pdf_reads_back_as_before(sign: Sign, certificates: Certificates, pdf: bytes) -> None:
    signed, plain = read_back(sign(certificates.authority.for_organ(ORGAN))), read_back(pdf)
    assert (signed.params, signed.differences, signed.signature.state) == (plain.params, (), "not_checked")
    assert plain.signature.state == "unsigned"


def test_states_are_distinguished(sign: Sign, certificates: Certificates, tmp_path: Path) -> None:
    authority = certificates.authority
    trust = (Trusted(authority=certificates.root),)
    own = authority.for_organ(ORGAN)
    signed = sign(own)
    other = sign(authority.for_organ(OTHER))
    old = sign(authority.for_organ(ORGAN, end=datetime(2024, 12, 31, tzinfo=UTC)))
    early = sign(authority.for_organ(ORGAN, start=datetime(2025, 6, 1, tzinfo=UTC)))
    stranger = sign(make_authority("云溪县政务证书（虚构）").for_organ(ORGAN))  # the same name, another key
    flipped = signed.replace(b"/Type /Catalog", b"/Type /Catalo9", 1) if b"/Type /Catalog" in signed else b""
    pinned = (Trusted(fingerprint=own.fingerprint.upper(), organs=(ORGAN,)),)
    listed = (Trusted(authority=certificates.root, organs=(OTHER,)),)
    cases = [
        (signed, trust, "valid"), (signed, pinned, "valid"), (signed, (), "not_checked"), (other, trust, "other_organ"),
        (signed, listed, "other_organ"), (other, pinned, "untrusted"), (old, trust, "expired"), (early, trust, "not_yet_valid"),
        (stranger, trust, "untrusted"), (flipped, trust, "changed"), (signed + b"\n% more\n", trust, "changed"),
    ]  # fmt: skip
    assert [check_signature(data, ORGAN, trusted, NOW).state for data, trusted, _ in cases] == [state for *_, state in cases]


def test_every_byte_counts(sign: Sign, certificates: Certificates) -> None:
    signed = sign(certificates.authority.for_organ(ORGAN))
    for place in range(100, len(signed), len(signed) // 12):
        data = bytearray(signed)
        data[place] ^= 1
        verdict = check_signature(bytes(data), ORGAN, (Trusted(authority=certificates.root),), NOW)
        assert verdict.state == "changed", place


def test_an_added_revision_is_a_change(sign: Sign, certificates: Certificates) -> None:
    from pyhanko.pdf_utils.generic import NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sign(certificates.authority.for_organ(ORGAN))))
    writer.root["/X"] = NumberObject(1)
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    verdict = check_signature(out.getvalue(), ORGAN, (Trusted(authority=certificates.root),), NOW)
    assert (verdict.state, verdict.message) == ("changed", "文件在签名以后被改动过")


def test_messages_name_the_signer_and_the_dates(sign: Sign, certificates: Certificates) -> None:
    trust = (Trusted(authority=certificates.root),)
    other = check_signature(sign(certificates.authority.for_organ(OTHER)), ORGAN, trust, NOW)
    assert other.message == f"签名证书属于“{OTHER}”，不能为“{ORGAN}”签名"
    old = sign(certificates.authority.for_organ(ORGAN, end=datetime(2024, 12, 31, tzinfo=UTC)))
    assert "2020-01-01 至 2024-12-31" in check_signature(old, ORGAN, trust, NOW).message


def test_a_revoked_certificate_is_reported_from_the_day_of_revocation(
    sign: Sign, certificates: Certificates, tmp_path: Path
) -> None:
    authority = certificates.authority
    own, other = authority.for_organ(ORGAN), authority.for_organ(OTHER)
    signed, listed = sign(own), save_revoked(tmp_path / "ca.crl", authority, {own: datetime(2025, 1, 15, tzinfo=UTC)})
    trust = (Trusted(authority=certificates.root, revoked=listed),)
    check_trust_list(trust)
    after = check_signature(signed, ORGAN, trust, datetime(2025, 1, 20, tzinfo=UTC))
    assert (after.state, after.message) == ("revoked", "签名证书已于 2025-01-15 被颁发机构吊销")
    assert check_signature(signed, ORGAN, trust, datetime(2025, 1, 10, tzinfo=UTC)).state == "valid"
    assert check_signature(sign(other), OTHER, trust, NOW).state == "valid"
    forged = save_revoked(tmp_path / "forged.crl", make_authority(), {own: START})
    for wrong, message in ((forged, "不是 root.pem 签发的"), (tmp_path / "none.crl", "读不出吊销列表")):
        with pytest.raises(UsageError, match=message):
            check_trust_list((Trusted(authority=certificates.root, revoked=wrong),))
    with pytest.raises(UsageError, match="没有写是哪个机构的"):
        check_trust_list((Trusted(fingerprint="00", revoked=listed),))


def test_an_unsupported_algorithm_is_no_invalid_signature(sign: Sign, certificates: Certificates) -> None:
    # ecdsa-with-SHA256 becomes sm2-with-SM3 in the signer's own words; what was signed has nothing to do with it
    signed = sign(certificates.authority.for_organ(ORGAN))
    begin = signed.rindex(b"/Contents <") + 11
    contents = bytearray.fromhex(signed[begin : signed.index(b">", begin)].decode())
    last = contents.rindex(bytes.fromhex("2a8648ce3d040302"))
    contents[last : last + 8] = bytes.fromhex("2a811ccf55018375")
    data = signed[:begin] + contents.hex().encode() + signed[begin + 2 * len(contents) :]
    verdict = check_signature(data, ORGAN, (Trusted(authority=certificates.root),), NOW)
    assert verdict.state == "unknown"
    assert "国密 SM2/SM3" in verdict.message
    assert verdict.state not in GOOD


def test_without_the_extra_a_signed_pdf_is_read_and_its_signature_not_checked(
    sign: Sign, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A county without pyhanko put every signed report aside as damaged; with a trust list the command names the extra."""
    signed = sign(certificates.authority.for_organ(ORGAN))
    monkeypatch.setattr("toolkit.core.shipped.find_spec", lambda _: None)
    back = read_back(signed)
    assert (back.signature.state, "nianbao[sign]" in back.signature.message) == ("unverified", True)
    check_trust_list([])
    with pytest.raises(UsageError, match=r"nianbao\[sign\]"):
        check_trust_list([Trusted(authority=certificates.root)])


def test_a_signed_pdf_is_not_signed_again(sign: Sign, certificates: Certificates, tmp_path: Path) -> None:
    issued = certificates.authority.for_organ(ORGAN)
    signed = sign(issued)
    path = save_pkcs12(tmp_path / "organ.p12", issued, "pw")
    with open_signer(Signature(pkcs12=path), Secret("pw")) as signer, pytest.raises(SigningFailed, match="已经签过名"):
        sign_pdf(signed, signer, ORGAN)


@pytest.mark.parametrize(
    ("settings", "password", "message"),
    [
        (Signature(), "", "没有写明用什么签名"),
        (Signature(pkcs12=Path("none.p12")), "", "找不到签名证书"),
        (Signature(pkcs12=Path("organ.p12")), "wrong", "NIANBAO_SIGNATURE_PASSWORD 中的密码不对"),
        (Signature(pkcs11_driver=Path("none.so")), "", "签名令牌"),
    ],
    ids=["nothing", "no file", "wrong password", "no driver"],
)
def test_a_signer_that_does_not_open_is_reported(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, settings: Signature, password: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    save_pkcs12(tmp_path / "organ.p12", certificates.authority.for_organ(ORGAN), "pw")
    with pytest.raises(UsageError, match=message), open_signer(settings, Secret(password)):
        pass


def test_a_trust_list_that_cannot_be_read_is_reported(sign: Sign, certificates: Certificates, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(UsageError, match="读不出信任名单中的证书"):
        check_signature(sign(certificates.authority.for_organ(ORGAN)), ORGAN, (Trusted(authority=broken),), NOW)


@pytest.mark.parametrize(("password", "message"), [("wrong", "中的密码不对"), ("", "里没有密码")])
def test_a_wrong_password_is_one_sentence_on_the_screen(
    tmp_path: Path, certificates: Certificates, password: str, message: str
) -> None:
    save_pkcs12(tmp_path / "organ.p12", certificates.authority.for_organ(ORGAN), "pw")
    (tmp_path / "nianbao.toml").write_text('[signature]\npkcs12 = "organ.p12"\n', encoding="utf-8")
    if password:
        ran = subprocess.run(
            [sys.executable, "-m", "toolkit", "sign", str(FOLDER)], cwd=tmp_path, capture_output=True, encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(PROJECT), SIGNATURE_PASSWORD: password},
        )  # fmt: skip
        ended = Ended(ran.returncode, ran.stdout, ran.stderr)
    else:
        ended = type_command("sign", FOLDER, at=tmp_path, **{SIGNATURE_PASSWORD: password})
    assert (ended.code, ended.out) == (2, "")
    (sentence,) = ended.err.splitlines()
    assert sentence.startswith("打不开签名证书 organ.p12")
    assert message in sentence
