import { plainText, stablePrefix, type Wrapping } from './plain-text.ts';

const TEXT = 'Our steel bottle keeps drinks cold.\n\nIt is light, and it closes tightly.';

describe('a model’s text', () => {
  it.each<[string, string, Wrapping[]]>([
    ['thoughts', `<think>\nThey want a bottle.\n</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts that only end', `They want a bottle.\n</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts under other names', `<thinking lang="en">Hm.</thinking><reasoning>So.</reasoning>${TEXT}`, ['thoughts']],
    ['Mistral’s thoughts', `[THINK]Hm.[/THINK]${TEXT}`, ['thoughts']],
    ['Kimi’s thoughts', `◁think▷Hm.◁/think▷${TEXT}`, ['thoughts']],
    [
      'Granite’s thoughts',
      `Here is my thought process:\nThey want a bottle.\n\nHere is my response:\n${TEXT}`,
      ['thoughts'],
    ],
    ['MedGemma’s thoughts', `<unused94>thought\nThey want a bottle.<unused95>${TEXT}`, ['thoughts']],
    ['thoughts in escaped tags', `&lt;think&gt;Hm.&lt;/think&gt;\n${TEXT}`, ['thoughts']],
    ['an analysis', `<analysis>\nHm.\n</analysis>\n\n${TEXT}`, ['thoughts']],
    ['reasoning in brackets', `[REASONING]\nHm.\n[/REASONING]\n${TEXT}`, ['thoughts']],
    ['thoughts under a heading', `**Thinking:**\nHm.\n\n**Answer:**\n${TEXT}`, ['thoughts']],
    [
      'thoughts as Open WebUI keeps them',
      `<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n> Hm.\n</details>\n${TEXT}`,
      ['thoughts'],
    ],
    [
      'OpenThinker’s solution',
      `<|begin_of_thought|>Hm.<|end_of_thought|>\n<|begin_of_solution|>${TEXT}<|end_of_solution|>`,
      ['thoughts', 'tokens'],
    ],
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
    ['Gemma’s thoughts', `<|channel>thought\nHm.\n<channel|>${TEXT}`, ['thoughts']],
    [
      'Cohere’s thoughts',
      `<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>${TEXT}<|END_RESPONSE|>`,
      ['thoughts', 'tokens'],
    ],
    ['thoughts of a name with a prefix', `<mm:think>Hm.</mm:think>${TEXT}`, ['thoughts']],
    ['thoughts in capitals', `<THINK>Hm.</THINK>${TEXT}`, ['thoughts']],
    ['thoughts behind blank lines', `\n\n<think>Hm.</think>\n\n${TEXT}`, ['thoughts']],
    ['thoughts with code in them', `<think>Use \`x\n\`\`\`js\na\n</think>\n${TEXT}`, ['thoughts']],
    [
      'thoughts that speak of their own marks',
      `<think>I close it by </think> at the end, and open by <think>.</think>${TEXT}`,
      ['thoughts'],
    ],
    ['an answer in tags behind thoughts', `<think>Hm.</think>\n<answer>\n${TEXT}\n</answer>`, ['thoughts', 'tokens']],
    ['GLM’s box', `<think>Hm.</think><|begin_of_box|>${TEXT}<|end_of_box|>`, ['thoughts', 'tokens']],
    ['an end of Llama 4', `${TEXT}<|eot|>`, ['tokens']],
    ['a closing mark that is glued to the text', `Hm.</think>${TEXT}`, ['thoughts']],
    ['a French greeting of another kind', `D’accord ! Voici le texte :\n\n${TEXT}`, ['preamble']],
    ['an Italian greeting', `Certo! Ecco la descrizione:\n\n${TEXT}`, ['preamble']],
    ['a Portuguese greeting', `Claro! Aqui está a descrição:\n\n${TEXT}`, ['preamble']],
    ['a Polish greeting', `Oczywiście! Oto opis produktu:\n\n${TEXT}`, ['preamble']],
    ['a Russian greeting', `Конечно! Вот описание товара:\n\n${TEXT}`, ['preamble']],
    ['a Turkish greeting', `Tabii ki! İşte ürün açıklaması:\n\n${TEXT}`, ['preamble']],
    ['a Chinese greeting', `当然！以下是产品描述：\n\n${TEXT}`, ['preamble']],
    ['a Japanese greeting', `承知しました。以下が商品説明です：\n\n${TEXT}`, ['preamble']],
    ['an offer behind a greeting', `Sure! Here is your text:\n\n${TEXT}\n\nI hope this helps!`, ['preamble']],
    ['an offer behind a rule', `${TEXT}\n\n---\n\nFeel free to ask for anything else.`, ['preamble']],
    ['an offer that speaks of the text', `${TEXT}\n\nLet me know if you'd like me to adjust the tone!`, ['preamble']],
    ['a German offer', `${TEXT}\n\nLass mich wissen, ob ich den Text anpassen soll.`, ['preamble']],
    ['half a fence of a cut text', `\`\`\`markdown\n${TEXT}`, ['fence']],
    ['the end of a fence alone', `${TEXT}\n\`\`\``, ['fence']],
    ['thoughts within a fence', `\`\`\`markdown\n<think>Hm.</think>\n${TEXT}\n\`\`\``, ['fence', 'thoughts']],
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

  it.each([
    [
      'a line',
      'Our bottle keeps drinks cold.\n<think>And now?</think>\nIt is light.',
      'Our bottle keeps drinks cold.\n\nIt is light.',
    ],
    ['a sentence', 'It is light. <thinking>More?</thinking>It is tight.', 'It is light. It is tight.'],
    ['two places', 'One.<think>a</think>\nTwo.<think>b</think>\nThree.', 'One.\nTwo.\nThree.'],
  ])('is told without thoughts in the middle of it: %s', (_where, raw, text) => {
    expect(plainText(raw)).toEqual({ text, unwrapped: ['thoughts'] });
  });

  it('keeps what only stands in code, also where thoughts came before', () => {
    const text = 'Close it by `</think>`:\n\n```\n<think>a</think>\n```\n\nDone.';
    expect(plainText(`<think>\`</think>${text}`)).toEqual({ text, unwrapped: ['thoughts'] });
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
    'Hi Ann,\n\nthe bottle is here.\n\nFeel free to write if you need further help.',
    'Hi Ann,\n\nyour order is on its way.\n\nPlease let me know if there is anything else.',
    'Models write `<think>` before, and `</think>` behind.',
    'Reasoning:\n\n```xml\n<think>\nHm.\n</think>\n```\n\nThat is all.',
    'It ends so:\n~~~\n</think>\n~~~\nThe block above ends it.',
    'The opening <think> tag comes first.',
    'Forget the closing </think> tag and all is lost.',
    'Write <answer> and </answer> around it.',
    'Voici mon ami : il est grand.',
    'Here is to you.\n\nAnd to me.',
    'I hope this finds you well.\n\nWe write because of the bottle.',
    '当然，瓶子很轻。\n\n它很紧。',
    'Certo che è leggera.\n\nE chiude bene.',
    'A fence:\n```sh\nls\n```',
    '',
  ])('stays as it is to the letter where it is plain: %j', (raw) => {
    expect(plainText(raw)).toEqual({ text: raw, unwrapped: [] });
  });

  it.each([
    TEXT,
    `Our bottle is \`light\` and <em>tight</em>, whatever you carry in it.`,
    'Sure enough, it keeps drinks cold: all day.\n\nIt is light.',
    'Hi Ann, the bottle is here, and it is light.\n\nFeel free to write if you need help.\n\nBob',
    'Models write `<think>` before their answers, and `</think>` behind their thoughts.',
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
    `当然！以下是产品描述：\n\n${TEXT}`,
    `${TEXT}\n\nLet me know if you'd like me to adjust the tone!`,
    `${TEXT}\n\n---\n\nFeel free to ask for anything else.`,
    `${TEXT}\n<think>And now`,
    `\`\`\`markdown\n<think>Hm.</think>\n${TEXT}\n\`\`\``,
  ])('is not told, as it is written, with what is none of it: %j', (raw) => {
    const { text } = plainText(raw);
    for (let length = 1; length <= raw.length; length++) {
      const sure = stablePrefix(raw.slice(0, length));
      expect({ sure, stands: text.startsWith(sure) }).toEqual({ sure, stands: true });
    }
  });
});
