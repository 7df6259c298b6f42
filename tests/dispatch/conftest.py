"""An authority and certificates for the servers of these tests, made once a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dispatch.authority import Authority, make_authority, save_pem
from tests.dispatch.offices import Desk, county_desk


@dataclass(frozen=True)
class Certificates:
    """Files of the county's authority: its root, a server's certificate with key, and one of a stranger."""

    authority: Authority
    root: Path
    server: Path
    stranger: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    authority, stranger = make_authority(), make_authority("无人认识的机构（虚构）")
    return Certificates(
        authority,
        save_pem(folder / "root.pem", authority),
        save_pem(folder / "server.pem", authority.for_server("127.0.0.1", "localhost"), with_key=True),
        save_pem(folder / "stranger.pem", stranger.for_server("127.0.0.1", "localhost"), with_key=True),
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty office."""
    return Desk(tmp_path / "office")


@pytest.fixture
def county(tmp_path: Path) -> Desk:
    """The county's office before anything came in."""
    return county_desk(tmp_path / "county")
