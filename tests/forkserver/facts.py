"""What a kernel can tell of its own process: cells of code whose last line is a dict."""

from __future__ import annotations

FACTS = """
import asyncio, atexit, contextlib, gc, json, locale, logging, multiprocessing, os, signal, sys
import numpy.random, pathlib, resource, psutil, tempfile, threading, time, warnings
from ipykernel import connect
from ipykernel.kernelapp import IPKernelApp

numpy.ones((200, 200)) @ numpy.ones((200, 200))
poller, main = IPKernelApp.instance().poller, sys.modules["__main__"]
told = json.loads(connect.get_connection_info())
shell = get_ipython()
loggers = [None, *logging.Logger.manager.loggerDict]
status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines())
kept = {}
for number in os.listdir("/proc/self/fd"):
    with contextlib.suppress(FileNotFoundError):
        kept[int(number)] = os.readlink(f"/proc/self/fd/{number}")
# Clients connect, and the history is written, in their own time.
connected = [each.fd for each in psutil.Process().net_connections() if each.raddr]
profile = get_ipython().profile_dir.location
kinds = sorted(path.split(":")[0] for number, path in kept.items()
               if number not in connected and not path.startswith(profile))
limits = [name for name in dir(resource) if name.startswith("RLIMIT_")]
process, streams = multiprocessing.current_process(), (sys.__stdout__, sys.__stderr__)

facts = dict(
    environment={name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"},
    parent=os.environ["JPY_PARENT_PID"] == str(os.getppid()),
    time_zone=[time.tzname, time.localtime(0).tm_hour],
    folder=os.getcwd(),
    temporary_folder=tempfile.gettempdir(),
    umask=status["Umask"],
    limits={name: resource.getrlimit(getattr(resource, name)) for name in limits},
    oom_score=open("/proc/self/oom_score_adj").read(),
    priority=[os.nice(0), sorted(os.sched_getaffinity(0))],
    session=[os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    handlers_of_signals={
        str(number): getattr(signal.getsignal(number), "__qualname__", signal.getsignal(number))
        for number in signal.valid_signals()
    },
    signals=[status[name] for name in ("SigBlk", "SigIgn", "SigCgt")],
    stdin=os.read(0, 1).decode(),
    descriptors=[kind for kind in kinds if kind not in ("/dev/null", "pipe")],
    count_of_descriptors=len(kinds),
    arguments=[
        arg if arg[-5:] != ".json" else os.path.basename(arg)[:7]
        for arg in (*sys.argv, "|", *sys.orig_argv)
    ],
    executable=[sys.executable, sys.prefix, sys.base_prefix],
    flags=[str(sys.flags), sys.warnoptions, str(sys._xoptions)],
    path=sys.path,
    main=[str(main.__spec__), sorted(name for name in vars(main) if name.startswith("__"))],
    filters=sorted(str(each) for each in warnings.filters),
    locale=[locale.setlocale(locale.LC_ALL), sys.getfilesystemencoding()],
    streams=[[each.encoding, each.errors, each.line_buffering] for each in streams],
    threads=sorted(type(thread).__name__ for thread in threading.enumerate()),
    threads_of_the_system=status["Threads"],
    main_thread=threading.main_thread() is threading.current_thread(),
    loop=[type(asyncio.get_event_loop()).__name__, type(asyncio.get_event_loop_policy()).__name__],
    poller=[poller.is_alive(), poller.parent_pid == os.getppid()],
    logging={str(name): [type(each).__name__ for each in logging.getLogger(name).handlers]
             for name in loggers},
    atexit=atexit._ncallbacks(),
    garbage=[gc.isenabled(), gc.get_threshold(), len(gc.callbacks)],
    multiprocessing=[process.name, str(multiprocessing.parent_process()), len(process.authkey)],
    children=open(f"/proc/self/task/{os.getpid()}/children").read(),
    others=[sys.getrecursionlimit(), sys.getswitchinterval(), status["NoNewPrivs"]],
    history=[len(In), len(Out), In[0], [str(each) for each in _dh]],
    shell=[shell.execution_count, shell.starting_dir, str(shell.last_execution_result)],
    names=sorted(get_ipython().user_ns),
    events={name: len(all) for name, all in shell.events.callbacks.items()},
    connection=[
        os.path.basename(connect.get_connection_file())[:7],
        [told[name] == getattr(IPKernelApp.instance(), name) for name in told if "port" in name],
        told["kernel_name"],
    ],
    modules=sorted(name for name in sys.modules if name != "runpy"),
)
facts
"""

# No two processes may have any of these in common.
DRAWN = """
import multiprocessing, random, ssl, tempfile, uuid, secrets
import numpy

drawn = dict(
    random=random.random(),
    numpy=float(numpy.random.random()),
    default_rng=float(numpy.random.default_rng().random()),
    authkey=multiprocessing.current_process().authkey.hex(),
    tempfile=next(tempfile._get_candidate_names()),
    uuid1=str(uuid.uuid1()),
    uuid4=str(uuid.uuid4()),
    ssl=ssl.RAND_bytes(16).hex(),
    secrets=secrets.token_hex(16),
)
drawn
"""

# A module that leaves nothing in its process as it was.
DISTURBING = """
import locale, multiprocessing, os, random, resource, signal, ssl, sys, tempfile, time, uuid
import numpy

signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGCHLD])
os.umask(0o007)
os.chdir("/")
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
open("/proc/self/oom_score_adj", "w").write("77")
os.environ["TZ"] = "America/New_York"
time.tzset()
random.seed(1)
numpy.random.seed(1)
uuid.uuid1()
ssl.RAND_bytes(16)
next(tempfile._get_candidate_names())
multiprocessing.current_process().authkey = b"x" * 32
"""
