import { cacheKeySchema, type Lever, type Metric, type Recipe, type RecipeChange } from '@contentflow/contracts';
import { DAY_MS, HOUR_MS } from '@contentflow/kernel';
import { compressInstructions } from './compression.ts';
import type { OfferedModel } from './offered-models.ts';
import { changedLever } from './recipe-change.ts';
import { bodySteps, droppableSteps, hasIndependentSteps } from './workflow.ts';

/** A change that could be put to the test, and what it promises to better. */
export interface Proposal {
  readonly kind: string;
  readonly lever: Lever;
  readonly change: RecipeChange;
  readonly metric: Metric;
}

/** More than that are hardly worth what their tokens cost. */
export const MAX_EXAMPLES = 5;

const COMPRESSIONS = [0.2, 0.35, 0.5];
const TEMPERATURES = [0.3, 1];

/** Everything the optimizers can propose for a recipe. Which of it is worth a try is decided elsewhere. */
export function proposableChanges(recipe: Recipe, models: readonly OfferedModel[]): Proposal[] {
  return [
    ...compressions(recipe),
    ...workflowChanges(recipe),
    ...modelChanges(recipe, models),
    ...TEMPERATURES.filter((temperature) => temperature !== recipe.temperature).map((temperature) =>
      proposal('temperature', { kind: 'set_temperature', temperature }, 'quality'),
    ),
    ...cacheChanges(recipe),
  ];
}

const proposal = (kind: string, change: RecipeChange, metric: Metric): Proposal => ({
  kind,
  lever: changedLever(change),
  change,
  metric,
});

function compressions(recipe: Recipe): Proposal[] {
  const { instructions } = recipe.prompt;
  const texts = COMPRESSIONS.map((share) => compressInstructions(instructions, share));
  return [...new Set(texts)]
    .filter((text) => text.length < 0.95 * instructions.length)
    .map((text) => proposal('prompt_compression', { kind: 'replace_instructions', instructions: text }, 'tokens'));
}

function workflowChanges(recipe: Recipe): Proposal[] {
  const parallel =
    !recipe.parallel && (hasIndependentSteps(recipe) || recipe.candidates > 1)
      ? [proposal('parallel_processing', { kind: 'run_in_parallel', parallel: true }, 'time')]
      : [];
  const fewerSteps = droppableSteps(recipe).map((step) =>
    proposal('step_removal', { kind: 'drop_step', step }, 'cost'),
  );
  const needed = removableSteps(recipe).map((step) => proposal('step_removal', { kind: 'drop_step', step }, 'cost'));
  return [...parallel, ...fewerSteps, ...needed, ...otherCandidates(recipe)];
}

/** The fifth draft brings a quarter of what the second did. */
const MAX_CANDIDATES = 5;

/** One draft more, or any number fewer: the best of what is left is cheaper, and hardly worse where drafts are alike. */
function otherCandidates({ candidates: now }: Recipe): Proposal[] {
  const fewer = Array.from({ length: now - 1 }, (_, index) =>
    proposal('fewer_candidates', { kind: 'set_candidates', candidates: index + 1 }, 'cost'),
  );
  const more = proposal('more_candidates', { kind: 'set_candidates', candidates: now + 1 }, 'quality');
  return now < MAX_CANDIDATES ? [...fewer, more] : fewer;
}

/** Steps that others build on, but could do without: preparation such as an outline. */
const removableSteps = (recipe: Recipe): string[] => {
  const { title, extras = [] } = recipe.output;
  const kept = new Set([...bodySteps(recipe), ...droppableSteps(recipe), ...extras, title]);
  return recipe.steps.map(({ id }) => id).filter((id) => !kept.has(id));
};

/**
 * One model instead of another, which goes on to make what the new one fails to; where they share the traffic, their shares are what is revised. Of a use whoever was asked
 * for is called where the other one fails, whatever its recipe says.
 */
export function modelChanges(recipe: Recipe, models: readonly OfferedModel[]): Proposal[] {
  if (recipe.routing) return [];
  const current = models.find(({ name }) => name === recipe.model);
  return models
    .filter(({ name }) => name !== recipe.model)
    .flatMap((model) => {
      const isCheaper = current !== undefined && priceOf(model) < priceOf(current);
      const metrics: Metric[] = isCheaper ? ['cost'] : ['qualitySpread', 'quality'];
      const change: RecipeChange = {
        kind: 'use_model',
        model: model.name,
        ...(recipe.passedOn ? {} : { fallback: 'former_model' }),
      };
      return metrics.map((metric) => proposal('model_selection', change, metric));
    });
}

/** One number for a price: input weighs as prompts do against replies, about three to one. */
export const priceOf = ({ usdPerMillionInput, usdPerMillionOutput }: OfferedModel): number =>
  (3 * usdPerMillionInput + usdPerMillionOutput) / 4;

/**
 * A unit counts once in an experiment, so that more of its repeats show in the hit rate alone, and not at all where nothing is hit yet; that other
 * units are answered too shows in the cost.
 */
function cacheChanges(recipe: Recipe): Proposal[] {
  return cacheAlternatives(recipe).map((cache) =>
    proposal(
      'cache_strategy',
      { kind: 'set_cache', ...cache },
      answersOtherUnits(recipe.cache, cache) ? 'cost' : 'cacheHits',
    ),
  );
}

const answersOtherUnits = (now: Recipe['cache'], then: Recipe['cache']): boolean =>
  then.strategy !== now.strategy ||
  then.similarity !== now.similarity ||
  (then.key !== now.key && then.key !== 'normalised');

const TIMES_TO_LIVE_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS];

/** How alike two requests must be, strictest first: none looser than even odds. */
export const SIMILARITIES = [0.98, 0.965, 0.95, 0.93, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5];

/** Ways to cache that answer for more than the one in use, each with one thing changed. */
export function cacheAlternatives({ cache }: Recipe): Recipe['cache'][] {
  const { strategy, timeToLiveMs, similarity } = cache;
  const wider: Recipe['cache'][] = strategy === 'semantic' ? [] : [{ ...cache, strategy: 'semantic' }];
  if (strategy === 'off') return wider;
  const widerKeys = KEYS.slice(cache.key ? KEYS.indexOf(cache.key) + 1 : 0);
  return [
    ...wider,
    ...TIMES_TO_LIVE_MS.filter((each) => each > timeToLiveMs).map((each) => ({ ...cache, timeToLiveMs: each })),
    ...widerKeys.map((key) => ({ ...cache, key })),
    ...(strategy === 'semantic' ? SIMILARITIES : [])
      .filter((each) => each < similarity)
      .map((each) => ({ ...cache, similarity: each })),
  ];
}
const KEYS = cacheKeySchema.options;

/** Fewer words cost and take less; whether readers miss them only a try can tell. */
export const shorterTexts = ({ style: { words = 0 } }: Recipe): Proposal[] =>
  LENGTHS.filter((factor) => factor < 1 && words > 0).map((factor) =>
    proposal('shorter_text', { kind: 'set_words', words: Math.round(words * factor) }, 'cost'),
  );

/** Voices that are far apart: what is between them readers ask for. */
const VOICES = ['formal', 'neutral', 'friendly', 'playful'];

/** Another voice, where the recipe names one; what it does for readers only a try can tell. */
export const otherVoices = ({ style: { tone } }: Recipe): Proposal[] =>
  VOICES.filter((voice) => tone !== undefined && voice !== tone).map((voice) =>
    proposal('modify_tone', { kind: 'set_tone', tone: voice }, 'satisfaction'),
  );

const TONES = ['formal', 'friendly', 'professional', 'casual', 'playful', 'enthusiastic', 'persuasive', 'neutral'];
const STRUCTURES = ['bullets', 'paragraphs', 'headings'];
const LENGTHS = [0.6, 0.8, 1.25, 1.5];

/** What readers can bring the feedback learner to propose: another tone, length or structure. */
export function proposableStyles({ style }: Recipe): Proposal[] {
  const words = style.words ?? 0;
  return [
    ...TONES.filter((tone) => tone !== style.tone).map((tone) =>
      proposal('modify_tone', { kind: 'set_tone', tone }, 'satisfaction'),
    ),
    ...STRUCTURES.filter((structure) => structure !== style.structure).map((structure) =>
      proposal('reinforce_structure', { kind: 'set_structure', structure }, 'satisfaction'),
    ),
    ...LENGTHS.map((factor) => Math.round(words * factor))
      .filter((other) => other > 0 && other !== words)
      .map((other) => proposal('modify_length', { kind: 'set_words', words: other }, 'satisfaction')),
  ];
}
