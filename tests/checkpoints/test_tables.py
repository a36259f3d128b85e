"""Whatever table arrives: numbers, or one sentence; no pickle is opened, memory is bounded."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from explorer.checkpoints.tables import WANTED, rows


def saved(array, how=np.save):
    """Return an array as NumPy writes it."""
    file = io.BytesIO()
    how(file, array)
    return file.getvalue()


def read_or_said(content):
    """Read a table, or make sure that what is said is one sentence for a visitor."""
    try:
        table = rows(content)
    except ValueError as trouble:
        said = str(trouble)
        assert "\n" not in said
        assert len(said) < 300
        return None
    assert table.ndim == 2
    assert np.isfinite(table).all()
    return table


@given(arrays(np.float64, array_shapes(min_dims=1, max_dims=2, max_side=6),
              elements=st.floats(-1e9, 1e9)))  # fmt: skip
@pytest.mark.parametrize("how", [np.save, np.savez, np.savez_compressed])
def test_what_numpy_wrote_is_read_to_the_last_bit(how, table):
    wanted = table[:, None] if table.ndim == 1 else table
    np.testing.assert_array_equal(rows(saved(table, how)), wanted)


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2), min_size=1, max_size=8),
       st.sampled_from([",", ";", " ", ", "]), st.booleans())  # fmt: skip
def test_what_a_spreadsheet_wrote_is_read(table, apart, headed):
    lines = [apart.join(repr(number) for number in row) for row in table]
    text = "\r\n".join(["# by hand", *([apart.join("ab")] if headed else []), *lines, ""])
    np.testing.assert_array_equal(rows(text.encode()), table)


@given(st.binary(max_size=400))
def test_no_bytes_break_it(content):
    read_or_said(content)


@given(st.binary(max_size=200))
@pytest.mark.parametrize("head", [b"\x93NUMPY\x01\x00", b"\x93NUMPY\x03\x00", b"PK\x03\x04"])
def test_no_bytes_behind_a_right_beginning_break_it(head, content):
    read_or_said(head + content)


@given(st.text("0123456789.,;- e\n#ab\"'\0", max_size=200))
def test_no_text_breaks_it(text):
    read_or_said(text.encode())


@given(data=st.data())
@pytest.mark.parametrize("how", [np.save, np.savez, np.savez_compressed])
def test_no_damage_breaks_it(how, data):
    content = bytearray(saved(np.arange(12.0).reshape(4, 3), how))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_said(bytes(content[: data.draw(st.integers(1, len(content)))]))


def bomb():
    """Return a small archive that would unpack to much."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.npy", bytes(200_000_000))
    return file.getvalue()


def claiming(shape):
    """Return an array file that claims to be larger than it is."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + bytes(64)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "table"), (bomb(), "unpack to more"), (bytes(21_000_000), "21 MB"),
        (claiming((10**9, 10**9)), "damaged"), (claiming((-3, 2)), "damaged"),
        (saved(np.array([{"a": 1}], object)), "damaged"),
        (saved(np.array(["a", "b"])), "damaged"),
        (saved(np.array([[1.0, np.nan]])), "not finite"),
        (saved(np.zeros((0, 3))), "shape"), (saved(np.zeros((2, 2, 2))), "shape"),
        (b"a,b\nc,d\n", "no table"), (b"1,2\n3\n", "no table"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said(content, said):
    with pytest.raises(ValueError, match=said) as trouble:
        rows(content)
    assert "\n" not in str(trouble.value)
    assert WANTED[:10] in str(trouble.value) or "finite" in said
