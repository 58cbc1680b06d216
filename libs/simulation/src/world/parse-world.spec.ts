import { readFileSync } from 'node:fs';
import { loadWorld, shippedWorlds } from '../adapters/world-files.ts';
import { durationMs } from './duration.ts';
import { parseWorld, worldJsonSchema } from './parse-world.ts';
import { interpolated, likesAt, modelAt } from './world-at.ts';

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const example = read('../testing/fixtures/example-world.json');

describe('a world', () => {
  it('may be the example of the page', () => {
    const world = parseWorld(example);
    expect(world.readers.delay).toEqual({ median: 300_000, sigma: 1 });
    expect(world.schedule[0]).toEqual({ at: 21_600_000, for: 1_800_000, model: 'large', set: { 'failures.5xx': 0.9 } });
  });

  it('may leave out anything', () => {
    const world = parseWorld({});
    expect(Object.keys(world.contentTypes)).toEqual(['product_description']);
    expect(world.models[0]).toMatchObject({ name: 'large', quality: { mean: 7.2, sd: 1, perDifficulty: -1.5 } });
  });

  it.each([
    [{ colour: 'red' }, /^colour: is an unknown key/],
    [{ traffic: { perHour: 1, perDay: 2 } }, /^traffic\.perDay: is an unknown key/],
    [
      { effects: [{ feature: 'magic', on: 'quality', points: [[0, 0]] }] },
      /^effects\[0\]\.feature: is no feature: "magic"/,
    ],
    [
      {
        effects: [
          {
            feature: 'examples',
            on: 'time',
            points: [
              [1, 0],
              [0, 1],
            ],
          },
        ],
      },
      /^effects\[0\]\.points: x must ascend/,
    ],
    [{ effects: [{ feature: 'model:tiny', on: 'quality', points: [[0, 0]] }] }, /names nothing in this world: "tiny"/],
    [
      { contentTypes: { email: { generation0: { model: 'tiny' } } } },
      /^contentTypes\.email\.generation0\.model: names nothing/,
    ],
    [{ schedule: [{ at: 'soon', model: 'large', set: {} }] }, /^schedule\[0\]\.at: is not an ISO 8601 duration/],
    [
      { schedule: [{ at: 'PT1H', model: 'large', set: { 'failures.6xx': 1 } }] },
      /^schedule\[0\]\.set\.failures\.6xx: is no number/,
    ],
    [{ readers: { likes: { poem: {} } } }, /^readers\.likes\.poem: names nothing/],
  ])('names what is wrong with %j', (json, message) => {
    expect(() => parseWorld(json)).toThrow(message);
  });

  it.each(shippedWorlds)('ships %s', (name) => {
    expect(loadWorld(name).name).toBe(name);
  });

  it('that cannot be read says which there are', () => {
    expect(() => loadWorld('nowhere')).toThrow(/"nowhere" cannot be read.*default, nothing-helps/s);
  });

  it('has its schema published as it is (write-world-schema.ts)', () => {
    expect(read('../../../../docs/world.schema.json')).toEqual(JSON.parse(JSON.stringify(worldJsonSchema())));
  });

  it('is explained in docs/worlds.md, each in a paragraph', () => {
    const page = readFileSync(new URL('../../../../docs/worlds.md', import.meta.url), 'utf8');
    const likenesses = shippedWorlds.map((name) => `small-${name}`);
    for (const name of [...shippedWorlds.filter((each) => !likenesses.includes(each)), 'small-…'])
      expect(page).toContain(`**${name}**`);
  });
});

describe('what a world is at a time', () => {
  const world = parseWorld(example);

  it('follows its schedule, and only while it lasts', () => {
    const failures = (hours: number): number | undefined => modelAt(world, 'large', hours * 3_600_000)?.failures['5xx'];
    expect([5.9, 6, 6.4, 6.5].map(failures)).toEqual([0.02, 0.9, 0.9, 0.02]);
  });

  it('follows the readers’ taste', () => {
    const tone = (hours: number): string | undefined => likesAt(world, 'product_description', hours * 3_600_000).tone;
    expect([0, 11.9, 12].map(tone)).toEqual(['friendly', 'friendly', 'formal']);
  });

  it('interpolates between points and holds them outside', () => {
    const points = [[0, 0], [0.3, 0], [0.6, -1.5]] as const; // prettier-ignore
    expect([-1, 0.15, 0.3, 0.45, 0.6, 2].map((x) => interpolated(points, x))).toEqual([
      0,
      0,
      0,
      expect.closeTo(-0.75),
      -1.5,
      -1.5,
    ]);
  });

  it('reads ISO 8601 durations', () => {
    expect(['PT0H', 'PT30M', 'PT1H30M', 'P1DT2S', 'PT0.5S'].map(durationMs)).toEqual([
      0, 1.8e6, 5.4e6, 86_402_000, 500,
    ]);
    expect(['P', 'PT', '30M', 'PT5X'].map(durationMs)).toEqual([NaN, NaN, NaN, NaN]);
  });
});
