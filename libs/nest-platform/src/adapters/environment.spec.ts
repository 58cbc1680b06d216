import { createLogger } from './open-platform.ts';
import { assertKnownEnvironment, portOf } from './environment.ts';

it.each([
  ['CONTENTFLOW_CONFG', 'CONTENTFLOW_CONFIG'],
  ['CONTENTFLOW_CONFIGS', 'CONTENTFLOW_CONFIG'],
  ['CONTENTFLOW_DATE', 'CONTENTFLOW_DATA'],
  ['CONTENTFLOW_NAME_SPACE', 'CONTENTFLOW_NAMESPACE'],
])('%s is refused, for %s was meant', (name, meant) => {
  expect(() => assertKnownEnvironment({ [name]: 'x' })).toThrow(
    expect.objectContaining({ field: name, message: expect.stringContaining(`write ${meant}`) }),
  );
});

it.each(['CONTENTFLOW_CONFIG', 'CONTENTFLOW_DATA', 'CONTENTFLOW_SERVICE_HOST', 'CONTENTFLOW_PORT', 'CONFIG'])(
  '%s is nobody’s mistake',
  (name) => {
    expect(() => assertKnownEnvironment({ [name]: 'x' })).not.toThrow();
  },
);

describe('numbers and names of the environment', () => {
  it.each(['3.5', '0x10', '70000', ' ', '-1', 'web'])('PORT cannot be "%s"', (PORT) =>
    expect(() => portOf({ PORT })).toThrow(`PORT: cannot be "${PORT}"; write a whole number from 0 to 65535`),
  );
  it.each([
    [undefined, 4000],
    ['', 4000],
    ['0', 0],
    ['65535', 65_535],
  ])('PORT is %s: %i', (PORT, port) => expect(portOf({ ...(PORT !== undefined && { PORT }) })).toBe(port));

  it.each(['soon', '-1', '8s', '1e9', ' 8'])(
    'CONTENTFLOW_GRACE_S cannot be "%s", which a stop would find out',
    (text) =>
      expect(() => assertKnownEnvironment({ CONTENTFLOW_GRACE_S: text })).toThrow(
        `CONTENTFLOW_GRACE_S: cannot be "${text}"; write a number from 0 to 86400`,
      ),
  );
  it.each(['', '0', '0.5', '25'])('CONTENTFLOW_GRACE_S may be "%s"', (text) =>
    expect(() => assertKnownEnvironment({ CONTENTFLOW_GRACE_S: text })).not.toThrow(),
  );

  it.each(['verbose', 'WARN', ' warn', 'constructor'])('LOG_LEVEL cannot be "%s"', (level) =>
    expect(() => createLogger(level)).toThrow(`LOG_LEVEL: cannot be "${level}"; write one of trace, debug`),
  );
});
