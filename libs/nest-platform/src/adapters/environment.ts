import { configurationError, namedNumber, PORTS } from '@contentflow/kernel';
import { nearestName } from '../nearest-name.ts';
import { graceMs } from './stop-signals.ts';

export { codeVersion } from './code-version.ts';

const PREFIX = 'CONTENTFLOW_';
/** What is read under it. Kubernetes sets others that begin so, and others may stand for `"$NAME"` in a file. */
const names = [
  'CONFIG',
  'DATA',
  'NAMESPACE',
  'CODE_VERSION',
  'LLAMA_PACKAGE',
  'URL',
  'GRACE_S',
  'PREPARED',
  'ADMIN_KEY',
  'KEY',
  'MASTER_KEY',
  'MASTER_KEY_FILE',
  'SIGNING_KEY',
  'SIGNING_KEY_FILE',
  'SIGNING_KEY_BEFORE',
  'SIGNING_KEY_BEFORE_FILE',
  'SCALE_DEPLOYMENT',
  'KEDA_ADDRESS',
  'KEDA_TLS_CERT',
  'KEDA_TLS_KEY',
  'KEDA_TLS_CLIENT_CA',
];

/** Where a service listens: `PORT`, else 4000. @throws ContentFlowError `configuration` where that is no port */
export const portOf = ({ PORT = '' }: NodeJS.ProcessEnv): number =>
  PORT === '' ? 4000 : namedNumber('PORT', PORT, PORTS);

/**
 * A name that is nearly one that is read would be set in vain, and a number that is none be left out.
 * @throws ContentFlowError `configuration`, naming it and the name that it may be meant as, or which numbers are taken
 */
export function assertKnownEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment).filter((each) => each.startsWith(PREFIX))) {
    const written = name.slice(PREFIX.length);
    const nearest = names.includes(written) ? undefined : nearestName(written, names);
    if (nearest !== undefined) throw configurationError(name, 'is not read by anything', `write ${PREFIX}${nearest}`);
  }
  // A stop would find it out too late.
  graceMs(environment['CONTENTFLOW_GRACE_S']);
}
