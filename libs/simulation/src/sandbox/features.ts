import type { Brief } from '@contentflow/contracts';
import type { ModelRequest } from '@contentflow/language-models';
import { toneDistance } from '../world/tone.ts';
import { type Features, likesAt } from '../world/world-at.ts';
import type { World, WorldContentType } from '../world/world.ts';
import type { Ask, ReadRequest } from './read-request.ts';

/** What the calls of one content have shown so far. */
export interface Seen {
  readonly candidates: number;
  readonly steps: ReadonlySet<string>;
}

/**
 * The features of a call, from the request itself.
 * @param brief  what the asker has in mind, where it is known: shows what the prompt leaves out
 * @param instructions0  tokens of generation 0's instructions
 */
export function featuresOf(
  world: World,
  contentType: string,
  type: WorldContentType,
  request: Pick<ModelRequest, 'model' | 'temperature'>,
  read: ReadRequest,
  seen: Seen,
  brief: Brief | undefined,
  instructions0: number,
  sinceStartMs: number,
): Features {
  return {
    promptTokensRemovedShare: instructions0 === 0 ? 0 : 1 - read.instructionTokens / instructions0,
    keyFactsMissing: keyFactsMissing(read.ask, brief),
    examples: read.examples,
    candidates: seen.candidates,
    temperature: request.temperature ?? type.generation0.temperature,
    ...styleFeatures(world, contentType, type, read.ask, brief, sinceStartMs),
    model: request.model,
    steps: seen.steps,
  };
}

function keyFactsMissing(ask: Ask, brief: Brief | undefined): number {
  const facts = brief?.keyPoints ?? [];
  if (facts.length === 0) return 0;
  return facts.filter((fact) => !ask.keyPoints.includes(fact)).length / facts.length;
}

/** What was asked against what the brief wants, else the readers, else what generation 0 asks. */
export function styleFeatures(
  world: World,
  contentType: string,
  { generation0 }: WorldContentType,
  ask: Pick<Ask, 'tone' | 'words'>,
  brief: Brief | undefined,
  sinceStartMs: number,
): { toneDistance: number; lengthRatio: number } {
  const likes = likesAt(world, contentType, sinceStartMs);
  const tone = brief?.tone ?? likes.tone ?? generation0.tone;
  const words = brief?.length ?? likes.words ?? generation0.words;
  return {
    toneDistance: toneDistance(ask.tone ?? 'neutral', tone),
    lengthRatio: (ask.words ?? generation0.words) / words,
  };
}
