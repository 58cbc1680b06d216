import { ContentFlowError, derivedId, HOUR_MS, isContentFlowError } from '@contentflow/kernel';
import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { PLATFORM, type Platform } from '../platform.ts';
import { cookieIn, keyShown, SESSION_COOKIE } from './access-guard.ts';
import { createdKey, revokedKey, SECRET_BYTES } from './api-keys.ts';
import { type Identity, identityOf } from './identity.ts';
import { KnownKeys } from './known-keys.ts';
import { LOGIN, type LoggedIn, type Login, type LoginAttempt } from './login.ts';

const SESSION_HOURS = 12;
const SESSION_S = SESSION_HOURS * 3600;
/** As long as somebody may take at the provider. */
const ATTEMPT_S = 600;
const ATTEMPT_COOKIE = 'contentflow_login';
const LOGIN_PATH = '/v1/session/login';
const CALLBACK_PATH = '/v1/session/callback';

/** Who asks; both empty where no key is shown. */
interface Session {
  readonly name: string | null;
  readonly scopes: Identity['scopes'];
  /** Where a browser begins to log in. */
  readonly login: string | null;
}

/** Lets a browser keep a key where no script can read it, for the console: one that somebody has, or one that a login makes. */
@Controller('v1/session')
export class SessionController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(LOGIN) private readonly oidc: Login | null,
    private readonly keys: KnownKeys,
  ) {}

  @Get()
  current(@Req() request: FastifyRequest): Session {
    const { name = null, scopes = [] } = identityOf(request) ?? {};
    return { name, scopes, login: this.oidc ? LOGIN_PATH : null };
  }

  /** Takes the key that the request shows as `Authorization: Bearer`. */
  @Post()
  @HttpCode(200)
  open(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Session {
    if (!identityOf(request))
      throw new ContentFlowError('unauthorized', 'this key opens nothing here', { fix: 'show another' });
    this.keep(request, reply, keyShown(request) ?? '', SESSION_S);
    return this.current(request);
  }

  /** The key of a login opens nothing from here on, also to who has copied it. */
  @Delete()
  @HttpCode(200)
  async close(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Session> {
    this.keep(request, reply, '', 0);
    const { keyId = '', name: by = '' } = identityOf(request) ?? {};
    const word = { id: derivedId(keyId, 'logged-out'), by, at: this.platform.clock.now() };
    if (this.keys.all().get(keyId)?.session)
      await this.platform.log.append([revokedKey(keyId, word.at, 'logged out', word)]);
    return { name: null, scopes: [], login: this.oidc ? LOGIN_PATH : null };
  }

  @Get('login')
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.lead(reply, async (provider) => {
      const { url, attempt } = await provider.begin(callbackOf(request, provider));
      this.keepAttempt(request, reply, written(attempt), ATTEMPT_S);
      return url;
    });
  }

  @Get('callback')
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.lead(reply, async (provider) => {
      this.keepAttempt(request, reply, '', 0);
      const attempt = attemptIn(cookieIn(request.headers.cookie ?? '', ATTEMPT_COOKIE));
      const address = new URL(callbackOf(request, provider));
      address.search = new URL(request.url, address).search;
      this.keep(request, reply, await this.keyFor(await provider.finish(address, attempt)), SESSION_S);
      return '/';
    });
  }

  private keep(request: FastifyRequest, reply: FastifyReply, value: string, lastsS: number): void {
    setCookie(reply, { name: SESSION_COOKIE, value, lastsS, sameSite: 'Strict', isSecure: this.isSecure(request) });
  }

  /** The provider leads a browser back from another site: then it shows no strict cookie. */
  private keepAttempt(request: FastifyRequest, reply: FastifyReply, value: string, lastsS: number): void {
    setCookie(reply, { name: ATTEMPT_COOKIE, value, lastsS, sameSite: 'Lax', isSecure: this.isSecure(request) });
  }

  /** Where browsers come by https, whatever the proxy before it says. */
  private isSecure(request: FastifyRequest): boolean {
    return this.oidc?.settings.publicUrl?.startsWith('https:') === true || isSecure(request);
  }

  /** A person is led back to the page whatever goes wrong; it says why by this code. */
  private async lead(reply: FastifyReply, to: (provider: Login) => Promise<string>): Promise<void> {
    if (!this.oidc)
      throw new ContentFlowError('not-found', 'nobody logs in here', { fix: 'set access.login in the configuration' });
    const url = await to(this.oidc).catch((error: unknown) => {
      this.platform.logger.warn({ err: error }, 'a login did not succeed');
      return `/?login=${isContentFlowError(error) ? error.code : 'failed'}`;
    });
    await reply.header('cache-control', 'no-store').redirect(url, 302);
  }

  /** A key of their own, for as long as a session lasts: every process knows it, everything names it, and it can be revoked. */
  private async keyFor({ name, scopes }: LoggedIn): Promise<string> {
    const at = this.platform.clock.now();
    const wish = { name, scopes: [...scopes], expiresAt: at + SESSION_HOURS * HOUR_MS, session: true as const };
    const word = { id: randomBytes(SECRET_BYTES).toString('hex'), by: 'login', at };
    const { event, key } = createdKey(wish, randomBytes(SECRET_BYTES), word);
    await this.platform.log.append([event]);
    await this.keys.refreshed();
    return key;
  }
}

function callbackOf(request: FastifyRequest, { settings: { publicUrl } }: Login): string {
  const { host, 'x-forwarded-host': forwarded = host } = request.headers;
  const base = publicUrl ?? `${isSecure(request) ? 'https' : 'http'}://${String(forwarded)}`;
  return new URL(CALLBACK_PATH, base).href;
}

const written = ({ state, nonce, verifier }: LoginAttempt): string => [state, nonce, verifier].join('.');

/** @throws ContentFlowError `unauthorized` where the browser kept none */
function attemptIn(cookie = ''): LoginAttempt {
  const [state, nonce, verifier] = cookie.split('.', 3);
  if (state && nonce && verifier) return { state, nonce, verifier };
  throw new ContentFlowError('unauthorized', 'no login was begun in this browser, or too long ago', {
    fix: 'log in again',
  });
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly lastsS: number;
  readonly sameSite: 'Strict' | 'Lax';
  readonly isSecure: boolean;
}

/** Beside those that are set already. */
function setCookie(reply: FastifyReply, { name, value, lastsS, sameSite, isSecure: isForHttps }: Cookie): void {
  const attributes = ['Path=/', 'HttpOnly', `SameSite=${sameSite}`, `Max-Age=${lastsS}`];
  if (isForHttps) attributes.push('Secure');
  void reply.header('set-cookie', [`${name}=${encodeURIComponent(value)}`, ...attributes].join('; '));
}

const isSecure = ({ protocol, headers }: FastifyRequest): boolean =>
  protocol === 'https' || headers['x-forwarded-proto'] === 'https';
