import { isContentFlowError } from '@contentflow/kernel';
import { Command, CommanderError, type Option } from 'commander';
import { commands } from '../commands.ts';

/** `<n>` and the like; a `--seed <seed>` is any text, and `--seeds <range>` two numbers. */
const NUMBERS: ReadonlySet<string> = new Set(['n', 'share', 'target', 'score', 'duration']);
const argumentOf = ({ flags }: Option): string => /<(\w+)>/.exec(flags)?.[1] ?? '';

const options = commands.flatMap(({ name, configure }) =>
  configure(new Command(name)).options.map((option) => ({ name, configure, option })),
);
const numeric = options.filter(({ option }) => NUMBERS.has(argumentOf(option)));

/** What the command line makes of this, or the message with which it ends. */
function parsed({ name, configure, option }: (typeof options)[number], text: string, environment?: string): unknown {
  const command = configure(new Command(name).exitOverride().configureOutput({ writeErr: () => undefined }));
  if (environment !== undefined) process.env[environment] = text;
  try {
    command
      .action(() => undefined)
      .parse(environment === undefined ? [`${option.long}=${text}`] : [], { from: 'user' });
    return 'taken';
  } catch (error) {
    if (isContentFlowError(error, 'configuration')) return error.message;
    // Something else that the command asks for was left out: the number was taken.
    if (error instanceof CommanderError && error.code === 'commander.missingMandatoryOptionValue') return 'taken';
    if (error instanceof CommanderError && error.code === 'commander.missingArgument') return 'taken';
    throw error;
  } finally {
    if (environment !== undefined) delete process.env[environment];
  }
}

it('every number of the command line is known as one', () => {
  expect(numeric.map(({ name, option }) => `${name} ${option.long}`).toSorted()).toEqual(
    [
      ...['crashes', 'seed'].map((each) => `bench --${each}`),
      ...[
        'capacity',
        'cost',
        'from',
        'horizon',
        'probation',
        'seed',
        'start-delay',
        'topics',
        'train',
        'unserved-cost',
      ].map((each) => `backtest --${each}`),
      ...['expires-in-days', 'overlap-hours', 'requests-per-minute', 'usd-per-day'].map((each) => `keys --${each}`),
      ...['feedback --concurrency', 'generate --concurrency', 'intervene --threshold', 'mcp --port', 'sandbox --port'],
      ...['simulate --hours', 'simulate --jobs', 'start --port', 'start --speed'],
    ].toSorted(),
  );
});

describe.each(numeric)('$name $option.long', (each) => {
  it.each(['0x10', '1,5', '', ' ', ' 1', '1 ', 'front', '-1', 'NaN', 'Infinity', '1e999'])('cannot be "%s"', (text) => {
    expect(parsed(each, text)).toMatch(
      new RegExp(`^${each.option.long}[^:]*: cannot be "${text}"; write a (whole )?number`),
    );
  });
  it('takes numbers, and says which', () => {
    expect(['1', '0.5', '2', '30m'].map((text) => parsed(each, text))).toContain('taken');
    if (argumentOf(each.option) !== 'duration') expect(each.option.description).toMatch(/; a (whole )?number/);
  });
});

const of = (name: string, long: string) =>
  numeric.find((each) => each.name === name && each.option.long === long) as (typeof numeric)[number];

it.each([
  ['start', '--port', '3.5', '0 to 65535'],
  ['start', '--port', '70000', '0 to 65535'],
  ['mcp', '--port', '65536', '0 to 65535'],
  ['sandbox', '--port', '3.5', '0 to 65535'],
  ['start', '--speed', '0', '1 to 100000'],
  ['generate', '--concurrency', '10001', '1 to 10000'],
  ['simulate', '--hours', '0', 'above 0'],
  ['simulate', '--jobs', '2.5', '1 to 1024'],
  ['bench', '--crashes', '0', '1 to 100000'],
  ['keys', '--overlap-hours', '721', '0 to 720'],
  ['intervene', '--threshold', '10.1', '0 to 10'],
  ['backtest', '--from', '1', 'above 0 and below 1'],
  ['backtest', '--topics', '1', 'from 2'],
])('%s %s cannot be %s: only %s', (name, long, text, range) => {
  expect(parsed(of(name, long), text)).toContain(range);
});

it('what the environment says is held to the same, and named', () => {
  expect(parsed(of('start', '--port'), '3.5', 'PORT')).toMatch(/^--port or PORT: cannot be "3.5"; .*0 to 65535$/);
  expect(parsed(of('start', '--port'), '0', 'PORT')).toBe('taken');
});
