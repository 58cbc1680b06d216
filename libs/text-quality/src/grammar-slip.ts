/** One slip of grammar, spelling or punctuation. */
export interface GrammarSlip {
  readonly kind:
    | 'repeated_word'
    | 'article'
    | 'capitalisation'
    | 'end_punctuation'
    | 'spacing'
    | 'confused_word'
    | 'unbalanced'
    | 'misspelling'
    | 'agreement'
    | 'other';
  /** The words it is about. */
  readonly found: string;
  readonly suggestion?: string;
}
