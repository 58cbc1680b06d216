import { descriptionsIn, keysOf, patchOf } from './policy-keys.ts';

it('lists the keys of a policy, and changes one of them alone', () => {
  const policy = { alpha: 0.05, watch: { confirmAfterMs: 10, harm: { alpha: 1 } }, freezeWindows: [], autonomy: {} };
  expect(keysOf(policy).map(({ key }) => key)).toEqual([
    'alpha',
    'watch.confirmAfterMs',
    'watch.harm.alpha',
    'freezeWindows',
    'autonomy',
  ]);
  expect(patchOf('watch.harm.alpha', null)).toEqual({ watch: { harm: { alpha: null } } });
});

it('finds what keys mean in the description of the API', () => {
  const schema = { $ref: '#/components/schemas/Policy' };
  const openApi = {
    paths: {
      '/v1/policy': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { properties: { policy: schema } } } } } },
        },
      },
    },
    components: {
      schemas: {
        Policy: { properties: { watch: { properties: { alpha: { description: 'chance of a false alarm' } } } } },
      },
    },
  };
  expect([...descriptionsIn(openApi)]).toEqual([['watch.alpha', 'chance of a false alarm']]);
  expect(descriptionsIn({}).size).toBe(0);
});
