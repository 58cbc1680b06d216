import type { Brief } from '@contentflow/contracts';
import type { Random } from '@contentflow/kernel';
import type { World, WorldContentType } from '../world/world.ts';
import { adjectives, audiences, keywordStock, places, qualifiers, subjectOf } from './brief-stock.ts';

/** A brief as a person would send it, and what it means: paraphrases share a meaning. */
export interface SimulatedBrief {
  readonly brief: Brief;
  readonly meaning: string;
}

interface Idea {
  readonly contentType: string;
  readonly adjective: string;
  readonly thing: string;
  readonly qualifier: number;
  readonly side: 0 | 1;
  readonly place: string;
  readonly serial: number;
  readonly rest: Omit<Brief, 'contentType' | 'topic'>;
}

const LENGTH_REQUESTED_SHARE = 0.25;
const TONE_REQUESTED_SHARE = 0.1;
const REMEMBERED = 400;
const usualTones = ['formal', 'neutral', 'friendly', 'playful'];

/** Makes the briefs of a day: new ones, repeats, paraphrases, and look-alikes that mean something else. */
export class BriefMaker {
  readonly #world: World;
  readonly #types: readonly (readonly [string, WorldContentType])[];
  readonly #recent: { idea: Idea; made: SimulatedBrief }[] = [];
  #serial = 0;

  constructor(world: World) {
    this.#world = world;
    this.#types = Object.entries(world.contentTypes).filter(([, type]) => type.share > 0);
  }

  next(random: Random): SimulatedBrief {
    const { repeatShare, paraphraseShare, nearMissShare } = this.#world.traffic;
    const earlier = this.#recent.length === 0 ? undefined : random.pick(this.#recent);
    const draw = random.next();
    if (earlier && draw < repeatShare) return earlier.made;
    if (earlier && draw < repeatShare + paraphraseShare) return worded(earlier.idea, 1 + random.below(PHRASINGS - 1));
    if (earlier && draw < repeatShare + paraphraseShare + nearMissShare)
      return this.#remembered(lookAlike(earlier.idea));
    return this.#remembered(this.#newIdea(random));
  }

  #remembered(idea: Idea): SimulatedBrief {
    const made = worded(idea, 0);
    if (this.#recent.length < REMEMBERED) this.#recent.push({ idea, made });
    else this.#recent[idea.serial % REMEMBERED] = { idea, made };
    return made;
  }

  #newIdea(random: Random): Idea {
    const [contentType, type] = this.#typeDrawn(random);
    return {
      contentType,
      adjective: random.pick(adjectives),
      thing: random.pick(subjectOf(contentType).things),
      qualifier: random.below(qualifiers.length),
      side: random.below(2) as 0 | 1,
      place: random.pick(places),
      serial: this.#serial++,
      rest: restOf(contentType, type, random),
    };
  }

  #typeDrawn(random: Random): readonly [string, WorldContentType] {
    const total = this.#types.reduce((sum, [, { share }]) => sum + share, 0);
    let left = random.next() * total;
    for (const entry of this.#types) {
      left -= entry[1].share;
      if (left < 0) return entry;
    }
    return this.#types.at(-1) as readonly [string, WorldContentType];
  }
}

function restOf(contentType: string, type: WorldContentType, random: Random): Idea['rest'] {
  const { min, max } = type.keyPoints;
  const points = Math.min(50, min + random.below(Math.max(min, max) - min + 1));
  const isLengthAsked = random.next() < LENGTH_REQUESTED_SHARE;
  const isToneAsked = random.next() < TONE_REQUESTED_SHARE;
  const length = Math.max(4, Math.round(type.generation0.words * random.logNormal(1, 0.25)));
  return {
    audience: random.pick(audiences),
    ...(isToneAsked ? { tone: random.pick(usualTones) } : {}),
    ...(isLengthAsked ? { length } : {}),
    ...(points > 0 ? { keyPoints: pointsDrawn(contentType, points, random) } : {}),
    keywords: random.shuffled(keywordStock).slice(0, random.below(3)),
    language: 'en',
  };
}

/** A stock that is walked through twice tells its points apart by their figures. */
function pointsDrawn(contentType: string, count: number, random: Random): string[] {
  const stock = random.shuffled(subjectOf(contentType).points);
  return Array.from({ length: count }, (_, i) => {
    const point = (stock[i % stock.length] as string).replace('{n}', String(11 + random.below(80)));
    return i < stock.length ? point : `${point}, part ${Math.floor(i / stock.length) + 1}`;
  });
}

const PHRASINGS = 3;

/** The brief in one of several wordings. The number tells apart what is offered more than once. */
function worded(idea: Idea, phrasing: number): SimulatedBrief {
  const { contentType, adjective, thing, place, rest } = idea;
  const qualifier = qualifiers[idea.qualifier]?.[idea.side] ?? '';
  const name = `No. ${idea.serial}`;
  const topic = [
    `${adjective} ${thing} ${qualifier} from ${place}, ${name}`,
    `${thing} ${name} from ${place}, ${adjective}, ${qualifier}`,
    `the ${adjective} ${thing} ${qualifier}, ${name}, made in ${place}`,
  ][phrasing] as string;
  return { brief: { contentType, topic, ...rest }, meaning: `${idea.serial}/${idea.side}` };
}

/** The same but for one word that changes the meaning. */
const lookAlike = (idea: Idea): Idea => ({ ...idea, side: idea.side === 0 ? 1 : 0 });
