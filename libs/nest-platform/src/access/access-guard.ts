import { type Scope, scopesFor } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { LeanReply } from '../http/lean-reply.ts';
import type { AccessSettings } from './access-settings.ts';
import { type ApiKey, type ApiKeys, looksLikeApiKey, isSame } from './api-keys.ts';
import { identify, type Identity, identityOf } from './identity.ts';
import { KeyPace } from './key-pace.ts';
import { OpenStreams } from './open-streams.ts';
import { isForwarded, isLoopback, isOwnOrigin, nameIn } from './origins.ts';
import { ShownKeys, type Verified } from './shown-keys.ts';

export interface AccessGuard {
  readonly settings: AccessSettings;
  /** `CONTENTFLOW_ADMIN_KEY`: opens everything, and is kept nowhere. */
  readonly adminKey?: string | undefined;
  /** All keys as far as they are known in this process. */
  readonly known: () => ApiKeys;
  /** Resolves once keys that another process has made are known, too. */
  readonly refresh: () => Promise<unknown>;
  /** Told of each request that shows one. */
  readonly onUse: (key: ApiKey) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The cookie that carries a key for the console. */
export const SESSION_COOKIE = 'contentflow_key';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Files of the console, which hold nothing of anybody's. */
    readonly isPublic?: boolean;
  }
}

/** A request as far as it is looked at here. */
export interface Asked {
  readonly method: string;
  /** `/v1/content/{id}` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly isPublic?: boolean | undefined;
}

const asked = ({ method, headers, routeOptions: { url = '', config } }: FastifyRequest): Asked => ({
  method,
  headers,
  path: url.replace(/:(\w+)/g, '{$1}'),
  isPublic: config?.isPublic,
});

/**
 * Whether a request may go on at once, and from then on it is known who asks; false also where that has to be looked up. Who is told no hears
 * it from the guard of all requests.
 */
export type LeanGuard = (asked: Asked, reply: Pick<LeanReply, 'raw' | 'onStream'>) => boolean;

/**
 * Asks every request who it is before anything else is done for it: which host it means, which page it comes from, which key it shows.
 * Health alone answers anybody.
 */
export function guardAccess(server: FastifyInstance, guard: AccessGuard): LeanGuard {
  const judging = { ...guard, keys: new ShownKeys(guard), pace: new KeyPace(guard.now) };
  const { keys } = judging;
  const streams = new OpenStreams(guard);
  server.addHook('onClose', async () => streams.stop());
  const { isPrivate, refusalOf } = refuseForeign(server, guard.settings);
  const mustShow = ({ headers }: Pick<Asked, 'headers'>): boolean =>
    guard.settings.keys === 'always' || !isPrivate(headers);
  server.addHook('onRequest', (request, reply, done) => {
    if (isHealth(request)) return done();
    const shown = keyShown(request);
    const judge = (): void => {
      const refusal = refusalFor(asked(request), request, shown, mustShow(request), judging);
      if (refusal?.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
      const keyId = identityOf(request)?.keyId;
      if (!refusal && keyId !== undefined) streams.add(keyId, reply.raw);
      done(refusal);
    };
    if (keys.isUnheardOf(shown)) guard.refresh().then(judge, judge);
    else judge();
  });
  return (one, reply) => {
    if (refusalOf(one)) return false;
    const shown = keyShown(one);
    if (keys.isUnheardOf(shown)) return false;
    if (refusalFor(one, reply, shown, mustShow(one), judging)) return false;
    const keyId = identityOf(reply)?.keyId;
    // An answer in one piece is over before anybody could cut it off.
    if (keyId !== undefined) reply.onStream = () => streams.add(keyId, reply.raw);
    return true;
  };
}

interface Judging extends AccessGuard {
  readonly keys: ShownKeys;
  readonly pace: KeyPace;
}

/** Why a request goes no further; undefined where it does, and from then on it is known who asks. */
function refusalFor(
  one: Asked,
  request: object,
  shown: string | undefined,
  mustShow: boolean,
  judging: Judging,
): ContentFlowError | undefined {
  const needed = one.isPublic ? [] : scopesFor(one.method, one.path);
  const isOpen = needed.length === 0;
  const asking = shown === undefined ? undefined : identified(shown, mustShow, judging);
  if (asking instanceof ContentFlowError) return isOpen ? undefined : asking;
  if (asking) {
    const { identity, key } = asking;
    identify(request, identity);
    const isForbidden = !isOpen && !needed.some((scope) => identity.scopes.includes(scope));
    if (isForbidden) return forbidden(identity, needed);
    // Last, so that who is sent another way for any other reason pays once.
    return key && !judging.pace.takes(key) && !isOpen ? tooFast(key) : undefined;
  }
  if (isOpen) return undefined;
  const fix = 'send "Authorization: Bearer KEY"; "contentflow keys create" makes one';
  return mustShow ? unauthorized('a key is needed here', fix) : undefined;
}

/** Whether nobody beyond this machine asks, as far as the headers of a request say; and why a request is none of its own. */
export interface ForeignGuard {
  readonly isPrivate: (headers: IncomingHttpHeaders) => boolean;
  readonly refusalOf: (asked: Pick<Asked, 'method' | 'headers'>) => ContentFlowError | undefined;
}

/** Which host a request means, and which page it comes from. */
export function refuseForeign(server: FastifyInstance, settings: AccessSettings): ForeignGuard {
  const isOwn = isLoopbackOnly(server);
  let known: string | undefined;
  const refusalOf: ForeignGuard['refusalOf'] = (one) => {
    const { host } = one.headers;
    const refusal = host !== undefined && host === known ? undefined : foreignHost(one, isOwn(), settings);
    if (!refusal) known = host;
    return refusal ?? foreignOrigin(one, settings);
  };
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-content-type-options', 'nosniff');
    done(isHealth(request) ? undefined : refusalOf(request));
  });
  // What a proxy hands on for somebody elsewhere comes to this machine alone, and not from it.
  return { isPrivate: (headers) => isOwn() && !isForwarded(headers), refusalOf };
}

const isHealth = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url?.startsWith('/health/') === true;

/** Whether a process that listens there asks for keys. */
export const requiresKeys = ({ keys }: AccessSettings, host: string): boolean => keys === 'always' || !isLoopback(host);

/** Whether nobody beyond this machine can ask, by the addresses that it really listens at. */
function isLoopbackOnly(server: FastifyInstance): () => boolean {
  let known: boolean | undefined;
  return () => {
    if (known !== undefined) return known;
    const addresses = server.addresses();
    const isPrivate = addresses.every((each) => typeof each === 'string' || isLoopback(each.address));
    if (addresses.length > 0) known = isPrivate;
    return isPrivate;
  };
}

const refused = (code: string, message: string, fix: string): ContentFlowError =>
  new ContentFlowError(code, message, { fix });
const unauthorized = (message: string, fix: string): ContentFlowError => refused('unauthorized', message, fix);

function forbidden({ name, scopes }: Identity, needed: readonly Scope[]): ContentFlowError {
  const wanted = needed.filter((scope) => scope !== 'admin');
  const one = (wanted.length > 0 ? wanted : needed).map((scope) => `"${scope}"`).join(' or ');
  return refused(
    'forbidden',
    `the key "${name}" opens ${scopes.join(', ')} and not this`,
    `use a key with the scope ${one}`,
  );
}

/** A name that somebody else owns may lead here, and a page of theirs with it. */
function foreignHost(
  { headers }: Pick<Asked, 'headers'>,
  isPrivate: boolean,
  { allowedHosts }: AccessSettings,
): ContentFlowError | undefined {
  // Every browser says whom it asks: who does not, by HTTP/1.0, is none.
  if (headers.host === undefined || (!isPrivate && allowedHosts.length === 0)) return undefined;
  const name = nameIn(headers.host);
  if (name !== undefined && (isLoopback(name) || allowedHosts.includes(name))) return undefined;
  return refused('forbidden', 'this host is not served here', 'name it in the configuration: access.allowedHosts');
}

function foreignOrigin(
  { headers, method }: Pick<Asked, 'method' | 'headers'>,
  { allowedOrigins }: AccessSettings,
): ContentFlowError | undefined {
  const { origin, host = '' } = headers;
  if (origin === undefined) {
    // Older pages' forms name no origin; the browser says all the same where they come from.
    const isForeign = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
    return isForeign && !['GET', 'HEAD'].includes(method) ? forbiddenOrigin() : undefined;
  }
  return isOwnOrigin(origin, host) || allowedOrigins.includes(origin) ? undefined : forbiddenOrigin();
}
const forbiddenOrigin = (): ContentFlowError =>
  refused('forbidden', 'pages of this origin may not ask here', 'name it in the configuration: access.allowedOrigins');

/** `Authorization: Bearer`, as OpenAI's clients say it; `X-Api-Key`, as Anthropic's; `Api-Key`, as Azure's; or the console's cookie. */
export function keyShown({ headers }: Pick<Asked, 'headers'>): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const named = headers['x-api-key'] ?? headers['api-key'];
  return bearer ?? (typeof named === 'string' ? named : undefined) ?? cookieIn(headers.cookie ?? '', SESSION_COOKIE);
}

/** @param cookies  as the browser shows them */
export function cookieIn(cookies: string, sought: string): string | undefined {
  for (const cookie of cookies.split(';')) {
    const [name, value = ''] = cookie.trim().split('=', 2);
    if (name === sought) return unescaped(value);
  }
  return undefined;
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Undefined for what is none of our keys where none is asked for: official clients always send one. */
function identified(
  shown: string,
  mustShow: boolean,
  { adminKey, keys, onUse }: Judging,
): Verified | { readonly identity: Identity; readonly key?: never } | ContentFlowError | undefined {
  const found = keys.find(shown);
  if (found) {
    onUse(found.key);
    return found;
  }
  if (adminKey !== undefined && isSame(shown, adminKey)) return { identity: { name: 'admin', scopes: ['admin'] } };
  if (!looksLikeApiKey(shown) && !mustShow) return undefined;
  return unauthorized('this key opens nothing here', 'it may be expired or revoked; "contentflow keys list" says so');
}

const tooFast = ({ name, requestsPerMinute }: ApiKey): ContentFlowError =>
  refused('too-many-requests', `the key "${name}" may ask ${requestsPerMinute} times a minute`, 'ask more slowly');
