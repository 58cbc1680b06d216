import { configurationError, messageOf, ownValue } from '@contentflow/kernel';
import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { readFileSync } from 'node:fs';

/** How brokers are spoken to, where not in clear text. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * - `KAFKA_SSL=true`: TLS, by the system's certificate authorities; `KAFKA_SSL_CA`: by those of this file (PEM), which implies it;
 * - `KAFKA_SSL_CERT` and `KAFKA_SSL_KEY`: files of a certificate of one's own, for brokers that ask for one;
 * - `KAFKA_SASL_USERNAME` and `KAFKA_SASL_PASSWORD`, and `KAFKA_SASL_MECHANISM`: plain, scram-sha-256 or scram-sha-512, as which it is taken where left out.
 * @throws ContentFlowError `configuration`, naming what is wrong
 */
export function kafkaSecurityOf(environment: NodeJS.ProcessEnv): KafkaSecurity {
  const setting = (name: string): string | undefined => ownValue(environment, name) || undefined;
  const file = (name: string): string | undefined => {
    const path = setting(name);
    return path === undefined ? undefined : readAs(name, path);
  };
  const [ca, cert, key] = [file('KAFKA_SSL_CA'), file('KAFKA_SSL_CERT'), file('KAFKA_SSL_KEY')];
  if ((cert === undefined) !== (key === undefined))
    throw configurationError('KAFKA_SSL_CERT', 'goes together with KAFKA_SSL_KEY', 'set both, or neither');
  const isTls = wantsTls(setting('KAFKA_SSL')) ?? (ca ?? cert) !== undefined;
  const sasl = saslOf(setting);
  return {
    ...(isTls && { ssl: { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) } }),
    ...(sasl && { sasl }),
  };
}

function saslOf(setting: (name: string) => string | undefined): SASLOptions | undefined {
  const [username, password] = [setting('KAFKA_SASL_USERNAME'), setting('KAFKA_SASL_PASSWORD')];
  const written = setting('KAFKA_SASL_MECHANISM');
  if (username === undefined && password === undefined && written === undefined) return undefined;
  if (username === undefined || password === undefined)
    throw configurationError('KAFKA_SASL_USERNAME', 'goes together with KAFKA_SASL_PASSWORD', 'set both, or neither');
  const mechanism = MECHANISMS.find((each) => each === (written?.toLowerCase() ?? 'scram-sha-512'));
  if (mechanism === undefined)
    throw configurationError('KAFKA_SASL_MECHANISM', `cannot be "${written}"`, `write ${MECHANISMS.join(', ')}`);
  return { mechanism, username, password };
}

function wantsTls(written: string | undefined): boolean | undefined {
  if (written === undefined) return undefined;
  if (['true', '1', 'yes'].includes(written.toLowerCase())) return true;
  if (['false', '0', 'no'].includes(written.toLowerCase())) return false;
  throw configurationError('KAFKA_SSL', `is neither true nor false: "${written}"`, 'write true');
}

function readAs(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw configurationError(name, `cannot be read: ${messageOf(error)}`, 'name a file in PEM');
  }
}
