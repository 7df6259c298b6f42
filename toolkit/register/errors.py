"""The errors of a register; each reads as a sentence that a clerk can act on, without personal data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.core.errors import NianbaoError
from toolkit.register.problems import FieldProblem
from toolkit.register.requests import FIELD_BY_KEY


class RegisterError(NianbaoError):
    """Root of the register's errors."""


class RegisterUnreadable(RegisterError):
    """The file is damaged or no register; ``copy`` is the latest daily copy. ``lost``: what became of one that held requests."""

    def __init__(self, path: Path, copy: Path | None, *, lost: str = "") -> None:
        self.path, self.copy = path, copy
        if copy is None:
            rest = "没有每日副本；请从别处的备份找回这个文件"
        else:
            rest = f"最近的副本是 {copy.stem} 的，可用 nianbao register restore 恢复；坏了的文件会留在旁边，不删除"
        rest += "；确实要从头登记的，先把“_备份”里它的副本移到别处" if lost else ""
        super().__init__(f"台账 {path.name} {lost or '已损坏，或不是台账，打不开'}。{rest}")


class RegisterBusy(RegisterError):
    """Another program is writing, or has the register on a share of the network."""

    def __init__(self, path: Path, *, share: bool = False) -> None:
        self.path = path
        why = "在网络共享文件夹里，同一时间只能一个人用，现在有别人打开着" if share else "正由别的程序写入，等了几秒还没有写完"
        super().__init__(f"台账 {path.name} {why}；请稍后再试" + ("，或把台账放到各人都能登录的服务器上" if share else ""))


class RegisterUnwritable(RegisterError):
    """The register cannot be opened or written; the reason is in the sentence."""


class NumberTaken(RegisterError):
    """Another request has the number."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"申请编号“{number}”已经有了；请换一个编号，或打开那一件来改")


class NotKept(RegisterError):
    """A request has problems and was not saved; the register is unchanged."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(map(str, problems)))


class ChangedMeanwhile(RegisterError):
    """Another user changed the same fields after this record was read."""

    def __init__(self, number: str, keys: Sequence[str], who: str) -> None:
        self.number, self.keys, self.who = number, tuple(keys), who
        names = "、".join(FIELD_BY_KEY[key].label for key in keys)
        super().__init__(f"{number}的{names}刚由{who or '别人'}改过，没有覆盖；请看过现在的内容再改")


class NoSuchRequest(RegisterError):
    """No request has this number."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"台账里没有编号为“{number}”的申请")
