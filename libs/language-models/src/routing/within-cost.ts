/** What one prompt costs by the cheapest and by the most expensive model, known or estimated before it is sent. */
export interface TwoCosts {
  readonly cheapest: number;
  readonly mostExpensive: number;
}

/** Of the target, what stays saved: more than rounding could take it past. */
const ROUNDING = 1e-9;

/** Of scores seen lately, so many say which are high. */
const REMEMBERED = 1000;

/**
 * Sends prompts one by one, the most promising to the most expensive model, so that the mean cost never passes the target: what the target
 * leaves over a call to the cheapest is saved up, and a call to the most expensive is made only from what was saved. How high a score must
 * be follows those seen lately, so that prompts unlike the earlier ones neither leave the savings unused nor spend them on the first comers.
 * Only cheapest calls that cost more than the target themselves take the mean above it.
 * @param target  mean cost of a prompt, in the unit of the costs
 * @param seen  scores to start from
 */
export function withinCost(target: number, seen: readonly number[] = []): (score: number, costs: TwoCosts) => boolean {
  const scores = seen.slice(-REMEMBERED);
  let saved = 0;
  return (score, { cheapest, mostExpensive }) => {
    scores.push(score);
    if (scores.length > REMEMBERED) scores.shift();
    saved += target - cheapest;
    const extra = mostExpensive - cheapest;
    const share = extra <= 0 ? 1 : (target - cheapest) / extra;
    const higher = scores.filter((other) => other > score).length;
    const isSent = saved - extra >= ROUNDING * target && higher < share * scores.length;
    if (isSent) saved -= extra;
    return isSent;
  };
}
