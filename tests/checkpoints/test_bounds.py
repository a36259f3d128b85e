"""A file's claims are checked before anything is copied, and few files are opened at a time."""

import json
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.checkpoints import quarantine, reader_process, safetensors
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.turns import Turns


def file(header, body=b""):
    """Return a safetensors file with this header, whatever it says."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def about(dtype="F32", shape=(2,), offsets=(0, 8)):
    """Return what a header says of one array."""
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"a": about(), "b": about()}, "overlap"),
        ({"a": about(offsets=(4, 12))}, "gap"),
        ({"a": about(), "b": about(offsets=(12, 20))}, "gap"),
        ({"a": about(offsets=(0, 16), shape=(4,))}, "16 bytes, but 8 follow"),
        ({"a": about(shape=(1,), offsets=(0, 4))}, "4 bytes, but 8 follow"),
        ({"a": about(shape=(3,))}, "the array a cannot be true"),
        ({"a": about(offsets=(8, 0))}, "the array a cannot be true"),
        ({"a": about(dtype=["F32"])}, "the array a cannot be true"),
        ({"a": about(dtype={"F32": 1})}, "the array a cannot be true"),
        ({"a": about(shape={})}, "the array a cannot be true"),
        ({"a": about(shape=[0, 50_000_000, 50_000_000], offsets=(0, 0))}, "cannot be true"),
        ({"a": about(shape=[True, 2])}, "the array a cannot be true"),
        ({"a": about(shape=[-1, -2])}, "the array a cannot be true"),
        (b'{"a":{"shape":[1' + b"0" * 5000 + b"]}}", "no JSON"),
        ({"a": about(dtype="F7")}, "type F7"),
        ({"\ud800": about()}, "too long or no text"),
        ({"x" * 500: about()}, "too long or no text"),
        ({"__metadata__": {"a": 1}, "a": about()}, "metadata"),
        (b'{"a":{},"a":{}}', "no JSON"),
        (b'{"a":' * 5000, "no JSON"),
        (b'{"a":NaN}', "no JSON"),
        ([about()], "no JSON object"),
    ],
)
def test_a_header_that_cannot_be_true_ends_in_one_sentence(header, said):
    with pytest.raises(Refused, match=said) as refusal:
        safetensors.read(file(header, b"\0" * 8))
    assert "\n" not in str(refusal.value)
    str(refusal.value).encode()  # it can be shown: no half of a surrogate pair


SIZE = st.one_of(st.integers(-2, 40), st.integers())
ARRAY = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from([*safetensors.DTYPES, "F7", ""]) | st.lists(st.none()),
        "shape": st.lists(SIZE, max_size=4) | st.dictionaries(st.text(max_size=2), SIZE),
        "data_offsets": st.lists(SIZE, min_size=1, max_size=3),
    }
)
NAMES = st.text(max_size=8) | st.sampled_from(["weight_ih_l0", "weight_hh_l0", "__metadata__"])


@given(st.dictionaries(NAMES, ARRAY, max_size=4), st.binary(max_size=64))
def test_whatever_a_header_claims_no_more_is_read_than_the_file_holds(header, body):
    try:
        arrays = safetensors.read(file(header, body))
    except Refused:
        return
    assert sum(a.nbytes for a in arrays.values()) <= 2 * len(body)  # BF16 becomes float32


def test_only_the_wanted_arrays_are_copied():
    content = safetensors.write({"a": np.zeros(3), "b": np.ones(2)})
    assert list(safetensors.read(content, lambda key: key == "b")) == ["b"]


def test_a_layer_number_of_5000_digits_is_no_layer():
    one = about(shape=(1, 2))
    with pytest.raises(Refused):
        safetensors.read(file({f"weight_ih_l{'9' * 5000}": one}, b"\0" * 8))
    arrays = {f"weight_ih_l{'9' * 300}": np.zeros((1, 2))}
    with pytest.raises(Refused, match="no recurrent layer"):
        quarantine_modules(arrays)


def quarantine_modules(arrays):
    """Look for layers in arrays as the page does with those of a file."""
    from explorer.checkpoints.layers import recurrent

    return recurrent(arrays)


def test_a_file_is_read_apart_and_only_what_may_be_needed_comes_back():
    arrays = {
        "rnn.weight_ih_l0": np.zeros((8, 3)),
        "rnn.weight_hh_l0": np.zeros((8, 2)),
        "conv.weight": np.zeros((4, 5, 6)),
        "head.weight": np.zeros((7, 2)),
    }
    found = quarantine.contents(safetensors.write(arrays))
    assert "conv.weight" not in found.arrays
    assert {"rnn.weight_ih_l0", "rnn.weight_hh_l0", "head.weight"} <= set(found.arrays)
    assert found.shapes["conv.weight"] == (4, 5, 6)


def test_a_reader_has_one_gigabyte_and_twenty_seconds():
    assert (reader_process.SECONDS, reader_process.MEMORY) == (20, 1_000_000_000)
    assert quarantine.TURNS.places == 2


def test_at_most_two_files_are_opened_at_a_time_and_in_the_order_of_arrival():
    turns, busy, most, order = Turns(2), 0, 0, []
    lock = threading.Lock()

    def visitor(number):
        nonlocal busy, most
        with turns.taken():
            with lock:
                busy += 1
                most = max(most, busy)
                order.append(number)
            time.sleep(0.02)
            with lock:
                busy -= 1

    threads = [threading.Thread(target=visitor, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
        time.sleep(0.004)
    for thread in threads:
        thread.join(5)
    assert most == 2
    assert order == sorted(order)


def test_who_waits_too_long_is_told_and_leaves_the_line():
    turns = Turns(1, patience=0.05)
    with turns.taken():
        with pytest.raises(Refused, match="Too many files"), turns.taken():
            pass
        turns.patience = 60.0
        with pytest.raises(KeyboardInterrupt), turns.taken(stopped):  # a page that is left
            pass
    with turns.taken():  # the place is free again
        pass


def stopped(ahead):
    """End a wait from outside."""
    raise KeyboardInterrupt
