import { judgeOf, rulesVersion, scoreOf, type Calibration, type JudgeIdentity } from './calibration.ts';
import { checkGrammar, dialectOf } from './deep-grammar.ts';
import type { GrammarSlip } from './grammar-slip.ts';
import { measureNames, type MeasuredBrief, type MeasureName, measuresOf, type TextMeasures } from './measured-brief.ts';
import { grammarMeasure, slipsOf } from './measures/grammar-measure.ts';
import { groundedness } from './measures/groundedness.ts';
import { keyPointCoverage } from './measures/key-point-coverage.ts';
import { keywordCoverage } from './measures/keyword-coverage.ts';
import { languageFit } from './measures/language-fit.ts';
import { lengthFit } from './measures/length-fit.ts';
import { readability } from './measures/readability.ts';
import { repetition } from './measures/repetition.ts';
import { structure } from './measures/structure.ts';
import { withoutClashes } from './measures/tone-clash.ts';
import { toneFit, voiceOf } from './measures/tone-fit.ts';
import { remainderUnder, severeFailures, type SevereFailure } from './severe-failures.ts';
import { briefFactsOf, textFactsOf, voiceTotalsOf, type BriefFacts, type TextFacts } from './text-facts.ts';

/** What a text is worth under its brief, by one judge. */
export interface MeasuredText {
  /** 0–10. */
  readonly score: number;
  /** The 90 % interval of a person's verdict, in 0–10. */
  readonly lower: number;
  readonly upper: number;
  readonly measures: TextMeasures;
  /** The measures that the brief asked for; the others are 1 and move no score. */
  readonly applicable: readonly MeasureName[];
  readonly failures: readonly SevereFailure[];
  readonly judge: JudgeIdentity;
}

/**
 * Measures a text against its brief. The score is ten times the weighted mean of the applicable measures, or what a calibration
 * makes of them, less up to 30 % for the weakest one, multiplied by what severe failures leave. Depends on its arguments alone.
 * @param calibration  learned from ratings; without one the prior weights
 */
export function measureText(brief: MeasuredBrief, text: string, calibration?: Calibration): MeasuredText {
  const requested = briefFactsOf(brief);
  const facts = textFactsOf(text, requested.language);
  const slips = slipsOf(facts, brief.contentType, requested);
  return measured({ brief, requested, facts, slips, judge: judgeOf(calibration), calibration });
}

/** The judge of `measureTextDeeply`, before calibration. */
const deepRules = `${rulesVersion}+harper`;

/**
 * The same, with the grammar of English texts checked by harper.js: slower, and another judge, as its scores are lower. Other
 * languages get the rules, and the rules' judge.
 * @param calibration  one learned from scores of this very judge
 */
export async function measureTextDeeply(
  brief: MeasuredBrief,
  text: string,
  calibration?: Calibration,
): Promise<MeasuredText> {
  const requested = briefFactsOf(brief);
  if (requested.language !== 'en') return measureText(brief, text, calibration);
  const facts = textFactsOf(text, requested.language);
  const known = requested.sources.flatMap((source) => [...source.words]);
  const slips = await checkGrammar(text, known, dialectOf(brief.language));
  const judge = calibration ? `${calibration.judge}+harper` : deepRules;
  return measured({ brief, requested, facts, slips, judge, calibration });
}

/** All that the measures of a text stand on. */
interface Observed {
  readonly brief: MeasuredBrief;
  readonly requested: BriefFacts;
  readonly facts: TextFacts;
  readonly slips: readonly GrammarSlip[];
  readonly judge: JudgeIdentity;
  readonly calibration: Calibration | undefined;
}

function measured({ brief, requested, facts, slips, judge, calibration }: Observed): MeasuredText {
  if (facts.wordCount === 0) return emptyText(brief, judge);
  const fitsLanguage = languageFit(brief, facts);
  const failures = severeFailures(facts, brief.contentType, fitsLanguage);
  const measures: TextMeasures = {
    lengthFit: lengthFit(facts.wordCount, brief.length, brief.contentType),
    keyPointCoverage: keyPointCoverage(requested.keyPoints, facts),
    keywordCoverage: keywordCoverage(requested.keywords, facts),
    toneFit:
      toneFit(brief.tone, voiceOf(voiceTotalsOf(facts.sentences))) *
      withoutClashes(brief.tone, facts.sentences, isPublic(brief.contentType)),
    languageFit: fitsLanguage,
    grammar: grammarMeasure(slips.length, facts.wordCount),
    readability: readability(facts.prose, brief.contentType, brief.audience, requested.language),
    structure: structure(facts, brief.contentType, failures),
    repetition: repetition(facts.prose),
    groundedness: groundedness(requested, facts),
  };
  const applicable = applicableMeasures(brief);
  const score = scoreOf(measures, applicable, remainderUnder(failures), calibration);
  return { ...score, measures, applicable, failures, judge };
}

/** Ads, posts and headlines are loud by trade. */
const isPublic = (contentType: string): boolean => ['ad_copy', 'social_post', 'headline'].includes(contentType);

/** An empty text has no merits: nothing in it is right. */
function emptyText(brief: MeasuredBrief, judge: JudgeIdentity): MeasuredText {
  const measures = measuresOf(() => 0);
  return { score: 0, lower: 0, upper: 0, measures, applicable: applicableMeasures(brief), failures: ['empty'], judge };
}

function applicableMeasures(brief: MeasuredBrief): readonly MeasureName[] {
  const unasked = new Set<MeasureName>();
  if (!brief.keyPoints?.some((point) => point.trim() !== '')) unasked.add('keyPointCoverage');
  if (!brief.keywords?.some((word) => word.trim() !== '')) unasked.add('keywordCoverage');
  if (!brief.tone?.trim()) unasked.add('toneFit');
  return unasked.size === 0 ? measureNames : measureNames.filter((name) => !unasked.has(name));
}
