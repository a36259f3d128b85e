"""Pictures in a reel: packed as they are, and mistakes named."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.film import Axis, Gallery, Heat, Picture, Reel, pack, unpack

STATE = Heat("x", "state", "x", np.sign(np.sin(np.arange(36.0).reshape(4, 9) + 0.3)), tall=0)
MATCH = Heat("m", "match", "m", np.zeros((4, 2)), limit=1.0)
PICTURE = Picture("x", "the state", 3, hand=True, marks=(-1, 0, 1, 8), notes=tuple("abcd"))
GALLERY = Gallery("m", "stored", np.ones((2, 9)), 3, ("A", "B"), (None, ("#000000", "#ffffff")))
REEL = Reel(axis=Axis(4), panels=(STATE, MATCH), pictures=(PICTURE, GALLERY))


def test_pictures_come_back():
    header, arrays = unpack(pack(REEL))
    picture, gallery = header["pictures"]
    assert (picture["kind"], picture["of"], picture["wide"], picture["hand"]) == (
        "picture", "x", 3, True,
    )  # fmt: skip
    assert picture["marks"] == [-1, 0, 1, 8]
    assert gallery["names"] == ["A", "B"]
    np.testing.assert_array_equal(arrays[gallery["blob"]], np.ones((2, 9)))


def test_an_empty_gallery_needs_no_panel():
    bare = Gallery("nothing", "stored", np.empty((0, 9)), 3, (), (), empty="nothing yet")
    header, _ = unpack(pack(replace(REEL, pictures=(bare,))))
    assert header["pictures"][0]["empty"] == "nothing yet"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PICTURE, of="y"),
        replace(PICTURE, wide=2),
        replace(PICTURE, wide=0),
        replace(PICTURE, marks=(1,)),
        replace(PICTURE, notes=("a",)),
        replace(GALLERY, names=("A",)),
        replace(GALLERY, images=np.ones(9)),
        replace(GALLERY, of="x"),
        replace(GALLERY, inks=(None,)),
    ],
)
def test_mistakes_are_named(wrong):
    with pytest.raises(ValueError, match=r"wanted .*, got .*; .*\."):
        pack(replace(REEL, pictures=(wrong,)))
