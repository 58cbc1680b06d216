import type { ModelMessage } from '@contentflow/language-models';
import { boundedMemo } from '@contentflow/kernel';
import { estimatedTokens } from './estimated-tokens.ts';

/** All that the sandbox may know of a call: what its prompt says. */
export interface ReadRequest {
  readonly tokensIn: number;
  readonly instructionTokens: number;
  readonly examples: number;
  /** The step named by the task's heading; `undefined` for a prompt that names none. */
  readonly step: string | undefined;
  /** The brief as the prompt words it: what links the calls of one content. */
  readonly briefText: string;
  readonly ask: ParsedPrompt;
}

/** What the prompt asks for. */
export interface ParsedPrompt {
  readonly contentType: string | undefined;
  readonly topic: string;
  readonly audience: string | undefined;
  readonly tone: string | undefined;
  readonly words: number | undefined;
  readonly structure: string | undefined;
  readonly keyPoints: readonly string[];
  readonly keywords: readonly string[];
}

const EXAMPLE_HEADING = '## Example\n';

export function readRequest(messages: readonly ModelMessage[]): ReadRequest {
  const system = textOf(messages, 'system');
  const user = textOf(messages, 'user');
  const { briefText, step } = partsOf(user);
  return {
    tokensIn: estimatedTokens(system) + estimatedTokens(user),
    ...instructionsOf(system),
    step,
    briefText,
    ask: parsedPromptOf(briefText),
  };
}

export function textOf(messages: readonly ModelMessage[], role: 'system' | 'user'): string {
  const contents = messages.filter((message) => (message.role === 'system') === (role === 'system'));
  return contents.length === 1 ? (contents[0] as ModelMessage).content : contents.map((m) => m.content).join('\n\n');
}

function instructionsOf(system: string): { instructionTokens: number; examples: number } {
  const first = system.indexOf(EXAMPLE_HEADING);
  if (first < 0) return { instructionTokens: estimatedTokens(system), examples: 0 };
  let examples = 0;
  for (let at = first; at >= 0; at = system.indexOf(EXAMPLE_HEADING, at + 1)) examples++;
  return { instructionTokens: estimatedTokens(system.slice(0, first).trimEnd()), examples };
}

function partsOf(user: string): { briefText: string; step: string | undefined } {
  const task = user.lastIndexOf('# Task: ');
  const work = user.indexOf('\n# Work so far\n');
  const end = work >= 0 ? work : task >= 0 ? task : user.length;
  const briefText = user.slice(0, end).trimEnd();
  if (task < 0) return { briefText, step: undefined };
  const lineEnd = user.indexOf('\n', task);
  return { briefText, step: user.slice(task + '# Task: '.length, lineEnd < 0 ? user.length : lineEnd).trim() };
}

/** The calls of one content word their brief the same: read once, kept for a while. */
const parsedPromptOf = boundedMemo(1000, parsePrompt);

function parsePrompt(briefText: string): ParsedPrompt {
  const fields = new Map<string, string>();
  const keyPoints: string[] = [];
  for (const line of briefText.split('\n')) {
    if (line.startsWith('- ')) {
      keyPoints.push(line.slice(2));
      continue;
    }
    const colon = line.indexOf(': ');
    // What comes first is the brief's; a reference that follows cannot overrule it.
    if (colon > 0 && !fields.has(line.slice(0, colon))) fields.set(line.slice(0, colon), line.slice(colon + 2).trim());
  }
  const words = /\d+/.exec(fields.get('Length') ?? '')?.[0];
  return {
    contentType: fields.get('Content type')?.replaceAll(' ', '_'),
    topic: fields.get('Topic') ?? briefText.slice(0, 120),
    audience: fields.get('Audience'),
    tone: fields.get('Tone')?.toLowerCase(),
    words: words === undefined ? undefined : Number(words),
    structure: fields.get('Structure')?.toLowerCase(),
    keyPoints,
    keywords: (fields.get('Keywords') ?? '').split(', ').filter((keyword) => keyword !== ''),
  };
}
