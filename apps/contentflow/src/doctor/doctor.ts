import { topics } from '@contentflow/contracts';
import { type OpenDeadLetter, readOpenDeadLetters } from '@contentflow/event-log';
import { messageOf } from '@contentflow/kernel';
import {
  asProviderError,
  createProvider,
  type FailureClass,
  modelName,
  type ModelProvider,
  priceTable,
} from '@contentflow/language-models';
import {
  codeVersion,
  type Configuration,
  loadConfiguration,
  shownConfigurationFile,
  processesOn,
  reachProblem,
  shownProcess,
} from '@contentflow/nest-platform';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { keptStanding } from '@contentflow/services/kept-audit';
import { notesAtStart, stateIn } from '../start/startup-notes.ts';
import { openLog } from '../command-line/open-log.ts';
import { examinedKafka, reachedMongo } from './engines.ts';
import { type Finding, repairs } from './repairs.ts';

export interface DoctorOptions {
  readonly data: string;
  readonly config?: string;
  readonly json?: boolean;
  /** Repairs what can be repaired without touching what was said in the log. */
  readonly fix?: boolean;
}

type Provider = Configuration['providers'][number];

/** What works and what does not, with the fix. @returns 0 when all that is configured works, else 1 */
export async function run(options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [
    { what: 'contentflow', ok: true, detail: codeVersion },
    nodeVersion(),
    dataFolder(options.data),
    ...processesOn(options.data).map((each) => ({
      what: 'data folder',
      ok: true,
      detail: `in use by ${shownProcess(each)}`,
    })),
    ...(await repairs(options.data, options.fix === true)),
    ...(await deadLetters(options.data)),
    ...auditStanding(options.data),
    ...(await configured(options.config)),
    ...(await remembered(options)),
    ...(await engines()),
  ];
  if (options.json) console.log(JSON.stringify({ ok: findings.every(({ ok }) => ok), findings }, null, 1));
  else for (const { what, ok, detail } of findings) console.log(`${ok ? 'works ' : 'BROKEN'}  ${what}: ${detail}`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

const nodeVersion = (): Finding => {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    what: 'Node',
    ok,
    detail: ok ? process.version : `${process.version}; run through npx contentflow, which brings Node 24`,
  };
};

function dataFolder(folder: string): Finding {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return { what: 'data folder', ok: true, detail: folder };
  } catch (error) {
    return { what: 'data folder', ok: false, detail: `${messageOf(error)}; name another with --data DIR` };
  }
}

/** What was set aside and is missing from what services say. */
async function deadLetters(folder: string): Promise<Finding[]> {
  if (!existsSync(join(folder, 'log.sqlite')) || reachProblem(folder)) return [];
  const what = 'dead letters';
  try {
    const log = await openLog({ data: folder });
    const letters = await readOpenDeadLetters(log, topics).finally(() => log.close());
    if (letters.length === 0) return [{ what, ok: true, detail: 'none' }];
    const consumers = Map.groupBy(letters, ({ consumer }) => consumer);
    const counts = [...consumers].map(([consumer, own]) => `${consumer} ${own.length}, e.g. ${placeOf(own[0])}`);
    return [
      { what, ok: false, detail: `${counts.join('; ')}; fix the reason, then npx contentflow replay-dead-letters` },
    ];
  } catch (error) {
    return [{ what, ok: false, detail: messageOf(error) }];
  }
}

/** How far the ledger was audited, as far as this folder's audits go on from each other. */
function auditStanding(folder: string): Finding[] {
  const standing = keptStanding(join(folder, 'log.sqlite'));
  if (!standing) return [];
  const { entries, at } = standing;
  return [{ what: 'audit', ok: true, detail: `verified up to #${entries}, ${new Date(at).toISOString()}` }];
}

const placeOf = (letter: OpenDeadLetter | undefined): string =>
  letter ? `${letter.topic}/${letter.partition}/${letter.offset}: ${letter.reason}` : '';

async function configured(file: string | undefined): Promise<Finding[]> {
  try {
    const configuration = await loadConfiguration(file);
    const providers = (await Promise.all(configuration.providers.map(provider))).flat();
    const none = { what: 'providers', ok: true, detail: 'none configured: "npm start" shows the simulated day' };
    return [
      { what: 'configuration', ok: true, detail: shownConfigurationFile(file) },
      ...(providers.length ? providers : [none]),
    ];
  } catch (error) {
    return [{ what: 'configuration', ok: false, detail: messageOf(error) }];
  }
}

/** What the ledger remembers and the configuration says otherwise; what keeps the log from being read others say. */
async function remembered({ data, config }: DoctorOptions): Promise<Finding[]> {
  if (!existsSync(join(data, 'log.sqlite'))) return [];
  try {
    const configuration = await loadConfiguration(config);
    const log = await openLog({ data });
    const state = await stateIn(log).finally(() => log.close());
    return notesAtStart(state, configuration).map((detail) => ({ what: 'models', ok: true, detail }));
  } catch {
    return [];
  }
}

const TIMEOUT_LIMIT_MS = 20_000;

/** One short call to each model that has a name; where any name will do, whether the server can be reached. */
async function provider(configuration: Provider): Promise<Finding[]> {
  const { name, kind, baseUrl, modelPath, models } = configuration;
  const what = `provider ${name}`;
  if (kind === 'sandbox') return [{ what, ok: true, detail: 'simulated: no model is behind it' }];
  if (kind === 'local' && !existsSync(modelPath ?? ''))
    return [{ what, ok: false, detail: `there is no file "${modelPath}"; name a GGUF file in modelPath` }];
  const names = models.map(modelName).filter((model) => model !== '*');
  if (names.length === 0) return baseUrl === undefined ? [] : [await reach(what, new URL(baseUrl).host)];
  const made = createProvider({ ...configuration, timeoutMs: TIMEOUT_LIMIT_MS });
  const findings: Finding[] = [];
  for (const model of names) findings.push(await tried(made, configuration, model));
  await made.close?.();
  return findings;
}

async function tried(made: ModelProvider, configuration: Provider, model: string): Promise<Finding> {
  const what = `provider ${configuration.name}, model ${model}`;
  const request = { model, messages: [{ role: 'user' as const, content: 'Say yes.' }], maxOutputTokens: 16 };
  try {
    const { timeMs } = await made.generate(request);
    const { source } = priceTable([configuration]).priceOf(configuration.name, model);
    const unpriced =
      '; no price is known, so its cost is shown as an expensive model’s: write usdPerMillionInput and -Output';
    return { what, ok: true, detail: `answered in ${Math.round(timeMs)} ms${source === 'assumed' ? unpriced : ''}` };
  } catch (error) {
    const { failure, message } = asProviderError(error);
    return { what, ok: false, detail: `${message}; ${fixOf(failure, configuration, model)}` };
  }
}

function fixOf(failure: FailureClass, { kind, baseUrl }: Provider, model: string): string {
  const fixes: Partial<Record<FailureClass, string>> = {
    connection:
      kind === 'ollama'
        ? 'run "ollama serve", or write its baseUrl'
        : `see that it runs${baseUrl ? ' at its baseUrl' : ''}`,
    authentication: 'check its apiKey, and what the key may use',
    unknown_model:
      kind === 'ollama'
        ? `run "ollama pull ${model}"`
        : 'check the name of the model, and its baseUrl, which mostly ends in /v1',
    malformed_reply: 'check its baseUrl, which mostly ends in /v1',
    rate_limited: 'its limit is reached: try again later',
    timeout: 'it may be loading the model: try again',
  };
  return fixes[failure] ?? 'see what the server itself says of it';
}

/** Engines past one machine, where the environment names them. */
async function engines(): Promise<Finding[]> {
  const { KAFKA_BROKERS: brokers, MONGO_URI: mongo } = process.env;
  return [...(brokers ? await examinedKafka(brokers) : []), ...(mongo ? [await reachedMongo(mongo)] : [])];
}

function reach(what: string, address: string): Promise<Finding> {
  const [host = 'localhost', port = '0'] = address.split(':');
  return new Promise((resolve) => {
    const socket = new Socket();
    const done = (ok: boolean, detail: string): void => {
      socket.destroy();
      resolve({ what: `${what} ${address}`, ok, detail });
    };
    socket.setTimeout(3000, () => done(false, 'does not answer; see that it runs'));
    socket.once('error', (error) => done(false, `${error.message}; see that it runs`));
    socket.connect(Number(port), host, () => done(true, 'answers'));
  });
}
