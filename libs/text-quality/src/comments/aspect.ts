/** What of a text a comment is about. */
export type AspectName = 'tone' | 'length' | 'quality' | 'structure' | 'accuracy' | 'relevance' | 'style';
export type Polarity = 'positive' | 'negative';

/** One thing a comment says of a text, and what its writer wants instead (or wants kept). */
export interface CommentAspect {
  readonly aspect: AspectName;
  readonly polarity: Polarity;
  /** A tone (`friendly`), `shorter`, `longer`, `150 words`, `bullets`, `headings`, `paragraphs`, `simpler`, `clearer`, … */
  readonly wanted?: string;
}
