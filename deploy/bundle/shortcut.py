"""Write a Windows shortcut (.lnk) by the shell's own COM interface: neither PowerShell nor VBScript, which offices block.

Source: Microsoft, IShellLinkW and IPersistFile (shobjidl_core.h, objidl.h); SHGetKnownFolderPath.
"""

import ctypes
import uuid
from ctypes import byref, c_int, c_void_p, c_wchar_p
from pathlib import Path

SHELL_LINK, SHELL_LINK_INTERFACE = "00021401-0000-0000-C000-000000000046", "000214F9-0000-0000-C000-000000000046"
PERSIST_FILE = "0000010B-0000-0000-C000-000000000046"
DESKTOP, PROGRAMS = "B4BFCC3A-DB2C-424C-B029-7FE99A87C641", "A77F5D77-2E2B-44C3-A6A2-ABA601054A51"
IN_PROCESS = 1
# places in the tables of methods
QUERY_INTERFACE, RELEASE = 0, 2
SET_FOLDER, SET_ARGUMENTS, SET_ICON, SET_PATH = 9, 11, 17, 20
SAVE = 6


def _guid(text):
    return (ctypes.c_byte * 16).from_buffer_copy(uuid.UUID(text).bytes_le)


def _call(interface, place, *arguments):
    """Call a method of a COM interface by its place in the table; a failure is an OSError."""
    table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(c_void_p))).contents
    types = [type(argument) if not hasattr(argument, "_obj") else c_void_p for argument in arguments]
    method = ctypes.WINFUNCTYPE(ctypes.HRESULT, c_void_p, *types)(table[place])
    return method(interface, *arguments)


def write_shortcut(path, program, arguments, folder, icon):
    """Write a shortcut to a program, with arguments, the folder it starts in, and an icon."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ole = ctypes.OleDLL("ole32")
    ole.CoInitialize(None)
    link, file = c_void_p(), c_void_p()
    ole.CoCreateInstance(_guid(SHELL_LINK), None, IN_PROCESS, _guid(SHELL_LINK_INTERFACE), byref(link))
    try:
        _call(link, SET_PATH, c_wchar_p(str(program)))
        _call(link, SET_ARGUMENTS, c_wchar_p(arguments))
        _call(link, SET_FOLDER, c_wchar_p(str(folder)))
        _call(link, SET_ICON, c_wchar_p(str(icon)), c_int(0))
        _call(link, QUERY_INTERFACE, ctypes.cast(_guid(PERSIST_FILE), c_void_p), byref(file))
        _call(file, SAVE, c_wchar_p(str(path)), c_int(1))
    finally:
        for interface in (file, link):
            if interface:
                _call(interface, RELEASE)


def desktop_folders():
    """The desktop and the start menu of this person, wherever they were moved to."""
    return [_known_folder(DESKTOP), _known_folder(PROGRAMS)]


def _known_folder(identity):
    found = c_wchar_p()
    ctypes.OleDLL("shell32").SHGetKnownFolderPath(_guid(identity), 0, None, byref(found))
    try:
        return Path(found.value)
    finally:
        free = ctypes.OleDLL("ole32").CoTaskMemFree
        free.restype = None
        free(found)
