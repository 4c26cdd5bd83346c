"""What Meta-World's fifty tasks ask for: facts about the official environments (Yu et al., 2019), as data."""

from __future__ import annotations

from typing import NamedTuple


class About(NamedTuple):
    """One official task.

    Attributes:
        goal: the goal in plain words, with the official threshold.
        thing: what stands first in the observation.
        turns: whether the observation says how that is turned; elsewhere that part never changes.
        second: what stands second there, where there is something.
        goal_moves: whether the goal position differs between episodes.
    """

    goal: str
    thing: str
    turns: bool = True
    second: str = ""
    goal_moves: bool = True


ABOUT = {
    "assembly": About("Lift the ring by its handle and put it over the peg.", "the ring"),
    "basketball": About("Dunk the ball: bring it to within 8 cm of the place below the hoop.", "the ball"),
    "bin-picking": About("Carry the cube into the other bin.", "the cube", goal_moves=False),
    "box-close": About("Put the lid on the box, to within 8 cm of its place.", "the lid"),
    "button-press": About("Press the button on the front of its box.", "the button", turns=False),
    "button-press-topdown": About("Press the button on top of its box.", "the button", turns=False),
    "button-press-topdown-wall": About(
        "Press the button on top of its box, which stands behind a wall.", "the button", turns=False
    ),
    "button-press-wall": About(
        "Press the button on its box, reaching over a wall.", "the button", turns=False
    ),
    "coffee-button": About("Press the button of the coffee machine.", "the button", turns=False),
    "coffee-pull": About("Pull the mug away from the coffee machine, to within 7 cm of the goal.", "the mug"),
    "coffee-push": About("Push the mug under the coffee machine, to within 7 cm of the goal.", "the mug"),
    "dial-turn": About("Turn the dial by half a turn.", "the point by which the dial is turned", turns=False),
    "disassemble": About("Lift the ring off the peg, above the goal's height.", "the ring"),
    "door-close": About("Push the door shut, its handle to within 8 cm of the goal.", "the door's handle"),
    "door-lock": About("Lock the door by pushing the lock down.", "the lock", turns=False),
    "door-open": About(
        "Pull the door open, its handle to within 8 cm of the goal along x.", "the door's handle"
    ),
    "door-unlock": About("Unlock the door by turning the lock against the clock.", "the lock", turns=False),
    "drawer-close": About("Push the drawer shut.", "the drawer's handle", turns=False),
    "drawer-open": About("Pull the drawer open by its handle.", "the drawer's handle", turns=False),
    "faucet-close": About("Turn the faucet's handle with the clock.", "the faucet's handle", turns=False),
    "faucet-open": About("Turn the faucet's handle against the clock.", "the faucet's handle", turns=False),
    "hammer": About(
        "Take the hammer and drive the nail into the wall.", "the hammer", second="the nail", goal_moves=False
    ),
    "hand-insert": About(
        "Bring the cube into the hole in the table, to within 5 cm of the goal.", "the cube"
    ),
    "handle-press": About("Press the handle down.", "the handle", turns=False),
    "handle-press-side": About("Press the handle down from the side.", "the handle", turns=False),
    "handle-pull": About("Pull the handle up.", "the handle", turns=False),
    "handle-pull-side": About("Pull the handle up from the side.", "the handle", turns=False),
    "lever-pull": About("Pull the lever up until it stands upright.", "the lever"),
    "peg-insert-side": About("Put the peg into the hole in the box's side.", "the peg"),
    "peg-unplug-side": About("Pull the plug out of its socket, to within 7 cm of the goal.", "the plug"),
    "pick-out-of-hole": About("Take the puck out of the hole, to within 7 cm of the goal.", "the puck"),
    "pick-place": About("Take the puck and hold it within 7 cm of the goal in the air.", "the puck"),
    "pick-place-wall": About("Take the puck over the wall, to within 7 cm of the goal.", "the puck"),
    "plate-slide": About("Slide the plate away, into the cabinet.", "the plate", turns=False),
    "plate-slide-back": About("Slide the plate back, out of the cabinet.", "the plate", turns=False),
    "plate-slide-back-side": About("Slide the plate sideways out of the cabinet.", "the plate", turns=False),
    "plate-slide-side": About("Slide the plate sideways into the cabinet.", "the plate", turns=False),
    "push": About("Push the puck to within 5 cm of the goal on the table.", "the puck"),
    "push-back": About("Pull the block back to within 7 cm of the goal.", "the block"),
    "push-wall": About("Push the puck around the wall, to within 7 cm of the goal.", "the puck"),
    "reach": About("Bring the finger tips to within 5 cm of the goal.", "a puck, which plays no part"),
    "reach-wall": About(
        "Bring the finger tips past the wall to within 5 cm of the goal.", "a puck, which plays no part"
    ),
    "shelf-place": About("Take the block and put it on the shelf, to within 7 cm of the goal.", "the block"),
    "soccer": About(
        "Kick the ball into the net, to within 7 cm of the goal (x counts three times).", "the ball"
    ),
    "stick-pull": About(
        "Take the stick and pull the thermos with it to the goal.", "the stick", second="the thermos"
    ),
    "stick-push": About(
        "Take the stick and push the thermos with it to within 12 cm of the goal.",
        "the stick",
        second="the thermos",
    ),
    "sweep": About("Sweep the block off the table, to within 5 cm of the goal.", "the block"),
    "sweep-into": About(
        "Sweep the block into the hole, to within 5 cm of it.", "the block", goal_moves=False
    ),
    "window-close": About("Slide the window shut along x by its handle.", "the window's handle", turns=False),
    "window-open": About("Slide the window open along x by its handle.", "the window's handle", turns=False),
}
