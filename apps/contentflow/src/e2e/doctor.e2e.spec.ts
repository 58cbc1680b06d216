import { topics } from '@contentflow/contracts';
import { openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contentflow } from './testing/child.ts';
import { startScriptedModelServer } from './testing/scripted-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

it('the doctor says of each provider and model what works, and how to fix what does not', async () => {
  const models = await startScriptedModelServer();
  const folder = temporaryFolder();
  const error = (status: number, message: string) => ({ status, body: JSON.stringify({ error: { message } }) });
  const answers = {
    good: {},
    refused: error(401, 'no such key'),
    nameless: error(404, 'The model does not exist'),
    page: { body: '<html></html>' },
  };
  models.follow((_, authorization) => answers[authorization.split(' ')[1] as keyof typeof answers] ?? {});
  const { baseUrl } = models;
  const provider = (name: string, more: object = {}) => ({
    name,
    kind: 'openai-compatible',
    baseUrl,
    apiKey: name,
    models: ['m'],
    ...more,
  });
  const priced = [{ name: 'm', usdPerMillionInput: 1, usdPerMillionOutput: 2 }, 'n'];
  const config = folder.file(
    'contentflow.config.json',
    JSON.stringify({
      providers: [
        provider('good', { models: priced }),
        provider('refused'),
        provider('nameless', { kind: 'openai' }),
        provider('page'),
        provider('gone', { kind: 'ollama', baseUrl: 'http://127.0.0.1:1/v1' }),
        provider('any', { models: ['*'] }),
        provider('file', { kind: 'local', modelPath: 'none.gguf' }),
        provider('simulated', { kind: 'sandbox' }),
      ],
    }),
  );
  const ended = await contentflow(['doctor', '--json', '--config', config, '--data', folder.path], folder.path).ended;
  await models.close();
  folder.remove();

  const { ok, findings } = JSON.parse(ended.stdout) as {
    ok: boolean;
    findings: { what: string; ok: boolean; detail: string }[];
  };
  expect({ code: ended.code, ok }).toEqual({ code: 1, ok: false });
  expect(findings.filter(({ what }) => what.startsWith('provider')).map((each) => Object.values(each))).toEqual([
    ['provider good, model m', true, expect.stringMatching(/^answered in \d+ ms$/)],
    ['provider good, model n', true, expect.stringContaining('no price is known')],
    ['provider refused, model m', false, expect.stringMatching(/no such key; check its apiKey/)],
    ['provider nameless, model m', false, expect.stringMatching(/does not exist; check the name of the model/)],
    ['provider page, model m', false, expect.stringMatching(/not JSON; check its baseUrl/)],
    ['provider gone, model m', false, expect.stringMatching(/ECONNREFUSED\); run "ollama serve"/)],
    [expect.stringContaining('provider any'), true, 'answers'],
    ['provider file', false, expect.stringContaining('name a GGUF file')],
    ['provider simulated', true, expect.stringContaining('simulated')],
  ]);
});

it('the doctor fixes a folder when asked to, says what it did, and is then content', async () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const file = join(data, 'log.sqlite');
  const log = await openEmbeddedLog({ file, topics, clock: systemClock, writer: 'thread' });
  await log.close();
  folder.file('data/batch-0a1b.jsonl', 'of a batch that was killed');
  mkdirSync(join(data, 'read-models'));
  folder.file('data/read-models/generator.sqlite', 'these are no documents');
  const doctor = (...more: string[]) => contentflow(['doctor', '--data', data, ...more], folder.path).ended;

  const found = await doctor();
  expect(found.stdout).toMatch(/^works {3}configuration: none in this folder, so the defaults$/m);
  const config = folder.file('contentflow.config.json', '{}');
  expect((await doctor()).stdout).toContain(`configuration: ${config}\n`);
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(
    /^BROKEN {2}documents of the generator: damaged: .*fix it with "contentflow doctor --fix"/m,
  );
  expect(existsSync(join(data, 'batch-0a1b.jsonl'))).toBe(true);

  const fixed = await doctor('--fix');
  expect(fixed).toMatchObject({ code: 0, stdout: expect.not.stringContaining('BROKEN') });
  expect(fixed.stdout).toMatch(/^works {3}documents of the generator: damaged: .*: made again from 0 events/m);
  expect(fixed.stdout).toMatch(/^works {3}leftover files: .*batch-0a1b\.jsonl: removed/m);
  const content = await doctor();
  expect(content).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/leftover|documents/) });
  folder.remove();
});
