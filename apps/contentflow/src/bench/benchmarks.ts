import { usageError } from '@contentflow/kernel';

type Report = (line: string) => void;

export interface BenchOptions {
  /** Of `faults`: the engine, how many crashes, the first seed. */
  readonly engine: string;
  readonly crashes: number;
  readonly seed: number;
  readonly keep?: boolean;
  /** Of `rolling-upgrade`: the commit that is rolled from, or back to. */
  readonly from?: string;
  readonly reverse?: boolean;
  readonly kubeconfig?: string;
  readonly atOnce?: boolean;
}

const faults = async (report: Report, { engine, crashes, seed, keep }: BenchOptions): Promise<void> => {
  if (engine !== 'embedded' && engine !== 'kafka')
    throw usageError(`there is no engine "${engine}"`, 'write embedded or kafka');
  const { assertNoViolations, runFaults } = await import('../faults/fault-run.ts');
  assertNoViolations(await runFaults({ engine, crashes, seed, keepsFailures: keep ?? false }, report));
};

const projection = async (report: Report): Promise<unknown> =>
  (await import('@contentflow/read-model/bench')).benchReadModel({}, report);

/** What can be measured, each against its baseline in the same run. Figures: docs/benchmarks.md */
export const benchmarks: Readonly<Record<string, (report: Report, options: BenchOptions) => Promise<unknown>>> = {
  log: async (report) => {
    const { asRow, benchLog } = await import('@contentflow/event-log/bench');
    report('| what | figure | plain | ratio | quartiles | aim |');
    await benchLog({}, (figure) => report(asRow(figure)));
    await projection(report);
  },
  projection,
  faults,
  'rolling-upgrade': async (report, { from, reverse, keep, kubeconfig, atOnce }) =>
    (await import('../rolling-upgrade/rolling-upgrade.ts')).benchRollingUpgrade(
      { from, isReverse: reverse ?? false, keepsCheckout: keep ?? false, kubeconfig, isAtOnce: atOnce ?? false },
      report,
    ),
  gateway: async (report) => (await import('../gateway-benchmark/gateway-benchmark.ts')).benchGateway(report),
  access: async (report) => (await import('../gateway-benchmark/access-benchmark.ts')).benchAccess(report),
  burst: async (report) => (await import('../burst-benchmark/burst-benchmark.ts')).benchBurst(report),
  soak: async (report) => (await import('../burst-benchmark/burst-benchmark.ts')).benchSoak(report),
  'error-rates': async (report) => (await import('@contentflow/statistics/bench')).benchErrorRates({}, report),
  'false-discoveries': async (report) =>
    (await import('@contentflow/statistics/bench')).benchFalseDiscoveries({}, report),
  power: async (report) => (await import('@contentflow/statistics/bench')).benchPower({}, report),
  headlines: async (report) => (await import('@contentflow/ledger/bench')).benchHeadlines({}, report),
  'optimizer-error-rates': async (report) =>
    (await import('@contentflow/optimizer/bench')).benchOptimizerErrorRates(report),
  allocation: async (report) => (await import('@contentflow/optimizer/bench')).benchAllocation(report),
  'cache-limit': async (report) => (await import('@contentflow/generator/bench')).benchCacheLimit(report),
  'bandit-regret': async (report) => (await import('@contentflow/optimizer/bench')).benchBanditRegret(report),
  measures: async (report) =>
    (await import('@contentflow/text-quality/bench')).benchMeasures({ milliseconds: () => performance.now() }, report),
  'update-rate': async (report) =>
    (await import('@contentflow/statistics/bench')).benchUpdateRate(
      { seconds: () => performance.now() / 1000 },
      report,
    ),
};
