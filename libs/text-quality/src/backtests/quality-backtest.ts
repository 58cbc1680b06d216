import { ownValue } from '@contentflow/kernel';
import { mean } from '@contentflow/statistics';
import type { Calibration, JudgeIdentity } from '../calibration.ts';
import { type MeasuredBrief, measuresOf, type TextMeasures } from '../measured-brief.ts';
import { measureText } from '../measure-text.ts';
import { judgeOf } from '../calibration.ts';
import type { FileRecord, UnreadableRow } from './unreadable.ts';

export interface QualityRow {
  readonly row: number;
  readonly brief: MeasuredBrief;
  readonly text: string;
}

export interface QualityResult {
  readonly row: number;
  readonly score: number;
  readonly lower: number;
  readonly upper: number;
  readonly measures: TextMeasures;
}

export interface QualitySummary {
  readonly rows: number;
  readonly judge: JudgeIdentity;
  readonly meanScore: number;
  readonly meanMeasures: TextMeasures;
}

/** Reads `{brief: {…}, text}`. A brief without a content type counts as custom; an empty text is a text. */
export function readQualityRow(record: FileRecord, row: number): QualityRow | UnreadableRow {
  const { brief, text } = record;
  if (typeof text !== 'string') return { problem: 'text: is missing' };
  if (typeof brief !== 'object' || brief === null || Array.isArray(brief))
    return { problem: 'brief: is not an object' };
  return briefOf(brief as FileRecord, row, text);
}

export function qualityBacktest(
  rows: readonly QualityRow[],
  calibration?: Calibration,
): { results: QualityResult[]; summary: QualitySummary } {
  const results = rows.map(({ row, brief, text }): QualityResult => {
    const { score, lower, upper, measures } = measureText(brief, text, calibration);
    return { row, score, lower, upper, measures };
  });
  const meanMeasures = measuresOf((name) => mean(results.map(({ measures }) => measures[name])));
  const summary = {
    rows: results.length,
    judge: judgeOf(calibration),
    meanScore: mean(results.map(({ score }) => score)),
    meanMeasures,
  };
  return { results, summary };
}

const textFields = ['contentType', 'topic', 'audience', 'tone', 'language', 'reference'] as const;
const listFields = ['keyPoints', 'keywords'] as const;

function briefOf(fields: FileRecord, row: number, text: string): QualityRow | UnreadableRow {
  for (const field of textFields)
    if (fields[field] != null && typeof fields[field] !== 'string') return { problem: `brief.${field}: is not a text` };
  for (const field of listFields)
    if (fields[field] != null && !isListOfTexts(fields[field]))
      return { problem: `brief.${field}: is not a list of texts` };
  const length = fields['length'];
  if (length != null && !(typeof length === 'number' && length > 0))
    return { problem: 'brief.length: is not a number of words above 0' };
  const given = Object.fromEntries(
    [...textFields, ...listFields, 'length', 'metadata'].map((field) => [field, ownValue(fields, field) ?? undefined]),
  );
  return {
    row,
    text,
    brief: { ...given, contentType: textOr(fields['contentType'], 'custom'), topic: textOr(fields['topic'], '') },
  };
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
