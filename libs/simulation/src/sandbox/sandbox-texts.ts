import type { Random } from '@contentflow/kernel';
import { EDITING_TASK, JUDGING_TASK } from '@contentflow/recipes';
import { composeBody, composeNotes, composeTitle, defectsOf } from '../text/compose-body.ts';
import { composeJson } from '../text/compose-json.ts';
import type { Features } from '../world/world-at.ts';
import type { WorldContentType } from '../world/world.ts';
import { difficultyOf, meanQuality, REVISION } from './behaviour.ts';
import { editInstructions } from './edit-instructions.ts';
import { bodyStepOf, titleStepOf } from './generation0.ts';
import { judgeTexts } from './judge-texts.ts';
import { textOf } from './read-request.ts';
import { featuresNow, featuresWith, type SandboxCall } from './sandbox-call.ts';

/** The answer to what is no step of a workflow; undefined for a step. */
export function taskText({ step, request, contentType, truth, random }: SandboxCall): string | undefined {
  if (step === EDITING_TASK) return editInstructions(textOf(request.messages, 'user'), random);
  if (step === JUDGING_TASK) return judgeTexts(textOf(request.messages, 'user'), contentType, truth, random);
  return undefined;
}

/** What the step of a workflow writes. */
export function stepText(call: SandboxCall): string {
  const { contentType, type, read, step, isBody, random, request } = call;
  if (request.responseSchema)
    return JSON.stringify(composeJson(request.responseSchema, composeNotes(contentType, read.ask, 12, random), random));
  if (isBody || step === REVISION) return bodyText(call);
  if (step === titleStepOf(type.generation0))
    return composeTitle(read.ask, drawnQuality(call, featuresNow(call), call.contentRandom('quality')), random);
  const tokens = type.generation0.steps.find(({ id }) => id === step)?.outputTokens ?? 100;
  return composeNotes(contentType, read.ask, tokens * 0.6, random);
}

function bodyText(call: SandboxCall): string {
  const { contentType, type, truth, read, conversation, random } = call;
  const features = featuresWith(call, withLaterSteps(conversation.steps, type));
  // Drafts of one content share its luck; a revision is another try.
  const luck = call.contentRandom(call.isBody ? 'quality' : `quality/${REVISION}`);
  const quality = drawnQuality(call, features, luck);
  const words = read.ask.words ?? type.generation0.words;
  const defects = defectsOf(quality, call.contentRandom(call.isBody ? 'defects' : `defects/${REVISION}`));
  const body = composeBody(contentType, read.ask, words, defects, random);
  truth.madeBody(body, {
    contentType,
    topic: read.ask.topic,
    quality,
    tone: read.ask.tone,
    words,
    structure: read.ask.structure,
    features,
    stepsMade: conversation.steps,
  });
  return body;
}

function drawnQuality(call: SandboxCall, features: Features, luck: Random): number {
  const { contentType, type, truth, model, read } = call;
  const points = truth.briefOf(contentType, read.ask.topic)?.keyPoints ?? read.ask.keyPoints;
  const difficulty = difficultyOf(type, read.ask.topic, points.length);
  const mean = meanQuality(call, model, difficulty, features);
  return Math.min(10, Math.max(0, mean + model.quality.sd * luck.normal()));
}

/** The steps made so far, and those that generation 0 makes after the body: whether they come cannot be known yet. */
function withLaterSteps(made: ReadonlySet<string>, { generation0 }: WorldContentType): ReadonlySet<string> {
  const body = generation0.steps.findIndex(({ id }) => id === bodyStepOf(generation0));
  const later = generation0.steps.slice(body + 1).map(({ id }) => id);
  return later.every((id) => made.has(id)) ? made : new Set([...made, ...later]);
}
