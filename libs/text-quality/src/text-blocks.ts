/** What one line of a text is for. */
export type BlockKind = 'heading' | 'bullet' | 'paragraph' | 'subject' | 'hashtags';

export interface TextBlock {
  readonly kind: BlockKind;
  /** Without markup. */
  readonly text: string;
  /** A heading that is marked as one, and not only looks like one. */
  readonly isMarked: boolean;
  readonly sentences: readonly string[];
}

const longestHeadingWords = 12;
const bulletMark = /^\s*(?:[-*+•–▪◦✓✔→]|\(?\d{1,2}[.)])\s+/u;
const headingMark = /^\s{0,3}#{1,6}(?:\s+|$)/;
const wholeLineBold = /^\s*(?:\*\*|__)([^*_]+)(?:\*\*|__):?\s*$/;
const subjectMark =
  /^\s*(?:\*\*)?(?:subject(?: line)?|betreff|objet|asunto|oggetto|assunto|onderwerp)(?:\*\*)?\s*:\s*/i;
const onlyHashtags = /^\s*(?:#[\p{L}\p{N}_]+[\s,]*)+$/u;

/** The blocks of a text in order; markdown and plain HTML are understood, empty lines end a block. */
export function blocksOf(text: string): TextBlock[] {
  const lines = withoutHtml(text).split(/\r?\n/);
  const blocks: TextBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '') continue;
    blocks.push(blockOf(line, isBlank(lines[i - 1]), isBlank(lines[i + 1]), lines.length));
  }
  return blocks;
}

function blockOf(line: string, blankBefore: boolean, blankAfter: boolean, lines: number): TextBlock {
  if (onlyHashtags.test(line)) return { kind: 'hashtags', text: line.trim(), isMarked: false, sentences: [] };
  if (headingMark.test(line)) return block('heading', line.replace(headingMark, ''), true);
  const bold = wholeLineBold.exec(line);
  if (bold?.[1] && wordsIn(bold[1]) <= longestHeadingWords) return block('heading', bold[1], true);
  if (subjectMark.test(line)) return block('subject', line.replace(subjectMark, ''));
  if (bulletMark.test(line)) return block('bullet', line.replace(bulletMark, ''));
  if (lines > 2 && blankBefore && blankAfter && looksLikeHeading(line)) return block('heading', line);
  return block('paragraph', line);
}

/** A short line of its own that ends without punctuation and begins with a capital. */
function looksLikeHeading(line: string): boolean {
  return /^\s*[\p{Lu}\d]/u.test(line) && !/[.!?…,;:"”)]\s*$/u.test(line) && wordsIn(line) <= 9;
}

function block(kind: BlockKind, marked: string, isMarked = false): TextBlock {
  const text = withoutEmphasis(marked).trim();
  return { kind, text, isMarked, sentences: kind === 'heading' || kind === 'subject' ? [text] : sentencesOf(text) };
}

const abbreviation =
  /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|approx|No|Inc|Ltd|Jr|Sr|Fig|z\.B|d\.h|bzw|ca|Nr|M|Mme|Sra?|p\.ej|\p{Lu})\.$/u;
const sentenceEnd = /[.!?…。！？]+["'”’»)\]]*(?=\s|$|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;

/** The sentences of one block. What follows a full stop begins a sentence even in lower case, so that the slip is seen. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (match[0] === '.' && abbreviation.test(text.slice(Math.max(start, end - 12), end))) continue;
    const sentence = text.slice(start, end).trim();
    if (sentence !== '') sentences.push(sentence);
    start = end;
  }
  const rest = text.slice(start).trim();
  if (rest !== '') sentences.push(rest);
  return sentences;
}

function withoutEmphasis(text: string): string {
  if (!/[*_`[]/.test(text)) return text;
  return text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|`|(?<![\p{L}\p{N}])[*_]|[*_](?![\p{L}\p{N}]))/gu, '');
}

function withoutHtml(text: string): string {
  if (!/<\/?[a-z][a-z0-9]*[^>]*>/i.test(text)) return text;
  return text
    .replace(/<h[1-6][^>]*>/gi, '\n\n# ')
    .replace(/<li[^>]*>/gi, '\n- ')
    .replace(/<(?:br|p|div|\/p|\/div|\/h[1-6]|\/li|ul|ol|\/ul|\/ol)[^>]*>/gi, '\n')
    .replace(/<\/?[a-z][a-z0-9]*[^>]*>/gi, '');
}

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
const wordsIn = (text: string): number => text.trim().split(/\s+/).length;
