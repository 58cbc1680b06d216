import type { Brief } from '@contentflow/contracts';
import type { GeneratedBody, Truth } from '../truth/truth.ts';
import { toneDistance } from '../world/tone.ts';
import { effectOn, likesAt } from '../world/world-at.ts';
import type { Likes, World } from '../world/world.ts';

/** What a reader has before him. */
export interface Impression {
  readonly contentType: string;
  /** 0–10, as it is, not as anyone measured it. */
  readonly quality: number;
  readonly tone: string | undefined;
  readonly words: number;
  readonly isListed: boolean;
  readonly structure: string | undefined;
  /** That this is about something else than the brief: a wrong hit of a cache. */
  readonly isMistaken: boolean;
}

/** Of a text that the sandbox did not write nothing is known but its form. */
const UNKNOWN_QUALITY = 7;
const MISTAKEN_LOSS = 4;

export function impressionOf(world: World, truth: Truth, brief: Brief, body: string, sinceStartMs: number): Impression {
  const made = truth.bodyMade(body);
  const isListed = /^- /m.test(body);
  const words = wordsIn(body);
  if (!made)
    return {
      contentType: brief.contentType,
      quality: UNKNOWN_QUALITY,
      tone: brief.tone,
      words,
      isListed,
      structure: undefined,
      isMistaken: false,
    };
  const isMistaken = hasOtherMeaning(truth, brief, made);
  const quality = finalQuality(world, made, sinceStartMs) - (isMistaken ? MISTAKEN_LOSS : 0);
  const { contentType, tone, structure } = made;
  return { contentType, quality: Math.min(10, Math.max(0, quality)), tone, words, isListed, structure, isMistaken };
}

function wordsIn(text: string): number {
  let words = 0;
  let isInside = false;
  for (let i = 0; i < text.length; i++) {
    const isSpace = text.charCodeAt(i) <= 32;
    if (!isSpace && !isInside) words++;
    isInside = !isSpace;
  }
  return words;
}

function hasOtherMeaning(truth: Truth, brief: Brief, made: GeneratedBody): boolean {
  if (brief.topic.trim() === made.topic.trim()) return false;
  const asked = truth.meaningOf(brief.contentType, brief.topic);
  return asked === undefined || asked !== truth.meaningOf(made.contentType, made.topic);
}

/** With the steps that were really made, those after the body included. */
function finalQuality(world: World, made: GeneratedBody, sinceStartMs: number): number {
  const { contentType, features, stepsMade, quality } = made;
  if (sameSteps(features.steps, stepsMade)) return quality;
  const effect = (steps: ReadonlySet<string>): number =>
    effectOn({ world, contentType, at: sinceStartMs }, 'quality', { ...features, steps });
  return quality + effect(stepsMade) - effect(features.steps);
}

const sameSteps = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((step) => b.has(step));

/** How far what was made is from what is liked, each in [0, 1]; 0 where nobody cares. */
export interface Distances {
  readonly tone: number;
  readonly words: number;
  readonly structure: number;
}

export function distancesFrom(likes: Pick<Likes, 'tone' | 'words' | 'structure'>, impression: Impression): Distances {
  return {
    tone: likes.tone === undefined ? 0 : toneDistance(impression.tone ?? 'neutral', likes.tone),
    words: likes.words === undefined ? 0 : Math.min(1, Math.abs(Math.log(impression.words / likes.words))),
    structure: likes.structure === undefined ? 0 : hasStructure(likes.structure, impression) ? 0 : 1,
  };
}

function hasStructure(structure: string, { isListed, structure: asked }: Impression): boolean {
  return structure.includes('bullet') ? isListed : (asked ?? 'paragraphs').includes(structure);
}

/**
 * Stars that readers give in the mean: one and two fifths of the quality, and for each liking half its weight more when met, half less
 * when missed.
 */
export function meanStars(world: World, impression: Impression, brief: Brief, sinceStartMs: number): number {
  const likes = likesFor(world, impression.contentType, brief, sinceStartMs);
  const distances = distancesFrom(likes, impression);
  const { weight } = likes;
  const liking =
    (likes.tone === undefined ? 0 : weight.tone * (0.5 - distances.tone)) +
    (likes.words === undefined ? 0 : weight.words * (0.5 - distances.words)) +
    (likes.structure === undefined ? 0 : weight.structure * (0.5 - distances.structure));
  return 1 + 0.4 * impression.quality + liking;
}

/** What a brief asks for outright is what its readers want. */
export function likesFor(world: World, contentType: string, brief: Brief, sinceStartMs: number): Likes {
  const likes = likesAt(world, contentType, sinceStartMs);
  return {
    ...likes,
    ...(brief.tone === undefined ? {} : { tone: brief.tone }),
    ...(brief.length === undefined ? {} : { words: brief.length }),
  };
}
