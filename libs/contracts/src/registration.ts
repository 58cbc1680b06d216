import { canonicalJson, sha256 } from '@contentflow/kernel';

/** What an experiment sets out to do. */
interface Registered {
  readonly origin: unknown;
  readonly contentType: unknown;
  readonly lever: unknown;
  readonly change: unknown;
  readonly metric: unknown;
  readonly design: object;
}

/** The hash of what an experiment sets out to do, hex: whoever reads the log can tell a registration that was changed afterwards. */
export const registrationOf = ({ origin, contentType, lever, change, metric, design }: Registered): string =>
  sha256(canonicalJson({ origin, contentType, lever, change, metric, design }));

export const withRegistration = <T extends Registered>(registered: T): T & { registration: string } => ({
  ...registered,
  registration: registrationOf(registered),
});

/** Whether a registration is the hash of its design; release 0.1 hashed a design without a minimum run, which is none. */
export function isRegistered<Design extends { readonly minimumRunMs: number }>(
  experiment: Registered & { readonly design: Design; readonly registration: string },
): boolean {
  const { registration } = experiment;
  const { minimumRunMs, ...ofRelease01 } = experiment.design;
  return (
    registration === registrationOf(experiment) ||
    (minimumRunMs === 0 && registration === registrationOf({ ...experiment, design: ofRelease01 }))
  );
}
