import { benchGateway } from './gateway.ts';

it('measures latency beside a bare call, and the peak', async () => {
  const lines: string[] = [];
  const result = await benchGateway(
    { rates: [100], seconds: 0.5, delayMs: 20, peakRequests: 200, concurrency: 8 },
    (line) => lines.push(line),
  );
  expect(result.latency[0]?.direct.p50).toBeGreaterThanOrEqual(19);
  expect(result.latency[0]?.gateway.p50).toBeGreaterThanOrEqual(19);
  expect(result.peak.gateway).toBeGreaterThan(100);
  expect(lines.length).toBe(2);
});
