import { parse } from 'yaml';
import {
  at,
  type Imported,
  type ImportedProvider,
  type ImportSource,
  isObject,
  leaveOthers,
  type Left,
  listAt,
  numberAt,
  plainName,
  textAt,
} from './imported.ts';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['ollama', 'ollama'],
  ['ollama_chat', 'ollama'],
]);
const COSTS = ['input_cost_per_token', 'output_cost_per_token'] as const;
const OF_PARAMETERS = ['model', 'api_key', 'api_base', 'base_url', ...COSTS];

/** The models of a proxy of LiteLLM, as providers: those of one vendor, address and key are one. */
export function fromLiteLlm({ text }: ImportSource): Imported {
  const left: Left[] = [];
  const found = new Map<string, ImportedProvider>();
  const file: unknown = parse(text, { merge: true });
  for (const entry of listAt(file, 'model_list')) {
    const alias = textAt(entry, 'model_name') ?? '';
    const parameters = at(entry, 'litellm_params');
    const named = textAt(parameters, 'model');
    if (named === undefined || !isObject(parameters)) {
      left.push({ what: alias || 'an entry of model_list', why: 'names no model' });
      continue;
    }
    const provider = providerOf(
      named,
      textAt(parameters, 'api_base') ?? textAt(parameters, 'base_url'),
      textAt(parameters, 'api_key'),
    );
    if (!provider) {
      left.push({
        what: `${alias} (${named})`,
        why: 'its vendor is none of openai, anthropic, ollama, and it names no api_base',
      });
      continue;
    }
    leaveOthers(parameters, OF_PARAMETERS, `${alias}: litellm_params.`, left);
    const model = named.includes('/') ? named.slice(named.indexOf('/') + 1) : named;
    if (alias !== model) left.push({ what: `the name “${alias}”`, why: `here the model is called ${model}` });
    for (const cost of COSTS)
      if (at(parameters, cost) !== undefined && costAt(parameters, cost) === undefined)
        left.push({ what: `${alias}: litellm_params.${cost}`, why: 'is no price' });
    const key = JSON.stringify(provider);
    const before = found.get(key) ?? { ...provider, models: [] };
    const isKnown = before.models.some((each) => (typeof each === 'string' ? each : each.name) === model);
    found.set(key, isKnown ? before : { ...before, models: [...before.models, priced(model, parameters)] });
  }
  if (isObject(file)) leaveOthers(file, ['model_list'], '', left);
  return { providers: withOwnNames([...found.values()]), recipes: [], left };
}

function providerOf(
  named: string,
  baseUrl: string | undefined,
  apiKey: string | undefined,
): Omit<ImportedProvider, 'models'> | undefined {
  const vendor = named.includes('/') ? named.slice(0, named.indexOf('/')) : 'openai';
  const known = KINDS.get(vendor);
  const kind = baseUrl !== undefined && known !== 'anthropic' && known !== 'ollama' ? 'openai-compatible' : known;
  if (kind === undefined) return undefined;
  return {
    name: plainName(vendor),
    kind,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(apiKey !== undefined && { apiKey: keyOf(apiKey) }),
  };
}

/** `os.environ/NAME` is what we write as `$NAME`. */
const keyOf = (text: string): string => text.replace(/^os\.environ\/([A-Z_][A-Z0-9_]*)$/, '$$$1');

function priced(name: string, parameters: object): ImportedProvider['models'][number] {
  const [input, output] = COSTS.map((cost) => costAt(parameters, cost));
  if (input === undefined || output === undefined) return name;
  return { name, usdPerMillionInput: perMillion(input), usdPerMillionOutput: perMillion(output) };
}

/** US dollars a token; LiteLLM takes them in quotes too. */
function costAt(parameters: object, name: string): number | undefined {
  const written = textAt(parameters, name)?.trim();
  const cost = written === undefined ? numberAt(parameters, name) : Number(written || NaN);
  return cost !== undefined && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
}

/** Without the dust of binary fractions. */
const perMillion = (perToken: number): number => Number((perToken * 1e6).toPrecision(12));

/** Two of one vendor at different addresses need a name each. */
export const withOwnNames = (providers: readonly ImportedProvider[]): ImportedProvider[] =>
  providers.map((provider, index) => {
    const same = providers.slice(0, index).filter(({ name }) => name === provider.name).length;
    return same === 0 ? provider : { ...provider, name: `${provider.name}_${same + 1}` };
  });
