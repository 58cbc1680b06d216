import { notesOnObjects, ownValue } from '@contentflow/kernel';
import type { Brand, Brief, Recipe, Step } from '@contentflow/contracts';
import { brandGuidance } from './brand.ts';
import { filledTemplate } from './prompt-template.ts';
import { fencedReference } from './reference-fence.ts';
import { bodySteps, briefOf, inputsOf } from './workflow.ts';

export interface PromptMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** What a step may be told beside the recipe, the brief and the work so far. */
export interface StepContext {
  readonly brand?: Brand | undefined;
  /** The one section to write, of how many. */
  readonly section?: { readonly text: string; readonly number: number; readonly of: number } | undefined;
  /** JSON Schema of the answer, where one is wanted. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What a model is told for one step: instructions, brand and, where it writes the text, examples as the system's word, then the brief, the work so
 * far and the task. Reference material is fenced.
 * @param outputs what earlier steps wrote, by step id
 */
export function promptFor(
  recipe: Recipe,
  step: Step,
  brief: Brief,
  outputs: Readonly<Record<string, string>>,
  { brand, section, schema }: StepContext = {},
): PromptMessage[] {
  const { instructions, examples, template } = recipe.prompt;
  const asked = briefOf(step, brief);
  const shown = writesBody(recipe, step) ? examples : [];
  const system = [instructions, brand ? brandGuidance(brand) : '', ...shown.map(example), asked.instructions ?? ''];
  const user = [
    template === undefined ? describeBrief(recipe, asked) : filledTemplate(template, withFence(asked)),
    previousOutputs(step, outputs),
    `# Task: ${step.id}\n${step.instruction}`,
    section ? sectionTask(section, asked.length ?? recipe.style.words) : '',
    schema ? schemaTask(schema) : '',
  ];
  return [
    { role: 'system', content: joined(system) },
    { role: 'user', content: joined(user) },
  ];
}

/** Examples are finished texts: whoever outlines or names one learns nothing from them, and would pay for reading them. */
const writesBody = (recipe: Recipe, { id }: Step): boolean =>
  bodySteps(recipe).has(id) || !recipe.steps.some((each) => each.id === id);

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

const sectionTask = ({ text, number, of }: NonNullable<StepContext['section']>, words: number | undefined): string =>
  [
    `Write only this section, number ${number} of ${of}${words === undefined ? '' : `, in about ${Math.max(20, Math.round(words / of))} words`}. The others are written apart: do not introduce, repeat or sum up what is theirs.`,
    text,
  ].join('\n');

const schemaTask = (schema: object): string =>
  `Answer with JSON alone, without a fence around it, that fits this JSON Schema:\n${JSON.stringify(schema)}`;

const example = ({ brief, text }: { brief: string; text: string }): string =>
  `## Example\nBrief: ${brief}\nText: ${text}`;

/** What the brief asks for; where it is silent, the recipe's style speaks. */
export function describeBrief(recipe: Recipe, brief: Brief): string {
  const last = lastDescribed.get(brief);
  if (last?.recipe === recipe) return last.text;
  const text = described(recipe, brief);
  lastDescribed.set(brief, { recipe, text });
  return text;
}

/** The steps of one content word its brief the same. */
const lastDescribed = notesOnObjects<Brief, { readonly recipe: Recipe; readonly text: string }>();

function described(recipe: Recipe, brief: Brief): string {
  const words = brief.length ?? recipe.style.words;
  const lines = [
    ['Content type', brief.contentType.replaceAll('_', ' ')],
    ['Topic', brief.topic],
    ['Audience', brief.audience],
    ['Tone', brief.tone ?? recipe.style.tone],
    ['Length', words === undefined ? undefined : `about ${words} words`],
    ['Structure', recipe.style.structure],
    ['Key points', brief.keyPoints?.map((point) => `\n- ${point}`).join('')],
    ['Keywords', brief.keywords?.join(', ')],
    ['Language', brief.language],
  ];
  const said = lines
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}`);
  return ['# Brief', ...said, ...(brief.reference ? [fencedReference(brief.reference)] : [])].join('\n');
}

const withFence = (brief: Brief): Brief =>
  brief.reference ? { ...brief, reference: fencedReference(brief.reference) } : brief;

function previousOutputs(step: Step, outputs: Readonly<Record<string, string>>): string {
  const done = inputsOf(step)
    .filter((id) => ownValue(outputs, id) !== undefined)
    .map((id) => `## ${id}\n${ownValue(outputs, id)}`);
  return done.length === 0 ? '' : `# Work so far\n${done.join('\n')}`;
}
