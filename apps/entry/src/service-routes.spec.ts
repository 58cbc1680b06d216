import { type Description, ServiceRoutes } from './service-routes.ts';

const describing = (...paths: readonly string[]): Description => ({
  paths: Object.fromEntries(paths.map((path) => [path, {}])),
});

describe('the routes of services', () => {
  let now: number;
  let asked: string[];
  let said: Map<string, Description>;
  let routes: ServiceRoutes;

  beforeEach(() => {
    now = 0;
    asked = [];
    said = new Map([
      ['maker', describing('/v1/content', '/v1/content/{id}', '/v1/content/batch', '/v1/models/{owner}/{name}')],
      ['learner', describing('/v1/content/{id}/feedback', '/asyncapi.json')],
    ]);
    routes = new ServiceRoutes(
      ['maker', 'learner', 'late'],
      async (service) => {
        asked.push(service);
        return said.get(service);
      },
      () => now,
    );
  });

  it.each([
    ['/v1/content', 'maker'],
    ['/v1/content/', 'maker'],
    ['/v1/content/1', 'maker'],
    ['/v1/content/a%2Fb', 'maker'],
    ['/v1/content/1/feedback', 'learner'],
    ['/v1/models/acme/mock', 'maker'],
    ['/asyncapi.json', 'learner'],
    ['/asyncapi-json', undefined],
    ['/v1/content/1/cancel', undefined],
    ['/v1', undefined],
  ])('%s is answered by %s', async (path, service) => {
    expect(await routes.serviceOf(path)).toBe(service);
  });

  it('take the one that leaves least open where several fit', async () => {
    said.set('late', describing('/v1/content/batch', '/v1/{anything}/{id}'));
    said.set('maker', describing('/v1/content/{id}'));
    expect(await routes.serviceOf('/v1/content/batch')).toBe('late');
    expect(await routes.serviceOf('/v1/content/1')).toBe('maker');
    expect(await routes.serviceOf('/v1/other/1')).toBe('late');
  });

  it('are asked for once while nothing is unknown', async () => {
    await Promise.all([routes.serviceOf('/v1/content'), routes.serviceOf('/v1/content/1/feedback')]);
    await routes.serviceOf('/v1/content/2');
    expect(asked).toEqual(['maker', 'learner', 'late']);
  });

  it('of a service that was silent are found once it answers', async () => {
    expect(await routes.serviceOf('/v1/scaling')).toBeUndefined();
    expect(routes.silent()).toEqual(['late']);
    said.set('late', describing('/v1/scaling'));
    expect(await routes.serviceOf('/v1/scaling')).toBe('late');
    expect(routes.silent()).toEqual([]);
    expect(asked).toEqual(['maker', 'learner', 'late', 'late']);
  });

  it('that a newer process of a service has are found after a while, and those of one that has gone stay', async () => {
    await routes.ask();
    said.delete('maker');
    said.set('learner', describing('/v1/learning'));
    expect(await routes.serviceOf('/v1/learning')).toBeUndefined();
    now = 10_000;
    expect(await routes.serviceOf('/v1/learning')).toBe('learner');
    expect(await routes.serviceOf('/v1/content')).toBe('maker');
  });
});
