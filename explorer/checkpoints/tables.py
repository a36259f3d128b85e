"""Sequences from files of numbers: CSV, .npy and .npz, read with bounds and without pickles."""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np

from explorer.shapes import Array

LARGEST = 20_000_000  # bytes, unpacked too
MOST = 100_000  # rows and columns
WANTED = "Wanted a CSV of numbers, a row for each step, or a .npy or .npz with such a table."


def rows(content: bytes) -> Array:
    """Return the table of numbers (steps, inputs) in a file, whatever it is called.

    Raises
    ------
    ValueError
        With one sentence, when there is none.
    """
    if len(content) > LARGEST:
        raise ValueError(f"The file has {len(content) / 1e6:.0f} MB, more than 20. {WANTED}")
    if content.startswith(b"\x93NUMPY"):
        table = array(content)
    elif content.startswith(b"PK"):
        table = first(content)
    else:
        table = written(content)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim == 3 and 1 in table.shape[:2]:
        table = table.reshape(-1, table.shape[2])
    if table.ndim != 2 or 0 in table.shape or max(table.shape) > MOST:
        raise ValueError(f"The table has shape {table.shape}. {WANTED}")
    if not np.isfinite(table).all():
        raise ValueError("The file holds values that are not finite (NaN or Inf).")
    return table


def array(content: bytes) -> Array:
    """Return the array of a .npy file, after a look at the size that it claims."""
    damaged = ValueError(f"The NumPy file is damaged or holds no plain numbers. {WANTED}")
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = reader(file)
    except Exception:  # a damaged header is read as Python, which can fail in any way
        raise damaged from None
    size = dtype.itemsize
    for number in shape:
        size *= number
    if dtype.kind not in "fiub" or size > len(content) or min(shape, default=1) < 0:
        raise damaged
    try:
        return np.load(io.BytesIO(content), allow_pickle=False).astype(np.float64)
    except (ValueError, EOFError, OSError, TypeError):
        raise damaged from None


def first(content: bytes) -> Array:
    """Return the first array of an .npz archive that is a table."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            entries = [e for e in pack.infolist() if e.filename.endswith(".npy")]
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise ValueError(f"The archive would unpack to more than 20 MB. {WANTED}")
            for entry in entries:
                with pack.open(entry) as part:
                    raw = part.read(LARGEST + 1)
                try:
                    table = array(raw)
                except ValueError:
                    continue
                if table.ndim in (1, 2, 3):
                    return table
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        raise ValueError(f"The archive is cut off or damaged. {WANTED}") from None
    except Exception as error:
        if type(error).__name__ == "error":  # zlib says so of a damaged stream
            raise ValueError(f"The archive is cut off or damaged. {WANTED}") from None
        raise
    raise ValueError(f"The archive holds no table of numbers. {WANTED}")


def written(content: bytes) -> Array:
    """Return the table of a CSV; lines with # and one line of headings are passed over."""
    text = content.decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    dialect = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    if lines and dialect not in lines[0]:
        lines = [" ".join(line.split()) for line in lines]
        dialect = " "
    try:
        cells = list(csv.reader(lines[: MOST + 1], delimiter=dialect))
    except csv.Error:
        raise ValueError(f"The file is no table of numbers. {WANTED}") from None
    headed = bool(cells) and not any(map(number, cells[0]))
    try:
        return np.array([[float(cell) for cell in row if cell.strip()] for row in cells[headed:]])
    except ValueError:
        raise ValueError(f"The file is no table of numbers. {WANTED}") from None


def number(cell: str) -> bool:
    """Tell whether a cell of a table is a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
