import { ownValue } from '@contentflow/kernel';

/** What was found in a file of another product, in our words; what has no place here stands in `left`. */
export interface Imported {
  readonly providers: readonly ImportedProvider[];
  readonly recipes: readonly ImportedRecipe[];
  readonly left: readonly Left[];
}

/** What is not carried over: where it stands in the file, and why. */
export interface Left {
  readonly what: string;
  readonly why: string;
}

export interface ImportedProvider {
  readonly name: string;
  readonly kind: string;
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly models: readonly (
    string | { readonly name: string; readonly usdPerMillionInput: number; readonly usdPerMillionOutput: number }
  )[];
}

export interface ImportedRecipe {
  readonly contentType: string;
  readonly prompt: {
    readonly instructions: string;
    readonly template?: string;
    readonly examples?: readonly { readonly brief: string; readonly text: string }[];
  };
  readonly steps: readonly { readonly id: string; readonly instruction: string; readonly maxOutputTokens: number }[];
  readonly output: { readonly body: string; readonly schema?: Readonly<Record<string, unknown>> };
  /** Where the file names none, the first model of the configuration stands in. */
  readonly model?: string;
  readonly temperature?: number;
}

/** A file, and those beside it that it names. */
export interface ImportSource {
  /** Without folder and ending. */
  readonly name: string;
  readonly text: string;
  /** @throws where it cannot be read */
  readonly beside: (path: string) => string;
}

/** A prompt as most products have it. */
export interface ForeignPrompt {
  readonly name: string;
  readonly system: string;
  readonly user: string;
  readonly examples?: readonly { readonly brief: string; readonly text: string }[];
  readonly model?: string | undefined;
  readonly temperature?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
}

const BRIEF_FIELDS = ['topic', 'audience', 'tone', 'length', 'keyPoints', 'keywords', 'language', 'reference'];
/** For a text of a page or so. */
const MAX_OUTPUT_TOKENS = 1500;
const VARIABLE = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** One prompt as a recipe: its variables are fields of the brief where they have their names, else of its metadata. */
export function recipeOf(prompt: ForeignPrompt, left: Left[]): ImportedRecipe {
  const { name, system, user, examples = [], model, temperature, maxOutputTokens, schema } = prompt;
  // Instructions are said as they stand: what has variables in it goes into the template.
  const isFilled = new RegExp(VARIABLE.source).test(system);
  const template = [isFilled ? system : '', user].filter((part) => part.trim() !== '').join('\n\n');
  for (const variable of new Set([...template.matchAll(VARIABLE)].map((match) => match[1] as string)))
    if (!BRIEF_FIELDS.includes(variable) && !variable.startsWith('metadata.'))
      left.push({ what: `${name}: {{${variable}}}`, why: `a brief says it as metadata.${plainName(variable)}` });
  const filled = template.replaceAll(VARIABLE, (_, variable: string) => `{{${fieldOf(variable)}}}`);
  return {
    contentType: plainName(name),
    prompt: {
      instructions: isFilled ? '' : system,
      ...(filled !== '' && { template: filled }),
      ...(examples.length > 0 && { examples }),
    },
    steps: [{ id: 'text', instruction: 'Write the text.', maxOutputTokens: maxOutputTokens ?? MAX_OUTPUT_TOKENS }],
    output: { body: 'text', ...(schema && { schema }) },
    ...(model !== undefined && { model }),
    ...(temperature !== undefined && { temperature }),
  };
}

const fieldOf = (variable: string): string =>
  BRIEF_FIELDS.includes(variable) || variable.startsWith('metadata.') ? variable : `metadata.${plainName(variable)}`;

/** `Welcome mail (v2)` → `welcome_mail_v2` */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 64) || 'imported';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field of an object from outside; undefined where it has none. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? ownValue(inner, key) : undefined), value);

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

export const numberAt = (value: unknown, ...path: readonly string[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};

export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** Keys that are not among those that are understood. */
export function leaveOthers(value: Json, understood: readonly string[], where: string, left: Left[]): void {
  for (const [key, said] of Object.entries(value))
    if (!understood.includes(key) && said !== null && said !== undefined)
      left.push({ what: `${where}${key}`, why: 'has no counterpart here' });
}

interface Turn {
  readonly role: string;
  readonly text: string;
}

/** A conversation as a prompt: what the system says, then pairs of question and answer as examples, then the question that is asked. */
export function conversationOf(messages: readonly unknown[]): Pick<ForeignPrompt, 'system' | 'user' | 'examples'> {
  const turns: Turn[] = messages.map((message) => ({
    role: textAt(message, 'role') ?? 'user',
    text: spoken(at(message, 'content')),
  }));
  const isSystem = ({ role }: Turn): boolean => role === 'system' || role === 'developer';
  const said = turns.filter((turn) => !isSystem(turn));
  const examples: { brief: string; text: string }[] = [];
  const open: Turn[] = [];
  for (const turn of said) {
    const asked = open.at(-1);
    if (turn.role === 'assistant' && asked) {
      examples.push({ brief: asked.text, text: turn.text });
      open.pop();
    } else open.push(turn);
  }
  const joined = (of: readonly Turn[]): string => of.map(({ text }) => text).join('\n\n');
  return { system: joined(turns.filter(isSystem)), user: joined(open), examples };
}

/** A text, or the texts among its parts. */
function spoken(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => textAt(part, 'text') ?? '')
    .filter((text) => text !== '')
    .join('\n');
}

/** What a JSON file holds: one thing, a list, a page of a list, or one a line. */
export function itemsIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    const data = at(value, 'data') ?? at(value, 'prompts');
    return Array.isArray(data) ? data : [value];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map((line): unknown => JSON.parse(line));
  }
}
