type Report = (line: string) => void;

const projection = async (report: Report): Promise<unknown> =>
  (await import('@contentflow/read-model')).benchReadModel({}, report);

/** What can be measured, each against its baseline in the same run. Figures: docs/benchmarks.md */
export const benchmarks: Readonly<Record<string, (report: Report) => Promise<unknown>>> = {
  log: async (report) => {
    const { asRow, benchLog } = await import('@contentflow/event-log');
    report('| what | figure | plain | ratio | quartiles | aim |');
    await benchLog({}, (figure) => report(asRow(figure)));
    await projection(report);
  },
  projection,
  gateway: async (report) => (await import('./gateway-benchmark/gateway-benchmark.ts')).benchGateway(report),
  'error-rates': async (report) => (await import('@contentflow/statistics')).benchErrorRates({}, report),
  'false-discoveries': async (report) => (await import('@contentflow/statistics')).benchFalseDiscoveries({}, report),
  power: async (report) => (await import('@contentflow/statistics')).benchPower({}, report),
  'optimizer-error-rates': async (report) => (await import('@contentflow/optimizer')).benchOptimizerErrorRates(report),
  allocation: async (report) => (await import('@contentflow/optimizer')).benchAllocation(report),
  'bandit-regret': async (report) => (await import('@contentflow/optimizer')).benchBanditRegret(report),
  measures: async (report) =>
    (await import('@contentflow/text-quality')).benchMeasures({ milliseconds: () => performance.now() }, report),
  'update-rate': async (report) =>
    (await import('@contentflow/statistics')).benchUpdateRate({ seconds: () => performance.now() / 1000 }, report),
};
