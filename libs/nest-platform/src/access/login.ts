import type { Scope } from '@contentflow/contracts';
import { ContentFlowError, messageOf, ownValue, SECOND_MS } from '@contentflow/kernel';
import type * as Client from 'openid-client';
import type { Access, LoginSettings } from './access-settings.ts';
import { isLoopback } from './origins.ts';

/** What a browser keeps between going to the provider and coming back. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636. */
  readonly verifier: string;
}

/** Who has logged in. */
export interface LoggedIn {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** The login of this process; null where none is set. */
export const LOGIN = Symbol('login');

const ANSWERED_WITHIN_MS = 10 * SECOND_MS;
const LONGEST_NAME = 100;

/** OpenID Connect, authorization code with PKCE, for one provider. Its configuration is read when somebody first logs in. */
export class Login {
  private client:
    { readonly library: typeof Client; readonly configuration: Promise<Client.Configuration> } | undefined;

  constructor(
    readonly settings: LoginSettings,
    private readonly secret: Access['loginSecret'],
  ) {}

  /**
   * Where a browser is to go, and what it is to keep meanwhile.
   * @throws ContentFlowError `not-ready` while the provider does not answer
   */
  async begin(redirectUri: string): Promise<{ readonly url: string; readonly attempt: LoginAttempt }> {
    const { library, configuration } = await this.opened();
    const attempt = {
      state: library.randomState(),
      nonce: library.randomNonce(),
      verifier: library.randomPKCECodeVerifier(),
    };
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.settings.scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt };
  }

  /**
   * Who came back.
   * @param address  the redirect URI with what the provider has added
   * @throws ContentFlowError `not-ready`; `unauthorized` where the provider, or what it said, vouches for nobody; `forbidden` for who has no role here
   */
  async finish(address: URL, attempt: LoginAttempt): Promise<LoggedIn> {
    const { library, configuration } = await this.opened();
    const claims = await claimsOf(library, configuration, address, attempt).catch((error: unknown) => {
      throw new ContentFlowError('unauthorized', `the provider vouches for nobody: ${messageOf(error)}`, {
        fix: 'log in again',
        cause: error,
      });
    });
    const name = nameIn(claims);
    const scopes = scopesOf(ownValue(claims, this.settings.rolesClaim), this.settings.roles);
    if (scopes.length > 0) return { name, scopes };
    throw new ContentFlowError('forbidden', `"${name}" has no role here`, { fix: 'name one in access.login.roles' });
  }

  private async opened(): Promise<{ library: typeof Client; configuration: Client.Configuration }> {
    const library = this.client?.library ?? (await import('openid-client'));
    this.client ??= { library, configuration: this.discovered(library) };
    try {
      return { library, configuration: await this.client.configuration };
    } catch (error) {
      this.client = undefined;
      throw new ContentFlowError('not-ready', `the login's provider does not answer: ${messageOf(error)}`, {
        fix: 'see that access.login.issuer is right, and reached from here',
        cause: error,
      });
    }
  }

  private discovered(library: typeof Client): Promise<Client.Configuration> {
    const { issuer, clientId } = this.settings;
    const server = new URL(issuer);
    return library.discovery(server, clientId, undefined, shownSecret(library, this.secret), {
      timeout: ANSWERED_WITHIN_MS / SECOND_MS,
      ...(isLoopback(server.hostname) && { execute: [library.allowInsecureRequests] }),
    });
  }
}

/** The way that a provider takes secrets: in a header unless it says that it takes them in the body alone. */
function shownSecret(library: typeof Client, secret: string | undefined): Client.ClientAuth {
  if (secret === undefined) return library.None();
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const show = ways.includes('client_secret_basic') ? library.ClientSecretBasic : library.ClientSecretPost;
    show(secret)(server, client, body, headers);
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** What the provider says of who came back: in the token, and where it is asked. */
async function claimsOf(
  library: typeof Client,
  configuration: Client.Configuration,
  address: URL,
  { state, nonce, verifier }: LoginAttempt,
): Promise<Claims> {
  const tokens = await library.authorizationCodeGrant(configuration, address, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const ofToken: Claims = tokens.claims() ?? {};
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return ofToken;
  return { ...ofToken, ...(await library.fetchUserInfo(configuration, tokens.access_token, String(ofToken['sub']))) };
}

/** As people know somebody; what only machines know them by where nothing else is told. */
function nameIn(claims: Claims): string {
  const named = ['preferred_username', 'email', 'name', 'sub'].map((claim) => ownValue(claims, claim));
  const name = named.find((each): each is string => typeof each === 'string' && each.trim() !== '');
  return (name ?? 'somebody').trim().slice(0, LONGEST_NAME);
}

/** What all roles of somebody open together. */
export function scopesOf(claimed: unknown, roles: LoginSettings['roles']): readonly Scope[] {
  const words = (Array.isArray(claimed) ? claimed : [claimed]).filter((each) => typeof each === 'string');
  return [...new Set(['*', ...words].flatMap((word) => ownValue(roles, word) ?? []))];
}
