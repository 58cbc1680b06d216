import type { PromptLesson } from '@contentflow/contracts';
import { hash128, ownValue } from '@contentflow/kernel';
import { textComparison } from '@contentflow/text-quality';
import type { PromptKnowledge, Said, Sample } from './prompt-knowledge.ts';

/** The briefs that screen a prompt never inform it: half of the units, by hash. */
const isHeldOut = (unit: string): boolean => Number.parseInt(hash128(`held out ${unit}`).slice(0, 2), 16) % 2 === 0;

/** What all partitions know of a content type's contents, each unit once, the latest first, told apart by what they may be used for. */
export function samplesOf(
  parts: readonly PromptKnowledge[],
  contentType: string,
): { heldOut: Sample[]; informing: Sample[] } {
  const latest = parts
    .flatMap(({ samples }) => ownValue(samples, contentType) ?? [])
    .sort((a, b) => b.time - a.time || (a.contentId < b.contentId ? -1 : 1));
  const units = new Map<string, Sample>();
  for (const sample of latest) if (!units.has(sample.unit)) units.set(sample.unit, sample);
  const all = [...units.values()];
  return {
    heldOut: all.filter(({ unit }) => isHeldOut(unit)),
    informing: all.filter(({ unit }) => !isHeldOut(unit)),
  };
}

const ratingsOf = (parts: readonly PromptKnowledge[], contentId: string): Said | undefined =>
  parts.map(({ said }) => said.get(contentId)).find((each) => each !== undefined);

const LESSONS = 4;
/** Of a measure in [0, 1]. */
const FLAWED_BELOW = 0.75;

/** The contents that fell shortest, and in what; those that were measured or rated well teach nothing. */
export function lessonsOf(parts: readonly PromptKnowledge[], informing: readonly Sample[]): PromptLesson[] {
  return informing
    .map((sample) => ({ sample, worth: worthOf(parts, sample), flaws: flawsOf(parts, sample) }))
    .filter(({ flaws }) => flaws.length > 0)
    .sort((a, b) => a.worth - b.worth)
    .slice(0, LESSONS)
    .map(({ sample: { contentId }, flaws }) => ({ contentId, flaws }));
}

function flawsOf(parts: readonly PromptKnowledge[], { contentId, measures }: Sample): string[] {
  const measured = Object.entries(measures)
    .filter(([, value]) => value < FLAWED_BELOW)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => ownValue(flawDescriptions, name) ?? name);
  return [...measured, ...(ratingsOf(parts, contentId)?.wishes ?? [])];
}

const flawDescriptions: Readonly<Record<string, string>> = {
  lengthFit: 'not the length asked for',
  keyPointCoverage: 'key points missing',
  keywordCoverage: 'keywords missing',
  toneFit: 'not the tone asked for',
  languageFit: 'not the language asked for',
  grammar: 'errors of grammar',
  readability: 'hard to read',
  structure: 'poorly structured',
  repetition: 'repeats itself',
  groundedness: 'claims what the brief does not say',
};

/** Quality as measured, moved by what readers gave: a star is worth a point. 0–10 and a little beyond. */
function worthOf(parts: readonly PromptKnowledge[], { contentId, quality }: Sample): number {
  const said = ratingsOf(parts, contentId);
  return said ? quality + said.sum / said.ratings - NEUTRAL_RATING : quality;
}
const NEUTRAL_RATING = 3;

/** Of the contents, those among which examples are chosen. */
const BEST_SHARE = 0.25;
const ALIKE = 0.5;

/**
 * Examples from the best contents: those whose briefs are most like all others, one after the other, and unlike each other. None that
 * a reader disliked, and none that may name a person.
 */
export function examplesFrom(
  parts: readonly PromptKnowledge[],
  informing: readonly Sample[],
  most: number,
): { brief: string; text: string }[] {
  const best = informing
    .filter((sample) => isLiked(parts, sample) && !mayNameAPerson(`${sample.brief.topic}\n${sample.body}`))
    .map((sample) => ({ sample, worth: worthOf(parts, sample) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, Math.floor(BEST_SHARE * informing.length))
    .map(({ sample }) => sample);
  const similarity = textComparison();
  const isAlike = (a: Sample, b: Sample): boolean =>
    similarity(a.brief.topic, b.brief.topic) > ALIKE || similarity(a.body, b.body) > ALIKE;
  const chosen: Sample[] = [];
  while (chosen.length < most) {
    const candidates = best.filter((each) => !chosen.some((other) => isAlike(each, other)));
    const next = mostTypical(candidates, informing, chosen, similarity);
    if (!next) break;
    chosen.push(next);
  }
  return chosen.map(({ brief, body }) => ({ brief: brief.topic, text: body }));
}

const isLiked = (parts: readonly PromptKnowledge[], { contentId }: Sample): boolean => {
  const said = ratingsOf(parts, contentId);
  return !said || said.sum / said.ratings > NEUTRAL_RATING;
};

/** Addresses, telephone and other long numbers, and titles that go before a name. */
const mayNameAPerson = (text: string): boolean =>
  /\S+@\S+\.\S+|(?:\d[\s()/.-]?){7,}|\b(mr|mrs|ms|dr|prof)\b/i.test(text);

/** Who adds most to how well the chosen ones stand for all: facility location, one greedy step. */
function mostTypical(
  candidates: readonly Sample[],
  all: readonly Sample[],
  chosen: readonly Sample[],
  similarity: ReturnType<typeof textComparison>,
): Sample | undefined {
  const nearness = (brief: Sample, to: readonly Sample[]): number =>
    Math.max(0, ...to.map(({ brief: { topic } }) => similarity(topic, brief.brief.topic)));
  const before = all.map((brief) => nearness(brief, chosen));
  const gainOf = (candidate: Sample): number =>
    all.reduce((sum, brief, i) => sum + Math.max(0, nearness(brief, [candidate]) - (before[i] as number)), 0);
  return candidates
    .map((candidate) => ({ candidate, gain: gainOf(candidate) }))
    .reduce<{ candidate: Sample; gain: number } | undefined>(
      (most, each) => (most && most.gain >= each.gain ? most : each),
      undefined,
    )?.candidate;
}
