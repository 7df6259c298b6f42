"""A forwarding server's Return-Path gives the original sender back, where it holds one."""

from __future__ import annotations

import pytest

from toolkit.dispatch.intake.judging import ReturnPath, read_return_path, same_office

RELAY = "relay.jianglan.gov.example"
OWN = "songshi@yunxi.gov.example"
PATHS = [
    (OWN, OWN, "", "not forwarded"),
    (f"<{OWN.upper()}>", OWN, "", "capitals and brackets"),
    ("", "", "", "no path: a bounce, or a saved mail"),
    ("<>", "", "", "the empty path of an automatic mail"),
    (f"SRS0=a4e0=WV=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "SRS0"),
    (f"srs0+a4e0=WV=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "SRS0 with a plus"),
    (f"SRS0-a4e0=WV=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "SRS0 with a hyphen"),
    (f"SRS0=a4e0=WV=yunxi.gov.example=song=shi@{RELAY}", "song=shi@yunxi.gov.example", RELAY, "a local part with ="),
    (f"SRS1=xyz=mid.example==a4e0=WV=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "SRS1, forwarded twice"),
    (f"SRS1=xyz=mid.example=+a4e0=WV=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "SRS1 of an SRS0 with a plus"),
    (f"bounces+SRS=44ldt=IX=yunxi.gov.example=songshi@{RELAY}", OWN, RELAY, "as Microsoft 365 rewrites"),
    (f'"SRS0=a4e0=WV=yunxi.gov.example=songshi"@{RELAY}', OWN, RELAY, "quoted"),
    (f"SRS0=a4e0=WV=evil.example=x@{RELAY}", "x@evil.example", RELAY, "another sender inside"),
    (f"SRS0=nonsense@{RELAY}", "", RELAY, "rewritten, but not to be read"),
    ("prvs=1234567890=songshi@yunxi.gov.example", OWN, "", "BATV"),
    ("msprvs1=17012abc=songshi@yunxi.gov.example", OWN, "", "BATV of another maker"),
    ("btv1==0123456789a==songshi@yunxi.gov.example", OWN, "", "the tag of a mail filter"),
    (f"SRS0=a4e0=WV=yunxi.gov.example=prvs=12ab=songshi@{RELAY}", OWN, RELAY, "BATV, then forwarded"),
    ("bounces+zwgk=county.gov.example@list.example", "", "list.example", "VERP: the recipient, not the sender"),
    ("gk-return-17-zwgk=county.gov.example@list.example", "", "list.example", "VERP of ezmlm"),
    ("bounces+81234-ab12-zwgk=county.gov.example@em.mail.example", "", "em.mail.example", "VERP of a mail service"),
    ("song-shi=2@yunxi.gov.example", "song-shi=2@yunxi.gov.example", "", "an equals sign that is no domain's"),
    ("prvs=12ab=song-shi@yunxi.gov.example", "song-shi@yunxi.gov.example", "", "BATV before a hyphen"),
    ("someone+caf_=zwgk=yunxi.gov.example@mail.example", "", "mail.example", "an automatic forward that names no sender"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "sender", "relay", "why"), PATHS, ids=[why for *_, why in PATHS])
def test_the_original_sender(path: str, sender: str, relay: str, why: str) -> None:
    assert read_return_path(path) == ReturnPath(sender, relay)


@pytest.mark.parametrize(
    ("domain", "same"),
    [("yunxi.gov.example", True), ("bounce.yunxi.gov.example", True), ("evilyunxi.gov.example", False), ("gov.example", False)],
)
def test_a_domain_below_the_office_is_the_office(domain: str, same: bool) -> None:
    assert same_office(domain, "yunxi.gov.example") == same
