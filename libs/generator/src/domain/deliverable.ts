import type { Brand, BrandViolation, Recipe } from '@contentflow/contracts';
import { ownValue, setOwnValue } from '@contentflow/kernel';
import { brandViolations } from '@contentflow/recipes';
import { jsonIn, jsonProblem } from './json-output.ts';

/** What was made may not be delivered, also after it was asked for once more. */
export class OutputRefused extends Error {
  constructor(
    readonly failure: 'invalid_output' | 'banned_terms' | 'content_filter',
    message: string,
  ) {
    super(message);
    this.name = 'OutputRefused';
  }
}

/** What is delivered: text by step, what was wrong with the brand's terms at first, and what still is. */
export interface Deliverable {
  readonly texts: Readonly<Record<string, string>>;
  readonly found: readonly BrandViolation[];
  readonly left: readonly BrandViolation[];
  readonly isRewritten: boolean;
}

/** Asks a step's model to write its text again with what is wrong put right. */
export type Rewrite = (step: string, text: string, task: string) => Promise<string>;

/**
 * The outputs as they may be delivered: what does not fit its schema or breaks the brand's rules is asked for once more, and the
 * better of the two is taken.
 * @throws OutputRefused where it still does not fit; for the brand's rules only where the brand wants that
 */
export async function deliverable(
  recipe: Recipe,
  brand: Brand | undefined,
  outputs: Readonly<Record<string, string>>,
  rewrite: Rewrite,
): Promise<Deliverable> {
  const { body, title, extras = [], schema } = recipe.output;
  const texts: Record<string, string> = {};
  const found: BrandViolation[] = [];
  const left: BrandViolation[] = [];
  let isRewritten = false;
  for (const step of [body, ...(title === undefined ? [] : [title]), ...extras]) {
    const text = ownValue(outputs, step);
    if (text === undefined) continue;
    const check = (candidate: string): Checked => checked(candidate, step === body ? schema : undefined, brand);
    const first = check(text);
    const last = isFlawed(first) ? better(first, check(await rewrite(step, first.text, taskOf(first)))) : first;
    if (last.invalid !== undefined)
      throw new OutputRefused('invalid_output', `step "${step}" does not fit its schema: ${last.invalid}`);
    setOwnValue(texts, step, last.text);
    found.push(...first.violations);
    left.push(...last.violations);
    isRewritten ||= isFlawed(first);
  }
  if (brand?.onViolation === 'fail' && left.length > 0)
    throw new OutputRefused('banned_terms', `breaks the brand's rules: ${left.map(inWords).join('; ')}`);
  return { texts, found, left, isRewritten };
}

interface Checked {
  readonly text: string;
  readonly invalid: string | undefined;
  readonly violations: readonly BrandViolation[];
}

function checked(text: string, schema: Recipe['output']['schema'], brand: Brand | undefined): Checked {
  const plain = schema ? jsonIn(text) : text;
  return {
    text: plain,
    invalid: schema && jsonProblem(schema, plain),
    violations: brand ? brandViolations(brand, plain) : [],
  };
}

const isFlawed = ({ invalid, violations }: Checked): boolean => invalid !== undefined || violations.length > 0;

/** One that fits its schema before one that does not, then the one with fewer violations, then the first. */
function better(first: Checked, second: Checked): Checked {
  if (first.invalid !== undefined) return second;
  return second.invalid === undefined && second.violations.length < first.violations.length ? second : first;
}

const taskOf = ({ invalid, violations }: Checked): string =>
  [
    'Write the whole text anew so that the following is put right; change nothing else.',
    ...(invalid === undefined ? [] : [`- It does not fit what was asked for: ${invalid}`]),
    ...violations.map((violation) => `- ${inWords(violation)}`),
  ].join('\n');

const inWords = ({ rule, found, use }: BrandViolation): string =>
  rule === 'banned' ? `"${found}" must not be used` : `"${found}" must be written "${use}"`;
