import { z } from 'zod';

export const aspectNames = ['tone', 'length', 'quality', 'structure', 'accuracy', 'relevance', 'style'] as const;
/** What of a text a comment is about. */
export type AspectName = (typeof aspectNames)[number];
export type Polarity = 'positive' | 'negative';

/** What else a comment can be about, of which a text has nothing to learn. */
export const otherTargets = ['product', 'delivery', 'service'] as const;
export type OtherTarget = (typeof otherTargets)[number];

/** One thing a comment says of a text, and what its writer wants instead (or wants kept). */
export interface CommentAspect {
  readonly aspect: AspectName;
  readonly polarity: Polarity;
  /** A tone (`friendly`), `shorter`, `longer`, `150 words`, `bullets`, `headings`, `paragraphs`, `simpler`, `clearer`, … */
  readonly wanted?: string;
}

/** What a reader's comment says of a text. */
export interface ReadComment {
  readonly aspects: readonly CommentAspect[];
  /** The sentence that asks for a change, as written. */
  readonly suggestion?: string;
  /** What else it is about. */
  readonly about?: readonly OtherTarget[];
  /** Whether anything of it was understood, if only that it is not about the text. */
  readonly understood: boolean;
}

/** As labels of comments write it: `length- shorter`. */
const label = new RegExp(`^(${aspectNames.join('|')})([+-])(?: +(\\S.*))?$`);

/** What a remark is, as examples say it. */
export interface RemarkLabels {
  readonly aspects: readonly CommentAspect[];
  readonly about: readonly OtherTarget[];
  readonly isCommand: boolean;
}

/**
 * `length- shorter; tone+`, `@product`, `@command`; nothing, or `none`, where a remark says nothing of a text.
 * @throws RangeError naming the label that is none
 */
export function labelsOf(text: string): RemarkLabels {
  const parts = text.split(';').flatMap((part) => part.trim() || []);
  const about = otherTargets.filter((target) => parts.includes(`@${target}`));
  const aspects = parts.flatMap((part): CommentAspect[] => {
    if (part === 'none' || part === '@command' || otherTargets.some((target) => part === `@${target}`)) return [];
    const [, aspect, sign, wanted] = label.exec(part) ?? [];
    if (aspect === undefined)
      throw new RangeError(`"${part}" is no label; write e.g. "length- shorter", "tone+", "@delivery" or "none"`);
    const polarity = sign === '+' ? 'positive' : 'negative';
    return [{ aspect: aspect as AspectName, polarity, ...(wanted === undefined ? {} : { wanted }) }];
  });
  return { aspects, about, isCommand: parts.includes('@command') };
}

export const labelledSide = ({ aspect, polarity }: CommentAspect): string =>
  `${aspect}${polarity === 'positive' ? '+' : '-'}`;

/** Comments by language and by labels. */
export const labelledComments = z.record(z.string(), z.record(z.string(), z.array(z.string().min(1)).min(1)));
