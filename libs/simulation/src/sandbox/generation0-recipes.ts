import { type Recipe, type RecipeChange, recipeSchema } from '@contentflow/contracts';
import { ownValue, seededRandom } from '@contentflow/kernel';
import { MAX_EXAMPLES } from '@contentflow/recipes';
import { composeBody } from '../text/compose-body.ts';
import type { World, WorldContentType } from '../world/world.ts';
import { bodyStepOf, titleStepOf } from './generation0.ts';
import { guidanceFor } from './guidance.ts';

/** Tasks by the usual names of steps; `{kind}` is the content type in words. */
const tasks: Readonly<Record<string, string>> = {
  outline: 'Write an outline for the {kind}: its parts in order, and which key points each part holds.',
  research: 'List what the brief and its reference say about the topic that the {kind} can use.',
  facts: 'List the facts, figures and names that the {kind} may state, and nothing else.',
  draft: 'Write the {kind} in full.',
  body: 'Write the {kind} in full.',
  write: 'Write the {kind} in full.',
  critique: 'Read the draft as a strict editor would and list what is wrong with it.',
  factcheck: 'Check every statement of the draft against the brief and list those that it does not support.',
  polish: 'Go through the text once more and name every word that can be bettered.',
  seo: 'Write a meta description and five search phrases for the {kind}.',
  keywords: 'List the search phrases that the {kind} should contain.',
  headline: 'Write one headline for the {kind}.',
  title: 'Write one title for the {kind}.',
  subject: 'Write one subject line for the {kind}.',
};

/** What each content type of a world is made by before any improvement. */
export const generation0Recipes = (world: World): Recipe[] =>
  Object.entries(world.contentTypes).map(([contentType, type]) => generation0Recipe(contentType, type));

function generation0Recipe(contentType: string, type: WorldContentType): Recipe {
  const { generation0 } = type;
  const kind = contentType.replaceAll('_', ' ');
  const title = titleStepOf(generation0);
  return recipeSchema.parse({
    contentType,
    prompt: {
      instructions: guidanceFor(contentType, generation0.promptTokens),
      examples: Array.from({ length: generation0.examples }, (_, i) => exampleFor(contentType, type, i)),
    },
    steps: generation0.steps.map(({ id, needs, outputTokens }) => ({
      id,
      needs,
      instruction: (ownValue(tasks, id) ?? `Carry out the step "${id}" for the {kind}.`).replaceAll('{kind}', kind),
      maxOutputTokens: Math.min(100_000, 3 * outputTokens + 200),
    })),
    output: { body: bodyStepOf(generation0), ...(title ? { title } : {}) },
    candidates: generation0.candidates,
    model: generation0.model,
    temperature: generation0.temperature,
    style: { tone: generation0.tone, words: generation0.words },
  });
}

const exampleTopics = ['a garden bench of oiled ash', 'a course in bread baking', 'a repair café in the old mill'];

/** As many examples as could be shown instead of those that are, as long as the contents of the type. */
export function otherExamples(world: World, { contentType, prompt }: Recipe): RecipeChange[] {
  const type = ownValue(world.contentTypes, contentType);
  if (!type) return [];
  const { words } = type.generation0;
  return Array.from({ length: MAX_EXAMPLES + 1 }, (_, count) => count)
    .filter((count) => count !== prompt.examples.length)
    .map((count) => ({
      kind: 'set_examples',
      examples: Array.from({ length: count }, (_, i) => exampleFor(contentType, type, i, words)),
    }));
}

function exampleFor(
  contentType: string,
  { generation0 }: WorldContentType,
  index: number,
  words = Math.min(120, generation0.words),
): { brief: string; text: string } {
  const topic = exampleTopics[index % exampleTopics.length] as string;
  const ask = {
    contentType,
    topic,
    audience: 'curious neighbours',
    tone: generation0.tone,
    words: undefined,
    structure: undefined,
    keyPoints: ['made in the region', 'open to everyone'],
    keywords: [],
  };
  const flawless = {
    missingPoints: 0,
    missingKeywords: 0,
    repeated: 0,
    slips: 0,
    offTone: 0,
    invented: 0,
    runOn: 0,
    length: 1,
    isUnstructured: false,
  };
  const random = seededRandom(`example/${contentType}/${index}`);
  return { brief: topic, text: composeBody(contentType, ask, words, flawless, random) };
}
