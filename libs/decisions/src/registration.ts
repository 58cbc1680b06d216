import type { EventData, ExperimentRegistered } from '@contentflow/contracts';
import { canonicalJson, sha256 } from '@contentflow/kernel';

type Registered = Pick<
  EventData<typeof ExperimentRegistered>,
  'origin' | 'contentType' | 'lever' | 'change' | 'metric' | 'design'
>;

/** The hash of what an experiment sets out to do, hex: whoever reads the log can tell a registration that was changed afterwards. */
export const registrationOf = ({ origin, contentType, lever, change, metric, design }: Registered): string =>
  sha256(canonicalJson({ origin, contentType, lever, change, metric, design }));

export const withRegistration = <T extends Registered>(registered: T): T & { registration: string } => ({
  ...registered,
  registration: registrationOf(registered),
});
