import { ContentFlowError, messageOf } from './errors.ts';

/** What servers of MongoDB and the way to them say, and what mends it. */
const FIXES: readonly (readonly [said: RegExp, fix: string])[] = [
  [/authentication failed|bad auth/i, 'check user and password, in MONGO_URI or as MONGO_USERNAME and MONGO_PASSWORD'],
  [/requires authentication|not authorized/i, 'say who one is: MONGO_USERNAME and MONGO_PASSWORD'],
  [/altnames|ERR_TLS_CERT_ALTNAME_INVALID/i, 'ask it by a name that its certificate is for'],
  [/self.signed|unable to (verify|get)|unknown ca/i, 'name the authority of its certificate: MONGO_TLS_CA'],
  [/certificate required|bad certificate|handshake failure/i, 'show a certificate that it knows: MONGO_TLS_CERT'],
  [/ECONNRESET|closed|wrong version number|EPROTO/i, 'see whether it speaks TLS: MONGO_TLS=true, or MONGO_TLS_CA'],
];

/** A server that is not to be had: what it said, and what mends it. */
export function mongoUnreachable(what: string, cause: unknown, code = 'mongo_unreachable'): ContentFlowError {
  const said = messageOf(cause);
  const [, fix = 'check MONGO_URI and that the server is up'] = FIXES.find(([known]) => known.test(said)) ?? [];
  return new ContentFlowError(code, `no MongoDB${what}: ${said}`, { fix, cause });
}
