import { assertKnownEnvironment } from './environment.ts';

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
