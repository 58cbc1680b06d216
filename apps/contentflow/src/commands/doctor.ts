import { isContentFlowError, messageOf } from '@contentflow/kernel';
import { createProvider } from '@contentflow/language-models';
import { codeVersion, type Configuration, loadConfiguration } from '@contentflow/nest-platform';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { Socket } from 'node:net';

export interface DoctorOptions {
  readonly data: string;
  readonly config?: string;
  readonly json?: boolean;
}

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What works and what does not, with the mend. @returns 0 when all that is configured works, else 1 */
export async function run(options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [
    { what: 'contentflow', ok: true, detail: codeVersion },
    nodeVersion(),
    dataFolder(options.data),
    ...(await configured(options.config)),
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

async function configured(file: string | undefined): Promise<Finding[]> {
  try {
    const configuration = await loadConfiguration(file);
    const providers = await Promise.all(configuration.providers.map(provider));
    const none = { what: 'providers', ok: true, detail: 'none configured: "npm start" shows the simulated day' };
    return [
      { what: 'configuration', ok: true, detail: file ?? 'found or defaults' },
      ...(providers.length ? providers : [none]),
    ];
  } catch (error) {
    return [{ what: 'configuration', ok: false, detail: messageOf(error) }];
  }
}

const PATIENCE_MS = 20_000;

/** One short call to the provider's first model. */
async function provider(configuration: Configuration['providers'][number]): Promise<Finding> {
  const what = `provider ${configuration.name}`;
  if (configuration.kind === 'local') {
    if (!existsSync(configuration.modelPath ?? ''))
      return { what, ok: false, detail: `there is no file "${configuration.modelPath}"; name a GGUF file` };
  }
  const made = createProvider(configuration);
  try {
    const model = made.models[0] ?? '';
    const request = { model, messages: [{ role: 'user' as const, content: 'Say yes.' }], maxOutputTokens: 8 };
    const { timeMs } = await made.generate(request, AbortSignal.timeout(PATIENCE_MS));
    return { what, ok: true, detail: `${model} answered in ${Math.round(timeMs)} ms` };
  } catch (error) {
    const mend = isContentFlowError(error) ? '' : '; see that it runs, and its baseUrl and apiKey';
    return { what, ok: false, detail: `${messageOf(error)}${mend}` };
  } finally {
    await made.close?.();
  }
}

/** Engines past one machine, where the environment names them. */
async function engines(): Promise<Finding[]> {
  const brokers = process.env['KAFKA_BROKERS']?.split(',') ?? [];
  const mongo = process.env['MONGO_URI'];
  const found = brokers.map((broker) => reach('Kafka', broker));
  if (mongo) found.push(reach('MongoDB', new URL(mongo).host));
  return Promise.all(found);
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
