import { ownValue } from '@contentflow/kernel';
import type { Lint, LintKind, LocalLinter } from 'harper.js';
import type { GrammarSlip } from './grammar.ts';

/** What harper finds and readers would call a mistake; matters of taste are left out. */
const kinds: Readonly<Partial<Record<LintKind, GrammarSlip['kind']>>> = {
  Agreement: 'agreement',
  BoundaryError: 'spacing',
  Capitalization: 'capitalisation',
  Eggcorn: 'confused_word',
  Grammar: 'other',
  Malapropism: 'confused_word',
  Nonstandard: 'other',
  Punctuation: 'other',
  Repetition: 'repeated_word',
  Spelling: 'misspelling',
  Typo: 'misspelling',
  Usage: 'confused_word',
  WordOrder: 'other',
};

let linter: Promise<LocalLinter> | undefined;

/**
 * The slips that harper.js (Automattic, Apache-2.0) finds in an English text: 2–5 ms a sentence and some 350 MB once, so for
 * real content alone, where a call to a model takes seconds anyway. Loaded at first use.
 * @param knownWords  names and terms of the brief, in any case; not misspelt whatever a dictionary says
 */
export async function checkGrammar(text: string, knownWords: readonly string[] = []): Promise<GrammarSlip[]> {
  linter ??= loadLinter();
  const known = new Set(knownWords.map((word) => word.toLowerCase()));
  const lints = await (await linter).lint(text, { language: 'markdown' });
  return lints.flatMap((lint) => slipOf(lint, known));
}

async function loadLinter(): Promise<LocalLinter> {
  const [harper, { binary }] = await Promise.all([import('harper.js'), import('harper.js/binary')]);
  const loaded = new harper.LocalLinter({ binary });
  await loaded.setup();
  return loaded;
}

function slipOf(lint: Lint, known: ReadonlySet<string>): GrammarSlip[] {
  const kind = ownValue(kinds, lint.lint_kind() as LintKind);
  const found = lint.get_problem_text();
  if (kind === undefined || (kind === 'misspelling' && known.has(found.toLowerCase()))) return [];
  const suggestion = lint.suggestion_count() > 0 ? lint.suggestions()[0]?.get_replacement_text() : undefined;
  return [{ kind, found, ...(suggestion ? { suggestion } : {}) }];
}
