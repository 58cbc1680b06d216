type Report = (line: string) => void;

const projection = async (report: Report): Promise<unknown> =>
  (await import('@contentflow/read-model/bench')).benchReadModel({}, report);

/** What can be measured, each against its baseline in the same run. Figures: docs/benchmarks.md */
export const benchmarks: Readonly<Record<string, (report: Report) => Promise<unknown>>> = {
  log: async (report) => {
    const { asRow, benchLog } = await import('@contentflow/event-log/bench');
    report('| what | figure | plain | ratio | quartiles | aim |');
    await benchLog({}, (figure) => report(asRow(figure)));
    await projection(report);
  },
  projection,
  gateway: async (report) => (await import('./gateway-benchmark/gateway-benchmark.ts')).benchGateway(report),
  'error-rates': async (report) => (await import('@contentflow/statistics/bench')).benchErrorRates({}, report),
  'false-discoveries': async (report) =>
    (await import('@contentflow/statistics/bench')).benchFalseDiscoveries({}, report),
  power: async (report) => (await import('@contentflow/statistics/bench')).benchPower({}, report),
  'optimizer-error-rates': async (report) =>
    (await import('@contentflow/optimizer/bench')).benchOptimizerErrorRates(report),
  allocation: async (report) => (await import('@contentflow/optimizer/bench')).benchAllocation(report),
  'bandit-regret': async (report) => (await import('@contentflow/optimizer/bench')).benchBanditRegret(report),
  measures: async (report) =>
    (await import('@contentflow/text-quality/bench')).benchMeasures({ milliseconds: () => performance.now() }, report),
  'update-rate': async (report) =>
    (await import('@contentflow/statistics/bench')).benchUpdateRate(
      { seconds: () => performance.now() / 1000 },
      report,
    ),
};
