import { ownValue } from '@contentflow/kernel';
import type { Lint, LintKind, LocalLinter } from 'harper.js';
import type { GrammarSlip } from './grammar-slip.ts';

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

/** Finds misspellings no more in a heading in sentence case, which it takes for one in title case (harper.js 2.10). */
const withoutRules = { UseTitleCase: false } as const;

export type EnglishDialect = 'American' | 'British' | 'Australian' | 'Canadian' | 'Indian';

interface Linter {
  readonly linter: LocalLinter;
  readonly useDialect: (dialect: EnglishDialect) => Promise<void>;
}

let linter: Promise<Linter> | undefined;
/** One text after the other: the dialect is the linter's, not the text's. */
let last: Promise<unknown> = Promise.resolve();

/** The dialect of a BCP 47 tag; American where it names no other. */
export function dialectOf(tag: string | undefined): EnglishDialect {
  const region = tag?.trim().toUpperCase().split(/[-_]/)[1] ?? '';
  return dialects.get(region) ?? 'American';
}

const dialects: ReadonlyMap<string, EnglishDialect> = new Map([
  ['GB', 'British'],
  ['UK', 'British'],
  ['IE', 'British'],
  ['ZA', 'British'],
  ['AU', 'Australian'],
  ['NZ', 'Australian'],
  ['CA', 'Canadian'],
  ['IN', 'Indian'],
]);

/**
 * The slips that harper.js (Automattic, Apache-2.0) finds in an English text: 2–5 ms a sentence and some 350 MB once, so for
 * real content alone, where a call to a model takes seconds anyway. Loaded at first use.
 * @param knownWords  names and terms of the brief, in any case; not misspelt whatever a dictionary says
 */
export function checkGrammar(
  text: string,
  knownWords: readonly string[] = [],
  dialect: EnglishDialect = 'American',
): Promise<GrammarSlip[]> {
  const known = new Set(knownWords.map((word) => word.toLowerCase()));
  const checked = last.then(async () => {
    linter ??= loadLinter();
    const loaded = await linter;
    await loaded.useDialect(dialect);
    const lints = await loaded.linter.lint(text, { language: 'markdown' });
    return lints.flatMap((lint) => slipOf(lint, known));
  });
  last = checked.catch(() => undefined);
  return checked;
}

async function loadLinter(): Promise<Linter> {
  const [harper, { binary }] = await Promise.all([import('harper.js'), import('harper.js/binary')]);
  const loaded = new harper.LocalLinter({ binary });
  await loaded.setup();
  const config = { ...(await loaded.getDefaultLintConfig()), ...withoutRules };
  let current: EnglishDialect | undefined;
  return {
    linter: loaded,
    async useDialect(dialect) {
      if (dialect === current) return;
      await loaded.setDialect(harper.Dialect[dialect]);
      await loaded.setLintConfig(config);
      current = dialect;
    },
  };
}

function slipOf(lint: Lint, known: ReadonlySet<string>): GrammarSlip[] {
  const kind = ownValue(kinds, lint.lint_kind() as LintKind);
  const found = lint.get_problem_text();
  if (kind === undefined || (kind === 'misspelling' && known.has(found.toLowerCase()))) return [];
  const suggestion = lint.suggestion_count() > 0 ? lint.suggestions()[0]?.get_replacement_text() : undefined;
  return [{ kind, found, ...(suggestion ? { suggestion } : {}) }];
}
