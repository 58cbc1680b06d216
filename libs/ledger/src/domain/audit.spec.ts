import {
  AnomalyDetected,
  AnomalyHandled,
  defaultPolicy,
  GenerationMeasured,
  newEvent,
  PolicyChanged,
  policyVersion,
  Topic,
  fold,
} from '@contentflow/contracts';
import { sampleMeasured, sampleMetrics } from '@contentflow/contracts/testing';
import { decided, type DecisionProcedure, initialSystemState, makeDecisions } from '@contentflow/decisions';
import {
  folded,
  type FoldedState,
  type NewEvent,
  emptyFold,
  partitionKey,
  type StoredEvent,
} from '@contentflow/kernel';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLog } from '../export/export-log.ts';
import { openExportedLog } from '../export/exported-log.ts';
import { audit } from './audit.ts';
import { emptyChain, entryFor, sequencedEvent, recordEntry } from './chain.ts';
import { entryHash, type HashedEntry } from './entry-hash.ts';
import type { EventSource } from './event-source.ts';

interface Count {
  readonly slow: number;
  readonly of: number;
}

/** Speaks up whenever ten more generations have been seen. */
const counting: DecisionProcedure<Count, Count> = {
  name: 'test.counting',
  every: () => 60_000,
  fold: fold<Count>(() => ({ slow: 0, of: 0 })).on(GenerationMeasured, ({ slow, of }, { data }) => ({
    slow: slow + (data.metrics.timeMs > 50 ? 1 : 0),
    of: of + 1,
  })),
  due: (parts) => {
    const total = parts.reduce((sum, part) => ({ slow: sum.slow + part.slow, of: sum.of + part.of }), {
      slow: 0,
      of: 0,
    });
    return total.of % 10 === 0 ? [{ question: `at ${total.of}`, evidence: total }] : [];
  },
  decide: ({ slow, of }, { anomalies }, at) => {
    const anomalyId = `slow-${of}`;
    const facts = { contentType: 'email', model: 'm', value: slow, baseline: 1, affected: slow, of, since: at };
    const handled = decided(AnomalyHandled, anomalyId, { anomalyId, action: 'open_incident' as const, target: null });
    if (slow / of < anomalies.opensAtShare) return [handled];
    const severity = 'warning' as const;
    const detected = {
      ...facts,
      anomalyId,
      severity,
      rule: 'slow_generation' as const,
      threshold: anomalies.opensAtShare,
    };
    return [decided(AnomalyDetected, anomalyId, detected), handled];
  },
};
const procedures = { [counting.name]: counting as unknown as DecisionProcedure };

/** A log in memory: what services append, and the ledger that follows from it. */
class History {
  readonly events: StoredEvent[] = [];
  private readonly ends: Record<string, number> = {};
  private chain = emptyChain();
  private state: FoldedState<Count> = emptyFold();

  add(event: NewEvent, partition = 0): StoredEvent {
    const key = partitionKey(event.topic, partition);
    const stored = JSON.parse(JSON.stringify({ ...event, partition, offset: this.ends[key] ?? 0 })) as StoredEvent;
    this.ends[key] = stored.offset + 1;
    this.events.push(stored);
    if (event.topic === Topic.measurements) this.state = folded(counting.fold, this.state, stored);
    if (event.topic === Topic.decisions) this.sequence(stored);
    return stored;
  }

  measure(timeMs: number, partition: number): void {
    const id = `measured-${this.events.length}`;
    const { type, topic } = GenerationMeasured;
    const data = { ...sampleMeasured, metrics: { ...sampleMetrics, timeMs }, model: 'an ordinary model' };
    this.add(
      { id, type, topic, source: 'monitor', subject: 'unit', time: this.events.length, data, correlationId: 'c' },
      partition,
    );
  }

  decide(at: number): void {
    const ledger = { [partitionKey(Topic.ledger, 0)]: this.ends[partitionKey(Topic.ledger, 0)] ?? 0 };
    makeDecisions(counting, this.state, initialSystemState, ledger, { at, code }).forEach((event) => this.add(event));
  }

  private sequence(decision: StoredEvent): void {
    const entry = entryFor(this.chain, decision);
    if (!entry) return;
    this.chain = recordEntry(this.chain, entry);
    this.add(sequencedEvent(entry, decision, decision.time));
  }
}

const code = 'test';

function sourceOf(events: readonly StoredEvent[]): EventSource {
  return {
    isAtRest: true,
    ends: async (topics) => {
      const ends: Record<string, number> = {};
      for (const { topic, partition, offset } of events)
        if (topics.includes(topic)) ends[partitionKey(topic, partition)] = offset + 1;
      return ends;
    },
    async *read({ topic, partition, from, to }) {
      yield events.filter(
        (each) => each.topic === topic && each.partition === partition && each.offset >= from && each.offset < to,
      );
    },
  };
}

function someHistory(): History {
  const history = new History();
  for (let tick = 1; tick <= 6; tick++) {
    for (let i = 0; i < 5; i++) history.measure(tick % 4 === 0 ? 90 : 10 * i, i % 3);
    history.decide(tick * 1000);
  }
  return history;
}
const audited = (events: readonly StoredEvent[]) => audit({ source: sourceOf(events), procedures, code });

describe('the audit', () => {
  const { events } = someHistory();
  /** The history, with one event changed. */
  const changed = (index: number, change: (event: StoredEvent & { data: never }) => object): StoredEvent[] =>
    events.map((event, i) => (i === index ? { ...event, ...(change(event as never) as StoredEvent) } : event));
  const nth = (topic: string, n: number): number =>
    events.findIndex((event) => event.topic === topic && event.offset === n && event.partition === 0);

  it('recomputes every decision and finds the same', async () => {
    expect(await audited(events)).toMatchObject({ ok: true, decisions: 4, recomputed: 4, differences: [] });
  });

  it('passes by what came before in its partition, in the ledger, among decisions and in the evidence', async () => {
    const repeated = events.flatMap((event): StoredEvent[] => {
      const end = events.filter(
        ({ topic, partition }) => topic === event.topic && partition === event.partition,
      ).length;
      return event.offset === 0 ? [{ ...event, offset: end, isRepeat: true }] : [];
    });
    expect(repeated.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining([Topic.ledger, Topic.decisions, Topic.measurements]),
    );
    expect(await audited([...events, ...repeated])).toMatchObject({ ok: true, decisions: 4, differences: [] });
    // Also what its contract refused when it came first.
    const refused = {
      ...(repeated.find(({ topic }) => topic === Topic.decisions) as StoredEvent),
      id: 'refused',
      data: null,
    };
    const { isRepeat: _isRepeat, ...first } = refused;
    const both = [
      { ...first, offset: refused.offset + 1 },
      { ...refused, offset: refused.offset + 2 },
    ];
    expect(await audited([...events, ...both])).toMatchObject({ ok: true, differences: [] });
  });

  it('rebuilds the evidence: a measurement changed later comes out', async () => {
    const result = await audited(
      changed(nth(Topic.measurements, 1), () => ({
        data: { ...sampleMeasured, metrics: { ...sampleMetrics, timeMs: 99 } },
      })),
    );
    expect(result.ok).toBe(false);
    expect(result.differences[0]).toMatchObject({ seq: 0, field: 'data.basis.evidence.slow', expected: 1, actual: 0 });
  });

  it.each<[string, object]>([
    ['of which no canonical bytes can be made', { type: AnomalyHandled.type, data: { anomalyId: '\ud800' } }],
    ['whose policy is none', { type: PolicyChanged.type, data: { version: 'v', policy: { anomalies: 7 } } }],
    ['whose policy says nothing', { type: PolicyChanged.type, data: null }],
    ['with a key that no text can have', { type: PolicyChanged.type, data: { policy: { '\udfff': 1 } } }],
    ['whose basis is none', { type: AnomalyHandled.type, data: { basis: { procedure: 'constructor', positions: 1 } } }],
  ])('names an entry that was forged %s, and goes on', async (_, decision) => {
    const last = events[nth(Topic.ledger, 3)] as StoredEvent & { data: { decision: object } };
    const forged = {
      ...last,
      offset: 4,
      id: 'forged',
      data: { ...last.data, seq: 4, decision: { ...last.data.decision, id: 'forged', ...decision } },
    };
    const next = { ...last, offset: 5, id: 'next', data: null };
    const { ok, decisions, differences } = await audited([...events, forged, next]);
    expect({ ok, decisions }).toEqual({ ok: false, decisions: 6 });
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ seq: 4, eventId: 'forged' }),
        expect.objectContaining({ seq: 5, eventId: 'next' }),
      ]),
    );
  });

  describe('behind a forged entry', () => {
    const entryAt = (n: number) =>
      events[nth(Topic.ledger, n)] as StoredEvent & { data: HashedEntry & { hash: string } };
    /** The ledger, with one more entry of somebody's before the last two. */
    const withForged = (data: unknown): StoredEvent[] => {
      const forged = { ...entryAt(1), id: 'forged', offset: 2, data };
      const honest = [2, 3].map((n) => ({ ...entryAt(n), offset: n + 1 }));
      return [...events.filter(({ topic, offset }) => topic !== Topic.ledger || offset < 2), forged, ...honest];
    };
    const someoneElses = { ...entryAt(2).data.decision, id: 'forged' };

    it.each<[string, unknown]>([
      ['that is none', { hash: 'f' }],
      ['with a hash of its own making', { ...entryAt(2).data, hash: 'e'.repeat(64), decision: someoneElses }],
      ['of a number of its own', { ...entryAt(2).data, seq: 40, decision: someoneElses }],
    ])('%s, what the sequencer wrote is named as following it, and no more than once', async (_, data) => {
      const { ok, decisions, differences, recomputed } = await audited(withForged(data));
      expect({ ok, decisions }).toEqual({ ok: false, decisions: 5 });
      expect(differences[0]).toMatchObject({ seq: 2 });
      expect(differences[0]).not.toHaveProperty('follows');
      const honest = differences.filter(({ seq }) => seq !== null && seq > 2);
      expect(honest).toMatchObject([{ seq: 3, eventId: entryAt(2).data.decision.id, follows: { seq: 2 } }]);
      expect(recomputed).toBeGreaterThanOrEqual(4);
    });

    it('that has a place, since its hash is right, what follows on it is in order; that nobody appended it is said', async () => {
      const place = { ...entryAt(2).data, decision: someoneElses };
      const forged = { ...place, hash: entryHash(place) };
      const last = { ...entryAt(2).data, seq: 3, previousHash: forged.hash };
      const following = { ...entryAt(2), offset: 3, data: { ...last, hash: entryHash(last) } };
      const { differences } = await audited([...withForged(forged).slice(0, -2), following]);
      expect(differences[0]).toMatchObject({ seq: 2, eventId: 'forged' });
      expect(differences.filter(({ follows }) => follows)).toEqual([]);
    });
  });

  it('finds a decision that was changed, even in both topics and with new hashes', async () => {
    const forged = new History();
    for (const event of events.filter(({ topic }) => topic !== Topic.ledger))
      forged.add(event.type === AnomalyHandled.type ? forge(event) : event, event.partition);

    const { differences } = await audited(forged.events);
    expect(differences[0]).toMatchObject({ field: 'data.action', expected: 'open_incident', actual: 'regenerate' });
  });
  const forge = (event: StoredEvent): StoredEvent => ({
    ...event,
    data: { ...(event.data as object), action: 'regenerate' },
  });

  it('finds a decision that was changed in a key that objects treat specially', async () => {
    const { differences } = await audited(
      changed(nth(Topic.ledger, 1), ({ data }) => {
        const entry = data as { decision: { data: object } };
        const changedData = { ...entry.decision.data, ...(JSON.parse('{"__proto__":{"action":"none"}}') as object) };
        return { data: { ...entry, decision: { ...entry.decision, data: changedData } } };
      }),
    );
    expect(differences[0]).toMatchObject({ seq: 1, field: 'data.hash' });
  });

  it('finds an entry that goes back to an earlier version of the hash', async () => {
    const { differences } = await audited(
      changed(nth(Topic.ledger, 1), ({ data }) => {
        const entry = { ...(data as HashedEntry), hashVersion: 1 as const };
        return { data: { ...entry, hash: entryHash(entry) } };
      }),
    );
    expect(differences[0]).toMatchObject({ seq: 1, field: 'data.hash' });
  });

  it.each([
    ['data.seq', { seq: 7 }],
    ['data.hash', { hash: 'f'.repeat(64) }],
    ['data.previousHash', { previousHash: 'f'.repeat(64) }],
  ])('finds a changed %s', async (field, change) => {
    const { differences } = await audited(
      changed(nth(Topic.ledger, 1), ({ data }) => ({ data: { ...(data as object), ...change } })),
    );
    expect(differences[0]).toMatchObject({ seq: 1, field });
  });

  it('finds an entry taken out, put twice, or cut off at the end', async () => {
    const at = nth(Topic.ledger, 1);
    expect((await audited(events.filter((_, i) => i !== at))).differences[0]).toMatchObject({ seq: 1 });
    const twice = { ...(events[at] as StoredEvent), offset: 99 };
    expect((await audited([...events, twice])).ok).toBe(false);
    const last = events.findLastIndex(({ topic }) => topic === Topic.ledger);
    const cut = await audited(events.filter((_, i) => i !== last));
    expect(cut.differences[0]).toMatchObject({ seq: 3, field: 'data.decision', actual: null });
  });

  it('says which procedure it does not know', async () => {
    const { ok, differences } = await audit({ source: sourceOf(events), procedures: {}, code });
    expect(ok).toBe(false);
    expect(differences[0]).toMatchObject({ field: 'data.basis.procedure', actual: 'test.counting' });
  });

  it('says how many decisions other code had taken', async () => {
    const of = async (present: string) =>
      (await audit({ source: sourceOf(events), procedures, code: present })).byOtherCode;
    expect(await of(code)).toEqual({});
    expect(await of('later')).toEqual({ [code]: 4 });
  });

  it('says what another policy would have decided', async () => {
    const policyOverride = { ...defaultPolicy, anomalies: { ...defaultPolicy.anomalies, opensAtShare: 0.9 } };
    const { ok, policyDifferences } = await audit({ source: sourceOf(events), procedures, code, policyOverride });
    expect(ok).toBe(true);
    expect(policyDifferences).toMatchObject([
      { decided: ['AnomalyDetected', 'AnomalyHandled'], wouldDecide: ['AnomalyHandled'] },
    ]);
  });

  it('follows a change of policy', async () => {
    const history = new History();
    const policy = { ...defaultPolicy, holdbackShare: 0.1 };
    const data = { version: policyVersion(policy), policy, by: 'ada' };
    history.add(newEvent(PolicyChanged, { subject: 'system', data, time: 1, cause: { id: 'x' } }));
    for (let i = 0; i < 10; i++) history.measure(1, 0);
    history.decide(5);
    expect((await audited(history.events)).differences[0]).toMatchObject({
      field: 'data.basis.policy',
      expected: policyVersion(policy),
      actual: policyVersion(defaultPolicy),
    });
  });
});

describe('an exported log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-export-'));
  const file = join(folder, 'log.jsonl');
  const topics = [Topic.measurements, Topic.decisions, Topic.ledger];
  let lines: string[];
  const auditFile = async () => audit({ source: await openExportedLog(file), procedures, code });

  beforeAll(async () => {
    lines = [];
    for await (const line of exportLog(sourceOf(someHistory().events), topics)) lines.push(line);
  });
  beforeEach(() => writeFileSync(file, `${lines.join('\n')}\n`));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('passes the same audit', async () => {
    expect(await auditFile()).toMatchObject({ ok: true, decisions: 4, recomputed: 4, differences: [] });
  });

  it('passes it packed, and leaves nothing of what was unpacked', async () => {
    const packed = `${file}.gz`;
    writeFileSync(packed, gzipSync(readFileSync(file)));
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('contentflow-audit-'));
    const source = await openExportedLog(packed);
    expect(await audit({ source, procedures, code })).toMatchObject({ ok: true, decisions: 4, differences: [] });
    source.close();
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('contentflow-audit-'))).toEqual(before);
  });

  it.each<[string, (line: string) => string]>([
    ['no JSON', (line) => line.slice(0, 30)],
    ['no event', () => '{"a":1}'],
    ['an event of another digest', (line) => line.replace(/"digest":"./, '"digest":"-')],
  ])('names the line, blank ones counted, that is %s', async (_, harm) => {
    writeFileSync(file, ['', ...lines.slice(0, 4), '', harm(lines[4] as string), ...lines.slice(5)].join('\n'));
    expect((await openExportedLog(file)).differences[0]).toMatchObject({ line: 7 });
  });

  it('reads any range', async () => {
    const log = await openExportedLog(file);
    const offsets: number[] = [];
    for await (const batch of log.read({ topic: Topic.measurements, partition: 1, from: 3, to: 6 }))
      offsets.push(...batch.map(({ offset }) => offset));
    expect(offsets).toEqual([3, 4, 5]);
  });

  it('does not bear one changed byte, wherever it is', async () => {
    const bytes = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const tampered = Buffer.from(bytes);
        tampered[at] = (tampered[at] as number) ^ flip;
        writeFileSync(file, tampered);
        const { ok, differences } = await auditFile();
        return !ok && differences.length > 0;
      }),
      { numRuns: 150 },
    );
  });

  it('does not bear lines in another order, left out or added', async () => {
    const variants = [
      [...lines.slice(0, 3), lines[4], lines[3], ...lines.slice(5)],
      lines.filter((_, i) => i !== 4),
      [...lines.slice(0, 4), lines[4], ...lines.slice(4)],
      lines.slice(0, -1),
    ];
    for (const variant of variants) {
      writeFileSync(file, `${variant.join('\n')}\n`);
      expect((await auditFile()).ok).toBe(false);
    }
  });
});
