import development from './defect-texts/development.json' with { type: 'json' };
import fresh from './defect-texts/fresh.json' with { type: 'json' };
import last from './defect-texts/last.json' with { type: 'json' };
import heldOut from './defect-texts/held-out.json' with { type: 'json' };
import type { MeasuredBrief, MeasureName } from '../measured-brief.ts';

/** What is wrong with a text, and by which measure it should be seen. */
export const rightMeasure = {
  unsupported_claim: 'groundedness',
  grammar: 'grammar',
  misspelling: 'grammar',
  structure: 'structure',
  tone: 'toneFit',
  repetition: 'repetition',
  missing_key_point: 'keyPointCoverage',
  missing_keyword: 'keywordCoverage',
  too_short: 'lengthFit',
  too_long: 'lengthFit',
  hard_reading: 'readability',
  wrong_language: 'languageFit',
  cut_ending: 'structure',
  placeholder: 'structure',
  fence: 'structure',
  chat_phrase: 'structure',
  thoughts: 'structure',
} as const satisfies Record<string, MeasureName>;

export type DefectKind = keyof typeof rightMeasure;

/** A text as it should be, and the same with one defect. */
export interface DefectPair {
  readonly name: string;
  readonly kind: DefectKind;
  readonly brief: MeasuredBrief;
  readonly clean: string;
  readonly defective: string;
}

interface DefectSource {
  readonly name: string;
  readonly brief: MeasuredBrief;
  readonly text: string;
  readonly defects: readonly DefectEdit[];
}

interface DefectEdit {
  readonly kind: DefectKind;
  readonly find?: string;
  readonly replace?: string;
  readonly everywhere?: boolean;
  readonly before?: string;
  readonly after?: string;
}

const sets = { development, 'held-out': heldOut, fresh, last };

/** The pairs that measures were made with; those that were written with them and opened at the end; and those that were written when the measures were done. */
export function defectPairs(set: keyof typeof sets): DefectPair[] {
  const sources = sets[set].texts as readonly DefectSource[];
  return sources.flatMap(({ name, brief, text, defects }) =>
    defects.map((edit) => ({ name, kind: edit.kind, brief, clean: text, defective: edited(text, edit) })),
  );
}

function edited(text: string, { find, replace = '', everywhere = false, before = '', after = '' }: DefectEdit): string {
  if (find === undefined) return before + text + after;
  return everywhere ? text.replaceAll(find, () => replace) : text.replace(find, () => replace);
}
