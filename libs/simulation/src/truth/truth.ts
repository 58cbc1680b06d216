import type { Brief } from '@contentflow/contracts';
import { hash128 } from '@contentflow/kernel';
import { LRUCache } from 'lru-cache';
import type { Features } from '../world/world-at.ts';

/** What the sandbox knows of a body it wrote, and readers will feel. */
export interface GeneratedBody {
  readonly contentType: string;
  /** What the text was made for, by the brief's topic. */
  readonly topic: string;
  /** 0–10, without the effects of steps that came after the body. */
  readonly quality: number;
  readonly tone: string | undefined;
  readonly words: number;
  readonly structure: string | undefined;
  readonly features: Features;
  /** Grows with the calls that follow the body. */
  readonly stepsMade: ReadonlySet<string>;
}

/**
 * What is known inside the simulation and nowhere else: the briefs that were given, and how good each body really is. The host hands it
 * to the sandbox, to the traffic and to the readers; a deciding service never holds it.
 */
export interface Truth {
  /** The readers' idea of a brief: paraphrases share a meaning, look-alikes do not. */
  expect(brief: Brief, meaning?: string): void;
  briefOf(contentType: string, topic: string): Brief | undefined;
  meaningOf(contentType: string, topic: string): string | undefined;
  madeBody(body: string, made: GeneratedBody): void;
  bodyMade(body: string): GeneratedBody | undefined;
}

/** Counted, not sized: an LRU cache takes room for all of `max` when it is made. */
const one = (): number => 1;

/** Bodies may be served from a cache for a day; briefs are asked for again within hours. */
const MAX_BODIES = 400_000;
const MAX_BRIEFS = 50_000;

export function createTruth(): Truth {
  const briefs = new LRUCache<string, { brief: Brief; meaning: string }>({
    maxSize: MAX_BRIEFS,
    sizeCalculation: one,
  });
  const bodies = new LRUCache<string, GeneratedBody>({ maxSize: MAX_BODIES, sizeCalculation: one });
  const keyOf = (contentType: string, topic: string): string => `${contentType}/${topic.trim()}`;

  return {
    expect: (brief, meaning = brief.topic) =>
      void briefs.set(keyOf(brief.contentType, brief.topic), { brief, meaning }),
    briefOf: (contentType, topic) => briefs.get(keyOf(contentType, topic))?.brief,
    meaningOf: (contentType, topic) => briefs.get(keyOf(contentType, topic))?.meaning,
    madeBody: (body, made) => void bodies.set(hash128(body.trim()), made),
    bodyMade: (body) => bodies.get(hash128(body.trim())),
  };
}
