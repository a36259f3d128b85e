"""What pages are made of besides pictures: widgets with domain values, the link, the maths."""

from explorer.controls.backwards import (
    chosen_weight,
    loss_by_hand,
    one_weight,
    owed,
    step_back_by_hand,
)
from explorer.controls.badge import badge, truth
from explorer.controls.delivery import deliver_whole
from explorer.controls.hand import handled
from explorer.controls.hidden import hides, not_in_link, notice
from explorer.controls.link import adopt, keep, opening, remarks
from explorer.controls.live import (
    dragged,
    film_beside,
    held,
    keep_bias,
    push,
    show,
    sizes,
    strength,
    threshold,
    told_turn,
    weight,
    weight_slider,
    window,
)
from explorer.controls.maths import products_by_hand, shared_weights, step_by_hand
from explorer.controls.meters import counted, meter, sized
from explorer.controls.orders import order
from explorer.controls.pin import pin
from explorer.controls.questions import question
from explorer.controls.rest import at_rest
from explorer.controls.take_home import chart
from explorer.controls.text import door, heading, noted, plain, said
from explorer.controls.update import checked, update, what_left
from explorer.controls.watched import resume, watched
from explorer.controls.weights_home import network, networks
from explorer.controls.widgets import (
    among,
    beside,
    choose,
    fitting,
    loss_entries,
    more,
    own,
    presets,
    row,
    sequence,
    widget,
)

__all__ = [
    "adopt",
    "among",
    "at_rest",
    "badge",
    "beside",
    "chart",
    "checked",
    "choose",
    "chosen_weight",
    "counted",
    "deliver_whole",
    "door",
    "dragged",
    "film_beside",
    "fitting",
    "handled",
    "heading",
    "held",
    "hides",
    "keep",
    "keep_bias",
    "loss_by_hand",
    "loss_entries",
    "meter",
    "more",
    "network",
    "networks",
    "not_in_link",
    "noted",
    "notice",
    "one_weight",
    "opening",
    "order",
    "owed",
    "own",
    "pin",
    "plain",
    "presets",
    "products_by_hand",
    "push",
    "question",
    "remarks",
    "resume",
    "row",
    "said",
    "sequence",
    "shared_weights",
    "show",
    "sized",
    "sizes",
    "step_back_by_hand",
    "step_by_hand",
    "strength",
    "threshold",
    "told_turn",
    "truth",
    "update",
    "watched",
    "weight",
    "weight_slider",
    "what_left",
    "widget",
    "window",
]
