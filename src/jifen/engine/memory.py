"""How compiled code reaches rows of memory.

A row is handed on as the address of its first cell: it costs nothing, and what is read and written there is
known at once to be integers, where every use of an array has a dozen meanings to be ruled out (a quarter of the
time to compile).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic


@intrinsic
def row_of(context: Any, rows: Any, number: Any) -> Any:
    """The address of rows[number, 0]."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type = signature.args[0]
        array = context.make_array(array_type)(context, builder, arguments[0])
        place = [arguments[1], context.get_constant(types.intp, 0)]
        return cgutils.get_item_pointer(  # type: ignore[no-untyped-call]
            context, builder, array_type, array, place, wraparound=False
        )

    address: Any = types.CPointer(rows.dtype)  # type: ignore[no-untyped-call]
    return address(rows, number), generate


@intrinsic
def prefetch(context: Any, row: Any, cell: Any) -> Any:
    """Ask for the cache line that holds row[cell] before it is needed; never faults, changes nothing.

    Where members come in any order, almost every event finds its state out of cache; asking a few events ahead
    lets the loads overlap (three times as many events a second over a million members).
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        name = "llvm.prefetch.p0"
        function = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        address = builder.bitcast(builder.gep(arguments[0], [arguments[1]]), byte)
        hints = [number(1), number(3), number(1)]  # to write, keep, data
        builder.call(function, [address, *hints])
        return context.get_dummy_value()

    return types.void(row, cell), generate
