import { plainText, stablePrefix, type Wrapping } from './plain-text.ts';

const TEXT = 'Our steel bottle keeps drinks cold.\n\nIt is light, and it closes tightly.';

describe('a model’s text', () => {
  it.each<[string, string, Wrapping[]]>([
    ['thoughts', `<think>\nThey want a bottle.\n</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts that only end', `They want a bottle.\n</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts under other names', `<thinking lang="en">Hm.</thinking><reasoning>So.</reasoning>${TEXT}`, ['thoughts']],
    ['Mistral’s thoughts', `[THINK]Hm.[/THINK]${TEXT}`, ['thoughts']],
    ['Kimi’s thoughts', `◁think▷Hm.◁/think▷${TEXT}`, ['thoughts']],
    ['empty thoughts', `<think>\n\n</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts within thoughts', `<think>a <think>b</think> c</think>${TEXT}`, ['thoughts']],
    ['thoughts that begin again and do not end', `${TEXT}\n<think>And now`, ['thoughts']],
    [
      'channels',
      `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>${TEXT}<|return|>`,
      ['channels', 'tokens'],
    ],
    ['channels without their marks', `analysisThey want a bottle.assistantfinal${TEXT}`, ['channels']],
    ['an end of ChatML', `${TEXT}<|im_end|>`, ['tokens']],
    ['an end, and another turn', `${TEXT}<|im_end|>\n<|im_start|>user\nThanks!`, ['tokens']],
    ['an end of Llama', `<|start_header_id|>assistant<|end_header_id|>\n\n${TEXT}<|eot_id|>`, ['tokens']],
    ['an end of Gemma', `<start_of_turn>model\n${TEXT}<end_of_turn>`, ['tokens']],
    ['an end of Mistral', `<s> ${TEXT}</s>`, ['tokens']],
    ['an end of DeepSeek', `${TEXT}<｜end▁of▁sentence｜>`, ['tokens']],
    ['a name', `Assistant: ${TEXT}`, ['tokens']],
    ['a fence', `\`\`\`markdown\n${TEXT}\n\`\`\``, ['fence']],
    ['a fence of no name', `\`\`\`\n${TEXT}\n\`\`\`\n`, ['fence']],
    ['a fence of other signs', `~~~text\n${TEXT}\n~~~`, ['fence']],
    ['a greeting', `Sure! Here is your product description:\n\n${TEXT}`, ['preamble']],
    ['a greeting on the same line', `Sure, here's the text: ${TEXT}`, ['preamble']],
    ['a greeting without a yes', `Here is the revised text:\n${TEXT}`, ['preamble']],
    ['a yes alone', `Certainly! I would be glad to help.\n\n${TEXT}`, ['preamble']],
    ['a German greeting', `Gerne! Hier ist deine Produktbeschreibung:\n\n${TEXT}`, ['preamble']],
    ['a Spanish greeting', `¡Claro! Aquí tienes la descripción:\n\n${TEXT}`, ['preamble']],
    ['a French greeting', `Bien sûr ! Voici la description :\n\n${TEXT}`, ['preamble']],
    ['a greeting and a rule', `Here is your post:\n\n---\n\n${TEXT}`, ['preamble']],
    [
      'all of it',
      `<think>Hm.</think>Sure! Here is your text:\n\n\`\`\`markdown\n${TEXT}\n\`\`\`\nLet me know what you think!<|im_end|>`,
      ['thoughts', 'tokens', 'preamble', 'fence'],
    ],
  ])('is told without %s', (_what, raw, unwrapped) => {
    expect(plainText(raw)).toEqual({ text: TEXT, unwrapped });
  });

  it.each([
    '<think>They want a bottle, and',
    '<|channel|>analysis<|message|>Hm.<|end|>',
    'They want a bottle.</think>',
    '<|im_end|>',
  ])('is empty where there is nothing else: %s', (raw) => {
    expect(plainText(raw).text).toBe('');
  });

  it('keeps blocks of code that stand in it', () => {
    const inner = 'Run it:\n```sh\nls\n```\nDone.';
    expect(plainText(`\`\`\`markdown\n${inner}\n\`\`\``).text).toBe(inner);
  });

  it.each([
    TEXT,
    `  ${TEXT}\n`,
    'Sure enough, it keeps drinks cold: all day.\n\nIt is light.',
    'Here is where we grew up: a house by the sea.',
    'Of course you can have it both ways.\nIt is light.',
    'Okay is not good enough. Ours is better:\n- light\n- tight',
    'Great bottles begin with steel: ours do.\n\nThey are light.',
    '```js\nconst a = 1;\n```',
    '```\na\n```\nand\n```\nb\n```',
    'Write `<b>` for bold, and <s>strike</s> what is <em>wrong</em>.',
    'We think </b> is a tag.',
    'Analysis of the market: it grows.',
    'Hi Ann,\n\nthe bottle is here.\n\nLet me know if you want one.',
    '',
  ])('stays as it is to the letter where it is plain: %j', (raw) => {
    expect(plainText(raw)).toEqual({ text: raw, unwrapped: [] });
  });

  it.each([
    TEXT,
    `Our bottle is \`light\` and <em>tight</em>, whatever you carry in it.`,
    'Sure enough, it keeps drinks cold: all day.\n\nIt is light.',
  ])('is told, as it is written, in pieces that stand in the end: %j', (text) => {
    let reported = '';
    for (let length = 1; length <= text.length; length++) {
      const sure = stablePrefix(text.slice(0, length));
      expect(text.startsWith(sure)).toBe(true);
      if (sure.length > reported.length) reported = sure;
    }
    expect(reported.length).toBeGreaterThan(text.length / 2);
  });

  it.each([
    `<think>Hm.</think>${TEXT}`,
    `Sure! Here is your product description:\n\n${TEXT}`,
    `\`\`\`\n${TEXT}\n\`\`\``,
    `analysisHm.assistantfinal${TEXT}`,
    `${TEXT}<|im_end|>`,
    `Here is your text:\n${TEXT}`,
  ])('is not told, as it is written, with what is none of it: %j', (raw) => {
    const { text } = plainText(raw);
    for (let length = 1; length <= raw.length; length++) {
      const sure = stablePrefix(raw.slice(0, length));
      expect({ sure, stands: text.startsWith(sure) }).toEqual({ sure, stands: true });
    }
  });
});
