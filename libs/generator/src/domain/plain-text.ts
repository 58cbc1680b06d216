/** What a model put around its text that is none of it. */
export const wrappings = ['thoughts', 'channels', 'tokens', 'preamble', 'fence'] as const;
export type Wrapping = (typeof wrappings)[number];

export interface PlainText {
  readonly text: string;
  /** What was taken off. */
  readonly unwrapped: readonly Wrapping[];
}

/**
 * A model's text without its thoughts, the marks of its chat format, a greeting before it, an offer behind it, and a Markdown fence around all
 * of it.
 * A text that has none of these is returned to the letter; one that is nothing else is empty.
 */
export function plainText(raw: string): PlainText {
  const unwrapped: Wrapping[] = [];
  const unwrap = (wrapped: string): string =>
    STEPS.reduce((before, [kind, step]) => {
      const after = step(before);
      if (after !== before && !unwrapped.includes(kind)) unwrapped.push(kind);
      return after;
    }, wrapped);
  const once = unwrap(raw);
  // What a fence was around may be wrapped itself.
  const text = unwrapped.includes('fence') ? unwrap(once) : once;
  return { text: unwrapped.length > 0 ? text.trim() : raw, unwrapped };
}

/** So much of a beginning tells whether something is wrapped around the text. */
const WRAPPING_CHARACTERS = 24;
/** The end of a text may be the beginning of a mark. */
const TRAILING_MARK = /(\s*[<`◁][^\s<`◁]{0,30}`*|\s+)$/;

/** As much of a text that is still being written as will stand in the end, whatever comes. */
export function stablePrefix(written: string): string {
  const beginning = written.trimStart();
  if (
    beginning.length < WRAPPING_CHARACTERS ||
    /^([<`~[◁]|&lt;|analysis\S|(\*\*|#+ )?(thinking|thought|reasoning))/i.test(beginning)
  )
    return '';
  if (mayGreet(beginning)) return '';
  const { text, unwrapped } = plainText(written);
  return unwrapped.length > 0 ? '' : beforeFarewell(text.trimEnd()).replace(TRAILING_MARK, '');
}

/** The last paragraph may be one, as long as it says nothing else. */
function beforeFarewell(text: string): string {
  const at = /\n\s*\n(?!\s*\n)(?=[^\n]*$)/.exec(text);
  if (!at) return text;
  const last = text.slice(at.index).trimStart();
  const mayOffer = last.length < WRAPPING_CHARACTERS || OFFER_BEGINS.test(last);
  return mayOffer ? text.slice(0, at.index).replace(/\n\s*(-{3,}|\*{3,})\s*$/, '') : text;
}

const THOUGHT =
  '(?:\\w+[:_])?(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)|antthinking|inner_monologue|analysis|thought_process|cot';
/** What begins thoughts, and what ends them: of most models, of Mistral's, Kimi's, OpenThinker's, Gemma's and Cohere's. */
const MARKS = new RegExp(
  `(?<open><(?:${THOUGHT})\\b[^>]*>|&lt;(?:${THOUGHT})&gt;|\\[(?:THINK|REASONING)\\]|<unused94>thought|◁think▷|<\\|begin_of_thought\\|>|<\\|channel>\\s*thought|<\\|START_THINKING\\|>)|` +
    `(?<close></(?:${THOUGHT})\\s*>|&lt;/(?:${THOUGHT})&gt;|\\[/(?:THINK|REASONING)\\]|<unused95>|◁/think▷|<\\|end_of_thought\\|>|<channel\\|>|<\\|END_THINKING\\|>)`,
  'gi',
);

interface Mark {
  readonly isOpening: boolean;
  readonly start: number;
  readonly end: number;
}

const marksIn = (text: string): readonly Mark[] =>
  [...text.matchAll(MARKS)].map((found) => ({
    isOpening: found.groups?.['open'] !== undefined,
    start: found.index,
    end: found.index + found[0].length,
  }));

/** In words, before words that say that the answer follows: Granite's, and what models say that were told to think; and as Open WebUI keeps them. */
const TOLD_THOUGHTS: readonly RegExp[] = [
  /^\s*here(['’]s| is) my thought process:[\s\S]*?\n\s*here(['’]s| is) my response:\s*/i,
  /^\s*(\*\*|#+ )?(thinking|thoughts?|reasoning)( process)?:?(\*\*)?:?[ \t]*\n[\s\S]*?\n\s*(\*\*|#+ )?(final )?(answer|response|output):?(\*\*)?:?[ \t]*\n\s*/i,
  /^\s*<details type="reasoning"[^>]*>[\s\S]*?<\/details>\s*/i,
];

/**
 * In pairs, or with the closing mark alone, where the template gave the opening one; what only opens is thoughts to its end. Marks that
 * stand in code, or in a sentence about them, are part of the text.
 */
function withoutThoughts(text: string): string {
  let rest = TOLD_THOUGHTS.reduce((before, mark) => before.replace(mark, ''), text);
  for (;;) {
    const after = withoutThoughtsBefore(rest);
    if (after === rest) break;
    rest = after;
  }
  return rest.trim() === '' ? rest : withoutThoughtsWithin(rest);
}

/** Those that a text begins with, whatever stands in them. */
function withoutThoughtsBefore(text: string): string {
  const marks = marksIn(text).filter((mark) => mark.isOpening || !isSpoken(text, mark));
  const [first] = marks;
  if (!first?.isOpening || text.slice(0, first.start).trim() !== '') return text;
  let depth = 0;
  for (const mark of marks) {
    depth += mark.isOpening ? 1 : -1;
    if (depth === 0) return text.slice(mark.end);
  }
  const last = marks.findLast(({ isOpening }) => !isOpening);
  return last ? text.slice(last.end) : '';
}

function withoutThoughtsWithin(text: string): string {
  const marks = marksIn(withoutCode(text));
  let kept = '';
  let from = 0;
  let depth = 0;
  for (const [index, mark] of marks.entries()) {
    if (depth > 0) {
      depth += mark.isOpening ? 1 : -1;
      if (depth === 0) from = mark.end;
    } else if (!mark.isOpening) {
      if (isSpoken(text, mark)) continue;
      kept = '';
      from = mark.end;
    } else if (marks.slice(index + 1).some(({ isOpening }) => !isOpening)) {
      kept += text.slice(from, mark.start);
      depth = 1;
    } else if (isBegun(text, mark)) return kept + text.slice(from, mark.start);
  }
  return depth > 0 ? kept : kept + text.slice(from);
}

/** In the middle of a sentence: "the closing </think> tag". */
const isSpoken = (text: string, { start, end }: Mark): boolean =>
  /[^\s.!?…:][ \t]$/.test(text.slice(0, start)) && /^[ \t]\S/.test(text.slice(end));

/** At the beginning of a line, or behind the end of a sentence. */
const isBegun = (text: string, { start }: Mark): boolean => /(^|\n|[.!?…:"”’)])[ \t]*$/.test(text.slice(0, start));

const CODE = /(?<=^|\n)[ \t]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?\n[ \t]*\1[ \t]*(?=\n|$)|`[^`\n]+`/g;

/** As long as before, so that places in it are places in the text. */
const withoutCode = (text: string): string => text.replace(CODE, (code) => '_'.repeat(code.length));

const CHANNEL = /<\|channel\|>|^analysis[\s\S]*assistantfinal/i;
const FINAL = /<\|channel\|>\s*final\b[^<]*<\|message\|>|^analysis[\s\S]*?assistantfinal/gi;

/** OpenAI's open models speak in channels: the last final one is the answer, and where there is none nothing was answered. */
function withoutChannels(text: string): string {
  const trimmed = text.trimStart();
  if (!CHANNEL.test(trimmed)) return text;
  const last = [...trimmed.matchAll(FINAL)].at(-1);
  return last ? trimmed.slice(last.index + last[0].length) : '';
}

const START =
  /^\s*(<s>(?![\s\S]*<\/s>[\s\S]*\S)|<bos>|<\|begin_of_text\|>|<\|startoftext\|>|<\|(im_)?start\|>\s*(assistant)?|<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>|<start_of_turn>\s*model|<\|assistant\|>|<\|message\|>|<｜Assistant｜>|<\|START_RESPONSE\|>|<\|begin_of_(box|solution)\|>|\[gMASK\]|<sop>|assistant\s*:(?=\s))\s*/i;
const END =
  /(<\|(im_end|endoftext|end_of_text|eot_id|eot|eos|eom_id|end|return|end_of_turn_token|end_response|end_of_box|end_of_solution|im_start|start_header_id|user|observation)\|>|<(eos|end_of_turn|start_of_turn|pad|turn\|)>|<｜(end▁of▁sentence|User)｜>|\[\/?INST\])/i;

/** Models that were taught to put their answer behind their thoughts into tags. */
const ANSWERED = /^\s*<(answer|final_answer|response)>([\s\S]*)<\/\1>\s*$/i;

/** What stands behind the end of a turn is another turn, which nobody asked for. */
function withoutTokens(text: string): string {
  let rest = text;
  for (let start = START.exec(rest); start?.[0]; start = START.exec(rest)) rest = rest.slice(start[0].length);
  const end = END.exec(rest);
  if (end) rest = rest.slice(0, end.index);
  rest = ANSWERED.exec(rest)?.[2] ?? rest;
  return rest.includes('<s>') ? rest : rest.replace(/(\s*<\/s>)+\s*$/, '');
}

const YES =
  "sure( thing)?|certainly|of course|absolutely|okay|ok|great|got it|understood|no problem|gladly|with pleasure|gerne|natürlich|klar|selbstverständlich|claro( que sí)?|por supuesto|bien sûr|certainement|d['’]accord|avec plaisir|certo|certamente|com certeza|natuurlijk|oczywiście|jasne|конечно|хорошо|tabii( ki)?|elbette|självklart|selvfølgelig";
const HERE =
  "here(['’]s| is| are| you go)|below (is|are)|hier (ist|sind|is|kommt)|aquí (está|tienes|tiene|va)|aqui (está|vai)|segue|voici|ecco|oto|poniżej|вот|ниже|işte|här är|her er";
/** Languages that put no blank between their words, with colons and marks of their own. */
const CJK_GREETING =
  /^\s*(当然(可以)?|好的|没问题|もちろんです|承知(いた)?しました|はい|물론(이죠|입니다)|네)?\s*[!,.！，。、]*\s*(以下|下面是|这是|다음은|아래는)[^\n:：]{0,80}[:：][ \t]*\n/u;
/** `Sure! Here is your product description:` with a line of its own, or `Sure, here is your text:` before the text on the same line. */
const GREETINGS: readonly RegExp[] = [
  new RegExp(`^\\s*¡?(${YES})\\s*[!,.…]*\\s*((${HERE})[^\\n:]{0,160}:)(\\*\\*)?[ \\t]*(\\n|(?=\\S))`, 'iu'),
  new RegExp(`^\\s*(${HERE})[^\\n:]{0,160}:(\\*\\*)?[ \\t]*\\n`, 'iu'),
  new RegExp(`^\\s*¡?(${YES})\\s*[!.…][^\\n]{0,160}[:!.]?[ \\t]*\\n\\s*\\n`, 'iu'),
  /^\s*(i['’]ve|i have) (written|created|drafted|prepared)[^\n:]{0,160}:[ \t]*\n/i,
  CJK_GREETING,
];
const GREETING_BEGINS = new RegExp(
  `^(¡?(${YES}|${HERE}|i['’]ve|i have)(?![\\p{L}])|当然|好的|没问题|以下|下面是|这是|もちろん|承知|はい|물론|네|다음은|아래는)`,
  'iu',
);

/** Whether a greeting may still become of it. */
const mayGreet = (beginning: string): boolean => GREETING_BEGINS.test(beginning) && !/\n\s*\n\s*\S/.test(beginning);

/** What a model says to whoever asked for the text, before it and behind it. */
function withoutPreamble(text: string): string {
  const body = withoutGreeting(text);
  return withoutFarewell(body, body !== text);
}

function withoutGreeting(text: string): string {
  for (const greeting of GREETINGS) {
    const found = greeting.exec(text);
    const rest = found && text.slice(found[0].length).replace(/^\s*(-{3,}|\*{3,})[ \t]*\n/, '');
    if (rest && rest.trim() !== '') return rest;
  }
  return text;
}

const OFFERS =
  "(please )?let me know|feel free|i hope (this|you)|hope this helps|would you like me|do you want me|if you(['’]d| would)? (like|need|want)|is there anything|ich hoffe|lass(en sie)? mich|sag(en sie)? mir|möchtest du|n['’]hésitez pas|espero que|avísame|dime si|fammi sapere|laat het me weten|me avise";
const OFFER_BEGINS = new RegExp(`^\\s*(${OFFERS})`, 'iu');
const FAREWELL = new RegExp(
  `\\n\\s*\\n(?<rule>(?:-{3,}|\\*{3,})\\s*\\n\\s*)?(?<said>(?:${OFFERS})[^\\n]{0,300})\\s*$`,
  'iu',
);
/** A letter may end so too: behind a text that nothing else says is wrapped, only what speaks of the text itself is none of it. */
const OF_THE_TEXT =
  /\bme to (adjust|change|revise|edit|tweak|modify|rewrite|refine|expand|shorten|make)|(different|another|shorter|longer) (tone|version|style|text|draft)|\b(tone|wording|length)\b|(anpass|umformulier|überarbeit)/i;

function withoutFarewell(text: string, isGreeted: boolean): string {
  const found = FAREWELL.exec(text);
  const { rule, said = '' } = found?.groups ?? {};
  if (!found || !(isGreeted || rule !== undefined || OF_THE_TEXT.test(said))) return text;
  return text.slice(0, found.index).trim() === '' ? text : text.slice(0, found.index);
}

const FENCED =
  /^\s*(`{3,}|~{3,})[ \t]*(markdown|md|mdx|gfm|text|txt|plaintext|plain_text|plain|html)?[ \t]*\n([\s\S]*?)\n?[ \t]*\1[ \t]*(\n[^\n]{0,300})?\s*$/i;

/** A fence around all of it, with at most a line of farewell behind it; blocks of code within it are its own. */
function withoutFence(text: string): string {
  const found = FENCED.exec(text);
  if (!found) return withoutHalfAFence(text);
  const inner = found[3] as string;
  const marks = inner.split('\n').filter((line) => line.trimStart().startsWith(found[1] as string));
  // Two blocks of code with words between them are no fence around them.
  const isNested = marks.every((line, index) => (index % 2 === 0) === line.trim().length > (found[1] as string).length);
  return marks.length % 2 === 0 && isNested ? inner : text;
}

const FENCE_OF_TEXT = /^\s*`{3,}[ \t]*(markdown|md|text|txt|plaintext)[ \t]*\n/i;
const FENCE_END = /\n[ \t]*`{3,}[ \t]*$/;

/** Of a text that was cut, or whose fence was opened by the template, one end of it alone is left. */
function withoutHalfAFence(text: string): string {
  if ((text.match(/^[ \t]*`{3,}/gm) ?? []).length !== 1) return text;
  return text.replace(FENCE_OF_TEXT, '').replace(FENCE_END, '');
}

const STEPS: readonly (readonly [Wrapping, (text: string) => string])[] = [
  ['channels', withoutChannels],
  ['thoughts', withoutThoughts],
  ['tokens', withoutTokens],
  ['preamble', withoutPreamble],
  ['fence', withoutFence],
];
