// An axis that turns: forward to the loss, and back over the same steps.

/** The step under a tick (a place between two ticks too): after the turn they count down again. */
export const step_at = ({ turn }, index) => (turn == null || index <= turn ? index : 2 * turn - index);

/** The tick of the same step in the other direction; itself where nothing turns. */
export const twin_of = ({ turn }, index) => (turn == null ? index : 2 * turn - index);

/** The tick of the same step and direction on an axis that turns elsewhere. */
export function same_place({ turn: old }, { turn }, index) {
  if (old == null || turn == null || old === turn) return index;
  if (index === old) return turn;
  const step = Math.min(step_at({ turn: old }, index), turn - 1);
  return index < old ? step : 2 * turn - step;
}

/** Is this tick on the way back? */
export const is_back = ({ turn }, index) => turn != null && index > turn;

/** The number of a tick, as Python counts it. */
export const tick_number = (axis, index) => axis.first + index * axis.stride;

/** What stands under a tick: its step's number, or the loss where the axis turns. */
export const tick_name = (axis, index) => (index === axis.turn ? "L" : String(tick_number(axis, step_at(axis, index))));

/** The same in words, for the read-out and for those who cannot see: "t = 5 of 9, on the way back". */
export function tick_said(axis, index, name, whole) {
  if (axis.turn == null) return `${name} = ${tick_number(axis, index)}` + (whole ? ` of ${tick_number(axis, axis.count - 1)}` : "");
  if (index === axis.turn) return "the loss L";
  const of = whole ? ` of ${axis.first + axis.turn - 1}` : "";
  return `${name} = ${tick_name(axis, index)}${of}, ${is_back(axis, index) ? "on the way back" : "forward"}`;
}
