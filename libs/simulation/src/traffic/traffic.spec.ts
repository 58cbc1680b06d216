import { type Brief, briefSchema } from '@contentflow/contracts';
import { HOUR_MS, seededRandom } from '@contentflow/kernel';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArrivals } from '../adapters/arrivals-file.ts';
import { createVirtualClock } from '../adapters/virtual-clock.ts';
import { createTruth } from '../truth/truth.ts';
import { parseWorld } from '../world/parse-world.ts';
import type { World } from '../world/world.ts';
import { arrivalRate, runTraffic, type Arrivals } from './traffic.ts';

async function day(world: World, hours = 24, arrivals?: Arrivals): Promise<{ times: number[]; briefs: Brief[] }> {
  const clock = createVirtualClock({ startMs: 0, isQuiet: () => true });
  const ends = new AbortController();
  const times: number[] = [];
  const briefs: Brief[] = [];
  const accept = async (brief: Brief): Promise<void> => {
    times.push(clock.now());
    briefs.push(brief);
  };
  const truth = createTruth();
  const traffic = runTraffic({ world, clock, random: seededRandom(5), accept, signal: ends.signal, arrivals, truth });
  await clock.run(hours * HOUR_MS);
  ends.abort();
  expect((await traffic).sent).toBe(times.length);
  return { times, briefs };
}

describe('traffic', () => {
  const world = parseWorld({
    contentTypes: { email: { share: 3, keyPoints: { min: 1, max: 4 } }, blog_post: { share: 1 } },
    traffic: { perHour: 200, daily: [[0, 0.5], [12, 2]], bursts: [{ at: 'PT3H', for: 'PT1H', times: 4 }], repeatShare: 0.2, paraphraseShare: 0.1, nearMissShare: 0.05 }, // prettier-ignore
  });

  it('follows rate, day and bursts', async () => {
    const { times } = await day(world);
    for (let hour = 0; hour < 24; hour++) {
      const rates = Array.from({ length: 60 }, (_, minute) => arrivalRate(world, hour * HOUR_MS + minute * 60_000));
      const expected = rates.reduce((sum, rate) => sum + rate, 0) / 60;
      const came = times.filter((time) => Math.floor(time / HOUR_MS) === hour).length;
      expect(Math.abs(came - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
    }
    expect(arrivalRate(world, 3.5 * HOUR_MS)).toBeCloseTo(4 * arrivalRate(world, 3.5 * HOUR_MS + 24 * HOUR_MS), 6);
  });

  it('sends briefs that the contract takes, of each content type by its share', async () => {
    const { briefs } = await day(world, 12);
    for (const brief of briefs) expect(briefSchema.parse(brief)).toEqual(brief);
    const emails = briefs.filter(({ contentType }) => contentType === 'email').length / briefs.length;
    expect(emails).toBeGreaterThan(0.7);
    expect(emails).toBeLessThan(0.8);
  });

  it('repeats, rewords, and sends look-alikes', async () => {
    const { briefs } = await day(world, 12);
    const seen = new Set<string>();
    const repeats = briefs.filter((brief) => seen.size === seen.add(JSON.stringify(brief)).size).length / briefs.length;
    expect(repeats).toBeGreaterThan(0.15);
    expect(repeats).toBeLessThan(0.3);
    const numbers = new Map<string, Set<string>>();
    for (const { topic } of briefs) {
      const number = /No\. \d+/.exec(topic)?.[0] ?? '';
      numbers.set(number, (numbers.get(number) ?? new Set()).add(topic));
    }
    const several = [...numbers.values()].filter((topics) => topics.size > 1).length / numbers.size;
    expect(several).toBeGreaterThan(0.08);
  });

  it('can be a recording that repeats to fill the hours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'arrivals-'));
    const file = join(folder, 'azure.csv');
    writeFileSync(
      file,
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.9799600,1,2\n2023-11-16 18:10:00.98,3,4\n',
    );
    const arrivals = readArrivals(file);
    writeFileSync(file, 'time\n1700000000\nsoon\n');
    expect(() => readArrivals(file)).toThrow(/line 3 does not begin with a time/);
    for (const [text, says] of [
      [Buffer.from('25/12/2023 10:00\n1700000000\n'), /line 1 does not begin with a time: "25\/12\/2023 10:00"/],
      [Buffer.from('time,caf\xe9\n1700000000,1\n', 'latin1'), /line 1, column 9: is not valid UTF-8/],
      [Buffer.from('time\n'), /holds no times/],
      [Buffer.from('time;n\n;1\n'), /line 2 does not begin with a time/],
    ] as const) {
      writeFileSync(file, text);
      expect(() => readArrivals(file)).toThrow(says);
    }
    writeFileSync(file, '\uFEFFtime;n\r1700000000;1\r1700000060;2\r', 'utf16le');
    expect(readArrivals(file).offsetsMs).toEqual([0, 60_000]);
    rmSync(folder, { recursive: true });
    expect(arrivals.periodMs / 60_000).toBeCloseTo(20, 3);
    const { times } = await day(world, 1, arrivals);
    expect(times.map((time) => Math.round(time / 60_000))).toEqual([0, 10, 20, 30, 40, 50, 60].slice(0, times.length));
    expect(times.length).toBeGreaterThanOrEqual(6);
  });
});
