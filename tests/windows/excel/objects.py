"""COM objects over plain Python ones: a member is a method `get_Name`, `put_Name` or `do_Name`.

What a call may be named is the type library's; a member of it that nobody wrote here fails loudly,
as E_NOTIMPL and in `WATCH.unwritten`.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pythoncom
from excel.interfaces import Library
from win32com.server.exception import COMException
from win32com.server.policy import BasicWrapPolicy
from win32com.server.util import NewEnum

MISSING = -2147352572
"""DISP_E_PARAMNOTFOUND: an argument left out."""
_UNKNOWN_NAME, _NO_MEMBER, _NOT_WRITTEN = -2147352570, -2147352573, -2147467263
_OUT_OF_BOUNDS = -2147352565
_ERROR_1004 = -2146827284
_DISCONNECTED = -2147417848
_PUT = pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF


class Watch:
    """What is asked of Excel.

    Attributes:
        library: The type library.
        calls: By member how often it was called; one that was set has an equals sign.
        unwritten: Members that were asked for and are not written.
        failures: Tracebacks of the stand-in's own errors.
        refused: What was refused, and why.
        before: Called with the member before each call; may raise.
        refusing: Tells the HRESULT by which all calls are refused at present, 0 for none.
    """

    library: Library

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.unwritten: Counter[str] = Counter()
        self.failures: list[str] = []
        self.refused: list[str] = []
        self.before: Callable[[str], None] = lambda _: None
        self.refusing: Callable[[], int] = lambda: 0

    def clear(self) -> None:
        """Begin to count again."""
        for kept in (self.calls, self.unwritten, self.failures, self.refused):
            kept.clear()


WATCH = Watch()


def refusal(text: str, number: int = _ERROR_1004) -> COMException:
    """Return an error as Excel raises it."""
    return COMException(description=text, source="Microsoft Excel", scode=number)


class ExcelObject:
    """An object of Excel.

    Attributes:
        kind: Its interface.
        book: The workbook it belongs to; None for what outlives workbooks.
    """

    kind = ""
    book: Any = None


class Policy(BasicWrapPolicy):  # type: ignore[misc]
    """Answer COM's questions about an `ExcelObject`."""

    def _query_interface_(self, iid: Any) -> int:
        return 0

    def _getidsofnames_(self, names: Any, lcid: int) -> tuple[int, ...]:
        numbers = WATCH.library[self._obj_.kind].numbers
        if refused := WATCH.refusing():
            raise COMException(scode=refused)
        if names[0].lower() not in numbers:
            raise COMException(scode=_UNKNOWN_NAME)
        return tuple(numbers.get(name.lower(), -1) for name in names)

    def _GetTypeInfoCount_(self) -> int:
        return 1

    def _GetTypeInfo_(self, index: int, lcid: int) -> tuple[int, Any]:
        return 0, WATCH.library[self._obj_.kind].info

    def _invoke_(self, number: int, lcid: int, flags: int, arguments: Any) -> tuple[int, int, Any]:
        if refused := WATCH.refusing():
            return refused, -1, None
        return 0, -1, self._invokeex_(number, lcid, flags, arguments, None, None)

    def _invokeex_(
        self, number: int, lcid: int, flags: int, arguments: Any, named: Any, provider: Any
    ) -> Any:
        interface = WATCH.library[self._obj_.kind]
        if number not in interface.names:
            raise COMException(scode=_NO_MEMBER)
        put = bool(flags & _PUT)
        name = interface.names[number]
        member = f"{self._obj_.kind}.{name}{'=' if put else ''}"
        WATCH.calls[member] += 1
        WATCH.before(member)
        if self._obj_.book is not None and self._obj_.book.closed:
            raise COMException(description="对象已与其客户端断开连接。", scode=_DISCONNECTED)
        is_property = interface.kinds[number] & pythoncom.INVOKE_PROPERTYGET
        prefix = "put_" if put else "get_" if is_property else "do_"
        method = getattr(self._obj_, prefix + name, None)
        if method is None:
            WATCH.unwritten[member] += 1
            raise COMException(description=f"not written: {member}", scode=_NOT_WRITTEN)
        return self._answer(member, method, _given(arguments, keep_last=put))

    def _answer(self, member: str, method: Callable[..., Any], arguments: list[Any]) -> Any:
        try:
            return outgoing(method(*arguments))
        except COMException as error:
            WATCH.refused.append(f"{member}: {error.description}")
            raise
        except Exception:
            WATCH.failures.append(f"{member} {arguments!r:.300}\n{traceback.format_exc()}")
            raise


def _given(arguments: Iterable[Any], *, keep_last: bool) -> list[Any]:
    """Return arguments; None for one left out, none at the end."""
    given = [None if type(one) is int and one == MISSING else one for one in arguments]
    while given and given[-1] is None and not keep_last:
        given.pop()
    return given


def outgoing(value: Any) -> Any:
    """Return what is handed out for a value: our objects as COM's."""
    if isinstance(value, ExcelObject):
        return pythoncom.WrapObject(Policy(value), pythoncom.IID_IDispatch)
    return (value,) if isinstance(value, tuple) else value  # else they were several results


def incoming(handed: Any) -> Any:
    """Return our object behind what a client handed back."""
    return pythoncom.UnwrapObject(handed)._obj_


class Collection(ExcelObject):
    """Objects by number from 1 or by name.

    Args:
        members: The objects; a list that changes meanwhile is followed.
        parent: What they belong to.
    """

    def __init__(self, members: Iterable[Any], parent: Any = None) -> None:
        self.members = members if isinstance(members, list) else list(members)
        self.parent = parent
        self.book = getattr(parent, "book", None)

    def get_Count(self) -> int:
        return len(self.members)

    def get_Item(self, index: Any = None) -> Any:
        if isinstance(index, str):
            for member in self.members:
                if member.get_Name().casefold() == index.casefold():
                    return member
        elif 1 <= int(index) <= len(self.members):
            return self.members[int(index) - 1]
        raise refusal("下标越界", _OUT_OF_BOUNDS)

    get__Default = do_Item = get_Item

    def get__NewEnum(self) -> Any:
        return NewEnum(list(map(outgoing, self.members)), iid=pythoncom.IID_IEnumVARIANT)

    def get_Parent(self) -> Any:
        return self.parent


def plain_properties(kind: type, *names: str) -> None:
    """Let properties of Excel be attributes of the same name."""
    for name in names:
        setattr(kind, f"get_{name}", lambda self, name=name: getattr(self, name))
        setattr(kind, f"put_{name}", lambda self, value, name=name: setattr(self, name, value))
