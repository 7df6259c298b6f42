"""The engine against stock papermill on the same notebooks, and one notebook's accident against the next."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
import pytest
import yaml
from click.testing import CliRunner
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.__main__ import papermill as papermill_command
from papermill.exceptions import PapermillExecutionError

from toolkit.building.report_engine import NOTEBOOK_PRELOAD, ReportEngine
from toolkit.engine import engine, fork_server
from toolkit.engine.preload import Preload

STOCK_WIDGETS = Path(__file__).with_name("stock_widgets.json")
PARAMS = "params/2024/云溪县/马跑泉镇.yaml"

RICH = """
class Rich:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.nianbao.test+json": {"数": [1, 2.5, None]}, "text/plain": "rich"}, {"text/plain": {"k": 1}}
Rich()
"""
LATER = """
done = []
async def later():
    await asyncio.sleep(0.01)
    done.append(1)
task = asyncio.create_task(later())
"""
# One cell per difficulty, and why it is one.
TRICKY: tuple[tuple[str, str], ...] = (
    ("a value is shown", "1 + 1"),
    ("nothing is shown", "x = 3"),
    ("both streams, in the order of the flush", "import sys\nprint('out')\nprint('err', file=sys.stderr)"),
    ("no line end", "print('没有换行', end='')"),
    ("stream between displays", "from IPython.display import display, HTML\nprint(0); display(HTML('<b>b</b>')); print(1)"),
    ("a display that changes in its cell", "handle = display('first', display_id='changing')\nhandle.update('second')"),
    ("a display that changes from another cell", "handle.update('third')"),
    ("cleared at once", "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')"),
    ("cleared with the next output", "print('gone'); clear_output(wait=True); display('stays')"),
    ("rich output of its own kind", RICH),
    ("bytes become base64", "from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(40), format='png')"),
    ("several values", "from IPython.core.interactiveshell import InteractiveShell\n'only the last'\n'this one'"),
    ("semicolon hides", "5;"),
    ("history", "Out[1], _1, In[1]"),
    ("await at the top", "import asyncio\nawait asyncio.sleep(0)\nasync def answer(): return 42\nawait answer()"),
    ("a task goes on between cells", LATER),
    ("and has ended in the next", "await task\ndone"),
    ("magic", "%env NIANBAO_NOTHING=1"),
    ("the shell's own value", "value = !echo 一\nvalue"),
    ("a child process writes", "!echo from a child"),
    ("logging to stderr", "import logging\nlogging.warning('watch out')"),
    ("a warning", "import warnings\nwarnings.warn('old')"),
    ("matplotlib draws inline", "import matplotlib; matplotlib.get_backend()"),
    ("a figure that nobody asks for", "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 2]);"),
    ("name of the module", "__name__, sys.argv[0][-3:], type(get_ipython()).__bases__[0].__name__"),
    ("help text goes to the pager", "len?"),
    ("a thread prints", "import threading\nt = threading.Thread(target=lambda: print('thread')); t.start(); t.join()"),
    ("hidden by its magic", "%%capture got\nprint('hidden')"),
    ("and shown later", "got.show(); got.stdout"),
    ("a display of the same name twice", "display('one', display_id='twice'); display('two', display_id='twice')"),
    ("changed in both places", "from IPython.display import update_display\nupdate_display('three', display_id='twice')"),
    ("nobody shows this one", "update_display('nobody', display_id='unknown-id')"),
    ("several kinds with metadata",
     ("display({'text/plain': 'x', 'text/html': 'h'}, metadata={'text/html': {'isolated': 1}}, "
     "raw=True)")),
    ("matplotlib by its magic", "%matplotlib inline\nplt.subplots(figsize=(1, 1)); plt.show()"),
    ("figures as drawings",
     ("%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'x'\n"
     "plt.figure(figsize=(1, 1));")),
    ("libraries see a notebook", "'IPKernelApp' in get_ipython().config, 'JPY_PARENT_PID' in os.environ"),
    ("the names it starts with", "sorted(name for name in globals() if name.startswith('__'))"),
    ("arguments of the program", "os.path.basename(sys.argv[0]), sys.argv[1]"),
    ("where modules are looked for",
     ("[os.path.basename(p) for p in sys.path if os.path.basename(p) in ('', 'site-packages') or "
     "p.endswith('.zip')][:3]")),
    ("another program's cell", "%%bash\necho out; echo err >&2"),
    ("a magic called", "get_ipython().run_cell_magic('html', '', '<b>x</b>')"),
    ("a fork that ends", "pid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)[1]"),
    ("forked processes",
     ("import multiprocessing\n"
     "with multiprocessing.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, -2]))")),
    ("an error of a thread", "t = threading.Thread(target=lambda: 1 / 0, name='T'); t.start(); t.join()"),
    ("a thread that outlives its cell", (
        "gate = threading.Event()\n"
        "def late(): gate.wait(); print('late')\nt = threading.Thread(target=late); t.start()"
    )),
    ("prints in the next", "gate.set(); t.join(); print('after')"),
    ("an alarm", "import signal, time\nsignal.signal(14, lambda *_: print('alarm')); signal.alarm(1); time.sleep(2)"),
    ("shows nothing but itself", "class D:\n    def _ipython_display_(self): print('own')\nD()"),
    ("a bar that is drawn again", "print('1\\r2\\r3')"),
    ("a comm", "import comm\nc = comm.create_comm(target_name='t', data={'a': 1}); c.send({'b': 2}); c.close()"),
    ("called after each cell",
     ("told = lambda result: print('told', result.success)\n"
     "get_ipython().events.register('post_run_cell', told)")),
    ("and not any more", "get_ipython().events.unregister('post_run_cell', told)"),
    ("every expression", "get_ipython().ast_node_interactivity = 'all'\n1\n2"),
    ("every expression, from here", "1\n2\nget_ipython().ast_node_interactivity = 'last_expr'"),
    ("the source is changed first",
     ("swap = lambda lines: [l.replace('SEVEN', '7') for l in lines]\n"
     "get_ipython().input_transformers_post.append(swap)")),
    ("changed", "SEVEN + 1"),
    # cells that fail; all carry the tag with which papermill goes on behind them
    ("exception", "def inner():\n    raise ValueError('坏了')\ninner()"),
    ("chained", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('second') from e"),
    ("syntax", "for in range(3)"),
    ("no input", "input('姓名？')"),
    ("no password", "import getpass; getpass.getpass()"),
    ("while it is shown", "class Bad:\n    def __repr__(self): raise KeyError('repr')\nBad()"),
    ("no such name", "paper.front()"),
    ("exit", "raise SystemExit(3)"),
    ("interrupted", "raise KeyboardInterrupt"),
    ("interrupted by the system", "signal.raise_signal(signal.SIGINT)"),
    ("interrupted while it awaits",
     ("loop = asyncio.get_running_loop()\nloop.call_later(0.1, signal.raise_signal, 2)\n"
     "await asyncio.sleep(9)")),
    ("no debugger", "import pdb; pdb.set_trace()"),
    ("an error that draws itself",
     ("class Own(Exception):\n    def _render_traceback_(self): return ['own', 'lines']\n"
     "raise Own()")),
    ("an error within its text", "class Worse(Exception):\n    def __str__(self): raise ValueError('no text')\nraise Worse()"),
    ("no such magic", "%%nosuchmagic\nx"),
    ("a program that fails", "%%bash\nexit 3"),
    ("logging set up by the notebook",
     ("logging.basicConfig(level='INFO', stream=sys.stdout, force=True); logging.info('told'); 1 "
     "/ 0")),
    ("an error behind it", "1 / 0"),
    ("goes on", "'still here'"),
    # at the end: papermill writes the whole notebook before and after each cell
    ("a long stream in one piece", "for number in range(3000): print(number, '报告')"),
    ("a large text", "'x' * 2_000_000"),
    ("a large stream", "print('y' * 3_000_000)"),
)  # fmt: skip


def notebook_of(sources: list[str], tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}", metadata={"tags": list(tags)}) for n, source in enumerate(sources)]
    cells.insert(1, nbformat.v4.new_markdown_cell("文字", id="text"))
    kernel = {
        "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def run(notebook: Path, out: Path, engine_name: str | None, settings: Mapping[str, Any]) -> Any:
    """What papermill leaves of a notebook in a file, also after an error; here, which saves the start of an interpreter."""
    with suppress(PapermillExecutionError, CellTimeoutError):
        papermill.execute_notebook(notebook, out, engine_name=engine_name, progress_bar=False, **settings)
    return without_clock(nbformat.read(out, as_version=4))


def without_clock(notebook: Any) -> Any:
    """What two runs of the same notebook have in common: all but times, random ids and the name of the output."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for key in ("start_time", "end_time", "duration"):
            cell.metadata.get("papermill", {}).pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []) or "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell.pop("id")
        merge_streams(cell)
        for output in cell.get("outputs", []):
            for key in ("text", "traceback"):
                if key in output:
                    text = "\n".join(output[key]) if isinstance(output[key], list) else output[key]
                    # ipykernel names a cell's code after the process
                    output[key] = re.sub(r"ipykernel_\d+", "ipykernel", text)
    for key in ("start_time", "end_time", "duration", "output_path"):
        notebook.metadata.papermill.pop(key)
    return notebook


def merge_streams(cell: Any) -> None:
    """ipykernel cuts a stream by its clock, every 0.2 seconds, so that two stock runs differ in the cuts."""
    outputs = cell.get("outputs", [])
    for at, (output, following) in reversed(list(enumerate(pairwise(outputs)))):
        if output.output_type == following.output_type == "stream" and output.name == following.name:
            output.text += following.text
            del outputs[at + 1]


def run_stock(notebook: Path, out: Path, settings: Mapping[str, Any]) -> Any:
    """As ``run``, with papermill's own engine, in a thread."""
    try:
        return run(notebook, out, None, settings)
    finally:
        loop = ensure_event_loop()  # nbclient makes one for the thread, and leaves tasks that wait for a killed kernel
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:  # gather asks for the loop of the thread, which Python 3.13 does not make, when there is no task
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()


def both(tmp_path: Path, notebooks: Sequence[nbformat.NotebookNode], **settings: Any) -> list[tuple[Any, Any]]:
    """Each notebook executed by stock papermill and by ours, clocks taken off; they mostly wait for the stock kernels."""
    sources = [tmp_path / f"{number}.ipynb" for number in range(len(notebooks))]
    for notebook, source in zip(notebooks, sources, strict=True):
        nbformat.write(notebook, source)
    with ThreadPoolExecutor(len(sources)) as pool, pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # under this variable ipykernel leaves file descriptors alone
        stock = [pool.submit(run_stock, source, source.with_suffix(".stock.ipynb"), settings) for source in sources]
        ours = [run(source, source.with_suffix(".ours.ipynb"), "nianbao", settings) for source in sources]
        return [(future.result(), mine) for future, mine in zip(stock, ours, strict=True)]


def test_report_notebook_comes_out_as_stock_papermill_executes_it(tmp_path: Path, project: Path) -> None:
    """Ours by the words typed at papermill's command line, which tests/building/test_stock_path.py starts as a process."""
    notebook = project / "notebooks" / "annual_report.ipynb"
    files = tmp_path / "stock.ipynb", tmp_path / "ours.ipynb"
    values = yaml.safe_load((project / PARAMS).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # as in both()
        running = pool.submit(run_stock, notebook, files[0], {"parameters": values})
        words = [str(notebook), str(files[1]), "--no-progress-bar", "-f", str(project / PARAMS), "--engine", "nianbao"]
        typed = CliRunner().invoke(papermill_command, words)
        stock = running.result()
    assert typed.exit_code == 0, typed.output
    ours = without_clock(nbformat.read(files[1], as_version=4))
    assert sum(len(cell.get("outputs", [])) for cell in ours.cells) == 8
    assert ours == stock


def test_without_parameters_the_form_is_shown_as_by_stock_papermill(tmp_path: Path, project: Path) -> None:
    notebook = nbformat.read(project / "notebooks" / "annual_report.ipynb", as_version=4)
    for executed in both(tmp_path, [notebook])[0]:
        shown = [kind for cell in code_cells(executed) for output in cell.outputs for kind in output.get("data", ())]
        assert shown.count("application/vnd.jupyter.widget-view+json") == 1
        assert not [output for cell in code_cells(executed) for output in cell.outputs if output.output_type == "error"]


@pytest.mark.posix_only
def test_every_tricky_cell_comes_out_as_stock_papermill_executes_it(tmp_path: Path) -> None:
    stock, ours = both(tmp_path, [notebook_of([source for _, source in TRICKY], ("raises-exception",))])[0]
    for (reason, source), expected, found in zip(TRICKY, code_cells(stock), code_cells(ours), strict=True):
        assert found.outputs == expected.outputs, f"{reason}: {source}"
    assert ours == stock


@pytest.mark.posix_only
def test_what_is_written_past_python_is_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in stock papermill, which loses it on a busy machine when the cell ends at once."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # as in both()
    (output,) = code_cells(execute(["import os\nos.system('echo by descriptor');"]))[0].outputs
    assert (output.name, output.text) == ("stdout", "by descriptor\n")


@pytest.mark.posix_only
def test_cell_that_takes_too_long_is_marked_where_it_was_as_in_stock_papermill(tmp_path: Path) -> None:
    """Also one that will not be interrupted: it has its three seconds, and is ended."""
    stubborn = "import time\nwhile True:\n    try:\n        while True: time.sleep(0.01)\n    except KeyboardInterrupt: pass"
    loops = [[source, "'never'"] for source in ("while True: pass", "import asyncio; await asyncio.sleep(60)", stubborn)]
    sources = [*loops, ["import time; time.sleep(60)"]]
    results = both(tmp_path, list(map(notebook_of, sources)), execution_timeout=1)
    for cells, (stock, ours) in zip(sources, results, strict=True):
        assert ours == stock, cells[0]
    assert code_cells(results[-1][1])[0].outputs[0].ename == "KeyboardInterrupt"


@pytest.mark.posix_only
def test_text_that_no_message_can_carry_is_an_error_and_ends_nothing() -> None:
    """Stock loses the stream and waits for ever for the answer to such an error."""
    notebook = notebook_of(["print('\\ud800 报告')", "raise ValueError('\\ud801')", "1"], ("raises-exception",))
    with pytest.raises(PapermillExecutionError, match="\\?"):
        papermill.execute_notebook(notebook, None, engine_name="nianbao", progress_bar=False)
    cell = "try:\n    raise ValueError('\\ud801')\nfinally:\n    print('\\ud800 报告')"
    with pytest.raises(PapermillExecutionError) as caught:
        execute([cell])
    assert caught.value.ename == "ValueError"


def test_error_stops_the_run_and_is_marked_at_the_cell_as_in_stock_papermill(tmp_path: Path) -> None:
    stock, ours = both(tmp_path, [notebook_of(["print('runs')", "1 / 0", "print('never')"])])[0]
    assert [cell.metadata.papermill.status for cell in ours.cells if "papermill" in cell.metadata][-2:] == ["failed", "pending"]
    assert ours == stock


def test_widgets_keep_their_state_as_in_stock_papermill() -> None:
    """Against what stock papermill left of the same cells, recorded: it waits for ever in one run of eight on a busy machine."""
    source = "import ipywidgets\nslider = ipywidgets.IntSlider(value=7)\nslider"
    more = "out = ipywidgets.Output()\nout"
    inside = "with out:\n    print('captured')"
    ours = nbformat.reads(nbformat.writes(execute([source, "slider.value = 9", more, inside])), as_version=4)
    states = sorted(comparable(state) for state in widget_states(ours).values())
    assert states == json.loads(STOCK_WIDGETS.read_text(encoding="utf-8"))
    assert any("('value', 9)" in state for state in states)
    assert any("captured" in state for state in states)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def widget_states(notebook: Any) -> dict[str, Any]:
    return dict(notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"])


def comparable(state: Any) -> str:
    return re.sub(r"[0-9a-f]{32}", "ID", repr(sorted(state["state"].items())))


# ---------------------------------------------------------------- each for itself


def execute(sources: list[str], **settings: Any) -> Any:
    settings = {"engine_name": "nianbao", "progress_bar": False, **settings}
    return papermill.execute_notebook(notebook_of(sources), None, **settings)


def last_text(notebook: Any) -> str:
    return str(code_cells(notebook)[-1].outputs[0]["data"]["text/plain"])


SPOILING = """
import builtins, decimal, os, random, sys, matplotlib, toolkit.sections.charts as charts
matplotlib.rcParams["font.size"] = 99
os.environ["NIANBAO_SPOILT"] = "1"
os.chdir("/")
charts.MOST_BARS = -1
builtins.spoilt = True
decimal.getcontext().prec = 2
sys.path.append("spoilt")
import __main__; __main__.spoilt = True
open = None
"""
LOOKING = """
import builtins, decimal, os, sys, matplotlib, toolkit.sections.charts as charts
(matplotlib.rcParams["font.size"], "NIANBAO_SPOILT" in os.environ, os.getcwd(), charts.MOST_BARS, hasattr(builtins, "spoilt"),
 decimal.getcontext().prec, "spoilt" in sys.path, "spoilt" in globals(), callable(open), len(In))
"""


def test_what_a_notebook_spoils_is_whole_in_the_next() -> None:
    before = last_text(execute([LOOKING]))
    execute([SPOILING])
    assert last_text(execute([LOOKING])) == before
    assert "NIANBAO_SPOILT" not in os.environ


def test_two_notebooks_do_not_draw_the_same_random_numbers() -> None:
    source = "import random, numpy.random, uuid\nrandom.random(), numpy.random.random(), uuid.uuid4()"
    first, second = (last_text(execute([source])).strip("()").split(", ") for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_endless_cell_ends_at_its_time_and_leaves_no_process() -> None:
    with pytest.raises(CellTimeoutError):
        execute(
            ["import subprocess; subprocess.Popen(['sleep', '987'])\nimport time\nwhile True: time.sleep(0.01)"],
            execution_timeout=1,
        )
    assert ends("987")
    assert last_text(execute(["1"])) == "1"


@pytest.mark.posix_only
def test_background_process_of_a_finished_notebook_is_ended() -> None:
    execute(["import subprocess; subprocess.Popen(['sleep', '988'])"])
    assert ends("988")


def ends(seconds: str) -> bool:
    """The ``sleep`` of so many seconds that a cell started is gone, or goes while we look."""
    return wait_until(lambda: not sleeps(seconds))


def wait_until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 150  # a loaded machine; usually some milliseconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)  # to look through all processes takes some milliseconds
    return true()


def sleeps(seconds: str) -> bool:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes() == f"sleep\0{seconds}\0".encode():
                return True
        except OSError:  # it ended meanwhile
            continue
    return False


@pytest.mark.posix_only
def test_cell_that_takes_too_much_memory_fails_alone() -> None:
    with pytest.raises(PapermillExecutionError) as caught:
        execute(["taken = []\nwhile True: taken.append(bytearray(10**7))"], memory_limit_mb=600)
    assert caught.value.ename == "MemoryError"
    assert last_text(execute(["len(bytearray(10**8))"], memory_limit_mb=600)) == "100000000"


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(3)",
        "import os; os.kill(os.getpid(), 9)",
        # on Windows an OSError of the cell
        pytest.param("import ctypes; ctypes.string_at(0)", marks=pytest.mark.posix_only),
    ],
)
def test_a_dead_kernel_is_reported_and_the_next_one_works(source: str) -> None:
    with pytest.raises(DeadKernelError):
        execute([source])
    assert last_text(execute(["'next'"])) == "'next'"


def test_exit_functions_run_and_one_that_hangs_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "left"
    execute([f"import atexit, pathlib\natexit.register(pathlib.Path({str(mark)!r}).touch)"])
    assert wait_until(mark.exists)


def test_environment_of_one_run_is_seen_by_that_run_only() -> None:
    source = "import os; os.environ.get('NIANBAO_ONCE')"
    assert last_text(execute([source], environment={"NIANBAO_ONCE": "一"})) == "'一'"
    assert code_cells(execute([source]))[-1].outputs == []


@pytest.mark.posix_only
def test_fork_server_that_was_killed_is_replaced() -> None:
    first = fork_server.fork_server(NOTEBOOK_PRELOAD)
    os.kill(first._pid, signal.SIGKILL)
    assert wait_until(lambda: not first.works())
    assert last_text(execute(["2"])) == "2"
    assert fork_server.fork_server(NOTEBOOK_PRELOAD) is not first


COPIED = """
import os, signal, sys, psutil
from toolkit.engine import fork_server
from toolkit.engine.forked_kernel import KernelEnvironment
from toolkit.engine.preload import Preload
plain = Preload()
fork_server.keep_template(plain)
def family(server):
    pid, connection = server.start(KernelEnvironment(os.getcwd()))
    supervisor = psutil.Process(pid).parent()
    connection.close()
    return supervisor.pid, supervisor.ppid()
fork_server.copy_fork_server(plain)
supervisor, template = family(fork_server.fork_server(plain))
print(supervisor, template, psutil.Process().pid, flush=True)
os.kill(template, signal.SIGKILL)
psutil.Process(template).wait(10) if psutil.pid_exists(template) else None
print(family(fork_server.fork_server(plain))[0], fork_server.fork_server(plain).works(), flush=True)
fork_server._servers.clear()
fork_server.copy_fork_server(plain)
print(family(fork_server.fork_server(plain))[1], flush=True)
"""


@pytest.mark.posix_only
def test_servers_are_copied_from_a_template_while_there_is_one() -> None:
    ran = subprocess.run([sys.executable, "-c", COPIED], capture_output=True, text=True, check=True, timeout=150)
    first, still, alone = (line.split() for line in ran.stdout.splitlines())
    supervisor, template, own = first
    assert own not in (supervisor, template)
    assert still == [supervisor, "True"]  # the copy outlives the template
    assert alone == [own]  # the next server is launched by the process that asks
    assert wait_until(lambda: not any(map(psutil.pid_exists, map(int, (supervisor, template)))))


ENDLESS = """
import nbformat, papermill
cell = nbformat.v4.new_code_cell("import subprocess, time; subprocess.Popen(['sleep', '989']); time.sleep(99)")
kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
papermill.execute_notebook(notebook, None, engine_name="nianbao", progress_bar=False)
"""


@pytest.mark.posix_only
def test_everything_ends_with_the_process_that_ran_the_notebook() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS]) as running:
        try:
            assert wait_until(lambda: sleeps("989"))
        finally:
            running.kill()
    assert ends("989")


# ---------------------------------------------------------------- the stock way


@pytest.mark.posix_only
def test_notebook_of_another_kernel_goes_the_stock_way_and_says_so() -> None:
    assert "r-of-another-machine" in engine.why_stock("r-of-another-machine")


def test_machine_without_fork_goes_the_stock_way_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The kernel says nothing of its own at the terminal: no line on sockets without encryption."""
    monkeypatch.setattr(engine, "CAN_FORK", False)
    engine._warn_once.cache_clear()
    for _ in range(2):
        assert last_text(execute(["7"])) == "7"
    said = [record.message for record in caplog.records if "papermill 自带的引擎" in record.message]
    assert len(said) == 1
    assert "Kernel" not in capfd.readouterr().err


class BrokenEngine(ReportEngine):
    """Its preload cannot be imported, as with an ipykernel of another layout."""

    preload = Preload(("toolkit.engine.no_such_module",))


@pytest.mark.posix_only
def test_kernels_that_cannot_be_forked_are_replaced_by_stock_ones_with_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    engine._warn_once.cache_clear()
    monkeypatch.setitem(papermill.engines.papermill_engines._engines, "broken", BrokenEngine)
    for _ in range(2):
        assert last_text(execute(["8"], engine_name="broken")) == "8"
    assert sum("ipykernel 的版本可能未经验证" in record.message for record in caplog.records) == 1
    assert "Traceback" not in capfd.readouterr().err


def test_plain_papermill_finds_the_engine(project: Path) -> None:
    values = yaml.safe_load((project / PARAMS).read_text(encoding="utf-8"))
    assert values["year"] == 2024
    assert papermill.engines.papermill_engines.get_engine("nianbao") is ReportEngine


def test_a_missing_home_causes_no_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts for batches have none; jupyter_client asks IPython for its folder when it looks for kernels."""
    monkeypatch.setenv("HOME", "/dev/null/home")
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert engine._is_this_python.__wrapped__("python3")
    assert [str(item.message) for item in caught] == []
