import { configurationError } from '@contentflow/kernel';
import { z } from 'zod';

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
});
export type AccessSettings = z.output<typeof accessSchema>;

/** Settings, and the one key that no log holds. */
export interface Access {
  readonly settings: AccessSettings;
  readonly adminKey?: string | undefined;
}

/** Shortest key that is taken from the environment; characters. */
const SHORTEST_ADMIN_KEY = 32;

/**
 * @param environment  `CONTENTFLOW_ADMIN_KEY`: opens everything, for the first key and for who keeps secrets elsewhere
 * @throws ContentFlowError `configuration` for one that could be guessed
 */
export function accessOf(settings: AccessSettings, environment: NodeJS.ProcessEnv): Access {
  const adminKey = environment['CONTENTFLOW_ADMIN_KEY'];
  if (!adminKey) return { settings };
  if (adminKey.length >= SHORTEST_ADMIN_KEY) return { settings, adminKey };
  throw configurationError(
    'CONTENTFLOW_ADMIN_KEY',
    `is shorter than ${SHORTEST_ADMIN_KEY} characters`,
    'write e.g. what "openssl rand -base64 32" prints',
  );
}
