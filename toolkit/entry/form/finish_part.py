"""Finish: 保存, 预览 (pages as pictures), 生成报告 (all formats, links to take them down), 报送, history of changes.

In: callables of the stages that come later (``Finishing``), handed in by the caller that opens the form. Out: a box.
The work runs beside the kernel's thread, so that a clerk can go on typing meanwhile.
"""

from __future__ import annotations

import base64
import mimetypes
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from time import monotonic
from typing import Protocol

from toolkit.core.errors import NianbaoError
from toolkit.core.settings import INTERPRETATION_MARK, POSTER_MARK, PUBLICATION_MARK, PUBLICATION_PDF
from toolkit.entry.desk.journal import Entry
from toolkit.entry.form.history import history_html, latest_first
from toolkit.entry.session.office_words import ACCIDENT, LOGGER, UPGRADED, is_upgraded, office_words, sentences_of
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report import Report

_HISTORY = 300  # lines shown, the latest first
_FORMAT_NAMES = {
    ".pdf": "PDF（正式文本）：报送稿", ".html": "HTML（网页）：发布稿", ".docx": "DOCX（Word、WPS 文字）：发布稿",
    ".xlsx": "XLSX（表格）：发布稿", ".png": "PNG（图片）",
}  # fmt: skip
_MARKED_NAMES = {
    PUBLICATION_MARK: "PDF：发布稿（没有校验说明和数据码）", POSTER_MARK: "一图读懂", INTERPRETATION_MARK: "解读草稿（Word）",
}  # fmt: skip
_MORE = {PUBLICATION_PDF: "发布稿 PDF", "tujie": "一图读懂和解读草稿"}  # made when they are ticked


@dataclass(frozen=True, slots=True)
class BuildOutcome:
    """What 生成报告 made; ``message`` says why when there is nothing, or what is left for the clerk to do."""

    files: tuple[Path, ...] = ()
    draft: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class Finishing:
    """Stages after this one, as callables: pages of a report as PNG, and the files of what is saved."""

    preview: Callable[[Report], Sequence[bytes]]
    build: Callable[[bool, tuple[str, ...]], BuildOutcome]  # in: whether to build a draft, formats made on request
    leave: Callable[[], None] | None = None  # 换一个机关: back to where a report is chosen
    page: Callable[[Report], str] | None = None  # 复制到网站: the report as HTML for a site's editor
    submit: Callable[[Path], str] | None = None  # 报送: in: the finished PDF; out: the sentence for the clerk


@dataclass(frozen=True, slots=True)
class Standing:
    """A report and what keeps it from being final: errors, and places that are still blank."""

    report: Report
    errors: int
    blank: int

    @property
    def is_draft(self) -> bool:
        return bool(self.errors or self.blank)

    @property
    def why(self) -> str:
        """还有 2 处错误、160 处没有填写."""
        counts = ((self.errors, "处错误"), (self.blank, "处没有填写（没有发生的填 0）"))
        return "还有 " + "、".join(f"{count} {words}" for count, words in counts if count)


class Judge(Protocol):
    """The report as it is; ``asked`` by a person who wants to see or have it, which makes blanks errors."""

    def __call__(self, *, asked: bool = False) -> Standing: ...


class Finish:
    """The last section of the form. ``save`` writes the params file and says whether that went well."""

    def __init__(
        self, finishing: Finishing, judged: Judge, save: Callable[[], bool], history: Callable[[], Iterable[Entry]],
        save_to_leave: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._finishing, self._judged, self._save, self._history = finishing, judged, save, history
        self._save_to_leave = save_to_leave
        self._working, self._began = False, 0.0
        self._made_of: Report | None = None  # the report whose pages or files are shown
        self._made_message, self._warned = "", False
        self.save_button = widgets.Button(description="保存")
        self.preview_button = widgets.Button(description="预览")
        self.build_button = widgets.Button(description="生成报告").add_class("nb-primary")
        self.history_button = widgets.Button(description="修改记录")
        self.outcome, self.shown = widgets.HTML(), widgets.HTML()
        self.leave_button = widgets.Button(description="换一个机关")
        self.submit_button = widgets.Button(description="报送")
        self.page_button = widgets.Button(description="复制到网站")
        offered = (
            (self.submit_button, finishing.submit),
            (self.page_button, finishing.page),
            (self.leave_button, finishing.leave),
        )
        on_offer = [button for button, work in offered if work]
        in_line = [self.save_button, self.preview_button, self.build_button, *on_offer]
        in_line.insert(len(in_line) - bool(finishing.leave), self.history_button)
        buttons = widgets.Box(in_line).add_class("nb-line")
        self.more = {name: widgets.Checkbox(description=label, indent=False) for name, label in _MORE.items()}
        ticked = widgets.Box([widgets.HTML("另外生成："), *self.more.values()]).add_class("nb-line")
        self.box = widgets.VBox([buttons, ticked, self.outcome, self.shown])
        self.save_button.on_click(lambda _: self._press(self._save_only))
        self.preview_button.on_click(lambda _: self._make(self._preview))
        self.build_button.on_click(lambda _: self._make(self._build))
        self.history_button.on_click(lambda _: self._press(self._show_history))
        self.submit_button.on_click(lambda _: self._make(self._submit))
        self.page_button.on_click(lambda _: self._make(self._copy_page))
        self.leave_button.on_click(lambda _: self._press(self._go))

    def say_state(self, *, locked: bool) -> None:
        """With errors left only a draft can be made, and the button says so; what is shown of an older state says that.

        Who only reads (``locked``) writes no files.
        """
        for button in (self.save_button, self.build_button, self.submit_button, *self.more.values()):
            button.disabled = locked
        standing = self._judged()
        caption = "生成报告"
        if standing.is_draft:
            caption = "生成草稿（还有错误）" if standing.errors else "生成草稿（还有空格）"
        self.build_button.description = caption
        self._say_age(standing.report)

    def _say_age(self, report: Report) -> None:
        is_old = self._made_of is not None and self._made_of != report
        if is_old == ("nb-stale" in self.shown._dom_classes):
            return
        if is_old:
            self.shown.add_class("nb-stale")
            self._say(f"已有改动，下面是改动以前的：请重新{self._shown_by()}", wrong=True)
        else:
            self.shown.remove_class("nb-stale")
            self._say(self._made_message)

    def _shown_by(self) -> str:
        """The button that made what is shown."""
        buttons = {"nb-pages": "预览", "nb-page-copy": "复制"}
        return next((name for kind, name in buttons.items() if f'class="{kind}"' in self.shown.value), "生成")

    # ---- presses

    def _press(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            self._failed()

    def _make(self, work: Callable[[], None]) -> None:
        """Press a button that makes pages or files, which a program of two versions may make wrong."""
        if is_upgraded():
            self._press(self._save)
            self._say(UPGRADED, wrong=True)
        else:
            self._press(work)

    def _is_saved(self) -> bool:
        """Write the file; what prevents it is said beside the button too: the sentence above may be an old one."""
        saved = self._save()
        if not saved:
            self._say("这一次没有做成：改动写不进填报数据，原因见页面上方", wrong=True)
        return saved

    def _save_only(self) -> None:
        if self._is_saved():
            self._say("已保存到填报数据文件")

    def _go(self) -> None:
        """Leave the form; where the file cannot be written a second press leaves all the same."""
        if self._finishing.leave is None:
            return
        if not self._warned and not self._save_to_leave():
            self._warned = True
            self._say(
                "改动还没有写进填报数据，原因见页面上方。再按一次“换一个机关”就离开，改动另有记录，下次打开还在", wrong=True
            )
            return
        self._finishing.leave()

    def _preview(self) -> None:
        if self._working:
            return
        standing = self._judged(asked=True)
        self._say("正在排版……")
        self._beside(lambda: self._show_pages(standing, self._finishing.preview(standing.report)))

    def _copy_page(self) -> None:
        """Show the report as a site's editor gets it; the page puts it on the clipboard (page_copy.js)."""
        if self._working or self._finishing.page is None:
            return
        standing, page = self._judged(asked=True), self._finishing.page
        self._say("正在准备……")
        self._beside(lambda: self._show_page(standing, page(standing.report)))

    def _build(self) -> None:
        # a button made grey would lose the keyboard; a second press is passed over instead
        if self._working or not self._is_saved():
            return
        standing = self._judged(asked=True)
        self._say("正在生成，可以继续填写……")
        more = tuple(name for name, box in self.more.items() if box.value)
        self._beside(lambda: self._show_files(standing, self._finishing.build(standing.is_draft, more)))

    def _submit(self) -> None:
        """Build what is on the screen, and hand the PDF in; with errors or blanks left nothing goes."""
        if self._working or not self._is_saved():
            return
        standing = self._judged(asked=True)
        if standing.is_draft:
            self._say(f"{standing.why}，不能报送", wrong=True)
            return
        self._say("正在生成并报送……")
        self._beside(lambda: self._hand_in(standing, self._finishing.build(False, ())))

    def _hand_in(self, standing: Standing, built: BuildOutcome) -> None:
        self._show_files(standing, built)
        pdf = next((file for file in built.files if file.suffix == ".pdf" and not _mark_of(file)), None)
        if pdf is None or built.draft or self._finishing.submit is None:
            return
        self._announce(standing.report, self._finishing.submit(pdf))

    def _beside(self, work: Callable[[], None]) -> None:
        self._working, self._began = True, monotonic()
        threading.Thread(target=self._work, args=(work,), daemon=True).start()

    def _work(self, work: Callable[[], None]) -> None:
        try:
            work()
            self._say_age(self._judged().report)  # something may have been typed meanwhile
        except NianbaoError as error:
            LOGGER.warning("%s", error)
            self._say("；".join(sentences_of(error)), wrong=True)
        except Exception:
            self._failed()
        finally:
            self._working = False

    def _failed(self) -> None:
        LOGGER.exception("finishing")
        self._say(UPGRADED if is_upgraded() else ACCIDENT, wrong=True)

    # ---- showing

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        role, css = ("alert", "nb-complaint") if wrong else ("status", "nb-help")
        self.outcome.value = f'<p class="{css}" role="{role}">{escape(sentence)}</p>' if sentence else ""

    def _show_pages(self, standing: Standing, pages: Sequence[bytes]) -> None:
        draft = f"；{standing.why}，所以标有“草稿”" if standing.is_draft else ""
        self._announce(standing.report, f"共 {len(pages)} 页，与生成的 PDF 相同{draft}")
        images = "".join(
            f'<img alt="第 {number} 页，共 {len(pages)} 页" src="data:image/png;base64,{base64.b64encode(page).decode("ascii")}">'
            for number, page in enumerate(pages, 1)
        )
        self.shown.value = f'<div class="nb-pages" role="region" aria-label="预览" tabindex="0">{images}</div>'

    def _show_page(self, standing: Standing, page: str) -> None:
        draft = f"{standing.why}，所以标有“草稿”，不得公布" if standing.is_draft else "标题请填在网站的标题栏里"
        self._announce(standing.report, f"下面是粘贴到网站编辑器里的样子，表格线和图都在；{draft}")
        self.shown.value = f'<div class="nb-page-copy" role="region" aria-label="粘贴到网站的内容" tabindex="0">{page}</div>'

    def _announce(self, report: Report, sentence: str) -> None:
        """Pages or files of ``report`` are shown from now on."""
        self._made_of, self._made_message = report, sentence
        self.shown.remove_class("nb-stale")
        self._say(sentence)

    def _show_files(self, standing: Standing, built: BuildOutcome) -> None:
        if not built.files:
            self._made_of = None
            LOGGER.warning("%s", built.message)
            self._say(office_words(built.message or "没有生成文件"), wrong=True)
            return
        kind = f"草稿已生成（{standing.why}，不能作为正式报告）" if built.draft else "报告已生成"
        seconds = monotonic() - self._began  # what the clerk waited, with the start of another process
        took = f"用时 {seconds:.0f} 秒" if seconds >= 1 else "用时不到 1 秒"
        remark = f"。{office_words(built.message)}" if built.message else ""
        self._announce(standing.report, f"{kind}，{took}，存放在{folder_in_words(built.files[0].parent)}{remark}")
        links = "".join(f"<li>{_link(file, draft=built.draft)}</li>" for file in built.files if file.suffix in _FORMAT_NAMES)
        self.shown.value = f'<ul class="nb-files" aria-label="下载">{links}</ul>'

    def _show_history(self) -> None:
        entries = latest_first(list(self._history()))
        self._made_of = None
        self.shown.remove_class("nb-stale")
        more = f"，列出最近 {_HISTORY} 处" if len(entries) > _HISTORY else ""
        self._say(f"共 {len(entries)} 处修改{more}" if entries else "还没有修改过")
        self.shown.value = history_html(self._judged().report.form, entries[:_HISTORY]) if entries else ""


def folder_in_words(folder: Path) -> str:
    """Where files were put, from the folder ``outputs`` on: a clerk finds it beside the notebook's folder."""
    parts = folder.parts
    at = len(parts) - 1 - parts[::-1].index("outputs") if "outputs" in parts else len(parts) - 1
    inner = "/".join(parts[at + 1 :])
    return f"“{parts[at]}”文件夹" + (f"的“{inner}”里" if inner else "里")


def _mark_of(file: Path) -> str:
    """The mark at the end of a file's name, "" for one of the formats of every build."""
    return next((mark for mark in _MARKED_NAMES if file.stem.endswith(mark)), "")


def _kind_of(file: Path) -> str:
    """What a file is, by its name."""
    mark = _mark_of(file)
    if mark == POSTER_MARK:
        return f"{_MARKED_NAMES[mark]}（{'PDF' if file.suffix == '.pdf' else '图片'}）"
    return _MARKED_NAMES.get(mark) or _FORMAT_NAMES[file.suffix]


def _link(file: Path, *, draft: bool) -> str:
    # the file travels inside the page: JupyterLab, Notebook and Voilà serve files at different addresses, or not at all
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    named = draft and "草稿" not in file.stem
    name = escape(f"{file.stem}（草稿）{file.suffix}" if named else file.name)
    kind = _kind_of(file)
    label = f"草稿 {kind.replace('（正式文本）', '')}" if draft else kind
    return f'<a download="{name}" href="data:{mime};base64,{data}">下载 {label}</a>'
