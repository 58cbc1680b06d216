import {
  configurationError,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  namedNumber,
  type NumberRange,
  ownValue,
  shownRange,
} from '@contentflow/kernel';
import { type Command, Option } from 'commander';

/** An option that is a number: any other text ends the command before it does anything. The help says which numbers are taken. */
export const numeric = (flags: string, description: string, range: NumberRange, environment?: string): Option => {
  const option = new Option(flags, `${description}; ${shownRange(range)}`);
  const name = environment === undefined ? (option.long ?? flags) : `${option.long} or ${environment}`;
  option.argParser((text) => namedNumber(name, text, range));
  return environment === undefined ? option : option.env(environment);
};

const units: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** An option that is a time: `30m`, `10s`, `1h`; milliseconds. */
export const timeSpan = (flags: string, description: string): Option => {
  const option = new Option(flags, description);
  const { long } = option;
  return option.argParser((text) => {
    const [, value, unit = ''] = /^(\d{1,6}(?:\.\d{1,6})?)([smhd])$/.exec(text) ?? [];
    if (value !== undefined) return Number(value) * (ownValue(units, unit) ?? 0);
    throw configurationError(long ?? flags, `cannot be "${text}"`, 'write a number and s, m, h or d, e.g. 30m');
  });
};

export const data = (to: Command): Command =>
  to.addOption(
    new Option('--data <dir>', "the embedded engine's folder").env('CONTENTFLOW_DATA').default('.contentflow/data'),
  );
/** A folder, or the brokers of a deployment: for commands that read its log alone. */
export const log = (to: Command): Command =>
  data(to).option('--kafka <brokers>', 'Kafka brokers, separated by commas, instead of a folder');
/** A folder, or the servers of a deployment. */
export const engine = (to: Command): Command => log(to).option('--mongo <uri>', 'MongoDB, with --kafka');
export const config = (to: Command): Command =>
  to.addOption(new Option('--config <file>', 'the configuration file').env('CONTENTFLOW_CONFIG'));
export const json = (to: Command): Command => to.option('--json', 'JSON on standard output');
/** What asks a system that runs. */
export const asking = (to: Command): Command =>
  to
    .addOption(
      new Option('--url <url>', 'where ContentFlow listens').env('CONTENTFLOW_URL').default('http://127.0.0.1:4000'),
    )
    .addOption(new Option('--key <key>', 'where it asks for one').env('CONTENTFLOW_KEY'))
    .option('--by <name>', 'who says so, where no key does', 'operator');
export const running = (to: Command): Command => json(asking(to));
