/** What a model put around its text that is none of it. */
export const wrappings = ['thoughts', 'channels', 'tokens', 'preamble', 'fence'] as const;
export type Wrapping = (typeof wrappings)[number];

export interface PlainText {
  readonly text: string;
  /** What was taken off. */
  readonly unwrapped: readonly Wrapping[];
}

/**
 * A model's text without its thoughts, the marks of its chat format, a greeting before it, and a Markdown fence around all of it.
 * A text that has none of these is returned to the letter; one that is nothing else is empty.
 */
export function plainText(raw: string): PlainText {
  const unwrapped: Wrapping[] = [];
  const text = STEPS.reduce((before, [kind, unwrap]) => {
    const after = unwrap(before);
    if (after !== before) unwrapped.push(kind);
    return after;
  }, raw);
  return { text: unwrapped.length > 0 ? text.trim() : raw, unwrapped };
}

/** So much of a beginning tells whether something is wrapped around the text. */
const WRAPPING_CHARACTERS = 24;
/** The end of a text may be the beginning of a mark. */
const TRAILING_MARK = /(\s*[<`◁][^\s<`◁]{0,30}`*|\s+)$/;

/** As much of a text that is still being written as will stand in the end, whatever comes. */
export function stablePrefix(written: string): string {
  const beginning = written.trimStart();
  if (beginning.length < WRAPPING_CHARACTERS || /^([<`~[◁]|analysis\S)/i.test(beginning)) return '';
  if (mayGreet(beginning)) return '';
  const { text, unwrapped } = plainText(written);
  return unwrapped.length > 0 ? '' : text.replace(TRAILING_MARK, '');
}

const THOUGHT = 'think|thinking|thought|thoughts|reasoning|reflection|scratchpad|seed:think';
const PAIRED: readonly RegExp[] = [
  new RegExp(`<(${THOUGHT})\\b[^>]*>[\\s\\S]*?</\\1\\s*>`, 'gi'),
  /\[THINK\][\s\S]*?\[\/THINK\]/g,
  /◁think▷[\s\S]*?◁\/think▷/g,
  /<\|begin_of_thought\|>[\s\S]*?<\|end_of_thought\|>/g,
];
const CLOSING = new RegExp(`(</(${THOUGHT})\\s*>|\\[/THINK\\]|◁/think▷|<\\|end_of_thought\\|>)`, 'gi');
const OPENING = new RegExp(`(<(${THOUGHT})\\b[^>]*>|\\[THINK\\]|◁think▷|<\\|begin_of_thought\\|>)`, 'i');

/** In pairs, or with the closing mark alone, where the template gave the opening one; what only opens is thoughts to its end. */
function withoutThoughts(text: string): string {
  const unpaired = PAIRED.reduce((rest, pattern) => rest.replace(pattern, ''), text);
  const last = [...unpaired.matchAll(CLOSING)].at(-1);
  const after = last ? unpaired.slice(last.index + last[0].length) : unpaired;
  const opening = OPENING.exec(after);
  return opening ? after.slice(0, opening.index) : after;
}

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
  /^\s*(<s>(?![\s\S]*<\/s>[\s\S]*\S)|<bos>|<\|begin_of_text\|>|<\|startoftext\|>|<\|(im_)?start\|>\s*(assistant)?|<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>|<start_of_turn>\s*model|<\|assistant\|>|<\|message\|>|<｜Assistant｜>|assistant\s*:(?=\s))\s*/i;
const END =
  /(<\|(im_end|endoftext|end_of_text|eot_id|eom_id|end|return|end_of_turn_token|im_start|start_header_id|user)\|>|<(eos|end_of_turn|start_of_turn|pad)>|<｜(end▁of▁sentence|User)｜>|\[\/?INST\])/i;

/** What stands behind the end of a turn is another turn, which nobody asked for. */
function withoutTokens(text: string): string {
  let rest = text;
  for (let start = START.exec(rest); start?.[0]; start = START.exec(rest)) rest = rest.slice(start[0].length);
  const end = END.exec(rest);
  if (end) rest = rest.slice(0, end.index);
  return rest.includes('<s>') ? rest : rest.replace(/(\s*<\/s>)+\s*$/, '');
}

const YES =
  'sure( thing)?|certainly|of course|absolutely|okay|ok|great|got it|understood|no problem|gladly|gerne|natürlich|klar|selbstverständlich|claro( que sí)?|por supuesto|bien sûr|certainement|certo|certamente|com certeza|natuurlijk';
const HERE =
  "here(['’]s| is| are| you go)|below (is|are)|hier (ist|sind|is)|aquí (está|tienes|tiene)|aqui está|voici|ecco";
/** `Sure! Here is your product description:` with a line of its own, or `Sure, here is your text:` before the text on the same line. */
const GREETINGS: readonly RegExp[] = [
  new RegExp(`^\\s*¡?(${YES})\\s*[!,.…]*\\s*((${HERE})[^\\n:]{0,160}:)(\\*\\*)?[ \\t]*(\\n|(?=\\S))`, 'iu'),
  new RegExp(`^\\s*(${HERE})[^\\n:]{0,160}:(\\*\\*)?[ \\t]*\\n`, 'iu'),
  new RegExp(`^\\s*¡?(${YES})\\s*[!.…][^\\n]{0,160}[:!.]?[ \\t]*\\n\\s*\\n`, 'iu'),
  /^\s*(i['’]ve|i have) (written|created|drafted|prepared)[^\n:]{0,160}:[ \t]*\n/i,
];
const GREETING_BEGINS = new RegExp(`^¡?(${YES}|${HERE}|i['’]ve|i have)(?![\\p{L}])`, 'iu');

/** Whether a greeting may still become of it. */
const mayGreet = (beginning: string): boolean => GREETING_BEGINS.test(beginning) && !/\n\s*\n\s*\S/.test(beginning);

function withoutPreamble(text: string): string {
  for (const greeting of GREETINGS) {
    const found = greeting.exec(text);
    const rest = found && text.slice(found[0].length).replace(/^\s*(-{3,}|\*{3,})[ \t]*\n/, '');
    if (rest && rest.trim() !== '') return rest;
  }
  return text;
}

const FENCED =
  /^\s*(`{3,}|~{3,})[ \t]*(markdown|md|text|txt|plaintext|plain|html)?[ \t]*\n([\s\S]*?)\n?[ \t]*\1[ \t]*(\n[^\n]{0,300})?\s*$/i;

/** A fence around all of it, with at most a line of farewell behind it; blocks of code within it are its own. */
function withoutFence(text: string): string {
  const found = FENCED.exec(text);
  if (!found) return text;
  const inner = found[3] as string;
  const marks = inner.split('\n').filter((line) => line.trimStart().startsWith(found[1] as string));
  // Two blocks of code with words between them are no fence around them.
  const isNested = marks.every((line, index) => (index % 2 === 0) === line.trim().length > (found[1] as string).length);
  return marks.length % 2 === 0 && isNested ? inner : text;
}

const STEPS: readonly (readonly [Wrapping, (text: string) => string])[] = [
  ['channels', withoutChannels],
  ['thoughts', withoutThoughts],
  ['tokens', withoutTokens],
  ['preamble', withoutPreamble],
  ['fence', withoutFence],
];
