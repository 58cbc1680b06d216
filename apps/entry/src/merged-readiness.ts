/** What a service says of itself at `/health/ready`, ready or not. */
export interface Readiness {
  readonly status: string;
  /** Why its log does not answer. */
  readonly log: string | null;
  /** Why its server of documents does not answer; absent in what releases before say. */
  readonly documents?: string | null;
  readonly stalled: readonly unknown[];
  /** Of the whole log, so that every service has the same. */
  readonly deadLetters: { readonly open: number; readonly first: readonly unknown[] };
}

export interface MergedReadiness extends Readiness {
  readonly status: 'ready' | 'not ready';
  /** Services that do not answer, or not as one that can say how it is. */
  readonly missing: readonly string[];
}

/** The whole system's readiness from that of each service; undefined for one that did not answer. */
export function mergedReadiness(answers: readonly (readonly [service: string, said: unknown])[]): MergedReadiness {
  const said = answers.flatMap(([service, answer]) => (isReadiness(answer) ? [{ service, ...answer }] : []));
  const missing = answers.filter(([, answer]) => !isReadiness(answer)).map(([service]) => service);
  const problems = (of: (each: Readiness) => string | null | undefined): string | null => {
    const told = said.flatMap((each) => (of(each) ? [`${each.service}: ${of(each)}`] : []));
    return told.length === 0 ? null : told.join('; ');
  };
  const isReady = missing.length === 0 && said.every(({ status }) => status === 'ready');
  return {
    status: isReady ? 'ready' : 'not ready',
    missing,
    log: problems(({ log }) => log),
    documents: problems(({ documents }) => documents),
    stalled: said.flatMap(({ stalled }) => stalled),
    deadLetters: said
      .map(({ deadLetters }) => deadLetters)
      .reduce((most, each) => (each.open > most.open ? each : most), { open: 0, first: [] }),
  };
}

function isReadiness(said: unknown): said is Readiness {
  return typeof said === 'object' && said !== null && 'stalled' in said && 'deadLetters' in said && 'log' in said;
}
