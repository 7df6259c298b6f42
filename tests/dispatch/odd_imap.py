"""An IMAP server of a few lines on loopback that answers as real servers do and dovecot does not.

In: mails by UID and a behaviour. Out: a port. What it does is legal (RFC 3501), or known of servers in use.
"""

from __future__ import annotations

import base64
import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.local_server import running

DATE = "05-Jan-2025 10:00:00 +0800"


@dataclass
class Box:
    """A folder: mails and flags by UID. ``poison`` mails are refused or end the connection, ``gone`` ones are not sent."""

    mails: dict[int, bytes]
    validity: int | None = 1
    flags: dict[int, set[str]] = field(default_factory=dict)


@dataclass
class Behaviour:
    """What the server does differently from the usual."""

    order: str = "UID SIZE DATE BODY"  # of the items in an answer
    poison: int = 0
    poison_hangs_up: bool = False
    partial: bool = False  # mails before the poisoned one are sent before NO
    vanishes: int = 0  # removed by somebody when it is fetched
    extra: str = ""  # sent before each answer; {n} is the mail's number
    split: bool = False  # two answers for one mail, the second without UID
    no_uid: bool = False  # the UID is left out of an answer with a body
    nil_body: int = 0
    sizes: bool = True
    read_only: str = ""  # "select": READ-ONLY at SELECT, "refused": SELECT is refused, "later": in the middle
    store: str = "OK"
    search_keyword: str = "OK"
    permanent: str = "(\\Seen \\*)"
    envelope: str = 'NIL "{subject}" (("松石" NIL "songshi" "yunxi.gov.example")) NIL NIL NIL NIL NIL NIL NIL'
    lower: bool = False  # keywords and names of items in small letters
    bye: bool = False  # after the first FETCH of bodies
    line_end: str = "\r\n"
    search: str = "* SEARCH {spaced}"  # or {commas}, {range}; nothing: no answer but OK
    preauth: bool = False
    literal: str = "{%d}"
    label: str = "BODY[]"
    offers: str = "IMAP4rev1"  # before the login
    offers_later: str = "IMAP4rev1"
    torn: int = 0  # the connection ends in the middle of this mail, once
    lines: bytes = b""  # sent before each command is done


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.box: Box | None = None
        self.known = self.server.how.preauth
        self.say(f"* {'PREAUTH' if self.known else 'OK'} [CAPABILITY {self.server.how.offers}] ready")
        for line in self.rfile:
            tag, command, arguments = (line.decode("utf-8", "replace").rstrip("\r\n") + "  ").split(" ", 2)
            self.server.log.append(f"{command} {arguments}".strip())
            name = command.upper()
            if name == "UID":
                name, _, arguments = arguments.strip().partition(" ")
                name = f"uid_{name}"
            if not self.answer(tag, name.lower(), arguments.strip()):
                return

    def answer(self, tag: str, name: str, arguments: str) -> bool:
        method = getattr(self, f"do_{name}", None)
        if name == "capability":
            self.say(f"* CAPABILITY {self.server.how.offers_later if self.known else self.server.how.offers}")
        answer = method(arguments) if method else "OK"
        if answer is None:
            return False
        self.wfile.write(self.server.how.lines)
        self.say(f"{tag} {answer if ' ' in answer else answer + ' done'}")
        return name != "logout"

    def say(self, text: str) -> None:
        if self.server.how.lower:
            text = re.sub(r"\A(\* (?:\d+ )?|[A-P]{4}\d+ )([A-Z]+)", lambda match: match[1] + match[2].lower(), text)
        self.wfile.write(f"{text}{self.server.how.line_end}".encode())

    def do_list(self, _: str) -> str:
        for name in self.server.boxes:
            self.say(f'* LIST (\\HasNoChildren) "." "{name}"')
        return "OK"

    def do_select(self, arguments: str, *, read_only: bool = False) -> str:
        how = self.server.how
        if how.read_only == "refused" and not read_only:
            return "NO [NOPERM] no right to write"
        self.box = self.server.boxes.get(arguments.strip('"'))
        if self.box is None:
            return "NO [NONEXISTENT] unknown"
        self.say(f"* {len(self.box.mails)} EXISTS")
        self.say(f"* OK [PERMANENTFLAGS {how.permanent}] flags")
        if self.box.validity is not None:
            self.say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        return "OK [READ-ONLY] open" if read_only or how.read_only == "select" else "OK [READ-WRITE] open"

    def do_examine(self, arguments: str) -> str:
        return self.do_select(arguments, read_only=True)

    def do_uid_search(self, arguments: str) -> str:
        assert self.box
        uids = sorted(self.box.mails)
        if arguments.startswith("UNKEYWORD"):
            if self.server.how.search_keyword != "OK":
                return self.server.how.search_keyword
            key = arguments.split()[-1]
            uids = [uid for uid in uids if key not in self.box.flags.get(uid, set())]
        elif arguments.startswith("UID "):
            uids = [uid for uid in uids if uid == int(arguments.split()[-1])]
        numbers = list(map(str, uids))
        if self.server.how.search:
            self.say(self.server.how.search.format(spaced=" ".join(numbers), commas=",".join(numbers)))
        return "OK"

    def do_login(self, _: str) -> str:
        if self.known or "LOGINDISABLED" in self.server.how.offers:
            return "BAD no login now"
        self.known = True
        return "OK"

    def do_authenticate(self, mechanism: str) -> str:
        self.say("+")
        self.server.log.append(f"{mechanism} {base64.b64decode(self.rfile.readline()).decode()}")
        self.known = True
        return "OK"

    def do_uid_store(self, arguments: str) -> str:
        assert self.box
        if self.server.how.store != "OK":
            return self.server.how.store
        for uid in _uids(arguments.split(" ", 1)[0]):
            self.box.flags.setdefault(uid, set()).update(re.findall(r"[\\\w]+", arguments.split("(", 1)[1]))
        return "OK"

    def do_uid_fetch(self, arguments: str) -> str | None:
        assert self.box
        how, (numbers, items) = self.server.how, arguments.split(" ", 1)
        requested = sorted(self.box.mails) if numbers == "1:*" else [uid for uid in _uids(numbers) if uid in self.box.mails]
        bodies = "BODY" in items
        if how.read_only == "later" and bodies:
            self.say("* OK [READ-ONLY] rights changed")
        if how.vanishes in requested and bodies:
            del self.box.mails[how.vanishes]
            requested.remove(how.vanishes)
            self.say("* 1 EXPUNGE")
        if how.poison in requested and bodies:
            if how.partial:
                self.send([uid for uid in requested if uid < how.poison], items)
            if how.poison_hangs_up:
                self.say("* BYE Internal error occurred")
                return None
            return "NO [SERVERBUG] cannot read"
        if how.torn in requested and bodies:
            self.wfile.write(self.one(1, how.torn, items)[:-40])
            how.torn = 0
            return None
        self.send(requested, items)
        if how.bye and bodies:
            how.bye = False
            self.say("* BYE going down")
            return None
        return "OK"

    def send(self, uids: list[int], items: str) -> None:
        assert self.box
        for number, uid in enumerate(sorted(self.box.mails), 1):
            if uid in uids:
                if self.server.how.extra:
                    self.say(self.server.how.extra.format(n=number))
                answer = self.one(number, uid, items)
                head, mark, rest = answer.partition(b"\r\n")
                self.wfile.write((head.lower() if self.server.how.lower else head) + mark + rest)

    def one(self, number: int, uid: int, items: str) -> bytes:
        how = self.server.how
        assert self.box
        raw = self.box.mails[uid]
        whole = raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in items else raw
        if part := re.search(r"<0\.(\d+)>", items):
            whole = whole[: int(part[1])]
        label = b"BODY[HEADER]<0>" if "HEADER" in items else how.label.encode()
        values = {"UID": b"UID %d" % uid, "DATE": b'INTERNALDATE "%s"' % DATE.encode()}
        values["SIZE"] = b"RFC822.SIZE %d" % len(raw) if how.sizes else b"FLAGS ()"
        if "ENVELOPE" in items:
            envelope = how.envelope.replace("{subject}", "nianbao").encode("utf-8")
            return b"* %d FETCH (UID %d ENVELOPE (%s))\r\n" % (number, uid, envelope)
        if "FLAGS" in items:
            flags = " ".join(sorted(self.box.flags.get(uid, set()))).encode()
            return b"* %d FETCH (FLAGS (%s) UID %d)\r\n" % (number, flags, uid)
        if "BODY" not in items:
            return b"* %d FETCH (%s)\r\n" % (number, b" ".join(values[name] for name in ("SIZE", "UID")))
        body = b"%s NIL" % label if uid == how.nil_body else b"%s %s\r\n%s" % (label, (how.literal % len(whole)).encode(), whole)
        values["BODY"] = body
        order = [name for name in how.order.split() if not (name == "UID" and how.no_uid)]
        if how.split:
            first = b"* %d FETCH (UID %d FLAGS (\\Recent))\r\n" % (number, uid)
            return first + b"* %d FETCH (%s)\r\n" % (number, b" ".join((values["DATE"], body)))
        return b"* %d FETCH (%s)\r\n" % (number, b" ".join(values[name] for name in order))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    boxes: dict[str, Box]
    how: Behaviour
    log: list[str]


def _uids(text: str) -> list[int]:
    found = []
    for piece in text.split(","):
        first, _, last = piece.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


@contextmanager
def odd_imap(boxes: dict[str, Box], how: Behaviour | None = None) -> Iterator[tuple[int, list[str]]]:
    """The port of a running server, and the commands it was given."""
    server = _Server(("127.0.0.1", 0), _Talk)
    server.boxes, server.how, server.log = boxes, how or Behaviour(), []
    with running(server) as port:
        yield port, server.log
