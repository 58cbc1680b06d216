import type { Brief } from '@contentflow/contracts';
import type { ModelRequest } from '@contentflow/language-models';
import { toneDistance } from '../world/tone.ts';
import { type Features, likesAt, type Setting } from '../world/world-at.ts';
import type { ParsedPrompt, ReadRequest } from './read-request.ts';

/** What the calls of one content have shown so far. */
export interface Seen {
  readonly candidates: number;
  readonly steps: ReadonlySet<string>;
}

/** One call, as it is asked. */
export interface SandboxCallContext {
  readonly request: Pick<ModelRequest, 'model' | 'temperature'>;
  readonly read: ReadRequest;
  readonly seen: Seen;
  /** What the asker has in mind, where it is known: shows what the prompt leaves out. */
  readonly brief: Brief | undefined;
  /** Tokens of generation 0's instructions. */
  readonly instructions0: number;
}

/** The features of a call, from the request itself. */
export function featuresOf(
  setting: Setting,
  { request, read, seen, brief, instructions0 }: SandboxCallContext,
): Features {
  return {
    promptTokensRemovedShare: instructions0 === 0 ? 0 : 1 - read.instructionTokens / instructions0,
    keyFactsMissing: keyFactsMissing(read.ask, brief),
    examples: read.examples,
    candidates: seen.candidates,
    temperature: request.temperature ?? setting.type.generation0.temperature,
    ...styleFeatures(setting, read.ask, brief),
    model: request.model,
    steps: seen.steps,
  };
}

function keyFactsMissing(ask: ParsedPrompt, brief: Brief | undefined): number {
  const facts = brief?.keyPoints ?? [];
  if (facts.length === 0) return 0;
  return facts.filter((fact) => !ask.keyPoints.includes(fact)).length / facts.length;
}

/** What was asked against what the brief wants, else the readers, else what generation 0 asks. */
function styleFeatures(
  { world, contentType, type: { generation0 }, at }: Setting,
  ask: Pick<ParsedPrompt, 'tone' | 'words'>,
  brief: Brief | undefined,
): Pick<Features, 'toneDistance' | 'lengthRatio'> {
  const likes = likesAt(world, contentType, at);
  const tone = brief?.tone ?? likes.tone ?? generation0.tone;
  const words = brief?.length ?? likes.words ?? generation0.words;
  return {
    toneDistance: toneDistance(ask.tone ?? 'neutral', tone),
    lengthRatio: (ask.words ?? generation0.words) / words,
  };
}
