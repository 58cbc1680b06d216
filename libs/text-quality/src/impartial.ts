import { scoreOf } from './calibration.ts';
import { type MeasureName, measuresOf, type TextMeasures } from './measured-brief.ts';
import type { MeasuredText } from './measure-text.ts';
import { remainderUnder } from './severe-failures.ts';

/** A text that may be chosen for its score, and what its measures say apart from having been chosen by them. */
export interface Choosable {
  readonly measured: MeasuredText;
  /** Its own measures, where it was not chosen among others before. */
  readonly impartial: TextMeasures;
}

/**
 * What the measures say of a choice by score: each of the text that would have been chosen by all measures but itself. The best score of
 * several is too good by what luck each measure had; what the others choose has no such luck in this one.
 * @param texts  of one brief, by one judge; at least one
 */
export function impartialMeasures(texts: readonly Choosable[]): TextMeasures {
  const means = measuresOf((name) => meanOf(texts, name));
  return measuresOf((name) => chosenWithout(name, texts, means).impartial[name]);
}

/** The score that these measures come to, 0–10, of a text that fails as this one does. */
export const scoreUnder = ({ applicable, failures }: MeasuredText, measures: TextMeasures): number =>
  scoreOf(measures, applicable, remainderUnder(failures), undefined).score;

/** By score, as if all were alike in this measure; the first of equals. */
function chosenWithout(name: MeasureName, texts: readonly Choosable[], means: TextMeasures): Choosable {
  const scores = texts.map(({ measured }) => scoreUnder(measured, { ...measured.measures, [name]: means[name] }));
  return texts[scores.indexOf(Math.max(...scores))] as Choosable;
}

const meanOf = (texts: readonly Choosable[], name: MeasureName): number =>
  texts.reduce((sum, { measured }) => sum + measured.measures[name], 0) / texts.length;
