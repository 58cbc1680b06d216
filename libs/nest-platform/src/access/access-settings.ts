import { scopeSchema } from '@contentflow/contracts';
import { configurationError } from '@contentflow/kernel';
import { z } from 'zod';
import { isLoopback } from './origins.ts';

const webAddress = z.url({ protocol: /^https?$/ });

/** Persons log in at a provider of OpenID Connect, for the console. */
const loginSchema = z.strictObject({
  /** The provider, e.g. https://accounts.example; its configuration is read from there. */
  issuer: webAddress.refine(isSafe, 'is not https, which only a loopback address may be'),
  clientId: z.string().min(1),
  /** What is asked of the provider, so that it tells name and groups. */
  scope: z
    .string()
    .regex(/\bopenid\b/, 'must hold "openid"')
    .default('openid profile email'),
  /** The claim that says what somebody is: a word, or a list of them. */
  rolesClaim: z.string().min(1).default('groups'),
  /** What each of those words opens; `*` stands for everybody who logs in. Who has none of them is refused. */
  roles: z.record(z.string(), z.array(scopeSchema).min(1)),
  /** Where browsers find the console, e.g. https://contentflow.example; the address that they ask by where left out. */
  publicUrl: webAddress.optional(),
});
export type LoginSettings = z.output<typeof loginSchema>;

function isSafe(address: string): boolean {
  const { protocol, hostname } = URL.parse(address) ?? {};
  return protocol === 'https:' || hostname === undefined || isLoopback(hostname);
}

/** Who may ask for what over HTTP: docs/operating.md. */
export const accessSchema = z.strictObject({
  /** `on_networks`: no key is asked for at a loopback address, and one at any other. `always`: also there. */
  keys: z.enum(['on_networks', 'always']).default('on_networks'),
  /** Names that it is reached by, e.g. contentflow.example; at a loopback address `localhost` and its like are always among them. */
  allowedHosts: z.array(z.hostname()).default([]),
  /** Pages of others that may ask, e.g. https://tools.example. None where left out. */
  allowedOrigins: z
    .array(
      z.string().regex(/^https?:\/\/[^/?#@\s]+$/, 'is no origin; write e.g. https://tools.example, without a path'),
    )
    .default([]),
  login: loginSchema.optional(),
});
export type AccessSettings = z.output<typeof accessSchema>;

/** Settings, and the secrets that no log holds. */
export interface Access {
  readonly settings: AccessSettings;
  readonly adminKey?: string | undefined;
  /** Of this client at the provider of `settings.login`; a public client has none. */
  readonly loginSecret?: string | undefined;
}

/** Shortest key that is taken from the environment; characters. */
const SHORTEST_ADMIN_KEY = 32;

/**
 * @param environment  `CONTENTFLOW_ADMIN_KEY`: opens everything, for the first key and for who keeps secrets elsewhere; `CONTENTFLOW_LOGIN_SECRET`
 * @throws ContentFlowError `configuration` for one that could be guessed
 */
export function accessOf(settings: AccessSettings, environment: NodeJS.ProcessEnv): Access {
  const adminKey = environment['CONTENTFLOW_ADMIN_KEY'];
  const loginSecret = environment['CONTENTFLOW_LOGIN_SECRET'];
  const access = { settings, ...(loginSecret && { loginSecret }) };
  if (!adminKey) return access;
  if (adminKey.length >= SHORTEST_ADMIN_KEY) return { ...access, adminKey };
  throw configurationError(
    'CONTENTFLOW_ADMIN_KEY',
    `is shorter than ${SHORTEST_ADMIN_KEY} characters`,
    'write e.g. what "openssl rand -base64 32" prints',
  );
}
