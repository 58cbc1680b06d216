import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImportOptions, run } from './import.ts';
import type { Imported } from './imported.ts';

let folder: string;
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  said.length = 0;
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const output = (): string => join(folder, 'contentflow.config.json');
const written = (): Imported => JSON.parse(readFileSync(output(), 'utf8')) as Imported;

async function imported(kind: string, file: string, options: Partial<ImportOptions> = {}) {
  await run({ output: output(), json: true, ...options }, kind, file);
  return JSON.parse(said.at(-1) ?? '') as Imported;
}
const leftOf = ({ left }: Imported): string => left.map(({ what, why }) => `${what}: ${why}`).join('\n');

describe('what other products have', () => {
  it('OpenAI’s stored prompt: instructions, variables, settings', async () => {
    const prompt = {
      id: 'pmpt_1',
      name: 'Welcome mail',
      model: 'gpt-5-mini',
      instructions: 'You write friendly mails.',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Welcome {{customer}} to {{topic}}.' }] }],
      temperature: 0.4,
      max_output_tokens: 300,
      tools: [{ type: 'web_search' }],
      text: { format: { type: 'json_schema', schema: { type: 'object' } } },
    };
    const found = await imported('openai', fileOf('prompt.json', prompt));
    expect(found.recipes).toEqual([
      {
        contentType: 'welcome_mail',
        prompt: {
          instructions: 'You write friendly mails.',
          template: 'Welcome {{metadata.customer}} to {{topic}}.',
        },
        steps: [{ id: 'text', instruction: 'Write the text.', maxOutputTokens: 300 }],
        output: { body: 'text', schema: { type: 'object' } },
        model: 'gpt-5-mini',
        temperature: 0.4,
      },
    ]);
    expect(leftOf(found)).toMatch(/tools: has no counterpart here/);
    expect(leftOf(found)).toMatch(/\{\{customer\}\}: a brief says it as metadata.customer/);
    expect(written().providers).toEqual([
      { name: 'openai', kind: 'openai', apiKey: '$OPENAI_API_KEY', models: ['gpt-5-mini'] },
    ]);
  });

  it('OpenAI’s chat completions, one a line: turns that were answered are examples', async () => {
    const messages = [
      { role: 'system', content: 'You name things.' },
      { role: 'user', content: 'a red cup' },
      { role: 'assistant', content: 'Rosso' },
      { role: 'user', content: '{{topic}}' },
    ];
    const line = JSON.stringify({ model: 'gpt-5', messages });
    const found = await imported('openai', fileOf('names.jsonl', `${line}\n${line}\n`));
    expect(found.recipes.map(({ contentType }) => contentType)).toEqual(['names_1', 'names_2']);
    expect(found.recipes[0]?.prompt).toEqual({
      instructions: 'You name things.',
      template: '{{topic}}',
      examples: [{ brief: 'a red cup', text: 'Rosso' }],
    });
  });

  it('a plain file, for the model that is named', async () => {
    const found = await imported('text', fileOf('haiku.md', 'Write a haiku.\n'), {
      contentType: 'Haiku',
      model: 'llama3.2',
    });
    expect(found.recipes).toMatchObject([{ contentType: 'haiku', prompt: { instructions: 'Write a haiku.' } }]);
    expect(written().recipes).toMatchObject([{ model: 'llama3.2' }]);
  });

  it('LiteLLM’s models: vendors, addresses, keys and prices; what is the proxy’s own is listed', async () => {
    const file = fileOf(
      'litellm.yaml',
      `model_list:
  - model_name: fast
    litellm_params: { model: openai/gpt-5-mini, api_key: os.environ/OPENAI_API_KEY, rpm: 60, input_cost_per_token: 0.00000025, output_cost_per_token: 0.000002 }
  - model_name: house
    litellm_params: { model: openai/house-7b, api_base: 'http://127.0.0.1:8000/v1', api_key: none }
  - model_name: exotic
    litellm_params: { model: bedrock/titan }
router_settings: { num_retries: 2 }
`,
    );
    const found = await imported('litellm', file);
    expect(found.providers).toEqual([
      {
        name: 'openai',
        kind: 'openai',
        apiKey: '$OPENAI_API_KEY',
        models: [{ name: 'gpt-5-mini', usdPerMillionInput: 0.25, usdPerMillionOutput: 2 }],
      },
      {
        name: 'openai_2',
        kind: 'openai-compatible',
        baseUrl: 'http://127.0.0.1:8000/v1',
        apiKey: 'none',
        models: ['house-7b'],
      },
    ]);
    for (const left of ['“fast”', 'litellm_params.rpm', 'exotic', 'router_settings'])
      expect(leftOf(found)).toContain(left);
  });

  it('LiteLLM’s anchors and prices in quotes are read; a price that is none is listed', async () => {
    const file = fileOf(
      'anchors.yaml',
      `defaults: &all { api_base: 'http://127.0.0.1:8000/v1', api_key: none }
model_list:
  - model_name: house
    litellm_params: { <<: *all, model: openai/house, input_cost_per_token: "0.00000025", output_cost_per_token: 2e-6 }
  - model_name: free
    litellm_params: { <<: *all, model: openai/free, input_cost_per_token: -1, output_cost_per_token: 1e999 }
  - model_name: odd
    litellm_params: { <<: *all, model: openai/odd, input_cost_per_token: "a cent", output_cost_per_token: 0 }
`,
    );
    const found = await imported('litellm', file);
    const priced = { name: 'house', usdPerMillionInput: 0.25, usdPerMillionOutput: 2 };
    expect(found.providers).toMatchObject([{ baseUrl: 'http://127.0.0.1:8000/v1', models: [priced, 'free', 'odd'] }]);
    for (const left of ['free: litellm_params.input', 'free: litellm_params.output', 'odd: litellm_params.input'])
      expect(leftOf(found)).toContain(left);
  });

  it('TensorZero’s functions: the variant of most weight with its templates', async () => {
    fileOf('system.minijinja', 'You write for {{ audience }}.');
    const file = fileOf(
      'tensorzero.toml',
      `[models.writer]
routing = ["openai"]
[models.writer.providers.openai]
type = "openai"
model_name = "gpt-5-mini"
[functions.draft_email]
type = "chat"
[functions.draft_email.variants.new]
type = "chat_completion"
model = "writer"
weight = 0.9
system_template = "system.minijinja"
temperature = 0.2
json_mode = "off"
[functions.draft_email.variants.old]
type = "chat_completion"
model = "openai::gpt-5"
weight = 0.1
[gateway]
bind_address = "0.0.0.0:3000"
`,
    );
    const found = await imported('tensorzero', file);
    expect(found.recipes).toMatchObject([
      {
        contentType: 'draft_email',
        prompt: { instructions: '', template: 'You write for {{audience}}.' },
        model: 'gpt-5-mini',
        temperature: 0.2,
      },
    ]);
    expect(found.providers).toMatchObject([{ name: 'openai', kind: 'openai', models: ['gpt-5-mini'] }]);
    for (const left of ['json_mode', 'variants.old', 'gateway']) expect(leftOf(found)).toContain(left);
  });

  it('Langfuse’s prompts: of each name the version in production', async () => {
    const prompt = (version: number, labels: string[], text: unknown) => ({
      name: 'teaser',
      version,
      labels,
      type: 'text',
      prompt: text,
      config: { model: 'gpt-5-mini', temperature: 1, top_p: 0.9 },
    });
    const found = await imported(
      'langfuse',
      fileOf('prompts.json', { data: [prompt(3, ['latest'], 'new'), prompt(2, ['production'], 'Write a teaser.')] }),
    );
    expect(found.recipes).toMatchObject([
      { contentType: 'teaser', prompt: { instructions: 'Write a teaser.' }, temperature: 1 },
    ]);
    expect(leftOf(found)).toMatch(/version 3/);
    expect(leftOf(found)).toMatch(/config\.top_p/);
    // Nobody was named who offers the model.
    expect(written().providers).toMatchObject([{ name: 'openai', models: ['gpt-5-mini'] }]);
  });

  it('DSPy’s programs: instructions and demonstrations of each predictor', async () => {
    const program = {
      'write.predict': {
        traces: [],
        demos: [{ augmented: true, topic: 'a cup', reasoning: 'short', text: 'A good cup.' }, { topic: 'alone' }],
        signature: {
          instructions: 'Write one sentence.',
          fields: [
            { prefix: 'Topic:', description: '${topic}' },
            { prefix: 'Text:', description: '${text}' },
          ],
        },
        lm: { model: 'openai/gpt-5-mini' },
      },
      metadata: { dependency_versions: { dspy: '3.0.0' } },
    };
    const found = await imported('dspy', fileOf('sentence.json', program));
    expect(found.recipes).toMatchObject([
      {
        contentType: 'sentence',
        prompt: { instructions: 'Write one sentence.', examples: [{ brief: 'topic: a cup', text: 'A good cup.' }] },
        model: 'gpt-5-mini',
      },
    ]);
    expect(leftOf(found)).toMatch(/1 demonstrations: they have no question and answer/);
  });
});

describe('a configuration that is there', () => {
  const mine = { providers: [{ name: 'near', kind: 'ollama', models: ['llama3.2'] }], policy: { holdbackShare: 0.1 } };

  it('keeps what it says, and says more', async () => {
    fileOf('contentflow.config.json', mine);
    await imported('text', fileOf('haiku.txt', 'Write a haiku.'));
    expect(written()).toMatchObject({ ...mine, recipes: [{ contentType: 'haiku', model: 'llama3.2' }] });
    await expect(async () => imported('text', fileOf('haiku.txt', 'Another.'))).rejects.toThrow(
      /has a recipe of "haiku" already/,
    );
  });

  it('stays as it is in a dry run, which shows all of it', async () => {
    await run({ output: output(), model: 'llama3.2', dryRun: true }, 'text', fileOf('haiku.txt', 'Write a haiku.'));
    expect(existsSync(output())).toBe(false);
    expect(said.join('\n')).toMatch(/recipe haiku: 14 characters/);
    expect(said.join('\n')).toMatch(/nothing was written.*"contentType": "haiku"/s);
  });

  it.each<[string, string, string, RegExp]>([
    ['a mapping that names a key twice', 'litellm', 'model_list: []\nmodel_list: []', /cannot be read as litellm/],
    [
      'aliases that multiply',
      'litellm',
      `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nmodel_list: [${'*c,'.repeat(9)}*c]`,
      /alias count/,
    ],
    ['nesting without end', 'litellm', `a: ${'['.repeat(5000)}`, /cannot be read as litellm/],
    ['an unknown kind', 'openia', '{}', /no kind "openia"; did you mean "openai"/],
    ['what is no file of its kind', 'dspy', 'Write.', /cannot be read as dspy/],
    ['a file without anything', 'litellm', 'model_list: []', /holds nothing of the kind/],
    ['a prompt without a model', 'text', 'Write.', /names no model.*--model/],
  ])('is not touched by %s', async (_, kind, content, says) => {
    await expect(async () => imported(kind, fileOf('file', content))).rejects.toThrow(says);
    expect(existsSync(output())).toBe(false);
  });
});
